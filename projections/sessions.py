"""Sessions as people see them: when a committee met, what it resolved and posted, for what it used its seal."""

from datetime import date
from typing import ClassVar

from domain import committees, people, places, sessions
from domain.events import Ref
from projections.committees import Committee
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put


class CommitteeSession(Row, frozen=True, kw_only=True):
    """A session of a committee.
    委员会会议。"""

    id: str
    committee: Ref[committees.Committee]
    compound: Ref[places.Compound]
    session_no: int
    present_members: tuple[Ref[people.Person], ...]
    present_count: int
    member_count: int
    owners_present: int
    owner_count: int
    session_valid: bool
    session_on: date
    voided: bool = False

    on: ClassVar[Changes] = {
        sessions.CommitteeSessionHeld: new(key=lambda event: f"{event.committee}@{event.session_no}"),
        sessions.CommitteeSessionVoided: put(key=lambda event: f"{event.committee}@{event.session_no}", voided=True),
    }
    lists: ClassVar = (by("committee"), by("compound"), by("session_valid"), by("voided"))
    orders: ClassVar = ("session_on",)


class CommitteeResolution(Row, frozen=True, kw_only=True):
    """What a committee resolved, and since when it is posted.
    委员会决定及公示。"""

    id: str
    committee: Ref[committees.Committee]
    compound: Ref[places.Compound]
    session_no: int
    resolution_no: int
    resolution_text: str
    signed_count: int
    member_count: int
    resolved_on: date
    posted: date | None = None
    posted_until: date | None = None
    posted_late: bool | None = None

    on: ClassVar[Changes] = {
        sessions.CommitteeResolved: new(key=lambda event: f"{event.committee}@{event.resolution_no}"),
        sessions.CommitteeResolutionPosted: put(
            key=lambda event: f"{event.committee}@{event.resolution_no}",
            posted=its.posted,
            posted_until=its.posted_until,
            posted_late=its.posted_late,
        ),
    }
    lists: ClassVar = (by("committee"), by("compound"), by("posted_late"))
    orders: ClassVar = ("resolved_on",)


class SealUse(Row, frozen=True, kw_only=True):
    """A use of a committee's seal.
    用印记录。"""

    id: str
    committee: Ref[committees.Committee]
    compound: Ref[places.Compound]
    seal_no: int
    seal_use: str
    signed_count: int
    member_count: int
    sealed_on: date

    on: ClassVar[Changes] = {sessions.SealUsed: new(key=lambda event: f"{event.committee}@{event.seal_no}")}
    lists: ClassVar = (by("committee"), by("compound"))


gap(
    Committee,
    "NO_SESSION_FOR_TWO_MONTHS",
    "两个月未召开会议",
    "Has not met for two months",
    """{a}.committee_kind = 'OWNERS_COMMITTEE' and {a}.since + interval '2 months' < {on} and not exists (
        select from {CommitteeSession} x where x.ledger = {a}.ledger and x.committee = {a}.id and x.session_valid
            and not x.voided and x.session_on <= {on} and x.session_on + interval '2 months' >= {on})""",
    reads=(CommitteeSession,),
    columns=("id", "committee_kind", "since"),
)
