"""A grid or micro-grid ends once nothing and nobody is left in it (BR-60)."""

from typing import Any

import pytest

from domain.chains import PlaceAttached, PlaceDetached
from domain.coverages import GridCoverageBegan, GridUncovered, redraw
from domain.events import Event, Ref
from domain.grids import EffectiveDateOrder, GridDelineated, GridOver, GridRetired, MicroGridRetired
from domain.parties import PartyKind, PartyOrganisationEstablished
from domain.posts import PostFilled, PostKind, PostVacated, appoint_worker, vacate_post
from domain.retirements import GridStillStaffed, MicroGridsRemain, retire, retire_micro_grid
from domain.specification import Scenario, given
from domain.teams import ServiceTeamJoined, ServiceTeamLeft, TeamRole
from tests.county import BUILDINGS, C1, DAY, G1, G2, GRIDS, K1, K2, K3, LI, LIES_IN_C1, M1, M2, WANG, days

K3_1 = BUILDINGS[K3][0]
GROUP = Ref[Any]("party_organisation:group")
COVERED: tuple[Event, ...] = (
    *GRIDS,
    *(GridCoverageBegan(building, G1, DAY) for building in BUILDINGS[K1]),
    *(GridCoverageBegan(building, G2, DAY) for building in BUILDINGS[K2]),
)


def emptied() -> Scenario:
    return given(*COVERED).when(redraw, grid=G2, neighbour=G1, since=days(9), leaving_buildings=BUILDINGS[K2])


def test_a_grid_that_covers_places_is_not_retired_br_60() -> None:
    given(*COVERED).when(retire, grid=G2, ended=days(9)).refused(GridUncovered(G2, BUILDINGS[K2]))


def test_a_grid_is_retired_on_the_day_its_places_went_elsewhere() -> None:
    retired = emptied().when(retire, grid=G2, ended=days(9)).then(GridRetired(G2, days(9)))
    retired.tagged({G2, *LIES_IN_C1})
    retired.when(retire, grid=G2, ended=days(9)).then()
    retired.when(retire, grid=G2, ended=days(10)).refused(GridOver(days(9)))
    retired.when(redraw, grid=G2, since=days(10), buildings=(K3_1,)).refused(GridOver(days(9)))


def test_a_grid_is_not_retired_before_its_last_change_br_60() -> None:
    emptied().when(retire, grid=G2, ended=days(8)).refused(EffectiveDateOrder(days(8), days(9)))


def test_a_grid_with_micro_grids_is_not_retired_br_60() -> None:
    given(*GRIDS).when(retire, grid=G1, ended=days(9)).refused(MicroGridsRemain((M1, M2)))
    one = given(*GRIDS, MicroGridRetired(M1, days(1)))
    one.when(retire, grid=G1, ended=days(9)).refused(MicroGridsRemain((M2,)))
    none = given(*GRIDS, MicroGridRetired(M1, days(1)), MicroGridRetired(M2, days(1)))
    none.when(retire, grid=G1, ended=days(9)).then(GridRetired(G1, days(9)))


def test_a_micro_grid_is_retired_once_and_carries_its_grid() -> None:
    retired = given(*GRIDS).when(retire_micro_grid, micro_grid=M1, ended=days(5))
    retired.then(MicroGridRetired(M1, days(5))).tagged({M1, G1, *LIES_IN_C1})
    retired.when(retire_micro_grid, micro_grid=M1, ended=days(5)).then()
    retired.when(retire_micro_grid, micro_grid=M1, ended=days(6)).refused(GridOver(days(5)))


@pytest.mark.parametrize("after", [-1, -400])
def test_a_micro_grid_does_not_end_before_it_begins_br_60(after: int) -> None:
    early = given(*GRIDS).when(retire_micro_grid, micro_grid=M1, ended=days(after))
    early.refused(EffectiveDateOrder(days(after), DAY))


def test_a_grid_does_not_end_before_its_micro_grids_br_60() -> None:
    ends = given(*GRIDS, MicroGridRetired(M1, days(1)), MicroGridRetired(M2, days(300)))
    ends.when(retire, grid=G1, ended=days(299)).refused(EffectiveDateOrder(days(299), days(300)))
    ends.when(retire, grid=G1, ended=days(300)).then(GridRetired(G1, days(300)))


