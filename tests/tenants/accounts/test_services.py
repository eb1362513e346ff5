import pytest
from django.http import Http404

from tenants.accounts import selectors, services
from tenants.accounts.guards import account_signed_in, open_to_all, regional
from tenants.accounts.models import Account, RegionalRole
from tenants.accounts.scopes import establishments_in_scope
from tenants.audit.models import RegionalAuditEntry
from tenants.errors import DomainError
from tests.factories import make_account, make_establishment, make_person
from tests.tenants.accounts.helpers import member_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "last", "login"),
    [
        ("Jean-Noël", "Bœglin", "jean-noel.boeglin"),
        ("Élodie", "d’Arc", "elodie.darc"),
        ("  Zoé ", "Müller Weiß", "zoe.muller-weiss"),
        ("Nguyễn", "Łukasz", "nguyen.lukasz"),
        ("王", "芳", "compte"),
        ("", "Martin", "martin"),
    ],
)
def test_a_login_is_made_of_plain_letters(first, last, login):
    assert services.suggest_login(first, last) == login


def test_homonyms_are_numbered():
    make_account("lea.martin")
    make_account("lea.martin2")
    assert services.suggest_login("Léa", "Martin") == "lea.martin3"


def test_a_suggested_login_is_accepted():
    account = services.create_account(login=services.suggest_login("Anne", "O’Neil"), actor=None)
    assert account.login == "anne.oneil"


def test_a_readable_password_passes_the_rules():
    from django.contrib.auth.password_validation import validate_password

    validate_password(services.readable_password())


@pytest.mark.parametrize("login", ["", "é", "avec espace", "-x", "x" * 81, "a@b"])
def test_a_malformed_login_is_refused(login):
    with pytest.raises(DomainError) as refusal:
        services.create_account(login=login, actor=None)
    assert refusal.value.code == "login-malformed"


def test_a_taken_login_is_refused():
    make_account("lea.martin")
    with pytest.raises(DomainError) as refusal:
        services.create_account(login="Lea.Martin", actor=None)
    assert refusal.value.code == "login-taken"


def test_a_login_is_changed_and_audited():
    account = make_account("avant")
    services.change_login(account=account, login="apres", actor=None)
    assert Account.objects.get(pk=account.pk).login == "apres"
    assert RegionalAuditEntry.objects.get(action="account.login_changed").changes == {"login": ["avant", "apres"]}


def test_linking_twice_is_linking_once(lycee_a):
    account, person = make_account(), make_person(lycee_a, "pupil")
    first = services.link(account=account, uai=lycee_a.uai, person_id=person.pk)
    assert services.link(account=account, uai=lycee_a.uai, person_id=person.pk) == first


def test_an_account_has_one_profile_in_a_school(lycee_a):
    with pytest.raises(DomainError) as refusal:
        services.link(account=member_of(lycee_a), uai=lycee_a.uai, person_id=make_person(lycee_a, "pupil").pk)
    assert refusal.value.code == "account-linked"


def test_a_person_has_one_account(lycee_a):
    person = make_person(lycee_a, "pupil", account=True)
    with pytest.raises(DomainError) as refusal:
        services.link(account=make_account(), uai=lycee_a.uai, person_id=person.pk)
    assert refusal.value.code == "person-linked"


def test_places_are_open_schools_only(lycee_a):
    account = member_of(lycee_a)
    closed = make_establishment("0679999E")
    services.link(account=account, uai=closed.uai, person_id=1)
    assert [place.establishment for place in selectors.memberships_of(account)] == [lycee_a]


def test_the_account_of_a_person_is_found(lycee_a):
    person = make_person(lycee_a, "pupil", account=True)
    assert selectors.account_of(lycee_a.uai, person.pk).pk == person.account_id


@pytest.mark.parametrize(
    ("scope", "value", "seen"),
    [
        ("region", "", {"lycee-a", "college-b"}),
        ("academie", "Strasbourg", {"lycee-a"}),
        ("departement", "057", {"college-b"}),
        ("departement", "", set()),
    ],
)
def test_a_regional_role_reaches_its_part(lycee_a, college_b, scope, value, seen):
    account = make_account()
    services.grant_role(account=account, role="support", scope=scope, value=value, actor=None)
    assert set(establishments_in_scope(account).values_list("slug", flat=True)) == seen


def test_scope_can_be_asked_for_one_role(lycee_a):
    account = make_account()
    services.grant_role(account=account, role="trainer", actor=None)
    assert not establishments_in_scope(account, "administrator").exists()


def test_a_role_taken_back_reaches_nothing(lycee_a):
    account = make_account()
    services.revoke_role(held=services.grant_role(account=account, role="support", actor=None), actor=None)
    assert not establishments_in_scope(account).exists()
    assert not RegionalRole.objects.exists()


def _request(rf, account, school=None):
    request = rf.get("/console/")
    request.user, request.school = account, school
    return request


def _view(request):
    return "seen"


def test_a_regional_guard_lets_the_role_in(rf):
    account = make_account()
    services.grant_role(account=account, role="support", actor=None)
    assert regional("administrator", "support")(_view)(_request(rf, account)) == "seen"


def test_a_regional_guard_hides_the_view_from_others(rf):
    account = make_account()
    services.grant_role(account=account, role="trainer", actor=None)
    with pytest.raises(Http404):
        regional("administrator")(_view)(_request(rf, account))


def test_a_regional_guard_holds_at_the_front_door_only(rf, lycee_a):
    account = make_account()
    services.grant_role(account=account, role="administrator", actor=None)
    with pytest.raises(Http404):
        regional("administrator")(_view)(_request(rf, account, lycee_a))


def test_anonymous_people_are_sent_to_sign_in(rf):
    from django.contrib.auth.models import AnonymousUser

    request = _request(rf, AnonymousUser())
    assert regional("administrator")(_view)(request)["Location"] == "/connexion/?next=/console/"
    assert account_signed_in(_view)(request)["Location"] == "/connexion/?next=/console/"


def test_guards_name_themselves():
    assert open_to_all(_view).preau_guard == "open"
    assert account_signed_in(_view).preau_guard == "account"
    assert regional("administrator", "support")(_view).preau_guard == "region:administrator|support"


def test_the_pages_of_ones_account_are_not_open():
    from tenants.accounts import urls_region

    open_ones = {"account_confirm_email", "account_email_verification_sent"}
    own = [url for url in urls_region.urlpatterns if str(url.pattern).startswith("compte/")]
    assert {url.name for url in own if url.callback.preau_guard != "account"} == open_ones
