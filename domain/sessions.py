"""Sessions: a committee meets, resolves with more than half of its members' signatures, posts it, and uses its seal
(BR-24, BR-25, BR-96).

Sessions are entered in any order, and each is judged by who sat on its day. An owners' committee meets with more than
half of its members there; a management committee also with more than half of those who are owners. Nobody is there by
proxy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any

from domain.bodies import CHINA
from domain.calendars import Calendars
from domain.committees import (
    Committee,
    CommitteeDissolved,
    CommitteeKind,
    ManagementCommitteeFormed,
    OwnersCommitteeElected,
)
from domain.corrections import check_on_record
from domain.decisions import Past, Text, decision
from domain.events import Confidential, Event, Position, Ref
from domain.limits import Limit, LimitUnit
from domain.people import Person
from domain.periods import in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.seats import (
    YEAR,
    CommitteeMemberLeft,
    CommitteeMemberSeated,
    CommitteeMemberVoided,
    DutiesRestored,
    DutiesSuspended,
    Membership,
    owners,
)
from domain.states import State
from domain.words import describe

describe(
    session_no=("The number of the session, from 1 on.", "会议序号，自 1 起。"),
    present_members=("The members that were there.", "到会委员。"),
    present_count=("How many members were there.", "到会委员数。"),
    member_count=("How many members there are.", "委员总数。"),
    owners_present=("How many of them are owners.", "到会业主委员数。"),
    owner_count=("How many members are owners.", "业主委员总数。"),
    session_valid=("Whether enough were there.", "到会人数是否符合规定。"),
    session_on=("The day of the session.", "会议日期。"),
    resolution_no=("The number of the resolution, from 1 on.", "决定序号，自 1 起。"),
    resolution_text=("What was resolved.", "决定内容。"),
    signatories=("The members who signed.", "签字委员。"),
    signed_count=("How many members signed.", "签字委员数。"),
    resolved_on=("The day on which it was resolved.", "作出决定日期。"),
    posted_until=("The day until which it is posted.", "公示截止日期。"),
    posted_late=("Whether it was posted later than three days after.", "是否逾三日公示。"),
    seal_no=("The number of the use, from 1 on.", "用印序号，自 1 起。"),
    seal_use=("What the seal was used for.", "用印事项。"),
    sealed_on=("The day on which the seal was used.", "用印日期。"),
)

POSTING = timedelta(days=3)
POSTED = Limit(10, LimitUnit.WORK_DAY)
"""Of a management committee's decisions; Beijing Property Management Regulations arts 54 to 58."""


class CommitteeSessionHeld(Event):
    """A committee met.
    召开委员会会议。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    session_no: int
    present_members: tuple[Ref[Person], ...]
    present_count: int
    member_count: int
    owners_present: int
    owner_count: int
    session_valid: bool
    session_on: date


class CommitteeSessionVoided(Event):
    """A session was entered wrongly: it was not held so, and is entered anew if it was held.
    作废登记有误的委员会会议。"""

    voids: Position
    reason: Confidential
    committee: Ref[Committee]
    session_no: int


class CommitteeResolved(Event):
    """A committee resolved something.
    委员会作出决定。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    session_no: int
    resolution_no: int
    resolution_text: str
    signatories: tuple[Ref[Person], ...]
    signed_count: int
    member_count: int
    resolved_on: date


class CommitteeResolutionPosted(Event):
    """What a committee resolved was posted.
    公示委员会决定。"""

    committee: Ref[Committee]
    resolution_no: int
    posted: date
    posted_until: date | None
    posted_late: bool


