"""Making policies: within one's part, counted, audited, undone."""

import pytest
from django.db import OperationalError

from core.modules import services as modules
from core.modules.state import Modules
from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict, DomainError
from tenants.policies import rollout, services
from tenants.policies.models import Policy, PolicyChange, Rollout
from tenants.policies.services import NEW, Draft
from tenants.schemas import engine
from tenants.schemas.context import school

pytestmark = pytest.mark.django_db


def forbid_ecoles(actor, **fields):
    return services.apply(Draft("news", "type", "ecole", effect="forbid", **fields), actor=actor)


def test_policy_is_stored_with_its_history(administrator, rows):
    change = forbid_ecoles(administrator(), note="Charte")
    assert (Policy.objects.get().note, change.before, change.reached) == ("Charte", None, 2)


def test_policy_is_audited(administrator, rows):
    actor = administrator()
    forbid_ecoles(actor)
    entry = RegionalAuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_name, entry.target_label) == (
        "policies.create",
        actor.login,
        "Actualités · Écoles",
    )


def test_removing_is_audited(administrator, rows):
    actor = administrator()
    forbid_ecoles(actor)
    services.apply(Draft("news", "type", "ecole"), actor=actor)
    assert RegionalAuditEntry.objects.latest("pk").action == "policies.delete"


def test_undo_removes_what_was_made(administrator, rows):
    actor = administrator()
    services.undo(forbid_ecoles(actor), actor=actor)
    assert not Policy.objects.exists()


def test_undo_brings_back_what_was_removed(administrator, rows):
    actor = administrator()
    forbid_ecoles(actor, locked=["name"], note="Charte")
    removed = services.apply(Draft("news", "type", "ecole"), actor=actor)
    services.undo(removed, actor=actor)
    assert services.snapshot(Policy.objects.get()) == {
        "effect": "forbid",
        "defaults": {},
        "locked": ["name"],
        "note": "Charte",
    }


def test_undo_under_something_newer_is_a_conflict(administrator, rows):
    actor = administrator()
    first = forbid_ecoles(actor)
    forbid_ecoles(actor, note="Charte")
    with pytest.raises(Conflict):
        services.undo(first, actor=actor)


def test_undo_twice_is_refused(administrator, rows):
    actor = administrator()
    first = forbid_ecoles(actor)
    services.undo(first, actor=actor)
    with pytest.raises(DomainError, match="déjà annulé"):
        services.undo(PolicyChange.objects.get(pk=first.pk), actor=actor)


def test_proposing_stores_nothing(administrator, rows):
    services.propose(Draft("news", "type", "ecole", effect="forbid"), actor=administrator(), seen=NEW)
    assert not Policy.objects.exists()


def test_accepting_applies_what_was_shown(administrator, rows):
    actor = administrator()
    _found, proposal = services.propose(Draft("news", "all", effect="require"), actor=actor, seen=NEW)
    services.accept(proposal, actor=actor)
    assert Policy.objects.get().effect == "require"


def test_proposal_of_a_wider_administrator_does_not_serve_a_narrower_one(administrator, rows):
    _found, proposal = services.propose(Draft("news", "all", effect="require"), actor=administrator(), seen=NEW)
    with pytest.raises(DomainError, match="dépasse"):
        services.accept(proposal, actor=administrator("academie", "Strasbourg"))


def test_outdated_version_is_a_conflict(administrator, rows):
    actor = administrator()
    forbid_ecoles(actor)
    with pytest.raises(Conflict):
        services.propose(Draft("news", "type", "ecole", effect="allow"), actor=actor, seen=NEW)


@pytest.mark.parametrize(
    ("scope", "value", "allowed"),
    [
        ("academie", "Strasbourg", True),
        ("departement", "068", True),
        ("school", "0670001A", True),
        ("all", "", False),
        ("type", "ecole", False),
        ("academie", "Nancy-Metz", False),
        ("departement", "057", False),
        ("school", "0570001A", False),
    ],
)
def test_administrator_of_a_part_keeps_within_it(administrator, rows, scope, value, allowed):
    actor, draft = administrator("academie", "Strasbourg"), Draft("news", scope, value, effect="forbid")
    if allowed:
        services.apply(draft, actor=actor)
    else:
        with pytest.raises(DomainError, match="dépasse"):
            services.apply(draft, actor=actor)


