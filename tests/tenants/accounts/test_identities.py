"""The same human in two schools: noted by imports, joined under one account, never by mistake."""

import pytest
from django.core import mail

from core.audit.models import AuditEntry
from core.notifications.models import Event
from core.people.models import Person
from tenants.accounts import identities
from tenants.accounts.models import KnownIdentity, Membership, Reunion
from tenants.audit.models import RegionalAuditEntry
from tenants.schemas.context import school
from tests.factories import make_person
from tests.tenants.accounts.helpers import give_address

pytestmark = pytest.mark.django_db
KEY = identities.key_hash("aaf", "Strasbourg:4242")
NAMES = {"first_name": "Zoé", "last_name": "Le Gall"}


@pytest.fixture
def there(college_b):
    """Who has an account in the collège, under the key."""
    person = make_person(college_b, "guardian", account=True, **NAMES)
    identities.note(college_b.uai, [(person.pk, KEY)])
    return person


@pytest.fixture
def here(lycee_a):
    person = make_person(lycee_a, "guardian", first_name="zoe", last_name="LE GALL")
    identities.note(lycee_a.uai, [(person.pk, KEY)])
    return person


def account_of(establishment, person):
    found = Membership.objects.filter(uai=establishment.uai, person_id=person.pk)
    return found.values_list("account", flat=True).first()


def test_a_trace_says_nothing_of_its_key():
    assert "4242" not in KEY
    assert len(KEY) == 64


def test_noting_again_changes_nothing(lycee_a, here):
    assert identities.note(lycee_a.uai, [(here.pk, KEY)]) == 0


def test_a_key_names_one_person_of_a_school(lycee_a, here):
    other = make_person(lycee_a, "guardian")
    identities.note(lycee_a.uai, [(other.pk, KEY)])
    assert list(KnownIdentity.objects.filter(uai=lycee_a.uai).values_list("person_id", flat=True)) == [other.pk]


def test_noting_thousands_takes_a_few_statements(lycee_a, django_assert_max_num_queries):
    pairs = [(n, identities.key_hash("aaf", str(n))) for n in range(6000)]
    with django_assert_max_num_queries(6):
        assert identities.note(lycee_a.uai, pairs) == 6000


def test_the_same_identity_joins_the_account(lycee_a, here, there):
    assert identities.link_known(lycee_a.uai, [here.pk]) == 1
    assert account_of(lycee_a, here) == there.account_id


def test_the_school_notes_the_account(lycee_a, here, there):
    identities.link_known(lycee_a.uai, [here.pk])
    with school(lycee_a):
        assert Person.objects.get(pk=here.pk).account_id == there.account_id


def test_both_journals_tell_of_it(lycee_a, here, there):
    identities.link_known(lycee_a.uai, [here.pk])
    assert RegionalAuditEntry.objects.filter(action="account.identity_linked").count() == 1
    with school(lycee_a):
        assert AuditEntry.objects.filter(action="people.link_known", target_id=str(here.pk)).count() == 1


def test_the_owner_is_told_in_the_school(lycee_a, here, there):
    identities.link_known(lycee_a.uai, [here.pk])
    with school(lycee_a):
        assert Event.objects.get(kind="people.linked").people == [here.pk]


def test_the_owner_is_told_by_mail(lycee_a, here, there, django_capture_on_commit_callbacks):
    account = Membership.objects.get(person_id=there.pk, uai="0579982R").account
    address = give_address(account)
    with django_capture_on_commit_callbacks(execute=True):
        identities.link_known(lycee_a.uai, [here.pk])
    assert [message.to for message in mail.outbox] == [[address]]
    assert "Lycée du Grand-Préau" in mail.outbox[0].body


def test_it_can_be_found_again_to_be_undone(lycee_a, here, there):
    identities.link_known(lycee_a.uai, [here.pk])
    assert Reunion.objects.get().how == Reunion.How.KNOWN


def test_linking_again_does_nothing(lycee_a, here, there):
    identities.link_known(lycee_a.uai, [here.pk])
    assert identities.link_known(lycee_a.uai, [here.pk]) == 0


def test_other_names_are_never_joined(lycee_a, there):
    other = make_person(lycee_a, "guardian", first_name="Zoé", last_name="Legall-Martin")
    identities.note(lycee_a.uai, [(other.pk, KEY)])
    assert identities.link_known(lycee_a.uai, [other.pk]) == 0


def test_who_has_an_account_here_keeps_it(lycee_a, there):
    person = make_person(lycee_a, "guardian", account=True, **NAMES)
    identities.note(lycee_a.uai, [(person.pk, KEY)])
    assert identities.link_known(lycee_a.uai, [person.pk]) == 0
    assert account_of(lycee_a, person) == person.account_id


def test_two_accounts_that_could_be_meant_are_left(lycee_a, college_b, here, there):
    twin = make_person(college_b, "guardian", account=True, **NAMES)
    second = identities.key_hash("siecle", "7")
    identities.note(college_b.uai, [(twin.pk, second)])
    identities.note(lycee_a.uai, [(here.pk, second)])
    assert identities.link_known(lycee_a.uai, [here.pk]) == 0


def test_two_people_who_could_be_meant_are_left(lycee_a, college_b, here, there):
    twin = make_person(lycee_a, "guardian", **NAMES)
    second = identities.key_hash("siecle", "7")
    identities.note(college_b.uai, [(there.pk, second)])
    identities.note(lycee_a.uai, [(twin.pk, second)])
    assert identities.link_known(lycee_a.uai, [here.pk, twin.pk]) == 0


def test_a_closed_account_is_not_joined(lycee_a, here, there):
    membership = Membership.objects.get(uai="0579982R", person_id=there.pk)
    type(membership.account).objects.filter(pk=membership.account_id).update(is_active=False)
    assert identities.link_known(lycee_a.uai, [here.pk]) == 0


def test_linking_many_takes_as_many_queries_as_linking_one(lycee_a, college_b, django_assert_max_num_queries):
    pairs = []
    for n in range(12):
        names = {"first_name": f"Ève{n}", "last_name": "Roy"}
        one, other = make_person(college_b, "pupil", account=True, **names), make_person(lycee_a, "pupil", **names)
        key = identities.key_hash("aaf", f"many-{n}")
        identities.note(college_b.uai, [(one.pk, key)])
        identities.note(lycee_a.uai, [(other.pk, key)])
        pairs.append(other.pk)
    with django_assert_max_num_queries(45):
        assert identities.link_known(lycee_a.uai, pairs) == 12


def test_erasing_a_record_forgets_its_keys(lycee_a, here):
    identities.forget(lycee_a.uai, [here.pk])
    assert not KnownIdentity.objects.exists()


def test_it_may_be_called_from_within_the_school(lycee_a, here, there):
    with school(lycee_a):
        assert identities.link_known(lycee_a.uai, [here.pk]) == 1
        assert Person.objects.get(pk=here.pk).account_id == there.account_id
