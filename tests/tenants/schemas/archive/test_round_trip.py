"""Archive, erase, restore: the school is what it was."""

from pathlib import Path

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from core.audit.models import AuditEntry
from tenants.accounts.models import Account
from tenants.audit.models import RegionalAuditEntry
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services import change_lifecycle
from tenants.schemas import provisioning
from tenants.schemas.archive import beside, files, keys, tables
from tenants.schemas.archive.archiving import archive
from tenants.schemas.archive.erasing import erase
from tenants.schemas.archive.refusals import ArchiveRefused
from tenants.schemas.archive.restoring import restore, restore_tombstone
from tenants.schemas.context import school
from tests.factories import PASSWORD, client_for, make_account, make_establishment
from tests.signing import signed_in_client
from tests.tenants.accounts.helpers import give_totp
from tests.tenants.schemas.archive.conftest import AWAY, HOME, content, dsn, public, remove_everything

pytestmark = pytest.mark.django_db


def put_away(home):
    establishment = home.fresh()
    if establishment.lifecycle == Lifecycle.ACTIVE:
        change_lifecycle(establishment, to=Lifecycle.SUSPENDED, actor=None)
    erase(establishment, actor=None)


def leftovers():
    """Schemas, folders and notes of restorations."""
    media = Path(django_settings.MEDIA_ROOT)
    return [*beside._leftovers(), *media.glob("w_restore*"), *media.glob(".moves/*")]


def signs_in(establishment, login, password=PASSWORD):
    client = client_for(establishment)
    response = client.post("/connexion/", {"login": login, "password": password})
    return response.status_code == 302 and "session" in client.cookies


@pytest.fixture
def bundle(home):
    return archive(home.establishment, actor=None).path


def test_what_is_restored_is_what_was_archived(home, bundle):
    before = content(home.establishment)
    put_away(home)
    restore(bundle, actor=None)
    assert content(home.fresh()) == before


def test_the_public_rows_come_back(home, bundle):
    before = public(home.fresh())
    put_away(home)
    restore(bundle, actor=None)
    assert public(home.fresh()) == before


def test_a_person_signs_in_again_with_the_same_password(home, bundle):
    put_away(home)
    restore(bundle, actor=None)
    assert signs_in(home.establishment, home.account(home.parent).login)


def test_open_sessions_are_not_in_the_bundle(home):
    signed_in_client(home.establishment, home.teacher)
    path = archive(home.establishment, actor=None).path
    put_away(home)
    restore(path, actor=None)
    with school(home.fresh()):
        assert not Session.objects.exists()


def test_the_bundle_is_for_its_owner_only(bundle):
    assert bundle.stat().st_mode & 0o777 == 0o600


def test_any_tar_program_lists_the_bundle(bundle):
    import tarfile

    with tarfile.open(bundle) as tar:
        names = tar.getnames()
    assert names[:3] == ["manifest.json", "manifest.sig", "public.json"]
    assert "tables/people_person" in names


def test_archiving_is_noted_with_the_bundles_hash(home):
    done = archive(home.establishment, actor=None)
    entry = RegionalAuditEntry.objects.filter(action="establishments.archived", target_id=HOME).latest("pk")
    assert entry.changes == {"archive": [None, done.sha256]}


def test_restoring_is_noted_with_the_bundles_hash(home):
    done = archive(home.establishment, actor=None)
    put_away(home)
    restore(done.path, actor=None)
    entry = RegionalAuditEntry.objects.filter(action="establishments.restored", target_id=HOME).latest("pk")
    assert entry.changes["archive"] == [None, done.sha256]


def test_a_school_that_was_open_is_open_again(home, bundle):
    put_away(home)
    restore(bundle, actor=None)
    assert home.fresh().lifecycle == Lifecycle.ACTIVE


def test_a_school_may_stay_suspended(home, bundle):
    put_away(home)
    restore(bundle, actor=None, suspended=True)
    assert home.fresh().lifecycle == Lifecycle.SUSPENDED


