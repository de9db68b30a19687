"""Seats: who sits on an owners' committee or management committee, and who may not (BR-26, Q61, Q72).

No member, spouse or direct relative is with the firm that serves there; no member owes property fees; who sits as an
owner is one on record, and loses the seat on the day that ends. Whoever misses half the sessions of a year is suspended
until it is decided whether they stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from domain.committees import (
    Committee,
    CommitteeDissolved,
    CommitteeKind,
    ManagementCommitteeFormed,
    OwnersCommitteeElected,
)
from domain.conflicts import RatedKind, Tie
from domain.corrections import check_on_record
from domain.decisions import Past, decision
from domain.events import Confidential, Event, Position, Ref
from domain.firms import Firm
from domain.people import Person
from domain.periods import in_order
from domain.places import Community, Compound
from domain.raters import Matter as Look
from domain.raters import Rater
from domain.reactions import Act, act, reaction
from domain.refusals import Refusal
from domain.residents import ResidenceKind, ResidentLeft
from domain.roles import Role
from domain.rulebooks import Premises
from domain.states import State
from domain.tenures import CadreSeats
from domain.words import Labelled, describe

describe(
    is_chair=("Whether the person chairs it.", "是否主任委员。"),
    as_owner=("Whether the person sits as an owner.", "是否业主委员。"),
    is_party_member=("Whether the person is a Party member.", "是否中共党员。"),
    party_recommended=("Whether a Party organisation recommended the person.", "是否由党组织推荐。"),
    seated_on=("The first day in the seat.", "任职起始日期。"),
    left_on=("The day on which the seat was left.", "离任日期。"),
    left_because=("Why the seat was left.", "离任原因。"),
    absences=("How many sessions were missed within a year.", "一年内缺席次数。"),
    rests_from=(
        "The day of the session after which the duties rest; none: all along.",
        "自该次会议之后暂停履职；为空则不限。",
    ),
    sat=("Whether the person sat by that seat until then.", "作废前是否在任。"),
    sessions_counted=("How many sessions there were within that year.", "该年会议次数。"),
)


class Leaving(Labelled):
    """Why a seat was left.
    离任原因。"""

    RESIGNED = "Resigned", "辞职"
    REMOVED = "Removed by the owners", "罢免"
    NO_LONGER_OWNER = "No longer an owner", "不再是业主"
    TERM_OVER = "End of the term", "任期届满"


class CommitteeMemberSeated(Event):
    """A person took a seat on a committee.
    委员任职。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    person: Ref[Person]
    is_chair: bool
    as_owner: bool
    is_party_member: bool
    party_recommended: bool
    seated_on: date


