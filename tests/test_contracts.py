"""A community signs an elderly-care contract with a centre, one at a time, and ends it."""

from typing import Any

import pytest

from domain.contracts import (
    CareContractEnded,
    CareContractOver,
    CareContractRunning,
    CareContractSigned,
    UnitNotCareCentre,
    end,
    sign,
)
from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import born, given
from domain.units import UnitKind, UnitRegistered
from tests.counties import Counties
from tests.county import C1, C2, COUNTY, DAY, days
from tests.hometown import settled

CENTRE, OFFICE = Ref[Any]("partner_unit:centre"), Ref[Any]("partner_unit:office")
CONTRACT = Ref[Any]("care_contract:cc1")
UNITS = (
    *COUNTY,
    UnitRegistered(CENTRE, "祥瑞", UnitKind.CARE_CENTRE),
    UnitRegistered(OFFICE, "某局", UnitKind.COUNTY_UNIT),
)


def test_a_contract_is_with_a_care_centre() -> None:
    one = given(*UNITS).when(sign, community=C1, unit=CENTRE, since=DAY, until=days(9))
    one.then(CareContractSigned(born("care_contract"), C1, CENTRE, DAY, days(9)))
    given(*UNITS).when(sign, community=C1, unit=OFFICE, since=DAY).refused(UnitNotCareCentre("COUNTY_UNIT"))
    given(*UNITS).when(sign, community=C1, unit=CENTRE, since=DAY, until=DAY).refused(PeriodReversed(DAY, DAY))


def test_one_contract_runs_at_a_time() -> None:
    one = given(*UNITS, CareContractSigned(CONTRACT, C1, CENTRE, DAY, days(9)))
    one.when(sign, community=C1, unit=CENTRE, since=days(8)).refused(CareContractRunning(DAY, days(9)))
    assert len(one.when(sign, community=C1, unit=CENTRE, since=days(9)).new) == 1
    assert len(one.when(sign, community=C2, unit=CENTRE, since=DAY).new) == 1


def test_a_contract_ends_once_and_no_later_than_agreed() -> None:
    one = given(*UNITS, CareContractSigned(CONTRACT, C1, CENTRE, DAY, days(9)))
    one.when(end, care_contract=CONTRACT, ended=days(10)).refused(CareContractOver(days(9)))
    one.when(end, care_contract=CONTRACT, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    over = one.when(end, care_contract=CONTRACT, ended=days(5))
    over.then(CareContractEnded(CONTRACT, C1, CENTRE, DAY, days(5)))
    over.when(end, care_contract=CONTRACT, ended=days(5)).then()
    over.when(end, care_contract=CONTRACT, ended=days(4)).refused(AlreadySo(days(5)))
    assert len(over.when(sign, community=C1, unit=CENTRE, since=days(5)).new) == 1


@pytest.mark.xdist_group("wilds")
async def test_active_contracts_q64(wilds: Counties) -> None:
    """Q64: which contracts with care centres are active on a day?"""
    home = await settled(wilds)
    centre = await home.staff.do("partnerUnitRegister", ledger=home.ledger, name="祥瑞", unitKind="CARE_CENTRE")
    given_ = {"community": home.c1, "unit": centre, "since": "2025-01-01"}
    contract = await home.staff.do("careContractSign", **given_, until="2026-01-01")
    await home.staff.do("careContractEnd", careContract=contract, ended="2025-07-01")
    for day, count in (("2024-12-31", 0), ("2025-06-30", 1), ("2025-07-01", 0)):
        active = await home.read(home.public, "careContracts", "id", community=home.c1, asOf=day)
        assert len(active) == count
    await home.far.refused("careContractSign", "NOT_PERMITTED", **given_)
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("careContractEnd", "NOT_FOUND", careContract=contract, ended="2025-07-01")
