"""One alert at a time, once for each press, ended by those who may."""

from uuid import uuid4

import pytest

from core.alerts import services
from core.alerts.models import Alert, Update
from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.notifications.models import Event
from tests.core.alerts.test_regional import order


def end(cast, alert, key=None):
    return services.end(viewer=cast.viewer("head"), alert=alert, text="Fini.", key=key or uuid4())


def test_alert_pressed_twice_is_sent_once(launch):
    key = uuid4()
    assert launch(key=key).pk == launch(key=key).pk
    assert Event.objects.filter(kind="alerts.started").count() == 1


def test_second_alert_is_told_of_the_first(launch):
    launch()
    with pytest.raises(Conflict) as caught:
        launch(kind="shelter")
    assert caught.value.code == "active"


def test_second_alert_is_sent_where_it_is_meant(launch):
    launch(drill=True)
    launch(kind="shelter", despite=True)
    assert Alert.objects.filter(ended_at=None).count() == 2


def test_teacher_may_not_launch(cast):
    draft = services.Draft(kind="other", text="Non")
    with pytest.raises(NotAllowed):
        services.start(viewer=cast.viewer("teacher"), draft=draft, key=uuid4())


def test_classes_must_be_named(launch):
    with pytest.raises(DomainError):
        launch(audience="classes")


def test_launch_is_in_the_journal_with_its_words(launch, cast):
    launch(drill=True)
    entry = AuditEntry.objects.get(action="alerts.start")
    assert (entry.actor_name, entry.target_label) == (cast.head.full_name, "EXERCICE\u00a0: Sortez dans le calme.")


def test_staff_expected_to_answer_are_kept(launch, cast):
    expected = set(launch(audience="classes", classes=(cast.one.pk,)).expected)
    assert expected == {cast.head.pk, cast.cpe.pk, cast.teacher.pk}


def test_news_sent_twice_are_told_once(launch, cast):
    alert, key = launch(), uuid4()
    for _time in range(2):
        services.say(viewer=cast.viewer("head"), alert=alert, text="Suite", key=key)
    assert Event.objects.filter(kind="alerts.news").count() == 1


def test_nothing_is_said_after_the_end(launch, cast):
    alert = launch()
    end(cast, alert)
    with pytest.raises(Conflict):
        services.say(viewer=cast.viewer("head"), alert=alert, text="Suite", key=uuid4())


def test_alert_ends_once(launch, cast):
    alert = launch()
    end(cast, alert)
    end(cast, alert)
    assert Update.objects.filter(step="end").count() == 1
    assert Event.objects.filter(kind="alerts.ended").count() == 1


def test_school_may_not_end_the_region_s(cast):
    from core.alerts import regional

    regional.bring(order())
    with pytest.raises(NotAllowed) as caught:
        end(cast, Alert.objects.get())
    assert caught.value.code == "regional"


def test_school_may_add_news_to_the_region_s(cast):
    from core.alerts import regional

    regional.bring(order())
    services.say(viewer=cast.viewer("head"), alert=Alert.objects.get(), text="Ici, restez.", key=uuid4())
    assert Update.objects.get().regional is None
