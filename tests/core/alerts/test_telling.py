"""Nothing silences an alert, it goes before everything, and « EXERCICE » is its first word everywhere."""

from uuid import uuid4

import pytest
from django.utils import timezone

from core.alerts import services
from core.errors import DomainError
from core.modules.contract import Channel, Frequency
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import delivery, relay
from core.notifications.channels.email.layout import subject_of
from core.notifications.channels.push.payload import pushes_of
from core.notifications.channels.sms.sender import text_of
from core.notifications.messages import Message
from core.notifications.models import Event, Notification, Preference, Rhythm
from core.notifications.rules import rule_of
from core.notifications.services import choose, emit
from core.notifications.wording import items_of


def rows_of(person, channel):
    return Notification.objects.filter(person=person, channel=channel, event__kind="alerts.started")


def test_choice_of_a_person_does_not_silence_it(launch, cast, distribute):
    Preference.objects.create(person=cast.teacher, kind="alerts.started", channel="email", frequency="never")
    launch()
    distribute()
    assert rows_of(cast.teacher, "email").exists()


def test_person_is_not_offered_to_silence_it(cast):
    with pytest.raises(DomainError):
        choose(person=cast.teacher, kind="alerts.started", channel=Channel.EMAIL, frequency=Frequency.NEVER)


def test_rules_of_the_school_do_not_silence_it(place):
    chosen = {"started": {"rule": "hidden", "channels": [], "importance": "information"}}
    ModuleChoice.objects.create(slug="alerts", notifications=chosen)
    rule = rule_of(Modules(place), "alerts.started")
    assert (rule.rule, rule.urgent, rule.at_first(Channel.EMAIL, ["pupil"])) == ("forced", True, Frequency.NOW)


def test_quiet_hours_and_pauses_do_not_delay_it(launch, cast, distribute):
    Rhythm.objects.create(person=cast.teacher, quiet_days=list(range(7)), paused_until=timezone.localdate())
    launch()
    distribute()
    assert rows_of(cast.teacher, "email").get().due_at <= timezone.now()


def test_relay_takes_it_before_what_is_urgent_and_older(launch, cast):
    emit("news.urgent", actor=None, data={"title": "Urgent"})
    launch()
    first = Event.objects.get(pk=relay._upcoming()[0])
    assert first.kind == "alerts.started"


def test_its_messages_leave_before_all_that_waits(launch, cast, distribute, place):
    old = Event.objects.create(kind="news.published", importance="information", state="done")
    Notification.objects.create(event=old, person=cast.clerk, channel="email", state="waiting", due_at=old.due_at)
    launch()
    distribute()
    due = delivery._due(Channel.EMAIL)
    assert {row.event.kind for row in delivery.lease(delivery._first(due))} == {"alerts.started"}


def test_it_is_told_in_the_app_without_a_worker(launch, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        launch()
    assert rows_of(cast.guardian, "in_app").get().children == [cast.pupil.pk]


def test_waiting_messages_do_not_send_people_to_shelter_after_the_end(launch, cast, distribute, place):
    alert = launch()
    distribute()
    services.end(viewer=cast.viewer("head"), alert=alert, text="Fini", key=uuid4())
    rows = delivery.lease(delivery._due(Channel.EMAIL).filter(event__kind="alerts.started"))
    assert delivery.messages_of(rows, Channel.EMAIL, Modules(place)) == []


@pytest.fixture
def message(launch, cast, distribute, place):
    """What the guardian of a pupil is sent of a drill."""
    launch(drill=True)
    distribute()
    items = items_of(rows_of(cast.guardian, "email").select_related("event"), Modules(place))
    return Message(
        id=uuid4(), channel=Channel.EMAIL, person=cast.guardian, establishment=place, items=tuple(items)
    )


def test_drill_is_the_first_word_of_a_mail(message):
    assert subject_of(message).startswith("EXERCICE\u00a0: Évacuation")


def test_drill_is_the_first_word_of_a_push(message):
    assert b'"title":"EXERCICE' in pushes_of(message)[0].body


def test_drill_is_the_first_word_of_a_text_message(message, place):
    text = text_of(list(message.items), place)
    assert text.startswith("EXERCICE")
    assert "Sortez dans le calme." in text
