"""Levels as schools write them."""

import pytest

from core.structure.turning.levels import is_last, level_of, next_level, promoted_name, squeezed


@pytest.mark.parametrize(
    ("kind", "text", "level"),
    [
        ("college", "6e A", "6e"),
        ("college", "6EME1", "6e"),
        ("college", "601", "6e"),
        ("college", "5A", "5e"),
        ("college", "Quatrième 2", "4e"),
        ("college", "ULIS", ""),
        ("lycee", "2de 4", "2de"),
        ("lycee", "2NDE 4", "2de"),
        ("lycee", "1ère STMG", "1re"),
        ("lycee", "1S2", "1re"),
        ("lycee", "TS2", "Tle"),
        ("lycee", "T01", "Tle"),
        ("lycee", "Tle 3", "Tle"),
        ("lycee", "Terminale G", "Tle"),
        ("lycee", "Techno", ""),
        ("lycee", "3e prépa-métiers", "3e"),
        ("lycee", "ULIS 3", ""),
        ("ecole", "CE1 B", "CE1"),
        ("ecole", "CM1-CM2", ""),
        ("ecole", "COURS ELEMENTAIRE 1ERE ANNEE", "CE1"),
        ("ecole", "Les dauphins", ""),
        ("ecole", "toute petite section", "TPS"),
        ("cite", "3e B", "3e"),
        ("cite", "2de 1", "2de"),
    ],
)
def test_level_is_read_from_the_name(kind: str, text: str, level: str) -> None:
    assert level_of(kind, text) == level


def test_level_comes_from_the_first_text_that_tells() -> None:
    assert level_of("ecole", "", "Les dauphins", "CP") == "CP"


@pytest.mark.parametrize(
    ("kind", "name", "after"),
    [
        ("college", "6e A", "5e A"),
        ("college", "6EME1", "5EME1"),
        ("college", "601", "501"),
        ("college", "3e B", ""),
        ("lycee", "2de 4", "1re 4"),
        ("lycee", "2NDE 4", "1RE 4"),
        ("lycee", "1S2", "TS2"),
        ("lycee", "1ère STMG", "Tle STMG"),
        ("lycee", "TS2", ""),
        ("ecole", "CE1 B", "CE2 B"),
        ("ecole", "GS-CP", ""),
        ("ecole", "Les dauphins", ""),
    ],
)
def test_name_one_year_on_is_written_as_now(kind: str, name: str, after: str) -> None:
    assert promoted_name(kind, name) == after


def test_last_levels_leave_the_school() -> None:
    assert [level for level in ("CM2", "6e", "3e", "1re", "Tle", "") if is_last(level)] == ["CM2", "3e", "Tle"]


def test_next_level_stays_within_one_kind_of_school() -> None:
    assert [next_level(level) for level in ("CM1", "CM2", "6e", "3e", "2de", "x")] == ["CM2", "", "5e", "", "1re", ""]


def test_names_compare_without_spaces_case_or_accents() -> None:
    assert squeezed("6e A") == squeezed("6EA") == squeezed("6è a")
