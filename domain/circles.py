"""Circles: within how many minutes on foot residents reach a service venue, and how long each building's way is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import Past, decision
from domain.events import Event, Ref
from domain.periods import in_order
from domain.places import Building, Community
from domain.roles import Role
from domain.states import State
from domain.venues import Venue
from domain.words import describe

describe(minutes=("Minutes on foot.", "步行分钟数。"))


class ServiceCircleDeclared(Event):
    """From a date on, the residents of a community reach a service venue within so many minutes.
    划定党群服务圈。"""

    community: Ref[Community]
    minutes: int
    since: date


class WalkMeasured(Event):
    """From a building to a venue it is so many minutes on foot.
    测定楼栋至阵地步行时间。"""

    building: Ref[Building]
    venue: Ref[Venue]
    minutes: int
    since: date


class ServiceCircle(State):
    """The service circle of a community.
    社区党群服务圈。"""

    id: Ref[Community]
    minutes: int = 0
    since: date = date.min

    def evolve(self, event: ServiceCircleDeclared) -> "ServiceCircle":
        return replace(self, minutes=event.minutes, since=event.since)


class Walk(State):
    """The way from a building to a venue.
    楼栋至阵地的步行路程。"""

    building: Ref[Building]
    venue: Ref[Venue]
    minutes: int | None = None
    since: date = date.min

    def evolve(self, event: WalkMeasured) -> "Walk":
        return replace(self, minutes=event.minutes, since=event.since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def declare_service_circle(community: ServiceCircle, *, minutes: int, since: date) -> Iterator[Event]:
    """Declare within how many minutes the residents of a community reach a service venue.
    划定社区党群服务圈。"""
    if community.minutes != minutes:
        in_order(community.since, since)
        yield ServiceCircleDeclared(community.id, minutes, since)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def measure_walk(building: Building, venue: Venue, walk: Walk, *, minutes: int, since: Past) -> Iterator[Event]:
    """Record how many minutes on foot it is from a building to a venue.
    登记楼栋至阵地的步行时间。"""
    if walk.minutes != minutes:
        venue.check_open(since)
        in_order(walk.since, since)
        yield WalkMeasured(building.id, venue.id, minutes, since)
