"""Placements as staff see them: which member serves in which grid, why, and which would be the nearest."""

from datetime import date
from typing import ClassVar

from domain import grids, people, places, registrations
from domain.events import Audience, Ref
from projections.rows import Changes, Row, around, by, its, new, put


def placement(event: registrations.MemberPlaced | registrations.PlacementEnded) -> str:
    return f"{event.person}@{event.grid}@{event.since}"


class Placement(Row, frozen=True, kw_only=True):
    """A registered member in a grid as a part-time grid worker, from a date to a date.
    在职党员编入网格任兼职网格员的一段时期。"""

    id: str
    person: Ref[people.Person]
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    placement_reason: registrations.PlacementReason
    nearest_grid: Ref[grids.Grid] | None = None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        registrations.MemberPlaced: new(key=placement, community=around("community")),
        registrations.PlacementEnded: put(key=placement, until=its.ended),
    }
    lists: ClassVar = (by("person"), by("grid"), by("community"), by("placement_reason"), by("nearest_grid"))
    orders: ClassVar = ("since",)
    audience: ClassVar = Audience.STAFF