def test_a_dry_run_changes_nothing(home, bundle):
    put_away(home)
    told = restore(bundle, actor=None, dry_run=True)
    assert (told.dry, told.meeting.known, home.fresh().lifecycle) == (True, 2, Lifecycle.ARCHIVED)
    assert not leftovers()


def test_nothing_is_left_beside(home, bundle):
    put_away(home)
    restore(bundle, actor=None)
    assert not leftovers()


def test_new_rows_do_not_take_old_numbers(home, bundle):
    from tests.factories import make_person

    last = make_person(home.establishment, "pupil").pk
    restore(bundle, actor=None, replace=True)
    assert make_person(home.fresh(), "pupil").pk == last


def test_what_people_write_meanwhile_is_not_half_in_it(home, monkeypatch):
    before = content(home.establishment)
    whole = tables._copy_out

    def meanwhile(table, spool):
        with psycopg.connect(dsn(), autocommit=True) as other:
            other.execute(f"SET ROLE {home.schema}")
            other.execute(f"UPDATE {home.schema}.people_person SET first_name = first_name || '!'")
        return whole(table, spool)

    monkeypatch.setattr(tables, "_copy_out", meanwhile)
    path = archive(home.establishment, actor=None).path
    monkeypatch.undo()
    restore(path, actor=None, replace=True)
    assert content(home.fresh()) == before


def test_the_command_tells_what_came_of_it(home, bundle, capsys):
    call_command("restore_school", str(bundle), "--replace")
    told = capsys.readouterr().out
    assert "2 comptes retrouvés, 0 comptes créés" in told
    assert "gardé 30 jours" in told


def test_an_unknown_school_is_not_archived(place):
    with pytest.raises(CommandError, match="annuaire"):
        call_command("archive_school", "0670000X")


def test_a_school_without_a_space_is_not_archived(away):
    with pytest.raises(CommandError, match="pas d’espace"):
        call_command("archive_school", AWAY)


# --- in place of a school that is there -----------------------------------------------------------------------
def test_a_present_school_is_not_replaced_unasked(home, bundle):
    with pytest.raises(ArchiveRefused, match="--replace"):
        restore(bundle, actor=None)


def test_replacing_puts_the_present_school_aside_whole(home, bundle):
    Person = type(home.teacher)
    with school(home.establishment):
        Person.objects.filter(pk=home.teacher.pk).update(first_name="Changée")
    present = content(home.establishment)
    restore(bundle, actor=None, replace=True)
    assert content(home.fresh()) != present
    restore_tombstone(HOME, actor=None, replace=True)
    assert content(home.fresh()) == present


def test_replacing_puts_the_former_files_back(home, bundle):
    before = content(home.establishment)
    for path in files.paths(home.schema):
        (files.folder_of(home.schema) / path).write_bytes(b"lost")
    restore(bundle, actor=None, replace=True)
    assert content(home.fresh()) == before


def test_a_request_after_the_swap_reads_the_restored_school(home, bundle):
    client = client_for(home.establishment)
    assert client.get("/connexion/").status_code == 200
    restore(bundle, actor=None, replace=True)
    assert client.get("/connexion/").status_code == 200


# --- as another school ------------------------------------------------------------------------------------------
def test_a_school_is_restored_under_another_code(home, bundle, away):
    restore(bundle, actor=None, uai=AWAY)
    before, after = content(home.establishment), content(away)
    assert after.keys() == before.keys()
    assert after["people_person"] == before["people_person"]


def test_the_other_school_answers_at_its_own_address(home, bundle, away):
    restore(bundle, actor=None, uai=AWAY)
    away.refresh_from_db()
    assert signs_in(away, home.account(home.parent).login)


def test_the_members_are_in_both_schools_then(home, bundle, away):
    restore(bundle, actor=None, uai=AWAY)
    account = home.account(home.parent)
    assert set(account.memberships.values_list("uai", flat=True)) == {HOME, AWAY}


def test_another_school_with_a_space_of_its_own_is_left_alone(home, bundle, away):
    provisioning.provision(away, actor=None)
    with pytest.raises(ArchiveRefused, match="déjà un espace"):
        restore(bundle, actor=None, uai=AWAY, replace=True)


