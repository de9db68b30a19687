"""Venues: the places where the county, a town, a community or a compound serves its people.

A venue is of one kind, and each kind belongs to one level: see `LEVELS`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.decisions import New, decision
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


class LocationUnfit(Refusal):
    """A venue of this kind does not belong to {location}.
    该类阵地不能设在 {location}。"""

    rule = "BR-93"
    location: Ref[Any]
    fit: tuple[str, ...]


class Venue(State, within=Compound):
    """A venue; it lies where it belongs to.
    服务阵地，所在地随其所属场所。"""

    id: Ref["Venue"]
    kind: VenueKind = VenueKind.STATION
    location: Ref[Any] = Ref()
    since: date = date.min

    def evolve(self, event: VenueRegistered) -> "Venue":
        return replace(self, kind=event.venue_kind, location=event.location, since=event.since)


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
    yield VenueRegistered(venue.id, place, venue_kind, name, area, since)
