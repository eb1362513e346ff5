"""The rules in Python and the rules in SQL say the same; and each part of them in words of one test."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.modules.contract import Channel, Frequency, Importance, NotificationKind
from core.modules.state import Modules
from core.notifications import expansion
from core.notifications.audience import Recipients
from core.notifications.models import Event, Notification, Preference, PushSubscription
from core.notifications.rules import KindRule, rule_of
from core.people.models import Person
from tests.core.notifications.world import rule
from tests.factories import make_person

pytestmark = pytest.mark.django_db

KIND = NotificationKind(slug="planned", label="x", title="x", sample={})
EVERY = frozenset(Channel)


def made(**parts):
    values = {
        "code": "dummy.planned",
        "kind": KIND,
        "rule": "default",
        "importance": Importance.NORMAL,
        "by_role": {"pupil": frozenset({Channel.IN_APP, Channel.EMAIL})},
        "frequencies": {},
        "open": EVERY,
    }
    return KindRule(**(values | parts))


def test_without_a_choice_the_roles_default_holds():
    assert made().settle(Channel.EMAIL, ["pupil"], None) == Frequency.DAILY


def test_a_role_that_the_channel_does_not_speak_to_hears_nothing():
    assert made().settle(Channel.EMAIL, ["teacher"], None) == Frequency.NEVER


def test_important_mail_leaves_at_once():
    assert made(importance=Importance.IMPORTANT).settle(Channel.EMAIL, ["pupil"], None) == Frequency.NOW


def test_an_urgent_thing_is_never_in_a_digest():
    assert made(importance=Importance.URGENT).settle(Channel.EMAIL, ["pupil"], Frequency.WEEKLY) == Frequency.NOW


def test_an_urgent_thing_is_always_in_the_app():
    assert made(importance=Importance.URGENT).settle(Channel.IN_APP, ["pupil"], Frequency.NEVER) == Frequency.NOW


def test_ones_own_choice_wins():
    assert made().settle(Channel.EMAIL, ["pupil"], Frequency.HOURLY) == Frequency.HOURLY


def test_what_is_forced_may_be_slower_and_never_silent():
    forced = made(rule="forced")
    assert Frequency.NEVER not in forced.choices(Channel.EMAIL, ["pupil"])
    assert Frequency.WEEKLY in forced.choices(Channel.EMAIL, ["pupil"])


def test_a_channel_that_the_school_has_not_offers_nothing():
    assert made(open=EVERY - {Channel.SMS}).choices(Channel.SMS, ["pupil"]) == ()


def test_what_is_hidden_offers_nothing():
    assert made(rule="hidden").choices(Channel.EMAIL, ["pupil"]) == ()


def test_the_school_may_slow_a_channel_down(place):
    rule("dummy", "planned", frequencies={"email": "weekly"})
    assert rule_of(Modules(place), "dummy.planned").pace(Channel.EMAIL) == Frequency.WEEKLY


def test_a_kind_of_a_module_that_is_off_has_no_rule(place):
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    assert rule_of(Modules(place), "dummy.planned") is None


ROLES = ("pupil", "guardian", "teacher")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(["default", "forced", "off", "hidden"]),
    importance=st.sampled_from(list(Importance)),
    by_role=st.dictionaries(st.sampled_from(ROLES), st.frozensets(st.sampled_from(list(Channel))), min_size=1),
    frequencies=st.dictionaries(st.sampled_from(list(Channel)), st.sampled_from(list(Frequency)[1:])),
    available=st.frozensets(st.sampled_from(list(Channel))),
    roles=st.lists(st.sampled_from(ROLES), min_size=1, unique=True),
    choices=st.dictionaries(st.sampled_from(list(Channel)), st.sampled_from(list(Frequency))),
)
def test_sql_and_python_agree(place, which, importance, by_role, frequencies, available, roles, choices):
    person = make_person(place, *roles, email="a@exemple.fr", phone="0600000000", account=True)
    PushSubscription.objects.create(person=person, endpoint="https://x", digest=str(person.pk), p256dh="x", auth="x")
    Preference.objects.bulk_create(
        [Preference(person=person, kind="dummy.planned", channel=c, frequency=f) for c, f in choices.items()]
    )
    tried = made(rule=which, importance=importance, by_role=by_role, frequencies=frequencies, open=available)
    event = Event.objects.create(kind="dummy.planned", importance=importance, people=[person.pk])
    expansion.expand(event, tried, Modules(place), timezone.now())
    found = {row.channel: row.frequency for row in Notification.objects.filter(event=event)}
    served = set(roles) & set(by_role)
    expected = {c: tried.settle(c, roles, choices.get(c)) for c in Channel} if served else {}
    assert found == {str(c): str(f) for c, f in expected.items() if f != Frequency.NEVER}


def test_a_preview_counts_what_the_relay_would_write(place):
    people = [make_person(place, "pupil", email="a@exemple.fr") for _ in range(3)]
    recipients = Recipients(people=Person.objects.filter(pk__in=[person.pk for person in people]))
    assert expansion.counts(made(), recipients) == [("email", "daily", 3), ("in_app", "now", 3)]
