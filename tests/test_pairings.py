"""Each compound has one partner unit at a time; a successor takes over (X38, BR-64)."""

from datetime import date
from typing import Any

import pytest

from domain.events import Event, Ref
from domain.pairings import (
    CompoundPaired,
    NotPaired,
    PairingEnded,
    PairingTransferred,
    UnitFate,
    UnitKindUnfit,
    UnitOver,
    UnitPaired,
    UnitSucceeded,
    end_pairing,
    pair,
    succeed,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, given
from domain.units import UnitKind, UnitRegistered
from tests.county import COUNTY, DAY, K1, K2, LIES_IN_C1, days

BUREAU, TREASURY, BANK = (Ref[Any](f"partner_unit:{name}") for name in ("bureau", "treasury", "bank"))
UNITS: tuple[Event, ...] = (
    *COUNTY,
    UnitRegistered(BUREAU, "县教育局", UnitKind.COUNTY_UNIT),
    UnitRegistered(TREASURY, "县财政局", UnitKind.COUNTY_UNIT),
    UnitRegistered(BANK, "驻区银行", UnitKind.RESIDENT_UNIT),
)


def paired(*more: Event) -> Scenario:
    return given(*UNITS, UnitPaired(K1, BUREAU, DAY), *more)


def test_a_compound_gets_a_partner_and_the_same_again_records_nothing() -> None:
    made = given(*UNITS).when(pair, compound=K1, unit=BUREAU, since=DAY).then(UnitPaired(K1, BUREAU, DAY))
    made.tagged({K1, BUREAU, *LIES_IN_C1})
    made.when(pair, compound=K1, unit=BUREAU, since=DAY).then()
    made.when(pair, compound=K1, unit=BUREAU, since=days(1)).refused(AlreadySo(DAY))
    made.when(pair, compound=K2, unit=BUREAU, since=DAY).then(UnitPaired(K2, BUREAU, DAY))


def test_only_a_county_unit_is_a_partner() -> None:
    given(*UNITS).when(pair, compound=K1, unit=BANK, since=DAY).refused(
        UnitKindUnfit("RESIDENT_UNIT", ("COUNTY_UNIT",))
    )


def test_a_compound_has_no_second_partner_br_64() -> None:
    paired().when(pair, compound=K1, unit=TREASURY, since=days(9)).refused(CompoundPaired(BUREAU, DAY, None))


@pytest.mark.parametrize(("since", "fits"), [(days(8), False), (days(9), True), (days(10), True)])
def test_periods_of_a_compound_do_not_overlap_br_64(since: date, *, fits: bool) -> None:
    again = paired(PairingEnded(K1, BUREAU, DAY, days(9))).when(pair, compound=K1, unit=TREASURY, since=since)
    if fits:
        again.then(UnitPaired(K1, TREASURY, since))
    else:
        again.refused(CompoundPaired(BUREAU, DAY, days(9)))


def test_a_pairing_that_ended_the_day_it_began_does_not_begin_that_day_again_br_64() -> None:
    gone = paired(PairingEnded(K1, BUREAU, DAY, DAY))
    gone.when(pair, compound=K1, unit=BUREAU, since=DAY).refused(CompoundPaired(BUREAU, DAY, DAY))
    gone.when(pair, compound=K1, unit=TREASURY, since=DAY).then(UnitPaired(K1, TREASURY, DAY))


def test_a_pairing_ends_once() -> None:
    ended = paired().when(end_pairing, compound=K1, unit=BUREAU, ended=days(9))
    ended.then(PairingEnded(K1, BUREAU, DAY, days(9)))
    ended.when(end_pairing, compound=K1, unit=BUREAU, ended=days(9)).then()
    ended.when(end_pairing, compound=K1, unit=BUREAU, ended=days(10)).refused(NotPaired(K1, BUREAU))
    paired().when(end_pairing, compound=K1, unit=BUREAU, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    paired().when(end_pairing, compound=K1, unit=TREASURY, ended=days(1)).refused(NotPaired(K1, TREASURY))


def test_a_successor_takes_over_all_pairings_the_same_day_br_64() -> None:
    merged: dict[str, Any] = {"unit": BUREAU, "successor": TREASURY, "unit_fate": UnitFate.MERGED}
    over = paired(UnitPaired(K2, BUREAU, days(1))).when(succeed, **merged, ended=days(9))
    over.then(
        UnitSucceeded(BUREAU, TREASURY, UnitFate.MERGED, days(9)),
        PairingEnded(K1, BUREAU, DAY, days(9)),
        PairingTransferred(K1, TREASURY, BUREAU, days(9)),
        PairingEnded(K2, BUREAU, days(1), days(9)),
        PairingTransferred(K2, TREASURY, BUREAU, days(9)),
    )
    over.when(succeed, **merged, ended=days(9)).then()
    over.when(succeed, **merged, ended=days(8)).refused(AlreadySo(days(9)))
    over.when(pair, compound=K2, unit=BUREAU, since=days(20)).refused(UnitOver(days(9)))
    over.when(end_pairing, compound=K1, unit=TREASURY, ended=days(20)).then(
        PairingEnded(K1, TREASURY, days(9), days(20))
    )
    paired().when(succeed, **merged, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.parametrize("successor", [BUREAU, BANK])
def test_a_unit_is_succeeded_by_another_of_its_kind(successor: Ref[Any]) -> None:
    merged: dict[str, Any] = {"unit": BUREAU, "successor": successor, "unit_fate": UnitFate.ABOLISHED}
    assert isinstance(paired().when(succeed, **merged, ended=days(9)).refusal, UnitKindUnfit)
