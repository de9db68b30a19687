"""Coverages as people see them: which places a grid covered, from when to when."""

from datetime import date
from typing import Any, ClassVar

from domain import coverages, grids, places
from domain.events import Ref
from projections.rows import Changes, Row, around, by, its, new, put


def coverage(event: coverages.GridCoverageBegan | coverages.GridCoverageEnded) -> str:
    return f"{event.place}@{event.grid}@{event.since}"


class GridCoverage(Row, frozen=True, kw_only=True):
    """A building or undivided compound in a grid, from a date to a date.
    楼栋或整体小区自某日至某日纳入网格。"""

    id: str
    place: Ref[Any]
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        coverages.GridCoverageBegan: new(key=coverage, community=around("community")),
        coverages.GridCoverageEnded: put(key=coverage, until=its.ended),
    }
    lists: ClassVar = (by("place"), by("grid"), by("community"))