class CommitteeMemberLeft(Event):
    """A person left a seat on a committee.
    委员离任。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    person: Ref[Person]
    seated_on: date
    left_on: date
    left_because: Leaving


class CommitteeMemberVoided(Event):
    """A seat was entered by mistake: the person never took it.
    作废误登的委员任职。"""

    voids: Position
    reason: Confidential
    committee: Ref[Committee]
    compound: Ref[Compound]
    person: Ref[Person]
    seated_on: date
    sat: bool


class DutiesSuspended(Event, version=2):
    """A member missed half the sessions of a year: the removal is moved, and the duties rest until then.
    委员一年内缺席过半，提请终止资格，其间暂停履职。"""

    committee: Ref[Committee]
    person: Ref[Person]
    absences: int
    sessions_counted: int
    rests_from: date | None = None


class DutiesRestored(Event):
    """A suspended member stays.
    恢复履职。"""

    committee: Ref[Committee]
    person: Ref[Person]
    reason: Confidential


class SeatConflict(Refusal):
    """This person or a close relative is with {firm}, the firm that serves there: {tie}.
    该人员或其近亲属与为本小区服务的企业（{firm}）存在利害关系：{tie}。"""

    rule = "BR-26"
    tie: str
    firm: Ref[Firm]


class DirectorNotOfResidentsCommittee(Refusal):
    """Who chairs a management committee is of the residents' committee of {community} on {seated_on}; name it.
    物业管理委员会主任须为 {community} 居民委员会成员（{seated_on} 在任），并指明该社区。"""

    code, rule = "DIRECTOR_NOT_OF_COMMITTEE", "BR-24"
    community: Ref[Community]
    seated_on: date


class FeesOwed(Refusal):
    """This person owes property fees in {compound}.
    该人员在 {compound} 欠缴物业费。"""

    rule = "BR-26"
    compound: Ref[Compound]


class NotAnOwner(Refusal):
    """This person is not on record as an owner there on {seated_on}.
    该人员在 {seated_on} 未登记为该小区业主。"""

    rule = "BR-26"
    seated_on: date


class OwnersOnly(Refusal):
    """On an owners' committee only owners sit.
    业主委员会委员须为业主。"""

    rule = "BR-26"


class SeatedAlready(Refusal):
    """This person sits on it already.
    该人员已是委员。"""

    rule = "BR-26"


class SeatsTaken(Refusal):
    """All {seats} seats are taken.
    全部 {seats} 个席位已满。"""

    rule = "BR-21"
    seats: int


class NotMember(Refusal):
    """These are no members of it: {strangers}.
    以下人员不是委员：{strangers}。"""

    rule = "BR-25"
    strangers: tuple[Ref[Person], ...]


class DutiesRest(Refusal):
    """The duties of these members rest until it is decided on their removal: {resting}.
    以下委员已暂停履职，待议是否终止资格：{resting}。"""

    rule = "BR-26"
    resting: tuple[Ref[Person], ...]


class NoLongerSits(Refusal):
    """This committee's time was over on {ended}.
    该机构任期已于 {ended} 届满或已解散。"""

    rule = "BR-22"
    ended: date


class ChairSeated(Refusal):
    """Somebody chairs it already.
    已有主任委员。"""

    rule = "BR-26"


class OwnerSeatsKept(Refusal):
    """Of its seats {owner_seats} are for owners.
    业主委员席位 {owner_seats} 个，不得由非业主占用。"""

    rule = "BR-24"
    owner_seats: int


class CommitteeElsewhere(Refusal):
    """This committee is of {compound}.
    该机构属于 {compound}。"""

    rule = "BR-20"
    compound: Ref[Compound]


class Seat(NamedTuple):
    """A member's seat; `position` is of the event that the member took it by."""

    seated_on: date
    as_owner: bool
    is_chair: bool = False
    rests: date | None = None
    """After which day the duties rest, if they do."""
    left_on: date | None = None
    position: int = 0

    def held(self, on: date) -> bool:
        return self.seated_on <= on and self.lasts(on)

    def lasts(self, on: date) -> bool:
        """Whether it was not left by a day."""
        return self.left_on is None or on < self.left_on


Seats = Mapping[Ref[Person], Seat]


