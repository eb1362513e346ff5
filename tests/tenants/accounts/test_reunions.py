"""Two accounts made one by who proves both, and apart again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from core.audit.models import AuditEntry
from core.people.models import Person
from tenants.accounts import identities, services
from tenants.accounts.models import Account, Membership, RegionalRole, Reunion
from tenants.audit.models import RegionalAuditEntry
from tenants.schemas.context import region, school
from tests.factories import PASSWORD, make_account, make_person
from tests.signing import signed_in_at_front_door, signed_in_client
from tests.tenants.accounts.helpers import code_now, give_address, give_totp, is_signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(lycee_a):
    """Who stays: a guardian of the lycée."""
    person = make_person(lycee_a, "guardian", account=True)
    return Account.objects.get(pk=person.account_id)


@pytest.fixture
def person_there(college_b):
    return make_person(college_b, "guardian", account=True)


@pytest.fixture
def there(person_there):
    return Account.objects.get(pk=person_there.account_id)


def prove(client, account, password=PASSWORD):
    return client.post("/compte/reunir/", {"login": account.login, "password": password})


def join(here, there):
    client = signed_in_at_front_door(here)
    prove(client, there)
    client.post("/compte/reunir/confirmer/")
    return client


def opens(account):
    return set(Membership.objects.filter(account=account).values_list("uai", flat=True))


def test_proving_both_makes_them_one(lycee_a, college_b, here, there):
    join(here, there)
    assert opens(here) == {lycee_a.uai, college_b.uai}
    assert opens(there) == set()


def test_the_page_says_what_will_move(here, there):
    client = signed_in_at_front_door(here)
    response = prove(client, there)
    page = client.get(response.url).content.decode()
    assert "Collège des Tilleuls" in page
    assert there.login in page


def test_asking_moves_nothing(here, there, college_b):
    client = signed_in_at_front_door(here)
    client.get(prove(client, there).url)
    assert opens(there) == {college_b.uai}


def test_the_other_account_closes_and_its_login_stays_taken(here, there):
    join(here, there)
    there.refresh_from_db()
    assert not there.is_active
    assert services.unavailable([there.login]) == {there.login}


def test_its_sessions_end(college_b, here, there, person_there):
    client = signed_in_client(college_b, person_there)
    join(here, there)
    assert not is_signed_in(client, "/annuaire/moi/")


def test_the_school_notes_the_other_account(college_b, here, there, person_there):
    join(here, there)
    with school(college_b):
        assert Person.objects.get(pk=person_there.pk).account_id == here.pk
        assert AuditEntry.objects.filter(action="people.join_accounts").count() == 1


def test_it_is_journalled_on_both_and_mailed_to_both(here, there, django_capture_on_commit_callbacks):
    addresses = {give_address(here), give_address(there)}
    with django_capture_on_commit_callbacks(execute=True):
        join(here, there)
    assert {to for message in mail.outbox for to in message.to} == addresses
    assert RegionalAuditEntry.objects.filter(action="account.joined").count() == 2


def test_a_wrong_password_proves_nothing(here, there):
    client = signed_in_at_front_door(here)
    assert prove(client, there, "faux mot de passe").status_code == 422
    assert client.get("/compte/reunir/confirmer/").url == "/compte/reunir/"


def test_its_second_factor_is_asked(here, there, college_b):
    give_totp(there)
    client = signed_in_at_front_door(here)
    assert prove(client, there).url == "/compte/reunir/verification/"
    assert client.post("/compte/reunir/confirmer/").url == "/compte/reunir/"
    assert client.post("/compte/reunir/verification/", {"code": "000000"}).status_code == 422
    assert client.post("/compte/reunir/verification/", {"code": code_now()}).url == "/compte/reunir/confirmer/"
    client.post("/compte/reunir/confirmer/")
    assert college_b.uai in opens(here)


def refusal(here, there):
    return prove(signed_in_at_front_door(here), there).content.decode()


def test_two_profiles_in_one_school_are_refused(lycee_a, here):
    twin = Account.objects.get(pk=make_person(lycee_a, "guardian", account=True).account_id)
    assert "le même établissement" in refusal(here, twin)


def test_an_account_with_a_regional_role_is_refused(here, there):
    RegionalRole.objects.create(account=there, role="support")
    assert "rôle dans la région" in refusal(here, there)


def test_ones_own_account_and_an_empty_one_are_refused(here):
    assert "avec lequel vous êtes connecté" in refusal(here, here)
    assert "rien à réunir" in refusal(here, make_account())


def test_separating_gives_the_account_back(lycee_a, college_b, here, there, person_there):
    client = join(here, there)
    client.post(f"/compte/separer/{Reunion.objects.get().pk}/")
    there.refresh_from_db()
    assert there.is_active
    assert (opens(here), opens(there)) == ({lycee_a.uai}, {college_b.uai})
    with school(college_b):
        assert Person.objects.get(pk=person_there.pk).account_id == there.pk


def test_the_home_page_offers_it(here, there):
    client = join(here, there)
    page = client.get("/compte/").content.decode()
    assert "Séparer" in page
    assert there.login in page


def test_after_thirty_days_it_is_over(here, there, college_b):
    client = join(here, there)
    Reunion.objects.update(at=timezone.now() - timedelta(days=31))
    response = client.post(f"/compte/separer/{Reunion.objects.get().pk}/")
    assert response.status_code == 409
    assert college_b.uai in opens(here)


def test_only_ones_own_are_separated(here, there):
    join(here, there)
    other = signed_in_at_front_door(make_account())
    assert other.post(f"/compte/separer/{Reunion.objects.get().pk}/").status_code == 404


def test_a_known_identity_is_separated_and_not_joined_again(lycee_a, college_b, there, person_there):
    person = make_person(lycee_a, "guardian", first_name=person_there.first_name, last_name=person_there.last_name)
    key = identities.key_hash("aaf", "1")
    identities.note(lycee_a.uai, [(person.pk, key)])
    identities.note(college_b.uai, [(person_there.pk, key)])
    assert identities.link_known(lycee_a.uai, [person.pk]) == 1
    client = signed_in_at_front_door(there)
    client.post(f"/compte/separer/{Reunion.objects.get().pk}/")
    assert opens(there) == {college_b.uai}
    with school(lycee_a):
        assert Person.objects.get(pk=person.pk).account_id is None
    with region():
        assert identities.link_known(lycee_a.uai, [person.pk]) == 0


def test_what_a_school_let_go_meanwhile_is_not_given_back(college_b, here, there):
    client = join(here, there)
    services.unlink(account=here, uai=college_b.uai)
    client.post(f"/compte/separer/{Reunion.objects.get().pk}/")
    assert opens(there) == set()
