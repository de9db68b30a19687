"""Venues as people find them: where they are, of what kind, and since when."""

from datetime import date
from typing import ClassVar

from domain import places, venues
from domain.events import Hundredths, Ref
from domain.ledgers import Ledger
from domain.venues import VenueKind
from projections.rows import Changes, Row, around, by, new


class Venue(Row, frozen=True, kw_only=True):
    """A venue where people are served.
    服务阵地。"""

    id: Ref[venues.Venue]
    location: Ref[Ledger | places.Town | places.Community | places.Compound]
    town: Ref[places.Town] | None
    community: Ref[places.Community] | None
    venue_kind: VenueKind
    name: str
    area: Hundredths | None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {venues.VenueRegistered: new(town=around("town"), community=around("community"))}
    lists: ClassVar = (by("location"), by("town"), by("community"), by("venue_kind"))
    orders: ClassVar = ("name", "area", "since")
    measures: ClassVar = ("area",)
