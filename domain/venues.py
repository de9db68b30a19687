"""Venues: the places where the county, a town, a community or a compound serves its people.

A venue is of one kind, and each kind belongs to one level: see `LEVELS`. It has one official name at a time, and the
former ones are kept; it is measured again, given functions and closed, each on a date that is no earlier than what was
entered last (BR-93).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Self

from domain.decisions import New, Past, decision
from domain.events import Event, Hundredths, Ref
from domain.ledgers import Ledger
from domain.places import Community, Compound, Town
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State, key_of
from domain.words import Labelled, describe

describe(
    venue=("The venue.", "服务阵地。"),
    venue_kind=("The kind of venue.", "阵地类别。"),
    location=("The county, town, community or compound that it belongs to.", "所属县、乡镇、社区或小区。"),
    area=("Floor area in square metres.", "建筑面积（平方米）。"),
    former_name=("The name it had before.", "原名称。"),
    functions=("What it serves for.", "承担的功能。"),
)


class VenueKind(Labelled):
    """A kind of venue.
    服务阵地类别。"""

    COUNTY_CENTRE = "County Party-masses service centre", "县党群服务中心"
    TOWN_CENTRE = "Town Party-masses service centre", "镇党群服务中心"
    COMMUNITY_CENTRE = "Community Party-masses service centre", "社区党群服务中心"
    COMPREHENSIVE_STATION = "Community comprehensive service station", "社区综合服务站"
    STATION = "Compound Party-masses service station", "小区党群服务站"
    REST_STATION = "Warm-New rest station", "暖新驿站"
    PROPERTY_CENTRE = "Property service centre", "物业服务中心"
    FUNCTIONAL_PLACE = "Functional place in a compound", "小区功能场所"


class VenueFunction(Labelled):
    """What a venue or a room serves for.
    阵地、房间的功能。"""

    CULTURE = "Culture", "文化服务"
    COMPREHENSIVE_GOVERNANCE = "Comprehensive governance", "综合治理"
    CONVENIENCE = "Convenience services", "便民服务"
    CIVILISATION_PRACTICE = "Civilisation practice", "文明实践"
    PARTY_ACTIVITIES = "Party and masses activities", "党群活动"
    GOVERNMENT_SERVICES = "Government services", "政务服务"
    DELIBERATION = "Deliberation", "协商议事"
    MEMBERS_BASE = "Main base of members' activities", "党员活动主阵地"
    SERVICE_WINDOW = "Main window for services", "便民服务主窗口"
    RESIDENTS_CENTRE = "Main centre of residents' deliberation", "居民议事主中心"
    NEIGHBOUR_HELP = "Neighbours' mutual help", "邻里互助"


LEVELS = {
    VenueKind.COUNTY_CENTRE: ("ledger",),
    VenueKind.TOWN_CENTRE: ("town",),
    VenueKind.COMMUNITY_CENTRE: ("community",),
    VenueKind.COMPREHENSIVE_STATION: ("community",),
    VenueKind.STATION: ("compound",),
    VenueKind.REST_STATION: ("community",),
    VenueKind.PROPERTY_CENTRE: ("compound", "community"),
    VenueKind.FUNCTIONAL_PLACE: ("compound",),
}
"""What a venue of a kind may belong to; the whole county is its ledger."""


class VenueRegistered(Event):
    """A venue was registered.
    登记服务阵地。"""

    venue: Ref["Venue"]
    location: Ref[Ledger | Town | Community | Compound]
    venue_kind: VenueKind
    name: str
    area: Hundredths | None
    since: date


class VenueRenamed(Event):
    """A venue has another official name from a date on.
    阵地更名。"""

    venue: Ref["Venue"]
    former_name: str
    name: str
    since: date


class VenueMeasured(Event):
    """A venue has another floor area from a date on.
    核定阵地面积。"""

    venue: Ref["Venue"]
    area: Hundredths | None
    since: date


class VenueFunctionsSet(Event):
    """A venue serves for these from a date on.
    确定阵地功能。"""

    venue: Ref["Venue"]
    functions: tuple[VenueFunction, ...]
    since: date


class VenueClosed(Event):
    """A venue that was open since one date closed on another.
    阵地关闭。"""

    venue: Ref["Venue"]
    since: date
    ended: date


class NoArea(Refusal):
    """A floor area is more than nothing; leave out one that is not known.
    建筑面积须大于零；未知的不填。"""


class LocationUnfit(Refusal):
    """A venue of this kind does not belong to {location}.
    该类阵地不能设在 {location}。"""

    rule = "BR-93"
    location: Ref[Any]
    fit: tuple[str, ...]


class VenueOver(Refusal):
    """This venue closed on {ended}.
    该阵地已于 {ended} 关闭。"""

    code, rule = "VENUE_CLOSED", "BR-93"
    ended: date


class VenueNotYet(Refusal):
    """This venue is as it is from {latest} on; an earlier date does not fit.
    该阵地现状自 {latest} 起，日期不得更早。"""

    rule = "BR-93"
    since: date
    latest: date


class Venue(State, within=Compound):
    """A venue; it lies where it belongs to.
    服务阵地，所在地随其所属场所。"""

    id: Ref["Venue"]
    kind: VenueKind = VenueKind.STATION
    location: Ref[Any] = Ref()
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: VenueRegistered | VenueClosed) -> Self:
        if isinstance(event, VenueClosed):
            return replace(self, ended=event.ended)
        return replace(self, kind=event.venue_kind, location=event.location, since=event.since)

    def check_open(self, on: date) -> None:
        """Refuse what concerns a venue before it opened or once it is closed."""
        if self.ended is not None:
            raise VenueOver(self.ended)
        if on < self.since:
            raise VenueNotYet(on, self.since)


class VenueFacts(State):
    """What a venue is called, measures and serves for, and since when it has been so.
    阵地名称、面积、功能及其起始日。"""

    id: Ref[Venue]
    since: date = date.min
    latest: date = date.min
    ended: date | None = None
    name: str = ""
    area: Hundredths | None = None
    functions: tuple[VenueFunction, ...] = ()

    def evolve(
        self, event: VenueRegistered | VenueRenamed | VenueMeasured | VenueFunctionsSet | VenueClosed
    ) -> "VenueFacts":
        match event:
            case VenueRegistered():
                return replace(self, since=event.since, latest=event.since, name=event.name, area=event.area)
            case VenueRenamed():
                return replace(self, latest=event.since, name=event.name)
            case VenueMeasured():
                return replace(self, latest=event.since, area=event.area)
            case VenueFunctionsSet():
                return replace(self, latest=event.since, functions=event.functions)
            case VenueClosed():
                return replace(self, ended=event.ended)

    def check(self, on: date) -> None:
        if self.ended is not None:
            raise VenueOver(self.ended)
        if on < self.latest:
            raise VenueNotYet(on, self.latest)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def register(
    venue: New[Venue],
    location: State,
    *,
    venue_kind: VenueKind,
    name: str,
    area: Hundredths | None = None,
    since: date,
) -> Iterator[Event]:
    """Register a venue of the county, a town, a community or a compound.
    登记县、乡镇、社区或小区的服务阵地。"""
    (place,) = key_of(location).refs
    if place.kind not in LEVELS[venue_kind]:
        raise LocationUnfit(place, LEVELS[venue_kind])
    _check_area(area)
    yield VenueRegistered(venue.id, place, venue_kind, name, area, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def rename(venue: VenueFacts, *, name: str, since: date) -> Iterator[Event]:
    """Give a venue another official name; the former one is kept.
    变更阵地名称，原名留存。"""
    if name != venue.name:
        venue.check(since)
        yield VenueRenamed(venue.id, venue.name, name, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def measure(venue: VenueFacts, *, area: Hundredths, since: Past) -> Iterator[Event]:
    """Record the floor area of a venue.
    核定阵地面积。"""
    _check_area(area)
    if area != venue.area:
        venue.check(since)
        yield VenueMeasured(venue.id, area, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def set_functions(venue: VenueFacts, *, functions: tuple[VenueFunction, ...], since: date) -> Iterator[Event]:
    """Say what a venue serves for; what was merged into it is named too.
    确定阵地功能，含融合的功能。"""
    distinct = tuple(dict.fromkeys(functions))
    if distinct != venue.functions:
        venue.check(since)
        yield VenueFunctionsSet(venue.id, distinct, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def close(venue: VenueFacts, *, ended: date) -> Iterator[Event]:
    """Close a venue.
    关闭阵地。"""
    if venue.ended != ended:
        venue.check(ended)
        yield VenueClosed(venue.id, venue.since, ended)


def _check_area(area: Hundredths | None) -> None:
    if area == 0:
        raise NoArea
