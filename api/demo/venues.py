"""Venues of a demonstration county: the centres of county, town and communities, stations and rest stations."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.demo.places import Community, Compound
from api.demo.script import Script
from domain import footfalls, interiors, tenancies, venues
from domain.events import Hundredths, Ref
from domain.execution import Actor
from domain.footfalls import Facility
from domain.interiors import RoomKind
from domain.tenancies import TenureKind
from domain.venues import VenueFunction, VenueKind

__all__ = ["community_centres", "county_centre", "rest_stations", "stations", "town_centre"]

HALLS, STUDIOS = 6, 6
UPGRADED = {
    RoomKind.PARTY_MASSES_CENTRE: "党群服务中心",
    RoomKind.CONVENIENCE_HALL: "便民服务大厅",
    RoomKind.PETITION_ROOM: "信访接待室",
    RoomKind.COUNSELLING_ROOM: "心理咨询服务室",
    RoomKind.MEDIATION_ROOM: "矛盾纠纷调处室",
}
CENTRE_FUNCTIONS = (
    VenueFunction.CIVILISATION_PRACTICE,
    VenueFunction.PARTY_ACTIVITIES,
    VenueFunction.GOVERNMENT_SERVICES,
    VenueFunction.COMPREHENSIVE_GOVERNANCE,
    VenueFunction.DELIBERATION,
)
TOWN_FUNCTIONS = (VenueFunction.CULTURE, VenueFunction.COMPREHENSIVE_GOVERNANCE, VenueFunction.CONVENIENCE)
STATION_ROLES = (VenueFunction.MEMBERS_BASE, VenueFunction.SERVICE_WINDOW, VenueFunction.RESIDENTS_CENTRE)


def _venue(script: Script, line: str, location: Ref[Any], kind: VenueKind, area: int | None) -> Ref[Any]:
    size = None if area is None else Hundredths(area * 100)
    return script.do(
        venues.register, line, location=location, venue_kind=kind, name=kind.words.zh, area=size, since=script.day
    )


def county_centre(script: Script, county: Actor, area: int) -> None:
    """The one of the county, with its halls and studios; their names are placeholders."""
    script.actor = county
    centre = _venue(script, "county-centre", script.ledger, VenueKind.COUNTY_CENTRE, area)
    for kind, count in ((RoomKind.HALL, HALLS), (RoomKind.STUDIO, STUDIOS)):
        for n in range(1, count + 1):
            name = f"{kind.words.zh}{n}（示范）"
            line = f"county-centre-{kind.name.lower()}{n}"
            _room(script, line, centre, kind, name, public_facing=kind is RoomKind.HALL)


def town_centre(script: Script, town: Ref[Any], staff: Actor, area: int) -> None:
    script.actor = staff
    centre = _venue(script, "town-centre", town, VenueKind.TOWN_CENTRE, area)
    script.do(venues.set_functions, "town-centre-f", venue=centre, functions=TOWN_FUNCTIONS, since=script.day)


def community_centres(script: Script, communities: Sequence[Community], area: int, *, upgraded: bool = False) -> None:
    """One in each community; the first is of just this area, the others a little larger."""
    for n, place in enumerate(communities):
        script.actor = place.staff
        line = f"centre-{place.line}"
        centre = _venue(script, line, place.ref, VenueKind.COMMUNITY_CENTRE, area + 10 * n)
        script.do(venues.set_functions, f"{line}-f", venue=centre, functions=CENTRE_FUNCTIONS, since=script.day)
        for kind, name in UPGRADED.items() if upgraded else ():
            room = _room(script, f"{line}-{kind.name.lower()}", centre, kind, name, public_facing=True)
            script.do(interiors.upgrade, f"{line}-{kind.name.lower()}-up", room=room, since=script.day)


def stations(script: Script, estates: Sequence[Compound], count: int, providers: Mapping[str, Ref[Any]]) -> None:
    """In the first compounds: built, rented for three years, or shared with the compound's firm, in turn."""
    for n, estate in enumerate(estates[:count]):
        script.actor = estate.community.staff
        line, day = f"station-{estate.line}", script.day
        station = _venue(script, line, estate.ref, VenueKind.STATION, 60)
        script.do(venues.set_functions, f"{line}-f", venue=station, functions=STATION_ROLES, since=day)
        firm = providers.get(estate.line)
        kind = list(TenureKind)[n % 3] if firm else TenureKind.OWN_BUILT
        script.do(
            tenancies.house,
            f"{line}-tenancy",
            venue=station,
            tenure_kind=kind,
            firm=firm if kind is TenureKind.SHARED else None,
            since=day,
            until=day.replace(year=day.year + 3) if kind is TenureKind.RENTED else None,
        )


def rest_stations(script: Script, communities: Sequence[Community]) -> None:
    for n, place in enumerate(communities):
        script.actor = place.staff
        line = f"rest-{place.line}"
        station = _venue(script, line, place.ref, VenueKind.REST_STATION, None)
        script.do(
            footfalls.equip_rest_station, f"{line}-f", venue=station, facilities=tuple(Facility), since=script.day
        )
        script.do(footfalls.count_footfall, f"{line}-day", venue=station, counted_on=script.day, visitors=20 + n)


def _room(script: Script, line: str, venue: Ref[Any], kind: RoomKind, name: str, *, public_facing: bool) -> Ref[Any]:
    return script.do(
        interiors.place,
        line,
        venue=venue,
        room_kind=kind,
        name=name,
        floor=1 if public_facing else 2,
        public_facing=public_facing,
        since=script.day,
    )
