import pytest

from tenants.establishments.models import Domain, Establishment, Lifecycle
from tenants.schemas.models import ProvisioningStep
from tests.factories import make_account
from tests.signing import signed_in_at_front_door
from tests.tenants.establishments.conftest import valid_uai

pytestmark = pytest.mark.django_db
PAGES = [
    "",
    "etablissements/",
    "journal/",
    "annuaire/",
    "etablissements/ajouter/",
    "etablissements/preparer/",
]
SCHOOL_PAGES = ["", "adresse/", "preparation/", "etat/suspended/"]


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_reads_every_page(regional, page):
    assert regional().get(f"/console/{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_signs_in_first(visitor, page):
    assert visitor.get(f"/console/{page}").url.startswith("/connexion/")


@pytest.mark.parametrize("page", PAGES)
def test_an_account_without_a_regional_role_finds_nothing(db, page):
    assert signed_in_at_front_door(make_account()).get(f"/console/{page}").status_code == 404


@pytest.mark.parametrize("page", ["journal/", "annuaire/", "etablissements/ajouter/", "etablissements/preparer/"])
def test_support_only_looks_at_schools(regional, page):
    assert regional("support").get(f"/console/{page}").status_code == 404


@pytest.mark.parametrize("page", ["annuaire/", "etablissements/ajouter/"])
def test_the_directory_belongs_to_the_whole_region(regional, page):
    assert regional("administrator", "departement", "067").get(f"/console/{page}").status_code == 404


@pytest.mark.parametrize("page", SCHOOL_PAGES)
def test_a_school_outside_ones_scope_is_not_there(regional, row, page):
    school = row(lifecycle="active")
    client = regional("administrator", "departement", "057")
    assert client.get(f"/console/etablissements/{school.uai}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["preparer/", "domaines/", "domaines/retirer/", "etat/suspended/", "adresse/"])
def test_nothing_is_done_to_a_school_outside_ones_scope(regional, row, page):
    school = row(lifecycle="active", slug="la")
    client = regional("administrator", "departement", "057")
    assert client.post(f"/console/etablissements/{school.uai}/{page}", {"slug": "ici"}).status_code == 404
    assert Establishment.objects.get(pk=school.pk).slug == "la"


@pytest.mark.parametrize("page", ["preparer/", "domaines/", "domaines/retirer/", "etat/suspended/", "adresse/"])
def test_support_changes_nothing(regional, row, page):
    school = row(lifecycle="active")
    assert regional("support").post(f"/console/etablissements/{school.uai}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["preparer/", "domaines/", "domaines/retirer/"])
def test_what_changes_a_school_is_not_done_by_a_link(regional, row, page):
    assert regional().get(f"/console/etablissements/{row().uai}/{page}").status_code == 405


def test_the_list_shows_ones_scope(regional, row):
    row(display_name="Collège d’ici")
    row(9002, "057", display_name="Collège de là")
    page = text(regional("administrator", "departement", "057").get("/console/etablissements/"))
    assert "Collège de là" in page
    assert "Collège d’ici" not in page


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"q": "ici"}, True), ({"q": "ailleurs"}, False), ({"type": "college"}, True),
        ({"type": "ecole"}, False),
        ({"departement": "067"}, True), ({"sector": "private"}, False), ({"state": "active"}, False),
        ({"state": "failed"}, False), ({"type": "nonsense"}, True), ({"page": "999"}, True),
        ({"page": "x"}, True),
    ],
)  # fmt: skip
def test_the_filters_of_the_address_narrow_the_list(regional, row, filters, shown):
    row(display_name="Collège d’ici")
    page = text(regional("administrator", "departement", "067").get("/console/etablissements/", filters))
    assert ("Collège d’ici" in page) is shown


def test_the_console_says_what_failed(regional, row):
    school = row(lifecycle="preparing", display_name="Collège en panne")
    ProvisioningStep.objects.create(uai=school.uai, position=0, key="role", label="Rôle", state="failed")
    assert "Collège en panne" in text(regional().get("/console/"))


