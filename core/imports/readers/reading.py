"""Telling what a source is, and reading it as that."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.neutral import Format, Reading
from core.imports.readers.aaf import read_aaf
from core.imports.readers.aaf.files import kind_of
from core.imports.sources import Source


def detect(source: Source) -> Format | None:
    """What a source is, from the names and the first bytes of its files; None where it is nothing known."""
    if any(kind_of(name) for name in source.names):
        return Format.AAF
    return None


def read(
    source: Source,
    *,
    format: Format | None = None,
    academie: str = "",
    uai: str = "",
    mapping: Mapping[str, str] | None = None,
    today: date,
) -> Reading:
    """The head of a source at once, its records while they are iterated over.

    Raises SourceError where the source is of another kind, of another direction or damaged.
    """
    found = format or detect(source)
    if found is Format.AAF:
        return read_aaf(source, academy=academie)
    raise SourceError("unknown-kind", _("Ce fichier n’est pas d’une sorte connue."))
