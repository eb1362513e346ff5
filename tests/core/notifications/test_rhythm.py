"""When a message may leave: quiet hours, days, digests, both nights of the changing clocks."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.modules.contract import Frequency
from core.notifications.models import Rhythm
from core.notifications.rhythm import (
    Hours,
    SchoolHours,
    due_at,
    frequency_in_words,
    hours_of,
    in_words,
    is_quiet,
    school_hours,
    school_in_words,
)
from core.structure.calendar import Calendar, Closed

PARIS = ZoneInfo("Europe/Paris")
LORRAINE, ALSACE = Calendar(departement_code="054"), Calendar(departement_code="067")
SCHOOL = SchoolHours(calendar=LORRAINE)
ALWAYS = SchoolHours(LORRAINE, quiet_from=time(0), quiet_until=time(0), quiet_weekends=False, quiet_holidays=False)
NOW, HOURLY, DAILY, WEEKLY = Frequency.NOW, Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY


def paris(text: str, fold: int = 0) -> datetime:
    """« 2026-11-12 21:30 » in Paris; fold 1 is the second time that a clock shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


def due(text: str, frequency: Frequency, hours: Hours | None = None, school: SchoolHours = SCHOOL) -> str:
    """When what happened then may leave, on the clock in Paris."""
    moment = due_at(paris(text), frequency, hours or Hours(), school)
    return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M %Z}"


# --- The school's hours, in an ordinary week ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("happened", "frequency", "leaves"),
    [
        ("2026-11-12 10:17", NOW, "2026-11-12 10:17 CET"),
        ("2026-11-12 19:59", NOW, "2026-11-12 19:59 CET"),
        ("2026-11-12 20:00", NOW, "2026-11-13 07:00 CET"),
        ("2026-11-12 06:59", NOW, "2026-11-12 07:00 CET"),
        ("2026-11-12 07:00", NOW, "2026-11-12 07:00 CET"),
        ("2026-11-13 20:30", NOW, "2026-11-16 07:00 CET"),
        ("2026-11-14 12:00", NOW, "2026-11-16 07:00 CET"),
        ("2026-11-10 20:30", NOW, "2026-11-12 07:00 CET"),
        ("2026-11-12 10:17", HOURLY, "2026-11-12 11:00 CET"),
        ("2026-11-12 11:00", HOURLY, "2026-11-12 11:00 CET"),
        ("2026-11-12 19:30", HOURLY, "2026-11-13 07:00 CET"),
        ("2026-11-12 10:17", DAILY, "2026-11-12 18:00 CET"),
        ("2026-11-12 18:00", DAILY, "2026-11-12 18:00 CET"),
        ("2026-11-12 18:01", DAILY, "2026-11-13 18:00 CET"),
        ("2026-11-13 18:01", DAILY, "2026-11-16 18:00 CET"),
        ("2026-11-09 10:00", WEEKLY, "2026-11-13 18:00 CET"),
        ("2026-11-13 18:01", WEEKLY, "2026-11-20 18:00 CET"),
    ],
)
def test_ordinary_week(happened: str, frequency: Frequency, leaves: str) -> None:
    assert due(happened, frequency) == leaves


@pytest.mark.parametrize("frequency", [NOW, HOURLY, DAILY, WEEKLY])
def test_urgent_passes_in_the_night_of_a_holiday(frequency: Frequency) -> None:
    moment = paris("2026-12-25 03:00")
    pause = Hours(paused_until=date(2027, 1, 31))
    assert due_at(moment, frequency, pause, SCHOOL, urgent=True) == moment


def test_what_is_never_sent_has_no_moment() -> None:
    with pytest.raises(ValueError, match="never"):
        due_at(paris("2026-11-12 10:00"), Frequency.NEVER, Hours(), SCHOOL)


# --- Holidays -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("happened", "frequency", "leaves"),
    [
        ("2026-12-18 19:00", NOW, "2026-12-18 19:00 CET"),
        ("2026-12-19 10:00", NOW, "2027-01-04 07:00 CET"),
        ("2026-12-24 10:00", HOURLY, "2027-01-04 07:00 CET"),
        ("2026-12-19 10:00", DAILY, "2027-01-04 18:00 CET"),
        ("2026-12-19 10:00", WEEKLY, "2027-01-04 18:00 CET"),
        ("2027-01-03 23:00", NOW, "2027-01-04 07:00 CET"),
        ("2027-07-03 10:00", NOW, "2027-09-02 07:00 CEST"),
        ("2027-05-06 10:00", NOW, "2027-05-10 07:00 CEST"),
    ],
)
def test_closed_for_holidays_until_the_morning_of_the_return(happened: str, frequency: Frequency, leaves: str) -> None:
    assert due(happened, frequency) == leaves


