"""Every building and undivided compound is in exactly one grid on every date (BR-60, scenario S1)."""

from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from domain.coverages import (
    GridCoverageBegan,
    GridCoverageEnded,
    GridOverlap,
    GridRedrawn,
    GridUncovered,
    OtherCommunity,
    PlaceDivided,
    PlaceNotInGrid,
    delineate,
    divide_compound,
    redraw,
)
from domain.events import Event, Ref
from domain.grids import EffectiveDateOrder, GridDelineated
from domain.periods import AlreadySo
from domain.places import CompoundDivided
from domain.roles import Role
from domain.specification import born, given
from infra.ledgers import open_ledger
from tests.acting import Acting
from tests.counties import Counties
from tests.county import (
    BUILDINGS,
    C1,
    COUNTY,
    DAY,
    FAR_1,
    G1,
    G2,
    G3,
    GRIDS,
    K1,
    K2,
    K3,
    LIES_IN_C1,
    WHOLE,
    days,
)

REPORT = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Community {
    gridCoverage(asOf: $on) { buildings covered uncovered { ... on Node { id } } } } } }"""
K1_1, K1_2, K2_3, K3_1, K3_2 = BUILDINGS[K1][0], BUILDINGS[K1][1], BUILDINGS[K2][2], *BUILDINGS[K3]

COVERED: tuple[Event, ...] = (
    *GRIDS,
    *(GridCoverageBegan(building, G1, DAY) for building in BUILDINGS[K1]),
    *(GridCoverageBegan(building, G2, DAY) for building in BUILDINGS[K2]),
)


def test_a_grid_is_delineated_over_buildings_and_undivided_compounds() -> None:
    grid = born("grid")
    delineated = given(*COUNTY).when(
        delineate, community=C1, name="第一网格", since=DAY, buildings=(K1_1, K1_2), compounds=(WHOLE,)
    )
    delineated.then(
        GridDelineated(grid, C1, "第一网格", DAY),
        GridCoverageBegan(K1_1, grid, DAY),
        GridCoverageBegan(K1_2, grid, DAY),
        GridCoverageBegan(WHOLE, grid, DAY),
    )
    here = {grid, *LIES_IN_C1}
    delineated.tagged(here, {K1_1, K1, *here}, {K1_2, K1, *here}, {WHOLE, *here})


def test_a_grid_may_leave_places_uncovered_and_take_them_later_s1() -> None:
    first = given(*COUNTY).when(delineate, community=C1, name="G3", since=DAY, buildings=(K3_1,), command="G3")
    grid = born("grid", "G3")
    redrawn = first.when(redraw, grid=grid, since=days(9), buildings=(K3_2,))
    redrawn.then(GridRedrawn(grid, days(9)), GridCoverageBegan(K3_2, grid, days(9)))


def test_a_building_of_one_grid_cannot_be_delineated_into_another_s1() -> None:
    overlap = given(*COVERED).when(delineate, community=C1, name="G3", since=DAY, buildings=(K3_1, K2_3))
    overlap.refused(GridOverlap(K2_3, G2))


def test_a_building_named_twice_is_covered_once() -> None:
    twice = given(*GRIDS).when(redraw, grid=G1, since=DAY, buildings=(K3_1, K3_1))
    twice.then(GridRedrawn(G1, DAY), GridCoverageBegan(K3_1, G1, DAY))


def test_a_building_of_another_community_is_refused_br_60() -> None:
    other = OtherCommunity(FAR_1, C1)
    given(*GRIDS).when(delineate, community=C1, name="G3", since=DAY, buildings=(FAR_1,)).refused(other)
    given(*GRIDS).when(redraw, grid=G1, since=DAY, buildings=(FAR_1,)).refused(other)


def test_a_divided_compound_is_covered_by_its_buildings_only_br_60() -> None:
    given(*GRIDS).when(redraw, grid=G1, since=DAY, compounds=(K1,)).refused(PlaceDivided(K1))


def test_what_a_compounds_buildings_do_is_nothing_the_compound_does() -> None:
    """Their events carry the compound's tag too."""
    divided_later = given(*COVERED, CompoundDivided(WHOLE, DAY), GridCoverageBegan(K3_1, G1, DAY))
    divided_later.when(redraw, grid=G2, since=DAY, compounds=(K3,)).refused(PlaceDivided(K3))


