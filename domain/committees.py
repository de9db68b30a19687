"""Committees: a compound has one body, an owners' committee or a provisional property management committee (BR-20).

Owners may elect a committee while a management committee sits; once it is filed with the town, the management committee
has thirty days to hand over and dissolve. No second body of a kind is made, and no management committee while a
committee is elected, unless the former ceased or its term is over by then. Late filings and dissolutions are recorded
as late; that a last day went by is recorded too: see lapses.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.periods import PeriodReversed, in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    committee=("The owners' committee or property management committee.", "业主委员会或物业管理委员会。"),
    seats=("How many members it has.", "委员人数。"),
    party_seats=("How many of the members are Party members.", "党员委员人数。"),
    owner_seats=("How many of the members are owners.", "业主委员人数。"),
    elected=("The day of the election.", "选举日期。"),
    filed=("The day it was filed with the town.", "向乡镇备案日期。"),
    due=("The last day to do it.", "最迟日期。"),
    late=("Whether it came after the last day.", "是否逾期。"),
)

LEAST_SEATS = 5
LEAST_PROVISIONAL_SEATS = 7
MOST_YEARS = 5
MOST_PROVISIONAL_YEARS = 3
FILING = timedelta(days=30)
HANDOVER = timedelta(days=30)


class CommitteeKind(Labelled):
    """A kind of body that acts for the owners of a compound.
    小区治理机构类别。"""

    OWNERS_COMMITTEE = "Owners' committee", "业主委员会"
    MANAGEMENT_COMMITTEE = "Property management committee", "物业管理委员会"


class OwnersCommitteeElected(Event):
    """Owners elected a committee for a term.
    选举产生业主委员会。"""

    committee: Ref["Committee"]
    compound: Ref[Compound]
    seats: int
    party_seats: int
    elected: date
    since: date
    until: date | None


class ManagementCommitteeFormed(Event):
    """A property management committee was formed for a term.
    组建物业管理委员会。"""

    committee: Ref["Committee"]
    compound: Ref[Compound]
    seats: int
    owner_seats: int
    since: date
    until: date | None


class CommitteeFiled(Event):
    """An elected committee was filed with the town.
    业主委员会向乡镇备案。"""

    committee: Ref["Committee"]
    compound: Ref[Compound]
    filed: date
    late: bool


class HandoverDue(Event):
    """A management committee must hand over to the filed committee and dissolve by a day.
    物业管理委员会应于限期内移交并解散。"""

    committee: Ref["Committee"]
    compound: Ref[Compound]
    due: date


class CommitteeDissolved(Event):
    """A body that sat since one date ceased to on another.
    治理机构解散或届满。"""

    committee: Ref["Committee"]
    compound: Ref[Compound]
    since: date
    ended: date
    late: bool


class BodyExists(Refusal):
    """This compound has a body already; one is the limit, until its term is over or it is dissolved.
    该小区已有治理机构，届满或解散前不得另设。"""

    rule = "BR-20"
    committee: Ref["Committee"]
    committee_kind: str
    until: date | None


class CommitteeSeats(Refusal):
    """An owners' committee has an odd number of members, {least} at least; {seats} do not fit.
    业主委员会委员须为单数且不少于 {least} 人，{seats} 人不符。"""

    rule = "BR-21"
    seats: int
    least: int


class ManagementCommitteeSeats(Refusal):
    """A management committee has an odd number of members, {least} at least; {seats} do not fit.
    物业管理委员会委员须为单数且不少于 {least} 人，{seats} 人不符。"""

    rule = "BR-24"
    seats: int
    least: int


class OwnersTooFew(Refusal):
    """Owners hold {owner_seats} of {seats} seats; at least half must be theirs.
    业主委员为 {owner_seats} 人，委员共 {seats} 人，业主不得少于半数。"""

    rule = "BR-24"
    owner_seats: int
    seats: int


class SeatsExceeded(Refusal):
    """{count} of {seats} members is no possible number.
    委员共 {seats} 名，其中不可能有 {count} 名。"""

    count: int
    seats: int


class CommitteeTermTooLong(Refusal):
    """A term of an owners' committee lasts {years} years at most.
    业主委员会每届任期不超过 {years} 年。"""

    rule = "BR-22"
    since: date
    until: date
    years: int


class ManagementCommitteeTermTooLong(Refusal):
    """A term of a management committee lasts {years} years at most.
    物业管理委员会任期不超过 {years} 年。"""

    rule = "BR-24"
    since: date
    until: date
    years: int


class CommitteeOver(Refusal):
    """This body ceased on {ended}.
    该治理机构已于 {ended} 解散或届满。"""

    code, rule = "COMMITTEE_DISSOLVED", "BR-20"
    ended: date


class NothingToFile(Refusal):
    """This compound has no elected committee that could be filed.
    该小区没有可备案的业主委员会。"""

    rule = "BR-23"
    compound: Ref[Compound]


class AlreadyFiled(Refusal):
    """The elected committee was filed on {filed}.
    业主委员会已于 {filed} 备案。"""

    code, rule = "COMMITTEE_FILED", "BR-23"
    filed: date


class Committee(State, within=Compound):
    """An owners' committee or property management committee.
    业主委员会或物业管理委员会。"""

    id: Ref["Committee"]
    compound: Ref[Compound] = Ref()
    since: date = date.min
    due: date | None = None
    ended: date | None = None

    def evolve(
        self, event: OwnersCommitteeElected | ManagementCommitteeFormed | HandoverDue | CommitteeDissolved
    ) -> "Committee":
        match event:
            case OwnersCommitteeElected() | ManagementCommitteeFormed():
                return replace(self, compound=event.compound, since=event.since)
            case HandoverDue():
                return replace(self, due=event.due)
            case CommitteeDissolved():
                return replace(self, ended=event.ended)


class Body(NamedTuple):
    """The latest body of its kind, over or not."""

    committee: Ref[Committee]
    since: date
    until: date | None
    elected: date | None = None
    filed: date | None = None
    due: date | None = None
    ended: date | None = None

    @property
    def over(self) -> date | None:
        """From when on another may sit."""
        return self.until if self.ended is None else self.ended


class Bodies(State):
    """The owners' committee and the management committee of a compound.
    小区的业主委员会与物业管理委员会。"""

    id: Ref[Compound]
    owners: Body | None = None
    management: Body | None = None

    def evolve(
        self,
        event: OwnersCommitteeElected | ManagementCommitteeFormed | CommitteeFiled | HandoverDue | CommitteeDissolved,
    ) -> "Bodies":
        match event:
            case OwnersCommitteeElected():
                body = Body(event.committee, event.since, event.until, event.elected)
                return replace(self, owners=body)
            case ManagementCommitteeFormed():
                return replace(self, management=Body(event.committee, event.since, event.until))
            case CommitteeFiled():
                return self._changed(event.committee, filed=event.filed)
            case HandoverDue():
                return self._changed(event.committee, due=event.due)
            case CommitteeDissolved():
                return self._changed(event.committee, ended=event.ended)

    def _changed(self, committee: Ref[Committee], **dates: Any) -> "Bodies":
        owners, management = (
            body._replace(**dates) if body and body.committee == committee else body
            for body in (self.owners, self.management)
        )
        return replace(self, owners=owners, management=management)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def elect(
    committee: New[Committee],
    compound: Bodies,
    *,
    seats: int,
    party_seats: int = 0,
    elected: Past,
    since: date,
    until: date,
) -> Iterator[Event]:
    """Record that the owners of a compound elected a committee.
    登记业主委员会选举结果。"""
    if seats < LEAST_SEATS or seats % 2 == 0:
        raise CommitteeSeats(seats, LEAST_SEATS)
    if party_seats > seats:
        raise SeatsExceeded(party_seats, seats)
    in_order(elected, since)
    if term_exceeds(MOST_YEARS, since, until):
        raise CommitteeTermTooLong(since, until, MOST_YEARS)
    yield from _gave_way(compound.owners, CommitteeKind.OWNERS_COMMITTEE, compound.id, since)
    yield OwnersCommitteeElected(committee.id, compound.id, seats, party_seats, elected, since, until)


@decision(roles={Role.TOWN})
def form(
    committee: New[Committee], compound: Bodies, *, seats: int, owner_seats: int, since: date, until: date
) -> Iterator[Event]:
    """Form a provisional property management committee in a compound that has no body.
    在尚无治理机构的小区组建物业管理委员会。"""
    if seats < LEAST_PROVISIONAL_SEATS or seats % 2 == 0:
        raise ManagementCommitteeSeats(seats, LEAST_PROVISIONAL_SEATS)
    if owner_seats > seats:
        raise SeatsExceeded(owner_seats, seats)
    if 2 * owner_seats < seats:
        raise OwnersTooFew(owner_seats, seats)
    if term_exceeds(MOST_PROVISIONAL_YEARS, since, until):
        raise ManagementCommitteeTermTooLong(since, until, MOST_PROVISIONAL_YEARS)
    yield from _gave_way(compound.owners, CommitteeKind.OWNERS_COMMITTEE, compound.id, since)
    yield from _gave_way(compound.management, CommitteeKind.MANAGEMENT_COMMITTEE, compound.id, since)
    yield ManagementCommitteeFormed(committee.id, compound.id, seats, owner_seats, since, until)


@decision(roles={Role.TOWN})
def file_committee(compound: Bodies, *, filed: Past) -> Iterator[Event]:
    """File a compound's elected committee; a management committee must then hand over within thirty days.
    业主委员会备案；物业管理委员会应在三十日内移交并解散。"""
    body = compound.owners
    if body is None or body.elected is None or body.ended is not None:
        raise NothingToFile(compound.id)
    if body.filed == filed:
        return
    if body.filed is not None:
        raise AlreadyFiled(body.filed)
    in_order(body.elected, filed)
    yield CommitteeFiled(body.committee, compound.id, filed, late=filed - body.elected > FILING)
    if compound.management and compound.management.ended is None:
        yield HandoverDue(compound.management.committee, compound.id, filed + HANDOVER)


@decision(roles={Role.TOWN})
def dissolve(committee: Committee, *, ended: date) -> Iterator[Event]:
    """Dissolve an owners' committee or a management committee.
    解散业主委员会或物业管理委员会。"""
    if committee.ended == ended:
        return
    if committee.ended is not None:
        raise CommitteeOver(committee.ended)
    in_order(committee.since, ended)
    late = _is_late(committee.due, ended)
    yield CommitteeDissolved(committee.id, committee.compound, committee.since, ended, late)


def _gave_way(body: Body | None, kind: CommitteeKind, compound: Ref[Compound], since: date) -> Iterator[Event]:
    if body is None:
        return
    if body.over is None or since < body.over:
        raise BodyExists(body.committee, kind.name, body.over)
    if body.ended is None:
        yield CommitteeDissolved(body.committee, compound, body.since, body.over, _is_late(body.due, body.over))


def _is_late(due: date | None, ended: date) -> bool:
    return due is not None and ended > due


def term_exceeds(years: int, since: date, until: date) -> bool:
    if until <= since:
        raise PeriodReversed(since, until)
    return (until.year - years, until.month, until.day) > (since.year, since.month, since.day)
