import pytest

from tests.factories import give_account, make_account, make_person
from tests.signing import signed_in_at_front_door

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_the_front_door_asks_one_question(visitor):
    page = text(visitor.get("/"))
    assert "Votre établissement, commune ou code postal" in page
    assert page.count('type="search"') == 1


def test_every_departement_can_be_browsed_from_the_map_and_from_the_list(visitor):
    assert text(visitor.get("/")).count("/departements/067/") == 2


def test_an_open_school_is_found_and_leads_to_its_host(visitor, lycee_a, row):
    from tenants.establishments.models import Establishment
    from tenants.establishments.search import search_text

    Establishment.objects.filter(pk=lycee_a.pk).update(search_text=search_text(lycee_a))
    assert "//lycee-a.localhost" in text(visitor.get("/", {"q": "lycée préau tuile"}))


def test_a_known_school_is_shown_as_not_open_and_leads_nowhere(visitor, row):
    school = row(display_name="Collège Vautrin")
    page = text(visitor.get("/", {"q": "vautrin"}))
    assert "pas encore ouvert" in page
    assert school.slug not in page


def test_an_archived_school_is_not_found(visitor, row):
    row(display_name="Collège Vautrin", lifecycle="archived")
    assert "Collège Vautrin" not in text(visitor.get("/", {"q": "vautrin"}))


def test_htmx_receives_the_results_alone(visitor, row):
    row(display_name="Collège Vautrin")
    page = text(visitor.get("/", {"q": "vautrin"}, headers={"hx-request": "true"}))
    assert page.strip().startswith('<div id="results"')


@pytest.mark.parametrize("query", ["", "<script>", "\0", "%' OR 1=1", "🎒" * 500, "a" * 9999])
def test_any_query_gets_an_answer(visitor, query):
    response = visitor.get("/", {"q": query})
    assert response.status_code == 200
    assert "<script>" not in text(response).partition('id="results"')[2]


def test_a_departement_lists_its_communes(visitor, row):
    row(commune="Sainte-Tuile")
    assert "Sainte-Tuile" in text(visitor.get("/departements/067/"))


def test_a_commune_lists_its_schools(visitor, row):
    row(commune="Sainte-Tuile", display_name="Collège Vautrin")
    assert "Collège Vautrin" in text(visitor.get("/departements/067/", {"commune": "Sainte-Tuile"}))


@pytest.mark.parametrize("path", ["/departements/999/", "/departements/x'/", "/departements/67/"])
def test_an_unknown_departement_is_not_there(visitor, path):
    assert visitor.get(path).status_code == 404


def test_signed_in_one_enters_ones_schools_by_a_button(lycee_a):
    account = give_account(lycee_a, make_person(lycee_a, "teacher"))
    page = text(signed_in_at_front_door(account).get("/"))
    assert f'action="/aller/{lycee_a.uai}/"' in page


def test_without_a_school_one_is_told_what_to_do(db):
    assert "secrétariat" in text(signed_in_at_front_door(make_account()).get("/"))


def test_a_regional_role_leads_to_the_console(regional):
    assert "/console/" in text(regional().get("/"))


def test_the_front_door_takes_few_queries(visitor, row, django_assert_max_num_queries):
    for number in range(9001, 9021):
        row(number, display_name=f"Collège Vautrin {number}")
    with django_assert_max_num_queries(3):
        visitor.get("/", {"q": "vautrin"})
