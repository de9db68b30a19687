"""Placements: a registered member serves in a grid as a part-time worker: the nearest, unless for balance (BR-65).

The nearest is the grid that covers the residence; whoever is placed elsewhere is there for overall balance, and that is
on record with the grid that would have been nearest.
"""

from collections.abc import Iterator
from datetime import date

from domain.coverages import BuildingCover, CompoundCover
from domain.decisions import decision
from domain.events import Event, Ref
from domain.grids import Grid, check_date
from domain.periods import check_same, in_order
from domain.refusals import Refusal
from domain.registrations import (
    Member,
    MemberPlaced,
    PlacementEnded,
    PlacementReason,
    ResidenceUnfit,
    living,
    registered,
)
from domain.roles import Role


class NotNearestGrid(Refusal):
    """The nearest grid is {nearest}; another takes the reason of overall balance.
    就近网格为 {nearest}；编入其他网格须以统筹调配为由。"""

    rule = "BR-65"
    nearest: Ref[Grid] | None


class NotPlaced(Refusal):
    """This member does not serve in {grid}.
    该党员未编入该网格（{grid}）。"""

    rule = "BR-65"
    grid: Ref[Grid]


@decision(roles={Role.TOWN, Role.COMMUNITY})
def place_in_grid(
    person: Member,
    grid: Grid,
    building: BuildingCover | None = None,
    compound: CompoundCover | None = None,
    *,
    placement_reason: PlacementReason = PlacementReason.NEAREST,
    since: date,
) -> Iterator[Event]:
    """Place a registered member in a grid, leaving another if need be; the residence tells which is nearest.
    将已报到的在职党员编入网格；就近与否以居住地为准。"""
    home = living(grid.community, building, compound)
    registered(person, grid.community, since)
    if person.residence != home.id:
        raise ResidenceUnfit(home.id, grid.community)
    held = person.grids.present()
    if held and held.of == grid.id:
        check_same(since, held.since)
        return
    check_date(since, grid.since, grid.ended)
    if home.grid == grid.id:
        placement_reason = PlacementReason.NEAREST
    elif placement_reason is PlacementReason.NEAREST:
        raise NotNearestGrid(home.grid)
    if held:
        in_order(held.since, since)
    yield from person.left(since)
    yield MemberPlaced(person.id, grid.id, placement_reason, home.grid, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def leave_grid(person: Member, grid: Grid, *, ended: date) -> Iterator[Event]:
    """Record that a member no longer serves in a grid.
    在职党员退出网格。"""
    held = person.grids.present(grid.id)
    if held is None:
        if not person.grids.ended(grid.id, ended):
            raise NotPlaced(grid.id)
        return
    in_order(held.since, ended)
    yield PlacementEnded(person.id, grid.id, held.since, ended)
