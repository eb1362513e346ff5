from types import SimpleNamespace

import pytest

from core.adoption import rules
from core.adoption.reach import Reach
from core.modules.contract import Feature, Manifest
from core.people.choices import Role


@pytest.mark.parametrize(
    ("roles", "counted"),
    [
        ({"teacher", "guardian"}, "teacher"),
        ({"management", "teacher"}, "teacher"),
        ({"digital_referent", "administrative"}, "administrative"),
        ({"guardian", "partner"}, "partner"),
        ({"pupil"}, "pupil"),
        (set(), ""),
    ],
)
def test_use_counts_once_under_the_first_role(roles, counted):
    assert rules.first(roles) == counted


def test_every_role_has_a_place():
    assert set(rules.ORDER) == set(Role)


def test_small_role_joins_others_when_they_are_enough():
    found = rules.groups({"teacher": 58, "management": 2, "administrative": 3})
    assert found == {"teacher": "teacher", "management": "others", "administrative": "others"}


def test_small_roles_that_stay_few_are_not_numbered():
    assert rules.groups({"teacher": 58, "management": 1, "partner": 3})["management"] == "few"


def test_five_people_are_enough():
    assert rules.groups({"school_life": 5}) == {"school_life": "school_life"}


def _reach(*crowd, permission="", grants=None):
    feature = Feature(slug="book", label="x", permission=permission)
    manifest = Manifest(slug="m", name="M", description="M", icon="x", features=(feature,))
    state = SimpleNamespace(
        slug="m", manifest=manifest, enabled=True, roles=frozenset(Role.values), grants=grants or {}
    )
    modules = SimpleNamespace(enabled=lambda: [state], states={"m": state})
    return Reach(modules, [(frozenset(roles), n) for roles, n in crowd])


def test_members_are_those_who_hold_the_permission():
    reach = _reach(({"teacher"}, 8), ({"pupil"}, 90), permission="plan", grants={"plan": frozenset({"teacher"})})
    assert reach.members == {"m.book": {"teacher": 8}}


def test_person_with_two_roles_is_one_member():
    reach = _reach(({"teacher", "guardian"}, 7), ({"guardian"}, 90))
    assert reach.members["m.book"] == {"teacher": 7, "guardian": 90}


def test_role_without_the_permission_counts_for_itself_when_it_is_large():
    reach = _reach(({"teacher"}, 8), ({"pupil"}, 90), permission="plan", grants={"plan": frozenset({"teacher"})})
    assert reach.group("m.book", "pupil") == "pupil"


def test_role_without_the_permission_is_not_numbered_when_it_is_small():
    reach = _reach(({"teacher"}, 8), ({"partner"}, 2), permission="plan", grants={"plan": frozenset({"teacher"})})
    assert reach.group("m.book", "partner") == "few"
