"""A roster of owners: units with a source of their area, heads, a freeze with totals and digest (BR-01 to BR-03)."""

import hashlib
from typing import Any

import pytest

from domain.events import Confidential, Hundredths
from domain.owners import (
    AreaSource,
    AreaSourceMissing,
    AreaUnfit,
    BuildingOutside,
    DeveloperMissing,
    OwnedUnitStruck,
    OwnersRosterDrafted,
    OwnersRosterFrozen,
    RosterEmpty,
    RosterIsFrozen,
    RosterTooLarge,
    UnitNoUnfit,
    UnitPlaced,
    UnitUnknown,
    UnitUse,
    digest_of,
    draft,
    enter_unit,
    freeze,
    strike_unit,
)
from domain.specification import born, given
from domain.tallies import Weight
from tests.assembling import DIGEST, DRAFTED, FROZEN, HERE, ROSTER, UNITS, rostered, unit
from tests.casework import QIAN, SUN
from tests.county import BUILDINGS, C1, FAR_1, K1, LI, ZHAO

AREA: dict[str, Any] = {"measured_area": Hundredths(100_00), "area_source": AreaSource.REGISTER}


def test_a_roster_is_drafted_filled_and_frozen_br_01() -> None:
    made = given(*HERE).when(draft, compound=K1, developer=LI)
    made.then(OwnersRosterDrafted(born("owners_roster"), K1, C1, LI, parking_counted=False))
    entered = given(*HERE, DRAFTED).when(enter_unit, owners_roster=ROSTER, owner=ZHAO, unit_no="101", **AREA)
    entered.then(UNITS[0])
    entered.when(enter_unit, owners_roster=ROSTER, owner=ZHAO, unit_no="101", **AREA).then()
    frozen = given(*HERE, DRAFTED, *UNITS).when(freeze, owners_roster=ROSTER).then(FROZEN)
    frozen.when(freeze, owners_roster=ROSTER).then()
    frozen.when(enter_unit, owners_roster=ROSTER, owner=ZHAO, unit_no="301", **AREA).refused(RosterIsFrozen)
    given(*HERE, DRAFTED).when(freeze, owners_roster=ROSTER).refused(RosterEmpty)


def test_a_unit_may_say_in_which_building_of_the_compound_it_is_br_01() -> None:
    wish: dict[str, Any] = {"owners_roster": ROSTER, "owner": ZHAO, "unit_no": "101", **AREA}
    placed = given(*HERE, DRAFTED).when(enter_unit, **wish, in_building=BUILDINGS[K1][0])
    placed.then(unit("101", ZHAO, in_building=BUILDINGS[K1][0]))
    given(*HERE, DRAFTED).when(enter_unit, **wish, in_building=FAR_1).refused(BuildingOutside(K1))


def test_units_of_one_number_in_several_buildings_are_several_br_01() -> None:
    """Entered before without its building, a unit is placed and not doubled; which one is struck is said."""
    first, second, *_ = BUILDINGS[K1]
    wish: dict[str, Any] = {"owners_roster": ROSTER, "unit_no": "101", **AREA}
    bare = given(*HERE, DRAFTED).when(enter_unit, **wish, owner=ZHAO)
    placed = bare.when(enter_unit, **wish, owner=ZHAO, in_building=first)
    placed.then(OwnedUnitStruck(ROSTER, Confidential("101")), unit("101", ZHAO, in_building=first))
    both = placed.when(enter_unit, **wish, owner=QIAN, in_building=second)
    both.then(unit("101", QIAN, in_building=second))
    both.when(enter_unit, **wish, owner=QIAN).refused(UnitPlaced((first, second)))
    [frozen] = both.when(freeze, owners_roster=ROSTER).new
    assert isinstance(frozen, OwnersRosterFrozen)
    assert (frozen.unit_count, frozen.heads) == (2, 2)
    lines = f"101|HOME|{ZHAO}||10000|REGISTER|{first}\n101|HOME|{QIAN}||10000|REGISTER|{second}\n"
    assert frozen.roster_digest == hashlib.sha256(lines.encode()).hexdigest()
    struck: dict[str, Any] = {"owners_roster": ROSTER, "unit_no": "101"}
    both.when(strike_unit, **struck).refused(UnitUnknown)
    gone = both.when(strike_unit, **struck, in_building=first)
    gone.then(OwnedUnitStruck(ROSTER, Confidential("101"), first))
    gone.when(strike_unit, **struck, in_building=first).refused(UnitUnknown)


def test_a_unit_without_a_source_of_its_area_blocks_the_freeze_br_01() -> None:
    without = given(*HERE, DRAFTED, *UNITS, unit("100", QIAN, None), unit("099", QIAN, None))
    without.when(freeze, owners_roster=ROSTER).refused(AreaSourceMissing(("099", "100")))
    given(*HERE, DRAFTED, *UNITS, unit("100", QIAN, None), unit("100", QIAN)).when(freeze, owners_roster=ROSTER).then(
        OwnersRosterFrozen(
            *(ROSTER, K1, C1, 5, 3, Hundredths(500_00)), roster_digest=_digest("100", "101", "102", "103", "201")
        )
    )


