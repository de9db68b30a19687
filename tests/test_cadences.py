"""How often bodies meet is a policy in versions, and a period's status follows from the day alone (BR-45, BR-48)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.cadences import (
    LEAST,
    Cadence,
    CadenceAdopted,
    CadenceEarlier,
    CadenceMidYear,
    MeetingKind,
    MeetingParty,
    MonthsUneven,
    PartyLacking,
    PeriodStatus,
    adopt_cadence,
    later,
    status_of,
)
from domain.decisions import NumberUnfit
from domain.periods import AlreadySo
from domain.specification import given
from tests.county import COUNTY, LEDGER

YEAR = date(2025, 1, 1)
QUARTERLY = CadenceAdopted(
    LEDGER,
    MeetingKind.COUNTY_JOINT,
    3,
    rolling=False,
    warning_days=14,
    minutes_days=None,
    required_parties=(),
    since=YEAR,
)


def cadence(months: int) -> Cadence:
    """By the calendar."""
    return Cadence(months, rolling=False, warning_days=14, minutes_days=None, required=(), since=YEAR)


WISH: dict[str, Any] = {"meeting_kind": MeetingKind.COUNTY_JOINT, "months": 3, "since": YEAR}


def test_a_cadence_is_adopted_once_and_replaced_with_a_year_br_45() -> None:
    there = given(*COUNTY).when(adopt_cadence, **WISH).then(QUARTERLY)
    there.when(adopt_cadence, **WISH).then()
    there.when(adopt_cadence, **{**WISH, "months": 2}).refused(AlreadySo(YEAR))
    there.when(adopt_cadence, **{**WISH, "since": date(2024, 1, 1)}).refused(CadenceEarlier(YEAR))
    mid = date(2025, 7, 1)
    there.when(adopt_cadence, **{**WISH, "since": mid}).refused(CadenceMidYear(mid))
    new = replace(QUARTERLY, months=2, since=date(2026, 1, 1))
    there.when(adopt_cadence, **{**WISH, "months": 2, "since": date(2026, 1, 1)}).then(new)


def test_a_cadence_by_the_calendar_divides_the_year_br_45() -> None:
    given(*COUNTY).when(adopt_cadence, **{**WISH, "months": 5}).refused(MonthsUneven(5))
    for months in (0, 13):
        given(*COUNTY).when(adopt_cadence, **{**WISH, "months": months}).refused(NumberUnfit("months", months, 12))
    given(*COUNTY).when(adopt_cadence, **WISH, warning_days=367).refused(NumberUnfit("warning_days", 367, 366))
    rolling = replace(QUARTERLY, months=5, rolling=True)
    given(*COUNTY).when(adopt_cadence, **{**WISH, "months": 5}, rolling=True).then(rolling)


def test_a_property_joint_meeting_has_its_parties_by_law_br_49() -> None:
    kind = MeetingKind.PROPERTY_JOINT
    wish = {**WISH, "meeting_kind": kind}
    few = (MeetingParty.RESIDENTS_COMMITTEE, MeetingParty.POLICE, MeetingParty.FIRM, MeetingParty.COMMITTEE)
    given(*COUNTY).when(adopt_cadence, **wish, required_parties=few).refused(PartyLacking(("UTILITIES", "DEPARTMENTS")))
    made = replace(QUARTERLY, meeting_kind=kind, required_parties=LEAST[kind])
    given(*COUNTY).when(adopt_cadence, **wish, required_parties=LEAST[kind] * 2).then(made)


@pytest.mark.parametrize(
    ("since", "months", "first"),
    [
        (date(2025, 1, 1), 2, date(2025, 1, 1)),
        (date(2025, 1, 2), 2, date(2025, 3, 1)),
        (date(2025, 2, 1), 2, date(2025, 3, 1)),
        (date(2025, 10, 2), 3, date(2026, 1, 1)),
        (date(2025, 12, 31), 12, date(2026, 1, 1)),
    ],
)
def test_the_first_full_period_is_the_first_obligation_br_48(since: date, months: int, first: date) -> None:
    assert cadence(months).first(since) == first


def test_periods_run_to_the_end_of_the_year_br_45() -> None:
    every = cadence(2)
    assert [due for _, due in every.periods(date(2025, 7, 1))] == [
        date(2025, 8, 31),
        date(2025, 10, 31),
        date(2025, 12, 31),
    ]
    rolling = every._replace(rolling=True)
    assert rolling.first(date(2025, 1, 15)) == date(2025, 1, 15)
    assert list(rolling.periods(date(2025, 1, 15))) == [(date(2025, 1, 15), date(2025, 3, 14))]


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_months_end_with_the_month(day: date, months: int, after: date) -> None:
    assert later(day, months) == after


def test_status_of_a_county_by_the_vector_br_48() -> None:
    """Vector `cadence`: county quarterly, held 28 Mar, 2 Apr, 30 Jun; as of 1 Oct."""
    held = (date(2025, 3, 28), date(2025, 4, 2), date(2025, 6, 30))
    periods = cadence(3).periods(YEAR)
    told = []
    for since, due in periods:
        count = sum(since <= day <= due for day in held)
        status = status_of(since, due, 14, met=count > 0, on=date(2025, 10, 1))
        told.append((f"{since}..{due}", count, status.name))
    assert told == [
        ("2025-01-01..2025-03-31", 1, "MET"),
        ("2025-04-01..2025-06-30", 2, "MET"),
        ("2025-07-01..2025-09-30", 0, "OVERDUE"),
        ("2025-10-01..2025-12-31", 0, "OPEN"),
    ]


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2024, 12, 31), PeriodStatus.FUTURE),
        (YEAR, PeriodStatus.OPEN),
        (date(2025, 3, 16), PeriodStatus.OPEN),
        (date(2025, 3, 17), PeriodStatus.DUE_SOON),
        (date(2025, 3, 31), PeriodStatus.DUE_SOON),
        (date(2025, 4, 1), PeriodStatus.OVERDUE),
    ],
)
def test_a_period_is_warned_of_in_its_last_days_br_48(on: date, status: PeriodStatus) -> None:
    assert status_of(YEAR, date(2025, 3, 31), 14, met=False, on=on) is status
    assert status_of(YEAR, date(2025, 3, 31), 14, met=True, on=on) is PeriodStatus.MET


def test_a_day_is_a_day_in_china_br_45() -> None:
    last = datetime(2025, 3, 31, 23, 59, tzinfo=CHINA)
    assert (last.date(), (last + timedelta(minutes=1)).date()) == (date(2025, 3, 31), date(2025, 4, 1))
