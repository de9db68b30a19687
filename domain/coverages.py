"""Coverages: on every date each building, and each compound not divided into buildings, is in exactly one grid (BR-60).

A place joins a grid and leaves it on a date. It may be in no grid before it is first covered; once covered, it leaves
one grid only by joining its neighbour the same day, at most once a day, or by being divided. The buildings of a
compound that is divided are uncovered, and reported so, until a grid takes them. How a grid ends: see retirements.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Self

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.grids import (
    EffectiveDateOrder,
    Grid,
    GridDelineated,
    GridRetired,
    check_date,
)
from domain.periods import check_same
from domain.places import (
    Building,
    BuildingRegistered,
    Community,
    Compound,
    CompoundDivided,
    CompoundDivisionCorrected,
    CompoundRegistered,
)
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    place=("The place concerned.", "所涉场所。"),
    buildings=(
        "The buildings concerned; counted, a compound that is one place is one.",
        "所涉楼栋；计数时整体小区计为一处。",
    ),
    compounds=("Compounds, not divided into buildings, that the grid is to cover.", "网格覆盖的整体小区。"),
    leaving_buildings=("Buildings that leave the grid for its neighbour.", "划归相邻网格的楼栋。"),
    leaving_compounds=("Compounds that leave the grid for its neighbour.", "划归相邻网格的整体小区。"),
    neighbour=("The grid that gives or takes the places which change sides.", "与之调整范围的网格。"),
)


class GridCoverageBegan(Event):
    """A place is covered by a grid from a date on.
    场所自某日起纳入网格。"""

    place: Ref[Building | Compound]
    grid: Ref[Grid]
    since: date


class GridCoverageEnded(Event):
    """A place that a grid covered since one date leaves it on another.
    场所自某日起划出网格。"""

    place: Ref[Building | Compound]
    grid: Ref[Grid]
    since: date
    ended: date


class GridRedrawn(Event):
    """A grid covers other places than before from a date on.
    网格范围自某日起调整。"""

    grid: Ref[Grid]
    since: date


class GridOverlap(Refusal):
    """{building} is covered by {grid}; a place is in exactly one grid.
    该场所（{building}）已属于 {grid}，同一场所只能属于一个网格。"""

    rule = "BR-60"
    building: Ref[Any]
    grid: Ref[Grid]


class GridUncovered(Refusal):
    """{places} would be in no grid; the same command must have another grid take them.
    下列场所将无网格覆盖，须在同一次操作中划归其他网格：{places}。"""

    rule = "BR-60"
    grid: Ref[Grid]
    places: tuple[Ref[Any], ...]


class PlaceNotInGrid(Refusal):
    """{place} is not in {grid} and so cannot leave it.
    该场所（{place}）不在 {grid} 内，无从划出。"""

    rule = "BR-60"
    place: Ref[Any]
    grid: Ref[Grid]


class OtherCommunity(Refusal):
    """{place} does not lie in the grid's community.
    该场所（{place}）不在网格所属社区内。"""

    rule = "BR-60"
    place: Ref[Any]
    community: Ref[Community]


class PlaceDivided(Refusal):
    """{place} is divided into buildings; cover those.
    该小区（{place}）已按楼栋划分，请按楼栋纳入网格。"""

    rule = "BR-60"
    place: Ref[Any]


class Extent(State):
    """What a grid covers, and when it last changed.
    网格范围。"""

    id: Ref[Grid]
    community: Ref[Community] = Ref()
    places: tuple[Ref[Any], ...] = ()
    latest: date = date.min
    ended: date | None = None

    def evolve(self, event: GridDelineated | GridCoverageBegan | GridCoverageEnded | GridRetired) -> Self:
        match event:
            case GridDelineated():
                return replace(self, community=event.community, latest=event.since)
            case GridCoverageBegan():
                latest = max(self.latest, event.since)
                return replace(self, places=(*self.places, event.place), latest=latest)
            case GridCoverageEnded():
                rest = tuple(place for place in self.places if place != event.place)
                return replace(self, places=rest, latest=max(self.latest, event.ended))
            case GridRetired():
                return replace(self, ended=event.ended)


class Cover(State):
    """Which grid a place is in, and since when.
    场所现属网格。"""

    id: Ref[Any]
    community: Ref[Community] = Ref()
    divided: bool = False
    divided_since: date | None = None
    grid: Ref[Grid] | None = None
    since: date = date.min

    def evolve(
        self,
        event: BuildingRegistered
        | CompoundRegistered
        | CompoundDivisionCorrected
        | CompoundDivided
        | GridCoverageBegan
        | GridCoverageEnded,
    ) -> Self:
        match event:
            case CompoundRegistered():
                return replace(self, community=event.community, divided=event.divided)
            case CompoundDivided() | CompoundDivisionCorrected():
                since = event.since if isinstance(event, CompoundDivided) else None
                return replace(self, divided=since is not None, divided_since=since)
            case BuildingRegistered(building=self.id):
                return replace(self, community=event.community)
            case GridCoverageBegan(place=self.id):
                return replace(self, grid=event.grid, since=event.since)
            case GridCoverageEnded(place=self.id):
                return replace(self, grid=None)
        return self  # a building's events also carry its compound's tag


class BuildingCover(Cover):
    """Which grid a building is in, and since when.
    楼栋现属网格。"""

    id: Ref[Building]


class CompoundCover(Cover):
    """Which grid a compound that is one place is in, and since when.
    整体小区现属网格。"""

    id: Ref[Compound]


@decision(roles={Role.TOWN, Role.COMMUNITY})
def delineate(
    grid: New[Grid],
    community: Community,
    neighbour: Extent | None = None,
    *,
    name: str,
    since: date,
    buildings: tuple[BuildingCover, ...] = (),
    compounds: tuple[CompoundCover, ...] = (),
) -> Iterator[Event]:
    """Delineate a grid over places that are in no grid, or that its neighbour gives up the same day.
    划定网格，覆盖尚无网格的场所，或由相邻网格同日划出的场所。"""
    places = _distinct(buildings, compounds)
    yield GridDelineated(grid.id, community.id, name, since)
    if neighbour and any(place.grid == neighbour.id for place in places):
        yield _redrawn(neighbour, since)
    yield from _joined(places, grid.id, community.id, neighbour, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def redraw(
    grid: Extent,
    neighbour: Extent | None = None,
    *,
    since: date,
    buildings: tuple[BuildingCover, ...] = (),
    compounds: tuple[CompoundCover, ...] = (),
    leaving_buildings: tuple[BuildingCover, ...] = (),
    leaving_compounds: tuple[CompoundCover, ...] = (),
) -> Iterator[Event]:
    """Have a grid cover more places and give others to its neighbour, all on one date.
    调整网格范围：同日纳入场所，并将划出的场所交由相邻网格覆盖。"""
    joining = [place for place in _distinct(buildings, compounds) if place.grid != grid.id]
    leaving = [
        place
        for place in _distinct(leaving_buildings, leaving_compounds)
        if neighbour is None or place.grid != neighbour.id
    ]
    for place in leaving:
        if place.grid != grid.id:
            raise PlaceNotInGrid(place.id, grid.id)
    if leaving and neighbour is None:
        raise GridUncovered(grid.id, tuple(place.id for place in leaving))
    if joining or leaving:
        yield _redrawn(grid, since)
    if neighbour and (leaving or any(place.grid == neighbour.id for place in joining)):
        yield _redrawn(neighbour, since)
    yield from _joined(joining, grid.id, grid.community, neighbour, since)
    if neighbour:
        yield from _joined(leaving, neighbour.id, neighbour.community, grid, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def divide_compound(compound: CompoundCover, *, since: date) -> Iterator[Event]:
    """Divide a compound into buildings: it leaves its grid, and its buildings, once registered, are to be covered.
    将整体小区改为按楼栋划分：小区退出网格，其楼栋登记后另行纳入网格。"""
    if compound.divided and compound.divided_since is None:
        raise PlaceDivided(compound.id)
    if compound.divided_since is not None:
        check_same(since, compound.divided_since)
        return
    if compound.grid is not None:
        yield _left(compound, compound.grid, since)
    yield CompoundDivided(compound.id, since)


def _distinct(*groups: Iterable[Cover]) -> list[Cover]:
    return list({place.id: place for group in groups for place in group}.values())


def _redrawn(grid: Extent, since: date) -> Event:
    check_date(since, grid.latest, grid.ended)
    return GridRedrawn(grid.id, since)


def _joined(
    places: Iterable[Cover], grid: Ref[Grid], community: Ref[Community], giver: Extent | None, since: date
) -> Iterator[Event]:
    for place in places:
        if place.community != community:
            raise OtherCommunity(place.id, community)
        if place.divided:
            raise PlaceDivided(place.id)
        if place.grid is not None:
            if giver is None or place.grid != giver.id:
                raise GridOverlap(place.id, place.grid)
            yield _left(place, place.grid, since)
        yield GridCoverageBegan(place.id, grid, since)


def _left(place: Cover, grid: Ref[Grid], since: date) -> Event:
    if since <= place.since:
        raise EffectiveDateOrder(since, place.since)
    return GridCoverageEnded(place.id, grid, place.since, since)
