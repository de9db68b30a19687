"""Territory of a demonstration county: towns, communities, compounds with their buildings, and grids over them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from api.demo.script import Script
from domain import coverages, grids, places
from domain.events import Ref
from domain.execution import Actor
from domain.roles import Role

__all__ = [
    "Community",
    "Compound",
    "Grid",
    "Land",
    "community",
    "compound",
    "grid",
    "micro_grid",
    "runs_of",
    "shares",
]


@dataclass(frozen=True)
class Community:
    """A community with the staff who act for it."""

    ref: Ref[Any]
    line: str
    staff: Actor


@dataclass(frozen=True)
class Compound:
    """A compound with its buildings."""

    ref: Ref[Any]
    line: str
    community: Community
    buildings: tuple[Ref[Any], ...]


@dataclass(frozen=True)
class Grid:
    """A grid with its micro-grids."""

    ref: Ref[Any]
    line: str
    compound: Compound
    micro_grids: tuple[Ref[Any], ...]

    @property
    def community(self) -> Community:
        return self.compound.community


@dataclass(frozen=True)
class Land:
    """What a county has, once drawn."""

    communities: Sequence[Community]
    estates: Sequence[Compound]
    nets: Sequence[Grid]
    firms: Sequence[Ref[Any]]


def community(script: Script, town: Ref[Any], line: str, name: str) -> Community:
    """Register a community and give it a member of staff."""
    ref = script.do(places.register_community, line, town=town, name=name)
    return Community(ref, line, script.staff(f"staff-{line}", "社区工作人员", Role.COMMUNITY, ref))


def compound(script: Script, of: Community, line: str, name: str, buildings: int) -> Compound:
    """Register a compound with its buildings, as the community's staff."""
    script.actor = of.staff
    ref = script.do(places.register_compound, line, community=of.ref, name=name)
    made = (
        script.do(places.register_building, f"{line}-b{n}", compound=ref, name=f"{n}号楼")
        for n in range(1, buildings + 1)
    )
    return Compound(ref, line, of, tuple(made))


def grid(script: Script, of: Compound, line: str, buildings: Sequence[Ref[Any]], *, name: str, micro: int = 0) -> Grid:
    """Delineate a grid over buildings of a compound, with its micro-grids, as the community's staff."""
    script.actor = of.community.staff
    ref = script.do(
        coverages.delineate,
        line,
        community=of.community.ref,
        name=name,
        since=script.day,
        buildings=tuple(buildings),
    )
    return Grid(ref, line, of, tuple(micro_grid(script, ref, f"{line}-m{n}", n) for n in range(1, micro + 1)))


def micro_grid(script: Script, of: Ref[Any], line: str, number: int) -> Ref[Any]:
    return script.do(grids.delineate_micro_grid, line, grid=of, name=f"第{number}微网格", since=script.day)


def shares(things: Sequence[Any], groups: int) -> Iterator[list[Any]]:
    """Split a sequence into so many runs whose sizes differ by one at most."""
    rest, size = iter(things), len(things)
    for n in range(groups):
        yield list(islice(rest, size * (n + 1) // groups - size * n // groups))


def runs_of(communities: Sequence[Community], things: Sequence[Any], groups: int) -> Iterator[list[Any]]:
    """So many runs of compounds or grids, none of them across two communities."""
    for home, part in zip(communities, shares(range(groups), len(communities)), strict=True):
        yield from shares([thing for thing in things if thing.community == home], len(part))
