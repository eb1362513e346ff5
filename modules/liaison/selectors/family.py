"""What a family reads: one item for each child, what is to be done first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.people.families import children_seen_by, links_with_access
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.ui.typography import NBSP, in_words
from modules.liaison import rules
from modules.liaison.choices import ACKNOWLEDGED, Answer, NoteKind, Outcome, Status
from modules.liaison.models import Choice, Copy, Note, Paper, Receipt, Revision, Slot
from modules.liaison.selectors.notes import family_copies
from modules.liaison.selectors.outcomes import with_outcome

VERBS = {
    NoteKind.INFORMATION: _lazy("Lire"),
    NoteKind.PRAISE: _lazy("Lire"),
    NoteKind.REMARK: _lazy("Lire"),
    NoteKind.SIGNATURE: _lazy("Signer"),
    NoteKind.OUTING: _lazy("Répondre"),
    NoteKind.APPOINTMENT: _lazy("Choisir un créneau"),
}


@dataclass(frozen=True)
class Other:
    """The other guardian, and what they said: in words only where one answer suffices."""

    guardian: Person
    given: bool
    says: str


@dataclass(frozen=True)
class Item:
    """A note for one child, as one reader sees it. `mine` is their receipt; pupils have none."""

    copy: Any
    child: Person
    number: int
    mine: Receipt | None = None
    others: tuple[Other, ...] = ()
    papers: tuple[Paper, ...] = ()
    todo: bool = False
    is_guardian: bool = False

    @property
    def note(self) -> Note:
        found: Note = self.copy.note
        return found

    @property
    def outcome(self) -> str:
        return str(self.copy.outcome)

    @property
    def given(self) -> bool:
        return self.mine is not None and is_given(self.note, self.mine)

    @property
    def says(self) -> str:
        return receipt_in_words(self.note, self.mine) if self.mine else ""

    @property
    def verb(self) -> str:
        if self.paper_missing and (self.given or self.copy.yes):
            return str(_lazy("Rendre le document"))
        return str(VERBS[NoteKind(self.note.kind)])

    @property
    def paper_missing(self) -> bool:
        return bool(self.note.paper) and not self.copy.paper_back

    @property
    def late(self) -> bool:
        return self.todo and self.note.is_late(timezone.localdate())

    @property
    def may_answer(self) -> bool:
        answered = self.mine is not None and self.mine.is_given
        return self.is_guardian and rules.may_answer(
            self.note.status, self.note.due_on, timezone.localdate(), has_answered=answered
        )

    @property
    def may_return(self) -> bool:
        return self.is_guardian and bool(self.note.paper) and self.note.status == Status.PUBLISHED

    @property
    def changed_since(self) -> bool:
        """Whether the note was changed after this guardian answered it."""
        at = self.mine and (self.mine.answered_at or self.mine.acknowledged_at)
        return bool(at and any(revision.at > at for revision in self.note.revisions.all()))


def is_given(note: Note, receipt: Receipt) -> bool:
    """Whether this receipt gives what the note asks for."""
    return receipt.acknowledged_at is not None if note.only_acknowledged else bool(receipt.answer)


def receipt_in_words(note: Note, receipt: Receipt) -> str:
    """« Accepté : avec pique-nique (12,50 €) »"""
    if not receipt.answer:
        return _("Pris connaissance") if receipt.acknowledged_at else ""
    said = receipt.get_answer_display()
    detail = answer_detail(receipt.choice, receipt.slot)
    return _("%(said)s\u00a0: %(detail)s") % {"said": said, "detail": detail} if detail else said


def answer_detail(choice: Choice | None, slot: Slot | None) -> str:
    """The choice with its amount, or the slot with its place."""
    if choice is not None:
        return f"{choice.label} ({euros(choice.amount)})" if choice.amount is not None else choice.label
    return slot_in_words(slot) if slot is not None else ""


def slot_in_words(slot: Slot) -> str:
    """« jeudi 3 décembre, 17:15 (salle 12) »"""
    when = in_words(slot.starts_at)
    return f"{when} ({slot.place})" if slot.place else when


def euros(amount: Any) -> str:
    """« 12,50 € »"""
    return f"{amount:.2f}".replace(".", ",") + f"{NBSP}€"


# --- Lists ----------------------------------------------------------------------------------------------
def copies_to_read(viewer: Viewer, child: Person | None = None) -> QuerySet[Any]:
    """The family's copies with outcome and `todo`, ready for lists; of one child, when one is chosen."""
    copies = with_outcome(family_copies(viewer), viewer.modules)
    if child is not None:
        copies = copies.filter(child=child)
    mine = Receipt.objects.filter(copy=OuterRef("pk"), guardian=viewer.person)
    given = Q(note__kind__in=ACKNOWLEDGED) & Q(Exists(mine.filter(acknowledged_at__isnull=False)))
    given |= Q(Exists(mine.exclude(answer=Answer.NONE)))
    children = [one.pk for one in children_seen_by(viewer)]
    todo = Q(child__in=children, note__status=Status.PUBLISHED, outcome=Outcome.WAITING) & (
        ~given | Q(paper_back=False)
    )
    annotated: QuerySet[Any] = copies.annotate(todo=Case(When(todo, then=Value(True)), default=Value(False)))
    return annotated