class Membership(State):
    """A committee and who sits on it.
    机构及其委员。"""

    id: Ref[Committee]
    compound: Ref[Compound] = Ref()
    kind: CommitteeKind = CommitteeKind.OWNERS_COMMITTEE
    seats: int = 0
    owner_seats: int = 0
    since: date = date.min
    ended: date | None = None
    """From when on it no longer sits: its term is over, or it was dissolved."""
    members: Seats = field(default_factory=lambda: MappingProxyType({}))
    """Who has not left."""
    former: tuple[tuple[Ref[Person], Seat], ...] = ()
    """Seats that were left, in the order in which that was entered."""
    voided: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    """Where each seat that was entered by mistake was voided, by where it was entered."""

    def evolve(
        self,
        event: OwnersCommitteeElected
        | ManagementCommitteeFormed
        | CommitteeDissolved
        | CommitteeMemberSeated
        | CommitteeMemberLeft
        | CommitteeMemberVoided
        | DutiesSuspended
        | DutiesRestored,
        position: int = 0,
    ) -> "Membership":
        match event:
            case OwnersCommitteeElected() | ManagementCommitteeFormed():
                return self._begun(event)
            case CommitteeDissolved():
                return replace(self, ended=event.ended)
            case CommitteeMemberSeated():
                return self._with(
                    event.person, Seat(event.seated_on, event.as_owner, event.is_chair, position=position)
                )
            case DutiesSuspended() | DutiesRestored():
                rests = event.rests_from or date.min if isinstance(event, DutiesSuspended) else None
                return self._with(event.person, self.members[event.person]._replace(rests=rests))
            case CommitteeMemberLeft():
                return self._left(event)
            case CommitteeMemberVoided():
                return self._without(event, position)

    def _begun(self, event: OwnersCommitteeElected | ManagementCommitteeFormed) -> "Membership":
        begun = replace(self, compound=event.compound, seats=event.seats, since=event.since, ended=event.until)
        if isinstance(event, OwnersCommitteeElected):
            return replace(begun, kind=CommitteeKind.OWNERS_COMMITTEE, owner_seats=event.seats)
        return replace(begun, kind=CommitteeKind.MANAGEMENT_COMMITTEE, owner_seats=event.owner_seats)

    def _with(self, person: Ref[Person], seat: Seat) -> "Membership":
        return replace(self, members={**self.members, person: seat})

    def _but(self, person: Ref[Person]) -> Seats:
        return {who: seat for who, seat in self.members.items() if who != person}

    def _left(self, event: CommitteeMemberLeft) -> "Membership":
        seat = self.members[event.person]._replace(left_on=event.left_on)
        return replace(self, members=self._but(event.person), former=(*self.former, (event.person, seat)))

    def _without(self, event: CommitteeMemberVoided, position: int) -> "Membership":
        former = tuple(each for each in self.former if each[1].position != event.voids)
        members = self._but(event.person) if event.sat else self.members
        return replace(self, members=members, former=former, voided={**self.voided, event.voids: position})

    def on(self, day: date) -> Seats:
        """Who sits on a day, whoever has left since."""
        return {who: seat for who, seat in (*self.former, *self.members.items()) if seat.held(day)}

    def from_on(self, day: date) -> list[Seat]:
        """The seats that are not left by a day, those too that are taken only later."""
        return [seat for _, seat in (*self.former, *self.members.items()) if seat.lasts(day)]

    def began(self, person: Ref[Person], day: date) -> bool:
        """Whether the person took a seat that day, whatever became of it."""
        return any((who, seat.seated_on) == (person, day) for who, seat in (*self.former, *self.members.items()))

    def left(self, person: Ref[Person]) -> date:
        """When the person left last, if ever."""
        return max((seat.left_on or date.min for who, seat in self.former if who == person), default=date.min)

    def seat_at(self, position: int) -> tuple[Ref[Person], Seat]:
        """The seat that was entered at a position; refuses one that is none, or was voided."""
        there = {seat.position: (who, seat) for who, seat in (*self.former, *self.members.items()) if seat.position}
        check_on_record(position, there, self.voided)
        return there[position]

    def check_sits(self, on: date) -> None:
        """Refuse what is done by a committee before its time or after."""
        in_order(self.since, on)
        if self.ended is not None and on >= self.ended:
            raise NoLongerSits(self.ended)

    def check_active(self, people: frozenset[Ref[Person]], on: date) -> None:
        """Refuse who is no member on a day, or whose duties rest by then."""
        seats = self.on(on)
        check_members(people, seats)
        if resting := tuple(sorted(who for who in people if (rests := seats[who].rests) is not None and on > rests)):
            raise DutiesRest(resting)


def check_members(people: frozenset[Ref[Person]], seats: Seats) -> None:
    if strangers := tuple(sorted(people - seats.keys())):
        raise NotMember(strangers)


def owners(seats: Seats) -> frozenset[Ref[Person]]:
    return frozenset(who for who, seat in seats.items() if seat.as_owner)


