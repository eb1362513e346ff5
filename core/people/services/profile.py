"""What people change of their own record."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.people.models import Person
from core.people.records import check, fill, hold
from core.people.services.corrections import note_corrections
from core.people.text import tidy

THEMES = ("auto", "light", "dark")


@transaction.atomic
def update_own_contact(*, person: Person, email: str, phone: str, version: str | None = None) -> Person:
    """One's own e-mail and telephone. Whether the school lets people do it is the view's question."""
    current = hold(person, version=version)
    changed = fill(current, {"email": tidy(email), "phone": tidy(phone)}, allowed=("email", "phone"))
    if changed:
        note_corrections(current, changed)
        check(current, exclude={"account_id", "roles"})
        current.save(update_fields=[*changed, "corrections", "updated_at"])
        record("people.update_own_contact", actor=current, target=current, changes=changed)
    return current


@transaction.atomic
def set_preferences(*, person: Person, **chosen: Any) -> Person:
    """`theme` ("auto", "light" or "dark") and `comfort` (whether to use the comfort font). Not journalled."""
    current = hold(person)
    if chosen.get("theme", "auto") not in THEMES or not isinstance(chosen.get("comfort", False), bool):
        raise DomainError("preferences", _("Ce choix n’existe pas."))
    if unknown := set(chosen) - {"theme", "comfort"}:
        raise TypeError(f"unknown preferences {sorted(unknown)}")
    current.preferences = {**current.preferences, **chosen}
    current.save(update_fields=["preferences", "updated_at"])
    return current


@transaction.atomic
def remember_filters(*, person: Person, chosen: dict[str, str]) -> None:
    """How the person likes to see the directory; nothing is written when it is so already. Not journalled."""
    if person.preferences.get("directory", {}) == chosen:
        return
    current = hold(person)
    others = {name: value for name, value in current.preferences.items() if name != "directory"}
    current.preferences = others | ({"directory": chosen} if chosen else {})
    current.save(update_fields=["preferences", "updated_at"])
    person.preferences = current.preferences
