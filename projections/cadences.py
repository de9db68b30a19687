"""Cadences as people see them: how often which meetings are held, version by version."""

from datetime import date
from typing import ClassVar

from domain import cadences
from projections.rows import Changes, Row, by, new


class MeetingCadence(Row, frozen=True, kw_only=True):
    """How often meetings of a kind are held, from a date until the next version.
    会议周期的一个版本。"""

    id: str
    meeting_kind: cadences.MeetingKind
    months: int
    rolling: bool
    warning_days: int
    minutes_days: int | None
    required_parties: tuple[cadences.MeetingParty, ...]
    since: date

    on: ClassVar[Changes] = {
        cadences.CadenceAdopted: new(key=lambda event: f"{event.meeting_kind.name}@{event.since}"),
    }
    lists: ClassVar = (by("meeting_kind"),)
    orders: ClassVar = ("since",)
    until_next: ClassVar = "meeting_kind"