def test_school_closed_today_holds_what_happens_now() -> None:
    with time_machine.travel(paris("2027-02-24 11:00"), tick=False):
        assert due_at(timezone.now(), NOW, Hours(), SCHOOL) == paris("2027-03-08 07:00")
        assert is_quiet(timezone.now(), Hours(), SCHOOL)


def test_good_friday_holds_in_alsace_only() -> None:
    alsace = SchoolHours(calendar=ALSACE)
    assert due("2027-03-26 10:00", NOW, school=alsace) == "2027-03-30 07:00 CEST"
    assert due("2027-03-26 10:00", NOW) == "2027-03-26 10:00 CET"


def test_day_off_of_the_school_itself_holds() -> None:
    own = Calendar(closures=(Closed("Journée pédagogique", date(2026, 11, 12), date(2026, 11, 13)),))
    assert due("2026-11-12 10:00", NOW, school=SchoolHours(calendar=own)) == "2026-11-16 07:00 CET"


@pytest.mark.parametrize(
    ("happened", "frequency", "leaves"),
    [
        ("2027-07-05 10:00", NOW, "2027-07-09 18:00 CEST"),
        ("2027-07-09 18:30", NOW, "2027-07-09 18:30 CEST"),
        ("2027-07-09 20:00", DAILY, "2027-07-16 18:00 CEST"),
        ("2027-08-28 10:00", NOW, "2027-09-02 07:00 CEST"),
    ],
)
def test_school_may_let_one_moment_a_week_through(happened: str, frequency: Frequency, leaves: str) -> None:
    school = SchoolHours(calendar=LORRAINE, weekly_in_holidays=True)
    assert due(happened, frequency, school=school) == leaves


def test_school_open_in_holidays_keeps_weekends_and_nights() -> None:
    school = SchoolHours(calendar=LORRAINE, quiet_holidays=False)
    assert due("2026-12-21 10:00", NOW, school=school) == "2026-12-21 10:00 CET"
    assert due("2026-12-19 10:00", NOW, school=school) == "2026-12-21 07:00 CET"


def test_saturday_with_classes_is_no_weekend() -> None:
    school = SchoolHours(calendar=Calendar(weekdays=frozenset(range(6))))
    assert due("2026-11-14 10:00", NOW, school=school) == "2026-11-14 10:00 CET"
    assert due("2026-11-15 10:00", NOW, school=school) == "2026-11-16 07:00 CET"


def test_school_closed_for_years_delays_nothing_for_ever() -> None:
    closed = Calendar(closures=(Closed("Travaux", date(2026, 1, 1), date(2030, 1, 1)),))
    for frequency in (NOW, HOURLY, DAILY, WEEKLY):
        moment = paris("2026-11-12 10:00")
        assert due_at(moment, frequency, Hours(), SchoolHours(calendar=closed)) == moment


# --- One's own wishes -----------------------------------------------------------------------------------------------
def test_own_hours_come_on_top_of_the_schools() -> None:
    mine = Hours(quiet_from=time(17), quiet_until=time(8))
    assert due("2026-11-12 17:30", NOW, mine) == "2026-11-13 08:00 CET"


def test_who_does_not_follow_the_school_is_told_at_night_and_in_holidays() -> None:
    assert due("2026-12-26 03:00", NOW, Hours(follows_school=False)) == "2026-12-26 03:00 CET"


def test_who_does_not_follow_the_school_keeps_own_hours() -> None:
    mine = Hours(follows_school=False, quiet_from=time(22), quiet_until=time(6))
    assert due("2026-12-26 23:00", NOW, mine) == "2026-12-27 06:00 CET"


def test_hours_within_the_day() -> None:
    mine = Hours(quiet_from=time(14), quiet_until=time(16))
    assert due("2026-11-12 13:59", NOW, mine) == "2026-11-12 13:59 CET"
    assert due("2026-11-12 14:00", NOW, mine) == "2026-11-12 16:00 CET"


def test_hours_that_begin_when_they_end_are_none() -> None:
    mine = Hours(follows_school=False, quiet_from=time(9), quiet_until=time(9))
    assert due("2026-11-12 09:30", NOW, mine) == "2026-11-12 09:30 CET"


def test_half_said_hours_are_none() -> None:
    assert due("2026-11-12 19:30", NOW, Hours(quiet_from=time(19))) == "2026-11-12 19:30 CET"


