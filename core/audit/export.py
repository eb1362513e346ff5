"""The journal as CSV: UTF-8 with its mark and semicolons, as spreadsheets in French open it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import words
from core.audit.models import AuditEntry
from core.audit.selectors import pieces
from core.ui.sheets import MARK, line
from tenants.schemas.context import current_schema, same_schema


def lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """The whole file, piece by piece. Call it in the school; it may be read after the school is left."""
    return _lines(entries, current_schema())


def _lines(entries: QuerySet[AuditEntry], schema: str) -> Iterator[str]:
    yield MARK + line([_("Date"), _("Qui"), _("Action"), _("Code"), _("Type"), _("Objet"), _("Changements")])
    remaining = pieces(entries)
    while True:
        with same_schema(schema):
            read = next(remaining, None)
        if read is None:
            return
        yield "".join(line(_cells(entry)) for entry in read)


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
