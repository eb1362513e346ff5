"""What schools tell the region, once a night."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.adoption import flushing, sums
from core.adoption.models import Use
from tenants.adoption.models import ModuleReach, WeekUse
from tenants.schemas.context import school
from tests.contract.helpers import switch

TODAY = timezone.localdate()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture
def used(lycee_a, staffroom):
    with school(lycee_a):
        flushing.tidy()
        for days_ago in (0, 7, 8):
            Use.objects.create(
                feature="news.read", role="teacher", day=MONDAY + timedelta(days=0) - timedelta(days=days_ago), n=3
            )


def told(establishment):
    rows = WeekUse.objects.filter(uai=establishment.uai).order_by("week")
    return [(row.feature, row.role, row.week, row.n, row.members) for row in rows]


def test_weeks_are_summed_with_the_people_of_the_group(lycee_a, used):
    sums.raise_from([lycee_a.uai])
    assert told(lycee_a) == [
        ("news.read", "teacher", MONDAY - timedelta(days=14), 3, 6),
        ("news.read", "teacher", MONDAY - timedelta(days=7), 3, 6),
        ("news.read", "teacher", MONDAY, 3, 6),
    ]


def test_telling_twice_is_telling_once(lycee_a, used):
    sums.raise_from([lycee_a.uai])
    before = told(lycee_a)
    sums.raise_from([lycee_a.uai])
    assert told(lycee_a) == before


def test_older_weeks_stay_as_they_were_told(lycee_a, used):
    old = MONDAY - timedelta(weeks=10)
    WeekUse.objects.create(uai=lycee_a.uai, module="news", feature="news.read", role="teacher", week=old, n=9)
    sums.raise_from([lycee_a.uai])
    assert told(lycee_a)[0][2:4] == (old, 9)


def test_region_knows_which_modules_are_on(lycee_a, used):
    sums.raise_from([lycee_a.uai])
    found = set(ModuleReach.objects.filter(uai=lycee_a.uai).values_list("module", flat=True))
    assert {"news", "people"} <= found


def test_region_knows_from_when_uses_count(lycee_a, used):
    sums.raise_from([lycee_a.uai])
    first = ModuleReach.objects.get(uai=lycee_a.uai, module="news").judged_from
    assert first.weekday() == 0
    assert first <= MONDAY - timedelta(weeks=3)


def test_module_switched_off_is_no_longer_on(lycee_a, used):
    sums.raise_from([lycee_a.uai])
    switch(lycee_a, "news", on=False)
    sums.raise_from([lycee_a.uai])
    assert not ModuleReach.objects.filter(uai=lycee_a.uai, module="news").exists()


def test_school_tells_nothing_of_another(lycee_a, college_b, used):
    sums.raise_from([lycee_a.uai, college_b.uai])
    assert told(college_b) == []
