"""Who holds which post in the grids, with no seat taken twice and no worker overloaded (BR-61, BR-67)."""

from typing import Any

import pytest

from domain.decisions import Decision
from domain.events import Event, Ref
from domain.grids import EffectiveDateOrder, GridDelineated, GridOver, GridRetired, MicroGridRetired
from domain.periods import AlreadySo, DayAhead, PeriodReversed
from domain.posts import (
    GRIDS_PER_WORKER,
    NotInPost,
    PostFilled,
    PostKind,
    PostVacated,
    ReplacesNobody,
    SeatTaken,
    WorkerOverloaded,
    appoint_checker,
    appoint_leader,
    appoint_leader_building,
    appoint_leader_micro_grid,
    appoint_worker,
    assign_town_leader,
    vacate_leader_building,
    vacate_leader_micro_grid,
    vacate_post,
    vacate_town_leader,
)
from domain.specification import Scenario, given
from tests.county import BUILDINGS, C1, DAY, G1, G2, GRIDS, K1, LI, LIES_IN_C1, M1, WANG, ZHAO, days

K1_1 = BUILDINGS[K1][0]

SINGLE_SEATS = [
    pytest.param(assign_town_leader, {"grid": G1}, PostKind.TOWN_LEADER, id="town leader"),
    pytest.param(appoint_leader, {"grid": G1}, PostKind.GRID_LEADER, id="grid leader"),
    pytest.param(appoint_leader_micro_grid, {"micro_grid": M1}, PostKind.MICRO_GRID_LEADER, id="micro-grid leader"),
    pytest.param(appoint_leader_building, {"building": K1_1}, PostKind.BUILDING_LEADER, id="building leader"),
]
SURROUNDINGS = {G1: {*LIES_IN_C1}, M1: {G1, *LIES_IN_C1}, K1_1: {K1, *LIES_IN_C1}}


def staffed(*events: Event) -> Scenario:
    return given(*GRIDS, *events)


def worker(seat: Ref[Any], person: Ref[Any], after: int = 0, *, full_time: bool = True) -> PostFilled:
    return PostFilled(seat, person, PostKind.GRID_WORKER, full_time, days(after))


@pytest.mark.parametrize(("decision", "seat", "kind"), SINGLE_SEATS)
def test_a_single_seat_is_filled_and_the_same_again_records_nothing(
    decision: Decision, seat: dict[str, Any], kind: PostKind
) -> None:
    (place,) = seat.values()
    filled = staffed().when(decision, **seat, person=WANG, since=DAY)
    filled.then(PostFilled(place, WANG, kind, full_time=False, since=DAY))
    filled.tagged({place, WANG, *SURROUNDINGS[place]})
    filled.when(decision, **seat, person=WANG, since=DAY).then()
    filled.when(decision, **seat, person=WANG, since=days(3)).refused(AlreadySo(DAY))


@pytest.mark.parametrize(("decision", "seat", "kind"), SINGLE_SEATS)
def test_a_single_seat_has_one_holder_at_a_time_br_67(decision: Decision, seat: dict[str, Any], kind: PostKind) -> None:
    (place,) = seat.values()
    held = staffed(PostFilled(place, WANG, kind, full_time=False, since=DAY))
    held.when(decision, **seat, person=LI, since=days(3)).refused(SeatTaken(WANG, DAY))
    replaced = held.when(decision, **seat, person=LI, replacing=WANG, since=days(3))
    replaced.then(
        PostVacated(place, WANG, kind, DAY, days(3)), PostFilled(place, LI, kind, full_time=False, since=days(3))
    )
    replaced.when(decision, **seat, person=LI, replacing=WANG, since=days(3)).then()
    held.when(decision, **seat, person=LI, replacing=ZHAO, since=days(3)).refused(NotInPost(ZHAO, place))


