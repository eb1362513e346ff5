import pytest

from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict, DomainError
from tenants.establishments import services
from tenants.establishments.hosts import establishment_at
from tenants.establishments.models import Domain
from tests.factories import make_establishment
from tests.tenants.establishments.conftest import valid_uai

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_establishment(valid_uai(9001), slug="ancien")


def change(school, slug):
    return services.change_slug(school, slug=slug, actor=None)


def test_the_new_address_leads_to_the_school(school):
    change(school, "nouveau")
    assert establishment_at("nouveau.localhost") == school


def test_the_former_address_keeps_leading_there(school):
    change(school, "nouveau")
    assert establishment_at("ancien.localhost") == school


def test_going_back_leaves_one_former_address(school):
    change(school, "nouveau")
    change(school, "ancien")
    assert list(school.domains.values_list("domain", flat=True)) == ["nouveau.localhost"]


def test_a_change_of_address_is_in_the_journal(school):
    change(school, "nouveau")
    assert RegionalAuditEntry.objects.get(target_id=school.uai).changes == {"slug": ["ancien", "nouveau"]}


def test_the_same_address_changes_nothing(school):
    change(school, "ancien")
    assert not RegionalAuditEntry.objects.filter(target_id=school.uai).exists()


@pytest.mark.parametrize("slug", ["www", "a b", "é", "", "-x", "x" * 64, "a.b", "console"])
def test_an_impossible_address_is_refused_beside_its_field(school, slug):
    with pytest.raises(DomainError) as refusal:
        change(school, slug)
    assert "slug" in refusal.value.fields


def test_the_address_of_another_school_is_refused(school):
    make_establishment(valid_uai(9002), slug="autre")
    with pytest.raises(DomainError):
        change(school, "autre")


def test_the_former_address_of_another_school_is_refused(school):
    change(make_establishment(valid_uai(9002), slug="autre"), "plus-loin")
    with pytest.raises(DomainError):
        change(school, "autre")


def test_a_domain_of_its_own_leads_to_the_school(school):
    services.add_domain(school, domain=" HTTPS://College.Example.FR/ ", actor=None)
    assert establishment_at("college.example.fr") == school


def test_a_domain_with_accents_is_kept_as_browsers_send_it(school):
    assert services.add_domain(school, domain="école.example.fr", actor=None).domain == "xn--cole-9oa.example.fr"


@pytest.mark.parametrize(
    "domain",
    [
        "", "seul", "a b.fr", "-a.fr", "a..fr", "192.168.1.1", "[::1]", "x" * 64 + ".fr", "localhost",
        "autre.localhost", "preau.localhost", "a.fr:8000", "a.fr/chemin", "*.fr", "a_b.fr", "é" * 300 + ".fr",
    ],
)  # fmt: skip
def test_what_is_no_domain_of_a_school_is_refused(school, domain):
    with pytest.raises(DomainError) as refusal:
        services.add_domain(school, domain=domain, actor=None)
    assert "domain" in refusal.value.fields


def test_a_domain_leads_to_one_school(school):
    services.add_domain(school, domain="college.example.fr", actor=None)
    with pytest.raises(DomainError):
        services.add_domain(make_establishment(valid_uai(9002)), domain="COLLEGE.example.fr", actor=None)


def test_a_removed_domain_leads_nowhere(school):
    services.add_domain(school, domain="college.example.fr", actor=None)
    services.remove_domain(school, domain="college.example.fr", actor=None)
    assert establishment_at("college.example.fr") is None


def test_the_domain_of_another_school_cannot_be_removed(school):
    services.add_domain(school, domain="college.example.fr", actor=None)
    with pytest.raises(Conflict):
        services.remove_domain(make_establishment(valid_uai(9002)), domain="college.example.fr", actor=None)


def test_domains_are_not_without_number(school):
    for number in range(10):
        Domain.objects.create(domain=f"d{number}.example.fr", tenant=school)
    with pytest.raises(DomainError):
        services.add_domain(school, domain="d10.example.fr", actor=None)
