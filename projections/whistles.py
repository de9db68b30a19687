"""Whistles as people see them: who was called where, and who came in time; late ones mark unit and town alike."""

from datetime import datetime
from typing import ClassVar

from domain import places, units, whistles
from domain.events import Confidential, Ref
from projections.rows import Changes, Row, around, by, new


class Whistle(Row, frozen=True, kw_only=True):
    """A whistle of a town.
    乡镇吹哨事项。"""

    id: Ref[whistles.Whistle]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    town: Ref[places.Town] | None
    whistled_units: tuple[Ref[units.PartnerUnit], ...]
    whistle_text: Confidential
    blown_at: datetime
    report_due: datetime

    on: ClassVar[Changes] = {whistles.WhistleBlown: new(town=around("town"))}
    lists: ClassVar = (by("compound"), by("community"), by("town"))
    orders: ClassVar = ("blown_at",)


class ReportIn(Row, frozen=True, kw_only=True):
    """How a unit answered a whistle: in time, late, or not at all.
    部门对吹哨的报到情况。"""

    id: str
    whistle: Ref[whistles.Whistle]
    compound: Ref[places.Compound]
    unit: Ref[units.PartnerUnit]
    reported_in_at: datetime | None = None
    in_time: bool = False

    on: ClassVar[Changes] = {
        whistles.UnitStayedAway: new(key=lambda event: f"{event.whistle}@{event.unit}"),
        whistles.UnitReportedIn: new(key=lambda event: f"{event.whistle}@{event.unit}"),
    }
    lists: ClassVar = (by("whistle"), by("unit"), by("in_time"))
