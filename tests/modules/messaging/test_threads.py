"""Threads: what is shown of a conversation, reading it, and who has read."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from core.errors import DomainError
from core.modules.models import ModuleChoice
from core.notifications.models import Event, Notification
from modules.messaging.models import Copy
from modules.messaging.selectors import threads
from modules.messaging.selectors.boxes import unread_count
from modules.messaging.services import boxes, reading
from tests.factories import make_guardian, make_person
from tests.modules.messaging.world import copy_of, make_message


def shown_to(here, person, message):
    return threads.messages_of(here.viewer(person), message.conversation)[0]


def test_a_thread_is_for_those_who_have_it(here):
    message = make_message(here.teacher, here.parent)

    assert threads.get_thread_or_404(here.viewer(here.parent), message.conversation_id)
    with pytest.raises(Http404):
        threads.get_thread_or_404(here.viewer(here.outsider), message.conversation_id)


def test_a_thread_of_which_all_was_taken_away_is_not_there(here):
    message = make_message(here.teacher, here.parent)
    boxes.hide_messages([message.pk])

    with pytest.raises(Http404):
        threads.get_thread_or_404(here.viewer(here.parent), message.conversation_id)


def test_what_was_read_is_folded_but_for_the_last(here):
    first = make_message(here.teacher, here.parent, at=timezone.now() - timedelta(hours=2))
    second = make_message(
        here.parent, here.teacher, conversation=first.conversation, answers=first,
        at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    make_message(here.teacher, here.parent, conversation=first.conversation, answers=second)
    Copy.objects.filter(message=first).update(unread=False)

    assert [one.opened for one in shown_to(here, here.parent, first)] == [False, False, True]


def test_a_message_that_was_taken_away_stays_as_a_line_without_its_words(here):
    first = make_message(here.teacher, here.parent)
    second = make_message(here.outsider, here.parent, conversation=first.conversation, answers=first)
    boxes.hide_messages([second.pk])

    lines = [(one.gone, bool(one.body)) for one in shown_to(here, here.parent, first)]
    assert lines == [("", True), ("removed", False)]


def test_hidden_copies_are_named_to_the_sender_alone(here):
    message = make_message(here.teacher, here.parent, blind=[here.head])

    [to_sender], [to_parent] = shown_to(here, here.teacher, message), shown_to(here, here.parent, message)

    assert (to_sender.to.blind, to_parent.to.blind) == ([str(here.head)], [])


def test_staff_see_whose_guardian_wrote(here):
    message = make_message(here.parent, here.teacher)

    assert shown_to(here, here.teacher, message)[0].detail == "Responsable de Hugo et Léa"


@pytest.mark.parametrize(
    ("html", "host"),
    [
        ('<a href="https://exemple.fr/a">voir le site</a>', "exemple.fr"),
        ('<a href="https://mechant.fr">https://exemple.fr</a>', "mechant.fr"),
        ('<a href="https://exemple.fr@mechant.fr/">exemple.fr</a>', "mechant.fr"),
        ('<a href="https://exemple.fr.mechant.fr/">exemple.fr</a>', "exemple.fr.mechant.fr"),
        ('<a href="https://mechant.fr\\@exemple.fr/">exemple.fr</a>', "mechant.fr"),
        ('<a href="https://xn--exmple-cva.fr/">exémple.fr</a>', "xn--exmple-cva.fr"),
        ('<a href="mailto:a@mechant.fr">ecrire</a>', "a@mechant.fr"),
    ],
)
def test_a_link_says_where_it_leads_when_its_words_do_not(html, host):
    assert threads.with_hosts(html) == f'{html} <span class="link-host">({host})</span>'


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://exemple.fr/a?b">https://exemple.fr/a?b</a>',
        '<a href="https://www.exemple.fr">exemple.fr</a>',
        '<a href="mailto:a@exemple.fr">a@exemple.fr</a>',
    ],
)
def test_a_link_that_says_its_address_is_left_alone(html):
    assert threads.with_hosts(html) == html


# --- Reading ---
def test_opening_a_thread_reads_it_and_quiets_the_bell(here):
    message = make_message(here.teacher, here.parent)
    event = Event.objects.create(kind="news.published", key=f"message:{message.pk}", importance="normal", state="done")
    told = Notification.objects.create(
        event=event, person=here.parent, channel="in_app", state="unread", due_at=event.due_at
    )

    reading.open_thread(viewer=here.viewer(here.parent), conversation=message.conversation)

    told.refresh_from_db()
    copy = copy_of(message, here.parent)
    assert (copy.unread, copy.read_at is not None, told.state) == (False, True, "read")
    assert unread_count(here.viewer(here.parent)) == 0


def test_opening_again_keeps_the_first_moment(here):
    message = make_message(here.teacher, here.parent)
    reading.open_thread(viewer=here.viewer(here.parent), conversation=message.conversation)
    before = copy_of(message, here.parent).read_at
    boxes.mark(viewer=here.viewer(here.parent), conversations=[message.conversation_id], unread=True)

    reading.open_thread(viewer=here.viewer(here.parent), conversation=message.conversation)

    assert copy_of(message, here.parent).read_at == before


def test_a_receipt_is_given_where_it_was_asked_alone(here):
    asked, plain = (make_message(here.teacher, here.parent, asks_receipt=flag) for flag in (True, False))
    viewer = here.viewer(here.parent)

    reading.confirm(viewer=viewer, message=asked)
    assert copy_of(asked, here.parent).confirmed_at
    with pytest.raises(DomainError):
        reading.confirm(viewer=viewer, message=plain)


def test_a_family_has_read_when_one_of_its_guardians_has(here):
    father = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.pupil, father)
    message = make_message(here.teacher, here.parent, father, here.outsider, children=[here.pupil])
    Copy.objects.filter(message=message, person=here.outsider).update(children=[here.brother.pk])
    Copy.objects.filter(message=message, person=father).update(read_at=timezone.now())

    read = threads.readers_of(here.viewer(here.teacher), message)

    assert (read.people, read.people_read, read.families, read.families_read) == (3, 1, 2, 1)


def test_who_has_read_is_for_the_sender_where_the_school_shows_it(here):
    message = make_message(here.teacher, here.parent)
    assert threads.readers_of(here.viewer(here.parent), message) is None

    ModuleChoice.objects.filter(slug="messaging").update(settings={"show_readers": False})
    assert threads.readers_of(here.viewer(here.teacher), message) is None
