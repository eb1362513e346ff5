import pytest

from tenants.establishments import search
from tenants.establishments.models import Establishment, Lifecycle
from tests.tenants.establishments.conftest import line, valid_uai

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def schools(load):
    load(
        line(9001, name="COLLEGE VAUTRIN LUD", commune="SAINT DIE DES VOSGES", commune_code="88413"),
        line(9002, name="ECOLE ELEMENTAIRE EUGENIE ET JULES FERRY", type="Ecole", commune="EPINAL"),
        line(
            9003,
            name="LYCEE PROFESSIONNEL PAUL EMILE VICTOR",
            type="Lycée",
            lycee_type="LP",
            commune="OBERNAI",
        ),
        line(9004, name="ECOLE PRIMAIRE", type="Ecole", commune="SAINTE CROIX AUX MINES"),
        line(9005, name="COLLEGE DE L ILL", commune="ILLZACH", headcount="600"),
        line(9006, name="COLLEGE JULES VERNE", commune="ILLZACH", headcount="500"),
    )


def found(query: str) -> list[str]:
    return [school.display_name for school in search.find(query, Establishment.objects.filter(uai__startswith="06790"))]


@pytest.mark.parametrize(
    "query",
    [
        "vautrin", "VAUTRIN LUD", "lud vautrin", "clg vautrin", "coll vaut", "st die", "saint dié",
        "st-dié-des-vosges", "88413", valid_uai(9001), valid_uai(9001).lower(),
        "vautrn", "vautirn", "vautrain", "collge vautrin",
    ],
)  # fmt: skip
def test_find_forgives(query):
    assert found(query)[:1] == ["Collège Vautrin Lud"]


@pytest.mark.parametrize("query", ["lp victor", "lycée pro obernai", "paul-émile", "victor emile"])
def test_find_knows_abbreviations_and_any_order(query):
    assert found(query) == ["Lycée professionnel Paul-Émile Victor"]


@pytest.mark.parametrize("query", ["ste croix", "école primaire ste-croix", "ecole mines"])
def test_find_reads_the_commune(query):
    assert found(query) == ["École primaire"]


@pytest.mark.parametrize("query", ["", " ", "a", "'", "%", "__", "zzzzzz", "\\", "🎒", "vautrin obernai", "x" * 5000])
def test_find_gives_nothing_for_nothing(query):
    assert found(query) == []


def test_open_schools_come_first():
    Establishment.objects.filter(uai=valid_uai(9006)).update(lifecycle=Lifecycle.ACTIVE)
    assert found("illzach") == ["Collège Jules Verne", "Collège de l’Ill"]


def test_then_the_larger_school():
    assert found("illzach") == ["Collège de l’Ill", "Collège Jules Verne"]


def test_find_takes_two_queries_at_most(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        found("vautrn")
