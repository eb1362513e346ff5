"""Changing modules: shown, applied whole, written down, undone."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError
from core.modules import services, words
from core.modules.models import ChangeSet, ModuleChoice
from core.modules.state import Modules
from core.people.choices import STAFF
from tenants.policies.models import EnabledModule, Policy
from tenants.schemas import engine
from tenants.schemas.context import region, school
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(lycee_a):
    return make_person(lycee_a, "digital_referent")


def change(establishment, actor=None, **paths):
    wanted = {path.replace("__", "."): value for path, value in paths.items()}
    return services.change(establishment, {"dummy": wanted}, actor=actor)


def lines(establishment, wanted):
    return services.propose(Modules(establishment), wanted)[0].lines


def policy(**fields):
    with region():
        return Policy.objects.create(**({"module": "dummy", "effect": "allow"} | fields))


def test_difference_says_before_and_after_in_words(inside):
    (line,) = lines(inside, {"dummy": {"roles": sorted(STAFF)}})
    assert (line.what, line.before.split(" (")[0], line.after.split(" (")[0]) == (
        "ouvert à",
        "tous",
        "le personnel",
    )


def test_difference_counts_the_people(inside):
    for role in ("pupil", "pupil", "teacher"):
        make_person(inside, role)
    (line,) = lines(inside, {"dummy": {"roles": ["teacher"]}})
    assert line.after == "les enseignants (1 personne)"


def test_proposing_changes_nothing(inside):
    services.propose(Modules(inside), {"dummy": {"enabled": False}})
    assert Modules(inside)["dummy"].enabled


def test_what_is_so_already_is_left_out(inside):
    assert not services.propose(Modules(inside), {"dummy": {"enabled": True, "name": ""}})[0]


def test_accepting_applies_what_was_shown(inside, actor):
    _diff, proposal = services.propose(Modules(inside), {"dummy": {"name": "Le self"}})
    services.accept(inside, proposal, actor=actor)
    assert Modules(inside)["dummy"].name == "Le self"


def test_proposal_of_another_school_is_refused(inside, college_b, actor):
    _diff, proposal = services.propose(Modules(inside), {"dummy": {"name": "Le self"}})
    with school(college_b), pytest.raises(DomainError, match="autre établissement"):
        services.accept(college_b, proposal, actor=None)


_FORGED = {"empty": "", "word": "x", "parts": "a:b:c", "signed": signing.dumps({"uai": "?"})}


@pytest.mark.parametrize("proposal", _FORGED.values(), ids=_FORGED.keys())
def test_forged_proposal_is_refused(inside, proposal):
    with pytest.raises(DomainError, match="trop attendu"):
        services.accept(inside, proposal, actor=None)


def test_proposal_grows_old(inside):
    _diff, proposal = services.propose(Modules(inside), {"dummy": {"name": "Le self"}})
    with time_machine.travel(timedelta(hours=2)), pytest.raises(DomainError, match="trop attendu"):
        services.accept(inside, proposal, actor=None)


def test_change_is_audited_with_its_values(inside, actor):
    change(inside, actor, name="Le self")
    entry = AuditEntry.objects.filter(action="modules.change").latest("pk")
    assert (entry.actor_name, entry.changes) == (actor.full_name, {"name": [None, "Le self"]})


@pytest.mark.parametrize(("enabled", "action"), [(False, "modules.disable"), (True, "modules.enable")])
def test_switching_is_audited_as_such(inside, actor, enabled, action):
    ModuleChoice.objects.filter(slug="dummy").update(enabled=not enabled)
    change(inside, actor, enabled=enabled)
    assert AuditEntry.objects.latest("pk").action == action


def test_audit_failure_undoes_the_change(inside, actor, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(ZeroDivisionError):
        change(inside, actor, name="Le self")
    assert Modules(inside)["dummy"].name == "Cantine d’essai"


def test_switching_off_keeps_the_tables(inside):
    change(inside, enabled=False)
    assert "dummy" in engine.installed_labels(inside.uai)


def test_switching_on_makes_the_tables(inside):
    change(inside, enabled=False)
    engine.purge(inside, "dummy")
    change(inside, enabled=True)
    from tests.contract.dummy.models import Meal

    assert Meal.objects.count() == 0


def test_index_follows_the_switch(inside):
    change(inside, enabled=False)
    with region():
        assert not EnabledModule.objects.get(uai=inside.uai, module="dummy").enabled


def test_nothing_to_change_is_said(inside):
    with pytest.raises(DomainError, match="déjà ainsi"):
        change(inside, enabled=True)


def test_stale_version_is_a_conflict(inside):
    seen = services.versions(Modules(inside), ["dummy"])
    change(inside, name="Le self")
    with pytest.raises(Conflict):
        services.change(inside, {"dummy": {"name": "La cantoche"}}, actor=None, seen=seen)


def test_undo_puts_everything_back(inside, actor):
    done = change(inside, actor, name="Le self", roles=["teacher"], settings__days_ahead=3)
    services.undo(inside, done, actor=actor)
    state = Modules(inside)["dummy"]
    assert (state.name, state.roles, state.settings["days_ahead"]) == ("Cantine d’essai", state.serves, 7)


def test_undo_is_audited(inside, actor):
    services.undo(inside, change(inside, actor, name="Le self"), actor=actor)
    assert AuditEntry.objects.latest("pk").action == "modules.undo"


def test_undo_of_an_undo_brings_it_again(inside):
    again = services.undo(inside, change(inside, name="Le self"), actor=None)
    services.undo(inside, again, actor=None)
    assert Modules(inside)["dummy"].name == "Le self"


def test_undo_twice_is_refused(inside):
    done = change(inside, name="Le self")
    services.undo(inside, done, actor=None)
    with pytest.raises(DomainError, match="déjà annulé"):
        services.undo(inside, ChangeSet.objects.get(pk=done.pk), actor=None)


def test_undo_under_something_newer_says_who(inside, actor):
    done = change(inside, name="Le self")
    change(inside, actor, name="La cantoche")
    with pytest.raises(Conflict, match=actor.last_name):
        services.undo(inside, done, actor=None)


def test_undo_leaves_newer_changes_of_other_things(inside):
    done = change(inside, name="Le self")
    change(inside, settings__days_ahead=3)
    services.undo(inside, done, actor=None)
    assert Modules(inside)["dummy"].settings["days_ahead"] == 3


def test_forbidden_module_is_off_at_once(inside):
    policy(effect="forbid", note="En travaux")
    assert not Modules(inside)["dummy"].enabled


def test_forbidden_module_cannot_be_switched_on(inside):
    change(inside, enabled=False)
    policy(effect="forbid", note="En travaux")
    with pytest.raises(DomainError, match="En travaux"):
        change(inside, enabled=True)


def test_required_module_is_on_without_a_choice(inside):
    change(inside, enabled=False)
    policy(effect="require")
    assert Modules(inside)["dummy"].enabled


def test_required_module_cannot_be_switched_off(inside):
    policy(effect="require", note="Pour tous")
    with pytest.raises(DomainError, match="Pour tous"):
        change(inside, enabled=False)


def test_locked_setting_takes_the_regions_value(inside):
    change(inside, settings__days_ahead=3)
    policy(defaults={"days_ahead": 14}, locked=["days_ahead"])
    assert Modules(inside)["dummy"].settings["days_ahead"] == 14


def test_locked_setting_cannot_be_changed(inside):
    policy(locked=["days_ahead"])
    with pytest.raises(DomainError, match="verrouillé"):
        change(inside, settings__days_ahead=3)


def test_regional_default_gives_way_to_a_choice(inside):
    policy(defaults={"days_ahead": 14})
    change(inside, settings__days_ahead=3)
    assert Modules(inside)["dummy"].settings["days_ahead"] == 3


@pytest.mark.parametrize("part", ["name", "icon", "roles", "grants", "notifications"])
def test_locked_part_cannot_be_changed(inside, part):
    policy(locked=[part])
    path = {"grants": "grants.view", "notifications": "notifications.planned"}.get(part, part)
    with pytest.raises(DomainError) as refusal:
        services.change(inside, {"dummy": {path: None}}, actor=None)
    assert refusal.value.code == "locked"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", "x" * 41),
        ("name", "Annuaire"),
        ("icon", "no-such-icon"),
        ("roles", []),
        ("roles", ["partner"]),
        ("roles", ["nobody"]),
        ("grants.view", ["partner"]),
        ("grants.fly", ["teacher"]),
        ("settings.days_ahead", 31),
        ("settings.days_ahead", "many"),
        ("settings.unknown", 1),
        ("notifications.planned", {"rule": "sometimes"}),
        ("notifications.planned", {"channels": []}),
        ("notifications.planned", {"colour": "red"}),
        ("notifications.planned", {"frequencies": {"email": "monthly"}}),
        ("notifications.planned", {"frequencies": {"email": "never"}}),
        ("notifications.planned", {"frequencies": {"in_app": "daily"}}),
        ("notifications.planned", {"roles": {"teacher": ["email"]}}),
        ("notifications.planned", {"roles": {"nobody": ["email"]}}),
        ("notifications.planned", {"channels": [], "roles": {"pupil": []}}),
        ("notifications.unknown", {}),
        ("position", -1),
        ("position", True),
        ("version", 3),
        ("settings", {}),
        ("", 1),
    ],
)
def test_nonsense_is_refused(inside, path, value):
    with pytest.raises(DomainError):
        services.change(inside, {"dummy": {path: value}}, actor=None)


def test_unknown_module_is_refused(inside):
    with pytest.raises(DomainError):
        services.change(inside, {"nothing": {"enabled": True}}, actor=None)


def test_core_is_never_switched(inside):
    with pytest.raises(DomainError):
        services.change(inside, {"people": {"enabled": False}}, actor=None)


def test_options_of_core_are_set(inside):
    services.change(inside, {"people": {"settings.own_contact": False}}, actor=None)
    assert Modules(inside)["people"].settings["own_contact"] is False


def test_value_equal_to_the_default_is_not_stored(inside):
    change(inside, settings__days_ahead=3)
    change(inside, settings__days_ahead=7)
    assert ModuleChoice.objects.get(slug="dummy").settings == {}


def test_preset_forgets_the_schools_choices(inside):
    change(inside, name="Le self", settings__days_ahead=3)
    services.change(inside, services.preset_changes(Modules(inside)), actor=None)
    state = Modules(inside)["dummy"]
    assert (state.name, state.settings["days_ahead"], state.enabled) == ("Cantine d’essai", 7, False)


def test_order_is_one_line_of_the_difference(inside):
    slugs = [state.slug for state in Modules(inside).offered()][::-1]
    (line,) = lines(inside, services.order_changes(Modules(inside), slugs))
    assert line.what == "ordre"


def test_positions_that_keep_the_order_are_no_change(inside):
    slugs = [state.slug for state in Modules(inside).offered()]
    wanted = {slug: {"position": 500 + number} for number, slug in enumerate(slugs)}
    assert not services.propose(Modules(inside), wanted)[0]


def test_order_of_other_modules_is_refused(inside):
    with pytest.raises(DomainError):
        services.order_changes(Modules(inside), ["dummy"])


# --- Notification rules -------------------------------------------------------------------------------------
def rule(inside, **parts):
    services.change(inside, {"dummy": {"notifications.planned": parts}}, actor=None)
    return Modules(inside)["dummy"].notifications["planned"]


def test_a_pace_is_kept(inside):
    assert rule(inside, frequencies={"email": "weekly"})["frequencies"] == {"email": "weekly"}


def test_a_role_may_be_told_by_other_channels(inside):
    assert rule(inside, roles={"pupil": ["email", "in_app"]}, channels=["in_app"])["roles"] == {
        "pupil": ["in_app", "email"]
    }


def test_a_role_that_is_told_as_the_rest_is_no_exception(inside):
    assert rule(inside, importance="normal", roles={"pupil": ["in_app", "email"]})["roles"] == {}


def test_channels_for_one_role_are_enough(inside):
    assert rule(inside, channels=[], roles={"pupil": ["in_app"]})["channels"] == []


def test_a_rule_is_said_with_paces_and_roles(inside):
    said = words.notification(
        rule(inside, frequencies={"email": "weekly"}, roles={"pupil": ["in_app"]})
    )
    assert said.replace("\u00a0", " ") == (
        "Pour information, dans Préau et par courriel une fois par semaine ; chacun peut la couper."
        " Pour les élèves : dans Préau."
    )
