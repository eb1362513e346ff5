"""Answers: whom they reach, where the conversation is then, and how far its author lets them go."""

import pytest

from core.errors import DomainError
from core.people.choices import Authority
from core.people.models import GuardianLink
from modules.messaging.choices import Place
from modules.messaging.models import Copy, Folder
from modules.messaging.services import drafts, replies, sending
from tests.factories import make_guardian, make_person
from tests.modules.messaging.world import copy_of
from tests.modules.messaging.writing import OPEN, of_class, readers, send, settle, to

pytestmark = pytest.mark.django_db


def answer(here, person, message, *, to_all=False, now=OPEN):
    viewer = here.viewer(person)
    draft = replies.reply_draft(viewer=viewer, message=message, to_all=to_all)
    draft = drafts.save(viewer=viewer, key=draft.key, version=draft.version, body="Merci.")
    return sending.send(viewer=viewer, draft=draft, now=now)


def test_an_answer_reaches_the_sender(here):
    sent = send(here, here.head, to(here.teacher), to(here.colleague))
    assert readers(answer(here, here.teacher, sent)) == {here.head.pk}


def test_an_answer_to_all_reaches_the_others(here):
    sent = send(here, here.head, to(here.teacher), to(here.colleague, as_="cc"))
    assert readers(answer(here, here.teacher, sent, to_all=True)) == {here.head.pk, here.colleague.pk}


def test_what_went_to_many_is_answered_to_its_sender(here):
    settle(reply_all_most=1)
    sent = send(here, here.head, to(here.teacher), to(here.colleague))
    with pytest.raises(DomainError):
        answer(here, here.teacher, sent, to_all=True)
    assert readers(answer(here, here.teacher, sent)) == {here.head.pk}


def test_never_a_blind_copy(here):
    sent = send(here, here.head, to(here.teacher), to(here.colleague, as_="bcc"))
    assert readers(answer(here, here.teacher, sent, to_all=True)) == {here.head.pk}


def test_a_blind_copy_does_not_answer_to_all(here):
    sent = send(here, here.head, to(here.teacher), to(here.colleague, as_="bcc"))
    with pytest.raises(DomainError, match="copie cachée"):
        answer(here, here.colleague, sent, to_all=True)


def test_the_grid_holds_in_an_answer_to_all(here):
    other = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.pupil, other)
    sent = send(here, here.teacher, of_class(here, "guardians"))
    assert readers(answer(here, here.parent, sent, to_all=True)) == {here.teacher.pk}


def test_one_may_answer_whoever_writes(here):
    sent = send(here, here.head, to(here.pupil))
    settle(pupils_to_staff="none")
    assert readers(answer(here, here.pupil, sent)) == {here.head.pk}


def test_unless_the_school_says_otherwise(here):
    sent = send(here, here.head, to(here.pupil))
    settle(pupils_to_staff="none", reply_always=False)
    with pytest.raises(DomainError):
        answer(here, here.pupil, sent)


def test_who_lost_authority_is_answered_no_more(here):
    sent = send(here, here.parent, to(here.teacher))
    GuardianLink.objects.filter(guardian=here.parent).update(authority=Authority.CONTACT)
    with pytest.raises(DomainError):
        answer(here, here.teacher, sent)


@pytest.mark.parametrize(("chosen", "to_all"), [("nobody", False), ("sender", True)])
def test_whoever_began_says_how_far_answers_go(here, chosen, to_all):
    sent = send(here, here.head, to(here.teacher), replies=chosen)
    with pytest.raises(DomainError):
        answer(here, here.teacher, sent, to_all=to_all)


def test_nobody_answers_what_they_did_not_receive(here):
    sent = send(here, here.head, to(here.teacher))
    with pytest.raises(DomainError):
        answer(here, here.colleague, sent)


def test_an_answer_to_ones_own_goes_to_the_same_people(here):
    sent = send(here, here.head, to(here.teacher))
    assert readers(answer(here, here.head, sent)) == {here.teacher.pk}


def test_a_guardian_keeps_the_child_it_is_about(here):
    sent = send(here, here.teacher, to(here.parent, child=here.brother.pk))
    back = answer(here, here.teacher, answer(here, here.parent, sent))
    assert copy_of(back, here.parent).children == [here.brother.pk]


def test_of_each_one_copy_is_the_latest(here):
    sent = send(here, here.head, to(here.teacher), to(here.colleague))
    back = answer(here, here.teacher, sent, to_all=True)
    latest = Copy.objects.filter(conversation=sent.conversation, latest=True)
    assert set(latest.values_list("message", flat=True)) == {back.pk}
    assert latest.count() == 3


def test_an_answer_brings_the_senders_conversation_to_the_inbox(here):
    back = answer(here, here.teacher, sent := send(here, here.head, to(here.teacher)))
    assert [copy_of(one, here.head).place for one in (sent, back)] == [Place.INBOX, Place.INBOX]


@pytest.mark.parametrize("place", [Place.ARCHIVE, Place.TRASH, Place.FOLDER])
def test_a_new_message_brings_it_back_to_the_inbox(here, place):
    sent = send(here, here.head, to(here.teacher))
    folder = Folder.objects.create(person=here.teacher, name="Sorties") if place == Place.FOLDER else None
    Copy.objects.filter(message=sent, person=here.teacher).update(place=place, folder=folder)
    answer(here, here.head, sent)
    places = Copy.objects.filter(conversation=sent.conversation, person=here.teacher).values_list("place", "folder")
    assert set(places) == {(Place.INBOX, None)}


def test_who_answers_from_the_archive_keeps_it_there(here):
    sent = send(here, here.head, to(here.teacher))
    Copy.objects.filter(message=sent, person=here.teacher).update(place=Place.ARCHIVE)
    assert copy_of(answer(here, here.teacher, sent), here.teacher).place == Place.ARCHIVE


def test_an_answer_is_begun_once(here):
    sent, viewer = send(here, here.head, to(here.teacher)), here.viewer(here.teacher)
    first = replies.reply_draft(viewer=viewer, message=sent, to_all=False)
    assert replies.reply_draft(viewer=viewer, message=sent, to_all=True) == first


def test_an_answer_to_all_counts_for_as_many_as_it_reaches(here):
    settle(guardian_recipients=1)
    sent = send(here, here.head, to(here.parent), to(here.teacher))
    with pytest.raises(DomainError, match="2 destinataires"):
        answer(here, here.parent, sent, to_all=True)
