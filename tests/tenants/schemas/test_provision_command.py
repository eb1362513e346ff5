import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tenants.establishments.models import Establishment, Lifecycle
from tests.factories import make_establishment

pytestmark = pytest.mark.django_db
ONE, OTHER, FAR = "0679990V", "0679991W", "0549990R"


@pytest.fixture(autouse=True)
def schools():
    make_establishment(ONE, slug="une")
    make_establishment(OTHER, slug="autre", sector="private")
    make_establishment(FAR, slug="loin", departement_code="054")


def run(capsys, *arguments: str) -> dict:
    call_command("provision", *arguments, "--json")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def opened() -> set[str]:
    mine = Establishment.objects.filter(uai__in=[ONE, OTHER, FAR], lifecycle=Lifecycle.ACTIVE)
    return set(mine.values_list("uai", flat=True))


def test_one_school_is_named(capsys):
    assert run(capsys, "--uai", ONE.lower())["provisioned"] == 1
    assert opened() == {ONE}


def test_a_departement_without_its_zero_is_understood(capsys):
    run(capsys, "--departement", "54")
    assert opened() == {FAR}


def test_a_sector_narrows(capsys):
    run(capsys, "--departement", "67", "--secteur", "prive")
    assert opened() == {OTHER}


def test_an_open_school_is_counted_and_left(capsys, lycee_a):
    told = run(capsys, "--uai", lycee_a.uai)
    assert (told["provisioned"], told["already"]) == (0, 1)


def test_a_failure_is_told_and_does_not_hold_up_the_others(capsys):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA e_{ONE.lower()}")  # a stranger's: the school's role may not remove it
    with pytest.raises(CommandError) as error:
        call_command("provision", "--uai", ONE, "--uai", FAR, "--json")
    assert error.value.returncode == 1
    assert "must be owner" in json.loads(capsys.readouterr().out.splitlines()[-1])["failed"][ONE]
    assert opened() == {FAR}


@pytest.mark.parametrize(
    "arguments",
    [["--uai", "0679999Z"], ["--uai", "nonsense"], ["--departement", "999"], ["--uai", ONE, "--jobs", "0"]],
)
def test_what_means_no_school_is_refused(arguments):
    with pytest.raises(CommandError):
        call_command("provision", *arguments)


def test_a_suspended_school_is_refused():
    Establishment.objects.filter(uai=ONE).update(lifecycle=Lifecycle.SUSPENDED)
    with pytest.raises(CommandError, match="suspendu"):
        call_command("provision", "--uai", ONE)
