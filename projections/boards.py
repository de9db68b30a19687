"""Boards as people see them: what each grid's board shows on a day."""

from datetime import date
from typing import ClassVar

from domain import boards, grids, places
from domain.events import Ref
from projections.rows import Changes, Row, around, by, its, new, put


class GridNotice(Row, frozen=True, kw_only=True):
    """What is posted on the board of a grid, from a date to a date.
    网格公示栏上的公示内容。"""

    id: Ref[boards.GridNotice]
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    title: str
    text: str
    since: date
    until: date | None
    ended: date | None = None

    on: ClassVar[Changes] = {
        boards.GridNoticePosted: new(community=around("community")),
        boards.GridNoticeRemoved: put(ended=its.ended),
    }
    lists: ClassVar = (by("grid"), by("community"))
    orders: ClassVar = ("since", "title")
    ends: ClassVar = ("ended", "until")
