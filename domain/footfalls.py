"""Footfalls: how many people a rest station received on a day, and what it offers them; never who they were."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Self

from domain.decisions import Past, decision
from domain.events import Event, Ref
from domain.periods import in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.venues import Venue, VenueClosed, VenueKind, VenueRegistered
from domain.words import Labelled, describe

describe(
    facilities=("What it offers.", "提供的设施。"),
    visitors=("How many people came; nobody is told apart.", "到访人次，不记录身份。"),
    counted_on=("The day that was counted.", "统计日期。"),
)


class Facility(Labelled):
    """What a rest station offers.
    驿站设施。"""

    CLIMATE = "Heating and cooling", "冷暖"
    REST = "Seats to rest", "歇脚"
    WATER = "Drinking water", "饮水"
    READING = "Something to read", "阅读"
    CHARGING = "Charging", "充电"


class RestStationEquipped(Event):
    """A rest station offers these from a date on.
    配置驿站设施。"""

    venue: Ref[Venue]
    facilities: tuple[Facility, ...]
    since: date


class FootfallCounted(Event):
    """A rest station received so many people on a day.
    统计驿站到访人次。"""

    venue: Ref[Venue]
    counted_on: date
    visitors: int


class NoRestStation(Refusal):
    """Only rest stations count those who come; this venue is another.
    仅暖新驿站统计到访人次，该阵地不是驿站。"""

    rule = "BR-70"
    venue_kind: str


class DayCounted(Refusal):
    """{counted_on} was counted already: {visitors} people came.
    该日（{counted_on}）已统计：{visitors} 人次。"""

    rule = "BR-70"
    counted_on: date
    visitors: int


class Footfall(Venue):
    """What a rest station offers, and how many came on which day.
    驿站设施与每日到访人次。"""

    id: Ref[Venue]
    facilities: tuple[Facility, ...] = ()
    equipped: date = date.min
    days: tuple[tuple[date, int], ...] = ()

    def evolve(self, event: VenueRegistered | VenueClosed | RestStationEquipped | FootfallCounted) -> Self:
        match event:
            case RestStationEquipped():
                return replace(self, facilities=event.facilities, equipped=event.since)
            case FootfallCounted():
                return replace(self, days=(*self.days, (event.counted_on, event.visitors)))
        return super().evolve(event)

    def check_rest_station(self, on: date) -> None:
        if self.kind is not VenueKind.REST_STATION:
            raise NoRestStation(self.kind.name)
        self.check_open(on)


@decision(roles={Role.COMMUNITY})
def equip_rest_station(venue: Footfall, *, facilities: tuple[Facility, ...], since: date) -> Iterator[Event]:
    """Say what a rest station offers.
    登记驿站设施。"""
    distinct = tuple(dict.fromkeys(facilities))
    if distinct != venue.facilities:
        venue.check_rest_station(since)
        in_order(venue.equipped, since)
        yield RestStationEquipped(venue.id, distinct, since)


@decision(roles={Role.COMMUNITY, Role.GRID_WORKER})
def count_footfall(venue: Footfall, *, counted_on: Past, visitors: int) -> Iterator[Event]:
    """Record how many people came to a rest station on a day, without telling them apart.
    登记驿站当日到访人次，不记录身份。"""
    venue.check_rest_station(counted_on)
    known = dict(venue.days).get(counted_on)
    if known is not None and known != visitors:
        raise DayCounted(counted_on, known)
    if known is None:
        yield FootfallCounted(venue.id, counted_on, visitors)
