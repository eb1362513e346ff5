import pytest
from django.core import mail

from tenants.accounts.models import AccountSession
from tenants.audit.models import RegionalAuditEntry
from tests.factories import PASSWORD, client_for, give_account, make_account, make_person
from tests.tenants.accounts.helpers import give_address, link_in, member_of, path_of

pytestmark = pytest.mark.django_db
NEW = "trois marronniers dans la cour"


def _asked(establishment, address):
    client = client_for(establishment)
    response = client.post("/mot-de-passe/oubli/", {"email": address})
    assert response["Location"] == "/mot-de-passe/oubli/envoye/"
    return client


def _link(establishment, account):
    _asked(establishment, give_address(account))
    return path_of(link_in(mail.outbox[-1].body))


def _choose(client, path, password=NEW):
    step = client.get(path)
    if step.status_code != 302:
        return step
    return client.post(step["Location"], {"password1": password, "password2": password})


def test_a_forgotten_password_is_chosen_again(sign_in, lycee_a):
    account = member_of(lycee_a)
    response = _choose(client_for(lycee_a), _link(lycee_a, account))
    assert response["Location"] == "/mot-de-passe/oubli/change/"
    assert sign_in(lycee_a, account, NEW)[1].status_code == 302


def test_the_mail_is_french_and_in_two_forms(lycee_a):
    account = member_of(lycee_a)
    _link(lycee_a, account)
    message = mail.outbox[-1]
    assert message.subject == "Choisir un nouveau mot de passe"
    assert account.login in message.body
    assert message.alternatives[0].mimetype == "text/html"


def test_the_link_is_at_the_host_that_was_asked(lycee_a):
    account = member_of(lycee_a)
    _link(lycee_a, account)
    assert link_in(mail.outbox[-1].body).startswith("http://lycee-a.localhost/mot-de-passe/oubli/")


@pytest.mark.parametrize("elsewhere", ["college", "front door"])
def test_a_link_of_one_host_does_nothing_at_another(sign_in, lycee_a, college_b, elsewhere):
    account = member_of(lycee_a)
    give_account(college_b, make_person(college_b, "teacher"), account)
    path = _link(lycee_a, account)
    page = _choose(client_for(college_b if elsewhere == "college" else None), path)
    assert "Ce lien ne sert plus" in page.content.decode()
    assert sign_in(lycee_a, account)[1].status_code == 302


def test_a_link_of_the_front_door_does_nothing_at_a_school(lycee_a):
    path = _link(None, member_of(lycee_a))
    assert "Ce lien ne sert plus" in _choose(client_for(lycee_a), path).content.decode()


def test_a_link_works_once(lycee_a):
    path = _link(lycee_a, member_of(lycee_a))
    _choose(client_for(lycee_a), path)
    assert "Ce lien ne sert plus" in _choose(client_for(lycee_a), path).content.decode()


def test_a_link_dies_with_another_sign_out_everywhere(lycee_a):
    from tenants.accounts import services

    account = member_of(lycee_a)
    path = _link(lycee_a, account)
    services.sign_out_everywhere(account=account, actor=account)
    assert "Ce lien ne sert plus" in _choose(client_for(lycee_a), path).content.decode()


def test_an_unknown_address_is_answered_alike():
    _asked(None, "personne@example.org")
    assert mail.outbox == []


def test_an_unverified_address_gets_no_link():
    account = make_account(email="peut-etre@example.org")
    _asked(None, account.email)
    assert mail.outbox == []


def test_an_inactive_account_gets_no_link():
    account = make_account(is_active=False)
    _asked(None, give_address(account))
    assert mail.outbox == []


def test_one_address_is_not_flooded():
    address = give_address(make_account())
    client = client_for(None)
    answers = [client.post("/mot-de-passe/oubli/", {"email": address}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_flooding_is_answered_by_a_page_at_a_school_too(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    for _ in range(6):
        response = client.post("/mot-de-passe/oubli/", {"email": "quelqu-un@example.org"})
    assert response.status_code == 429
    assert "Trop de demandes" in response.content.decode()


def test_a_reset_ends_every_session(sign_in, lycee_a):
    account = member_of(lycee_a)
    here, _ = sign_in(lycee_a, account)
    there, _ = sign_in(None, account)
    _choose(client_for(lycee_a), _link(lycee_a, account))
    assert there.get("/compte/").status_code == 302
    assert here.post("/aller/compte/")["Location"].startswith("/connexion/")
    assert not AccountSession.objects.filter(account=account).exists()


def test_a_weak_password_is_refused(lycee_a):
    path = _link(lycee_a, member_of(lycee_a))
    assert _choose(client_for(lycee_a), path, "1234567890").status_code == 200


def test_changing_the_password_keeps_this_session_only(sign_in):
    account = make_account()
    here, _ = sign_in(None, account)
    there, _ = sign_in(None, account)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/compte/mot-de-passe/", data)["Location"] == "/compte/"
    assert here.get("/compte/").status_code == 200
    assert there.get("/compte/").status_code == 302
    assert AccountSession.objects.filter(account=account).count() == 1


def test_changing_the_password_warns_by_mail(sign_in):
    account = make_account()
    address = give_address(account)
    client, _ = sign_in(None, account)
    client.post("/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert mail.outbox[-1].subject == "Votre mot de passe a changé"
    assert mail.outbox[-1].to == [address]


def test_changing_the_password_is_audited_without_it(sign_in):
    account = make_account()
    client, _ = sign_in(None, account)
    client.post("/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    entry = RegionalAuditEntry.objects.get(action="account.password_changed")
    assert entry.actor_account_id == account.pk
    assert entry.changes == {}


def test_the_old_password_is_asked(sign_in):
    client, _ = sign_in(None, make_account())
    page = client.post("/compte/mot-de-passe/", {"oldpassword": "faux", "password1": NEW, "password2": NEW})
    assert "Ce n’est pas votre mot de passe actuel." in page.content.decode()


def test_two_different_passwords_are_refused_in_french(sign_in):
    client, _ = sign_in(None, make_account())
    page = client.post("/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": NEW, "password2": "autre"})
    assert "Les deux mots de passe ne sont pas identiques." in page.content.decode()


def test_a_new_address_is_used_once_confirmed(sign_in):
    account = make_account()
    client, _ = sign_in(None, account)
    client.post("/compte/adresse/", {"email": "moi@example.org", "action_add": "1"})
    assert sign_in(None, "moi@example.org")[1].status_code == 200
    path = path_of(link_in(mail.outbox[-1].body))
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302
    assert sign_in(None, "moi@example.org")[1].status_code == 302


def test_an_address_verified_by_another_is_not_taken_over(sign_in):
    taken = give_address(make_account(), "prise@example.org")
    client, _ = sign_in(None, make_account())
    client.post("/compte/adresse/", {"email": taken, "action_add": "1"})
    page = client.get(path_of(link_in(mail.outbox[-1].body)))
    assert "déjà prise" in page.content.decode()
