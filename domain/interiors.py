"""Interiors: the rooms of venues, each of a kind, on a floor, with the uses it has.

Rooms where the public is received lie on the first floor (BR-93). A room may have many uses, and may be upgraded.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue, VenueFunction, VenueKind
from domain.words import Labelled, describe

describe(
    room=("The room of a venue.", "阵地内的房间。"),
    room_kind=("The kind of room.", "房间类别。"),
    floor=("The floor that it is on; the one at street level is 1.", "所在楼层，首层为 1。"),
    public_facing=("Whether the public is received there.", "是否接待群众。"),
    uses=("What it is used for.", "用途。"),
)

GROUND = 1


class RoomKind(Labelled):
    """A kind of room of a venue.
    阵地房间类别。"""

    HALL = "Functional hall", "功能厅"
    STUDIO = "Studio", "工作室"
    PARTY_MASSES_CENTRE = "Party-masses service centre", "党群服务中心"
    CONVENIENCE_HALL = "Convenience service hall", "便民服务大厅"
    PETITION_ROOM = "Reception room for petitions", "信访接待室"
    COUNSELLING_ROOM = "Counselling room", "心理咨询服务室"
    MEDIATION_ROOM = "Mediation room", "矛盾纠纷调处室"
    MEETING_ROOM = "Meeting room", "会议室"
    CULTURE_SQUARE = "Culture square", "文化广场"
    MEMBERS_ROOM = "Registration room of volunteers", "党员志愿者报到室"
    SHARED_ROOM = "Room of many uses", "一室多用"


class RoomPlaced(Event):
    """A venue has a room from a date on.
    设置房间。"""

    room: Ref["Room"]
    venue: Ref[Venue]
    venue_kind: VenueKind
    room_kind: RoomKind
    name: str
    floor: int
    public_facing: bool
    uses: tuple[VenueFunction, ...]
    since: date


class RoomUpgraded(Event):
    """A room was upgraded.
    房间提档升级。"""

    room: Ref["Room"]
    since: date


class RoomUsesSet(Event):
    """A room is used for these from a date on.
    确定房间用途。"""

    room: Ref["Room"]
    uses: tuple[VenueFunction, ...]
    since: date


class RoomUpstairs(Refusal):
    """The public is received on floor {ground}; this room is on floor {floor}.
    接待群众的场所须设在 {ground} 楼，该房间在 {floor} 楼。"""

    code, rule = "PUBLIC_ROOM_UPSTAIRS", "BR-93"
    floor: int
    ground: int


class Room(State, within=Venue):
    """A room of a venue.
    阵地内的房间。"""

    id: Ref["Room"]
    uses: tuple[VenueFunction, ...] = ()
    upgraded: date | None = None

    def evolve(self, event: RoomPlaced | RoomUsesSet | RoomUpgraded) -> "Room":
        match event:
            case RoomUpgraded():
                return replace(self, upgraded=event.since)
            case RoomPlaced() | RoomUsesSet():
                return replace(self, uses=event.uses)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def place(
    room: New[Room],
    venue: Venue,
    *,
    room_kind: RoomKind,
    name: str,
    floor: int,
    public_facing: bool,
    uses: tuple[VenueFunction, ...] = (),
    since: date,
) -> Iterator[Event]:
    """Place a room on a floor of a venue; who receives the public does so on the first floor.
    在阵地设置房间；接待群众的场所须在一楼。"""
    venue.check_open(since)
    if public_facing and floor != GROUND:
        raise RoomUpstairs(floor, GROUND)
    yield RoomPlaced(room.id, venue.id, venue.kind, room_kind, name, floor, public_facing, uses, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def set_uses(room: Room, *, uses: tuple[VenueFunction, ...], since: date) -> Iterator[Event]:
    """Say what a room is used for: one room may have many uses.
    确定房间用途，可一室多用。"""
    if tuple(dict.fromkeys(uses)) != room.uses:
        yield RoomUsesSet(room.id, tuple(dict.fromkeys(uses)), since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def upgrade(room: Room, *, since: date) -> Iterator[Event]:
    """Record that a room was upgraded.
    登记房间提档升级。"""
    if room.upgraded != since:
        yield RoomUpgraded(room.id, since)