class SealUsed(Event):
    """A committee's seal was used.
    使用委员会印章。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    seal_no: int
    seal_use: str
    signatories: tuple[Ref[Person], ...]
    signed_count: int
    member_count: int
    sealed_on: date


class SessionNotValid(Refusal):
    """There is no session of this number at which enough were there.
    没有该序号的有效会议。"""

    rule = "BR-25"
    session_no: int


class SeatUsed(Refusal):
    """By this seat the member was at sessions {session_nos} or signed resolutions {resolution_nos}; it can be left.
    该委员以此任职出席了会议 {session_nos} 或签署了决定 {resolution_nos}，应登记离任。"""

    rule = "BR-84"
    session_nos: tuple[int, ...]
    resolution_nos: tuple[int, ...]


class SessionResolved(Refusal):
    """Something was resolved at session {session_no}, so it stays on record.
    第 {session_no} 次会议已作出决定，不能作废。"""

    rule = "BR-84"
    session_no: int


class NobodyThere(Refusal):
    """Where nobody is, no session is held.
    无人到会不成会议。"""

    rule = "BR-25"


class SignaturesTooFew(Refusal):
    """{signed_count} of {member_count} members signed, and {needed_count} have to.
    委员共 {member_count} 人，签字 {signed_count} 人，须 {needed_count} 人。"""

    code, rule = "SIGNATURES_NOT_OVER_HALF", "BR-25"
    signed_count: int
    member_count: int
    needed_count: int


class SealUnsupported(Refusal):
    """The seal is used with the signatures of {needed_count} of {member_count} members, not of {signed_count}.
    用印须有委员 {needed_count} 人签字（共 {member_count} 人），现仅 {signed_count} 人。"""

    rule = "BR-96"
    signed_count: int
    member_count: int
    needed_count: int


class NoSuchResolution(Refusal):
    """There is no resolution of this number that is not posted.
    没有该序号的待公示决定。"""

    rule = "BR-25"
    resolution_no: int


class Sitting(State):
    """A committee, its members, sessions and resolutions.
    委员会及其会议与决定。"""

    id: Ref[Committee]
    membership: Membership = Membership(Ref())
    sessions: tuple[CommitteeSessionHeld, ...] = ()
    """Those that stand."""
    entered: tuple[int, ...] = ()
    """Where each session was entered, those that were voided too."""
    voided: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    resolutions: tuple[CommitteeResolved, ...] = ()
    posted: frozenset[int] = frozenset()
    seals: int = 0
    through: Mapping[Ref[Person], int] = field(default_factory=lambda: MappingProxyType({}))
    """Through which session a member was suspended last."""
    restored: Mapping[Ref[Person], date] = field(default_factory=lambda: MappingProxyType({}))
    """After which day the absences of a member count anew."""

    def evolve(
        self,
        event: OwnersCommitteeElected
        | ManagementCommitteeFormed
        | CommitteeDissolved
        | CommitteeMemberSeated
        | CommitteeMemberLeft
        | CommitteeMemberVoided
        | DutiesSuspended
        | DutiesRestored
        | CommitteeSessionHeld
        | CommitteeSessionVoided
        | CommitteeResolved
        | CommitteeResolutionPosted
        | SealUsed,
        position: int = 0,
    ) -> "Sitting":
        match event:
            case CommitteeSessionHeld() | CommitteeSessionVoided():
                return self._met(event, position)
            case CommitteeResolved():
                return replace(self, resolutions=(*self.resolutions, event))
            case CommitteeResolutionPosted():
                return replace(self, posted=self.posted | {event.resolution_no})
            case SealUsed():
                return replace(self, seals=event.seal_no)
        return replace(self, membership=self.membership.evolve(event, position), **self._judged(event))

    def _met(self, event: CommitteeSessionHeld | CommitteeSessionVoided, position: int) -> "Sitting":
        if isinstance(event, CommitteeSessionHeld):
            return replace(self, sessions=(*self.sessions, event), entered=(*self.entered, position))
        others = tuple(each for each in self.sessions if each.session_no != event.session_no)
        return replace(self, sessions=others, voided={**self.voided, event.voids: position})

    def _judged(self, event: Event) -> Mapping[str, Any]:
        """Who is restored because the session was voided through which they were suspended has nothing forgiven."""
        match event:
            case DutiesSuspended():
                return {"through": {**self.through, event.person: len(self.entered)}}
            case DutiesRestored() if self.stands(self.through.get(event.person)):
                return {"restored": {**self.restored, event.person: self.latest}}
        return {}

    def stands(self, number: int | None) -> bool:
        return any(each.session_no == number for each in self.sessions)

    @property
    def latest(self) -> date:
        """The day of the last session."""
        return max((each.session_on for each in self.sessions), default=date.min)

    def signed(self, people: tuple[Person, ...], on: date) -> tuple[tuple[Ref[Person], ...], int, int]:
        """Who signed, how many members there are on that day, and how many signatures are more than half of them."""
        names = frozenset(each.id for each in people)
        self.membership.check_active(names, on)
        members = len(self.membership.on(on))
        return tuple(sorted(names)), members, members // 2 + 1

    def absentees(self, now: CommitteeSessionHeld) -> Iterator[tuple[Ref[Person], int, int]]:
        """Whoever missed half of two or more sessions of the year that ends with the last, since they sit."""
        last = max(self.latest, now.session_on)
        held = [each for each in (*self.sessions, now) if each.session_on > last - YEAR]
        for who, seat in sorted(self.membership.members.items()):
            anew = self.restored.get(who, date.min)
            asked = [each for each in held if each.session_on >= seat.seated_on and each.session_on > anew]
            missed = sum(who not in each.present_members for each in asked)
            if len(asked) > 1 and 2 * missed >= len(asked) and seat.rests is None:
                yield who, missed, len(asked)


KEEPERS = frozenset({Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})


@decision(roles=KEEPERS)
def hold_session(committee: Sitting, present_members: tuple[Person, ...], *, session_on: Past) -> Iterator[Event]:
    """Record a session: who was there; whoever missed half of those of a year is suspended.
    登记委员会会议及到会委员。"""
    body, there = committee.membership, frozenset(each.id for each in present_members)
    body.check_sits(session_on)
    if not there:
        raise NobodyThere
    body.check_active(there, session_on)
    seats = body.on(session_on)
    members, as_owners = len(seats), owners(seats)
    valid = 2 * len(there) > members
    if body.kind is CommitteeKind.MANAGEMENT_COMMITTEE:
        valid = valid and 2 * len(there & as_owners) > len(as_owners)
    counted = (len(there), members, len(there & as_owners), len(as_owners), valid)
    number = len(committee.entered) + 1
    held = CommitteeSessionHeld(committee.id, body.compound, number, tuple(sorted(there)), *counted, session_on)
    yield held
    for who, missed, asked in committee.absentees(held):
        yield DutiesSuspended(committee.id, who, missed, asked, max(committee.latest, session_on))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def void_session(committee: Sitting, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void a session that was entered wrongly and at which nothing was resolved; who was suspended through it no longer
    is (BR-84).
    作废登记有误且未作出决定的委员会会议，因该次会议暂停履职的随即恢复。"""
    check_on_record(voids, set(committee.entered) - {0}, committee.voided)
    number = committee.entered.index(voids) + 1
    if any(each.session_no == number for each in committee.resolutions):
        raise SessionResolved(number)
    yield CommitteeSessionVoided(voids, reason, committee.id, number)
    for person, seat in sorted(committee.membership.members.items()):
        if seat.rests is not None and committee.through.get(person) == number:
            yield DutiesRestored(committee.id, person, reason)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def void_seat(committee: Sitting, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void a seat that was entered by mistake and by which nobody met or signed (BR-84).
    作废误登且未到会、未签字的委员任职。"""
    person, seat = committee.membership.seat_at(voids)
    sessions = (each for each in committee.sessions if person in each.present_members and seat.held(each.session_on))
    resolutions = (each for each in committee.resolutions if person in each.signatories and seat.held(each.resolved_on))
    used = SeatUsed(tuple(each.session_no for each in sessions), tuple(each.resolution_no for each in resolutions))
    if used.session_nos or used.resolution_nos:
        raise used
    who = (committee.id, committee.membership.compound, person, seat.seated_on)
    yield CommitteeMemberVoided(voids, reason, *who, sat=seat.left_on is None)


@decision(roles=KEEPERS)
def resolve(
    committee: Sitting, signatories: tuple[Person, ...], *, session_no: int, resolution_text: Annotated[str, Text(500)]
) -> Iterator[Event]:
    """Record what a valid session resolved, with the signatures of more than half of all members.
    登记委员会决定（须经全体委员过半数签字）。"""
    held = next((each for each in committee.sessions if each.session_no == session_no and each.session_valid), None)
    if held is None:
        raise SessionNotValid(session_no)
    names, members, needed = committee.signed(signatories, held.session_on)
    if len(names) < needed:
        raise SignaturesTooFew(len(names), members, needed)
    number = len(committee.resolutions) + 1
    said = (session_no, number, resolution_text, names, len(names), members, held.session_on)
    yield CommitteeResolved(committee.id, committee.membership.compound, *said)


@decision(roles=KEEPERS)
def post_resolution(committee: Sitting, calendars: Calendars, *, resolution_no: int, posted: Past) -> Iterator[Event]:
    """Record that a resolution was posted where all owners see it.
    登记委员会决定已公示。"""
    unposted = {
        each.resolution_no: each for each in committee.resolutions if each.resolution_no not in committee.posted
    }
    if resolution_no not in unposted:
        raise NoSuchResolution(resolution_no)
    resolved = unposted[resolution_no].resolved_on
    in_order(resolved, posted)
    until = None
    if committee.membership.kind is CommitteeKind.MANAGEMENT_COMMITTEE:
        begun = datetime(posted.year, posted.month, posted.day, tzinfo=CHINA)
        until = calendars.on(posted).time.due(begun, POSTED).astimezone(CHINA).date()
    yield CommitteeResolutionPosted(committee.id, resolution_no, posted, until, posted > resolved + POSTING)


@decision(roles=KEEPERS)
def use_seal(
    committee: Sitting,
    signatories: tuple[Person, ...],
    *,
    seal_use: Annotated[str, Text(200)],
    sealed_on: Past,
) -> Iterator[Event]:
    """Record a use of the committee's seal, with the signatures of more than half of its members.
    登记用印（须经全体委员过半数签字）。"""
    committee.membership.check_sits(sealed_on)
    names, members, needed = committee.signed(signatories, sealed_on)
    if len(names) < needed:
        raise SealUnsupported(len(names), members, needed)
    said = (committee.seals + 1, seal_use, names, len(names), members, sealed_on)
    yield SealUsed(committee.id, committee.membership.compound, *said)
