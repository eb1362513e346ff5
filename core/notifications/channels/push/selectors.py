"""One's own devices."""

from django.db.models import QuerySet
from django.http import Http404

from core.notifications.models import PushSubscription
from core.people.models import Person


def devices_of(person: Person) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(person=person).order_by("-created_at", "-pk")


def get_own_or_404(person: Person | None, pk: int) -> PushSubscription:
    """Nobody sees another's devices. Raises Http404."""
    found = devices_of(person).select_related("person").filter(pk=pk).first() if person else None
    if found is None:
        raise Http404("device")
    return found
