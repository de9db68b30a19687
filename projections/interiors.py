"""Interiors as people see them: the rooms of venues, their floors and uses."""

from datetime import date
from typing import ClassVar

from domain import interiors, places, venues
from domain.events import Ref
from domain.interiors import RoomKind
from domain.venues import VenueFunction, VenueKind
from domain.words import describe
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, new, put

describe(upgraded=("The day it was upgraded.", "提档升级日期。"))

MERGED = frozenset(
    {
        RoomKind.PARTY_MASSES_CENTRE,
        RoomKind.CONVENIENCE_HALL,
        RoomKind.PETITION_ROOM,
        RoomKind.COUNSELLING_ROOM,
        RoomKind.MEDIATION_ROOM,
    }
)
"""The kinds of room that community centres were upgraded with."""


class Room(Row, frozen=True, kw_only=True):
    """A room of a venue.
    阵地内的房间。"""

    id: Ref[interiors.Room]
    venue: Ref[venues.Venue]
    venue_kind: VenueKind
    community: Ref[places.Community] | None
    room_kind: RoomKind
    name: str
    floor: int
    public_facing: bool
    uses: tuple[VenueFunction, ...] = ()
    upgraded: date | None = None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        interiors.RoomPlaced: new(community=around("community")),
        interiors.RoomUsesSet: put(uses=its.uses),
        interiors.RoomUpgraded: put(upgraded=its.since),
        interiors.RoomMoved: put(floor=its.floor, public_facing=its.public_facing),
        interiors.RoomGivenUp: put(until=its.ended),
    }
    lists: ClassVar = (by("venue"), by("community"), by("room_kind"), by("floor"), by("public_facing"), by("uses"))
    orders: ClassVar = ("name", "floor")


def of_county(row: Room, kind: RoomKind) -> bool:
    return row.until is None and row.venue_kind is VenueKind.COUNTY_CENTRE and row.room_kind is kind


counts(
    "countyCentreHalls",
    "县党群服务中心功能厅",
    "Functional halls of the county centre",
    Room,
    where=lambda row: of_county(row, RoomKind.HALL),
)
counts(
    "countyCentreStudios",
    "县党群服务中心工作室",
    "Studios of the county centre",
    Room,
    where=lambda row: of_county(row, RoomKind.STUDIO),
)
counts(
    "mergedCentreRoomKinds",
    "提档升级的场所类别",
    "Kinds of room that were upgraded",
    Room,
    where=lambda row: row.until is None and row.upgraded is not None and row.room_kind in MERGED,
    thing=lambda row: row.room_kind.name,
)