def todo_of(viewer: Viewer, child: Person | None = None) -> QuerySet[Any]:
    """What is still to be done, the nearest last day first."""
    copies = copies_to_read(viewer, child).filter(todo=True)
    return copies.order_by(F("note__due_on").asc(nulls_last=True), "note__published_at", "pk")


def read_of(viewer: Viewer, child: Person | None = None) -> QuerySet[Any]:
    """All the rest, the latest first."""
    return copies_to_read(viewer, child).filter(todo=False).order_by("-note__published_at", "-pk")


def items_of(viewer: Viewer, copies: Iterable[Any] | QuerySet[Any]) -> list[Item]:
    """The copies (of `copies_to_read`) as their reader sees them. Five queries, however many they are."""
    rows = list(copies)
    ids = [copy.pk for copy in rows]
    receipts = _by_copy(Receipt.objects.filter(copy__in=ids).select_related("choice", "slot", "guardian"))
    papers = _by_copy(Paper.objects.filter(copy__in=ids, guardian=viewer.person).select_related("file"))
    numbers = {child.pk: number for number, child in enumerate(children_seen_by(viewer), start=1)}
    guardians = _guardians_of([copy.child_id for copy in rows if copy.child_id in numbers], viewer)
    return [
        _item(viewer, copy, numbers, receipts.get(copy.pk, []), papers.get(copy.pk, []), guardians) for copy in rows
    ]


def ready(copies: QuerySet[Any]) -> QuerySet[Any]:
    """With what an item shows."""
    return copies.select_related("note__author", "child").prefetch_related(
        Prefetch("note__revisions", Revision.objects.order_by("at"))
    )


def _item(
    viewer: Viewer,
    copy: Any,
    numbers: dict[int, int],
    receipts: list[Receipt],
    papers: list[Paper],
    guardians: dict[int, list[Person]],
) -> Item:
    number = numbers.get(copy.child_id)
    if number is None:  # the pupil, who reads and answers nothing
        return Item(copy, copy.child, 1)
    me = viewer.person
    by_guardian = {receipt.guardian_id: receipt for receipt in receipts}
    others = [
        _other(copy.note, guardian, by_guardian.get(guardian.pk))
        for guardian in guardians.get(copy.child_id, [])
        if me is not None and guardian.pk != me.pk
    ]
    return Item(
        copy, copy.child, number,
        mine=by_guardian.get(me.pk) if me else None,
        others=tuple(others), papers=tuple(papers), todo=bool(copy.todo), is_guardian=True,
    )  # fmt: skip


def _other(note: Note, guardian: Person, receipt: Receipt | None) -> Other:
    given = receipt is not None and is_given(note, receipt)
    says = receipt_in_words(note, receipt) if receipt is not None and given and not note.needs_all else ""
    return Other(guardian, given, says)


def _by_copy(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.copy_id, []).append(row)
    return found


def _guardians_of(children: Sequence[int], viewer: Viewer) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    links = links_with_access(viewer.modules).filter(child__in=children).select_related("guardian")
    for link in links.order_by("priority", "pk"):
        if link.guardian not in found.setdefault(link.child_id, []):
            found[link.child_id].append(link.guardian)
    return found


def family_items(viewer: Viewer, note: Note) -> list[Item]:
    """A note, for each of the viewer's children whom it concerns."""
    return items_of(viewer, ready(copies_to_read(viewer).filter(note=note)).order_by("child__first_name", "pk"))


def get_copy_or_404(viewer: Viewer, pk: int) -> Copy:
    """A copy that the viewer answers as a guardian. Raises Http404 for all others."""
    children = [child.pk for child in children_seen_by(viewer)]
    copy = family_copies(viewer).filter(pk=pk, child__in=children).select_related("note", "child").first()
    if copy is None:
        raise Http404("no such copy")
    return copy


@dataclass(frozen=True)
class FreeSlot:
    """A slot as a family sees it: free or taken, and whether it is theirs."""

    slot: Slot
    free: int
    mine: bool = False
    past: bool = False

    @property
    def may_be_chosen(self) -> bool:
        return self.mine or (self.free > 0 and not self.past)


def slots_for(item: Item, now: datetime | None = None) -> list[FreeSlot]:
    """The slots of an appointment, with what is left of each."""
    now = now or timezone.now()
    taken: dict[int, int] = {}
    for slot in Receipt.objects.filter(slot__note=item.note.pk).values_list("slot", flat=True):
        taken[slot] = taken.get(slot, 0) + 1
    chosen = item.mine.slot_id if item.mine else None
    return [
        FreeSlot(slot, slot.places - taken.get(slot.pk, 0), slot.pk == chosen, slot.starts_at <= now)
        for slot in item.note.slots.all()
    ]


def history_of(item: Item) -> list[dict[str, Any]]:
    """What the reader answered, each time: entries of a timeline, the latest last."""
    if item.mine is None:
        return []
    steps = list(item.mine.steps.all())
    if len(steps) < 2:
        return []
    return [
        {
            "title": "\u00a0: ".join(part for part in (step.get_answer_display(), step.detail) if part),
            "when": step.at,
            "who": _("saisi par l’établissement, d’après le papier") if step.on_paper else "",
            "text": step.word,
        }
        for step in steps
    ]


def due_in_words(due_on: date | None) -> str:
    return in_words(due_on)
