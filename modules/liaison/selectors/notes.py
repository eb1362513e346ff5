"""Which notes a person may see, and what they may do with each."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone

from core.files.models import StoredFile
from core.people.choices import Role
from core.people.families import children_seen_by
from core.permissions.viewer import Viewer
from modules.liaison import rules
from modules.liaison.choices import NoteKind, Status
from modules.liaison.models import Attachment, Copy, Note

SETTLED = (*rules.OUT, Status.WITHDRAWN)


def child_keys(viewer: Viewer) -> list[int]:
    """The children whose notes the viewer reads as a guardian."""
    return [child.pk for child in children_seen_by(viewer)]


def family_copies(viewer: Viewer) -> QuerySet[Copy]:
    """The copies that the viewer reads: as a guardian, of each child; as a pupil, what pupils are shown."""
    me = viewer.person
    if me is None or not viewer.can(rules.VIEW):
        return Copy.objects.none()
    mine = Q(child__in=child_keys(viewer))
    if Role.PUPIL in viewer.roles:
        mine |= Q(child=me, note__pupils_see=True)
    return Copy.objects.filter(mine, note__status__in=rules.OUT)


def notes_visible_to(viewer: Viewer) -> QuerySet[Note]:
    """What the viewer's family has received, what they wrote, and, for who manages all, whatever has been out."""
    me = viewer.person
    if me is None or not viewer.can(rules.VIEW):
        return Note.objects.none()
    children = child_keys(viewer)
    visible = Q(author=me)
    if children:
        visible |= Q(status__in=rules.OUT, pk__in=Copy.objects.filter(child__in=children).values("note"))
    if Role.PUPIL in viewer.roles:
        own = Copy.objects.filter(child=me).values("note")
        visible |= Q(status__in=rules.OUT, pupils_see=True, pk__in=own)
    if viewer.can(rules.MANAGE):
        visible |= Q(status__in=(*SETTLED, Status.SCHEDULED))
    return Note.objects.filter(visible)


def get_visible_or_404(viewer: Viewer, pk: int) -> Note:
    """The note of an address with what its pages show. Raises Http404 outside one's sight."""
    note = whole(notes_visible_to(viewer)).filter(pk=pk).first()
    if note is None:
        raise Http404("no such note")
    return note


def whole(notes: QuerySet[Note]) -> QuerySet[Note]:
    return notes.select_related("author").prefetch_related(
        "lines__school_class", "lines__group", "lines__pupil", "choices", "slots", "attachments__file", "revisions"
    )


def written_or_404(viewer: Viewer, pk: int, right: str) -> Note:
    """A note with which the viewer may do this (a flag of `rules.Rights`)."""
    note = get_visible_or_404(viewer, pk)
    if not getattr(rights_on(viewer, note), right):
        raise Http404(right)
    return note


def rights_on(viewer: Viewer, note: Note) -> rules.Rights:
    is_author = viewer.person is not None and note.author_id == viewer.person.pk
    return rules.rights(viewer.codes, note.status, is_author=is_author)


def followed_notes(
    viewer: Viewer, *, status: str = "", kind: str = "", everyone: bool = False, school_class: int | None = None
) -> QuerySet[Any]:
    """The notes that the viewer writes and follows, what is still running first. `everyone`: of the whole staff."""
    notes = Note.objects.exclude(status=Status.DISCARDED).select_related("author")
    notes = notes.prefetch_related("lines__school_class", "lines__group", "lines__pupil")
    if everyone and viewer.can(rules.MANAGE):
        notes = notes.filter(Q(author=viewer.person) | ~Q(status=Status.DRAFT))
    else:
        notes = notes.filter(author=viewer.person)
    if status:
        notes = notes.filter(status=status)
    if kind:
        notes = notes.filter(kind=kind)
    if school_class is not None:
        notes = notes.filter(pk__in=Copy.objects.filter(school_class=school_class).values("note"))
    order = Case(
        When(status=Status.DRAFT, then=Value(0)),
        When(status=Status.SCHEDULED, then=Value(1)),
        When(status=Status.PUBLISHED, then=Value(2)),
        default=Value(3),
    )
    return notes.order_by(order, "-published_at", "-updated_at", "-pk")


def running_notes(viewer: Viewer) -> QuerySet[Note]:
    """One's own notes that families still answer to, the nearest last day first."""
    notes = Note.objects.filter(author=viewer.person, status=Status.PUBLISHED)
    return notes.select_related("author").order_by("due_on", "-published_at", "pk")


def pupils_see_by_default(viewer: Viewer, kind: str) -> bool:
    return bool(viewer.modules["liaison"].settings[f"pupils_see_{NoteKind(kind).value}"])


def notes_holding(viewer: Viewer, stored: StoredFile) -> QuerySet[Note]:
    """The note that joins this file, where the viewer may see it."""
    return notes_visible_to(viewer).filter(pk__in=Attachment.objects.filter(file=stored).values("note"))


def due_notes(now: datetime | None = None) -> QuerySet[Note]:
    """Scheduled notes whose hour has come."""
    return Note.objects.filter(status=Status.SCHEDULED, publish_at__lte=now or timezone.now()).order_by("pk")
