"""Circles as people see them: who is farther from any venue than the community's circle allows."""

from datetime import date
from typing import ClassVar

from domain import circles, places, venues
from domain.events import Ref
from projections.gaps import gap
from projections.places import Building
from projections.rows import Changes, Row, around, by, new
from projections.venues import Venue


class ServiceCircle(Row, frozen=True, kw_only=True):
    """Within how many minutes on foot a community's residents reach a venue, from a date on.
    社区党群服务圈，自某日起的步行分钟数。"""

    id: str
    community: Ref[places.Community]
    minutes: int
    since: date

    on: ClassVar[Changes] = {circles.ServiceCircleDeclared: new(key=lambda event: f"{event.community}@{event.since}")}
    lists: ClassVar = (by("community"),)
    orders: ClassVar = ("since",)
    until_next: ClassVar = "community"


class Walk(Row, frozen=True, kw_only=True):
    """The way from a building to a venue, as it was measured last.
    楼栋至阵地的步行路程。"""

    id: str
    building: Ref[places.Building]
    community: Ref[places.Community] | None
    venue: Ref[venues.Venue]
    minutes: int
    since: date

    on: ClassVar[Changes] = {
        circles.WalkMeasured: new(
            key=lambda event: f"{event.building}@{event.venue}@{event.since}", community=around("community")
        )
    }
    lists: ClassVar = (by("building"), by("venue"), by("community"))
    orders: ClassVar = ("minutes",)


gap(
    Building,
    "OUTSIDE_CIRCLE",
    "不在服务圈内，或未测定",
    "Farther from any centre or station than the circle of its community allows, or never measured",
    """not exists (select from {Walk} x join {Venue} v on v.ledger = x.ledger and v.id = x.venue
        where x.ledger = {a}.ledger and x.building = {a}.id and x.since <= {on}
            and v.venue_kind not in ('PROPERTY_CENTRE', 'FUNCTIONAL_PLACE')
            and v.since <= {on} and coalesce({on} < v.until, true)
            and x.minutes <= (select c.minutes from {ServiceCircle} c
                where c.ledger = {a}.ledger and c.community = {a}.community and c.since <= {on}
                order by c.since desc, c.born desc, c.id desc limit 1)
            and not exists (select from {Walk} y where y.ledger = x.ledger and y.building = x.building
                and y.venue = x.venue and y.since <= {on} and (y.since, y.born) > (x.since, x.born)))""",
    reads=(Walk, Venue, ServiceCircle),
    columns=("id", "community"),
)
