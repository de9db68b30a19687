"""Footfalls as people see them: what rest stations offer and how many came on which day, never who."""

from datetime import date
from typing import ClassVar

from domain import footfalls, places, venues
from domain.events import Ref
from domain.footfalls import Facility
from projections.rows import Changes, Row, around, by, its, new, put


class RestStation(Row, frozen=True, kw_only=True):
    """What a rest station offers.
    暖新驿站的设施。"""

    id: Ref[venues.Venue]
    facilities: tuple[Facility, ...] = ()

    on: ClassVar[Changes] = {
        venues.VenueRegistered: new(),
        footfalls.RestStationEquipped: put(facilities=its.facilities),
    }
    lists: ClassVar = (by("facilities"),)


class Footfall(Row, frozen=True, kw_only=True):
    """How many people came to a rest station on a day.
    驿站某日到访人次。"""

    id: str
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    counted_on: date
    visitors: int

    on: ClassVar[Changes] = {
        footfalls.FootfallCounted: new(
            key=lambda event: f"{event.venue}@{event.counted_on}", community=around("community")
        )
    }
    lists: ClassVar = (by("venue"), by("community"), by("counted_on"))
    orders: ClassVar = ("counted_on", "visitors")
    measures: ClassVar = ("visitors",)
