"""The way of a note: published at once or at its hour, closed, withdrawn, and back again."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.modules.state import Modules
from core.people.families import links_with_access
from core.permissions.viewer import Viewer
from core.structure.selectors import class_memberships
from modules.liaison import selectors
from modules.liaison.choices import Status
from modules.liaison.models import Note
from modules.liaison.selectors.preview import Preview, widened
from modules.liaison.services import telling
from modules.liaison.services.holding import hold, refuse_unless, touch
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


class AudienceWidened(Conflict):
    """It would reach more than when its author looked; `preview` holds the new count."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            "audience-widened",
            _("Les destinataires sont plus nombreux que tout à l’heure. Vérifiez-les, puis recommencez."),
        )
        self.preview = preview


@transaction.atomic
def publish(*, viewer: Viewer, note: Note, version: int, seen: str) -> Note:
    """Publish at once, or schedule where `publish_at` is still to come. `seen` is the preview's fingerprint.

    Raises AudienceWidened when it reaches more than its author saw, DomainError when something is missing.
    """
    note = hold(note, version=version)
    refuse_unless(selectors.rights_on(viewer, note).publish)
    preview = selectors.preview_of(note, viewer)
    if preview.problems:
        raise DomainError("incomplete", preview.problems[0])
    if widened(seen, preview):
        raise AudienceWidened(preview)
    later = note.publish_at is not None and note.publish_at > timezone.now()
    if later:
        note.status = Status.SCHEDULED
        touch(note)
    else:
        _release(note, viewer.modules)
    audit.record(
        "liaison.publish",
        actor=viewer.person,
        target=note,
        changes={"status": [Status.DRAFT, note.status], "élèves": [None, preview.pupils]},
    )
    adoption.count("liaison.publish", viewer)
    if later:
        adoption.count("liaison.schedule", viewer)
    return note


def _release(note: Note, modules: Modules) -> None:
    """The note reaches families now: one row for each child, one for each of its guardians, then the news of it."""
    note.status, note.published_at = Status.PUBLISHED, timezone.now()
    touch(note)
    distribute(note, modules)
    telling.published(note, modules)


def distribute(note: Note, modules: Modules) -> None:
    """Write the rows of those of the audience who have none yet, in two statements however many they are."""
    belonging = class_memberships().filter(person=OuterRef("pk")).order_by("pk").values("school_class")[:1]
    pupils = selectors.pupils_of(selectors.spec_of(note)).annotate(here=Subquery(belonging))
    links = links_with_access(modules).filter(child__liaison_copies__note=note)
    _insert(
        "INSERT INTO liaison_copy (note_id, child_id, school_class_id) SELECT %s, r.child, r.here"
        " FROM ({}) r(child, here) ON CONFLICT DO NOTHING",
        pupils.order_by().values_list("pk", "here"),
        note.pk,
    )
    _insert(
        "INSERT INTO liaison_receipt (copy_id, guardian_id, answer, word, on_paper)"
        " SELECT r.copy, r.guardian, '', '', false FROM ({}) r(copy, guardian) ON CONFLICT DO NOTHING",
        links.order_by().values_list("child__liaison_copies__pk", "guardian_id").distinct(),
    )


def _insert(statement: str, rows: Any, *before: Any) -> None:
    text, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(text), [*before, *values])


def publish_due(now: datetime | None = None) -> int:
    """Publish what was scheduled for now or before. Returns how many. What lost its audience stays, as a draft."""
    modules, done = Modules(Establishment.objects.get(uai=current_uai())), 0
    for pk in list(selectors.due_notes(now).values_list("pk", flat=True)):
        with transaction.atomic():
            note = Note.objects.select_for_update(skip_locked=True).filter(pk=pk, status=Status.SCHEDULED).first()
            if note is None:
                continue
            if not selectors.pupils_of(selectors.spec_of(note)).exists():
                note.status = Status.DRAFT
                touch(note)
                audit.record("liaison.unschedule", actor=None, target=note)
                continue
            _release(note, modules)
            audit.record("liaison.publish", actor=None, target=note)
            done += 1
    return done


@transaction.atomic
def extend(*, viewer: Viewer, note: Note) -> int:
    """Give a published note to those who have come into its classes since. Returns how many pupils."""
    note = hold(note)
    refuse_unless(selectors.rights_on(viewer, note).amend)
    before = set(note.copies.values_list("child", flat=True))
    distribute(note, viewer.modules)
    added = sorted(set(note.copies.values_list("child", flat=True)) - before)
    if added:
        changes = {"élèves": [len(before), len(before) + len(added)]}
        audit.record("liaison.extend", actor=viewer.person, target=note, changes=changes)
        telling.told_later(note, viewer.modules, children=added)
    return len(added)


# --- Steps ----------------------------------------------------------------------------------------------
def unschedule(*, viewer: Viewer, note: Note) -> Note:
    """A draft again, before it left."""
    return _move(viewer, note, "unschedule", Status.DRAFT)


def close(*, viewer: Viewer, note: Note) -> Note:
    """Families read it still and answer it no more."""
    return _move(viewer, note, "close", Status.CLOSED)


def reopen(*, viewer: Viewer, note: Note) -> Note:
    """The undo of `close`."""
    return _move(viewer, note, "reopen", Status.PUBLISHED)


def withdraw(*, viewer: Viewer, note: Note) -> Note:
    """Families no longer see it, nor what was told of it. What they answered is kept."""
    return _move(viewer, note, "withdraw", Status.WITHDRAWN)


def restore(*, viewer: Viewer, note: Note) -> Note:
    """The undo of `withdraw`: as it was."""
    return _move(viewer, note, "restore", Status.PUBLISHED)


def discard(*, viewer: Viewer, note: Note) -> Note:
    """Put a draft away. It can be recovered until housekeeping erases it."""
    return _move(viewer, note, "discard", Status.DISCARDED)


def recover(*, viewer: Viewer, note: Note) -> Note:
    """The undo of `discard`."""
    return _move(viewer, note, "recover", Status.DRAFT)


@transaction.atomic
def _move(viewer: Viewer, note: Note, verb: str, to: Status) -> Note:
    note = hold(note)
    refuse_unless(getattr(selectors.rights_on(viewer, note), verb))
    before, note.status = note.status, to
    if verb == "close":
        note.closed_at = timezone.now()
    elif verb == "restore" and note.closed_at is not None:
        note.status = Status.CLOSED
    elif verb == "reopen":
        note.closed_at = None
    touch(note)
    audit.record(f"liaison.{verb}", actor=viewer.person, target=note, changes={"status": [before, note.status]})
    telling.moved(note, verb)
    return note
