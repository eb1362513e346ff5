"""Which rules reach a school, and what they come to together."""

import pytest

from tenants.policies.effective import combine, rules_for
from tenants.policies.models import Policy

pytestmark = pytest.mark.django_db


def policy(scope="all", value="", effect="allow", **fields):
    return Policy.objects.create(module="news", scope=scope, scope_value=value, effect=effect, **fields)


def effect(establishment):
    return rules_for(establishment)["news"].effect


@pytest.mark.parametrize(
    ("scope", "value"),
    [
        ("all", ""),
        ("academie", "Strasbourg"),
        ("departement", "067"),
        ("type", "ecole"),
        ("school", "0670001A"),
    ],
)
def test_policy_reaches_the_schools_of_its_scope(rows, scope, value):
    policy(scope, value, "forbid")
    assert effect(rows[0]) == "forbid"


@pytest.mark.parametrize(
    ("scope", "value"),
    [("academie", "Reims"), ("departement", "068"), ("type", "lycee"), ("school", "0680001A")],
)
def test_policy_reaches_no_other(rows, scope, value):
    policy(scope, value, "forbid")
    assert "news" not in rules_for(rows[0])


def test_narrower_scope_wins(rows):
    policy(effect="forbid")
    policy("school", "0670001A", "allow")
    assert effect(rows[0]) == "allow"


def test_narrower_scope_wins_whatever_the_order(rows):
    policy("type", "ecole", "allow")
    policy(effect="forbid")
    assert effect(rows[0]) == "allow"


def test_keeping_leaves_the_wider_effect(rows):
    policy(effect="require")
    policy("departement", "067", "keep", locked=["name"])
    rule = rules_for(rows[0])["news"]
    assert (rule.effect, rule.locked) == ("require", {"name"})


def test_defaults_and_locks_add_up(rows):
    policy(defaults={"a": 1, "b": 1}, locked=["a"])
    policy("type", "ecole", defaults={"b": 2}, locked=["b"])
    rule = rules_for(rows[0])["news"]
    assert (rule.defaults, rule.locked) == ({"a": 1, "b": 2}, {"a", "b"})


def test_narrowest_reason_is_shown(rows):
    policy(effect="forbid", note="Partout")
    policy("type", "ecole", "forbid", note="Pour les écoles")
    assert rules_for(rows[0])["news"].note == "Pour les écoles"


def test_no_policy_comes_to_nothing():
    assert combine([]) == {}