def test_a_time_in_a_post_that_is_over_may_be_entered_later_br_67() -> None:
    """Who was responsible on a day is right whichever was entered first."""
    seat: dict[str, Any] = {"grid": G1, "since": days(2), "until": days(5)}
    now = given(*GRIDS, PostFilled(G1, WANG, PostKind.GRID_LEADER, full_time=False, since=days(5))).on(days(30))
    entered = now.when(appoint_leader, person=LI, **seat)
    entered.then(
        PostFilled(G1, LI, PostKind.GRID_LEADER, full_time=False, since=days(2)),
        PostVacated(G1, LI, PostKind.GRID_LEADER, days(2), days(5)),
    )
    entered.when(appoint_leader, person=LI, **seat).then()
    entered.when(appoint_leader, person=ZHAO, **seat).refused(SeatTaken(LI, days(2)))
    now.when(appoint_leader, person=LI, **{**seat, "until": days(6)}).refused(SeatTaken(WANG, days(5)))
    now.when(appoint_leader, person=LI, **{**seat, "until": days(2)}).refused(PeriodReversed(days(2), days(2)))
    now.when(appoint_leader, person=LI, **{**seat, "until": days(31)}).refused(DayAhead(days(31), days(30)))
    now.when(appoint_leader, person=LI, **{**seat, "since": days(-1)}).refused(EffectiveDateOrder(days(-1), DAY))
    now.when(appoint_leader, person=LI, **seat, replacing=WANG).refused(ReplacesNobody)
    left = entered.when(vacate_post, grid=G1, person=WANG, post_kind=PostKind.GRID_LEADER, ended=days(20))
    left.then(PostVacated(G1, WANG, PostKind.GRID_LEADER, days(5), days(20)))


def test_a_time_in_a_post_of_a_grid_that_is_over_may_be_entered_later() -> None:
    gone = given(*GRIDS, GridRetired(G2, days(9))).on(days(30))
    wish: dict[str, Any] = {"grid": G2, "person": LI, "since": days(2)}
    assert gone.when(appoint_leader, **wish, until=days(9)).refusal is None
    gone.when(appoint_leader, **wish, until=days(10)).refused(GridOver(days(9)))


def test_a_post_that_never_lasted_a_day_is_in_nobodys_way_br_67() -> None:
    never = given(*GRIDS, PostFilled(G1, WANG, PostKind.GRID_LEADER, full_time=False, since=days(90)))
    gone = never.when(vacate_post, grid=G1, person=WANG, post_kind=PostKind.GRID_LEADER, ended=days(90))
    taken = gone.when(appoint_leader, grid=G1, person=LI, since=days(9))
    taken.then(PostFilled(G1, LI, PostKind.GRID_LEADER, full_time=False, since=days(9)))


def test_an_appointment_may_not_overlap_a_former_holders_br_67() -> None:
    left = PostVacated(G1, WANG, PostKind.GRID_LEADER, DAY, days(10))
    seat = staffed(PostFilled(G1, WANG, PostKind.GRID_LEADER, full_time=False, since=DAY), left)
    seat.when(appoint_leader, grid=G1, person=LI, since=days(9)).refused(SeatTaken(WANG, DAY))
    on_the_day = seat.when(appoint_leader, grid=G1, person=LI, since=days(10))
    on_the_day.then(PostFilled(G1, LI, PostKind.GRID_LEADER, full_time=False, since=days(10)))


@pytest.mark.parametrize("back", [True, False], ids=["in post again", "came back and left"])
def test_only_the_time_in_the_post_that_ends_that_day_makes_room_br_67(back: bool) -> None:  # noqa: FBT001
    kind = PostKind.GRID_LEADER
    times = [
        PostFilled(G1, WANG, kind, full_time=False, since=DAY),
        PostVacated(G1, WANG, kind, DAY, days(30)),
        PostFilled(G1, WANG, kind, full_time=False, since=days(90)),
        PostVacated(G1, WANG, kind, days(90), days(200)),
    ]
    seat = staffed(*times[: 3 if back else 4])
    second = seat.when(appoint_leader, grid=G1, person=LI, replacing=WANG, since=days(30))
    second.refused(PeriodReversed(days(90), days(30)) if back else SeatTaken(WANG, days(90)))


