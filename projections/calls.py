"""Calls as people see them: assemblies that owners asked for, and whether they were called in time."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import assemblies, calls, owners, places
from domain.assemblies import AssemblyCancelled, AssemblyNotified
from domain.events import Ref
from domain.words import describe
from projections.rows import Changes, Row, becomes, by, new, put

describe(
    called_assembly=("The assembly that was called; null if none was.", "已召集的会议；未召集的为空。"),
    call_lapsed=("Whether it was not called in time.", "是否逾期未召集。"),
)


def _called(row: Any, event: AssemblyNotified) -> Any:
    return row and replace(row, called_assembly=event.assembly)


def _not_called(row: Any, event: AssemblyCancelled) -> Any:
    here = row and row.called_assembly == event.assembly
    return replace(row, called_assembly=None) if here else row


class RequiredMeeting(Row, frozen=True, kw_only=True):
    """An extraordinary assembly that owners asked for, the last of a compound.
    业主提议召开的临时会议。"""

    id: str
    owners_roster: Ref[owners.OwnersRoster]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    proposer_count: int
    heads: int
    call_by: date
    called_assembly: Ref[assemblies.Assembly] | None = None
    call_lapsed: bool = False

    on: ClassVar[Changes] = {
        calls.ExtraordinaryMeetingRequired: new(key="compound"),
        AssemblyNotified: becomes(_called, key="compound"),
        AssemblyCancelled: becomes(_not_called, key="compound"),
        calls.MeetingCallLapsed: put(key="compound", call_lapsed=True),
    }
    lists: ClassVar = (by("compound"), by("community"), by("call_lapsed"))
