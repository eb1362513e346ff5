"""scripts/bench: what it says of its figures, and whether it would see a school that is not whole."""

import csv
import json
from pathlib import Path

import pytest
from django.db import connection

from scripts.support.bench import floor, integrity, more_migrations, run, schools
from scripts.support.bench.report import Figure, Report, shown
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.uai import is_valid
from tenants.schemas import graph
from tenants.schemas.context import school
from tenants.schemas.kit import kit_for, plans_for
from tenants.schemas.models import InstalledApp


# --- figures -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0347, "ms", "0,035\u00a0ms"),
        (0.65, "ms", "0,65\u00a0ms"),
        (65.27, "ms", "65,3\u00a0ms"),
        (1849.7, "ms", "1\u202f850\u00a0ms"),
        (12.34, "x", "×12,3"),
        (None, "s", ""),
    ],
)
def test_a_number_is_written_with_three_digits_that_count(value, unit, text):
    assert shown(value, unit) == text


@pytest.mark.parametrize(
    ("figure", "reached"),
    [
        (Figure("a", "A", 4.9, goal=5), True),
        (Figure("a", "A", 5.1, goal=5), False),
        (Figure("a", "A", 9.9, "x", 10, at_least=True), False),
        (Figure("a", "A", 10.1, "x", 10, at_least=True), True),
        (Figure("a", "A", None, goal=5), False),
        (Figure("a", "A", 5.0), None),
    ],
)
def test_a_goal_is_reached_or_not(figure, reached):
    assert figure.reached is reached


def test_the_table_tells_what_could_not_be_measured():
    report = Report([Figure("a", "créer", 2.0, "x", 1.15)], mishaps={"console": "le worker ne démarre pas"})
    table = report.table()
    assert "| créer " in table
    assert "console\u00a0: n’a pas pu être mesuré. le worker ne démarre pas" in table


def test_the_table_of_a_former_run_is_shown_again(tmp_path, capsys):
    report = Report([Figure("a", "créer", 2.0, "x", 1.15, ours=3.0)])
    report.write(tmp_path / "run.json")
    assert schools.show(tmp_path / "run.json") == 0
    assert capsys.readouterr().out.strip() == report.table()


# --- what it makes --------------------------------------------------------------------------------------------
def test_invented_schools_have_codes_of_their_own_that_are_valid(tmp_path):
    with run.invent(tmp_path / "list.csv", 60).open(encoding="utf-8") as file:
        codes = [row["uai"] for row in csv.DictReader(file, delimiter=";")]
    assert len(set(codes)) == 60
    assert all(map(is_valid, codes))


def test_the_floor_replays_what_the_engine_sends(lycee_a):
    kit = kit_for(plans_for([lycee_a])[lycee_a.uai])
    statements = floor.school_statements(floor.name_of(7), kit)
    assert set(kit.statements) < set(statements)
    assert (statements[0], statements[-1]) == ("BEGIN", "COMMIT")


def test_new_migrations_follow_those_of_the_app(tmp_path):
    chosen = more_migrations.packages(tmp_path, ["field", "python"])
    package = json.loads(chosen["python"]["PREAU_BENCH_MIGRATIONS"])[more_migrations.APP]
    names = sorted(path.stem for path in (tmp_path / package).glob("[0-9]*.py"))
    assert names[-3:-2] == [more_migrations.own_last()]
    assert [name[5:] for name in names[-2:]] == ["bench_field", "bench_python"]
    assert f'"{names[-2]}"' in (tmp_path / package / f"{names[-1]}.py").read_text()


# --- whole or absent ------------------------------------------------------------------------------------------
@pytest.fixture
def wanted(lycee_a: Establishment) -> dict[str, str]:
    return {lycee_a.uai: graph.current().versions[more_migrations.APP]}


def compare(wanted: dict[str, str]) -> list[str]:
    return integrity.compare(wanted, wanted, mid_way=False)


def test_a_whole_school_is_found_whole(wanted):
    assert compare(wanted) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP INDEX person_name", "diffère du plan"),
        ("ALTER TABLE people_person ALTER last_name SET DEFAULT ''", "diffère du plan"),
        ("DELETE FROM django_migrations WHERE app = 'people'", "la table des migrations"),
        ("DELETE FROM modules_modulechoice", "sans ses premières lignes"),
    ],
)
def test_what_is_missing_in_a_school_is_found(lycee_a, wanted, statement, said):
    with school(lycee_a), connection.cursor() as cursor:
        cursor.execute(statement)
    (fault,) = compare(wanted)
    assert fault.startswith(f"{lycee_a.uai} : ")
    assert said in fault


def test_a_ledger_that_knows_nothing_of_the_schema_is_found(lycee_a, wanted):
    InstalledApp.objects.filter(uai=lycee_a.uai).delete()
    assert compare(wanted) == [f"{lycee_a.uai} : registre vide, schéma présent"]


def test_a_school_that_was_never_made_is_absent(lycee_a):
    absent = Establishment.objects.create(
        uai="0671234A", schema_name="e_0671234a", slug="absent", type="ecole", sector="public",
        official_name="ABSENT", display_name="Absent", commune="Ici", departement_code="067",
        departement="Bas-Rhin", academie="Strasbourg", lifecycle=Lifecycle.PREPARING,
    )  # fmt: skip
    assert integrity.compare([absent.uai], {}, mid_way=False) == []
    assert integrity.compare([absent.uai], {absent.uai: "x"}, mid_way=False) != []


def test_an_unknown_directory_is_refused_at_once(tmp_path: Path):
    from types import SimpleNamespace

    from scripts.support.terminal import Stop

    with pytest.raises(Stop):
        schools._directory(SimpleNamespace(directory=tmp_path / "none.csv", quick=False), tmp_path)
