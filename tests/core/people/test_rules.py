"""Pure rules, without a database."""

import pytest

from core.people import rules
from core.people.choices import Authority, Role


@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        ({"management"}, {"management"}, True),
        ({"digital_referent"}, {"management"}, False),
        ({"digital_referent"}, {"digital_referent"}, True),
        ({"digital_referent"}, {"teacher"}, True),
        ({"administrative"}, {"digital_referent", "teacher"}, False),
        ({"administrative"}, {"pupil"}, True),
    ],
)
def test_rank(actor: set[str], target: set[str], allowed: bool) -> None:
    assert rules.may_act_on(frozenset(actor), frozenset(target)) is allowed


@pytest.mark.parametrize("role", Role.values)
def test_co_guardian_hides_contact_and_address_from_every_role(role: str) -> None:
    codes = frozenset({"people.view_contacts", "people.manage", "people.manage_accounts"})
    relation = rules.Relation(is_co_guardian=True, is_guardian_of_taught=True)
    assert not rules.details(frozenset({role, "guardian"}), codes, relation) & {rules.CONTACT, rules.ADDRESS}


@pytest.mark.parametrize("role", sorted(rules.FOLLOWS_FAMILIES))
def test_contacts_need_the_permission(role: str) -> None:
    seen = rules.details(frozenset({role}), frozenset(), rules.Relation())
    assert seen == {rules.BIRTH, rules.GUARDIANS}


def test_own_record_is_whole() -> None:
    assert rules.details(frozenset({"pupil"}), frozenset(), rules.Relation(is_self=True)) == rules.ALL_DETAILS


@pytest.mark.parametrize(("in_charge", "opened"), [(True, {"1", "2"}), (False, {"1"})])
def test_authorities_with_access(in_charge: bool, opened: set[str]) -> None:
    assert rules.authorities_with_access(in_charge_sees=in_charge) == opened
    assert Authority.CONTACT not in opened