def test_own_quiet_day() -> None:
    assert due("2026-11-18 10:00", NOW, Hours(quiet_days=frozenset({2}))) == "2026-11-19 07:00 CET"


def test_pause_lasts_to_the_end_of_its_last_day() -> None:
    pause = Hours(paused_until=date(2026, 11, 18))
    assert due("2026-11-16 10:00", NOW, pause) == "2026-11-19 07:00 CET"
    assert due("2026-11-16 10:00", DAILY, pause) == "2026-11-19 18:00 CET"
    assert due("2026-11-19 10:00", NOW, pause) == "2026-11-19 10:00 CET"


def test_pause_of_years_is_kept() -> None:
    pause = Hours(follows_school=False, paused_until=date(2030, 1, 1))
    assert due("2026-11-16 10:00", NOW, pause) == "2030-01-02 00:00 CET"


def test_weekly_digest_of_a_pause_leaves_after_it() -> None:
    assert due("2026-11-11 10:00", WEEKLY, Hours(paused_until=date(2026, 11, 15))) == "2026-11-16 18:00 CET"


def test_own_digest_hour_and_day() -> None:
    mine = Hours(digest_at=time(12, 30), digest_weekday=0)
    assert due("2026-11-12 12:31", DAILY, mine) == "2026-11-13 12:30 CET"
    assert due("2026-11-12 12:31", WEEKLY, mine) == "2026-11-16 12:30 CET"


@pytest.mark.parametrize("at", [time(21), time(5)])
def test_digest_hour_in_the_quiet_moves_to_its_end(at: time) -> None:
    assert due("2026-11-12 12:00", DAILY, Hours(digest_at=at)) == "2026-11-13 07:00 CET"


def test_weekly_digest_on_a_quiet_day_moves_to_the_next_that_is_not() -> None:
    assert due("2026-11-12 12:00", WEEKLY, Hours(digest_weekday=6)) == "2026-11-16 18:00 CET"


def test_weekly_digest_that_was_moved_takes_along_what_came_meanwhile() -> None:
    assert due("2026-11-15 23:00", WEEKLY, Hours(digest_weekday=5)) == "2026-11-16 18:00 CET"


@pytest.mark.parametrize(
    "hours",
    [
        Hours(quiet_days=frozenset(range(7))),
        Hours(quiet_days=frozenset(range(5))),
        Hours(quiet_from=time(6), quiet_until=time(21)),
        Hours(follows_school=False, quiet_days=frozenset(range(7)), quiet_from=time(8), quiet_until=time(8)),
    ],
)
@pytest.mark.parametrize("frequency", [NOW, HOURLY, DAILY, WEEKLY])
def test_wishes_that_leave_no_moment_do_not_hold_for_ever(hours: Hours, frequency: Frequency) -> None:
    moment = paris("2026-11-12 10:00")
    assert moment <= due_at(moment, frequency, hours, SCHOOL) <= moment + timedelta(days=8)


def test_wishes_against_the_schools_hours_win() -> None:
    mine = Hours(quiet_from=time(6), quiet_until=time(21))
    assert due("2026-11-12 10:00", NOW, mine) == "2026-11-12 21:00 CET"


def test_seven_quiet_days_leave_the_schools_hours() -> None:
    assert due("2026-11-12 21:00", NOW, Hours(quiet_days=frozenset(range(7)))) == "2026-11-13 07:00 CET"


# --- The two nights -------------------------------------------------------------------------------------------------
# 2027-03-28: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00.
def free(**fields: Any) -> Hours:
    return Hours(follows_school=False, **fields)


@pytest.mark.parametrize(
    ("hours", "frequency", "happened", "leaves"),
    [
        (free(quiet_from=time(22), quiet_until=time(7)), NOW, "2027-03-27 23:00", "2027-03-28 07:00 CEST"),
        (free(quiet_from=time(22), quiet_until=time(2, 30)), NOW, "2027-03-28 01:59", "2027-03-28 03:00 CEST"),
        (free(quiet_from=time(2, 30), quiet_until=time(4)), NOW, "2027-03-28 01:59", "2027-03-28 01:59 CET"),
        (free(quiet_from=time(2, 30), quiet_until=time(4)), NOW, "2027-03-28 03:00", "2027-03-28 04:00 CEST"),
        (free(quiet_from=time(2, 10), quiet_until=time(2, 50)), NOW, "2027-03-28 03:00", "2027-03-28 03:00 CEST"),
        (free(digest_at=time(2, 30)), DAILY, "2027-03-28 01:00", "2027-03-28 03:00 CEST"),
        (free(digest_at=time(2, 30)), DAILY, "2027-03-28 03:01", "2027-03-29 02:30 CEST"),
        (free(digest_at=time(2, 30), digest_weekday=6), WEEKLY, "2027-03-25 10:00", "2027-03-28 03:00 CEST"),
        (free(), HOURLY, "2027-03-28 01:30", "2027-03-28 03:00 CEST"),
    ],
)
def test_night_that_loses_an_hour(hours: Hours, frequency: Frequency, happened: str, leaves: str) -> None:
    with time_machine.travel(paris(happened), tick=False):
        moment = due_at(timezone.now(), frequency, hours, SCHOOL)
    assert f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M %Z}" == leaves


