"""Reported first, held on demand, erased in small transactions, and only what was announced."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.modules.models import ModuleChoice
from core.notifications.models import Event
from core.people.models import GuardianLink, Person
from core.privacy import hooks
from core.privacy.models import RetentionNotice
from core.privacy.services import retention
from core.privacy.services.retention import hold_back, let_go, nightly
from core.privacy.terms import months_before
from modules.news.models import Article, Reading, Section
from tests.core.privacy.nights import nights_pass

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
LONG_AGO = timezone.now() - timedelta(days=500)


@pytest.fixture
def readings(world):
    article = Article.objects.create(section=Section.objects.create(name="Fil"), title="Lu")
    people = (world.pupil, world.classmate, world.mother)
    return [Reading.objects.create(article=article, person=one, read_at=LONG_AGO) for one in people]


def notice():
    return RetentionNotice.objects.get(model="news.Reading")


def due(**fields):
    RetentionNotice.objects.update(due_on=timezone.localdate() - timedelta(days=1), **fields)


def test_the_first_night_reports_and_erases_nothing(readings):
    nightly()
    assert (notice().rows, notice().due_on) == (3, timezone.localdate() + timedelta(days=7))
    assert Reading.objects.count() == 3


def test_those_who_may_hold_it_back_are_told(readings, world):
    nightly()
    event = Event.objects.get(kind="privacy.erasure_announced", key=f"notice:{notice().pk}")
    assert set(hooks.deciders_of_notice(event).people) == {world.head, world.referent}
    hold_back(notice=notice(), because="Enquête", actor=world.head)
    assert not hooks.deciders_of_notice(event).people.exists()


def test_nothing_is_erased_before_its_day(readings):
    nightly()
    nightly()
    assert Reading.objects.count() == 3


def test_the_night_of_the_day_erases_and_says_so(readings, world):
    nights_pass()
    assert not Reading.objects.exists()
    assert (notice().erased, notice().ended_at is not None) == (3, True)
    assert AuditEntry.objects.get(action="privacy.erase_expired").target_label == "Lecture\u00a0: 3 lignes"


def test_the_delay_is_the_schools(readings):
    ModuleChoice.objects.create(slug="privacy", settings={"delay_days": 30})
    nightly()
    assert notice().due_on == timezone.localdate() + timedelta(days=30)


def test_what_is_held_stays_until_it_is_let_go(readings, world):
    nightly()
    hold_back(notice=notice(), because="Recours en cours", actor=world.head)
    due()
    nightly()
    assert Reading.objects.count() == 3
    let_go(notice=notice(), actor=world.referent)
    nightly()
    assert not Reading.objects.exists()


def test_holding_back_asks_why(readings, world):
    nightly()
    with pytest.raises(DomainError):
        hold_back(notice=notice(), because=" ", actor=world.head)


def test_only_what_was_announced_is_erased(readings, world):
    nightly()
    late = Reading.objects.create(
        article=readings[0].article, person=world.father, read_at=notice().limit + timedelta(days=1)
    )
    due()
    nightly()
    assert list(Reading.objects.all()) == [late]


def test_longer_months_chosen_meanwhile_spare_what_they_reach(readings):
    nightly()
    ModuleChoice.objects.update_or_create(slug="news", defaults={"enabled": True, "settings": {"keep_reading": 24}})
    due()
    nightly()
    assert Reading.objects.count() == 3


def test_rows_of_a_module_that_is_off_grow_old_too(readings):
    ModuleChoice.objects.filter(slug="news").update(enabled=False)
    nights_pass()
    assert not Reading.objects.exists()


def test_large_numbers_go_in_small_transactions(readings, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    nights_pass()
    assert AuditEntry.objects.filter(action="privacy.erase_expired").count() == 2


def test_people_go_three_months_after_they_left(world):
    Person.objects.filter(pk=world.pupil.pk).update(left_on=timezone.localdate() - timedelta(days=120))
    Person.objects.filter(pk=world.classmate.pk).update(left_on=timezone.localdate() - timedelta(days=30))
    nights_pass()
    assert not Person.objects.filter(pk=world.pupil.pk).exists()
    assert Person.objects.filter(pk=world.classmate.pk).exists()


def test_somebody_who_came_back_is_spared(world):
    Person.objects.filter(pk=world.pupil.pk).update(left_on=timezone.localdate() - timedelta(days=120))
    nightly()
    Person.objects.filter(pk=world.pupil.pk).update(left_on=None)
    due()
    nightly()
    assert Person.objects.filter(pk=world.pupil.pk).exists()


def test_links_that_ended_long_ago_go(world):
    GuardianLink.objects.filter(guardian=world.father).update(ends_on=timezone.localdate() - timedelta(days=400))
    nights_pass()
    assert not GuardianLink.objects.filter(guardian=world.father).exists()
    assert GuardianLink.objects.filter(guardian=world.mother).exists()


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 2, 28), 14, date(2024, 12, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 22), 12, date(2025, 11, 22)),
    ],
)
def test_months_are_those_of_the_calendar(day, months, before):
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert months_before(moment, months).date() == before
