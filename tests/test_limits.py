"""By when something is to be done (BR-31, BR-32, BR-40): the vectors, and laws of working time."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bodies import CHINA
from domain.limits import ORDINARY, Light, Limit, LimitUnit, Session, WorkingTime, light

NATIONAL = frozenset(date(2025, 10, day) for day in range(1, 9))
AUTUMN = WorkingTime(
    NATIONAL,
    frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    (Session(time(9), time(12)), Session(time(13), time(17))),
)
CLOCK, WORK, DAY, CALENDAR = (
    LimitUnit.CLOCK_HOUR,
    LimitUnit.WORK_HOUR,
    LimitUnit.WORK_DAY,
    LimitUnit.CALENDAR_DAY,
)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("start", "number", "unit", "due"),
    [
        ("2025-09-30 16:00", 5, WORK, "2025-10-09 14:00"),
        ("2025-09-30 16:00", 1, DAY, "2025-10-09 17:00"),
        ("2025-09-30 16:00", 4, DAY, "2025-10-13 17:00"),
        ("2025-09-30 16:00", 15, DAY, "2025-10-28 17:00"),
        ("2025-10-01 23:30", 2, CLOCK, "2025-10-02 01:30"),
        ("2025-09-28 16:30", 1, WORK, "2025-09-29 09:30"),
        ("2025-09-29 17:00", 1, WORK, "2025-09-30 10:00"),
        ("2025-10-03 10:00", 1, DAY, "2025-10-09 17:00"),
        ("2025-10-09 15:10", 2, WORK, "2025-10-10 09:10"),
        ("2025-10-09 11:30", 1, WORK, "2025-10-09 13:30"),
        ("2025-09-29 10:00", 3, CALENDAR, "2025-10-09 17:00"),
        ("2025-10-09 10:00", 1, CALENDAR, "2025-10-10 17:00"),
        ("2025-10-09 13:00", 4, WORK, "2025-10-09 17:00"),
    ],
)
def test_a_limit_ends_br_31_br_32(start: str, number: int, unit: LimitUnit, due: str) -> None:
    """The first eight are the clock vectors; a day limit that would end on a holiday ends on the next working day."""
    assert AUTUMN.due(at(start), Limit(number, unit)) == at(due)


@pytest.mark.parametrize(
    ("used", "limit", "shows"),
    [
        (0, 300, Light.GREEN),
        (239, 300, Light.GREEN),
        (240, 300, Light.YELLOW),
        (300, 300, Light.YELLOW),
        (301, 300, Light.RED),
    ],
)
def test_the_light_is_yellow_from_80_to_100_percent_br_40(used: int, limit: int, shows: Light) -> None:
    assert light(used, limit) is shows


@pytest.mark.parametrize(
    ("unit", "due", "later"),
    [
        (WORK, "2025-10-09 14:00", "2025-10-09 15:00"),
        (CLOCK, "2025-10-09 14:00", "2025-10-09 15:00"),
        (DAY, "2025-10-13 17:00", "2025-10-13 17:00"),
        (CALENDAR, "2025-10-13 17:00", "2025-10-13 17:00"),
    ],
)
def test_a_pause_of_an_hour_moves_hours_and_not_days_br_33(unit: LimitUnit, due: str, later: str) -> None:
    assert AUTUMN.postponed(at(due), unit, at("2025-10-09 10:00"), at("2025-10-09 11:00")) == at(later)


@pytest.mark.parametrize(("unit", "later"), [(DAY, "2025-10-15 17:00"), (CALENDAR, "2025-10-17 17:00")])
def test_a_pause_over_days_moves_as_many_of_them_br_33(unit: LimitUnit, later: str) -> None:
    """From a Friday to the Tuesday after, with a make-up Saturday: three working days, four calendar days."""
    assert AUTUMN.postponed(at("2025-10-13 17:00"), unit, at("2025-10-10 10:00"), at("2025-10-14 11:00")) == at(
        "2025-10-16 17:00" if unit is DAY else later
    )


def test_the_warning_comes_at_80_percent_of_what_is_left_br_40() -> None:
    start, due = at("2025-09-30 16:00"), at("2025-10-09 14:00")
    assert AUTUMN.warned(start, due, WORK) == at("2025-10-09 12:00")
    assert AUTUMN.warned(at("2025-10-09 11:00"), at("2025-10-09 15:00"), WORK, 120) == at("2025-10-09 14:00")
    assert AUTUMN.warned(at("2025-10-01 23:30"), at("2025-10-02 01:30"), CLOCK) == at("2025-10-02 01:06")


MOMENTS = st.integers(0, 90 * 24 * 60).map(lambda minute: at("2025-09-01 00:00") + timedelta(minutes=minute))


@given(MOMENTS, st.integers(0, 5_000))
def test_so_many_working_minutes_later_so_many_have_passed(start: datetime, minutes: int) -> None:
    assert AUTUMN.minutes(start, AUTUMN.later(start, minutes)) == minutes


@given(MOMENTS, st.integers(1, 60), st.sampled_from(LimitUnit))
def test_a_limit_ends_after_it_began_and_in_working_time_unless_by_the_clock(
    start: datetime, number: int, unit: LimitUnit
) -> None:
    due = ORDINARY.due(start, Limit(number, unit))
    assert due > start
    assert unit is CLOCK or ORDINARY.works(due.date())
    assert start <= ORDINARY.warned(start, due, unit) <= due


@given(MOMENTS, st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(LimitUnit))
def test_no_pause_makes_a_limit_shorter_br_33(start: datetime, after: int, length: int, unit: LimitUnit) -> None:
    due = AUTUMN.due(start, Limit(20, unit))
    begun = min(start + timedelta(minutes=after), due)
    assert AUTUMN.postponed(due, unit, begun, begun + timedelta(minutes=length)) >= due
