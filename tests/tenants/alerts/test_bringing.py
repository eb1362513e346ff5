"""A task for each school: each is told once, whatever dies or breaks on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from core.alerts.models import Alert, Update
from tenants.alerts import bringing, marks, selectors, services
from tenants.alerts.models import SchoolAlert
from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment
from tenants.schemas.context import school


def bring_all(alert):
    for number, uai in bringing.take_due(alert):
        bringing.bring(number, uai)


def state_of(alert, establishment):
    return SchoolAlert.objects.get(alert=alert, uai=establishment.uai)


def told_in(establishment):
    with school(establishment):
        return list(Alert.objects.values_list("text", flat=True))


def test_each_school_is_told(start, schools):
    bring_all(start())
    assert [told_in(one) for one in schools] == [["À l’abri."], ["À l’abri."]]


def test_alert_pressed_twice_is_one(start, administrator):
    actor, key = administrator(), uuid4()
    assert start(actor=actor, key=key).pk == start(actor=actor, key=key).pk


def test_school_brought_twice_is_told_once(start, schools):
    alert = start()
    bring_all(alert)
    SchoolAlert.objects.update(version=0)
    bring_all(alert)
    assert told_in(schools[0]) == ["À l’abri."]


def test_only_the_schools_of_the_scope_are_told(start, schools):
    bring_all(start(scope="academie", values=("Nancy-Metz",)))
    assert [len(told_in(one)) for one in schools] == [0, 1]


def test_named_school_that_is_not_open_is_listed_and_left_out(start, schools):
    lycee, college = schools
    Establishment.objects.filter(uai=college.uai).update(lifecycle="suspended")
    alert = start(scope="schools", values=(lycee.uai, college.uai))
    bring_all(alert)
    row = state_of(alert, college)
    assert (row.state, bool(row.sentence)) == ("skipped", True)
    assert told_in(lycee)


def test_school_that_closes_meanwhile_is_left_out(start, schools):
    alert = start()
    Establishment.objects.filter(uai=schools[0].uai).update(lifecycle="suspended")
    bring_all(alert)
    assert state_of(alert, schools[0]).state == "skipped"


@pytest.fixture
def broken(schools):
    """The first school's table of alerts is not there."""
    with school(schools[0]), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE alerts_alert RENAME TO alerts_gone")
    return schools[0]


def mend(establishment):
    with school(establishment), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE alerts_gone RENAME TO alerts_alert")


def test_broken_school_is_shown_with_a_sentence_and_others_are_told(start, broken, schools):
    alert = start()
    bring_all(alert)
    row = state_of(alert, broken)
    assert (row.state, bool(row.sentence)) == ("failed", True)
    assert told_in(schools[1]) == ["À l’abri."]


def test_broken_school_is_told_once_it_is_mended(start, broken):
    alert = start()
    bring_all(alert)
    mend(broken)
    SchoolAlert.objects.update(lease_until=None)
    bring_all(alert)
    assert (state_of(alert, broken).state, told_in(broken)) == ("told", ["À l’abri."])


def test_broken_school_is_given_up_after_some_tries_until_somebody_asks(start, broken, administrator):
    alert = start()
    SchoolAlert.objects.update(attempts=len(bringing.RETRIES) + 1, state="failed")
    assert bringing.take_due(alert) == []
    assert services.retry(alert=alert, actor=administrator()) == 2
    assert len(bringing.take_due(alert)) == 2


def test_school_of_a_killed_worker_is_handed_out_again(start):
    alert = start()
    assert len(bringing.take_due(alert)) == 2
    assert bringing.take_due(alert) == []
    SchoolAlert.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert len(bringing.take_due(alert)) == 2


def test_news_and_end_reach_every_school(start, schools, administrator):
    alert, actor = start(), administrator()
    bring_all(alert)
    services.say(alert=alert, text="Suite", actor=actor, key=uuid4())
    services.say(alert=alert, text="Fini", actor=actor, key=uuid4(), ends=True)
    bring_all(alert)
    for establishment in schools:
        with school(establishment):
            assert list(Update.objects.order_by("pk").values_list("text", flat=True)) == ["Suite", "Fini"]
            assert not Alert.objects.get().is_active


def test_nothing_is_said_after_the_end(start, administrator):
    alert, actor = start(), administrator()
    services.say(alert=alert, text="Fini", actor=actor, key=uuid4(), ends=True)
    with pytest.raises(Conflict):
        services.say(alert=alert, text="Encore", actor=actor, key=uuid4())


def test_administrator_of_a_part_tells_no_other_school(start, schools, administrator):
    bring_all(start(actor=administrator("academie", "Strasbourg"), scope="schools", values=[s.uai for s in schools]))
    assert [len(told_in(one)) for one in schools] == [1, 0]


def test_scope_without_an_open_school_is_refused(start):
    with pytest.raises(DomainError):
        start(scope="departement", values=("088",))


def test_answers_are_counted_where_somebody_answered(start, schools):
    from core.alerts.services import Given, answer
    from core.people.models import Person
    from core.permissions.viewer import viewer_as

    alert = start()
    bring_all(alert)
    with school(schools[0]):
        teacher = Person.objects.filter(roles__contains=["teacher"]).first()
        viewer = viewer_as(teacher, schools[0])
        answer(viewer=viewer, alert=Alert.objects.get(), given=Given(needs_help=True), key=uuid4())
    marks._mark(f"{alert.pk}:{schools[0].uai}")
    assert bringing.count_again() == 1
    row = state_of(alert, schools[0])
    assert (row.staff, row.answered, row.help) == (3, 1, 1)


def test_counts_that_redis_forgot_are_looked_at_after_a_minute(start):
    alert = start()
    bring_all(alert)
    SchoolAlert.objects.update(summed_at=timezone.now() - timedelta(minutes=2))
    assert bringing.count_again() == 2


def test_progress_tells_what_waits_and_what_failed(start, broken):
    alert = start()
    before = selectors.progress(alert)
    bring_all(alert)
    after = selectors.progress(alert)
    assert (before.total, before.waiting) == (2, 2)
    assert (after.done, after.failed, after.sums["staff"]) == (1, 1, 3)


def test_journal_of_the_region_tells_who_launched_it(start, administrator):
    actor = administrator()
    start(actor=actor)
    assert RegionalAuditEntry.objects.get(action="alerts.start").actor_name == actor.login
