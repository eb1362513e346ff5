"""Writing notes: what they say and ask, whom they are for, what is joined to them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import Conflict, DomainError, NotAllowed
from core.files import services as files
from core.people.records import check, fill
from core.people.text import tidy
from core.permissions.viewer import Viewer
from core.ui import richtext
from modules.liaison import finding, rules, selectors
from modules.liaison.choices import Needed, NoteKind
from modules.liaison.models import (
    BODY_LENGTH,
    MAX_AMOUNT,
    Attachment,
    Choice,
    Line,
    Note,
    Revision,
    Slot,
)
from modules.liaison.selectors import Spec
from modules.liaison.selectors.audience import listed
from modules.liaison.services import telling
from modules.liaison.services.holding import hold, keep_file, one_at_a_time, refuse_unless, touch

MAX_ATTACHMENTS, MAX_CHOICES, MAX_SLOTS = 10, 8, 200
LONGEST_SLOT = 240


@dataclass(frozen=True, kw_only=True)
class ChoiceSpec:
    label: str
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class SlotSpec:
    """An appointment to offer: `starts_at` is aware, `minutes` its length, `places` how many families it takes."""

    starts_at: datetime
    minutes: int = 15
    places: int = 1
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an author decides about a note. `body` is light Markdown; `choices` None leaves them as they are."""

    kind: str
    title: str
    body: str = ""
    needed: str = Needed.ONE
    pupils_see: bool = False
    due_on: date | None = None
    paper: str = ""
    publish_at: datetime | None = None
    audience: Spec = field(default_factory=Spec)
    choices: Sequence[ChoiceSpec] | None = None
    slots_added: Sequence[SlotSpec] = ()
    slots_dropped: Sequence[int] = ()
    files_added: Sequence[UploadedFile] = ()
    files_dropped: Sequence[int] = ()


@transaction.atomic
def create_note(*, viewer: Viewer, content: Content, key: uuid.UUID | None = None) -> Note:
    """A draft, seen by its author alone. With the `key` of one that they have made already, that one, unchanged.

    Raises NotAllowed, or DomainError with a sentence per field.
    """
    if not rules.writes(viewer.codes):
        raise NotAllowed("write", _("L’envoi de mots aux familles ne vous est pas ouvert."))
    if key is not None:
        one_at_a_time(key)
        if made := Note.objects.filter(key=key).first():
            return _own(made, viewer)
    note = Note(author=viewer.person, kind=NoteKind(content.kind), key=key or uuid.uuid4())
    _write(note, content)
    note.save()
    _set_parts(note, viewer, content)
    finding.changed(note)
    audit.record("liaison.create", actor=viewer.person, target=note)
    return note


def _own(note: Note, viewer: Viewer) -> Note:
    if viewer.person is None or note.author_id != viewer.person.pk:
        raise Conflict("key", _("Rechargez la page, puis recommencez."))
    return note


@transaction.atomic
def change_note(*, viewer: Viewer, note: Note, version: int, content: Content) -> Note:
    """Rewrite a draft that the viewer saw as `version`. Raises Conflict when it has moved on since."""
    note = hold(note, version=version)
    refuse_unless(selectors.rights_on(viewer, note).edit)
    changes = _write(note, content)
    _set_parts(note, viewer, content)
    touch(note)
    audit.record("liaison.change", actor=viewer.person, target=note, changes=changes)
    return note


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """What may still change once families have it; each change is shown to them."""

    body: str
    due_on: date | None
    pupils_see: bool
    slots_added: Sequence[SlotSpec] = ()
    files_added: Sequence[UploadedFile] = ()


@transaction.atomic
def amend_note(*, viewer: Viewer, note: Note, version: int, change: Amendment) -> Note:
    """Change a published note within its limits: never whom it is for nor what it asks.

    The last day may only move on, as long as somebody counts on it. Raises Conflict and DomainError.
    """
    note = hold(note, version=version)
    refuse_unless(selectors.rights_on(viewer, note).amend)
    if change.due_on != note.due_on and change.due_on is not None and change.due_on < timezone.localdate():
        raise _refused("due_on", _("La date limite ne peut pas être déjà passée."))
    body = _body(change.body)
    if not body.strip():
        raise _refused("body", _("Un mot publié ne peut pas devenir vide."))
    what = []
    if body != note.body:
        what.append(_("le texte"))
    if change.due_on != note.due_on:
        what.append(_("la date limite"))
    if change.slots_added:
        what.append(_("des créneaux ajoutés"))
    if change.files_added:
        what.append(_("une pièce jointe"))
    seen_changes = change.pupils_see != note.pupils_see
    if not what and not seen_changes:
        return note
    note.body, note.body_html, note.due_on = body, str(richtext.to_html(body)), change.due_on
    note.pupils_see = change.pupils_see
    _add_slots(note, change.slots_added)
    _add_files(note, viewer, change.files_added)
    if what:
        Revision.objects.create(note=note, by=viewer.person, what=listed(what))
    touch(note)
    audit.record("liaison.amend", actor=viewer.person, target=note, changes={"quoi": [None, ", ".join(what)]})
    telling.changed(note)
    return note


