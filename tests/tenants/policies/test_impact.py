"""Counting before applying."""

import pytest

from tenants.policies.catalogue import catalogue
from tenants.policies.impact import impact
from tenants.policies.models import EnabledModule, Policy
from tenants.schemas.models import InstalledApp
from tests.factories import make_establishment

pytestmark = pytest.mark.django_db


def has(establishment, *, chosen=True, installed=True):
    if installed:
        InstalledApp.objects.create(uai=establishment.uai, app_label="news")
    EnabledModule.objects.create(uai=establishment.uai, module="news", enabled=chosen)


def count(scope="type", value="ecole", effect="", **fields):
    after = Policy(module="news", scope=scope, scope_value=value, effect=effect, **fields) if effect else None
    return impact(catalogue()["news"], scope, value, after)


def uais(schools):
    return {school.place.uai for school in schools}


def test_forbidding_takes_it_from_those_who_have_it(rows):
    has(rows[0])
    found = count(effect="forbid")
    assert (found.reached, uais(found.off), uais(found.forbidden)) == (2, {"0670001A"}, {"0570001A"})


def test_requiring_gives_it_at_once_where_tables_are(rows):
    has(rows[0], chosen=False)
    found = count(effect="require")
    assert (uais(found.on), uais(found.install)) == ({"0670001A"}, {"0570001A"})


def test_lifting_a_ban_gives_it_back_to_those_who_chose_it(rows):
    has(rows[0])
    Policy.objects.create(module="news", scope="type", scope_value="ecole", effect="forbid")
    found = count()
    assert (uais(found.on), uais(found.freed)) == ({"0670001A"}, {"0570001A"})


def test_locking_changes_rules_alone(rows):
    found = count(effect="keep", locked=["name"])
    assert (len(found.rules), found.changed) == (2, 2)


def test_wider_policy_does_not_reach_where_a_narrower_one_stands(rows):
    Policy.objects.create(module="news", scope="school", scope_value="0670001A", effect="allow")
    has(rows[0])
    assert "0670001A" not in uais(count("all", "", "forbid").off)


def test_closed_schools_do_not_count(rows):
    make_establishment("0670002B", type="ecole", slug="ecole-3")
    assert count(effect="forbid").reached == 2


def test_schools_that_the_module_does_not_suit_do_not_change(rows):
    found = impact(
        catalogue()["dummy"],
        "type",
        "ecole",
        Policy(module="dummy", scope="type", scope_value="ecole", effect="require"),
    )
    assert (found.reached, found.changed) == (2, 0)


def test_counting_takes_four_queries(rows, django_assert_num_queries):
    entry = catalogue()["news"]
    with django_assert_num_queries(4):
        impact(entry, "all", "", Policy(module="news", effect="forbid"))
