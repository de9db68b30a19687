"""Coverages as people see them: which places a grid covered, from when to when."""

from datetime import date
from typing import ClassVar

from domain import coverages, grids, places
from domain.events import Ref
from domain.words import describe
from projections.compounds import Compound
from projections.gaps import doubled, without
from projections.grids import Grid
from projections.places import Building, Community
from projections.reports import Report
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    covered=("How many of them are in a grid that day.", "当日已有网格覆盖的处数。"),
    uncovered=("Those that are in no grid.", "未覆盖的场所。"),
    overlapping=("Those that are in more than one grid.", "重复覆盖的场所。"),
)


def coverage(event: coverages.GridCoverageBegan | coverages.GridCoverageEnded) -> str:
    return f"{event.place}@{event.grid}@{event.since}"


class GridCoverage(Row, frozen=True, kw_only=True):
    """A building or undivided compound in a grid, from a date to a date.
    楼栋或整体小区自某日至某日纳入网格。"""

    id: str
    place: Ref[places.Building | places.Compound]
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        coverages.GridCoverageBegan: new(key=coverage, community=around("community")),
        coverages.GridCoverageEnded: put(key=coverage, until=its.ended),
    }
    lists: ClassVar = (by("place"), by("grid"), by("community"))
    orders: ClassVar = ("since",)


class CoverageReport(Report):
    """How completely the places of a community, as divided that day, are covered by grids on a day (BR-60).
    社区网格某日的覆盖情况。"""

    buildings: int
    covered: int
    uncovered: tuple[Ref[places.Building | places.Compound], ...]
    overlapping: tuple[Ref[places.Building | places.Compound], ...]

    of: ClassVar = Community
    name: ClassVar = "gridCoverage"
    rows: ClassVar = (Building, Compound, GridCoverage)
    sql: ClassVar = """
        with place as (
            select b.id from {Building} b left join {Compound} c on c.ledger = b.ledger and c.id = b.compound
                where b.ledger = {ledger} and b.community = {id} and coalesce(c.divided_since <= {on}, true)
            union all
            select c.id from {Compound} c where c.ledger = {ledger} and c.community = {id}
                and (not c.divided or {on} < c.divided_since)),
        cover as (
            select place.id, count(g.id) as grids from place left join {GridCoverage} g
                on g.ledger = {ledger} and g.place = place.id and g.since <= {on} and coalesce({on} < g.until, true)
            group by place.id)
        select count(*)::int as buildings, (count(*) filter (where grids > 0))::int as covered,
            coalesce(array_agg(id order by id) filter (where grids = 0), array[]::text[]) as uncovered,
            coalesce(array_agg(id order by id) filter (where grids > 1), array[]::text[]) as overlapping
        from cover"""


without(Building, "WITHOUT_GRID", "未纳入网格", "In no grid", what=GridCoverage, by="place")

without(Grid, "WITHOUT_PLACE", "未覆盖任何场所", "Covers no place", what=GridCoverage, by="grid")
doubled(
    Building,
    "SAME_NAME",
    "同一小区楼栋重名",
    "Another building of the compound has the same name",
    same=("compound", "name"),
)
doubled(
    Grid,
    "SAME_NAME",
    "同一社区网格重名",
    "Another grid of the community has the same name",
    same=("community", "name"),
)