def test_a_redraw_gives_and_takes_on_one_date() -> None:
    swapped = given(*COVERED).when(
        redraw, grid=G1, neighbour=G2, since=days(9), buildings=(K2_3,), leaving_buildings=(K1_1,)
    )
    swapped.then(
        GridRedrawn(G1, days(9)),
        GridRedrawn(G2, days(9)),
        GridCoverageEnded(K2_3, G2, DAY, days(9)),
        GridCoverageBegan(K2_3, G1, days(9)),
        GridCoverageEnded(K1_1, G1, DAY, days(9)),
        GridCoverageBegan(K1_1, G2, days(9)),
    )
    swapped.tagged(
        {G1, *LIES_IN_C1},
        {G2, *LIES_IN_C1},
        {K2_3, K2, G2, *LIES_IN_C1},
        {K2_3, K2, G1, *LIES_IN_C1},
        {K1_1, K1, G1, *LIES_IN_C1},
        {K1_1, K1, G2, *LIES_IN_C1},
    )
    again = swapped.when(redraw, grid=G1, neighbour=G2, since=days(9), buildings=(K2_3,), leaving_buildings=(K1_1,))
    again.then()


def test_an_undivided_compound_goes_over_like_a_building() -> None:
    whole = given(*COVERED, GridCoverageBegan(WHOLE, G1, DAY))
    gone = whole.when(redraw, grid=G1, neighbour=G2, since=days(1), leaving_compounds=(WHOLE,))
    gone.then(
        GridRedrawn(G1, days(1)),
        GridRedrawn(G2, days(1)),
        GridCoverageEnded(WHOLE, G1, DAY, days(1)),
        GridCoverageBegan(WHOLE, G2, days(1)),
    )


def test_a_grid_may_be_cut_out_of_its_neighbour() -> None:
    grid = born("grid")
    cut = given(*COVERED).when(delineate, community=C1, name="G3", since=days(3), buildings=(K2_3, K3_1), neighbour=G2)
    cut.then(
        GridDelineated(grid, C1, "G3", days(3)),
        GridRedrawn(G2, days(3)),
        GridCoverageEnded(K2_3, G2, DAY, days(3)),
        GridCoverageBegan(K2_3, grid, days(3)),
        GridCoverageBegan(K3_1, grid, days(3)),
    )


def test_a_place_given_up_must_be_taken_by_another_grid_br_60() -> None:
    uncovered = given(*COVERED).when(redraw, grid=G1, since=days(9), leaving_buildings=(K1_1, K1_2))
    uncovered.refused(GridUncovered(G1, (K1_1, K1_2)))
    of_another = given(*COVERED).when(redraw, grid=G1, since=days(9), leaving_buildings=(K2_3,))
    of_another.refused(PlaceNotInGrid(K2_3, G1))


def test_only_the_named_neighbour_gives_and_takes_br_60() -> None:
    third = given(*COVERED, GridDelineated(G3, C1, "G3", DAY))
    third.when(redraw, grid=G3, neighbour=G1, since=days(9), buildings=(K2_3,)).refused(GridOverlap(K2_3, G2))
    third.when(redraw, grid=G3, neighbour=G1, since=days(9), leaving_buildings=(K2_3,)).refused(
        PlaceNotInGrid(K2_3, G3)
    )
    third.when(redraw, grid=G3, neighbour=G1, since=days(9), leaving_buildings=(K3_1,)).refused(
        PlaceNotInGrid(K3_1, G3)
    )


def test_a_redraw_before_a_date_already_in_effect_is_refused_s1() -> None:
    redrawn = given(*COVERED).when(redraw, grid=G2, since=days(9), buildings=(K3_1,))
    redrawn.when(redraw, grid=G2, since=days(8), buildings=(K3_2,)).refused(EffectiveDateOrder(days(8), days(9)))
    redrawn.when(redraw, grid=G2, since=days(9), buildings=(K3_2,)).then(
        GridRedrawn(G2, days(9)), GridCoverageBegan(K3_2, G2, days(9))
    )


def test_the_neighbours_dates_count_too_br_60() -> None:
    redrawn = given(*COVERED).when(redraw, grid=G2, since=days(9), buildings=(K3_1,))
    early = redrawn.when(redraw, grid=G1, neighbour=G2, since=days(8), buildings=(K2_3,))
    early.refused(EffectiveDateOrder(days(8), days(9)))


def test_a_place_changes_grids_once_a_day_at_most_br_60() -> None:
    same_day = given(*COVERED).when(redraw, grid=G1, neighbour=G2, since=DAY, buildings=(K2_3,))
    same_day.refused(EffectiveDateOrder(DAY, DAY))
    next_day = given(*COVERED).when(redraw, grid=G1, neighbour=G2, since=days(1), buildings=(K2_3,))
    assert GridCoverageEnded(K2_3, G2, DAY, days(1)) in next_day.new