# --- The row --------------------------------------------------------------------------------------------
def _write(note: Note, content: Content) -> dict[str, list[Any]]:
    """Fill and check the row without saving it. Returns what changed, as the journal tells it."""
    body = _body(content.body)
    if content.publish_at is not None and not 2000 <= content.publish_at.year <= 2100:
        raise _refused("publish_at", _("Cette date est hors du possible\u00a0: vérifiez l’année."))
    values = {
        "title": tidy(content.title),
        "body": body,
        "needed": Needed(content.needed),
        "pupils_see": content.pupils_see,
        "due_on": content.due_on,
        "paper": tidy(content.paper),
        "publish_at": content.publish_at,
    }
    changes = fill(note, values, allowed=values)
    note.body_html = str(richtext.to_html(body))
    check(note)
    if "body" in changes:  # the journal tells that the text changed, not the text
        changes["body"] = [len(text) for text in changes["body"]]
    return changes


def _body(text: str) -> str:
    body = richtext.normalise(text)
    if len(body) > BODY_LENGTH:
        sentence = _("Ce texte est trop long\u00a0: %(limit)d caractères au plus.") % {"limit": BODY_LENGTH}
        raise _refused("body", sentence)
    return body


def _refused(name: str, sentence: str) -> DomainError:
    return DomainError("invalid", sentence, {name: sentence})


# --- Its parts ------------------------------------------------------------------------------------------
def _set_parts(note: Note, viewer: Viewer, content: Content) -> None:
    _set_audience(note, viewer, content.audience)
    if content.choices is not None and note.kind == NoteKind.OUTING:
        _set_choices(note, content.choices)
    if note.kind == NoteKind.APPOINTMENT:
        note.slots.filter(pk__in=content.slots_dropped).delete()
        _add_slots(note, content.slots_added)
    for attachment in note.attachments.select_related("file").filter(pk__in=content.files_dropped):
        attachment.delete()
        files.remove(stored=attachment.file, actor=viewer.person)
    _add_files(note, viewer, content.files_added)


def _set_audience(note: Note, viewer: Viewer, spec: Spec) -> None:
    """Replace the lines. What the viewer may not write about is refused, not left out."""
    if not selectors.is_within_reach(viewer, spec):
        sentence = _("Vous n’écrivez qu’aux familles des élèves à qui vous enseignez.")
        raise DomainError("beyond-reach", sentence, {"classes": sentence})
    classes, groups = selectors.writable_classes(viewer), selectors.writable_groups(viewer)
    note.lines.all().delete()
    Line.objects.bulk_create(
        [
            *(Line(note=note, school_class=row) for row in classes.filter(pk__in=spec.classes)),
            *(Line(note=note, group=row) for row in groups.filter(pk__in=spec.groups)),
            *(Line(note=note, pupil=row) for row in selectors.writable_pupils(viewer).filter(pk__in=spec.pupils)),
        ]
    )


def _set_choices(note: Note, choices: Sequence[ChoiceSpec]) -> None:
    if len(choices) > MAX_CHOICES:
        raise _refused("choice_1", _("%(limit)d choix au plus.") % {"limit": MAX_CHOICES})
    for choice in choices:
        if choice.amount is not None and not 0 <= choice.amount <= MAX_AMOUNT:
            raise _refused("choice_1", _("Ce montant est hors du possible."))
    note.choices.all().delete()
    Choice.objects.bulk_create(
        Choice(note=note, label=tidy(choice.label), amount=choice.amount, position=position)
        for position, choice in enumerate(choices)
    )


def _add_slots(note: Note, slots: Sequence[SlotSpec]) -> None:
    """Those that are offered already, at the same time and place, stay one."""
    if note.slots.count() + len(slots) > MAX_SLOTS:
        raise _refused("slot_day", _("%(limit)d créneaux au plus.") % {"limit": MAX_SLOTS})
    for slot in slots:
        if not 1 <= slot.minutes <= LONGEST_SLOT or not 1 <= slot.places <= 500:
            raise _refused("slot_minutes", _("Ce créneau est hors du possible."))
    Slot.objects.bulk_create(
        (
            Slot(note=note, starts_at=slot.starts_at, minutes=slot.minutes, places=slot.places, place=tidy(slot.place))
            for slot in slots
        ),
        ignore_conflicts=True,
    )


def slots_between(start: datetime, end: datetime, *, minutes: int, places: int, place: str) -> list[SlotSpec]:
    """Slots one after the other from `start`, the last of them over at `end`."""
    found: list[SlotSpec] = []
    length = timedelta(minutes=max(minutes, 1))
    while start + length <= end and len(found) <= MAX_SLOTS:
        found.append(SlotSpec(starts_at=start, minutes=minutes, places=places, place=place))
        start += length
    return found


def _add_files(note: Note, viewer: Viewer, uploads: Sequence[UploadedFile]) -> None:
    if note.attachments.count() + len(uploads) > MAX_ATTACHMENTS:
        raise _refused("attachments", _("%(limit)d pièces jointes au plus.") % {"limit": MAX_ATTACHMENTS})
    for upload in uploads:
        stored = keep_file(upload, actor=viewer.person, owner=f"note:{note.pk}", field_name="attachments")
        Attachment.objects.create(note=note, file=stored)


@transaction.atomic
def duplicate_note(*, viewer: Viewer, note: Note) -> Note:
    """A new draft that says the same, for whoever of the audience the viewer may still write to; dates are left out."""
    spec = selectors.spec_of(note)
    if not selectors.is_within_reach(viewer, spec):
        spec = Spec()
    content = Content(
        kind=note.kind, title=note.title, body=note.body, needed=note.needed, pupils_see=note.pupils_see,
        paper=note.paper, audience=spec,
        choices=[ChoiceSpec(label=choice.label, amount=choice.amount) for choice in note.choices.all()],
    )  # fmt: skip
    return create_note(viewer=viewer, content=content)
