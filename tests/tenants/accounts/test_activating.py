"""From the code of a letter to a session in the school, on both kinds of host."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from core.audit.models import AuditEntry
from core.notifications.models import Event
from core.people.models import Person
from tenants.accounts import codes, lockout, services
from tenants.accounts.models import Account, ActivationCode, Membership
from tenants.schemas.context import region, school
from tests.factories import PASSWORD, client_for, make_account, make_guardian, make_person
from tests.signing import signed_in_at_front_door, signed_in_client
from tests.tenants.accounts.helpers import code_now, give_totp, is_signed_in, link_in, member_of

pytestmark = pytest.mark.django_db
CHOSEN = "quatre mots sous la pluie"
BORN = date(2014, 5, 3)


@pytest.fixture
def guardian(lycee_a):
    """Sophie Marchal, with Léo and Emma."""
    person = make_person(lycee_a, "guardian", first_name="Sophie", last_name="Marchal")
    for name in ("Léo", "Emma"):
        make_guardian(lycee_a, make_person(lycee_a, "pupil", first_name=name, last_name="Marchal"), person)
    return person


def letter(establishment, person, purpose=codes.Purpose.ACTIVATE):
    return codes.issue(establishment.uai, [person.pk], purpose=purpose, way=codes.Way.LETTER)[person.pk]


def typed(where, code, client=None):
    client = client or client_for(where)
    return client, client.post("/activer/", {"code": code})


def choose(client, login="sophie.marchal", password=CHOSEN, **more):
    values = {"login": login, "password1": password, "password2": password, "email": "", **more}
    return client.post("/activer/choisir/", values)


def account_of(person, establishment):
    with region():
        return Account.objects.get(memberships__uai=establishment.uai, memberships__person_id=person.pk)


def follow(response):
    """A browser that goes where a redirect to another host leads."""
    host, _slash, path = response.url.removeprefix("http://").partition("/")
    client = client_for(None)
    client.defaults["HTTP_HOST"] = host.partition(":")[0]
    return client, client.get(f"/{path}", headers={"host": host.partition(":")[0]})


# --- Typing the code --------------------------------------------------------------------------------------
def test_a_link_fills_the_code_in_and_opens_nothing(lycee_a, guardian):
    code = letter(lycee_a, guardian)
    page = client_for(lycee_a).get("/activer/", {"code": code}).content.decode()
    assert f'value="{code}"' in page
    assert "Sophie" not in page
    assert ActivationCode.objects.get().used_at is None


def test_the_code_tells_who_one_is(lycee_a, guardian):
    client, response = typed(lycee_a, letter(lycee_a, guardian))
    page = client.get(response.url).content.decode()
    assert "Vous êtes Sophie Marchal" in page
    assert "Responsable de Emma et Léo" in page or "Responsable d’Emma et Léo" in page
    assert 'value="sophie.marchal"' in page


@pytest.mark.parametrize("path", ["/activer/", "/activer/qui/"])
def test_addresses_of_codes_are_not_passed_on(lycee_a, guardian, path):
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    response = client.get(path)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_a_slip_is_told_beside_the_field(lycee_a):
    _client, response = typed(lycee_a, "ABCD-EFGH-JKMX")
    assert response.status_code == 422
    assert "relisez les douze caractères" in response.content.decode()


def test_a_replaced_code_says_so(lycee_a, guardian):
    first = letter(lycee_a, guardian)
    letter(lycee_a, guardian)
    _client, response = typed(lycee_a, first)
    assert "dernier courrier" in response.content.decode()


def test_a_code_of_another_school_leads_there(lycee_a, college_b, guardian):
    code = letter(lycee_a, guardian)
    _client, response = typed(college_b, code)
    assert response.url.startswith("http://lycee-a.localhost")
    assert code in response.url


def test_guessing_is_slowed_down(lycee_a, monkeypatch):
    monkeypatch.setattr(lockout, "CODE_TRIES", 2)
    for _try in range(2):
        typed(lycee_a, codes.new_code())
    _client, response = typed(lycee_a, codes.new_code())
    assert "Trop d’essais" in response.content.decode()


def test_without_a_code_there_is_nobody(lycee_a):
    for path in ("/activer/choisir/", "/activer/compte/", "/activer/ajouter/", "/activer/naissance/"):
        assert client_for(lycee_a).post(path).url == "/activer/"
    assert client_for(lycee_a).get("/activer/qui/").url == "/activer/"


def test_who_left_is_nobody(lycee_a, guardian):
    code = letter(lycee_a, guardian)
    with school(lycee_a):
        Person.objects.filter(pk=guardian.pk).update(left_on=date(2026, 1, 1))
    _client, response = typed(lycee_a, code)
    assert "plus dans l’établissement" in response.content.decode()


# --- A first account --------------------------------------------------------------------------------------
def test_choosing_a_password_signs_in_at_the_school(lycee_a, guardian):
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    assert choose(client).url == "/"
    assert is_signed_in(client, "/annuaire/moi/")


def test_from_the_front_door_one_arrives_at_the_school(lycee_a, guardian):
    client, _response = typed(None, letter(lycee_a, guardian))
    arrived, response = follow(choose(client))
    assert response.status_code == 302
    page = arrived.get("/annuaire/moi/", headers={"host": "lycee-a.localhost"})
    assert "Sophie Marchal" in page.content.decode()


def test_the_school_knows_the_account(lycee_a, guardian):
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    choose(client)
    with school(lycee_a):
        assert Person.objects.get(pk=guardian.pk).account_id == account_of(guardian, lycee_a).pk
        assert AuditEntry.objects.get(action="people.activate").actor_name == "Sophie Marchal"


def test_the_code_serves_once(lycee_a, guardian):
    code = letter(lycee_a, guardian)
    client, _response = typed(lycee_a, code)
    choose(client)
    _client, response = typed(lycee_a, code)
    assert "déjà" in response.content.decode()


def test_a_login_that_is_taken_is_refused_and_nothing_typed_is_lost(lycee_a, guardian):
    make_account("sophie.m")
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    response = choose(client, login="sophie.m", email="sophie@example.org")
    assert response.status_code == 422
    assert "déjà pris" in response.content.decode()
    assert "sophie@example.org" in response.content.decode()
    assert choose(client).status_code == 302


@pytest.mark.parametrize("password", ["court", "1234567890", "sophie.marchal"])
def test_a_weak_password_is_refused(lycee_a, guardian, password):
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    assert choose(client, password=password).status_code == 422
    assert not Membership.objects.filter(person_id=guardian.pk).exists()


def test_an_address_is_confirmed_by_its_link(lycee_a, guardian, django_capture_on_commit_callbacks):
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    with django_capture_on_commit_callbacks(execute=True):
        choose(client, email="sophie@example.org")
    [message] = mail.outbox
    url = link_in(message.body)
    assert not EmailAddress.objects.get().verified
    front = client_for(None)
    front.post("/" + url.split("/", 3)[3])
    assert EmailAddress.objects.get().verified


def test_a_pupil_without_address_needs_none(lycee_a):
    pupil = make_person(lycee_a, "pupil", first_name="Léo", last_name="Marchal")
    client, _response = typed(lycee_a, letter(lycee_a, pupil))
    assert choose(client, login="leo.marchal").url == "/"


# --- A pupil's birth date ---------------------------------------------------------------------------------
@pytest.fixture
def pupil(lycee_a):
    return make_person(lycee_a, "pupil", first_name="Léo", last_name="Marchal", birth_date=BORN)


def test_a_pupil_says_when_they_were_born_before_any_name_is_shown(lycee_a, pupil):
    client, response = typed(lycee_a, letter(lycee_a, pupil))
    page = client.get(response.url).content.decode()
    assert "Date de naissance" in page
    assert "Marchal" not in page


def test_the_right_date_goes_on(lycee_a, pupil):
    client, _response = typed(lycee_a, letter(lycee_a, pupil))
    response = client.post("/activer/naissance/", {"birth_date": "03/05/2014"})
    assert "Vous êtes Léo Marchal" in client.get(response.url).content.decode()


def test_without_the_date_nothing_is_opened(lycee_a, pupil):
    client, _response = typed(lycee_a, letter(lycee_a, pupil))
    choose(client)
    assert not Membership.objects.filter(person_id=pupil.pk).exists()


def test_too_many_wrong_dates_end_the_code(lycee_a, pupil):
    code = letter(lycee_a, pupil)
    client, _response = typed(lycee_a, code)
    for _try in range(lockout.BIRTH_TRIES):
        response = client.post("/activer/naissance/", {"birth_date": "2014-05-04"})
    assert response.url == "/activer/"
    _client, response = typed(lycee_a, code)
    assert response.status_code == 422


# --- An account that one has already ----------------------------------------------------------------------
@pytest.fixture
def elsewhere(college_b):
    return member_of(college_b, "guardian")


def own(client, account, password=PASSWORD):
    return client.post("/activer/compte/", {"own-login": account.login, "own-password": password})


@pytest.mark.parametrize("at_school", [True, False])
def test_one_keeps_the_account_of_the_other_school(lycee_a, guardian, elsewhere, at_school):
    client, _response = typed(lycee_a if at_school else None, letter(lycee_a, guardian))
    assert own(client, elsewhere).status_code == 302
    assert account_of(guardian, lycee_a) == elsewhere


def test_a_wrong_password_joins_nothing_and_is_counted(lycee_a, guardian, elsewhere):
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    for _try in range(lockout.PAIR_TRIES + 1):
        response = own(client, elsewhere, "faux mot de passe")
    assert response.status_code == 422
    assert "Trop d’essais" in response.content.decode()
    assert not Membership.objects.filter(person_id=guardian.pk).exists()


def test_its_second_factor_is_asked(lycee_a, guardian, elsewhere):
    give_totp(elsewhere)
    client, _response = typed(lycee_a, letter(lycee_a, guardian))
    assert own(client, elsewhere).url == "/activer/verification/"
    assert not Membership.objects.filter(person_id=guardian.pk).exists()
    assert client.post("/activer/verification/", {"code": "000000"}).status_code == 422
    client.post("/activer/verification/", {"code": code_now()})
    assert account_of(guardian, lycee_a) == elsewhere


def test_whoever_is_signed_in_adds_the_profile(lycee_a, guardian, elsewhere):
    client = signed_in_at_front_door(elsewhere)
    typed(None, letter(lycee_a, guardian), client)
    assert "Ajouter à mon compte" in client.get("/activer/qui/").content.decode()
    client.post("/activer/ajouter/")
    assert account_of(guardian, lycee_a) == elsewhere


def test_an_account_that_is_somebody_else_there_proposes_a_merge(lycee_a, guardian):
    present = make_person(lycee_a, "guardian", "teacher", account=True, first_name="Sophie", last_name="Marchal-Petit")
    head = make_person(lycee_a, "management", account=True)
    client = signed_in_client(lycee_a, present)
    typed(lycee_a, letter(lycee_a, guardian), client)
    response = client.post("/activer/ajouter/")
    assert response.status_code == 422
    assert "au nom de Sophie Marchal-Petit" in response.content.decode()
    with school(lycee_a):
        assert Event.objects.get(kind="people.merge_proposed").people == [head.pk]
        assert AuditEntry.objects.filter(action="people.propose_merge").count() == 1
    assert ActivationCode.objects.get().used_at is None


# --- Recovery ---------------------------------------------------------------------------------------------
@pytest.fixture
def member(lycee_a):
    person = make_person(lycee_a, "guardian", account=True, first_name="Sophie", last_name="Marchal")
    Account.objects.filter(pk=person.account_id).update(signed_in_at=timezone.now())
    return person


def recover(lycee_a, member, client=None):
    client, _response = typed(lycee_a, letter(lycee_a, member, codes.Purpose.RECOVER), client)
    return client, client.post("/activer/choisir/", {"password1": CHOSEN, "password2": CHOSEN})


def test_a_recovery_code_gives_a_new_password(lycee_a, member):
    _client, response = recover(lycee_a, member)
    assert response.url == "/"
    assert account_of(member, lycee_a).check_password(CHOSEN)


def test_a_recovery_ends_every_session(lycee_a, member):
    before = signed_in_client(lycee_a, member)
    recover(lycee_a, member)
    assert not is_signed_in(before, "/annuaire/moi/")


def test_a_new_password_ends_the_recovery_code(lycee_a, member):
    code = letter(lycee_a, member, codes.Purpose.RECOVER)
    services.set_password(account=account_of(member, lycee_a), password=CHOSEN, actor=None)
    _client, response = typed(lycee_a, code)
    assert response.status_code == 422


def test_an_account_that_is_switched_off_is_not_recovered(lycee_a, member):
    code = letter(lycee_a, member, codes.Purpose.RECOVER)
    services.deactivate(account=account_of(member, lycee_a), actor=None)
    _client, response = typed(lycee_a, code)
    assert "désactivé" in response.content.decode()


def test_a_recovery_is_told_and_journalled(lycee_a, member):
    recover(lycee_a, member)
    with school(lycee_a):
        assert Event.objects.get(kind="people.recovered").people == [member.pk]
        assert AuditEntry.objects.filter(action="people.recover").exists()


def test_an_account_that_was_never_used_is_opened_by_a_letter(lycee_a, guardian):
    services.link(account=make_account("sophie.m"), uai=lycee_a.uai, person_id=guardian.pk)
    client, response = typed(lycee_a, letter(lycee_a, guardian))
    assert "sophie.m" in client.get(response.url).content.decode()
    client.post("/activer/choisir/", {"password1": CHOSEN, "password2": CHOSEN})
    assert account_of(guardian, lycee_a).check_password(CHOSEN)
    with school(lycee_a):
        assert AuditEntry.objects.filter(action="people.activate").exists()


def test_a_recovery_does_not_stand_for_the_second_factor(lycee_a, member):
    give_totp(account_of(member, lycee_a))
    client, response = recover(lycee_a, member)
    assert response.url == "/connexion/"
    assert not is_signed_in(client, "/annuaire/moi/")


def test_a_recovery_code_gives_no_other_account(lycee_a, member, elsewhere):
    client, _response = typed(lycee_a, letter(lycee_a, member, codes.Purpose.RECOVER))
    own(client, elsewhere)
    assert account_of(member, lycee_a) != elsewhere


def test_giving_an_account_otherwise_ends_the_code(lycee_a, guardian):
    code = letter(lycee_a, guardian)
    services.link(account=make_account(), uai=lycee_a.uai, person_id=guardian.pk)
    _client, response = typed(lycee_a, code)
    assert response.status_code == 422
