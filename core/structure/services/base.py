"""The three plain writes, as every list of the structure does them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.people.models import Person
from core.people.records import check, fill, hold
from core.people.text import tidy
from core.structure.models import SchoolYear

M = TypeVar("M", bound=models.Model)


def created(
    row: M, values: Mapping[str, Any], *, allowed: tuple[str, ...], action: str, actor: Person | None
) -> M:
    """Fill, check, save and journal a new row."""
    fill(row, _tidied(values), allowed=allowed)
    check(row)
    row.save()
    record(action, actor=actor, target=row)
    return row


def updated(
    row: M,
    values: Mapping[str, Any],
    *,
    allowed: tuple[str, ...],
    action: str,
    actor: Person | None,
    version: str | None,
) -> M:
    """Correct an existing row; nothing is journalled when nothing changed."""
    current = hold(row, version=version)
    changes = fill(current, _tidied(values), allowed=allowed)
    if changes:
        check(current)
        current.save()
        record(action, actor=actor, target=current, changes=changes)
    return current


def deleted(row: models.Model, *, action: str, actor: Person | None, in_use: str) -> None:
    """Remove a row that nothing depends on. Raises DomainError with the sentence `in_use` otherwise."""
    current = hold(row)
    label, pk = str(current), current.pk
    try:
        current.delete()
    except ProtectedError as error:
        raise DomainError("in-use", in_use) from error
    current.pk = pk
    record(action, actor=actor, target=current, label=label)


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tidy(value) if isinstance(value, str) else value for name, value in values.items()}


def refuse(code: str, sentence: str, *fields: str) -> DomainError:
    """A refusal whose sentence stands beside the first field that the form has."""
    return DomainError(code, sentence, dict.fromkeys(fields, sentence))


def guard_role(person: Person, role: str, *, field: str, sentence: str) -> None:
    """Raises DomainError unless the person is here and holds the role."""
    if person.left_on is not None:
        raise refuse("left", _("Cette personne a quitté l’établissement."), field)
    if role not in person.roles:
        raise refuse("role", sentence, field)


def first_day(year: SchoolYear, starts_on: date | None) -> date:
    """The day given, which must lie in the year; else today, or the year's first day if it is to come."""
    if starts_on is None:
        return min(max(timezone.localdate(), year.starts_on), year.ends_on)
    if not year.starts_on <= starts_on <= year.ends_on:
        raise refuse("outside", _("Cette date n’est pas dans l’année scolaire de la classe."), "starts_on")
    return starts_on