WORKER = PostFilled(G2, WANG, PostKind.GRID_WORKER, full_time=True, since=DAY)
CHECKER = PostFilled(G2, LI, PostKind.CHECKER, full_time=False, since=DAY)
VOLUNTEER = ServiceTeamJoined(G2, LI, TeamRole.VOLUNTEER, DAY)
SEATED = PartyOrganisationEstablished(GROUP, G1, "党小组", PartyKind.GRID_GROUP, 3, DAY, C1)
LEFT = [
    pytest.param([WORKER, CHECKER], ((WANG, LI), (), ()), id="posts"),
    pytest.param([VOLUNTEER], ((), (LI,), ()), id="service team"),
    pytest.param([SEATED, PlaceAttached(G2, GROUP, DAY)], ((), (), (GROUP,)), id="Party group"),
]


@pytest.mark.parametrize(("events", "left"), LEFT)
def test_a_grid_in_which_people_or_a_party_group_are_left_is_not_retired_br_60(events: list[Event], left: Any) -> None:
    given(*GRIDS, *events).when(retire, grid=G2, ended=days(9)).refused(GridStillStaffed(*left))


def test_a_grid_is_retired_once_all_have_left_it_and_no_earlier_br_60() -> None:
    all_left = given(
        *GRIDS,
        WORKER,
        VOLUNTEER,
        SEATED,
        PlaceAttached(G2, GROUP, DAY),
        PostVacated(G2, WANG, PostKind.GRID_WORKER, DAY, days(7)),
        ServiceTeamLeft(G2, LI, TeamRole.VOLUNTEER, DAY, days(9)),
        PlaceDetached(G2, GROUP, DAY, days(8)),
    )
    all_left.when(retire, grid=G2, ended=days(8)).refused(EffectiveDateOrder(days(8), days(9)))
    all_left.when(retire, grid=G2, ended=days(9)).then(GridRetired(G2, days(9)))


def test_a_micro_grid_whose_leader_holds_the_post_is_not_retired_br_60() -> None:
    """Its leader's events carry the grid's tag too, and are none of the grid's own posts."""
    leader = PostFilled(M1, WANG, PostKind.MICRO_GRID_LEADER, full_time=False, since=DAY)
    led = given(*GRIDS, leader)
    led.when(retire_micro_grid, micro_grid=M1, ended=days(5)).refused(GridStillStaffed((WANG,), (), ()))
    led.when(retire, grid=G1, ended=days(5)).refused(MicroGridsRemain((M1, M2)))
    vacated = given(*GRIDS, leader, PostVacated(M1, WANG, PostKind.MICRO_GRID_LEADER, DAY, days(4)))
    early = vacated.when(retire_micro_grid, micro_grid=M1, ended=days(3))
    early.refused(EffectiveDateOrder(days(3), days(4)))
    vacated.when(retire_micro_grid, micro_grid=M1, ended=days(4)).then(MicroGridRetired(M1, days(4)))


def test_a_worker_whose_grids_were_retired_may_take_another_br_61() -> None:
    """Grids are retired without their workers only: none keeps counting towards the most that one may hold."""
    many = tuple(Ref[Any](f"grid:many-{n}") for n in range(4))
    county = given(
        *GRIDS,
        *(GridDelineated(grid, C1, str(grid), DAY) for grid in many),
        *(PostFilled(grid, WANG, PostKind.GRID_WORKER, full_time=True, since=DAY) for grid in many),
    )
    for grid in many:
        county = county.when(vacate_post, grid=grid, person=WANG, post_kind=PostKind.GRID_WORKER, ended=days(1))
        county = county.when(retire, grid=grid, ended=days(1)).then(GridRetired(grid, days(1)))
    county.when(appoint_worker, grid=G1, person=WANG, full_time=True, since=days(1)).then(
        PostFilled(G1, WANG, PostKind.GRID_WORKER, full_time=True, since=days(1))
    )
