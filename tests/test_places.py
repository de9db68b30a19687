"""Places lie in one another, and only a divided compound has buildings."""

from typing import Any

from domain.corrections import CorrectsNothing
from domain.coverages import GridCoverageBegan, delineate, divide_compound
from domain.decisions import ThingUnknown
from domain.events import Confidential, Position, Ref
from domain.places import (
    BuildingRegistered,
    CommunityRegistered,
    CompoundDivided,
    CompoundDivisionCorrected,
    CompoundHasBuildings,
    CompoundRegistered,
    CompoundUndivided,
    TownRegistered,
    correct_division_compound,
    register_building,
    register_community,
    register_compound,
    register_town,
)
from domain.specification import Scenario, born, given
from tests.county import C1, COUNTY, DAY, K1, LIES_IN_C1, TOWN, WHOLE


def test_a_town_is_registered() -> None:
    town = born("town")
    given().when(register_town, name="古韩镇").then(TownRegistered(town, "古韩镇")).tagged({town})


def test_a_community_is_registered_in_a_town() -> None:
    community = born("community")
    registered = given(*COUNTY).when(register_community, town=TOWN, name="新区社区")
    registered.then(CommunityRegistered(community, TOWN, "新区社区")).tagged({community, TOWN})


def test_a_compound_is_registered_in_a_community_and_carries_the_town_too() -> None:
    compound = born("compound")
    registered = given(*COUNTY).when(register_compound, community=C1, name="外贸小区")
    registered.then(CompoundRegistered(compound, C1, "外贸小区", divided=True))
    registered.tagged({compound, *LIES_IN_C1})


def test_a_building_is_registered_in_a_compound_and_carries_all_it_lies_in() -> None:
    building = born("building")
    registered = given(*COUNTY).when(register_building, compound=K1, name="5号楼")
    registered.then(BuildingRegistered(building, K1, C1, "5号楼")).tagged({building, K1, *LIES_IN_C1})


def test_a_compound_that_is_one_place_has_no_buildings_until_it_is_divided_br_60() -> None:
    whole = given(*COUNTY)
    whole.when(register_building, compound=WHOLE, name="1号楼").refused(CompoundUndivided(WHOLE))
    divided = given(*COUNTY, CompoundDivided(WHOLE, DAY)).when(register_building, compound=WHOLE, name="1号楼")
    divided.then(BuildingRegistered(born("building"), WHOLE, C1, "1号楼"))


EMPTY = Ref[Any]("compound:empty")
AT = Position(len(COUNTY) + 1)


def corrected(scenario: Scenario, compound: Ref[Any] = EMPTY, at: int = AT) -> Scenario:
    return scenario.when(correct_division_compound, compound=compound, corrects=at, reason="实为一处")


def test_a_compound_registered_as_divided_by_mistake_is_one_place_br_60_br_84() -> None:
    whole = corrected(given(*COUNTY, CompoundRegistered(EMPTY, C1, "无楼栋", divided=True)))
    whole.then(CompoundDivisionCorrected(AT, Confidential("实为一处"), EMPTY)).tagged({EMPTY, *LIES_IN_C1})
    corrected(whole).then()
    whole.when(register_building, compound=EMPTY, name="1号楼").refused(CompoundUndivided(EMPTY))
    drawn = whole.when(delineate, community=C1, name="整体网格", since=DAY, compounds=[EMPTY])
    assert GridCoverageBegan(EMPTY, born("grid"), DAY) in drawn.new
    divided = whole.when(divide_compound, compound=EMPTY, since=DAY).then(CompoundDivided(EMPTY, DAY))
    divided.when(register_building, compound=EMPTY, name="1号楼").then(
        BuildingRegistered(born("building"), EMPTY, C1, "1号楼")
    )


def test_a_compound_with_buildings_is_divided_br_60_br_84() -> None:
    at = Position(COUNTY.index(CompoundRegistered(K1, C1, str(K1), divided=True)) + 1)
    corrected(given(*COUNTY), K1, at).refused(CompoundHasBuildings(4))
    corrected(given(*COUNTY), K1, at + 1).refused(CorrectsNothing(at + 1, (at,)))


def test_nothing_is_registered_in_a_place_that_is_not_known() -> None:
    nowhere = Ref[object]("community:nowhere")
    given(*COUNTY).when(register_compound, community=nowhere, name="x").refused(ThingUnknown(nowhere, "community"))
