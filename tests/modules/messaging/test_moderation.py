"""Watched words, and the queue of messages that wait for a moderator."""

import pytest

from core.errors import Conflict, DomainError
from core.notifications.models import Event
from modules.messaging.choices import DraftState
from modules.messaging.models import Draft, Message
from modules.messaging.safety import queue
from modules.messaging.safety.moderation import words_in
from tests.modules.messaging.writing import send, settle, to

pytestmark = pytest.mark.django_db
WORDS = ["suicide", "connard", "menac*", "te tuer", "pute"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Je pense au SUICIDÉ", ["suicide"]),
        ("s u i c i d e", ["suicide"]),
        ("s.u.i.c.i.d.e ce soir", ["suicide"]),
        ("su\u200bicide", ["suicide"]),
        ("C0nn@rd !", ["connard"]),
        ("connnnard", ["connard"]),
        ("il me menaçait", ["menac*"]),
        ("je vais te\ntuer", ["te tuer"]),
        ("député, réputé, dispute", []),
        ("il a 14 ans, le 1er à 5 h", []),
        ("ne te laisse pas tuer", []),
    ],
)
def test_words_are_found_as_whole_words_whatever_hides_them(text, found):
    assert words_in(text, WORDS) == found


@pytest.fixture
def watching(here):
    settle(watched_words="Suicide\nte tuer", moderated=["pupil"])
    return here


@pytest.fixture
def waiting(watching):
    return send(watching, watching.pupil, to(watching.teacher), body="Je vais **te** tuer")


def test_message_of_a_moderated_role_waits(waiting):
    assert waiting.state == DraftState.MODERATION


def test_subject_is_read_too(watching):
    assert send(watching, watching.pupil, to(watching.teacher), subject="suicide").state == DraftState.MODERATION


def test_words_inside_marks_are_seen(watching):
    sent = send(watching, watching.pupil, to(watching.teacher), body="su**ici**de")
    assert sent.state == DraftState.MODERATION


def test_other_roles_are_not_moderated(watching):
    assert isinstance(send(watching, watching.teacher, to(watching.parent), body="suicide"), Message)


def test_moderators_are_told(waiting):
    assert Event.objects.filter(kind="messaging.to_moderate", data__draft=waiting.pk).count() == 1


def test_moderator_sees_the_words_and_to_whom(here, waiting):
    held = queue.held(here.viewer(here.head), waiting)
    assert (held.words, held.to) == (["te tuer"], [here.teacher.full_name])


def test_approved_message_leaves_as_its_authors(here, waiting, monkeypatch):
    left = queue.approve(viewer=here.viewer(here.head), draft=waiting)
    author = left.sender_id if isinstance(left, Message) else left.author_id
    assert (author, left.key) == (here.pupil.pk, waiting.key)
    assert isinstance(left, Message) or left.state == DraftState.HELD  # by the clock on the wall


def test_sent_back_message_tells_its_author_what_to_change(here, waiting):
    queue.send_back(viewer=here.viewer(here.head), draft=waiting, word="Viens m’en parler.")
    draft = Draft.objects.get(pk=waiting.pk)
    assert (draft.state, draft.refusal) == (DraftState.REFUSED, "Viens m’en parler.")
    assert Event.objects.filter(kind="messaging.sent_back", data__draft=waiting.pk).exists()


def test_sending_back_takes_a_word(here, waiting):
    with pytest.raises(DomainError):
        queue.send_back(viewer=here.viewer(here.head), draft=waiting, word=" ")


def test_two_moderators_decide_once(here, waiting):
    queue.send_back(viewer=here.viewer(here.head), draft=waiting, word="Non")
    with pytest.raises(Conflict):
        queue.approve(viewer=here.viewer(here.head), draft=waiting)


def test_changed_message_is_read_again(here, waiting):
    queue.send_back(viewer=here.viewer(here.head), draft=waiting, word="Non")
    from modules.messaging.services import sending
    from tests.modules.messaging.writing import OPEN

    again = sending.send(viewer=here.viewer(here.pupil), draft=Draft.objects.get(pk=waiting.pk), now=OPEN)
    assert again.state == DraftState.MODERATION
