"""`schools_status`, and the comparison of schools with their blueprints."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import ledger
from tenants.schemas.context import school
from tenants.schemas.models import InstalledApp, Spare, Upgrade
from tests.factories import make_establishment

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    """`run("--verify")`: what the command tells in JSON, and whether it failed."""

    def call(*arguments):
        try:
            call_command("schools_status", "--json", *arguments)
            failed = False
        except CommandError:
            failed = True
        return json.loads(capsys.readouterr().out.splitlines()[-1]), failed

    return call


def alter(establishment, statement):
    with school(establishment, include_public=False), connection.cursor() as cursor:
        cursor.execute(statement)


def divergence(run, uai):
    told, failed = run("--verify", "--uai", uai)
    assert failed
    return told["verified"]["divergent"][0]


def test_schools_are_counted_by_state(run, lycee_a):
    make_establishment("0679990V")
    told, _failed = run()
    assert (told["lifecycle"]["active"], told["lifecycle"]["known"]) == (2, 1)


def test_all_schools_are_up_to_date(run, lycee_a):
    assert run()[0]["standing"] == {"quarantine": 0, "ahead": 0, "behind": 0, "current": 2}


def test_a_quarantine_is_told_with_its_error(run, lycee_a):
    ledger.quarantine(lycee_a.uai, "people", "0002_more", "boom")
    told, _failed = run()
    assert (told["standing"]["quarantine"], told["quarantine"][0]["error"]) == (1, "boom")


def test_what_lags_is_told_by_app(run, lycee_a):
    InstalledApp.objects.filter(uai=lycee_a.uai, app_label="people").update(version="f" * 16)
    told, _failed = run()
    assert (told["apps"]["people"]["behind"], told["apps"]["people"]["current"]) == (1, 1)


def test_an_app_that_is_missing_is_told(run, lycee_a):
    InstalledApp.objects.filter(uai=lycee_a.uai, app_label="people").delete()
    assert run()[0]["apps"]["people"]["missing"] == 1


def test_spares_are_counted(run, db):
    before = run()[0]["spares"]  # upgrades tried on committed schools leave a few
    Spare.objects.create(schema_name="w_spare_0000", kit="k")
    assert run()[0]["spares"] == before + 1


def test_a_live_upgrade_is_told(run, db):
    Upgrade.objects.create(state="paused", total=10, done=4, actor_name="ada")
    told, _failed = run()
    assert (told["upgrade"]["state"], told["upgrade"]["taken"], told["upgrade"]["by"]) == ("paused", 4, "ada")


def test_words_are_written_for_people(capsys, lycee_a):
    ledger.quarantine(lycee_a.uai, "people", "0002_more", "boom")
    call_command("schools_status")
    told = capsys.readouterr().out
    assert "En quarantaine" in told
    assert f"{lycee_a.uai}\u00a0: people 0002_more\u00a0: boom" in told


def test_whole_schools_do_not_diverge(run, lycee_a):
    told, failed = run("--verify")
    assert not failed
    assert (told["verified"]["schools"], told["verified"]["divergent"]) == (2, [])


def test_a_missing_table_is_found(run, lycee_a):
    alter(lycee_a, "DROP TABLE files_storedfile CASCADE")
    assert "relation files_storedfile" in divergence(run, lycee_a.uai)["missing"]


def test_a_foreign_table_is_found(run, lycee_a):
    alter(lycee_a, "CREATE TABLE notes (id int)")
    assert divergence(run, lycee_a.uai)["extra"] == ["relation notes"]


def test_a_missing_index_is_found(run, lycee_a):
    alter(lycee_a, "DROP INDEX files_owner")
    assert divergence(run, lycee_a.uai)["differing"] == ["relation files_storedfile"]


def test_a_schema_that_is_gone_is_found(run):
    made = make_establishment("0679990V", lifecycle="active")
    assert divergence(run, made.uai)["absent"]


def test_a_version_without_a_blueprint_is_told_apart(run, lycee_a):
    InstalledApp.objects.filter(uai=lycee_a.uai, app_label="people").update(version="f" * 16)
    told, failed = run("--verify")
    assert not failed
    assert told["verified"]["without_blueprint"] == {lycee_a.uai: ["people"]}


def test_an_app_that_the_ledger_has_forgotten_shows_as_extra(run, lycee_a):
    InstalledApp.objects.filter(uai=lycee_a.uai, app_label="dummy").delete()
    assert "relation dummy_meal" in divergence(run, lycee_a.uai)["extra"]


def test_the_slices_cover_all_schools(run, lycee_a, monkeypatch):
    monkeypatch.setattr("tenants.schemas.verification.SLICE", 1)
    assert run("--verify")[0]["verified"]["schools"] == 2


@pytest.mark.parametrize("arguments", [["--uai", "0679981K"], ["--verify", "--uai", "0000000A"]])
def test_a_school_that_is_not_compared_is_refused(arguments, lycee_a):
    with pytest.raises(CommandError) as refused:
        call_command("schools_status", *arguments)
    assert refused.value.returncode == 2


def test_a_closed_school_is_not_compared(run, lycee_a):
    Establishment.objects.filter(pk=lycee_a.pk).update(lifecycle=Lifecycle.ARCHIVED)
    told, _failed = run("--verify")
    assert told["verified"]["schools"] == 1