@pytest.mark.parametrize(
    ("hours", "frequency", "happened", "fold", "leaves"),
    [
        (free(quiet_from=time(22), quiet_until=time(7)), NOW, "2026-10-24 23:00", 0, "2026-10-25 07:00 CET"),
        (free(quiet_from=time(22), quiet_until=time(2, 30)), NOW, "2026-10-25 02:40", 0, "2026-10-25 02:30 CET"),
        (free(quiet_from=time(22), quiet_until=time(2, 30)), NOW, "2026-10-25 02:40", 1, "2026-10-25 02:40 CET"),
        (free(quiet_from=time(2, 30), quiet_until=time(4)), NOW, "2026-10-25 02:20", 0, "2026-10-25 02:20 CEST"),
        (free(quiet_from=time(2, 30), quiet_until=time(4)), NOW, "2026-10-25 02:20", 1, "2026-10-25 04:00 CET"),
        (free(digest_at=time(2, 30)), DAILY, "2026-10-25 02:10", 0, "2026-10-25 02:30 CEST"),
        (free(digest_at=time(2, 30)), DAILY, "2026-10-25 02:10", 1, "2026-10-26 02:30 CET"),
        (free(), HOURLY, "2026-10-25 02:30", 0, "2026-10-25 02:00 CET"),
        (free(), HOURLY, "2026-10-25 02:30", 1, "2026-10-25 03:00 CET"),
    ],
)
def test_night_that_gains_an_hour(hours: Hours, frequency: Frequency, happened: str, fold: int, leaves: str) -> None:
    with time_machine.travel(paris(happened, fold), tick=False):
        moment = due_at(timezone.now(), frequency, hours, SCHOOL)
    assert f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M %Z}" == leaves


@pytest.mark.parametrize("night", ["2027-03-27", "2026-10-24"])
def test_school_night_ends_at_seven_whatever_the_clocks_do(night: str) -> None:
    school = SchoolHours(calendar=Calendar(weekdays=frozenset(range(7))), quiet_holidays=False)
    hours = {due_at(paris(f"{night} 20:00") + timedelta(minutes=m), NOW, Hours(), school) for m in range(0, 600, 7)}
    assert len(hours) == 1
    assert f"{hours.pop().astimezone(PARIS):%H:%M}" == "07:00"


# --- What holds for all ---------------------------------------------------------------------------------------------
MINUTES = 60 * 24 * 420
MOMENTS = st.integers(0, MINUTES).map(lambda past: datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=past))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
WISHES = st.builds(
    Hours,
    follows_school=st.booleans(),
    quiet_from=st.none() | TIMES,
    quiet_until=st.none() | TIMES,
    quiet_days=st.frozensets(st.integers(0, 6)),
    paused_until=st.none() | st.dates(date(2026, 8, 1), date(2027, 12, 31)),
    digest_at=st.none() | TIMES,
    digest_weekday=st.none() | st.integers(0, 6),
)
SCHOOLS = st.builds(
    SchoolHours,
    calendar=st.sampled_from([LORRAINE, ALSACE, Calendar(weekdays=frozenset(range(6)))]),
    quiet_from=TIMES,
    quiet_until=TIMES,
    quiet_weekends=st.booleans(),
    quiet_holidays=st.booleans(),
    weekly_in_holidays=st.booleans(),
    digest_at=TIMES,
    digest_weekday=st.integers(0, 6),
)
FREQUENCIES = st.sampled_from([NOW, HOURLY, DAILY, WEEKLY])


@given(MOMENTS, FREQUENCIES, WISHES, SCHOOLS)
def test_nothing_leaves_before_it_happened(
    moment: datetime, frequency: Frequency, hours: Hours, school: SchoolHours
) -> None:
    assert due_at(moment, frequency, hours, school) >= moment


@given(MOMENTS, FREQUENCIES, WISHES, SCHOOLS)
def test_nothing_leaves_in_the_quiet(moment: datetime, frequency: Frequency, hours: Hours, school: SchoolHours) -> None:
    assert not is_quiet(due_at(moment, frequency, hours, school), hours, school)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), FREQUENCIES, WISHES, SCHOOLS)
