"""Pilots as people see them."""

from datetime import date
from typing import ClassVar

from domain import pilots, places
from domain.events import Ref
from projections.rows import Changes, Row, by, its, new, put


class Pilot(Row, frozen=True, kw_only=True):
    """Something that a community tries first, from a date to a date.
    社区试点。"""

    id: Ref[pilots.Pilot]
    community: Ref[places.Community]
    name: str
    keywords: tuple[str, ...]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {pilots.PilotDesignated: new(), pilots.PilotEnded: put(until=its.ended)}
    lists: ClassVar = (by("community"), by("keywords"))
    orders: ClassVar = ("since", "name")