def test_part_does_not_overrule_the_region(administrator, rows):
    services.apply(Draft("news", "all", effect="forbid"), actor=administrator())
    with pytest.raises(DomainError, match="contredirait"):
        services.apply(
            Draft("news", "school", "0670001A", effect="allow"),
            actor=administrator("departement", "067"),
        )


def test_part_does_not_change_what_the_region_locked(administrator, rows):
    services.apply(Draft("news", "all", effect="keep", locked=["default_days"]), actor=administrator())
    draft = Draft("news", "departement", "067", effect="keep", defaults={"default_days": 3})
    with pytest.raises(DomainError, match="contredirait"):
        services.apply(draft, actor=administrator("departement", "067"))


@pytest.mark.parametrize(
    "draft",
    [
        Draft("nothing", "all", effect="forbid"),
        Draft("news", "planet", effect="forbid"),
        Draft("news", "departement", "999", effect="forbid"),
        Draft("news", "school", "xx", effect="forbid"),
        Draft("news", "all", "x", effect="forbid"),
        Draft("news", "all", effect="maybe"),
        Draft("news", "all", effect="keep", locked=["enabled"]),
        Draft("news", "all", effect="keep", defaults={"unknown": 1}),
        Draft("news", "all", effect="keep", defaults={"default_days": 9999}),
        Draft("news", "all", effect="keep", note="x" * 301),
    ],
    ids=repr,
)
def test_nonsense_is_refused(administrator, rows, draft):
    with pytest.raises(DomainError):
        services.apply(draft, actor=administrator())


def test_forbidding_takes_effect_at_once(administrator, lycee_a):
    services.apply(Draft("news", "type", "lycee", effect="forbid"), actor=administrator())
    with school(lycee_a):
        assert not Modules(lycee_a)["news"].enabled


def test_requiring_plans_the_tables(administrator, lycee_a):
    engine.purge(lycee_a, "dummy")
    services.apply(Draft("dummy", "school", lycee_a.uai, effect="require"), actor=administrator())
    assert list(Rollout.objects.values_list("uai", "module", "state")) == [(lycee_a.uai, "dummy", "waiting")]


def test_roll_out_makes_the_tables_and_switches_on(administrator, lycee_a):
    with school(lycee_a):
        modules.change(lycee_a, {"dummy": {"enabled": False}}, actor=None)
    engine.purge(lycee_a, "dummy")
    services.apply(Draft("dummy", "school", lycee_a.uai, effect="require"), actor=administrator())
    rollout.put_in_place("dummy", [lycee_a.uai])
    assert Rollout.objects.get().state == "done"
    with school(lycee_a):
        assert Modules(lycee_a)["dummy"].enabled


def test_roll_out_runs_twice(administrator, lycee_a):
    services.apply(Draft("dummy", "school", lycee_a.uai, effect="require"), actor=administrator())
    rollout.plan("dummy", [lycee_a.uai])
    rollout.put_in_place("dummy", [lycee_a.uai])
    rollout.put_in_place("dummy", [lycee_a.uai])
    assert Rollout.objects.get().attempts == 1


def test_roll_out_forgets_what_is_no_longer_required(administrator, lycee_a):
    rollout.plan("dummy", [lycee_a.uai])
    rollout.put_in_place("dummy", [lycee_a.uai])
    assert not Rollout.objects.exists()


def test_failed_school_is_noted_and_planned_again(administrator, rows, monkeypatch):
    def full(*args):
        raise OperationalError("the disk is full")

    monkeypatch.setattr(engine, "install", full)
    services.apply(Draft("news", "school", "0670001A", effect="require"), actor=administrator())
    rollout.put_in_place("news", ["0670001A"])
    assert Rollout.objects.get().state == "failed"
    assert rollout.missing() == {"news": ["0670001A"]}


def test_ensure_plans_what_is_missing(administrator, rows):
    Policy.objects.create(module="news", scope="type", scope_value="ecole", effect="require")
    assert rollout.ensure() == 2
    assert Rollout.objects.filter(state="waiting").count() == 2


def test_ensure_leaves_alone_what_is_there(administrator, lycee_a, college_b):
    Policy.objects.create(module="news", effect="require")
    assert rollout.ensure() == 0
