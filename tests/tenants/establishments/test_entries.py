import pytest

from tenants.establishments.directory.entries import LeftAside, Refused, entry_from
from tests.tenants.establishments.conftest import valid_uai

NATIONAL = {
    "uai": valid_uai(9001), "name": "Lycée polyvalent Jean Zay", "type": "Lycée", "sector": "Public",
    "postal_code": "54800", "commune_code": "54273", "commune": "Jarny", "departement_code": "054",
    "departement": "Meurthe-et-Moselle", "academie": "Nancy-Metz", "headcount": "812.0", "state": "OUVERT",
    "general": "1", "technological": "0", "vocational": "1", "several": "0",
}  # fmt: skip


def entry(**cells: str):
    return entry_from(NATIONAL | cells)


def test_the_national_directory_is_understood():
    found = entry()
    assert (found.type, found.lycee_type, found.sector, found.postal_code, found.headcount) == (
        "lycee", "LPO", "public", "54800", 812,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ways", "lycee_type"),
    [(("1", "1", "0"), "LEGT"), (("0", "0", "1"), "LP"), (("", "", ""), ""), (("1.0", "", "1.0"), "LPO")],
)
def test_the_ways_tell_the_type_of_lycee(ways, lycee_type):
    general, technological, vocational = ways
    assert entry(general=general, technological=technological, vocational=vocational).lycee_type == lycee_type


@pytest.mark.parametrize(
    ("told", "type"),
    [("Ecole", "ecole"), ("COLLEGE", "college"), ("EREA", "lycee"), ("Ecole primaire", "ecole")],
)
def test_every_kind_of_school_is_known(told, type):
    assert entry(type=told).type == type


@pytest.mark.parametrize("cells", [{"type": "Service Administratif"}, {"state": "FERME"}, {"state": "A OUVRIR"}])
def test_what_is_no_open_school_is_left_aside(cells):
    with pytest.raises(LeftAside):
        entry(**cells)


@pytest.mark.parametrize(("told", "code"), [("67", "067"), ("8", "008"), ("067", "067"), ("", "067"), ("2A", "02A")])
def test_the_code_of_the_departement_has_three_signs(told, code):
    assert entry(departement_code=told).departement_code == code


def test_a_lost_zero_of_the_communes_code_is_put_back():
    assert entry(commune_code="8105").commune_code == "08105"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"uai": ""}, "UAI manque"),
        ({"uai": "0671234A"}, "on attend"),
        ({"name": " - "}, "nom de l’établissement manque"),
        ({"name": "é" * 201}, "trop long"),
        ({"commune": ""}, "commune manque"),
        ({"type": ""}, "type d’établissement manque"),
        ({"type": "Piscine"}, "Piscine"),
        ({"sector": "laïc"}, "laïc"),
        ({"headcount": "-1"}, "effectif"),
        ({"headcount": "beaucoup"}, "effectif"),
        ({"headcount": "99999"}, "effectif"),
        ({"postal_code": "ABC"}, "code postal"),
        ({"departement_code": "Moselle"}, "département"),
        ({"lycee_type": "LEGTP"}, "type de lycée"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_reason(cells, says):
    with pytest.raises(Refused, match=says):
        entry(**cells)


@pytest.mark.parametrize("cell", ["393", "393,0", "1 204", "1\u202f204"])
def test_the_headcount_may_be_written_as_spreadsheets_do(cell):
    assert entry(headcount=cell).headcount in {393, 1204}


def test_what_the_file_does_not_say_is_no_fact():
    assert "headcount" not in entry(headcount="").facts()
