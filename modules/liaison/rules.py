"""Who may do what with a note and with a family’s word. Pure: what is known of the person comes in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from modules.liaison.choices import ACKNOWLEDGED, Answer, NoteKind, Status, WordState

VIEW, WRITE, WRITE_ALL, MANAGE = "liaison.view", "liaison.write", "liaison.write_all", "liaison.manage"
ASK, TREAT, TREAT_TAUGHT = "liaison.ask", "liaison.treat", "liaison.treat_taught"

OUT = (Status.PUBLISHED, Status.CLOSED)
# One reminder of a note in so long, whoever asks for it.
REMINDER_REST = timedelta(hours=1)
# What a guardian may answer to each kind that asks for an answer.
ANSWERS = {
    NoteKind.SIGNATURE: (Answer.SIGNED, Answer.REFUSED),
    NoteKind.OUTING: (Answer.ACCEPTED, Answer.REFUSED),
    NoteKind.APPOINTMENT: (Answer.CHOSEN, Answer.REFUSED),
}


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What may be done with a note now: one flag for each action that a page offers."""

    edit: bool
    amend: bool
    publish: bool
    unschedule: bool
    close: bool
    reopen: bool
    withdraw: bool
    restore: bool
    discard: bool
    recover: bool
    follow: bool
    record: bool

    @property
    def any_change(self) -> bool:
        return any((self.edit, self.amend, self.close, self.reopen, self.withdraw, self.restore, self.discard))


def writes(codes: frozenset[str]) -> bool:
    return bool(codes & {WRITE, WRITE_ALL})


def rights(codes: frozenset[str], status: str, *, is_author: bool) -> Rights:
    """Drafts are their author's alone; what is out belongs to those who manage all notes too."""
    own = is_author and writes(codes)
    manages = MANAGE in codes
    draft, scheduled = status == Status.DRAFT, status == Status.SCHEDULED
    published, closed, withdrawn = status == Status.PUBLISHED, status == Status.CLOSED, status == Status.WITHDRAWN
    theirs = own or manages
    return Rights(
        edit=draft and own,
        amend=published and theirs,
        publish=draft and own,
        unschedule=scheduled and theirs,
        close=published and theirs,
        reopen=closed and theirs,
        withdraw=(published or closed) and theirs,
        restore=withdrawn and theirs,
        discard=draft and own,
        recover=status == Status.DISCARDED and own,
        follow=(published or closed or withdrawn) and (is_author or manages),
        record=published and theirs,
    )


def may_follow_notes(codes: frozenset[str]) -> bool:
    """Whether the place of the notes that staff write and follow is theirs."""
    return writes(codes) or MANAGE in codes


def treats(codes: frozenset[str]) -> bool:
    return bool(codes & {TREAT, TREAT_TAUGHT})


def answers_to(kind: str) -> tuple[Answer, ...]:
    """What may be answered to a note of this kind; nothing where it is only acknowledged."""
    return () if kind in ACKNOWLEDGED else ANSWERS[NoteKind(kind)]


def may_answer(status: str, due_on: date | None, today: date, *, has_answered: bool) -> bool:
    """A first answer is welcome until the note is closed; it may be changed until the last day."""
    if status != Status.PUBLISHED:
        return False
    return not has_answered or due_on is None or today <= due_on


def next_reminder(reminded_at: datetime | None) -> datetime | None:
    """From when on a note may be recalled to families again; None: at once."""
    return reminded_at + REMINDER_REST if reminded_at else None


def may_move_word(state: str, to: str) -> bool:
    """A word is seen once, decided once or again, and taken back by its author while nothing is decided."""
    if to == WordState.SEEN:
        return state == WordState.RECEIVED
    if to == WordState.WITHDRAWN:
        return state in (WordState.RECEIVED, WordState.SEEN)
    return state not in (WordState.WITHDRAWN,) and to != WordState.RECEIVED
