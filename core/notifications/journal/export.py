"""The delivery log as CSV: UTF-8 with its mark and semicolons, as spreadsheets in French open it."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.modules.state import Modules
from core.notifications.journal import selectors, words
from core.notifications.journal.forms import kind_label
from core.notifications.models import Event
from core.ui.sheets import MARK, line
from tenants.schemas.context import current_schema, same_schema


def lines(events: QuerySet[Event], modules: Modules) -> Iterator[str]:
    """The whole file, piece by piece. Call it in the school; it may be read after the school is left."""
    return _lines(events, modules, current_schema())


def _lines(events: QuerySet[Event], modules: Modules, schema: str) -> Iterator[str]:
    head = [
        _("Date"), _("Module"), _("Type"), _("Moyen"), _("Personnes"), _("Envoyées"), _("En attente"), _("En échec"),
        _("Raisons"),
    ]  # fmt: skip
    yield MARK + line(head)
    remaining = selectors.pages(events)
    while True:
        with same_schema(schema):
            read = next(remaining, None)
        if read is None:
            return
        yield "".join(line(row) for one in read for row in _rows(one, modules))


def _rows(line: selectors.Line, modules: Modules) -> Iterator[list[str]]:
    event = line.event
    first = [
        timezone.localtime(event.happened_at).strftime("%Y-%m-%d %H:%M"),
        words.module_name(event, modules),
        kind_label(event.kind),
    ]
    for tally in line.tallies:
        counts = [tally.total, tally.sent, tally.waiting, sum(tally.failed.values())]
        why = ", ".join(f"{words.reason(code)}\u00a0: {count}" for code, count in sorted(tally.failed.items()))
        yield [*first, words.channel(tally.channel), *(str(count) for count in counts), why]
