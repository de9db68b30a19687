"""Grids and the micro-grids within them.

A grid lies in one community, a micro-grid in one grid; each holds from a date to a date. A grid is delineated and
redrawn together with what it covers: see coverages. How both end: see retirements.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    grid=("The grid.", "网格。"),
    micro_grid=("The micro-grid.", "微网格。"),
)


class GridDelineated(Event):
    """A grid was delineated.
    划定网格。"""

    grid: Ref["Grid"]
    community: Ref[Community]
    name: str
    since: date


class GridRetired(Event):
    """A grid ended.
    撤销网格。"""

    grid: Ref["Grid"]
    ended: date


class MicroGridDelineated(Event):
    """A micro-grid was delineated in a grid.
    划定微网格。"""

    micro_grid: Ref["MicroGrid"]
    grid: Ref["Grid"]
    name: str
    since: date


class MicroGridRetired(Event):
    """A micro-grid ended.
    撤销微网格。"""

    micro_grid: Ref["MicroGrid"]
    ended: date


class EffectiveDateOrder(Refusal):
    """{since} comes too early: something here already took effect on {latest}.
    生效日期 {since} 早于已有的生效日期 {latest}，或与之冲突。"""

    rule = "BR-60"
    since: date
    latest: date


class GridOver(Refusal):
    """This grid or micro-grid was retired on {ended}.
    该网格或微网格已于 {ended} 撤销。"""

    code, rule = "GRID_RETIRED", "BR-60"
    ended: date


class Grid(State, within=Community):
    """A grid of a community.
    网格。"""

    id: Ref["Grid"]
    community: Ref[Community] = Ref()
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: GridDelineated | GridRetired) -> "Grid":
        match event:
            case GridDelineated():
                return replace(self, community=event.community, since=event.since)
            case GridRetired():
                return replace(self, ended=event.ended)


class MicroGrid(State, within=Grid):
    """A micro-grid of a grid.
    微网格。"""

    id: Ref["MicroGrid"]
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: MicroGridDelineated | MicroGridRetired) -> "MicroGrid":
        match event:
            case MicroGridDelineated():
                return replace(self, since=event.since)
            case MicroGridRetired():
                return replace(self, ended=event.ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def delineate_micro_grid(micro_grid: New[MicroGrid], grid: Grid, *, name: str, since: date) -> Iterator[Event]:
    """Delineate a micro-grid in a grid.
    在网格内划定微网格。"""
    check_date(since, grid.since, grid.ended)
    yield MicroGridDelineated(micro_grid.id, grid.id, name, since)


def check_date(effective: date, latest: date, ended: date | None) -> None:
    """Refuse a date before the latest that already took effect, or any once it has ended."""
    if ended is not None:
        raise GridOver(ended)
    if effective < latest:
        raise EffectiveDateOrder(effective, latest)
