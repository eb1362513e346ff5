"""Several connections at once, over rows that are really committed, and removed at the end."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from core.errors import DomainError
from core.notifications.models import Event
from core.people.models import Person
from core.permissions.viewer import viewer_as
from core.search.models import IndexEntry
from modules.messaging.audience.lines import Line
from modules.messaging.models import Conversation, Draft, Message
from modules.messaging.services import drafts, sending
from modules.messaging.services.programs import reply_and_send
from tenants.schemas.context import school
from tests.factories import make_person
from tests.modules.messaging.writing import OPEN

pytestmark = pytest.mark.django_db
AT_ONCE = 6


def apart(work: Callable[[], Any]) -> Any:
    """On a connection of its own, where what is written is committed: the test's own transaction sees it from then."""
    found = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def two(lycee_a: Any) -> Iterator[tuple[Any, Person, Person]]:
    """Somebody of the office and the head: committed, for other connections to see."""
    people = apart(lambda: [make_person(lycee_a, role) for role in ("administrative", "management")])
    try:
        yield (lycee_a, *people)
    finally:
        apart(lambda: _clean(lycee_a, *people))


def _clean(establishment: Any, *people: Person) -> None:
    with school(establishment):
        _remove(people)


def _remove(people: tuple[Person, ...]) -> None:
    conversations = Conversation.objects.filter(starter__in=people)
    messages = list(Message.objects.filter(conversation__in=conversations).values_list("pk", flat=True))
    Event.objects.filter(actor__in=people).delete()
    IndexEntry.objects.filter(kind="messaging.message", object_id__in=messages).delete()
    conversations.delete()
    Person.objects.filter(pk__in=[person.pk for person in people]).delete()


def at_once(establishment: Any, work: Callable[[int], Any]) -> list[Any]:
    """What the same work gave on so many connections, begun at the same moment; errors are given too."""
    gate, found = threading.Barrier(AT_ONCE), []

    def run(number: int) -> None:
        try:
            with school(establishment):
                gate.wait()
                found.append(work(number))
        except DomainError as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def write(establishment: Any, writer: Person, reader: Person, key: Any) -> Any:
    viewer = viewer_as(Person.objects.get(pk=writer.pk), establishment)
    fields = {"subject": "Réunion", "body": "Jeudi.", "lines": [Line(kind="person", id=reader.pk)]}
    return sending.write_and_send(viewer=viewer, key=key, now=OPEN, **fields)


def test_one_key_sent_by_many_at_once_is_one_message(two):
    establishment, writer, head = two
    key = uuid4()
    found = at_once(establishment, lambda _n: write(establishment, writer, head, key))
    assert {type(one) for one in found} == {Message}
    assert len({one.pk for one in found}) == 1


def test_one_draft_sent_by_many_at_once_is_one_message(two):
    establishment, writer, head = two

    def begin() -> Draft:
        fields = {"subject": "Réunion", "body": "Jeudi.", "lines": [Line(kind="person", id=head.pk)]}
        with school(establishment):
            return drafts.save(viewer=viewer_as(writer, establishment), key=uuid4(), **fields)

    draft = apart(begin)

    def send(_number: int) -> Any:
        return sending.send(viewer=viewer_as(writer, establishment), draft=Draft(pk=draft.pk, key=draft.key), now=OPEN)

    assert len({one.pk for one in at_once(establishment, send)}) == 1


def test_many_at_once_do_not_pass_the_limit(two, monkeypatch):
    establishment, writer, head = two
    monkeypatch.setattr("modules.messaging.services.limits.limit", lambda _viewer, kind: 2 if kind == "hourly" else 100)
    found = at_once(establishment, lambda _n: write(establishment, writer, head, uuid4()))
    assert sum(isinstance(one, Message) for one in found) == 2


def test_many_answers_at_once_leave_one_latest_copy(two):
    establishment, writer, head = two

    def begin() -> Message:
        with school(establishment):
            return write(establishment, writer, head, uuid4())

    first = apart(begin)

    def answer(number: int) -> Any:
        person = Person.objects.get(pk=(writer if number % 2 else head).pk)
        viewer = viewer_as(person, establishment)
        return reply_and_send(viewer=viewer, key=uuid4(), message=first, body=f"Réponse {number}.", now=OPEN)

    at_once(establishment, answer)
    with school(establishment):
        latest = first.conversation.copies.filter(latest=True)
        assert sorted(latest.values_list("person", flat=True)) == sorted([writer.pk, head.pk])
