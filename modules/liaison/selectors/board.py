"""Who has answered a note: by child, by class, and in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from core.people.families import links_with_access
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.ui.typography import counted
from modules.liaison import rules
from modules.liaison.choices import NoteKind, Outcome
from modules.liaison.models import Choice, Copy, Note, Paper, Receipt, Slot
from modules.liaison.selectors.family import is_given, receipt_in_words
from modules.liaison.selectors.notes import SETTLED, followed_notes
from modules.liaison.selectors.outcomes import AGREED, with_outcome


@dataclass(frozen=True)
class Said:
    """One guardian's part: a name, never an address. `receipt` None: nothing yet."""

    guardian: Person | None
    receipt: Receipt | None
    says: str
    given: bool

    @property
    def acknowledged_at(self) -> datetime | None:
        return self.receipt.acknowledged_at if self.receipt else None

    @property
    def answered_at(self) -> datetime | None:
        return self.receipt.answered_at if self.receipt else None

    @property
    def word(self) -> str:
        return self.receipt.word if self.receipt else ""

    @property
    def on_paper(self) -> bool:
        return bool(self.receipt and self.receipt.on_paper)

    @property
    def name(self) -> str:
        return self.guardian.full_name if self.guardian else _("Sur papier")


@dataclass(frozen=True)
class Row:
    copy: Any
    said: tuple[Said, ...]
    papers: tuple[Paper, ...]

    @property
    def child(self) -> Person:
        found: Person = self.copy.child
        return found

    @property
    def class_name(self) -> str:
        return str(self.copy.school_class or "")

    @property
    def outcome(self) -> str:
        return str(self.copy.outcome)

    @property
    def outcome_label(self) -> str:
        if self.outcome == Outcome.WAITING and self.copy.agreed:
            return _("Document attendu")
        return str(Outcome(self.outcome).label)

    @property
    def paper_missing(self) -> bool:
        return bool(self.copy.note.paper) and not self.copy.paper_back


@dataclass(frozen=True)
class Tally:
    """How one class, or all of them, stand. `families` leaves out children without a guardian."""

    key: str
    label: str
    counts: Counter[str]
    read_only: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts[outcome] for outcome in Outcome)

    @property
    def families(self) -> int:
        return self.total - self.counts[Outcome.NOBODY]

    @property
    def agreed(self) -> int:
        """Those who have said yes as the note asks for, be their document back or not."""
        return self.counts[AGREED]

    @property
    def answered(self) -> int:
        return self.agreed + self.counts[Outcome.REFUSED] + self.counts[Outcome.CONTRADICTORY]

    @property
    def waiting(self) -> int:
        return self.counts[Outcome.WAITING]


@dataclass(frozen=True)
class ChoiceTotal:
    choice: Choice
    count: int

    @property
    def amount(self) -> Decimal | None:
        return self.choice.amount * self.count if self.choice.amount is not None else None


