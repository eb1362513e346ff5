"""The journal as CSV: UTF-8 with its mark and semicolons, as spreadsheets in French open it."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import words
from core.audit.models import AuditEntry
from core.audit.selectors import pieces
from tenants.schemas.context import current_schema, same_schema

_BOM = "\ufeff"
# A spreadsheet takes a cell that begins with one of these for a formula and may run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet computes (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """The whole file, piece by piece. Call it in the school; it may be read after the school is left."""
    return _lines(entries, current_schema())


def _lines(entries: QuerySet[AuditEntry], schema: str) -> Iterator[str]:
    write = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n").writerow
    yield _BOM + write([_("Date"), _("Qui"), _("Action"), _("Code"), _("Type"), _("Objet"), _("Changements")])
    remaining = pieces(entries)
    while True:
        with same_schema(schema):
            read = next(remaining, None)
        if read is None:
            return
        yield "".join(write([neutral(cell) for cell in _cells(entry)]) for entry in read)


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _cells(entry: AuditEntry) -> list[str]:
    return [
        timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        entry.actor_name,
        words.action(entry.action),
        entry.action,
        words.target_type(entry.target_type),
        entry.target_label,
        " | ".join(_change(change) for change in words.changes(entry.target_type, entry.changes)),
    ]


def _change(change: dict[str, Any]) -> str:
    before = f"{change['before']} → " if change["before"] else ""
    return f"{change['field']}\u00a0: {before}{change['after']}"
