"""`activate_module`, `deactivate_module` and `purge_module`, in one school or in many."""

import contextlib
import json

import pytest
from django.core.management import CommandError, call_command

from core.modules import services
from core.modules.state import Modules
from tenants.audit.models import RegionalAuditEntry
from tenants.policies.models import EnabledModule, Policy
from tenants.schemas import engine
from tenants.schemas.context import school
from tenants.schemas.models import ModulePurge
from tests.factories import make_establishment

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    """One connection: the others would not see what a test has not committed."""

    def call(command, *arguments):
        with contextlib.suppress(CommandError):  # what failed is in the JSON
            call_command(command, "dummy", *arguments, "--json", "--jobs", "1")
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    return call


@pytest.fixture
def off(lycee_a, college_b):
    """The canteen is off in both schools, and holds nothing that waits to be checked."""
    for establishment in (lycee_a, college_b):
        with school(establishment):
            services.change(establishment, {"dummy": {"enabled": False}}, actor=None)
    return lycee_a, college_b


def is_on(establishment):
    with school(establishment):
        return Modules(establishment)["dummy"].enabled


def test_a_module_is_activated_with_its_tables(run, off):
    lycee, college = off
    engine.purge(lycee, "dummy")
    assert run("activate_module", "--uai", lycee.uai.lower())["done"] == 1
    assert is_on(lycee)
    assert not is_on(college)
    assert EnabledModule.objects.get(uai=lycee.uai, module="dummy").enabled


@pytest.mark.parametrize(
    ("arguments", "done"),
    [(["--all"], 2), (["--type", "lycee"], 1), (["--departement", "57"], 1), (["--type", "ecole"], 0)],
)
def test_schools_are_chosen(run, off, arguments, done):
    assert run("activate_module", *arguments)["done"] == done


def test_what_is_so_already_is_counted(run, lycee_a, college_b):
    assert run("activate_module", "--all")["already"] == 2


def test_a_school_where_it_is_forbidden_is_told_and_the_others_go_on(run, off):
    lycee, college = off
    Policy.objects.create(module="dummy", scope="school", scope_value=lycee.uai, effect="forbid")
    told = run("activate_module", "--all")
    assert told["done"] == 1
    assert "interdit" in told["refused"][lycee.uai]
    assert is_on(college)


def test_a_failing_school_does_not_hold_up_the_others(run, off, monkeypatch):
    lycee, _college = off
    real = engine.install

    def install(establishment, labels):
        if establishment.uai == lycee.uai:
            raise OSError("no space")
        real(establishment, labels)

    monkeypatch.setattr(engine, "install", install)
    told = run("activate_module", "--all")
    assert (told["done"], list(told["failed"])) == (1, [lycee.uai])


def test_a_module_is_deactivated(run, lycee_a, college_b):
    assert run("deactivate_module", "--uai", lycee_a.uai)["done"] == 1
    assert (is_on(lycee_a), is_on(college_b)) == (False, True)


def test_a_required_module_is_not_deactivated(run, lycee_a):
    Policy.objects.create(module="dummy", effect="require")
    assert "impose" in run("deactivate_module", "--uai", lycee_a.uai)["refused"][lycee_a.uai]


def test_a_purge_is_planned(run, off):
    told = run("purge_module", "--all")
    assert told["done"] == 2
    assert list(ModulePurge.objects.values_list("state", "by_region")) == [("planned", True)] * 2
    assert all("dummy" in engine.installed_labels(establishment.uai) for establishment in off)


def test_a_purge_where_the_module_is_on_is_refused(run, off):
    lycee_a = off[0]
    run("activate_module", "--uai", lycee_a.uai)
    assert "activé" in run("purge_module", "--uai", lycee_a.uai)["refused"][lycee_a.uai]


def test_a_purge_of_a_required_module_is_refused(run, off):
    Policy.objects.create(module="dummy", effect="require")
    assert len(run("purge_module", "--all")["refused"]) == 2


def test_a_purge_is_done_now(run, off):
    told = run("purge_module", "--all", "--now", "--confirm", "dummy")
    assert told["done"] == 2
    assert not any("dummy" in engine.installed_labels(establishment.uai) for establishment in off)
    assert RegionalAuditEntry.objects.filter(action="schemas.purge_done").count() == 2


def test_a_purge_now_takes_what_was_planned(run, off):
    run("purge_module", "--all")
    assert run("purge_module", "--all", "--now", "--confirm", "dummy")["done"] == 2
    assert ModulePurge.objects.filter(state="done").count() == 2


@pytest.mark.parametrize("confirm", [[], ["--confirm", "news"]])
def test_a_purge_now_wants_the_name_twice(off, confirm):
    with pytest.raises(CommandError, match="--confirm dummy"):
        call_command("purge_module", "dummy", "--all", "--now", *confirm)
    assert not ModulePurge.objects.exists()


def test_a_planned_purge_is_called_off(run, off):
    run("purge_module", "--all")
    assert run("purge_module", "--all", "--cancel")["done"] == 2
    assert set(ModulePurge.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("command", ["activate_module", "deactivate_module", "purge_module"])
@pytest.mark.parametrize(
    "arguments",
    [["gone", "--all"], ["dummy", "--uai", "0679990V"], ["dummy", "--all", "--jobs", "0"], ["people", "--all"]],
)
def test_nonsense_is_refused(db, command, arguments):
    make_establishment("0679990V")
    with pytest.raises(CommandError) as refused:
        call_command(command, *arguments)
    assert refused.value.returncode == 2


def test_words_are_written_for_people(capsys, off):
    call_command("activate_module", "dummy", "--all", "--jobs", "1")
    assert "2 établissements activés" in capsys.readouterr().out