@pytest.mark.parametrize(
    "given_", [{"measured_area": 1_00}, {"area_source": AreaSource.SURVEY}, {**AREA, "measured_area": 0}]
)
def test_an_area_and_its_source_come_together_br_01(given_: dict[str, Any]) -> None:
    half = given(*HERE, DRAFTED).when(enter_unit, owners_roster=ROSTER, owner=ZHAO, unit_no="101", **given_)
    half.refused(AreaUnfit)


def test_one_owner_is_one_head_and_the_developer_is_one_br_02() -> None:
    """Several units of one owner are one head; unsold and undelivered units are the developer's, together one."""
    units = (*UNITS, unit("301", LI), unit("302", LI, buyer=QIAN), unit("303", LI))
    roster = rostered(*units)
    assert len(roster.electors) == 4
    assert roster.electors == {
        ZHAO: Weight(1, 100_00),
        QIAN: Weight(1, 100_00),
        SUN: Weight(1, 200_00),
        LI: Weight(1, 300_00),
    }


def test_what_is_not_delivered_is_the_developers_though_somebody_bought_it_br_02() -> None:
    wish: dict[str, Any] = {"owners_roster": ROSTER, "unit_no": "302", **AREA}
    sold = given(*HERE, DRAFTED).when(enter_unit, owner=QIAN, delivered_to_owner=False, **wish)
    sold.then(unit("302", LI, buyer=QIAN))
    given(*HERE, DRAFTED).when(enter_unit, **wish).then(unit("302", LI))
    alone = OwnersRosterDrafted(ROSTER, K1, C1, None, parking_counted=False)
    given(*HERE, alone).when(enter_unit, **wish).refused(DeveloperMissing)


@pytest.mark.parametrize(("counted", "heads", "area"), [(False, 3, 400_00), (True, 4, 412_00)])
def test_parking_counts_only_where_the_rules_say_so_br_03(heads: int, area: int, *, counted: bool) -> None:
    drafted = OwnersRosterDrafted(ROSTER, K1, C1, LI, counted)
    history = (*HERE, drafted, *UNITS, unit("P1", LI, 12_00, unit_use=UnitUse.PARKING))
    [frozen] = given(*history).when(freeze, owners_roster=ROSTER).new
    assert isinstance(frozen, OwnersRosterFrozen)
    assert (frozen.heads, frozen.exclusive_area) == (heads, area)


def test_the_digest_is_of_lines_that_anybody_can_write_br_01() -> None:
    lines = [f"{u.unit_no}|HOME|{u.owner}||10000|REGISTER\n" for u in UNITS]
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == DIGEST
    assert digest_of(rostered(*UNITS[:3], unit("201", SUN, 200_01))) != DIGEST


def _digest(*numbers: str) -> str:
    owners = {"100": QIAN, "101": ZHAO, "102": QIAN, "103": SUN, "201": SUN}
    lines = "".join(f"{number}|HOME|{owners[number]}||10000|REGISTER\n" for number in numbers)
    return hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize("number", ["101 ", "１０１", "1|01"])
def test_a_units_number_is_written_in_one_way_br_01(number: str) -> None:
    wish: dict[str, Any] = {"owners_roster": ROSTER, "owner": ZHAO, **AREA}
    given(*HERE, DRAFTED).when(enter_unit, **wish, unit_no=number).refused(UnitNoUnfit("101"))


def test_a_unit_that_was_entered_wrongly_is_struck_br_01() -> None:
    struck = given(*HERE, DRAFTED, *UNITS).when(strike_unit, owners_roster=ROSTER, unit_no="201")
    struck.then(OwnedUnitStruck(ROSTER, Confidential("201")))
    struck.when(strike_unit, owners_roster=ROSTER, unit_no="201").refused(UnitUnknown)
    [frozen] = struck.when(freeze, owners_roster=ROSTER).new
    assert isinstance(frozen, OwnersRosterFrozen)
    assert (frozen.unit_count, frozen.exclusive_area) == (3, 300_00)
    given(*HERE, DRAFTED, *UNITS, FROZEN).when(strike_unit, owners_roster=ROSTER, unit_no="201").refused(RosterIsFrozen)


def test_a_roster_has_no_more_area_than_its_votes_can_be_compared_in_br_03() -> None:
    vast = given(*HERE, DRAFTED, unit("101", ZHAO, 500_000_001)).when(freeze, owners_roster=ROSTER)
    vast.refused(RosterTooLarge(Hundredths(500_000_001), Hundredths(500_000_000)))
    assert given(*HERE, DRAFTED, unit("101", ZHAO, 500_000_000)).when(freeze, owners_roster=ROSTER).refusal is None
