"""What the manifest names."""

from typing import Any

from core.api.models import AccessToken, Webhook
from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.models import Person
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def webhook_managers(event: Event) -> Recipients:
    """Those who may mend it, while it is stopped."""
    if not Webhook.objects.filter(pk=event.data.get("webhook")).exclude(stopped_at=None).exists():
        return Recipients()
    api = Modules(Establishment.objects.get(uai=current_uai()))["api"]
    managers = api.grants["webhooks"] & api.roles
    return Recipients(people=Person.objects.filter(roles__overlap=sorted(managers), left_on=None))


def export_person(person: Person) -> dict[str, Any]:
    """The tokens that act for the person, without their secrets, and the webhooks that they made."""
    tokens = AccessToken.objects.filter(person=person).order_by("pk")
    return {
        "tokens": [
            {
                "name": token.name,
                "scopes": token.scopes,
                "created_at": token.created_at.isoformat(),
                "expires_at": token.expires_at.isoformat(),
                "used_at": token.used_at.isoformat() if token.used_at else None,
                "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
            }
            for token in tokens
        ],
        "webhooks": list(Webhook.objects.filter(created_by=person).order_by("pk").values_list("name", flat=True)),
    }


def erase_person(person: Person, *, actor: Person | None) -> int:
    """Their tokens go; the school's webhooks stay, without them."""
    touched = AccessToken.objects.filter(person=person).delete()[0]
    return touched + Webhook.objects.filter(created_by=person).update(created_by=None)