def test_nobody_is_replaced_before_taking_the_post() -> None:
    held = staffed(PostFilled(G1, WANG, PostKind.GRID_LEADER, full_time=False, since=days(5)))
    early = held.when(appoint_leader, grid=G1, person=LI, replacing=WANG, since=days(4))
    early.refused(PeriodReversed(days(5), days(4)))


def test_the_leader_of_a_micro_grid_is_not_the_leader_of_its_grid() -> None:
    """Its events carry the grid's tag too."""
    led = staffed(PostFilled(M1, WANG, PostKind.GRID_LEADER, full_time=False, since=DAY))
    led.when(appoint_leader, grid=G1, person=LI, since=DAY).then(
        PostFilled(G1, LI, PostKind.GRID_LEADER, full_time=False, since=DAY)
    )


def test_a_grid_may_have_several_workers_and_checkers() -> None:
    staff = staffed(worker(G1, WANG)).when(appoint_worker, grid=G1, person=LI, full_time=False, since=DAY)
    staff.then(worker(G1, LI, full_time=False))
    first = staff.when(appoint_checker, grid=G1, person=WANG, since=DAY)
    first.then(PostFilled(G1, WANG, PostKind.CHECKER, full_time=False, since=DAY))
    first.when(appoint_checker, grid=G1, person=LI, since=DAY).then(
        PostFilled(G1, LI, PostKind.CHECKER, full_time=False, since=DAY)
    )


def test_a_worker_is_replaced_s1() -> None:
    replaced = staffed(worker(G1, WANG)).when(
        appoint_worker, grid=G1, person=ZHAO, replacing=WANG, full_time=True, since=days(7)
    )
    replaced.then(PostVacated(G1, WANG, PostKind.GRID_WORKER, DAY, days(7)), worker(G1, ZHAO, 7))


def test_a_part_time_worker_becomes_full_time_by_replacing_himself() -> None:
    part_time = staffed(worker(G1, WANG, full_time=False))
    part_time.when(appoint_worker, grid=G1, person=WANG, full_time=True, since=days(2)).refused(SeatTaken(WANG, DAY))
    full_time = part_time.when(appoint_worker, grid=G1, person=WANG, replacing=WANG, full_time=True, since=days(2))
    full_time.then(PostVacated(G1, WANG, PostKind.GRID_WORKER, DAY, days(2)), worker(G1, WANG, 2))


MANY = tuple(Ref[Any](f"grid:many-{n}") for n in range(GRIDS_PER_WORKER + 1))


def overloaded(held: int) -> Scenario:
    grids = (GridDelineated(grid, C1, str(grid), DAY) for grid in MANY)
    return staffed(*grids, *(worker(grid, WANG) for grid in MANY[:held]))


def test_a_worker_may_hold_several_grids_up_to_the_cap_br_61() -> None:
    last: dict[str, Any] = {"grid": MANY[-1], "full_time": True, "since": DAY}
    fits = overloaded(GRIDS_PER_WORKER - 1)
    fits.when(appoint_worker, person=WANG, **last).then(worker(MANY[-1], WANG))
    full = overloaded(GRIDS_PER_WORKER)
    full.when(appoint_worker, person=WANG, **last).refused(WorkerOverloaded(GRIDS_PER_WORKER, GRIDS_PER_WORKER))
    full.when(appoint_worker, person=LI, **last).then(worker(MANY[-1], LI))
    full.when(appoint_worker, person=WANG, **{**last, "grid": MANY[0]}).then()


def test_a_grid_left_makes_room_for_another_br_61() -> None:
    freed = overloaded(GRIDS_PER_WORKER).when(
        vacate_post, grid=MANY[0], person=WANG, post_kind=PostKind.GRID_WORKER, ended=days(1)
    )
    freed.when(appoint_worker, grid=MANY[-1], person=WANG, full_time=True, since=days(1)).then(
        worker(MANY[-1], WANG, 1)
    )


