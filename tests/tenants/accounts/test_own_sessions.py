import pytest

from tenants.accounts import services
from tenants.accounts.models import AccountSession
from tenants.audit.models import RegionalAuditEntry
from tests.factories import client_for, make_account
from tests.tenants.accounts.helpers import member_of

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def test_sessions_of_all_hosts_are_listed(sign_in, lycee_a):
    account = member_of(lycee_a)
    sign_in(lycee_a, account, headers={"user-agent": FIREFOX})
    client, _ = sign_in(None, account)
    page = client.get("/compte/sessions/").content.decode()
    assert "Firefox sur Android" in page
    assert lycee_a.full_name in page
    assert "Portail de la région" in page
    assert "cette session" in page


def test_one_session_can_be_ended(sign_in, lycee_a):
    account = member_of(lycee_a)
    there, _ = sign_in(lycee_a, account)
    here, _ = sign_in(None, account)
    row = AccountSession.objects.get(account=account, schema_name=lycee_a.schema_name)
    assert here.post(f"/compte/sessions/{row.pk}/fermer/").status_code == 302
    assert there.post("/aller/compte/")["Location"].startswith("/connexion/")
    assert here.get("/compte/").status_code == 200


def test_nobody_ends_a_session_of_another(sign_in):
    sign_in(None, make_account())
    row = AccountSession.objects.get()
    other, _ = sign_in(None, make_account())
    assert other.post(f"/compte/sessions/{row.pk}/fermer/").status_code == 404
    assert AccountSession.objects.filter(pk=row.pk).exists()


def test_signing_out_everywhere_ends_every_session(sign_in, lycee_a):
    account = member_of(lycee_a)
    there, _ = sign_in(lycee_a, account)
    elsewhere, _ = sign_in(None, account)
    here, _ = sign_in(None, account)
    assert here.post("/compte/sessions/tout-fermer/")["Location"] == "/connexion/"
    for client in (here, elsewhere):
        assert client.get("/compte/").status_code == 302
    assert there.post("/aller/compte/")["Location"].startswith("/connexion/")
    assert not AccountSession.objects.filter(account=account).exists()


def test_signing_out_everywhere_is_audited(sign_in):
    account = make_account()
    client, _ = sign_in(None, account)
    client.post("/compte/sessions/tout-fermer/")
    assert RegionalAuditEntry.objects.filter(
        action="account.signed_out_everywhere", actor_account_id=account.pk
    ).exists()


def test_no_session_key_is_kept_in_public(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    assert client.cookies["session"].value not in str(list(AccountSession.objects.values()))


def test_being_used_is_noted_every_ten_minutes(sign_in):
    from datetime import timedelta

    import time_machine
    from django.utils import timezone

    client, _ = sign_in(None, make_account())
    before = AccountSession.objects.get().seen_at
    client.get("/compte/")
    assert AccountSession.objects.get().seen_at == before
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        client.get("/compte/")
    assert AccountSession.objects.get().seen_at > before


def test_a_removed_profile_ends_its_sessions(sign_in, lycee_a):
    account = member_of(lycee_a)
    client, _ = sign_in(lycee_a, account)
    services.unlink(account=account, uai=lycee_a.uai)
    assert client.post("/aller/compte/")["Location"].startswith("/connexion/")


def test_a_deactivated_account_is_out_at_once(sign_in):
    account = make_account()
    client, _ = sign_in(None, account)
    services.deactivate(account=account, actor=None)
    assert client.get("/compte/").status_code == 302


def test_the_list_is_not_for_strangers():
    assert client_for(None).get("/compte/sessions/").status_code == 302


def test_a_session_that_forgot_its_row_finds_it_again(sign_in):
    """As after a request that failed between the row and the session."""
    client, _ = sign_in(None, make_account())
    session = client.session
    del session["account_session"], session["account_seen"]
    session.save()
    assert client.get("/compte/").status_code == 200
    assert AccountSession.objects.count() == 1
