"""What guardians answer, and what it comes to for each child."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Conflict, DomainError, NotAllowed
from core.files.models import StoredFile
from core.people.models import GuardianLink
from modules.liaison import selectors, services
from modules.liaison.choices import Answer, Needed, Outcome
from modules.liaison.models import Note, Paper, Receipt, Step
from modules.liaison.services import ChoiceSpec, Reply, SlotSpec
from tests.factories import make_guardian, make_person
from tests.modules.liaison.conftest import (
    Cast,
    answer,
    copy_of,
    last_action,
    outcome,
    published,
    text_file,
)


def test_signing_is_done_and_acknowledges(here: Cast) -> None:
    note = published(here)
    receipt = answer(here, note, here.pupil, here.mother)
    assert receipt.acknowledged_at is not None
    assert outcome(here, note, here.pupil) == Outcome.DONE


def test_signing_twice_is_signing_once(here: Cast) -> None:
    note = published(here)
    first = answer(here, note, here.pupil, here.mother).answered_at
    assert answer(here, note, here.pupil, here.mother).answered_at == first
    assert Step.objects.count() == 1


def test_a_changed_answer_keeps_its_history(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.mother)
    answer(here, note, here.pupil, here.mother, Answer.REFUSED, word="Il est malade")
    assert list(Step.objects.values_list("answer", flat=True)) == [Answer.SIGNED, Answer.REFUSED]


def test_refusing_takes_a_word(here: Cast) -> None:
    with pytest.raises(DomainError, match="pourquoi"):
        answer(here, published(here), here.pupil, here.mother, Answer.REFUSED)


def test_an_answer_stands_once_the_last_day_is_over(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.mother)
    Note.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Conflict):
        answer(here, note, here.pupil, here.mother, Answer.REFUSED, word="Non")
    assert answer(here, note, here.friend, here.aunt).answer == Answer.SIGNED


def test_nobody_answers_what_is_closed(here: Cast) -> None:
    note = published(here)
    services.close(viewer=here.viewer(here.teacher), note=note)
    with pytest.raises(Conflict):
        answer(here, note, here.pupil, here.mother)


def test_a_stranger_does_not_answer(here: Cast) -> None:
    with pytest.raises(NotAllowed):
        answer(here, published(here), here.pupil, here.outsider)


def test_acknowledging_is_not_answering(here: Cast) -> None:
    note = published(here)
    services.acknowledge(viewer=here.viewer(here.mother), copy=copy_of(note, here.pupil))
    board = selectors.board_of(note, here.viewer(here.teacher))
    assert (board.whole.read_only, board.whole.answered, outcome(here, note, here.pupil)) == (1, 0, Outcome.WAITING)


def test_a_remark_is_done_once_acknowledged(here: Cast) -> None:
    note = published(here, kind="remark")
    services.acknowledge(viewer=here.viewer(here.mother), copy=copy_of(note, here.pupil))
    assert outcome(here, note, here.pupil) == Outcome.DONE


def test_a_remark_takes_no_signature(here: Cast) -> None:
    with pytest.raises(DomainError):
        answer(here, published(here, kind="remark"), here.pupil, here.mother)


# --- Two guardians --------------------------------------------------------------------------------------
def test_both_are_waited_for_where_both_are_needed(here: Cast) -> None:
    note = published(here, needed=Needed.ALL)
    answer(here, note, here.pupil, here.mother)
    assert outcome(here, note, here.pupil) == Outcome.WAITING
    answer(here, note, here.pupil, here.father)
    assert outcome(here, note, here.pupil) == Outcome.DONE


@pytest.mark.parametrize("needed", Needed)
def test_two_who_contradict_each_other_are_shown_as_such(here: Cast, needed: str) -> None:
    note = published(here, needed=needed)
    answer(here, note, here.pupil, here.mother)
    answer(here, note, here.pupil, here.father, Answer.REFUSED, word="Non")
    assert outcome(here, note, here.pupil) == Outcome.CONTRADICTORY


def test_two_different_choices_contradict_each_other(here: Cast) -> None:
    note = published(here, kind="outing", choices=[ChoiceSpec(label="A"), ChoiceSpec(label="B")])
    one, two = note.choices.all()
    answer(here, note, here.pupil, here.mother, Answer.ACCEPTED, choice=one.pk)
    answer(here, note, here.pupil, here.father, Answer.ACCEPTED, choice=two.pk)
    assert outcome(here, note, here.pupil) == Outcome.CONTRADICTORY


def test_who_loses_authority_loses_the_note_at_once(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.father, Answer.REFUSED, word="Non")
    GuardianLink.objects.filter(guardian=here.father).update(ends_on=timezone.localdate())
    assert not selectors.notes_visible_to(here.viewer(here.father)).exists()
    assert outcome(here, note, here.pupil) == Outcome.WAITING


def test_who_gains_authority_gains_the_note_at_once(here: Cast) -> None:
    note = published(here)
    newcomer = make_person(here.establishment, "guardian", account=True)
    make_guardian(here.establishment, here.pupil, newcomer)
    assert [item.todo for item in selectors.family_items(here.viewer(newcomer), note)] == [True]
    assert answer(here, note, here.pupil, newcomer).guardian == newcomer


def test_the_others_answer_is_shown_where_one_suffices_and_not_where_each_decides(here: Cast) -> None:
    for needed, says in ((Needed.ONE, "Signé"), (Needed.ALL, "")):
        note = published(here, needed=needed)
        answer(here, note, here.pupil, here.father)
        (item,) = selectors.family_items(here.viewer(here.mother), note)
        assert (item.others[0].given, item.others[0].says) == (True, says)


# --- Choices, slots, papers -----------------------------------------------------------------------------
def test_amounts_are_added_up(here: Cast) -> None:
    note = published(
        here, kind="outing", choices=[ChoiceSpec(label="Pique-nique", amount=Decimal("12.50")), ChoiceSpec(label="Non")]
    )
    first = note.choices.all()[0]
    for child, guardian in ((here.pupil, here.mother), (here.pupil, here.father), (here.friend, here.aunt)):
        answer(here, note, child, guardian, Answer.ACCEPTED, choice=first.pk)
    assert selectors.board_of(note, here.viewer(here.teacher)).amount == Decimal("25.00")


def test_a_choice_must_be_one_of_the_notes(here: Cast) -> None:
    note = published(here, kind="outing", choices=[ChoiceSpec(label="A")])
    with pytest.raises(DomainError, match="formules"):
        answer(here, note, here.pupil, here.mother, Answer.ACCEPTED, choice=10**9)


@pytest.fixture
def appointment(here: Cast) -> Note:
    start = timezone.now() + timedelta(days=2)
    slots = [SlotSpec(starts_at=start), SlotSpec(starts_at=start + timedelta(minutes=15))]
    return published(here, kind="appointment", slots_added=slots)


def test_a_slot_is_taken_once(here: Cast, appointment: Note) -> None:
    slot = appointment.slots.all()[0]
    answer(here, appointment, here.pupil, here.mother, Answer.CHOSEN, slot=slot.pk)
    with pytest.raises(DomainError, match="vient d’être pris"):
        answer(here, appointment, here.friend, here.aunt, Answer.CHOSEN, slot=slot.pk)


def test_the_database_lets_nobody_sit_on_a_taken_seat(here: Cast, appointment: Note) -> None:
    slot = appointment.slots.all()[0]
    answer(here, appointment, here.pupil, here.mother, Answer.CHOSEN, slot=slot.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(guardian=here.aunt).update(
            slot=slot, seat=1, answer=Answer.CHOSEN, answered_at=timezone.now()
        )


def test_a_family_has_one_appointment_where_one_answer_suffices(here: Cast, appointment: Note) -> None:
    one, two = appointment.slots.all()
    answer(here, appointment, here.pupil, here.mother, Answer.CHOSEN, slot=one.pk)
    answer(here, appointment, here.pupil, here.father, Answer.CHOSEN, slot=two.pk)
    taken = [[receipt.guardian for receipt in receipts] for _slot, receipts in selectors.slots_of(appointment)]
    assert taken == [[], [here.father]]


def test_a_returned_document_is_kept_once(here: Cast) -> None:
    note = published(here, paper="Assurance")
    answer(here, note, here.pupil, here.mother)
    assert outcome(here, note, here.pupil) == Outcome.WAITING
    for _ in range(2):
        viewer = here.viewer(here.mother)
        services.return_paper(viewer=viewer, copy=copy_of(note, here.pupil), upload=text_file())
    assert (Paper.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert outcome(here, note, here.pupil) == Outcome.DONE


def test_a_document_is_taken_back_by_whoever_returned_it(here: Cast) -> None:
    note = published(here, paper="Assurance")
    copy = copy_of(note, here.pupil)
    paper = services.return_paper(viewer=here.viewer(here.mother), copy=copy, upload=text_file())
    services.take_paper_back(viewer=here.viewer(here.father), copy=copy, paper_id=paper.pk)
    assert Paper.objects.exists()
    services.take_paper_back(viewer=here.viewer(here.mother), copy=copy, paper_id=paper.pk)
    assert not StoredFile.objects.exists()


# --- On paper -------------------------------------------------------------------------------------------
def test_an_answer_given_on_paper_is_entered_and_journalled(here: Cast) -> None:
    note = published(here, paper="Assurance")
    services.record(
        viewer=here.viewer(here.teacher), copy=copy_of(note, here.pupil), guardian=here.father,
        reply=Reply(answer=Answer.SIGNED), paper_in_hand=True,
    )  # fmt: skip
    assert (outcome(here, note, here.pupil), last_action()) == (Outcome.DONE, "liaison.record")
    assert Receipt.objects.get(guardian=here.father).entered_by == here.teacher


def test_a_child_without_guardian_is_entered_without_name(here: Cast) -> None:
    GuardianLink.objects.filter(guardian=here.aunt).update(ends_on=timezone.localdate())
    note = published(here)
    assert outcome(here, note, here.friend) == Outcome.NOBODY
    services.record(
        viewer=here.viewer(here.teacher), copy=copy_of(note, here.friend), guardian=None,
        reply=Reply(answer=Answer.SIGNED),
    )  # fmt: skip
    assert outcome(here, note, here.friend) == Outcome.DONE


def test_only_the_schools_side_enters_answers(here: Cast) -> None:
    note = published(here)
    with pytest.raises(NotAllowed):
        services.record(
            viewer=here.viewer(here.other_teacher), copy=copy_of(note, here.pupil), guardian=here.father,
            reply=Reply(answer=Answer.SIGNED),
        )  # fmt: skip
