"""Who may do what: every case, without a database."""

from datetime import date, timedelta

import pytest

from modules.liaison import rules
from modules.liaison.choices import NoteKind, Status, WordState

WRITER, MANAGER = frozenset({rules.WRITE}), frozenset({rules.MANAGE})
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        (Status.DRAFT, {"edit", "publish", "discard"}),
        (Status.SCHEDULED, {"unschedule"}),
        (Status.PUBLISHED, {"amend", "close", "withdraw", "follow", "record"}),
        (Status.CLOSED, {"reopen", "withdraw", "follow"}),
        (Status.WITHDRAWN, {"restore", "follow"}),
        (Status.DISCARDED, {"recover"}),
    ],
)
def test_an_author_goes_the_whole_way(status, flags):
    found = rules.rights(WRITER, status, is_author=True)
    assert {name for name in vars(found) if getattr(found, name)} == flags


@pytest.mark.parametrize("status", [Status.DRAFT, Status.DISCARDED])
def test_who_manages_has_no_hand_in_drafts(status):
    assert not any(vars(rules.rights(MANAGER, status, is_author=False)).values())


def test_who_manages_follows_and_withdraws_what_others_published():
    found = rules.rights(MANAGER, Status.PUBLISHED, is_author=False)
    assert found.follow
    assert found.withdraw
    assert found.record
    assert not found.edit


def test_a_colleague_does_nothing_with_it():
    assert not any(vars(rules.rights(WRITER, Status.PUBLISHED, is_author=False)).values())


def test_an_author_who_may_no_longer_write_still_reads_the_answers():
    found = rules.rights(frozenset(), Status.PUBLISHED, is_author=True)
    assert found.follow
    assert not (found.record)
    assert not (found.close)


@pytest.mark.parametrize(
    ("status", "due_on", "has_answered", "allowed"),
    [
        (Status.PUBLISHED, None, True, True),
        (Status.PUBLISHED, TODAY, True, True),
        (Status.PUBLISHED, TODAY - timedelta(days=1), True, False),
        (Status.PUBLISHED, TODAY - timedelta(days=1), False, True),
        (Status.CLOSED, None, False, False),
        (Status.WITHDRAWN, None, False, False),
    ],
)
def test_a_first_answer_is_welcome_late_and_a_change_is_not(status, due_on, has_answered, allowed):
    assert rules.may_answer(status, due_on, TODAY, has_answered=has_answered) is allowed


@pytest.mark.parametrize("kind", NoteKind)
def test_what_is_only_acknowledged_takes_no_answer(kind):
    expected = kind in {NoteKind.SIGNATURE, NoteKind.OUTING, NoteKind.APPOINTMENT}
    assert bool(rules.answers_to(kind)) is expected


@pytest.mark.parametrize(
    ("state", "to", "allowed"),
    [
        (WordState.RECEIVED, WordState.SEEN, True),
        (WordState.ACCEPTED, WordState.SEEN, False),
        (WordState.SEEN, WordState.ACCEPTED, True),
        (WordState.ACCEPTED, WordState.REFUSED, True),
        (WordState.WITHDRAWN, WordState.ACCEPTED, False),
        (WordState.SEEN, WordState.WITHDRAWN, True),
        (WordState.ANSWERED, WordState.WITHDRAWN, False),
        (WordState.SEEN, WordState.RECEIVED, False),
    ],
)
def test_the_way_of_a_familys_word(state, to, allowed):
    assert rules.may_move_word(state, to) is allowed


def test_who_treats_and_who_writes():
    assert rules.treats(frozenset({rules.TREAT_TAUGHT}))
    assert not rules.treats(WRITER)
    assert rules.writes(frozenset({rules.WRITE_ALL}))
    assert rules.may_follow_notes(MANAGER)
