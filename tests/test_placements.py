"""A member is placed in the nearest grid unless for balance (Q55, Q56, Q58, BR-65)."""

from typing import Any

from domain.periods import AlreadySo, PeriodReversed
from domain.placements import NotNearestGrid, NotPlaced, leave_grid, place_in_grid
from domain.registrations import MemberPlaced, NotRegistered, PlacementEnded, PlacementReason, ResidenceUnfit
from domain.specification import given
from tests.county import G1, G2, LI, WANG, days
from tests.test_registrations import FIRST, GRIDDED, HOME, REGISTERED, member

INTO_G1: dict[str, Any] = {"person": WANG, "grid": G1, "building": HOME}
BALANCE: dict[str, Any] = {"placement_reason": PlacementReason.BALANCE}


def test_another_grid_than_the_nearest_takes_the_reason_of_balance_br_65() -> None:
    member().when(place_in_grid, **INTO_G1, since=days(9)).refused(NotNearestGrid(G2))
    moved = member().when(place_in_grid, **INTO_G1, **BALANCE, since=days(9))
    left = PlacementEnded(WANG, G2, days(0), days(9))
    moved.then(left, MemberPlaced(WANG, G1, PlacementReason.BALANCE, G2, days(9)))
    moved.when(place_in_grid, **INTO_G1, **BALANCE, since=days(9)).then()
    moved.when(place_in_grid, **INTO_G1, **BALANCE, since=days(8)).refused(AlreadySo(days(9)))


def test_who_is_in_the_nearest_grid_is_there_because_it_is_nearest() -> None:
    free = given(*GRIDDED, *REGISTERED)
    placed = free.when(place_in_grid, person=WANG, grid=G2, building=HOME, **BALANCE, since=days(1))
    placed.then(MemberPlaced(WANG, G2, PlacementReason.NEAREST, G2, days(1)))


def test_a_placement_is_of_who_is_registered_there_and_lives_there_br_65() -> None:
    member().when(place_in_grid, **{**INTO_G1, "building": FIRST}, since=days(9)).refused(ResidenceUnfit)
    member().when(place_in_grid, **{**INTO_G1, "person": LI}, since=days(9)).refused(NotRegistered)
    member().when(place_in_grid, **INTO_G1, **BALANCE, since=days(-1)).refused(NotRegistered)
    later = given(*GRIDDED, *REGISTERED, MemberPlaced(WANG, G2, PlacementReason.NEAREST, G2, days(5)))
    later.when(place_in_grid, **INTO_G1, **BALANCE, since=days(4)).refused(PeriodReversed(days(5), days(4)))


def test_a_member_leaves_a_grid_once() -> None:
    left = member().when(leave_grid, person=WANG, grid=G2, ended=days(9))
    left.then(PlacementEnded(WANG, G2, days(0), days(9)))
    left.when(leave_grid, person=WANG, grid=G2, ended=days(9)).then()
    left.when(leave_grid, person=WANG, grid=G2, ended=days(10)).refused(NotPlaced(G2))
    member().when(leave_grid, person=WANG, grid=G1, ended=days(9)).refused(NotPlaced(G1))
