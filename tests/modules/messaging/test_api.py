"""Messages for programs: the rules, limits, hours and suspensions of the pages, told in JSON."""

from uuid import uuid4

import pytest

from modules.messaging.models import Copy, Message
from tenants.schemas.context import region, school
from tenants.suspensions.models import RegionalSuspension
from tests.isolation.tokens import open_to_all_roles, program, token
from tests.modules.messaging.world import make_message
from tests.modules.messaging.writing import settle

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/messaging"


@pytest.fixture
def place(cast):
    """At all hours, so that the tests do not depend on the clock on the wall."""
    open_to_all_roles(cast.establishment)
    with school(cast.establishment):
        settle(hold=False, night_closed=[])
    return cast


@pytest.fixture
def call_as(place):
    def make(person, scopes=None):
        client = program(f"{place.establishment.slug}.localhost", token(place.establishment, person, scopes))

        def call(method, address, body=None):
            sent = {"data": body, "content_type": "application/json"} if body is not None else {}
            return getattr(client, method.lower())(f"{ROOT}/{address}", **sent)

        return call

    return make


def body(person, **fields):
    return {"subject": "Bonjour", "body": "À **demain**", "lines": [{"kind": "person", "id": str(person.pk)}], **fields}


@pytest.fixture
def received(place):
    with school(place.establishment):
        return make_message(place.teacher, place.parent, subject="Sortie", children=[place.pupil], blind=[place.head])


def test_message_is_sent_once_whatever_is_repeated(place, call_as):
    call, key = call_as(place.teacher), str(uuid4())
    first, again = (call("POST", "messages", body(place.parent, key=key)) for _ in "ab")
    assert (first.status_code, first.json()["outcome"]) == (201, "sent")
    assert again.json()["message"] == first.json()["message"]
    with school(place.establishment):
        assert Message.objects.get().via == "api"


def test_rules_hold(place, call_as):
    answer = call_as(place.parent)("POST", "messages", body(place.outsider))
    assert answer.status_code == 422


def test_limits_hold(place, call_as):
    with school(place.establishment):
        settle(guardian_hourly=1)
    call = call_as(place.parent)
    assert call("POST", "messages", body(place.teacher)).status_code == 201
    assert call("POST", "messages", body(place.teacher)).json()["code"] == "too-often"


def test_token_meets_a_suspension_at_its_next_send(place, call_as):
    """The same token, working a moment before."""
    call = call_as(place.teacher)
    assert call("POST", "messages", body(place.parent)).status_code == 201
    with region():
        RegionalSuspension.objects.create(scope="all", reason="Attaque en cours")
    answer = call("POST", "messages", body(place.parent))
    assert (answer.status_code, answer.json()["code"]) == (422, "suspended")


def test_reading_scope_sends_nothing(place, call_as):
    assert call_as(place.teacher, ["messaging.read"])("POST", "messages", body(place.parent)).status_code == 403


def test_box_lists_conversations(place, call_as, received):
    row = call_as(place.parent)("GET", "conversations?unread=true").json()["results"][0]
    assert (row["id"], row["subject"], row["about"]) == (received.conversation_id, "Sortie", [place.pupil.pk])


def test_thread_is_read_and_stays_unread(place, call_as, received):
    thread = call_as(place.parent)("GET", f"conversations/{received.conversation_id}").json()
    assert thread["messages"][0]["html"].strip() == "<p>Rendez-vous <strong>jeudi</strong>.</p>"
    with school(place.establishment):
        assert Copy.objects.get(message=received, person=place.parent).read_at is None


def test_blind_copies_are_shown_to_the_sender_alone(place, call_as, received):
    to = [
        call_as(person)("GET", f"conversations/{received.conversation_id}").json()["messages"][0]["to"]
        for person in (place.teacher, place.parent)
    ]
    assert [place.head.full_name in names for names in to] == [True, False]


def test_recalled_message_is_gone(place, call_as, received):
    with school(place.establishment):
        Message.objects.update(recalled_at=received.sent_at)
    shown = call_as(place.parent)("GET", f"conversations/{received.conversation_id}").json()["messages"][0]
    assert (shown["gone"], shown["body"]) == (True, "")


def test_thread_of_others_is_not_there(place, call_as, received):
    assert call_as(place.outsider)("GET", f"conversations/{received.conversation_id}").status_code == 404


def test_marking_as_read_is_its_own_act(place, call_as, received):
    answer = call_as(place.parent)("POST", f"conversations/{received.conversation_id}/read")
    assert answer.json() == {"fresh": 1}
    with school(place.establishment):
        assert Copy.objects.get(message=received, person=place.parent).read_at


def test_reply_goes_to_the_sender_once(place, call_as, received):
    call, key = call_as(place.parent), str(uuid4())
    for _ in "ab":
        answer = call("POST", f"messages/{received.pk}/reply", {"body": "Merci", "key": key})
        assert (answer.status_code, answer.json()["recipients"]) == (201, 1), answer.content
    with school(place.establishment):
        assert Message.objects.filter(answers=received).count() == 1


def test_reply_to_what_one_did_not_receive_is_not_there(place, call_as, received):
    assert call_as(place.outsider)("POST", f"messages/{received.pk}/reply", {"body": "x"}).status_code == 404
