import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.establishments import slugs
from tests.tenants.establishments.conftest import valid_uai


@dataclass(frozen=True)
class School:
    uai: str
    display_name: str
    commune: str = "Sainte-Tuile"
    type: str = "college"


def slug_of(name: str, commune: str = "Sainte-Tuile", type: str = "college") -> str:
    return slugs.assign([School("0679001A", name, commune, type)], [])["0679001A"]


@pytest.mark.parametrize(
    ("name", "type", "slug"),
    [
        ("Collège Jean Macé", "college", "college-jean-mace"),
        ("École primaire", "ecole", "ecole-primaire-sainte-tuile"),
        ("École élémentaire Les Tilleuls", "ecole", "ecole-les-tilleuls-sainte-tuile"),
        ("Lycée général et technologique Œhmichen", "lycee", "lycee-oehmichen"),
        ("Aristide Croizy", "ecole", "ecole-aristide-croizy-sainte-tuile"),
        ("Groupe scolaire du Parc", "ecole", "groupe-scolaire-du-parc"),
        ("L’école de l’Arbre Magique", "ecole", "ecole-de-l-arbre-magique-sainte-tuile"),
        ("École élémentaire de Sainte-Tuile", "ecole", "ecole-de-sainte-tuile"),
    ],
)
def test_slug_is_readable(name, type, slug):
    assert slug_of(name, type=type) == slug


def test_the_commune_tells_namesakes_apart():
    found = slugs.assign([School("1", "Collège X", "Ici"), School("2", "Collège X", "Là")], [])
    assert found == {"1": "college-x-ici", "2": "college-x-la"}


def test_the_kind_of_lycee_tells_namesakes_of_a_commune_apart():
    schools = [
        School("1", "Lycée général Saint-Joseph", type="lycee"),
        School("2", "Lycée professionnel Saint-Joseph", type="lycee"),
    ]
    assert slugs.assign(schools, [])["2"] == "lycee-professionnel-saint-joseph-sainte-tuile"


def test_the_uai_ends_the_slug_of_perfect_namesakes():
    schools = [School("0679001A", "Collège X"), School("0679002B", "Collège X")]
    assert slugs.assign(schools, [])["0679001A"] == "college-x-sainte-tuile-0679001a"


def test_a_taken_slug_is_left_to_its_school():
    found = slugs.assign([School("1", "Collège X")], ["college-x"])
    assert found == {"1": "college-x-sainte-tuile"}


@pytest.mark.parametrize("slug", ["www", "Maj", "-a", "a-", "a--b", "é", "a" * 64, "", "a.b", "a_b", "a\n"])
def test_problem_with_what_dns_or_the_region_refuses(slug):
    assert slugs.problem_with(slug)


def test_no_problem_with_a_plain_slug():
    assert slugs.problem_with("college-jean-mace") == ""


names = st.lists(
    st.tuples(
        st.one_of(
            st.text(max_size=90),
            st.sampled_from(["Collège Jean Macé", "École primaire", "Lycée X", "Collège " + "très " * 20 + "long"]),
        ),
        st.one_of(st.sampled_from(["Metz", "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"]), st.text(max_size=90)),
        st.sampled_from(["ecole", "college", "lycee"]),
    ),
    max_size=25,
)


@given(names, st.randoms(use_true_random=False))
def test_slugs_are_unique_safe_and_independent_of_order(rows, shuffle: random.Random):
    schools = [School(valid_uai(n), *row) for n, row in enumerate(rows)]
    found = slugs.assign(schools, [])
    shuffled = sorted(schools, key=lambda _: shuffle.random())
    assert len(set(found.values())) == len(schools)
    assert all(slugs.FORM.match(slug) and slug not in slugs.RESERVED for slug in found.values())
    assert slugs.assign(shuffled, []) == found
