"""Receiving, reading, applying and calling off imports of one school."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict, DomainError
from core.imports import readers, tasks
from core.imports.engine import pipeline, reading
from core.imports.engine.pipeline import Order
from core.imports.models import Run, Source, State
from core.imports.neutral import Format
from core.imports.services import files
from core.imports.sources import open_source
from core.jobs import services as jobs
from core.jobs.models import Run as Work
from core.people.models import Person
from tenants.schemas.context import current_uai
from tenants.work import tracking
from tenants.work.models import OPEN
from tenants.work.tracking import Progress, Unwanted

# A worker that has said nothing of an import for so long is taken for dead: another import may begin.
_FORGOTTEN = timedelta(hours=3)


@transaction.atomic
def receive(
    *, uploads: list[UploadedFile], format: str, actor: Person | None, options: dict[str, Any] | None = None
) -> Run:
    """Keep what was sent and read it in the background. `format` is a value of `neutral.Format`, or empty: told by it.

    `options`: {"mapping": {column: field}} for tables, {"structures": {jointure: uai}}. Raises DomainError for
    nothing sent, and while another import of the school is being read or applied.
    """
    if not uploads:
        raise DomainError("nothing", _("Choisissez un fichier."), {"file": _("Choisissez un fichier.")})
    guard_alone()
    label = ", ".join(files.safe_name(one.name or "") for one in uploads)[:200]
    run = Run.objects.create(source=Source(format or Source.TABLE), label=label, actor=actor, options=options or {})
    run.stored_name = files.keep(run, uploads)
    if not format:
        run.source = _recognised(run)
    send(run, tasks.read_import, _("Lecture d’un import"), actor)
    record("imports.receive", actor=actor, target=run, changes={"source": [None, str(run.get_source_display())]})
    return run


def _recognised(run: Run) -> Source:
    """What was sent, told from the first bytes. Raises DomainError for what is nothing known, and forgets it."""
    try:
        with files.opened(run.stored_name) as paths, open_source(*paths) as source:
            found = readers.detect(source)
        if found is None:
            sentence = _("Ce fichier n’est pas reconnu. Choisissez dans la liste ce que c’est.")
            raise DomainError("unknown-kind", sentence, {"format": sentence})
    except DomainError:
        files.delete_stored(run)
        raise
    return Source(found)


def prepare(run: Run) -> Run:
    """Read what was sent and note the difference; the task of `receive`. May be run again."""
    with jobs.track(_("Lecture d’un import")) as job, _told(run, job):
        with _read(run, job) as order:
            job.say(_("Comparaison"))
            run.label, run.digest = order.info.label[:200] or run.label, order.info.digest
            run.complete, run.made_on = order.info.complete, order.info.made_on
            outcome = pipeline.show(order, run)
        _settle(run, outcome)
    return run


def start_apply(*, run: Run, actor: Person | None, confirmed: bool = False) -> Run:
    """Apply in the background what was shown. `confirmed` answers a WAITING run: yes, remove that many.

    Raises Conflict when it is not to be applied (any more), DomainError where a confirmation is missing.
    """
    with transaction.atomic():
        current = Run.objects.select_for_update().get(pk=run.pk)
        if not current.can_apply:
            raise Conflict("not-ready", _("Cet import n’est pas à appliquer, ou ne l’est plus."))
        if current.state == State.WAITING and not confirmed:
            raise DomainError("confirm", current.sentence)
        guard_alone()
        current.state, current.confirmed_by = State.APPLYING, actor
        current.options = {**current.options, "confirmed": confirmed}
        send(current, tasks.apply_import, _("Application d’un import"), actor)
    return current


def apply(run: Run) -> Run:
    """Apply the difference in one transaction; the task of `start_apply`. What would remove more than was shown is
    shown anew."""
    with jobs.track(_("Application d’un import")) as job, _told(run, job), _read(run, job) as order:
        job.say(_("Écriture"))
        confirmed = bool(run.options.get("confirmed"))
        pipeline.apply(order, confirmed=confirmed, run=run, shown=run.counts)
    return run


def cancel(*, run: Run, actor: Person | None) -> Run:
    """Give up an import that is not applied; what was sent is deleted. Raises Conflict when it is too late."""
    with transaction.atomic():
        current = Run.objects.select_for_update().get(pk=run.pk)
        if current.state not in {State.READING, State.READY, State.WAITING, State.FAILED, State.REFUSED}:
            raise Conflict("too-late", _("Cet import ne peut plus être abandonné."))
        if work := Work.objects.filter(pk=current.work or 0).first():
            tracking.call_off(work)
        current.state, current.sentence = State.CANCELLED, ""
        current.changes.all().delete()
        current.pairings.filter(decision="pending").delete()
        record("imports.cancel", actor=actor, target=current)
        stored, current.stored_name = current.stored_name, ""
        current.save()
    current.stored_name = stored
    files.delete_stored(current)
    current.stored_name = ""
    return current


# --- in the background ----------------------------------------------------------------------------------
def read_by_task(pk: int) -> None:
    run = Run.objects.select_related("actor").filter(pk=pk, state__in=(State.READING, State.FAILED)).first()
    if run is not None:
        Run.objects.filter(pk=pk).update(state=State.READING, sentence="")
        run.state = State.READING
        prepare(run)


def apply_by_task(pk: int) -> None:
    """A worker that was killed before the end has written nothing; after it, there is nothing left to do."""
    run = Run.objects.select_related("actor", "confirmed_by").filter(pk=pk, state=State.APPLYING).first()
    if run is not None:
        apply(run)


def send(run: Run, task: Any, label: str, actor: Person | None) -> None:
    run.work = jobs.start(task, run.pk, label=label, actor=actor).pk
    run.save()


def guard_alone() -> None:
    """One import at a time is read or applied; one whose worker is gone for good does not stand in the way."""
    recent = timezone.now() - _FORGOTTEN
    moving = Run.objects.filter(state__in=(State.READING, State.APPLYING), created_at__gte=recent)
    works = Work.objects.filter(pk__in=[run.work for run in moving if run.work], state__in=OPEN)
    if works.exists():
        raise Conflict("busy", _("Un autre import de cet établissement est en cours\u00a0: attendez qu’il se termine."))


@contextmanager
def _read(run: Run, job: Progress) -> Iterator[Order]:
    """The source of the run, sorted into a folder that lasts as long as the block."""
    today = timezone.localdate()
    with files.opened(run.stored_name) as paths, TemporaryDirectory(prefix="preau-parts-") as folder:
        wanted = reading.Wanted(
            paths=tuple(paths), format=Format(run.source), uai=current_uai(), structures=run.options.get("structures"),
            mapping=run.options.get("mapping"),
        )  # fmt: skip
        with reading.opened(wanted, today) as source:
            info, found = reading.sort(source, wanted, Path(folder), today=today, step=job.advance)
        yield Order(
            info=info, folder=Path(folder), uai=current_uai(), read=dict(found.schools[current_uai()]), actor=run.actor,
            by_system=run.actor is None, today=today, structures=found.structures_of(current_uai()),
        )  # fmt: skip


@contextmanager
def _told(run: Run, job: Progress) -> Iterator[None]:
    """However it ends, the run's row says so. A source that is of no use is no failure of the work."""
    try:
        yield
    except DomainError as error:
        _end(run, State.REFUSED if run.state == State.READING else State.READY, str(error.message))
    except Unwanted:
        _end(run, State.CANCELLED, "")
        raise
    except Exception:
        _end(run, State.FAILED, _("L’import s’est arrêté sur une erreur\u00a0: rien n’a été changé. Réessayez."))
        raise


def _end(run: Run, state: str, sentence: str) -> None:
    Run.objects.filter(pk=run.pk).exclude(state=State.CANCELLED).update(state=state, sentence=sentence[:400])
    run.state, run.sentence = state, sentence[:400]


def _settle(run: Run, outcome: pipeline.Outcome) -> None:
    """What was shown is to be confirmed, to be applied, or is nothing."""
    state = State.WAITING if outcome.sentence else State.READY
    _end(run, state, outcome.sentence)
