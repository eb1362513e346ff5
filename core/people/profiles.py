"""The school's side of an account's profiles, for the region (`settings.SCHOOL_PROFILES`): called in the school."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.audit.services import record_all
from core.notifications import services as notifications
from core.people.models import Person
from core.people.text import fold


def names_of(person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The folded family name and first name of those of these people who are here."""
    found = Person.objects.filter(pk__in=list(person_ids), left_on=None)
    return {pk: (fold(last), fold(first)) for pk, last, first in found.values_list("pk", "last_name", "first_name")}


@transaction.atomic
def attach(accounts: Mapping[int, int]) -> None:
    """Note the account that each of these people (person to account) now has, journal it, tell them."""
    Person.objects.filter(account_id__in=accounts.values()).exclude(pk__in=accounts).update(account_id=None)
    people = list(Person.objects.select_for_update().filter(pk__in=accounts).order_by("pk"))
    for person in people:
        person.account_id = accounts[person.pk]
    Person.objects.bulk_update(people, ["account_id"], batch_size=1000)
    record_all("people.link_known", actor=None, targets=people)
    url = reverse("people:me", urlconf=settings.ROOT_URLCONF)
    notifications.emit("people.linked", actor=None, people=people, url=url)


@transaction.atomic
def detach(person_ids: Iterable[int], *, action: str = "people.unlink_account") -> None:
    """Forget the account that these people noted, and journal it."""
    people = list(Person.objects.select_for_update().filter(pk__in=list(person_ids)).order_by("pk"))
    Person.objects.filter(pk__in=[person.pk for person in people]).update(account_id=None)
    record_all(action, actor=None, targets=people)
