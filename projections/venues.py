"""Venues as people find them: where they are, of what kind, what they are and were called, and how many are open."""

from datetime import date
from typing import ClassVar

from domain import places, venues
from domain.events import Hundredths, Ref
from domain.ledgers import Ledger as County
from domain.venues import VenueFunction, VenueKind
from domain.words import describe
from projections.figures import Unit, counts, least, mean, sums
from projections.gaps import gap
from projections.ledgers import Ledger
from projections.reports import Report
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    county_centres=("How many county centres are open.", "县党群服务中心数。"),
    community_centres=("How many community centres are open.", "社区党群服务中心数。"),
    stations=("How many compound stations are open.", "小区党群服务站数。"),
)

LEAST_AREA = 50_000
"""500 m² in hundredths: an item to check, and no reason to refuse (BR-93)."""


class Venue(Row, frozen=True, kw_only=True):
    """A venue where people are served.
    服务阵地。"""

    id: Ref[venues.Venue]
    location: Ref[County | places.Town | places.Community | places.Compound]
    town: Ref[places.Town] | None
    community: Ref[places.Community] | None
    venue_kind: VenueKind
    name: str
    area: Hundredths | None
    functions: tuple[VenueFunction, ...] = ()
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        venues.VenueRegistered: new(town=around("town"), community=around("community")),
        venues.VenueRenamed: put(name=its.name),
        venues.VenueMeasured: put(area=its.area),
        venues.VenueFunctionsSet: put(functions=its.functions),
        venues.VenueClosed: put(until=its.ended),
    }
    lists: ClassVar = (by("location"), by("town"), by("community"), by("venue_kind"), by("functions"))
    orders: ClassVar = ("name", "area", "since")
    measures: ClassVar = ("area",)


class VenueName(Row, frozen=True, kw_only=True):
    """What a venue is officially called from a date on, until it is renamed; of two on one day the last.
    阵地自某日起的正式名称，至更名为止。"""

    id: str
    venue: Ref[venues.Venue]
    name: str
    since: date

    on: ClassVar[Changes] = {
        venues.VenueRegistered: new(key=lambda event: f"{event.venue}@{event.since}"),
        venues.VenueRenamed: new(key=lambda event: f"{event.venue}@{event.since}"),
    }
    lists: ClassVar = (by("venue"),)
    orders: ClassVar = ("since",)
    until_next: ClassVar = "venue"


class VenueArea(Row, frozen=True, kw_only=True):
    """How large a venue is from a date on, until it is measured again; of two on one day the last.
    阵地自某日起的建筑面积，至再次核定为止。"""

    id: str
    venue: Ref[venues.Venue]
    area: Hundredths | None
    since: date

    on: ClassVar[Changes] = {
        venues.VenueRegistered: new(key=lambda event: f"{event.venue}@{event.since}"),
        venues.VenueMeasured: new(key=lambda event: f"{event.venue}@{event.since}"),
    }
    lists: ClassVar = (by("venue"),)
    orders: ClassVar = ("since",)
    until_next: ClassVar = "venue"


class ServiceSystemReport(Report):
    """How much of the one county centre, the community centres and the stations is open on a day (X40).
    党群服务体系（1+9+X）某日开放情况。"""

    county_centres: int
    community_centres: int
    stations: int

    of: ClassVar = Ledger
    name: ClassVar = "serviceSystem"
    rows: ClassVar = (Venue,)
    sql: ClassVar = """
        select (count(*) filter (where v.venue_kind = 'COUNTY_CENTRE'))::int as county_centres,
            (count(*) filter (where v.venue_kind = 'COMMUNITY_CENTRE'))::int as community_centres,
            (count(*) filter (where v.venue_kind = 'STATION'))::int as stations
        from {Venue} v where v.ledger = {ledger} and v.since <= {on} and coalesce({on} < v.until, true)"""


def stands(row: Venue, kind: VenueKind) -> bool:
    return row.until is None and row.venue_kind is kind


def sized(row: Venue, kind: VenueKind) -> bool:
    return stands(row, kind) and row.area is not None


def size(row: Venue) -> int:
    return row.area or 0


sums(
    "countyCentreArea",
    "县党群服务中心面积",
    "Floor area of the county centre",
    Venue,
    size,
    unit=Unit.SQUARE_METRE,
    scale=100,
    where=lambda row: sized(row, VenueKind.COUNTY_CENTRE),
)
sums(
    "townCentreArea",
    "镇党群服务中心总面积",
    "Floor area of town centres",
    Venue,
    size,
    unit=Unit.SQUARE_METRE,
    scale=100,
    where=lambda row: sized(row, VenueKind.TOWN_CENTRE),
)
counts(
    "townCentresMeasured",
    "已核定面积的镇党群服务中心",
    "Town centres whose area is known",
    Venue,
    where=lambda row: sized(row, VenueKind.TOWN_CENTRE),
)
mean(
    "townCentreMeanArea",
    "镇党群服务中心平均面积",
    "Mean floor area of town centres",
    of="townCentreArea",
    over="townCentresMeasured",
)
least(
    "communityCentreMinArea",
    "社区党群服务中心最小面积",
    "Least floor area of a community centre",
    Venue,
    size,
    unit=Unit.SQUARE_METRE,
    scale=100,
    where=lambda row: sized(row, VenueKind.COMMUNITY_CENTRE),
)
counts(
    "serviceStations",
    "小区党群服务站",
    "Compound Party-masses service stations",
    Venue,
    where=lambda row: stands(row, VenueKind.STATION),
)
counts("restStations", "暖新驿站", "Rest stations", Venue, where=lambda row: stands(row, VenueKind.REST_STATION))
gap(
    Venue,
    "BELOW_500",
    "社区中心面积不足 500 平方米或未核定",
    "A community centre of less than 500 m², or not measured",
    f"""{{a}}.venue_kind = 'COMMUNITY_CENTRE' and coalesce((select x.area from {{VenueArea}} x
        where x.ledger = {{a}}.ledger and x.venue = {{a}}.id and x.since <= {{on}}
        order by x.since desc limit 1), 0) < {LEAST_AREA}""",
    reads=(VenueArea,),
    columns=("id", "venue_kind"),
)
