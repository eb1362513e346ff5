"""Hours, and what leaves by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.modules.state import Modules
from core.notifications.models import Event
from core.people.models import Person
from modules.messaging import tasks
from modules.messaging.choices import DraftState
from modules.messaging.models import Draft, Message
from modules.messaging.services import drafts, hours, sending
from tests.modules.messaging.writing import CLOSED, OPEN, PARIS, drafted, readers, send, settle, to

pytestmark = pytest.mark.django_db


def opening(here, *moment):
    found = hours.opening_after(Modules(here.establishment), datetime(*moment, tzinfo=PARIS))
    return found.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ((2026, 11, 24, 10, 0), "2026-11-24 10:00"),
        ((2026, 11, 24, 5, 30), "2026-11-24 07:00"),
        ((2026, 11, 24, 20, 0), "2026-11-25 07:00"),
        ((2026, 11, 28, 11, 59), "2026-11-28 11:59"),
        ((2026, 11, 28, 12, 0), "2026-11-30 07:00"),  # Saturday noon
        ((2027, 3, 26, 10, 0), "2027-03-27 07:00"),  # Good Friday, in Alsace
        ((2026, 12, 24, 21, 0), "2026-12-28 07:00"),  # Christmas, 26 December in Alsace, Sunday
        ((2027, 3, 28, 1, 30), "2027-03-30 07:00"),  # the night of summer time, then Easter Monday
        ((2026, 10, 25, 2, 30), "2026-10-26 07:00"),  # the night of winter time
    ],
)
def test_it_opens_with_the_school(here, moment, opens):
    assert opening(here, *moment) == opens


def test_hours_are_those_of_the_wall_in_both_halves_of_the_year(here):
    at = hours.opening_after(Modules(here.establishment), datetime(2026, 7, 7, 2, 0, tzinfo=UTC))
    assert at == datetime(2026, 7, 7, 5, 0, tzinfo=UTC)


def test_a_school_may_open_on_sundays(here):
    settle(open_weekends=True)
    assert opening(here, 2026, 11, 29, 15, 0) == "2026-11-29 15:00"


def test_at_night_a_message_is_held(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    assert (held.state, held.send_at.astimezone(PARIS).hour, Message.objects.count()) == (DraftState.HELD, 7, 0)


def test_a_school_that_holds_nothing_sends_at_night(here):
    settle(hold=False)
    assert isinstance(send(here, here.teacher, to(here.parent), now=CLOSED), Message)


def test_pupils_send_nothing_at_night_and_keep_their_draft(here):
    with pytest.raises(DomainError, match="brouillon"):
        send(here, here.pupil, to(here.teacher), now=CLOSED)
    assert Draft.objects.get().state == DraftState.OPEN


def test_what_is_urgent_passes(here):
    assert isinstance(send(here, here.head, to(here.teacher), weight="urgent", now=CLOSED), Message)


def test_what_is_programmed_for_the_night_leaves_at_opening(here):
    waiting = send(here, here.teacher, to(here.parent), send_at=CLOSED)
    assert waiting.send_at.astimezone(PARIS) == datetime(2026, 11, 30, 7, 0, tzinfo=PARIS)


def test_what_is_due_leaves_once(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    assert [sending.deliver_due(now=held.send_at) for _n in range(2)] == [1, 0]


def test_it_leaves_under_its_key(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    sending.deliver_due(now=held.send_at)
    assert Message.objects.get().key == held.key


def test_the_task_delivers(here):
    settle(hold=False)
    send(here, here.teacher, to(here.parent), send_at=OPEN + timedelta(hours=2))
    Draft.objects.update(send_at=OPEN - timedelta(days=30))
    tasks.deliver_due()
    assert Message.objects.count() == 1


def test_killed_in_the_middle_nothing_has_left(here, monkeypatch):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)

    def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(sending, "_after", die)
        with pytest.raises(KeyboardInterrupt):
            sending.deliver_due(now=held.send_at)
    assert (Message.objects.count(), sending.deliver_due(now=held.send_at)) == (0, 1)


def test_one_that_breaks_does_not_hold_up_the_others(here, monkeypatch):
    first = send(here, here.teacher, to(here.parent), now=CLOSED)
    send(here, here.head, to(here.parent), now=CLOSED)
    leave = sending._leave

    def breaks(viewer, draft, *rest, **more):
        if draft.pk == first.pk:
            raise ZeroDivisionError
        return leave(viewer, draft, *rest, **more)

    monkeypatch.setattr(sending, "_leave", breaks)
    assert sending.deliver_due(now=first.send_at) == 1


def test_a_right_lost_before_it_leaves_gives_it_back(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    here.school_class.services.all().delete()
    sending.deliver_due(now=held.send_at)
    kept = Draft.objects.get()
    assert kept.state == DraftState.REFUSED
    assert kept.refusal


def test_its_author_is_told(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    here.school_class.services.all().delete()
    sending.deliver_due(now=held.send_at)
    assert Event.objects.filter(kind="messaging.delivery_refused").count() == 1
    assert AuditEntry.objects.filter(action="messaging.refuse_departure").count() == 1


def test_an_author_who_left_sends_nothing(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    Person.objects.filter(pk=here.teacher.pk).update(left_on=OPEN.date())
    assert sending.deliver_due(now=held.send_at) == 0


def test_one_of_two_who_left_does_not_keep_it_from_the_other(here):
    held = send(here, here.head, to(here.teacher), to(here.colleague), now=CLOSED)
    Person.objects.filter(pk=here.colleague.pk).update(left_on=OPEN.date())
    sending.deliver_due(now=held.send_at)
    assert readers(Message.objects.get()) == {here.teacher.pk}
    assert Event.objects.filter(kind="messaging.delivered_in_part").count() == 1


def test_it_may_be_taken_back_before_it_leaves(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    drafts.reopen(viewer=here.viewer(here.teacher), draft=held)
    assert sending.deliver_due(now=held.send_at) == 0


def test_what_waits_is_not_rewritten_under_way(here):
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    with pytest.raises(DomainError, match="attend de partir"):
        drafts.save(viewer=here.viewer(here.teacher), key=held.key, version=held.version, body="Autre chose.")


def test_the_sentence_says_when_it_opens(here):
    with pytest.raises(DomainError, match=r"lundi 30.novembre à 7:00"):
        send(here, here.pupil, to(here.teacher), now=CLOSED)


def test_a_draft_is_kept_as_it_was_when_it_cannot_leave(here):
    draft = drafted(here, here.pupil, to(here.teacher), subject="")
    with pytest.raises(DomainError):
        sending.send(viewer=here.viewer(here.pupil), draft=draft, now=OPEN)
    assert Draft.objects.get().version == draft.version


def test_what_leaves_soon_is_looked_at_in_its_moment(here, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **options: asked.append(options["countdown"]))
    settle(hold=False, night_closed=[])
    with django_capture_on_commit_callbacks(execute=True):
        waiting = send(here, here.teacher, to(here.parent), send_at=OPEN + timedelta(hours=2))
        Draft.objects.filter(pk=waiting.pk).update(send_at=timezone.now() + timedelta(minutes=5))
        tasks.deliver_due()
    assert len(asked) == 1
    assert 295 <= asked[0] <= 301
