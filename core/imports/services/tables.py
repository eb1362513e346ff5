"""A table of the school's own: what its columns are taken for, and reading it again with another answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict
from core.imports import tasks
from core.imports.models import Run, Source, State
from core.imports.readers import table
from core.imports.services import files
from core.imports.services.runs import guard_alone, send
from core.imports.sources import open_source
from core.people.models import Person

_READ = {State.READY, State.WAITING, State.REFUSED, State.FAILED}


@dataclass(frozen=True)
class Seen:
    """The headers, the first values below each, and {header: field} of what each is taken for."""

    headers: tuple[str, ...]
    samples: list[list[str]]
    mapping: dict[str, str]


def columns_of(run: Run) -> Seen:
    """What was sent, and what its columns are taken for: as said for it, else as the last table like it was read.

    Raises Conflict where there is no table (any more), DomainError where it cannot be read.
    """
    if run.source != Source.TABLE or not run.stored_name:
        raise Conflict("no-table", _("Ce tableau n’est plus là\u00a0: envoyez-le de nouveau."))
    with files.opened(run.stored_name) as paths, open_source(*paths) as source:
        found = table.columns(source)
    samples = [[row[n] for row in found.sample if n < len(row)][:3] for n in range(len(found.headers))]
    said = run.options.get("mapping") or remembered(found.headers) or found.mapping
    return Seen(found.headers, samples, {header: name for header, name in said.items() if header in found.headers})


def remembered(headers: tuple[str, ...]) -> dict[str, str]:
    """What the school said of the last table that had just these columns; nothing where there was none."""
    alike = Run.objects.filter(source=Source.TABLE, options__headers=sorted(headers))
    last = alike.exclude(options__mapping=None).order_by("-created_at", "-pk").first()
    return dict(last.options["mapping"]) if last else {}


@transaction.atomic
def read_again(*, run: Run, mapping: Mapping[str, str], actor: Person | None) -> Run:
    """Read the table with this mapping; the difference is made anew. Raises Conflict once it is applied."""
    seen = columns_of(run)
    current = Run.objects.select_for_update().get(pk=run.pk)
    if current.state not in _READ:
        raise Conflict("too-late", _("Cet import ne peut plus être relu."))
    guard_alone()
    current.changes.all().delete()
    options: dict[str, Any] = {"mapping": dict(mapping), "headers": sorted(seen.headers)}
    current.options, current.state, current.sentence = {**current.options, **options}, State.READING, ""
    record("imports.read_again", actor=actor, target=current)
    send(current, tasks.read_import, _("Lecture d’un import"), actor)
    return current