def test_what_comes_later_leaves_no_earlier(
    moment: datetime, later: timedelta, frequency: Frequency, hours: Hours, school: SchoolHours
) -> None:
    assert due_at(moment, frequency, hours, school) <= due_at(moment + later, frequency, hours, school)


@given(MOMENTS, FREQUENCIES, WISHES, SCHOOLS)
def test_what_waited_waits_no_second_time(
    moment: datetime, frequency: Frequency, hours: Hours, school: SchoolHours
) -> None:
    due = due_at(moment, frequency, hours, school)
    if frequency is not HOURLY:  # the end of the quiet need not be a full hour
        assert due_at(due, frequency, hours, school) == due


@given(MOMENTS, FREQUENCIES)
def test_nothing_waits_longer_than_the_summer(moment: datetime, frequency: Frequency) -> None:
    assert due_at(moment, frequency, Hours(), SCHOOL) - moment < timedelta(days=63)


# --- What is stored, and words --------------------------------------------------------------------------------------
def test_person_without_a_row_follows_the_school() -> None:
    assert hours_of(None) == Hours()


def test_wishes_come_from_their_row() -> None:
    row = Rhythm(follows_school=False, quiet_from=time(22), quiet_until=time(6), quiet_days=[2], digest_weekday=0)
    assert hours_of(row) == Hours(False, time(22), time(6), frozenset({2}), None, None, 0)


def test_pause_for_ever_stays_within_the_calendar() -> None:
    hours = hours_of(Rhythm(paused_until=date.max))
    assert due_at(paris("2026-11-12 10:00"), DAILY, hours, SCHOOL).year == 2101


def test_schools_hours_are_its_settings(lycee_a: Any) -> None:
    from core.modules.state import Modules
    from tenants.schemas.context import school

    with school(lycee_a):
        hours = school_hours(Modules(lycee_a), lycee_a)
    assert hours == SchoolHours(calendar=ALSACE)


def test_schools_hours_follow_what_the_school_chose(lycee_a: Any) -> None:
    from core.modules.models import ModuleChoice
    from core.modules.state import Modules
    from tenants.schemas.context import school

    chosen = {"quiet_from": "19:30", "holidays": "weekly", "digest_weekday": "0", "quiet_weekends": False}
    with school(lycee_a):
        ModuleChoice.objects.update_or_create(slug="notifications", defaults={"settings": chosen})
        ModuleChoice.objects.update_or_create(slug="structure", defaults={"settings": {"saturdays": True}})
        hours = school_hours(Modules(lycee_a), lycee_a)
    assert (hours.quiet_from, hours.digest_weekday, hours.quiet_weekends) == (time(19, 30), 0, False)
    assert (hours.quiet_holidays, hours.weekly_in_holidays) == (True, True)
    assert not hours.calendar.is_weekend(date(2026, 11, 14))


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (Hours(), "entre 20 h et 7 h, les week-ends et pendant les vacances"),
        (free(), ""),
        (free(quiet_from=time(22, 30), quiet_until=time(6)), "entre 22 h 30 et 6 h"),
        (free(quiet_days=frozenset({2, 6})), "le mercredi et le dimanche"),
        (Hours(quiet_days=frozenset(range(7))), "entre 20 h et 7 h, les week-ends et pendant les vacances"),
    ],
)
def test_quiet_is_said_in_words(hours: Hours, said: str) -> None:
    assert in_words(hours, SCHOOL).replace("\u00a0", " ") == said


def test_pause_is_said_with_its_last_day() -> None:
    with time_machine.travel(paris("2026-11-12 10:00")):
        assert "jusqu’au mercredi 18" in in_words(free(paused_until=date(2026, 11, 18)), SCHOOL)


def test_school_without_quiet_says_nothing() -> None:
    assert school_in_words(ALWAYS) == ""


@pytest.mark.parametrize(
    ("frequency", "hours", "said"),
    [
        (NOW, Hours(), "tout de suite"),
        (HOURLY, Hours(), "toutes les heures"),
        (DAILY, Hours(), "chaque jour à 18 h"),
        (DAILY, Hours(digest_at=time(21)), "chaque jour à 7 h"),
        (WEEKLY, Hours(digest_weekday=0, digest_at=time(12, 30)), "le lundi à 12 h 30"),
    ],
)
def test_frequency_is_said_in_words(frequency: Frequency, hours: Hours, said: str) -> None:
    assert frequency_in_words(frequency, hours, SCHOOL).replace("\u00a0", " ") == said
