"""Where modules are on and where they serve, at the region's front door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.adoption import selectors
from tenants.adoption.models import ModuleReach, WeekUse
from tenants.establishments.models import Establishment

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture
def schools(row):
    """Three schools with news: one uses it, one does not, one has had it for a week."""
    made = [row(9001, "067"), row(9002, "067"), row(9003, "057")]
    for one, days in zip(made, (90, 90, 7), strict=True):
        ModuleReach.objects.create(
            uai=one.uai, module="news", since=TODAY - timedelta(days=days), members=700, reported_on=TODAY
        )
    WeekUse.objects.create(
        uai=made[0].uai, module="news", feature="news.read", role="teacher", week=MONDAY, n=12, members=58
    )
    return made


def test_modules_are_tallied(schools):
    tally = selectors.by_module(Establishment.objects.all(), TODAY)["news"]
    assert (tally.on, tally.used, tally.unused, tally.fresh) == (3, 1, 1, 1)


def test_use_of_five_weeks_ago_no_longer_counts(schools):
    WeekUse.objects.update(week=MONDAY - timedelta(weeks=4))
    assert selectors.by_module(Establishment.objects.all(), TODAY)["news"].used == 0


def test_holidays_of_a_school_do_not_make_its_modules_unused(schools):
    WeekUse.objects.update(week=MONDAY - timedelta(weeks=4))
    ModuleReach.objects.update(judged_from=MONDAY - timedelta(weeks=5))
    tally = selectors.by_module(Establishment.objects.all(), TODAY)["news"]
    assert (tally.used, tally.fresh) == (1, 1)


def test_departements_are_tallied(schools):
    found = selectors.by_departement(selectors.places(Establishment.objects.all(), "news", TODAY))
    assert [(code, tally.on, tally.used) for code, _name, tally in found] == [("057", 1, 0), ("067", 2, 1)]


def test_page_lists_modules(schools, regional):
    html = regional("trainer").get("/console/usages/").content.decode()
    assert "Actualités" in html
    assert "3\u00a0établissements" in html


def test_page_narrows_to_a_departement(schools, regional):
    html = regional().get("/console/usages/?departement=067").content.decode()
    assert "2\u00a0établissements" in html


def test_page_finds_a_module_by_the_word_of_a_feature(schools, regional):
    html = regional().get("/console/usages/?q=banniere").content.decode()
    assert "Actualités" in html
    assert "Annuaire</a>" not in html.split("<tbody", 1)[1]


def test_part_of_the_region_sees_its_own(schools, regional):
    html = regional("support", "departement", "057").get("/console/usages/").content.decode()
    assert "1\u00a0établissement" in html


def test_module_page_names_the_schools_where_it_does_not_serve(schools, regional):
    html = regional().get("/console/usages/news/").content.decode()
    idle = html.split('id="inutilise"')[1]
    assert schools[1].uai in idle
    assert schools[0].uai not in idle
    assert schools[2].uai not in idle


def test_unknown_module_is_not_there(regional):
    assert regional().get("/console/usages/nothing/").status_code == 404


def test_pages_take_as_many_queries_for_many_schools(schools, row, regional):
    client = regional()
    client.get("/console/usages/news/")
    with CaptureQueriesContext(connection) as few:
        client.get("/console/usages/news/")
    for number in range(9010, 9020):
        ModuleReach.objects.create(uai=row(number).uai, module="news", reported_on=TODAY)
    with CaptureQueriesContext(connection) as many:
        client.get("/console/usages/news/")
    assert len(many) == len(few)
