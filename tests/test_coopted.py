"""Resident units' leaders sit part-time on a committee, for a term (X83)."""

from typing import Any

from domain.coopted import (
    AlreadyCoOpted,
    NotCoOpted,
    PartTimeMemberCoOpted,
    PartTimeMemberRetired,
    co_opt_part_time,
    retire_part_time,
)
from domain.pairings import UnitKindUnfit
from domain.periods import PeriodReversed
from domain.specification import given
from tests.county import C1, DAY, WANG, days
from tests.test_pairings import BANK, BUREAU, UNITS

WHO: dict[str, Any] = {"community": C1, "person": WANG}
TERM: dict[str, Any] = {"since": DAY, "until": days(100)}
SITS = PartTimeMemberCoOpted(C1, WANG, BANK, DAY, days(100))


def test_a_resident_units_leader_is_co_opted_for_a_term() -> None:
    made = given(*UNITS).when(co_opt_part_time, **WHO, unit=BANK, **TERM).then(SITS)
    made.when(co_opt_part_time, **WHO, unit=BANK, **TERM).then()
    again: dict[str, Any] = {"since": days(99), "until": days(200)}
    made.when(co_opt_part_time, **WHO, unit=BANK, **again).refused(AlreadyCoOpted(DAY, days(100)))
    next_term: dict[str, Any] = {"since": days(100), "until": days(200)}
    assert made.when(co_opt_part_time, **WHO, unit=BANK, **next_term).new


def test_no_other_unit_and_no_empty_term() -> None:
    given(*UNITS).when(co_opt_part_time, **WHO, unit=BUREAU, **TERM).refused(UnitKindUnfit)
    empty: dict[str, Any] = {"since": DAY, "until": DAY}
    given(*UNITS).when(co_opt_part_time, **WHO, unit=BANK, **empty).refused(PeriodReversed(DAY, DAY))


def test_a_member_retires_once_within_the_term() -> None:
    gone = given(*UNITS, SITS).when(retire_part_time, **WHO, ended=days(9))
    gone.then(PartTimeMemberRetired(C1, WANG, DAY, days(9)))
    gone.when(retire_part_time, **WHO, ended=days(9)).then()
    gone.when(retire_part_time, **WHO, ended=days(10)).refused(NotCoOpted(C1))
    given(*UNITS, SITS).when(retire_part_time, **WHO, ended=days(-1)).refused(NotCoOpted(C1))
    given(*UNITS, SITS).when(retire_part_time, **WHO, ended=days(100)).then()
