"""Asking for an archive, building it, taking it away, forgetting it after a week."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO

from django.core.files import File
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit.services import record
from core.errors import Conflict, DomainError
from core.files import services as files
from core.files.models import Kind, StoredFile
from core.jobs import services as jobs
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.privacy import tasks
from core.privacy.exporting.gathering import areas, manifests_for
from core.privacy.exporting.packing import pack
from core.privacy.models import Archive
from core.privacy.selectors import subjects
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai
from tenants.work.models import BROKEN
from tenants.work.models import State as WorkState

State = Archive.State
MODULE = "privacy"
DAYS_KEPT = 7
# An archive that a worker left unfinished for so long may be asked for again.
GIVEN_UP = timedelta(hours=2)
_CHUNK = 64 * 1024


def ask(*, viewer: Viewer, person: Person) -> Archive:
    """Have an archive built for whoever asks: about themselves, or a child of theirs.

    The one that is under way is given back; two are never built at once. Raises DomainError for anybody else's.
    """
    if viewer.person is None or person not in subjects(viewer):
        raise DomainError("not-theirs", _("Vous ne pouvez pas demander les données de cette personne."))
    _give_up(person, viewer.person)
    under_way = Q(person=person, asked_by=viewer.person, state__in=(State.WAITING, State.RUNNING))
    if found := Archive.objects.filter(under_way).first():
        return found
    try:
        with transaction.atomic():
            archive = Archive.objects.create(person=person, asked_by=viewer.person)
            archive.run = jobs.start(
                tasks.build_archive, archive.pk, label=_("Archive de données personnelles"), actor=viewer.person
            )
            archive.save(update_fields=["run"])
            record("privacy.ask_archive", actor=viewer.person, target=person)
            adoption.count("privacy.archive", viewer)
    except IntegrityError:
        return Archive.objects.get(under_way)
    return archive


def _give_up(person: Person, asker: Person) -> None:
    """What nobody builds any more stands in nobody's way."""
    jobs.settle_silent()
    over = Q(asked_at__lt=timezone.now() - GIVEN_UP) | Q(run__state__in=(*BROKEN, WorkState.CANCELLED))
    old = Archive.objects.filter(over, person=person, asked_by=asker, state__in=(State.WAITING, State.RUNNING))
    old.update(state=State.FAILED)


def build(pk: int) -> None:
    """Gather, pack and keep the archive; a task, which may be run again from the start.

    Whoever has lost the right to ask meanwhile (authority that ended) gets nothing.
    """
    with jobs.track(_("Archive de données personnelles")) as job:
        archive = Archive.objects.select_related("person", "asked_by", "run").filter(pk=pk).first()
        if archive is None or not archive.is_under_way:
            return
        viewer = viewer_as(archive.asked_by, Establishment.objects.get(uai=current_uai()))
        if archive.asked_by.left_on is not None or archive.person not in subjects(viewer):
            _set(pk, state=State.FAILED)
            return
        _set(pk, state=State.RUNNING)
        try:
            job.expect(len(manifests_for(viewer)))
            _gather(archive, viewer, job.advance)
        except Exception:
            if not connection.needs_rollback:
                _set(pk, state=State.FAILED)
            raise


def _gather(archive: Archive, viewer: Viewer, step: Callable[[], None]) -> None:
    person = archive.person
    with TemporaryFile() as target:
        pack(target, viewer=viewer, person=person, areas=areas(viewer, person), step=step)
        _keep(archive, target)


def _set(pk: int, **values: object) -> None:
    Archive.objects.filter(pk=pk).update(**values)


@transaction.atomic
def _keep(archive: Archive, target: IO[bytes]) -> None:
    """The bytes go where the school's files are, under a row of their own that only whoever asked may read."""
    current = Archive.objects.select_for_update().get(pk=archive.pk)
    if not current.is_under_way:
        return  # another worker was quicker
    target.seek(0)
    digest, size = _measured(target)
    name = f"donnees-{slugify(archive.person.full_name) or 'personne'}-{timezone.localdate():%Y-%m-%d}.zip"
    stored = StoredFile(
        module=MODULE, kind=Kind.DOCUMENT, owner_ref=f"archive:{archive.pk}", name=name,
        content_type="application/zip", size=size, sha256=digest,
    )  # fmt: skip
    stored.content.save("content", File(target), save=False)
    stored.save(force_insert=True)
    current.file, current.state = stored, State.READY
    current.expires_at = timezone.now() + timedelta(days=DAYS_KEPT)
    current.save()
    record("privacy.archive_ready", actor=None, target=archive.person)


def _measured(target: IO[bytes]) -> tuple[str, int]:
    """SHA-256 in hexadecimal and length in bytes; leaves the file at its beginning."""
    digest, size = hashlib.sha256(), 0
    while chunk := target.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    target.seek(0)
    return digest.hexdigest(), size


@transaction.atomic
def note_download(*, archive: Archive, actor: Person) -> None:
    """Each time it is taken away, the journal says so."""
    record("privacy.download_archive", actor=actor, target=archive.person)


@transaction.atomic
def remove(*, archive: Archive, actor: Person | None) -> None:
    """Erase the bytes before their week is over."""
    held = Archive.objects.select_for_update(of=("self",)).select_related("file", "person")
    current = held.filter(pk=archive.pk).first()
    if current is None or current.state != State.READY:
        raise Conflict("gone", _("Cette archive est déjà effacée."))
    _forget(current, actor)


def forget_old() -> int:
    """Erase the bytes of archives whose week is over; a job. Returns how many."""
    over = list(_over(timezone.now()).select_related("file", "person"))
    for archive in over:
        with transaction.atomic():
            _forget(archive, None)
    return len(over)


def _over(now: datetime) -> QuerySet[Archive]:
    return Archive.objects.filter(state=State.READY, expires_at__lte=now)


def _forget(archive: Archive, actor: Person | None) -> None:
    stored, archive.file, archive.state = archive.file, None, State.EXPIRED
    archive.save()
    record("privacy.forget_archive", actor=actor, target=archive.person)
    if stored is not None:
        files.remove(stored=stored, actor=actor)


def erase_archives(found: QuerySet[Archive]) -> int:
    """Remove archives with their bytes, whatever their state; within another service's transaction."""
    archives = list(found.select_related("file"))
    for archive in archives:
        stored = archive.file
        archive.delete()
        if stored is not None:
            files.remove(stored=stored, actor=None)
    return len(archives)
