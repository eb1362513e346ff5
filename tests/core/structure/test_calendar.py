"""When a school is closed: zone B, Alsace and Moselle, its own days."""

from datetime import date
from pathlib import Path
from typing import Any

import holidays as package
import pytest
from django.test import override_settings

from core.errors import DomainError
from core.people.records import version_of
from core.structure import holidays, services
from core.structure.calendar import Calendar, Closed, calendar_of
from core.structure.models import Closure, SchoolYear

ALSACE = Calendar(departement_code="067")
LORRAINE = Calendar(departement_code="054")


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (date(2025, 10, 18), date(2025, 11, 2), "Vacances de la Toussaint"),
        (date(2025, 12, 20), date(2026, 1, 4), "Vacances de Noël"),
        (date(2026, 2, 14), date(2026, 3, 1), "Vacances d’hiver"),
        (date(2026, 4, 11), date(2026, 4, 26), "Vacances de printemps"),
        (date(2026, 7, 4), date(2026, 8, 31), "Vacances d’été"),
        (date(2026, 10, 17), date(2026, 11, 1), "Vacances de la Toussaint"),
        (date(2026, 12, 19), date(2027, 1, 3), "Vacances de Noël"),
        (date(2027, 2, 20), date(2027, 3, 7), "Vacances d’hiver"),
        (date(2027, 4, 17), date(2027, 5, 2), "Vacances de printemps"),
    ],
)
def test_holidays_of_zone_b_last_to_the_eve_of_the_return(first: date, last: date, name: str) -> None:
    days = holidays.school_holidays("B", holidays.school_year_of(first))
    assert days[first] == days[last] == name
    assert first - holidays.DAY not in days
    assert last + holidays.DAY not in days


def test_public_holiday_names_itself_before_the_holidays() -> None:
    assert LORRAINE.holiday(date(2026, 12, 25)) == "Noël"


@pytest.mark.parametrize("code", ["057", "067", "068", "57", "67", "68"])
@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2028, 4, 14)])
def test_good_friday_is_free_in_alsace_and_moselle(code: str, day: date) -> None:
    assert Calendar(departement_code=code).holiday(day) == "Vendredi saint"


@pytest.mark.parametrize("code", ["008", "010", "051", "052", "054", "055", "088"])
def test_good_friday_is_a_school_day_elsewhere(code: str) -> None:
    assert not Calendar(departement_code=code).is_closed(date(2027, 3, 26))


def test_second_day_of_christmas_is_public_in_alsace_only() -> None:
    day = date(2026, 12, 26)
    assert ALSACE.holiday(day) == "Saint-Étienne"
    assert LORRAINE.holiday(day) == "Vacances de Noël"


@pytest.mark.parametrize("school_year", ["2025-2026", "2026-2027"])
def test_file_agrees_with_the_package(school_year: str) -> None:
    first = int(school_year[:4])
    theirs = package.country_holidays("FR", subdiv="Zone B", years=(first, first + 1), categories=("school",))
    expected = {day for day in theirs if holidays.school_year_of(day) == school_year}
    assert set(holidays.school_holidays("B", school_year)) == expected


@pytest.mark.parametrize("zone", ["A", "B", "C"])
def test_years_that_nobody_entered_have_holidays_all_the_same(zone: str) -> None:
    assert len(holidays.school_holidays(zone, "2031-2032")) > 100


@pytest.mark.parametrize(
    ("academie", "zone"),
    [
        ("Strasbourg", "B"),
        ("NANCY-METZ", "B"),
        ("Reims", "B"),
        ("Besançon", "A"),
        ("Orléans-Tours", "B"),
        ("Créteil", "C"),
        ("", "B"),
    ],
)
def test_zone_follows_the_academie(academie: str, zone: str) -> None:
    assert holidays.zone_of(academie) == zone