def test_a_change_of_state_is_explained_then_done(regional, row):
    school = row(lifecycle="active")
    client, path = regional(), f"/console/etablissements/{school.uai}/etat/suspended/"
    assert "Plus personne n’entre" in text(client.get(path))
    assert client.post(path).status_code == 302
    assert Establishment.objects.get(pk=school.pk).lifecycle == Lifecycle.SUSPENDED


@pytest.mark.parametrize("to", ["active", "preparing", "nowhere", "archived"])
def test_a_change_that_does_not_exist_from_here_is_not_there(regional, row, to):
    school = row(lifecycle="active")
    assert regional().post(f"/console/etablissements/{school.uai}/etat/{to}/").status_code == 404


def test_the_address_is_changed(regional, row):
    school = row(slug="ancien")
    regional().post(f"/console/etablissements/{school.uai}/adresse/", {"slug": "nouveau"})
    assert Establishment.objects.get(pk=school.pk).slug == "nouveau"


def test_a_refused_address_stays_in_its_field(regional, row):
    response = regional().post(f"/console/etablissements/{row().uai}/adresse/", {"slug": "Pas bon"})
    assert response.status_code == 422
    assert 'value="Pas bon"' in text(response)


def test_a_domain_is_added_and_removed(regional, row):
    school, client = row(), regional()
    client.post(f"/console/etablissements/{school.uai}/domaines/", {"domain": "college.example.fr"})
    assert Domain.objects.get(tenant=school).domain == "college.example.fr"
    client.post(f"/console/etablissements/{school.uai}/domaines/retirer/", {"domain": "college.example.fr"})
    assert not Domain.objects.filter(tenant=school).exists()


def test_a_refused_domain_is_told_on_the_page_of_the_school(regional, row):
    response = regional().post(f"/console/etablissements/{row().uai}/domaines/", {"domain": "non"})
    assert response.status_code == 422
    assert "nom de domaine" in text(response)


def test_a_school_is_added_by_hand(regional):
    facts = {
        "uai": valid_uai(9001),
        "name": "COLLEGE NEUF",
        "type": "college",
        "sector": "public",
        "commune": "Metz",
    }
    assert regional().post("/console/etablissements/ajouter/", facts).status_code == 302
    assert Establishment.objects.get(uai=valid_uai(9001)).display_name == "Collège Neuf"


def test_a_wrong_letter_is_told_on_the_form(regional):
    facts = {"uai": "0679001Z", "name": "A", "type": "college", "sector": "public", "commune": "Metz"}
    response = regional().post("/console/etablissements/ajouter/", facts)
    assert response.status_code == 422
    assert valid_uai(9001) in text(response)


def test_the_journal_says_who_and_what(regional, row):
    client, school = regional(), row(slug="ancien", display_name="Collège du journal")
    client.post(f"/console/etablissements/{school.uai}/adresse/", {"slug": "nouveau"})
    page = text(client.get("/console/journal/", {"q": school.uai}))
    assert "ancien → nouveau" in " ".join(page.split())


def test_the_journal_of_a_departement_holds_its_schools_alone(regional, row):
    client, school = regional(), row(display_name="Collège du journal")
    client.post(f"/console/etablissements/{school.uai}/adresse/", {"slug": "nouveau"})
    other = regional("administrator", "departement", "057")
    assert "Collège du journal" not in text(other.get("/console/journal/"))


@pytest.mark.parametrize(
    "filters", [{"since": "hier"}, {"until": "9999-12-31"}, {"since": "0001-01-01"}, {"action": "x"}]
)
def test_the_journal_bears_nonsense(regional, filters):
    assert regional().get("/console/journal/", filters).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_more_rows(regional, row, django_assert_max_num_queries, count):
    client = regional()
    for number in range(count):
        row(9001 + number)
    with django_assert_max_num_queries(17):
        client.get("/console/etablissements/")
