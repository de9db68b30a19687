"""Boards: what the notice board of a grid shows, from a day until it is taken down or has had its time (X02)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import New, Text, decision
from domain.events import Event, Ref
from domain.grids import Grid, check_date
from domain.periods import PeriodReversed, in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    grid_notice=("What is posted on the board of a grid.", "网格公示栏上的公示内容。"),
    title=("Its title.", "标题。"),
)


class GridNoticePosted(Event):
    """Something was posted on the board of a grid.
    网格公示栏张贴。"""

    grid_notice: Ref["GridNotice"]
    grid: Ref[Grid]
    title: str
    text: str
    since: date
    until: date | None


class GridNoticeRemoved(Event):
    """What was posted on the board of a grid since one date was taken down on another.
    网格公示栏撤下。"""

    grid_notice: Ref["GridNotice"]
    grid: Ref[Grid]
    since: date
    ended: date


class GridNoticeGone(Refusal):
    """This is no longer up since {ended}.
    该公示自 {ended} 起已不再张贴。"""

    rule = "BR-62"
    ended: date


class GridNotice(State, within=Grid):
    """What is posted on the board of a grid.
    网格公示栏上的公示内容。"""

    id: Ref["GridNotice"]
    grid: Ref[Grid] = Ref()
    since: date = date.min
    until: date | None = None
    ended: date | None = None

    def evolve(self, event: GridNoticePosted | GridNoticeRemoved) -> "GridNotice":
        if isinstance(event, GridNoticeRemoved):
            return replace(self, ended=event.ended)
        return replace(self, grid=event.grid, since=event.since, until=event.until)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def post(
    grid_notice: New[GridNotice],
    grid: Grid,
    *,
    title: str,
    text: Annotated[str, Text(2000)],
    since: date,
    until: date | None = None,
) -> Iterator[Event]:
    """Post something on the board of a grid; it names no private person.
    在网格公示栏张贴，不得载明个人信息。"""
    check_date(since, grid.since, grid.ended)
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    yield GridNoticePosted(grid_notice.id, grid.id, title, text, since, until)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def remove(grid_notice: GridNotice, *, ended: date) -> Iterator[Event]:
    """Take something down from the board of a grid.
    撤下网格公示栏内容。"""
    if grid_notice.ended == ended:
        return
    if grid_notice.ended is not None:
        raise GridNoticeGone(grid_notice.ended)
    if grid_notice.until is not None and grid_notice.until <= ended:
        raise GridNoticeGone(grid_notice.until)
    in_order(grid_notice.since, ended)
    yield GridNoticeRemoved(grid_notice.id, grid_notice.grid, grid_notice.since, ended)
