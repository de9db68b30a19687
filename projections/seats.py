"""Seats as people see them: how many of a committee are owners or Party members; who they are is for staff."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import committees, people, places, seats
from domain.events import Event, Ref
from domain.words import describe
from projections.rows import Changes, Row, becomes, by, its, new, put

describe(suspended=("Whether the duties rest until it is decided on the removal.", "是否暂停履职待议。"))


def seat(event: seats.CommitteeMemberSeated | seats.CommitteeMemberLeft | seats.CommitteeMemberVoided) -> str:
    return f"{event.committee}@{event.person}@{event.seated_on}"


class CommitteeMember(Row, frozen=True, kw_only=True):
    """A seat on a committee, from a date to a date.
    委员任职的一段时期。"""

    id: str
    committee: Ref[committees.Committee]
    compound: Ref[places.Compound]
    person: Ref[people.Person]
    is_chair: bool
    as_owner: bool
    is_party_member: bool
    party_recommended: bool
    since: date
    until: date | None = None
    left_because: seats.Leaving | None = None
    voided: bool = False

    on: ClassVar[Changes] = {
        seats.CommitteeMemberSeated: new(key=seat, since=its.seated_on),
        seats.CommitteeMemberLeft: put(key=seat, until=its.left_on, left_because=its.left_because),
        seats.CommitteeMemberVoided: put(key=seat, voided=True),
    }
    lists: ClassVar = (
        *(by("committee"), by("compound"), by("person"), by("is_chair"), by("as_owner")),
        *(by("is_party_member"), by("party_recommended"), by("voided")),
    )


def _no_longer(row: Any, _event: Event) -> Any:
    return row and replace(row, suspended=False)


class SuspendedMember(Row, frozen=True, kw_only=True):
    """A member who missed half the sessions of a year.
    缺席过半、暂停履职的委员。"""

    id: str
    committee: Ref[committees.Committee]
    person: Ref[people.Person]
    absences: int
    sessions_counted: int
    suspended: bool = True

    on: ClassVar[Changes] = {
        seats.DutiesSuspended: new(key=lambda event: f"{event.committee}@{event.person}", suspended=True),
        seats.DutiesRestored: put(key=lambda event: f"{event.committee}@{event.person}", suspended=False),
        seats.CommitteeMemberLeft: becomes(_no_longer, key=lambda event: f"{event.committee}@{event.person}"),
        seats.CommitteeMemberVoided: becomes(
            _no_longer, key=lambda event: f"{event.committee}@{event.person}" if event.sat else None
        ),
    }
    lists: ClassVar = (by("committee"), by("person"), by("suspended"))
