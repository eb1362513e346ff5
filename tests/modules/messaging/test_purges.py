"""Taking somebody's messages out of every box, and putting back exactly what was there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.notifications import services as notifications
from core.notifications.models import Event, Notification
from core.search.models import IndexEntry
from modules.messaging import finding
from modules.messaging.choices import DraftState, Place
from modules.messaging.models import Copy, Message
from modules.messaging.safety import purges
from modules.messaging.selectors.boxes import unread_count
from tests.modules.messaging.world import copy_of, make_message
from tests.modules.messaging.writing import drafted, to

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SPAN = {"since": NOW - timedelta(hours=2), "until": NOW + timedelta(hours=2)}


@pytest.fixture
def mail(here):
    """The pupil wrote first in one conversation and last in another; one message is from before the span."""
    first = make_message(here.pupil, here.teacher, here.brother, subject="Menace", at=NOW - timedelta(minutes=50))
    answered = make_message(here.teacher, here.pupil, subject="Devoir", at=NOW - timedelta(minutes=40))
    last = make_message(
        here.pupil, here.teacher, conversation=answered.conversation, answers=answered, at=NOW - timedelta(minutes=30)
    )
    old = make_message(here.pupil, here.teacher, subject="Avant", at=NOW - timedelta(days=3))
    Copy.objects.filter(message=first, person=here.brother).update(unread=False, read_at=NOW, place=Place.ARCHIVE)
    finding.changed(first, last, old)
    return {"first": first, "answered": answered, "last": last, "old": old}


def snapshot():
    fields = ("pk", "place", "folder", "latest", "unread", "hidden", "read_at", "trashed_at")
    return list(Copy.objects.order_by("pk").values_list(*fields))


def purge(here, **fields):
    return purges.purge(viewer=here.viewer(here.head), sender=here.pupil, reason="Menaces", **(SPAN | fields))


def test_purge_takes_what_was_sent_in_the_span_and_nothing_else(here, mail):
    made = purge(here)
    taken = set(Message.objects.filter(purge=made).values_list("pk", flat=True))
    assert taken == {mail["first"].pk, mail["last"].pk}
    assert not Copy.objects.filter(message__in=taken, hidden=False).exists()


def test_conversation_falls_back_to_its_latest_that_stays(here, mail):
    purge(here)
    assert copy_of(mail["answered"], here.teacher).latest
    assert not copy_of(mail["last"], here.teacher).latest


def test_unread_count_follows(here, mail):
    before = unread_count(here.viewer(here.teacher))
    purge(here)
    assert before - unread_count(here.viewer(here.teacher)) == 2  # of the second, the teacher's own message stays


def test_undo_restores_exactly_what_was_there(here, mail):
    before = snapshot()
    made = purge(here)
    purges.undo(viewer=here.viewer(here.head), purge=made)
    assert snapshot() == before


def test_purge_costs_no_more_for_many_messages(here, django_assert_max_num_queries):
    for number in range(25):
        make_message(here.pupil, here.teacher, here.brother, subject=f"Spam {number}")
    with django_assert_max_num_queries(45):
        purge(here)


def test_purged_messages_are_not_found(here, mail):
    found = IndexEntry.objects.filter(kind="messaging.message", object_id=mail["first"].pk)
    assert found.exists()
    made = purge(here)
    assert not found.exists()
    purges.undo(viewer=here.viewer(here.head), purge=made)
    assert found.exists()


def test_notifications_go_and_come_back(here, mail):
    key = f"message:{mail['first'].pk}"
    event = Event.objects.create(kind="messaging.received", key=key, importance="normal", state="done")
    for person, state in ((here.teacher, "unread"), (here.brother, "read")):
        Notification.objects.create(event=event, person=person, channel="in_app", state=state, due_at=NOW)
    made = purge(here)
    assert set(Notification.objects.values_list("state", flat=True)) == {"cancelled"}
    purges.undo(viewer=here.viewer(here.head), purge=made)
    assert set(Notification.objects.values_list("person", "state")) == {
        (here.teacher.pk, "unread"), (here.brother.pk, "read")
    }  # fmt: skip


def test_withdrawing_many_keys_withdraws_what_waits(here):
    Event.objects.create(kind="messaging.received", key="message:1", importance="normal")
    notifications.withdraw_all(["message:1", "message:2"])
    assert Event.objects.get().state == "cancelled"


def test_what_the_sender_had_programmed_stays_with_them(here, mail):
    draft = drafted(here, here.pupil, to(here.teacher))
    type(draft).objects.filter(pk=draft.pk).update(state=DraftState.SCHEDULED, send_at=NOW + timedelta(days=1))
    purge(here)
    draft.refresh_from_db()
    assert (draft.state, draft.send_at) == (DraftState.REFUSED, None)


def test_purge_is_in_the_journal_with_its_reason(here, mail):
    purge(here)
    entry = AuditEntry.objects.get(action="messaging.purge")
    assert (entry.changes["messages"], entry.changes["motif"]) == ([0, 2], [None, "Menaces"])


def test_preview_says_how_many_boxes(here, mail):
    assert purges.preview(here.pupil, **SPAN) == (2, 3)


def test_nothing_to_purge_is_said(here):
    with pytest.raises(DomainError, match="rien envoyé"):
        purge(here)


def test_nobody_purges_those_above(here):
    make_message(here.head, here.teacher)
    with pytest.raises(NotAllowed):
        purges.purge(viewer=here.viewer(here.teacher), sender=here.head, reason="x", **SPAN)


def test_undoing_twice_is_refused(here, mail):
    made = purge(here)
    purges.undo(viewer=here.viewer(here.head), purge=made)
    with pytest.raises(Conflict):
        purges.undo(viewer=here.viewer(here.head), purge=made)