def test_a_compound_that_is_divided_leaves_its_grid() -> None:
    covered = given(*GRIDS, GridCoverageBegan(WHOLE, G1, DAY))
    covered.when(divide_compound, compound=WHOLE, since=DAY).refused(EffectiveDateOrder(DAY, DAY))
    divided = covered.when(divide_compound, compound=WHOLE, since=days(2))
    divided.then(GridCoverageEnded(WHOLE, G1, DAY, days(2)), CompoundDivided(WHOLE, days(2)))
    divided.tagged({WHOLE, G1, *LIES_IN_C1}, {WHOLE, *LIES_IN_C1})
    divided.when(divide_compound, compound=WHOLE, since=days(2)).then()
    divided.when(divide_compound, compound=WHOLE, since=days(3)).refused(AlreadySo(days(2)))
    divided.when(divide_compound, compound=K1, since=days(2)).refused(PlaceDivided(K1))


def test_a_compound_in_no_grid_is_divided_all_the_same() -> None:
    given(*COUNTY).when(divide_compound, compound=WHOLE, since=DAY).then(CompoundDivided(WHOLE, DAY))


@pytest.mark.xdist_group("counties")
async def test_the_report_of_a_day_divides_a_compound_from_its_own_day_on_br_60(counties: Counties) -> None:
    await open_ledger(counties.services.recorder, "divided", "划分县", "admin")
    staff = Acting(counties, "divided", await counties.staff(Role.COUNTY, ledger="divided"))
    town = Acting(counties, "divided", await counties.staff(Role.TOWN, ledger="divided"))
    t1 = await staff.do("townRegister", ledger="divided", name="T1")
    c1 = await town.do("communityRegister", town=t1, name="C1")
    whole = await town.do("compoundRegister", community=c1, name="整体小区", divided=False)
    given = {"community": c1, "name": "G1", "since": "2025-03-01", "compounds": [whole]}
    grid = await town.do("gridDelineate", **given)
    await town.do("compoundDivide", compound=whole, since="2025-04-01")
    first, second = [await town.do("buildingRegister", compound=whole, name=f"{n}号楼") for n in (1, 2)]
    await town.do("gridRedraw", grid=grid, since="2025-04-10", buildings=[first])

    async def report(on: str) -> tuple[int, int, set[str]]:
        found = (await town.ask(REPORT, id=c1, on=on))["node"]["gridCoverage"]
        return found["buildings"], found["covered"], {each["id"] for each in found["uncovered"]}

    assert await report("2025-02-28") == (1, 0, {whole})
    assert await report("2025-03-31") == (1, 1, set())
    assert await report("2025-04-01") == (2, 0, {first, second})
    assert await report("2025-04-10") == (2, 1, {second})


STEPS = st.lists(
    st.tuples(
        st.sampled_from([(G1, G2), (G2, G1), (G3, G1), (G1, G3), (G2, None)]),
        st.integers(0, 12),
        st.lists(st.sampled_from([*BUILDINGS[K3], K1_1, K2_3]), max_size=3),
        st.lists(st.sampled_from([*BUILDINGS[K3], K1_1, K2_3]), max_size=2),
    ),
    max_size=12,
)


@given_any(steps=STEPS)
def test_whatever_is_redrawn_no_place_is_ever_in_two_grids_nor_falls_out_of_all_br_60(
    steps: list[tuple[tuple[Ref[Any], Ref[Any] | None], int, list[Ref[Any]], list[Ref[Any]]]],
) -> None:
    county = given(*GRIDS, GridDelineated(G3, C1, "G3", DAY))
    for (grid, neighbour), after, joining, leaving in steps:
        tried = county.when(
            redraw, grid=grid, neighbour=neighbour, since=days(after), buildings=joining, leaving_buildings=leaving
        )
        county = county if tried.refusal else tried
    began = [tagged.event for tagged in county.history if isinstance(tagged.event, GridCoverageBegan)]
    ended = [tagged.event for tagged in county.history if isinstance(tagged.event, GridCoverageEnded)]
    for place in {event.place for event in began}:
        starts = [event.since for event in began if event.place == place]
        ends = [event.ended for event in ended if event.place == place]
        assert ends == starts[1:]
        assert starts == sorted(set(starts))
