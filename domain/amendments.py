"""Amendments: a post that was entered wrongly is corrected, and one that never was so is voided (BR-84).

A corrected post fits its seat as if it had been entered so. A voided one stays on record as void: it counts nowhere,
and its seat is free again. Both name the event that filled the post by its position.
"""

from collections.abc import Iterator
from datetime import date

from domain.decisions import decision
from domain.events import Confidential, Event, Position
from domain.grids import check_date
from domain.periods import in_order
from domain.posts import (
    SHARED,
    BuildingPosts,
    GridPosts,
    Holding,
    MicroGridPosts,
    PostCorrected,
    PostKind,
    Posts,
    PostVoided,
    SeatTaken,
    check_kind,
)
from domain.refusals import Refusal
from domain.roles import Role


class FullTimeUnfit(Refusal):
    """Only a grid worker's post may be full-time; others are held beside another job.
    只有网格员分专职与兼职，其他岗位均为兼任。"""

    rule = "BR-61"
    post_kind: str


@decision(roles={Role.TOWN, Role.COMMUNITY})
def correct_post(
    grid: GridPosts,
    *,
    corrects: Position,
    reason: Confidential,
    since: date | None = None,
    full_time: bool | None = None,
) -> Iterator[Event]:
    """Correct the date of a post of a grid, or whether it is full-time; what is not given stays.
    更正网格岗位的任岗日期或专兼职，未填写的不变。"""
    check_kind(grid.filled(corrects).kind)
    yield from _corrected(grid, corrects, reason, since, full_time=full_time)


@decision(roles={Role.TOWN})
def correct_town_leader(grid: GridPosts, *, corrects: Position, reason: Confidential, since: date) -> Iterator[Event]:
    """Correct the date from which a town leader keeps contact with a grid.
    更正乡镇领导联系网格的起始日期。"""
    check_kind(grid.filled(corrects).kind, of_town=True)
    yield from _corrected(grid, corrects, reason, since)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def correct_leader_micro_grid(
    micro_grid: MicroGridPosts, *, corrects: Position, reason: Confidential, since: date
) -> Iterator[Event]:
    """Correct the date from which a micro-grid's leader leads it.
    更正微网格长的任岗日期。"""
    yield from _corrected(micro_grid, corrects, reason, since)


@decision(roles={Role.COMMUNITY})
def correct_leader_building(
    building: BuildingPosts, *, corrects: Position, reason: Confidential, since: date
) -> Iterator[Event]:
    """Correct the date from which a building's leader leads it.
    更正楼栋长的任岗日期。"""
    yield from _corrected(building, corrects, reason, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def void_post(grid: GridPosts, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void a post of a grid that was entered by mistake: the person never held it.
    作废误登的网格任岗。"""
    check_kind(grid.filled(voids).kind)
    yield _voided(grid, voids, reason)


@decision(roles={Role.TOWN})
def void_town_leader(grid: GridPosts, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void a town leader of a grid who was entered by mistake.
    作废误登的联系网格乡镇领导。"""
    check_kind(grid.filled(voids).kind, of_town=True)
    yield _voided(grid, voids, reason)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def void_leader_micro_grid(micro_grid: MicroGridPosts, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void a micro-grid leader who was entered by mistake.
    作废误登的微网格长。"""
    yield _voided(micro_grid, voids, reason)


@decision(roles={Role.COMMUNITY})
def void_leader_building(building: BuildingPosts, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void a building leader who was entered by mistake.
    作废误登的楼栋长。"""
    yield _voided(building, voids, reason)


def _corrected(
    posts: Posts, corrects: int, reason: Confidential, since: date | None, *, full_time: bool | None = None
) -> Iterator[Event]:
    wrong = posts.filled(corrects)
    entered, at = wrong.entered or wrong.since, Position(corrects)
    full_time = wrong.full_time if full_time is None else full_time
    right = wrong._replace(since=since or wrong.since, full_time=full_time)
    if right != wrong:
        _check(posts, right)
        who = right.person, right.kind
        yield PostCorrected(at, reason, posts.id, *who, entered, full_time, right.since, right.again)


def _voided(posts: Posts, voids: int, reason: Confidential) -> Event:
    wrong, at = posts.filled(voids), Position(voids)
    who = wrong.person, wrong.kind
    return PostVoided(at, reason, posts.id, *who, wrong.entered, wrong.since, wrong.ended, wrong.again)


def _check(posts: Posts, right: Holding) -> None:
    """Refuse what does not fit the seat, or the others who hold or held it."""
    if right.full_time and right.kind is not PostKind.GRID_WORKER:
        raise FullTimeUnfit(right.kind.name)
    check_date(right.since, posts.since, None)
    if right.ended is not None:
        in_order(right.since, right.ended)
    for other in posts.of(right.kind):
        mine = right.kind not in SHARED or other.person == right.person
        if mine and other.position != right.position and _meet(other, right):
            raise SeatTaken(other.person, other.since)


def _meet(one: Holding, other: Holding) -> bool:
    """Whether there is a day on which both hold."""
    return max(one.since, other.since) < min(one.ended or date.max, other.ended or date.max)
