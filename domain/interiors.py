"""Interiors: the rooms of venues, each of a kind, on a floor, with the uses it has.

Rooms where the public is received lie on the first floor (BR-93). A room may have many uses, may be upgraded or moved
to another floor, each on a date that is no earlier than what was entered last, and is given up with its venue.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Self

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.reactions import Act, act, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue, VenueClosed, VenueFunction, VenueKind, VenueRegistered
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


class RoomMoved(Event):
    """A room is on another floor, or receives the public otherwise than before, from a date on.
    房间调整楼层或接待用途。"""

    room: Ref["Room"]
    floor: int
    public_facing: bool
    since: date


class RoomGivenUp(Event):
    """A venue that had a room since one date no longer has it from another on.
    撤销房间。"""

    room: Ref["Room"]
    venue: Ref[Venue]
    since: date
    ended: date


class RoomUpstairs(Refusal):
    """The public is received on floor {ground}; this room is on floor {floor}.
    接待群众的场所须设在 {ground} 楼，该房间在 {floor} 楼。"""

    code, rule = "PUBLIC_ROOM_UPSTAIRS", "BR-93"
    floor: int
    ground: int


class RoomOver(Refusal):
    """This room was given up on {ended}.
    该房间已于 {ended} 撤销。"""

    code, rule = "ROOM_GIVEN_UP", "BR-93"
    ended: date


class RoomNotYet(Refusal):
    """This room is as it is from {latest} on; an earlier date does not fit.
    该房间现状自 {latest} 起，日期不得更早。"""

    rule = "BR-93"
    since: date
    latest: date


class Room(State, within=Venue):
    """A room of a venue as it is since the date that was entered last.
    阵地内的房间及其现状起始日。"""

    id: Ref["Room"]
    venue: Ref[Venue] = Ref()
    since: date = date.min
    latest: date = date.min
    ended: date | None = None
    floor: int = GROUND
    public_facing: bool = False
    uses: tuple[VenueFunction, ...] = ()
    upgraded: date | None = None

    def evolve(self, event: RoomPlaced | RoomUsesSet | RoomUpgraded | RoomMoved | RoomGivenUp) -> "Room":
        match event:
            case RoomPlaced(venue=venue, since=since, uses=uses):
                lies = replace(self, floor=event.floor, public_facing=event.public_facing)
                return replace(lies, venue=venue, since=since, latest=since, uses=uses)
            case RoomUsesSet():
                return replace(self, uses=event.uses, latest=event.since)
            case RoomUpgraded():
                return replace(self, upgraded=event.since, latest=event.since)
            case RoomMoved():
                return replace(self, floor=event.floor, public_facing=event.public_facing, latest=event.since)
            case RoomGivenUp():
                return replace(self, ended=event.ended)

    def check(self, on: date) -> None:
        if self.ended is not None:
            raise RoomOver(self.ended)
        if on < self.latest:
            raise RoomNotYet(on, self.latest)


class Interior(Venue):
    """The rooms that a venue has, and since when.
    阵地现有房间。"""

    id: Ref[Venue]
    rooms: tuple[tuple[Ref[Room], date], ...] = ()

    def evolve(self, event: VenueRegistered | VenueClosed | RoomPlaced | RoomGivenUp) -> Self:
        match event:
            case RoomPlaced():
                return replace(self, rooms=(*self.rooms, (event.room, event.since)))
            case RoomGivenUp():
                return replace(self, rooms=tuple(held for held in self.rooms if held[0] != event.room))
        return super().evolve(event)


def check_floor(floor: int, *, public_facing: bool) -> None:
    """Refuse to receive the public anywhere but on the first floor (BR-93)."""
    if public_facing and floor != GROUND:
        raise RoomUpstairs(floor, GROUND)


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
    check_floor(floor, public_facing=public_facing)
    distinct = tuple(dict.fromkeys(uses))
    yield RoomPlaced(room.id, venue.id, venue.kind, room_kind, name, floor, public_facing, distinct, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def move(room: Room, *, floor: int, public_facing: bool, since: date) -> Iterator[Event]:
    """Move a room to another floor, or have it receive the public or no longer; that is done on the first floor.
    调整房间楼层或是否接待群众；接待群众的场所须在一楼。"""
    if (floor, public_facing) != (room.floor, room.public_facing):
        room.check(since)
        check_floor(floor, public_facing=public_facing)
        yield RoomMoved(room.id, floor, public_facing, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def set_uses(room: Room, *, uses: tuple[VenueFunction, ...], since: date) -> Iterator[Event]:
    """Say what a room is used for: one room may have many uses.
    确定房间用途，可一室多用。"""
    distinct = tuple(dict.fromkeys(uses))
    if distinct != room.uses:
        room.check(since)
        yield RoomUsesSet(room.id, distinct, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def upgrade(room: Room, *, since: date) -> Iterator[Event]:
    """Record that a room was upgraded.
    登记房间提档升级。"""
    if room.upgraded != since:
        room.check(since)
        yield RoomUpgraded(room.id, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def give_up(room: Room, *, ended: date) -> Iterator[Event]:
    """Record that a venue no longer has a room.
    撤销房间。"""
    if room.ended != ended:
        room.check(ended)
        yield RoomGivenUp(room.id, room.venue, room.since, ended)


@decision()
def give_up_with_venue(venue: Interior, *, ended: date) -> Iterator[Event]:
    """Record that a venue that closed no longer has its rooms.
    阵地关闭，房间同时撤销。"""
    for room, since in venue.rooms:
        yield RoomGivenUp(room, venue.id, since, max(since, ended))


@reaction
def follow_venue(event: VenueClosed) -> Iterator[Act]:
    """A venue that closes gives up its rooms that day.
    阵地关闭的，房间同日撤销。"""
    yield act(give_up_with_venue, venue=event.venue, ended=event.ended)
