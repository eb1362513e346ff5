"""Making, revoking and forgetting tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.api import rules, services
from core.api.hooks import erase_person, export_person
from core.api.models import AccessToken
from core.api.retention import old_tokens
from core.api.selectors import offered_scopes
from core.audit.models import AuditEntry
from core.errors import DomainError, NotAllowed
from core.notifications.models import Event
from core.permissions.viewer import viewer_as
from tenants.api.secrets import digest_of
from tenants.schemas.context import school
from tests.core.api.conftest import make_token
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(lycee_a):
    with school(lycee_a):
        yield lycee_a


def viewer(place, *roles):
    return viewer_as(make_person(place, *roles, account=True), place)


def create(who, **values):
    return services.create_token(viewer=who, **({"name": "Export", "scopes": ["people.read"], "days": 90} | values))


def test_secret_opens_what_was_made(inside):
    token, secret = create(viewer(inside, "teacher"))
    assert secret.startswith("preau_")
    assert len(secret) > 45
    assert token.digest == digest_of(secret)


def test_token_is_in_the_journal_without_its_secret(inside):
    _token, secret = create(viewer(inside, "teacher"))
    entry = AuditEntry.objects.get(action="api.create_token")
    assert entry.changes["scopes"] == [None, ["people.read"]]
    assert secret not in str(entry.changes)


@pytest.mark.parametrize("days", [0, -1, 366, 10_000])
def test_token_lives_a_year_at_most(inside, days):
    with pytest.raises(DomainError) as refused:
        create(viewer(inside, "teacher"), days=days)
    assert "days" in refused.value.fields


@pytest.mark.parametrize(("values", "field"), [({"name": "  "}, "name"), ({"scopes": []}, "scopes")])
def test_token_has_a_name_and_a_scope(inside, values, field):
    with pytest.raises(DomainError) as refused:
        create(viewer(inside, "teacher"), **values)
    assert set(refused.value.fields) == {field}


def test_form_that_is_sent_twice_makes_one_token(inside):
    who = viewer(inside, "teacher")
    create(who)
    with pytest.raises(DomainError, match="porte déjà ce nom"):
        create(who)


def test_scope_of_others_is_not_offered(inside):
    teacher = viewer(inside, "teacher")
    assert "api.webhooks" not in {offer.code for offer in offered_scopes(teacher)}
    with pytest.raises(DomainError, match="portées"):
        create(teacher, scopes=["api.webhooks"])


def test_scope_of_a_module_that_is_off_is_not_offered(inside):
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.filter(slug="news").update(enabled=False)
    assert "news.read" not in {offer.code for offer in offered_scopes(viewer(inside, "teacher"))}


def test_pupil_makes_no_token_unless_the_school_says_so(inside):
    from core.modules.models import ModuleChoice

    with pytest.raises(NotAllowed):
        create(viewer(inside, "pupil"))
    chosen = {"enabled": True, "settings": {"token_roles": ["pupil"]}}
    ModuleChoice.objects.update_or_create(slug="api", defaults=chosen)
    assert create(viewer(inside, "pupil"))


def test_nobody_has_more_than_twenty(inside):
    who = viewer(inside, "teacher")
    for number in range(20):
        make_token(inside, who.person, name=f"n° {number}")
    with pytest.raises(DomainError, match="20 jetons"):
        create(who)


def test_revoking_twice_is_one_entry_of_the_journal(inside):
    who = viewer(inside, "teacher")
    token, _secret = create(who)
    services.revoke_token(token=token, actor=who.person)
    services.revoke_token(token=token, actor=who.person)
    assert AuditEntry.objects.filter(action="api.revoke_token").count() == 1


def test_what_ended_a_year_ago_is_left_to_retention(inside):
    person = make_person(inside, "teacher", account=True)
    long_ago = timezone.now() - timedelta(days=400)
    make_token(inside, person, expires_at=long_ago)
    make_token(inside, person, revoked_at=long_ago, name="b")
    kept, _secret = make_token(inside, person, name="c")
    services.tidy()
    assert AccessToken.objects.count() == 3  # that is the retention engine's, after it was announced
    assert kept not in old_tokens(timezone.now() - timedelta(days=365))
    assert old_tokens(timezone.now() - timedelta(days=365)).count() == 2


def test_owner_is_told_once_that_a_token_ends(inside):
    person = make_person(inside, "teacher", account=True)
    make_token(inside, person, expires_at=timezone.now() + timedelta(days=6, hours=12))
    make_token(inside, person, expires_at=timezone.now() + timedelta(days=20), name="b")
    services.tidy()
    event = Event.objects.get(kind="api.token_ends")
    assert event.people == [person.pk]


def test_export_holds_tokens_without_secrets(inside):
    person = make_person(inside, "teacher", account=True)
    token, _secret = make_token(inside, person)
    exported = export_person(person)
    assert [row["name"] for row in exported["tokens"]] == ["Essai"]
    assert token.digest not in str(exported)


def test_erasing_takes_the_tokens(inside):
    person = make_person(inside, "teacher", account=True)
    make_token(inside, person)
    assert erase_person(person, actor=None) == 1
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (3500, True), (3700, False), (-60, False)])
def test_second_factor_counts_for_an_hour(seconds, fresh):
    assert rules.is_fresh(int(timezone.now().timestamp()) - seconds) is fresh


def test_no_second_factor_is_not_fresh():
    assert not rules.is_fresh(None)
