"""What a note has come to for each child, in SQL: the one place that says what counts as done.

Only guardians whose link opens the child's record today count, besides what was given on paper for nobody in
particular. Two who disagree, or who chose differently, are a contradiction, whatever the school asks for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from core.modules.state import Modules
from core.people.families import access_authorities
from modules.liaison.choices import ACKNOWLEDGED, Answer, Needed, Outcome
from modules.liaison.models import Copy, Note, Paper

# What counters of outcomes hold beside them.
AGREED = "agreed"
POSITIVE = (Answer.SIGNED, Answer.ACCEPTED, Answer.CHOSEN)
_LINK = "child__guardian_links__"
GIVEN_YES = Q(note__kind__in=ACKNOWLEDGED, receipts__acknowledged_at__isnull=False) | Q(receipts__answer__in=POSITIVE)


def linked(prefix: str, authorities: Iterable[str], day: date) -> Q:
    """Links below `prefix` whose authority opens the child's record on that day."""
    return (
        Q(**{f"{prefix}authority__in": list(authorities), f"{prefix}guardian__left_on": None})
        & (Q(**{f"{prefix}starts_on": None}) | Q(**{f"{prefix}starts_on__lte": day}))
        & (Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gt": day}))
    )


def with_outcome(copies: QuerySet[Copy], modules: Modules) -> QuerySet[Any]:
    """With `asked`, `yes`, `no`, `read` (counts of guardians), `chosen` (a key), `paper_back`, `agreed`, `outcome`."""
    held = linked(_LINK, access_authorities(modules), timezone.localdate())
    counts = Q(receipts__isnull=False) & (
        Q(receipts__guardian=None) | (held & Q(receipts__guardian=F(f"{_LINK}guardian")))
    )
    has_paper = Exists(Paper.objects.filter(copy=OuterRef("pk")))
    annotated: QuerySet[Any] = copies.annotate(
        asked=Count(f"{_LINK}guardian", filter=held, distinct=True),
        yes=Count("receipts", filter=counts & GIVEN_YES, distinct=True),
        no=Count("receipts", filter=counts & Q(receipts__answer=Answer.REFUSED), distinct=True),
        read=Count("receipts", filter=counts & Q(receipts__acknowledged_at__isnull=False), distinct=True),
        kinds=Count("receipts__choice", filter=counts & GIVEN_YES, distinct=True),
        chosen=Max("receipts__choice", filter=counts & GIVEN_YES),
        paper_back=Case(
            When(Q(note__paper="") | Q(paper_in_hand_at__isnull=False) | has_paper, then=Value(True)),
            default=Value(False),
        ),
    )
    return annotated.annotate(outcome=_outcome(), agreed=_agreed())


# As many have said yes as the note asks for.
_ENOUGH = Q(yes__gt=0) & (Q(note__needed=Needed.ONE) | Q(yes__gte=F("asked")))


def _agreed() -> Case:
    """Whether the answer is given and is yes, be the document back or not."""
    return Case(When(_ENOUGH & Q(no=0, kinds__lte=1), then=Value(True)), default=Value(False))


def _outcome() -> Case:
    return Case(
        When(Q(yes__gt=0, no__gt=0) | Q(kinds__gt=1), then=Value(Outcome.CONTRADICTORY.value)),
        When(no__gt=0, then=Value(Outcome.REFUSED.value)),
        When(_ENOUGH & Q(paper_back=True), then=Value(Outcome.DONE.value)),
        When(asked=0, yes=0, then=Value(Outcome.NOBODY.value)),
        default=Value(Outcome.WAITING.value),
        output_field=CharField(),
    )


def tallies(notes: Iterable[Note], modules: Modules) -> dict[int, Counter[str]]:
    """Note id to how many copies there are of each outcome, and how many have `AGREED`. One query for a page."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    copies = Copy.objects.filter(note__in=[note.pk for note in notes])
    for note, outcome, agreed in with_outcome(copies, modules).values_list("note_id", "outcome", "agreed"):
        found[note][outcome] += 1
        found[note][AGREED] += agreed
    return found


def waiting_copies(note: Note, modules: Modules) -> QuerySet[Any]:
    """The copies that families still owe an answer for."""
    return with_outcome(note.copies.all(), modules).filter(outcome=Outcome.WAITING)