def test_administrators_file_takes_the_place_of_a_year(tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("school_year,zone,name,starts_on,returns_on\n2026-2027,B,Neige,2027-01-11,2027-01-18\n")
    holidays.school_holidays.cache_clear()
    with override_settings(SCHOOL_HOLIDAYS_FILE=str(file)):
        assert set(holidays.school_holidays("B", "2026-2027").values()) == {"Neige"}
    holidays.school_holidays.cache_clear()


@pytest.mark.parametrize(
    "line",
    [
        "2026-2027,D,Neige,2027-01-11,2027-01-18",
        "2026-2027,B,Neige,2027-01-18,2027-01-11",
        "2026-2027,B,Neige,2028-01-11,2028-01-18",
        "2026-2027,B,Neige,11/01/2027,18/01/2027",
        "2026-2027,B",
    ],
)
def test_file_with_a_wrong_line_names_the_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(f"school_year,zone,name,starts_on,returns_on\n{line}\n")
    with pytest.raises(ValueError, match="line 2"):
        holidays.read(file)


# --- One school -----------------------------------------------------------------------------------------------------
def test_weekend_is_closed_by_its_name() -> None:
    assert LORRAINE.reason(date(2026, 11, 14)) == "samedi"


def test_ordinary_day_has_no_reason() -> None:
    assert (LORRAINE.reason(date(2026, 11, 12)), LORRAINE.is_closed(date(2026, 11, 12))) == ("", False)


def test_school_with_saturdays_is_open_on_saturday_only() -> None:
    calendar = Calendar(weekdays=frozenset(range(6)))
    assert not calendar.is_closed(date(2026, 11, 14))
    assert calendar.is_closed(date(2026, 11, 15))


def test_own_closure_closes_both_its_days() -> None:
    calendar = Calendar(closures=(Closed("Journée pédagogique", date(2026, 11, 12), date(2026, 11, 13)),))
    assert calendar.reason(date(2026, 11, 12)) == calendar.reason(date(2026, 11, 13)) == "Journée pédagogique"
    assert not calendar.is_closed(date(2026, 11, 16))


def test_next_open_day_is_the_morning_of_the_return() -> None:
    assert LORRAINE.next_open(date(2026, 12, 19)) == date(2027, 1, 4)


def test_next_open_day_is_today_when_open() -> None:
    assert LORRAINE.next_open(date(2026, 11, 12)) == date(2026, 11, 12)


def test_school_closed_for_good_has_no_return() -> None:
    calendar = Calendar(closures=(Closed("Travaux", date(2026, 1, 1), date(2030, 1, 1)),))
    assert calendar.next_open(date(2026, 11, 12)) == date(2026, 11, 12)


def test_open_days_leave_out_armistice_and_weekend() -> None:
    assert LORRAINE.open_days(date(2026, 11, 9), date(2026, 11, 15)) == [
        date(2026, 11, 9),
        date(2026, 11, 10),
        date(2026, 11, 12),
        date(2026, 11, 13),
    ]


def test_days_off_of_a_year_are_told_as_stretches() -> None:
    found = ALSACE.days_off(date(2026, 12, 1), date(2027, 3, 31))
    assert [(off.name, off.starts_on.day, off.ends_on.day) for off in found] == [
        ("Vacances de Noël", 19, 3),
        ("Vacances d’hiver", 20, 7),
        ("Vendredi saint", 26, 26),
        ("Lundi de Pâques", 29, 29),
    ]


# --- What management enters -----------------------------------------------------------------------------------------
def close(world: Any, **values: Any) -> Closure:
    year = SchoolYear.objects.get(is_current=True)
    given = {"name": "Pont", "starts_on": date(2027, 5, 14), "year": year, "actor": world.head} | values
    return services.create_closure(**given)


@pytest.mark.usefixtures("inside")
def test_closure_without_an_end_is_one_day(world: Any) -> None:
    assert close(world).ends_on == date(2027, 5, 14)


@pytest.mark.usefixtures("inside")
def test_calendar_of_the_school_knows_its_closures(world: Any) -> None:
    close(world)
    calendar = calendar_of(world.school)
    assert (calendar.zone, calendar.departement_code) == ("B", "067")
    assert calendar.reason(date(2027, 5, 14)) == "Pont"


@pytest.mark.usefixtures("inside")
def test_calendar_of_the_school_costs_one_query(world: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        calendar_of(world.school)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "values",
    [
        {"starts_on": date(2028, 5, 14)},
        {"ends_on": date(2027, 5, 13)},
        {"starts_on": date(2026, 9, 2), "ends_on": date(2027, 6, 1)},
    ],
)
def test_closure_refuses_impossible_dates(world: Any, values: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        close(world, **values)


def test_management_adds_changes_and_removes_a_closure(world: Any, enter: Any) -> None:
    from tenants.schemas.context import school

    client = enter(world.head)
    with school(world.school):
        year = SchoolYear.objects.get(is_current=True)
    client.post(f"/structure/annees/{year.pk}/fermetures/ajouter/", {"name": "Kermesse", "starts_on": "2027-06-18"})
    assert "Kermesse" in client.get("/structure/annees/").content.decode()
    with school(world.school):
        row = Closure.objects.get()
    values = {"name": "Fête", "starts_on": "2027-06-18", "ends_on": "2027-06-19", "version": version_of(row)}
    client.post(f"/structure/fermetures/{row.pk}/", values)
    with school(world.school):
        assert str(Closure.objects.get()) == "Fête"
    client.post(f"/structure/fermetures/{row.pk}/supprimer/")
    with school(world.school):
        assert not Closure.objects.exists()
