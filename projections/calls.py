"""Calls as people see them: assemblies that owners asked for, and whether they were called in time."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import calls, owners, places
from domain.assemblies import AssemblyNotified
from domain.events import Event, Ref
from domain.words import describe
from projections.rows import Changes, Row, becomes, by, new, put

describe(
    called=("Whether it was called.", "是否已召集。"),
    call_lapsed=("Whether it was not called in time.", "是否逾期未召集。"),
)


def _called(row: Any, _event: Event) -> Any:
    return row and replace(row, called=True)


class RequiredMeeting(Row, frozen=True, kw_only=True):
    """An extraordinary assembly that owners asked for, the last on a roster.
    业主提议召开的临时会议。"""

    id: str
    owners_roster: Ref[owners.OwnersRoster]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    proposer_count: int
    heads: int
    call_by: date
    called: bool = False
    call_lapsed: bool = False

    on: ClassVar[Changes] = {
        calls.ExtraordinaryMeetingRequired: new(key="owners_roster"),
        AssemblyNotified: becomes(_called, key="owners_roster"),
        calls.MeetingCallLapsed: put(key="owners_roster", call_lapsed=True),
    }
    lists: ClassVar = (by("compound"), by("community"), by("called"), by("call_lapsed"))
