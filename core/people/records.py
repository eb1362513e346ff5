"""What every write to a school's records has in common: check, compare, tell apart, journal."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.errors import Conflict, DomainError

M = TypeVar("M", bound=models.Model)

# Dates of a school lie between these; what is outside is a slip of the keyboard.
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def version_of(instance: models.Model) -> str:
    """A short text that changes whenever an editable column of the row does. Forms carry it along."""
    values = [(f.attname, getattr(instance, f.attname)) for f in instance._meta.concrete_fields if f.editable]
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()


def hold(instance: M, *, version: str | None = None) -> M:
    """The row as it is now, locked until the transaction ends.

    Raises Conflict when it is gone, or when it is not what the reader of `version` had before their eyes.
    """
    model = type(instance)
    current = model._default_manager.select_for_update(of=("self",)).filter(pk=instance.pk).first()
    if current is None:
        raise Conflict("gone", _("Cet élément vient d’être supprimé par quelqu’un d’autre."))
    if version is not None and version != version_of(current):
        raise Conflict(
            "stale",
            _("Quelqu’un d’autre a modifié cette fiche entre-temps. Rechargez-la pour voir ses changements."),
        )
    return current


def fill(
    instance: models.Model, values: Mapping[str, Any], *, allowed: Iterable[str]
) -> dict[str, list[Any]]:
    """Set the fields; return what changed as `{"field": [before, after]}`. Unknown names raise TypeError."""
    if strangers := set(values) - set(allowed):
        raise TypeError(f"{type(instance).__name__} does not take {sorted(strangers)}")
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(instance, name)
        if before != value:
            setattr(instance, name, value)
            changes[name] = [before, value]
    return changes


def check(instance: models.Model, *, exclude: Iterable[str] = ()) -> None:
    """Field by field, then the model's constraints. Raises DomainError with a sentence per field."""
    try:
        instance.full_clean(exclude=set(exclude))
    except ValidationError as error:
        raise refusal(error) from error
    for field in instance._meta.concrete_fields:
        value = getattr(instance, field.attname)
        if isinstance(field, models.DateField) and type(value) is date and not EARLIEST <= value <= LATEST:
            sentence = _("Cette date est hors du possible\u00a0: vérifiez l’année.")
            raise DomainError("impossible-date", sentence, {field.name: sentence})


def refusal(error: ValidationError) -> DomainError:
    """A ValidationError of Django as the refusal that our pages show."""
    if hasattr(error, "error_dict"):
        fields = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        general = fields.pop("__all__", "")
        return DomainError("invalid", general or _("Certaines informations sont à corriger."), fields)
    return DomainError("invalid", " ".join(error.messages))


def ordered(starts_on: date | None, ends_on: date | None, *, field: str = "ends_on") -> None:
    """Raises DomainError when the end comes before the beginning."""
    if starts_on and ends_on and ends_on < starts_on:
        sentence = _("La fin ne peut pas précéder le début.")
        raise DomainError("dates", sentence, {field: sentence})
