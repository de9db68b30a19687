"""An in-post member has at most one community of residence at a time (X37, Q57, BR-65)."""

from datetime import date
from typing import Any

import pytest

from domain.coverages import GridCoverageBegan
from domain.events import Event, Ref
from domain.grids import GridDelineated
from domain.periods import AlreadySo, PeriodReversed
from domain.registrations import (
    AlreadyRegistered,
    MemberPlaced,
    MemberRegistered,
    NotRegistered,
    PlacementEnded,
    PlacementReason,
    RegistrationEnded,
    ResidenceStated,
    ResidenceUnfit,
    end_registration,
    register_with_community,
)
from domain.specification import Scenario, given
from tests.county import BUILDINGS, C1, C2, DAY, FAR_1, G1, G2, K1, K2, WANG, WHOLE, days
from tests.test_pairings import BUREAU, UNITS

FIRST, HOME = BUILDINGS[K1][0], BUILDINGS[K2][0]
GRIDDED: tuple[Event, ...] = (
    *UNITS,
    GridDelineated(G1, C1, "第一网格", DAY),
    GridDelineated(G2, C1, "第二网格", DAY),
    GridCoverageBegan(FIRST, G1, DAY),
    GridCoverageBegan(HOME, G2, DAY),
)
HERE: dict[str, Any] = {"person": WANG, "community": C1, "unit": BUREAU}
REGISTERED: tuple[Event, ...] = (MemberRegistered(WANG, C1, BUREAU, DAY), ResidenceStated(WANG, HOME, DAY))
PLACED = MemberPlaced(WANG, G2, PlacementReason.NEAREST, G2, DAY)


def member(*more: Event) -> Scenario:
    return given(*GRIDDED, *REGISTERED, PLACED, *more)


def test_a_member_registers_and_is_placed_in_the_nearest_grid_q57() -> None:
    made = given(*GRIDDED).when(register_with_community, **HERE, building=HOME, since=DAY).then(*REGISTERED, PLACED)
    made.when(register_with_community, **HERE, building=HOME, since=DAY).then()
    made.when(register_with_community, **HERE, building=HOME, since=days(1)).refused(AlreadySo(DAY))


def test_where_no_grid_is_yet_nobody_is_placed() -> None:
    whole = given(*GRIDDED).when(register_with_community, **HERE, compound=WHOLE, since=DAY)
    whole.then(REGISTERED[0], ResidenceStated(WANG, WHOLE, DAY))


@pytest.mark.parametrize(
    ("homes", "told"),
    [
        ({}, None),
        ({"building": FAR_1}, FAR_1),
        ({"compound": K1}, K1),
        ({"building": HOME, "compound": WHOLE}, HOME),
    ],
    ids=["none", "elsewhere", "divided", "two"],
)
def test_a_residence_is_one_place_of_the_community_br_65(homes: dict[str, Any], told: Ref[Any] | None) -> None:
    given(*GRIDDED).when(register_with_community, **HERE, **homes, since=DAY).refused(ResidenceUnfit(told, C1))


def test_one_community_is_the_limit_br_65() -> None:
    there: dict[str, Any] = {**HERE, "community": C2, "building": FAR_1}
    member().when(register_with_community, **there, since=days(9)).refused(AlreadyRegistered(C1, DAY, None))


@pytest.mark.parametrize(("since", "fits"), [(days(8), False), (days(9), True)])
def test_who_moves_ends_and_begins_without_a_day_in_common_br_65(since: date, *, fits: bool) -> None:
    gone = member().when(end_registration, person=WANG, community=C1, ended=days(9))
    gone.then(PlacementEnded(WANG, G2, DAY, days(9)), RegistrationEnded(WANG, C1, BUREAU, DAY, days(9)))
    gone.when(end_registration, person=WANG, community=C1, ended=days(9)).then()
    gone.when(end_registration, person=WANG, community=C1, ended=days(10)).refused(NotRegistered(C1))
    moved = gone.when(register_with_community, **{**HERE, "community": C2, "building": FAR_1}, since=since)
    if fits:
        moved.then(MemberRegistered(WANG, C2, BUREAU, since), ResidenceStated(WANG, FAR_1, since))
    else:
        moved.refused(AlreadyRegistered(C1, DAY, days(9)))


def test_only_a_registration_that_is_there_ends() -> None:
    member().when(end_registration, person=WANG, community=C2, ended=days(9)).refused(NotRegistered(C2))
    member().when(end_registration, person=WANG, community=C1, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