@dataclass(frozen=True)
class Board:
    note: Note
    whole: Tally
    by_class: tuple[Tally, ...]
    choices: tuple[ChoiceTotal, ...]

    @property
    def amount(self) -> Decimal | None:
        """What the accepted choices cost together; None where nothing costs anything."""
        amounts = [total.amount for total in self.choices if total.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def sentence(self) -> str:
        return in_words(self.note.kind, self.whole)


def in_words(kind: str, tally: Tally) -> str:
    """« 23 familles sur 27 ont signé »"""
    number = tally.answered if kind == NoteKind.OUTING else tally.agreed
    words = counted(number, _("famille"), _("familles"))
    values = {"families": words, "total": tally.families}
    one = number < 2
    if kind == NoteKind.SIGNATURE:
        sentence = _("%(families)s sur %(total)d a signé") if one else _("%(families)s sur %(total)d ont signé")
    elif kind == NoteKind.OUTING:
        sentence = _("%(families)s sur %(total)d a répondu") if one else _("%(families)s sur %(total)d ont répondu")
    elif kind == NoteKind.APPOINTMENT:
        sentence = (
            _("%(families)s sur %(total)d a choisi un créneau")
            if one
            else _("%(families)s sur %(total)d ont choisi un créneau")
        )
    else:
        sentence = (
            _("%(families)s sur %(total)d a pris connaissance")
            if one
            else _("%(families)s sur %(total)d ont pris connaissance")
        )
    return sentence % values


def tally_of(note: Note, counts: Counter[str]) -> Tally:
    """For lists, from `outcomes.tallies`."""
    return Tally("", note.title, counts)


def board_of(note: Note, viewer: Viewer) -> Board:
    """Counts by outcome and by class; three queries, whatever the number of families."""
    whole: Counter[str] = Counter()
    read_only = 0
    classes: dict[tuple[str, str], Counter[str]] = {}
    chosen: Counter[int] = Counter()
    columns = ("school_class_id", "school_class__name", "outcome", "read", "yes", "no", "chosen", "agreed")
    for pk, name, outcome, read, yes, no, choice, agreed in with_outcome(note.copies.all(), viewer.modules).values_list(
        *columns
    ):
        whole[outcome] += 1
        read_only += bool(read and not yes and not no)
        of_class = classes.setdefault((str(pk or ""), name or _("Sans classe")), Counter())
        for counts in (whole, of_class):
            counts[AGREED] += agreed
        of_class[outcome] += 1
        if choice and agreed:
            chosen[choice] += 1
    tallies = [Tally(key, label, counts) for (key, label), counts in classes.items()]
    return Board(
        note,
        Tally("", "", whole, read_only),
        tuple(sorted(tallies, key=lambda tally: tally.label)),
        tuple(ChoiceTotal(choice, chosen[choice.pk]) for choice in note.choices.all()),
    )


def copies_followed(viewer: Viewer, *, note: Note | None = None, outcome: str = "") -> QuerySet[Any]:
    """The copies of one note, or of all that the viewer follows, for `rows_of`."""
    followed = followed_notes(viewer, everyone=True).filter(status__in=SETTLED)
    copies = note.copies.all() if note is not None else Copy.objects.filter(note__in=followed.order_by().values("pk"))
    found = with_outcome(copies, viewer.modules).select_related("note", "child", "school_class")
    return found.filter(outcome=outcome) if outcome else found


def rows_matching(note: Note, viewer: Viewer, *, outcome: str = "", school_class: int | None = None) -> QuerySet[Any]:
    """The copies behind the board, narrowed, by class and name."""
    copies = with_outcome(note.copies.all(), viewer.modules).select_related("note", "child", "school_class")
    if outcome:
        copies = copies.filter(outcome=outcome)
    if school_class is not None:
        copies = copies.filter(school_class=school_class)
    return copies.order_by(F("school_class__name").asc(nulls_last=True), "child__last_name", "child__first_name", "pk")


def rows_of(viewer: Viewer, copies: Iterable[Any]) -> list[Row]:
    """Each copy with what its guardians said and who says nothing yet. Four queries."""
    page = list(copies)
    ids = [copy.pk for copy in page]
    receipts: dict[int, list[Receipt]] = {}
    for receipt in Receipt.objects.filter(copy__in=ids).select_related("guardian", "choice", "slot").order_by("pk"):
        receipts.setdefault(receipt.copy_id, []).append(receipt)
    papers: dict[int, list[Paper]] = {}
    for paper in Paper.objects.filter(copy__in=ids).select_related("file", "guardian"):
        papers.setdefault(paper.copy_id, []).append(paper)
    guardians: dict[int, list[Person]] = {}
    links = links_with_access(viewer.modules).filter(child__in=[copy.child_id for copy in page])
    for link in links.select_related("guardian").order_by("priority", "pk"):
        guardians.setdefault(link.child_id, []).append(link.guardian)
    return [
        Row(copy, _said(copy, receipts.get(copy.pk, []), guardians.get(copy.child_id, [])),
            tuple(papers.get(copy.pk, ())))
        for copy in page
    ]  # fmt: skip


def _said(copy: Any, receipts: list[Receipt], guardians: list[Person]) -> tuple[Said, ...]:
    """Those who have authority now, and what was given on paper for nobody in particular."""
    by_guardian = {receipt.guardian_id: receipt for receipt in receipts if receipt.guardian_id}
    named: list[tuple[Person | None, Receipt | None]] = [
        (guardian, by_guardian.get(guardian.pk)) for guardian in dict.fromkeys(guardians)
    ]
    unnamed: list[tuple[Person | None, Receipt | None]] = [(None, r) for r in receipts if r.guardian_id is None]
    return tuple(
        Said(
            guardian,
            receipt,
            receipt_in_words(copy.note, receipt) if receipt else "",
            receipt is not None and is_given(copy.note, receipt),
        )
        for guardian, receipt in (*named, *unnamed)
    )


def slots_of(note: Note) -> list[tuple[Slot, list[Receipt]]]:
    """Each slot with who has taken it, in order."""
    taken: dict[int, list[Receipt]] = {}
    booked = Receipt.objects.filter(slot__note=note).select_related("copy__child", "guardian").order_by("seat")
    for receipt in booked:
        taken.setdefault(receipt.slot_id or 0, []).append(receipt)
    return [(slot, taken.get(slot.pk, [])) for slot in note.slots.all()]


def latecomers(note: Note, pupils: QuerySet[Person]) -> int:
    """How many pupils of the audience have come since it was published."""
    return pupils.exclude(pk__in=note.copies.values("child")).aggregate(n=Count("pk"))["n"]


def may_remind(note: Note, now: datetime) -> bool:
    after = rules.next_reminder(note.reminded_at)
    return after is None or after <= now