def test_posts_other_than_a_workers_do_not_count_towards_the_cap_br_61() -> None:
    leads = [PostFilled(grid, WANG, PostKind.TOWN_LEADER, full_time=False, since=DAY) for grid in MANY[:-1]]
    left = PostVacated(MANY[0], WANG, PostKind.TOWN_LEADER, DAY, days(1))
    held = overloaded(0)
    for filled in leads:
        held = held.when(assign_town_leader, grid=filled.seat, person=WANG, since=DAY).then(filled)
    held = held.when(vacate_town_leader, grid=MANY[0], person=WANG, ended=days(1)).then(left)
    held.when(appoint_worker, grid=G1, person=WANG, full_time=True, since=DAY).then(worker(G1, WANG))


def test_a_post_is_vacated_once_br_61() -> None:
    vacated = staffed(worker(G1, WANG)).when(
        vacate_post, grid=G1, person=WANG, post_kind=PostKind.GRID_WORKER, ended=days(4)
    )
    vacated.then(PostVacated(G1, WANG, PostKind.GRID_WORKER, DAY, days(4))).tagged({G1, WANG, *LIES_IN_C1})
    again: dict[str, Any] = {"grid": G1, "person": WANG, "post_kind": PostKind.GRID_WORKER}
    vacated.when(vacate_post, **again, ended=days(4)).then()
    vacated.when(vacate_post, **again, ended=days(5)).refused(NotInPost(WANG, G1))


@pytest.mark.parametrize(
    ("decision", "seat", "kind"),
    [
        pytest.param(vacate_leader_micro_grid, {"micro_grid": M1}, PostKind.MICRO_GRID_LEADER, id="micro-grid"),
        pytest.param(vacate_leader_building, {"building": K1_1}, PostKind.BUILDING_LEADER, id="building"),
    ],
)
def test_a_leader_leaves_and_the_seat_is_vacant(decision: Decision, seat: dict[str, Any], kind: PostKind) -> None:
    (place,) = seat.values()
    vacated = staffed(PostFilled(place, WANG, kind, full_time=False, since=DAY)).when(
        decision, **seat, person=WANG, ended=days(4)
    )
    vacated.then(PostVacated(place, WANG, kind, DAY, days(4)))
    vacated.tagged({place, WANG, *SURROUNDINGS[place]})
    vacated.when(decision, **seat, person=LI, ended=days(4)).refused(NotInPost(LI, place))


def test_nobody_leaves_before_coming() -> None:
    early = staffed(worker(G1, WANG, 5)).when(
        vacate_post, grid=G1, person=WANG, post_kind=PostKind.GRID_WORKER, ended=days(4)
    )
    early.refused(PeriodReversed(days(5), days(4)))


@pytest.mark.parametrize(("decision", "seat", "kind"), SINGLE_SEATS[:3])
def test_nobody_takes_a_post_before_the_grid_is_there_br_60(
    decision: Decision, seat: dict[str, Any], kind: PostKind
) -> None:
    early = staffed().when(decision, **seat, person=WANG, since=days(-1))
    early.refused(EffectiveDateOrder(days(-1), DAY))


def test_nobody_takes_a_post_in_a_retired_grid() -> None:
    retired = staffed(GridRetired(G2, days(1)), MicroGridRetired(M1, days(2)))
    retired.when(appoint_checker, grid=G2, person=WANG, since=days(3)).refused(GridOver(days(1)))
    retired.when(appoint_leader_micro_grid, micro_grid=M1, person=WANG, since=days(3)).refused(GridOver(days(2)))
    retired.when(appoint_checker, grid=G1, person=WANG, since=days(3)).then(
        PostFilled(G1, WANG, PostKind.CHECKER, full_time=False, since=days(3))
    )