class OwnSeats(State):
    """The seats that a person has as an owner.
    某人以业主身份担任的委员。"""

    id: Ref[Person]
    seats: tuple[CommitteeMemberSeated, ...] = ()

    def evolve(self, event: CommitteeMemberSeated | CommitteeMemberLeft | CommitteeMemberVoided) -> "OwnSeats":
        others = tuple(each for each in self.seats if each.committee != event.committee)
        match event:
            case CommitteeMemberSeated(as_owner=True):
                return replace(self, seats=(*others, event))
            case CommitteeMemberVoided(sat=False):
                return self
        return replace(self, seats=others)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def seat_member(
    committee: Membership,
    compound: Premises,
    person: Rater,
    community: CadreSeats | None = None,
    *,
    seated_on: Past,
    is_chair: bool = False,
    as_owner: bool = True,
    is_party_member: bool = False,
    party_recommended: bool = False,
) -> Iterator[Event]:
    """Record that a person takes a seat on a committee; name the community of who chairs a management committee.
    登记委员任职；物业管理委员会主任须指明所在社区。"""
    if compound.id != committee.compound:
        raise CommitteeElsewhere(committee.compound)
    if person.id in committee.members:
        raise SeatedAlready
    beside = committee.from_on(seated_on)
    if len(beside) >= committee.seats:
        raise SeatsTaken(committee.seats)
    committee.check_sits(seated_on)
    in_order(committee.left(person.id), seated_on)
    if committee.began(person.id, seated_on):
        raise SeatedAlready
    if committee.kind is CommitteeKind.OWNERS_COMMITTEE and not as_owner:
        raise OwnersOnly
    others = sum(not seat.as_owner for seat in beside)
    if not as_owner and others >= committee.seats - committee.owner_seats:
        raise OwnerSeatsKept(committee.owner_seats)
    if is_chair and any(seat.is_chair for seat in beside):
        raise ChairSeated
    if is_chair and committee.kind is CommitteeKind.MANAGEMENT_COMMITTEE:
        _check_director(compound, person.id, community, seated_on)
    _check_eligible(compound, person, seated_on, as_owner=as_owner)
    said = (is_chair, as_owner, is_party_member, party_recommended, seated_on)
    yield CommitteeMemberSeated(committee.id, compound.id, person.id, *said)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def leave_seat(committee: Membership, person: Person, *, left_on: Past, left_because: Leaving) -> Iterator[Event]:
    """Record that a person leaves a seat.
    登记委员离任。"""
    check_members(frozenset({person.id}), committee.members)
    seated_on = committee.members[person.id].seated_on
    in_order(seated_on, left_on)
    yield CommitteeMemberLeft(committee.id, committee.compound, person.id, seated_on, left_on, left_because)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def restore_duties(committee: Membership, person: Person, *, reason: Confidential) -> Iterator[Event]:
    """Record that a suspended member stays; absences count anew from now.
    登记暂停履职的委员恢复履职，缺席重新计算。"""
    check_members(frozenset({person.id}), committee.members)
    if committee.members[person.id].rests is not None:
        yield DutiesRestored(committee.id, person.id, reason)


@decision()
def lose_seat(person: OwnSeats, compound: Compound, *, left_on: date) -> Iterator[Event]:
    """Who is no longer an owner there loses the seat (BR-26).
    不再是业主的，委员资格自行终止。"""
    for held in person.seats:
        if held.compound == compound.id:
            ended = max(left_on, held.seated_on)
            gone = (person.id, held.seated_on, ended, Leaving.NO_LONGER_OWNER)
            yield CommitteeMemberLeft(held.committee, held.compound, *gone)


@reaction
def follow_owner(event: ResidentLeft) -> Iterator[Act]:
    """Whoever sells loses the seat that day.
    业主身份终止，委员资格同日终止。"""
    if event.residence_kind is ResidenceKind.OWNER:
        yield act(lose_seat, person=event.person, compound=event.compound, left_on=event.ended)


def _check_director(compound: Premises, person: Ref[Person], community: CadreSeats | None, on: date) -> None:
    if community is None or community.id != compound.community or not community.serves(person, on):
        raise DirectorNotOfResidentsCommittee(compound.community, on)


def _check_eligible(compound: Premises, person: Rater, on: date, *, as_owner: bool) -> None:
    firm = compound.by(on)
    firms = frozenset({firm} if firm else ())
    look = Look(RatedKind.FIRM, on, on, firms=firms, places=frozenset({compound.id}))
    ties = person.ties(look)
    for tie in (Tie.EMPLOYED_BY, Tie.KIN_EMPLOYED):
        if tie in ties and firm:
            raise SeatConflict(tie.name, firm)
    if person.owes(look):
        raise FeesOwed(compound.id)
    if as_owner and person.home(look) is not ResidenceKind.OWNER:
        raise NotAnOwner(on)


YEAR = timedelta(days=365)
