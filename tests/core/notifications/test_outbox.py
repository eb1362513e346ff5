"""From a service's event to one row for each person and channel."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import DomainError
from core.modules.contract import Importance
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import expansion, relay, services
from core.notifications.models import Event, Notification
from tests.core.notifications.world import rows, rule
from tests.factories import make_guardian, make_person

pytestmark = pytest.mark.django_db
State = Notification.State


@pytest.fixture
def teacher(place):
    return make_person(place, "teacher", email="prof@exemple.fr", account=True)


def channels(person):
    return sorted(row.channel for row in rows(person))


# --- The outbox ---------------------------------------------------------------------------------------------
def test_an_event_outside_a_transaction_is_refused(place):
    # Django's own switch says that no transaction is open: to end the test's would empty the tables of all others
    connection.in_atomic_block = False
    try:
        with pytest.raises(RuntimeError, match="transaction"):
            services.emit("dummy.noted", actor=None)
    finally:
        connection.in_atomic_block = True


def test_a_kind_that_nobody_declares_is_refused(place):
    with pytest.raises(KeyError), transaction.atomic():
        services.emit("news.lunch", actor=None)


def test_an_event_vanishes_with_the_change_that_it_tells(place, tell):
    with transaction.atomic():
        tell()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_a_role_that_may_not_send_urgent_things_is_refused(place, tell, teacher):
    with pytest.raises(DomainError, match="urgente"):
        tell("news.urgent", actor=teacher)


def test_the_head_may_send_urgent_things(place, tell):
    assert tell("news.urgent", actor=make_person(place, "management")).importance == Importance.URGENT


def test_named_people_are_told_on_their_channels(tell, distribute, teacher):
    tell(people=[teacher])
    distribute()
    assert channels(teacher) == ["email", "in_app"]


def test_nobody_else_is_told(place, tell, distribute, teacher):
    other = make_person(place, "teacher", account=True)
    tell(people=[teacher])
    distribute()
    assert rows(other) == []


def test_what_is_in_the_app_is_unread_at_once(tell, distribute, teacher):
    tell(people=[teacher])
    distribute()
    assert [row.state for row in rows(teacher, channel="in_app")] == [State.UNREAD]


def test_a_replayed_event_tells_nobody_twice(tell, distribute, teacher):
    event = tell(people=[teacher])
    distribute()
    Event.objects.filter(pk=event.pk).update(state=Event.State.WAITING, cursor=0)
    distribute()
    assert len(rows(teacher)) == 2


def test_an_event_for_later_waits(tell, distribute, teacher):
    tell(people=[teacher], due_at=timezone.now() + timedelta(hours=1))
    distribute()
    assert rows(teacher) == []


def test_someone_who_has_left_is_not_told(place, tell, distribute):
    gone = make_person(place, "teacher", left_on=timezone.localdate(), account=True)
    tell(people=[gone])
    distribute()
    assert rows(gone) == []


def test_a_person_without_any_address_is_counted(place, tell, distribute):
    event = tell(people=[make_person(place, "teacher")])
    distribute()
    event.refresh_from_db()
    assert (event.reached, event.unreachable) == (1, 1)


def test_an_event_whose_module_is_off_tells_nobody(place, tell, distribute, teacher):
    tell(people=[teacher])
    ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    distribute()
    assert rows(teacher) == []


# --- An audience --------------------------------------------------------------------------------------------
def planned(tell, meal, **fields):
    data = {"meal": meal.pk, "day": "lundi", "dish": "gratin"}
    return tell("dummy.planned", key=f"meal:{meal.pk}", data=data, **fields)


def test_a_guardian_is_told_once_about_all_children(tell, distribute, canteen, family):
    guardian, *children = family
    planned(tell, canteen(*children))
    distribute()
    (row,) = rows(guardian, channel="in_app")
    assert sorted(row.children) == sorted(child.pk for child in children)


def test_both_guardians_are_told_once_each(place, tell, distribute, canteen, family):
    guardian, child, _other = family
    second = make_person(place, "guardian", account=True)
    make_guardian(place, child, second)
    planned(tell, canteen(child))
    distribute()
    assert [len(rows(one, channel="in_app")) for one in (guardian, second)] == [1, 1]


def test_a_contact_without_authority_is_not_told(place, tell, distribute, canteen, family):
    stranger = make_person(place, "guardian", account=True)
    make_guardian(place, family[1], stranger, authority="0")
    planned(tell, canteen(family[1]))
    distribute()
    assert rows(stranger) == []


def test_batches_reach_everybody_once(place, tell, distribute, canteen, monkeypatch):
    monkeypatch.setattr(expansion, "BATCH", 3)
    pupils = [make_person(place, "pupil") for _ in range(8)]
    event = planned(tell, canteen(*pupils))
    distribute()
    event.refresh_from_db()
    assert (len(rows(channel="in_app")), event.reached, event.state) == (8, 8, Event.State.DONE)


def test_an_interrupted_expansion_goes_on(place, tell, distribute, canteen, monkeypatch):
    monkeypatch.setattr(expansion, "BATCH", 3)
    planned(tell, canteen(*[make_person(place, "pupil") for _ in range(7)]))
    relay.step(Modules(place))
    assert len(rows(channel="in_app")) == 3
    distribute()
    assert len(rows(channel="in_app")) == 7


@pytest.mark.parametrize("size", [1, 40])
def test_the_number_of_statements_does_not_depend_on_the_number_of_people(place, tell, canteen, size):
    planned(tell, canteen(*[make_person(place, "pupil") for _ in range(size)]))
    modules = Modules(place)
    with CaptureQueriesContext(connection) as queries:
        relay.step(modules)
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 13


# --- The school's rules and one's own ----------------------------------------------------------------------
def test_a_hidden_kind_tells_nobody(place, tell, distribute, teacher):
    rule("dummy", "noted", rule="hidden")
    tell(people=[teacher])
    distribute()
    assert rows(teacher) == []


def test_a_kind_that_is_off_at_first_tells_who_asked(place, tell, distribute, teacher):
    rule("dummy", "noted", rule="off")
    services.choose(person=teacher, kind="dummy.noted", channel="email", frequency="now")
    tell(people=[teacher])
    distribute()
    assert channels(teacher) == ["email"]


def test_ones_own_silence_is_kept(tell, distribute, teacher):
    services.choose(person=teacher, kind="dummy.noted", channel="email", frequency="never")
    tell(people=[teacher])
    distribute()
    assert channels(teacher) == ["in_app"]


def test_what_is_forced_cannot_be_silenced(tell, teacher):
    rule("dummy", "noted", rule="forced")
    with pytest.raises(DomainError, match="proposé"):
        services.choose(person=teacher, kind="dummy.noted", channel="email", frequency="never")


def test_a_silence_from_before_is_passed_over_once_it_is_forced(tell, distribute, teacher):
    services.choose(person=teacher, kind="dummy.noted", channel="email", frequency="never")
    rule("dummy", "noted", rule="forced")
    tell(people=[teacher])
    distribute()
    assert channels(teacher) == ["email", "in_app"]


def test_a_choice_for_one_child_holds_for_that_child(tell, distribute, canteen, family):
    guardian, lea, tom = family
    services.choose(person=guardian, kind="dummy.planned", channel="email", frequency="never", child=lea)
    planned(tell, canteen(lea, tom))
    distribute()
    (row,) = rows(guardian, channel="email")
    assert row.children == [tom.pk]


def test_a_role_may_have_other_channels(place, tell, distribute, teacher):
    rule("dummy", "noted", roles={"teacher": ["in_app"]})
    tell(people=[teacher])
    distribute()
    assert channels(teacher) == ["in_app"]


def test_text_messages_are_off_where_the_school_has_not_switched_them_on(place, tell, distribute, teacher):
    rule("dummy", "noted", channels=["in_app", "sms"])
    teacher.phone = "0612345678"
    teacher.save()
    tell(people=[teacher])
    distribute()
    assert channels(teacher) == ["in_app"]


# --- Calling back -------------------------------------------------------------------------------------------
def cancelled(tell, meal):
    guardians = [row.person for row in rows(channel="in_app")]
    return tell("dummy.cancelled", key=f"meal:{meal.pk}", data={"day": "lundi"}, people=guardians)


def test_a_later_event_takes_the_place_of_what_was_not_delivered(tell, distribute, canteen, family):
    meal = canteen(family[1])
    planned(tell, meal)
    distribute()
    cancelled(tell, meal)
    distribute()
    planned_rows = rows(family[0], event__kind="dummy.planned")
    assert {(row.state, row.reason) for row in planned_rows} == {(State.CANCELLED, "replaced")}


def test_what_was_read_stays_read(tell, distribute, canteen, family):
    meal = canteen(family[1])
    planned(tell, meal)
    distribute()
    services.read(person=family[0])
    cancelled(tell, meal)
    distribute()
    assert rows(family[0], event__kind="dummy.planned", channel="in_app")[0].state == State.READ


def test_an_earlier_event_that_still_waits_is_never_told(tell, distribute, canteen, family):
    meal = canteen(family[1])
    planned(tell, meal, due_at=timezone.now() + timedelta(hours=2))
    tell("dummy.cancelled", key=f"meal:{meal.pk}", data={"day": "lundi"}, people=[family[0]])
    distribute()
    assert Event.objects.get(kind="dummy.planned").state == Event.State.CANCELLED


def test_events_about_one_thing_keep_their_order(place, tell, canteen, family, monkeypatch):
    monkeypatch.setattr(expansion, "BATCH", 1)
    meal = canteen(*family[1:])
    planned(tell, meal)
    parts = {"data": {"day": "lundi"}, "people": [family[0]], "importance": Importance.NORMAL}
    tell("dummy.cancelled", key=f"meal:{meal.pk}", **parts)
    relay.step(Modules(place))
    assert Event.objects.get(kind="dummy.cancelled").state == Event.State.WAITING


def test_withdrawing_calls_back_what_waits(tell, distribute, canteen, family):
    planned(tell, canteen(family[1]))
    distribute()
    services.withdraw(Event.objects.get().key)
    assert {row.state for row in rows()} == {State.CANCELLED}


def test_an_event_that_fails_waits_and_keeps_its_error(place, tell, distribute, canteen):
    event = tell("dummy.planned", data={"day": "lundi"})  # its audience asks for a meal
    distribute()
    event.refresh_from_db()
    assert (event.state, event.attempts) == (Event.State.WAITING, 1)
    assert event.error.startswith("KeyError")


def test_an_event_that_always_fails_is_given_up(place, tell, distribute):
    event = tell("dummy.planned", data={"day": "lundi"})
    for _ in range(len(relay.RETRIES_MINUTES) + 1):
        Event.objects.update(due_at=timezone.now())
        distribute()
    event.refresh_from_db()
    assert event.state == Event.State.FAILED


def test_what_a_school_tells_another_does_not_hear(tell, distribute, teacher, college_b):
    from tenants.schemas.context import school

    tell(people=[teacher])
    distribute()
    with school(college_b):
        assert not Notification.objects.exists()


def test_an_event_is_plain_json(tell):
    event = tell(data={"title": "É"})
    assert json.loads(json.dumps(event.data)) == {"title": "É"}
