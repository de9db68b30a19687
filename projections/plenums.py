"""Plenums as people see them: residents' committees and the meetings of residents."""

from datetime import date
from typing import ClassVar

from domain import places, plenums
from domain.events import Ref
from projections.rows import Changes, Row, by, new


class ResidentsCommittee(Row, frozen=True, kw_only=True):
    """The residents' committee of a community, for a term.
    社区居民委员会的一届。"""

    id: str
    community: Ref[places.Community]
    council_seats: int
    since: date
    until: date | None

    on: ClassVar[Changes] = {
        plenums.ResidentsCommitteeElected: new(key=lambda event: f"{event.community}@{event.since}")
    }
    lists: ClassVar = (by("community"),)
    until_next: ClassVar = "community"


class ResidentsMeeting(Row, frozen=True, kw_only=True):
    """A meeting of the residents of a community, and what it decided.
    居民会议及表决结果。"""

    id: str
    community: Ref[places.Community]
    plenum_no: int
    called_by: plenums.CalledBy
    caller_count: int
    caller_base: int
    entitled_count: int
    attended_count: int
    agreed_count: int
    plenum_text: str
    carried: bool
    plenum_on: date

    on: ClassVar[Changes] = {
        plenums.ResidentsMeetingHeld: new(key=lambda event: f"{event.community}@{event.plenum_no}")
    }
    lists: ClassVar = (by("community"), by("carried"))
    orders: ClassVar = ("plenum_on",)
