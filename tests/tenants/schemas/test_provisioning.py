"""A school that is being made can be stopped anywhere, stays closed, and is ended by running it again."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import engine, provisioning
from tenants.schemas.models import InstalledApp, ProvisioningStep
from tests.factories import client_for, make_establishment

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
UAI, DOOMED = "0679990V", "0679877X"
KEYS = [step.key for step in provisioning.steps()]


@pytest.fixture
def school() -> Establishment:
    return make_establishment(UAI, slug="neuve")


def break_step(monkeypatch, key: str) -> None:
    """Let one step fail as a full disk would."""
    whole = provisioning.steps()

    def refuse(establishment: Establishment, plan: object) -> None:
        raise OSError("No space left on device")

    broken = [provisioning.Step(s.key, s.label, refuse) if s.key == key else s for s in whole]
    monkeypatch.setattr(provisioning, "steps", lambda: broken)


def states(uai: str = UAI) -> list[str]:
    return list(ProvisioningStep.objects.filter(uai=uai).order_by("position").values_list("state", flat=True))


def test_every_step_is_done_and_the_school_opens(school):
    provisioning.provision(school, actor=None)
    assert states() == ["done"] * len(KEYS)
    assert Establishment.objects.get(pk=school.pk).is_active


@pytest.mark.parametrize("key", KEYS)
def test_a_failing_step_is_noted_with_its_reason(school, monkeypatch, key):
    break_step(monkeypatch, key)
    with pytest.raises(OSError, match="space"):
        provisioning.provision(school, actor=None)
    assert "No space left" in ProvisioningStep.objects.get(uai=UAI, key=key).error
    assert states() == ["done"] * KEYS.index(key) + ["failed"] + ["waiting"] * (len(KEYS) - KEYS.index(key) - 1)


@pytest.mark.parametrize("key", KEYS)
def test_the_host_stays_closed_after_a_failure(school, monkeypatch, key):
    break_step(monkeypatch, key)
    with pytest.raises(OSError, match="space"):
        provisioning.provision(school, actor=None)
    assert client_for(school).get("/").status_code == 503


@pytest.mark.parametrize("key", KEYS)
def test_running_again_after_a_failure_ends_the_work(school, monkeypatch, key):
    with monkeypatch.context() as broken:
        break_step(broken, key)
        with pytest.raises(OSError, match="space"):
            provisioning.provision(school, actor=None)
    provisioning.provision(school, actor=None)
    assert states() == ["done"] * len(KEYS)
    assert set(engine.core_labels()) <= set(InstalledApp.objects.filter(uai=UAI).values_list("app_label", flat=True))


def test_an_open_school_is_left_as_it_is(school):
    provisioning.provision(school, actor=None)
    provisioning.provision(school, actor=None)
    assert states() == ["done"] * len(KEYS)


@pytest.mark.parametrize("state", [Lifecycle.SUSPENDED, Lifecycle.ARCHIVED])
def test_a_closed_school_is_not_made_again(state):
    with pytest.raises(DomainError):
        provisioning.provision(make_establishment(UAI, lifecycle=state), actor=None)


def test_two_at_once_do_not_work_on_the_same_school(school):
    other = psycopg.connect(_dsn(), autocommit=True)
    other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [school.schema_name])
    with pytest.raises(Conflict):
        provisioning.provision(school, actor=None)
    other.close()


def _dsn() -> str:
    database = connection.settings_dict
    return f"postgresql://{quote(database['USER'])}@/{database['NAME']}?host={quote(database['HOST'])}"


@pytest.fixture
def doomed() -> Iterator[psycopg.Connection]:
    """A school that other processes see; nothing of it is left after. Gives a connection of its own."""
    with psycopg.connect(_dsn(), autocommit=True) as own:
        own.execute(
            "INSERT INTO establishments_establishment (uai, schema_name, official_name, display_name, type,"
            " lycee_type, sector, commune_code, commune, postal_code, departement_code, departement,"
            " academie, slug, accent_colour, lifecycle, lifecycle_since, search_text, created_at, updated_at)"
            " VALUES (%s, %s, 'X', 'X', 'college', '', 'public', '', 'Y', '', '067', 'Bas-Rhin',"
            " 'Strasbourg', 'condamnee', '', 'known', now(), '', now(), now())",
            [DOOMED, f"e_{DOOMED.lower()}"],
        )
        yield own
        schema = f"e_{DOOMED.lower()}"
        if own.execute("SELECT to_regnamespace(%s)", [schema]).fetchone()[0]:
            own.execute(f"SET ROLE {schema}")
            own.execute(f"DROP SCHEMA {schema} CASCADE")
            own.execute("RESET ROLE")
        with contextlib.suppress(psycopg.errors.DependentObjectsStillExist):  # another database of the server
            own.execute(f"DROP ROLE IF EXISTS {schema}")
        own.execute("DELETE FROM establishments_establishment WHERE uai = %s", [DOOMED])
        for table in ("schemas_provisioningstep", "schemas_installedapp"):
            own.execute(f"DELETE FROM {table} WHERE uai = %s", [DOOMED])
        own.execute("DELETE FROM regional_audit_regionalauditentry WHERE target_id = %s", [DOOMED])


def make_and_kill(key: str = "", moment: str = "before") -> int:
    return subprocess.run(
        [sys.executable, "-m", "tests.tenants.schemas.killed", DOOMED, key, moment],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": _dsn(), "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
        capture_output=True,
        check=False,
    ).returncode


def lifecycle(own: psycopg.Connection) -> str:
    return own.execute("SELECT lifecycle FROM establishments_establishment WHERE uai = %s", [DOOMED]).fetchone()[0]


@pytest.mark.slow
@pytest.mark.parametrize(("key", "moment"), [*((key, "before") for key in KEYS), ("space", "after")])
def test_a_process_killed_at_any_step_leaves_a_closed_school_that_the_next_run_opens(doomed, key, moment):
    assert make_and_kill(key, moment) == -signal.SIGKILL
    assert lifecycle(doomed) == Lifecycle.PREPARING
    assert make_and_kill() == 0
    assert lifecycle(doomed) == Lifecycle.ACTIVE
