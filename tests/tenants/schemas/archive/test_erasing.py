"""An erased school is gone at once, comes back for thirty days, and then leaves nothing."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tenants.accounts.models import Account, AccountSession, Membership
from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict
from tenants.establishments.models import Lifecycle
from tenants.establishments.services import add_domain, change_lifecycle
from tenants.schemas import engine
from tenants.schemas.archive import files
from tenants.schemas.archive.erasing import destroy_tombstones, erase
from tenants.schemas.archive.refusals import ArchiveRefused
from tenants.schemas.archive.restoring import restore_tombstone
from tenants.schemas.context import school
from tenants.schemas.models import InstalledApp, Tombstone
from tenants.schemas.selectors import schema_exists
from tests.factories import client_for, give_account, make_person
from tests.signing import signed_in_client
from tests.tenants.accounts.helpers import give_address
from tests.tenants.schemas.archive.conftest import AWAY, HOME, content, dsn, public

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(home):
    change_lifecycle(home.establishment, to=Lifecycle.SUSPENDED, actor=None)
    return home


@pytest.fixture
def erased(closed):
    erase(closed.establishment, actor=None)
    return closed


def tombstone():
    return Tombstone.objects.get(uai=HOME)


def thirty_days_later():
    Tombstone.objects.filter(uai=HOME).update(destroy_after=timezone.now() - timedelta(seconds=1))
    return destroy_tombstones()


# --- erasing --------------------------------------------------------------------------------------------------
def test_an_open_school_is_not_erased(home):
    with pytest.raises(ArchiveRefused, match="Suspendez-le"):
        erase(home.establishment, actor=None)


def test_an_open_school_is_not_destroyed_at_once_either(home):
    with pytest.raises(ArchiveRefused, match="Suspendez-le"):
        erase(home.establishment, actor=None, now=True)


def test_the_school_is_archived_and_its_schema_gone(erased):
    assert erased.fresh().lifecycle == Lifecycle.ARCHIVED
    assert not schema_exists(erased.schema)


def test_its_files_are_no_longer_under_its_name(erased):
    assert not files.folder_of(erased.schema).exists()


def test_its_host_leads_nowhere(erased):
    assert client_for(erased.establishment).get("/").status_code == 404


def test_its_members_and_apps_are_no_longer_known(erased):
    assert not Membership.objects.filter(uai=HOME).exists()
    assert not InstalledApp.objects.filter(uai=HOME).exists()


def test_open_sessions_end(closed):
    signed_in_client(closed.establishment, closed.teacher)
    erase(closed.establishment, actor=None)
    assert not AccountSession.objects.filter(schema_name=closed.schema).exists()
    restore_tombstone(HOME, actor=None)
    with school(closed.fresh()):
        assert not Session.objects.exists()


def test_what_was_cached_for_it_is_forgotten(closed):
    from django.core.cache import cache

    with school(closed.establishment):
        cache.set("something", 1)
    erase(closed.establishment, actor=None)
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    assert not list(client.scan_iter(match=f"{cache.key_prefix}:{closed.schema}:*"))


def test_erasing_is_noted(erased):
    entry = RegionalAuditEntry.objects.filter(action="establishments.erased", target_id=HOME).latest("pk")
    assert entry.changes == {"lifecycle": ["suspended", "archived"]}


def test_a_school_without_a_space_is_not_erased(away):
    away.lifecycle = Lifecycle.ARCHIVED
    away.save()
    with pytest.raises(ArchiveRefused, match="pas d’espace"):
        erase(away, actor=None)


def test_a_busy_school_is_not_erased(closed):
    with psycopg.connect(dsn(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [closed.schema])
        with pytest.raises(Conflict):
            erase(closed.establishment, actor=None)


@pytest.mark.slow
def test_a_role_that_another_database_uses_is_left_alone(closed):
    here = connection.settings_dict["NAME"]
    with psycopg.connect(dsn(), autocommit=True) as own:
        own.execute(f"CREATE DATABASE {here}_other TEMPLATE template0")
        try:
            with psycopg.connect(dsn(), dbname=f"{here}_other", autocommit=True) as other:
                other.execute(f"CREATE SCHEMA elsewhere AUTHORIZATION {closed.schema}")
            with pytest.raises(ArchiveRefused, match="autre base"):
                erase(closed.establishment, actor=None)
        finally:
            own.execute(f"DROP DATABASE {here}_other")
    assert schema_exists(closed.schema)


# --- coming back ----------------------------------------------------------------------------------------------
def test_it_comes_back_as_it_was(closed):
    before, rows = content(closed.establishment), public(closed.fresh())
    erase(closed.establishment, actor=None)
    restore_tombstone(HOME, actor=None)
    assert content(closed.fresh()) == before
    assert public(closed.fresh()) == rows


def test_its_own_domain_comes_back(closed):
    add_domain(closed.establishment, domain="maison.example.fr", actor=None)
    erase(closed.establishment, actor=None)
    restore_tombstone(HOME, actor=None)
    assert closed.establishment.domains.get().domain == "maison.example.fr"


def test_nothing_is_kept_under_the_tombstone_then(erased):
    restore_tombstone(HOME, actor=None)
    assert not Tombstone.objects.filter(uai=HOME).exists()
    assert not list(Path(django_settings.MEDIA_ROOT).glob("w_*"))


def test_a_school_never_erased_does_not_come_back(home):
    with pytest.raises(ArchiveRefused, match="Rien n’est gardé"):
        restore_tombstone(HOME, actor=None)


def test_another_school_does_not_read_what_is_under_a_tombstone(erased, lycee_a):
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError), school(lycee_a), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {tombstone().schema_name}.people_person")


# --- thirty days later ----------------------------------------------------------------------------------------
def test_it_is_not_destroyed_before_its_time(erased):
    assert destroy_tombstones() == []
    assert schema_exists(tombstone().schema_name)


def test_nothing_of_it_is_left(erased):
    name = tombstone().schema_name
    thirty_days_later()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s), to_regrole(%s), to_regrole(%s)", [name, name, erased.schema])
        assert cursor.fetchone() == (None, None, None)
    assert not files.folder_of(name).exists()
    assert tombstone().public_rows == {}


def test_accounts_without_a_school_go_with_it(closed):
    give_address(closed.account(closed.teacher))
    erase(closed.establishment, actor=None)
    thirty_days_later()
    assert not Account.objects.filter(pk__in=[closed.teacher.account_id, closed.parent.account_id]).exists()


def test_accounts_with_another_school_stay(closed, lycee_a):
    person = make_person(lycee_a, "teacher")
    give_account(lycee_a, person, closed.account(closed.teacher))
    erase(closed.establishment, actor=None)
    thirty_days_later()
    assert Account.objects.filter(pk=closed.teacher.account_id).exists()
    Membership.objects.filter(account_id=closed.teacher.account_id).delete()
    with school(lycee_a):
        type(person).objects.filter(pk=person.pk).delete()


def test_accounts_that_another_tombstone_names_stay(closed):
    Tombstone.objects.create(
        uai=AWAY, schema_name="w_tomb_0", cause="erased", destroy_after=timezone.now() + timedelta(days=1),
        public_rows={"memberships": [{"account_id": closed.teacher.account_id, "person_id": 1}]},
    )  # fmt: skip
    erase(closed.establishment, actor=None)
    thirty_days_later()
    assert Account.objects.filter(pk=closed.teacher.account_id).exists()
    assert not Account.objects.filter(pk=closed.parent.account_id).exists()


def test_accounts_with_a_regional_role_stay(closed):
    from tenants.accounts.services import grant_role

    grant_role(account=closed.account(closed.teacher), role="support", scope="region", value="", actor=None)
    erase(closed.establishment, actor=None)
    thirty_days_later()
    assert Account.objects.filter(pk=closed.teacher.account_id).exists()


def test_destroying_is_noted(erased):
    thirty_days_later()
    entry = RegionalAuditEntry.objects.filter(action="establishments.destroyed", target_id=HOME).latest("pk")
    assert entry.changes == {"accounts": [2, 0]}


def test_a_destroyed_school_does_not_come_back(erased):
    thirty_days_later()
    with pytest.raises(ArchiveRefused, match="Rien n’est gardé"):
        restore_tombstone(HOME, actor=None)


def test_destroying_at_once_leaves_nothing(closed):
    (done,) = erase(closed.establishment, actor=None, now=True)
    assert (done.accounts, done.role_stays) == (2, False)
    assert not schema_exists(tombstone().schema_name)


def test_what_was_erased_may_be_destroyed_at_once(erased):
    erase(erased.fresh(), actor=None, now=True)
    assert tombstone().destroyed_at is not None


def test_one_failure_does_not_hold_up_the_others(erased, monkeypatch):
    from tenants.schemas.archive import erasing

    monkeypatch.setattr(erasing, "demolish", lambda name: 1 / 0)
    assert thirty_days_later() == []
    monkeypatch.undo()
    assert len(destroy_tombstones()) == 1


# --- commands -------------------------------------------------------------------------------------------------
def test_the_command_wants_the_code_twice(closed):
    with pytest.raises(CommandError, match="--confirm"):
        call_command("erase_school", HOME, "--confirm", AWAY)
    assert schema_exists(closed.schema)


def test_the_commands_erase_and_bring_back(closed, capsys):
    call_command("erase_school", HOME, "--confirm", HOME)
    assert "pendant 30 jours" in capsys.readouterr().out
    call_command("restore_school", "--tombstone", HOME)
    assert "est de retour" in capsys.readouterr().out
    assert engine.installed_labels(HOME)
