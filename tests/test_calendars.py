"""The county adopts working calendars in versions; what is due says by which (BR-32, BR-87)."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.calendars import (
    CalendarAdopted,
    CalendarEarly,
    Calendars,
    OffAndWorked,
    SessionsUnfit,
    adopt_calendar,
)
from domain.ledgers import ITSELF
from domain.limits import ORDINARY, Limit, LimitUnit
from domain.specification import given
from tests.counties import Counties
from tests.county import COUNTY, DAY, days
from tests.hometown import settled

HOURS = ("09:00-12:00", "13:00-17:00")
HOLIDAY, MAKE_UP = (date(2025, 10, 1),), (date(2025, 10, 11),)
FIRST = CalendarAdopted(ITSELF, 1, HOLIDAY, MAKE_UP, HOURS, DAY)
INPUTS: dict[str, Any] = {"days_off": HOLIDAY, "make_up_days": MAKE_UP, "sessions": HOURS, "since": DAY}


def test_versions_follow_one_another_and_the_same_is_adopted_once_br_87() -> None:
    made = given(*COUNTY).when(adopt_calendar, **INPUTS).then(FIRST)
    made.when(adopt_calendar, **INPUTS).then()
    later = {**INPUTS, "days_off": (), "since": days(5)}
    made.when(adopt_calendar, **later).then(CalendarAdopted(ITSELF, 2, (), MAKE_UP, HOURS, days(5)))
    made.when(adopt_calendar, **{**INPUTS, "days_off": (), "since": days(-1)}).refused(CalendarEarly(days(-1), DAY))


@pytest.mark.parametrize(
    "sessions",
    [(), ("9:00-12:00",), ("09:00-25:00",), ("12:00-09:00",), ("09:00-12:00", "11:00-17:00"), ("09:00-09:00",)],
)
def test_sessions_follow_one_another_on_one_day_br_32(sessions: tuple[str, ...]) -> None:
    given(*COUNTY).when(adopt_calendar, **{**INPUTS, "sessions": sessions}).refused(SessionsUnfit(sessions))


def test_no_day_is_off_and_worked_br_32() -> None:
    both = {**INPUTS, "make_up_days": HOLIDAY}
    given(*COUNTY).when(adopt_calendar, **both).refused(OffAndWorked(HOLIDAY))


def test_a_day_is_asked_of_the_version_in_force_then_br_87() -> None:
    both = Calendars(ITSELF).evolve(FIRST).evolve(CalendarAdopted(ITSELF, 2, (), (), HOURS, days(5)))
    assert [both.on(day).revision for day in (days(-1), DAY, days(4), days(5))] == [0, 1, 1, 2]
    assert both.on(days(-1)).time is ORDINARY
    eve = datetime(2025, 9, 30, 16, tzinfo=CHINA)
    assert both.on(DAY).time.due(eve, Limit(1, LimitUnit.WORK_DAY)) == datetime(2025, 10, 2, 17, tzinfo=CHINA)


@pytest.mark.xdist_group("wilds")
async def test_everybody_sees_the_versions_of_the_calendar_br_87(wilds: Counties) -> None:
    home = await settled(wilds)
    adopted: dict[str, Any] = {"daysOff": ["2025-10-01"], "sessions": list(HOURS)}
    await home.county.do("ledgerAdoptCalendar", ledger=home.ledger, **adopted, since="2025-01-01")
    await home.county.do("ledgerAdoptCalendar", ledger=home.ledger, sessions=["08:30-12:00"], since="2026-01-01")
    told = await home.read(home.public, "workingCalendars", "revision daysOff sessions since")
    assert sorted(told, key=lambda each: each["revision"]) == [
        {"revision": 1, "daysOff": ["2025-10-01"], "sessions": list(HOURS), "since": "2025-01-01"},
        {"revision": 2, "daysOff": [], "sessions": ["08:30-12:00"], "since": "2026-01-01"},
    ]
    bad = {"sessions": ["8:30-12:00"], "since": "2026-01-01"}
    await home.county.refused("ledgerAdoptCalendar", "SESSIONS_UNFIT", ledger=home.ledger, **bad)
    await home.town.refused("ledgerAdoptCalendar", "NOT_PERMITTED", ledger=home.ledger, **bad)