@pytest.mark.parametrize("uai", ["0679899Z", "rien"])
def test_a_school_that_the_directory_does_not_know_is_refused(home, bundle, uai):
    with pytest.raises(ArchiveRefused):
        restore(bundle, actor=None, uai=uai)


# --- in another region ------------------------------------------------------------------------------------------
@pytest.fixture
def elsewhere(home, bundle):
    """As in a region that knows neither the school nor its people."""
    remove_everything(HOME)
    logins = [home.account(person).login for person in (home.teacher, home.parent)]
    Account.objects.filter(login__in=logins).delete()
    return bundle


def test_an_unknown_school_enters_the_directory(home, elsewhere):
    restore(elsewhere, actor=None)
    made = Establishment.objects.get(uai=HOME)
    assert (made.slug, made.display_name, made.lifecycle) == ("maison", "École de la Maison", "active")


def test_its_address_gives_way_to_another_schools(home, elsewhere):
    make_establishment(AWAY, slug="maison")
    restore(elsewhere, actor=None)
    assert Establishment.objects.get(uai=HOME).slug != "maison"


def test_people_sign_in_there_with_their_password(home, elsewhere):
    login = f"{home.parent.last_name}.{HOME}".lower()
    restore(elsewhere, actor=None)
    assert signs_in(Establishment.objects.get(uai=HOME), login)


def test_profiles_follow_their_new_accounts(home, elsewhere):
    restore(elsewhere, actor=None)
    account = Account.objects.get(login=f"{home.parent.last_name}.{HOME}".lower())
    assert account.pk != home.parent.account_id
    with school(Establishment.objects.get(uai=HOME)):
        assert type(home.parent).objects.get(pk=home.parent.pk).account_id == account.pk


def test_a_login_of_somebody_else_gives_a_new_one(home, elsewhere):
    login = f"{home.parent.last_name}.{HOME}".lower()
    make_account(login=login, password="un tout autre mot de passe")
    done = restore(elsewhere, actor=None)
    assert done.meeting.renamed == [(login, f"{login}2")]
    assert signs_in(Establishment.objects.get(uai=HOME), f"{login}2")


def test_restoring_twice_makes_nobody_twice(home, elsewhere):
    make_account(login=f"{home.parent.last_name}.{HOME}".lower(), password="un tout autre mot de passe")
    restore(elsewhere, actor=None)
    before = Account.objects.count()
    done = restore(elsewhere, actor=None, replace=True)
    assert (Account.objects.count(), done.meeting.known) == (before, 2)


def test_the_journal_forgets_an_actor_who_is_nobody_there(home):
    agent = make_account(login="agent.regional")
    with school(home.establishment):
        AuditEntry.objects.create(action="people.updated", actor_account_id=agent.pk, actor_name="Agent")
    path = archive(home.establishment, actor=None).path
    remove_everything(HOME)
    agent.delete()
    restore(path, actor=None)
    with school(Establishment.objects.get(uai=HOME)):
        assert AuditEntry.objects.get(actor_name="Agent").actor_account_id is None


def test_second_factors_follow_where_they_can_be_read(home):
    give_totp(home.account(home.teacher))
    path = archive(home.establishment, actor=None).path
    remove_everything(HOME)
    home.account(home.teacher).delete()
    done = restore(path, actor=None)
    assert done.meeting.factors_left == []
    assert Authenticator.objects.filter(user__login=f"{home.teacher.last_name}.{HOME}".lower()).exists()


def test_second_factors_of_another_secret_are_left_out_and_said(home, settings):
    give_totp(home.account(home.teacher))
    path = archive(home.establishment, actor=None).path
    remove_everything(HOME)
    home.account(home.teacher).delete()
    settings.TRUSTED_ARCHIVE_KEYS = [keys.public_key()]
    settings.SECRET_KEY = "d’une autre région" * 5
    done = restore(path, actor=None)
    assert done.meeting.factors_left == [f"{home.teacher.last_name}.{HOME}".lower()]
