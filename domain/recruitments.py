"""Recruitments: open calls for community workers, who was hired, who was carried over, and who joined after retiring.

Who meets the conditions is carried over once (X32). Retired cadres who are Party members join a grid's Party
organisation of their own will (Q06).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.parties import PartyOrganisation
from domain.people import Person
from domain.periods import check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    recruitment=("The recruitment.", "公开招聘。"),
    openings=("How many are to be hired.", "招聘人数。"),
    last_day=("The last day to apply.", "报名截止日期。"),
)


class RecruitmentOpened(Event):
    """An open recruitment began.
    启动公开招聘。"""

    recruitment: Ref["Recruitment"]
    name: str
    openings: int
    since: date
    last_day: date


class WorkerHired(Event):
    """A person was hired for a community.
    录用。"""

    recruitment: Ref["Recruitment"]
    person: Ref[Person]
    community: Ref[Community]
    since: date


class TransitionConfirmed(Event):
    """A worker who met the conditions was carried over.
    办理过渡手续。"""

    person: Ref[Person]
    community: Ref[Community]
    since: date


class RetireeEnrolled(Event):
    """A retired cadre joined a Party organisation of a grid or compound.
    退休干部党员加入党组织。"""

    person: Ref[Person]
    party_organisation: Ref[PartyOrganisation]
    since: date


class NoOpenings(Refusal):
    """A recruitment has at least one opening.
    招聘名额至少为一个。"""


class OpeningsFilled(Refusal):
    """All {openings} openings are filled.
    招聘名额 {openings} 个已满。"""

    openings: int


class EnrolledElsewhere(Refusal):
    """This person joined {party_organisation} on {since}.
    该人员已于 {since} 加入 {party_organisation}。"""

    party_organisation: Ref[PartyOrganisation]
    since: date


class Recruitment(State):
    """An open recruitment, and who was hired.
    公开招聘及录用情况。"""

    id: Ref["Recruitment"]
    openings: int = 0
    last_day: date = date.max
    hired: tuple[Ref[Person], ...] = ()

    def evolve(self, event: RecruitmentOpened | WorkerHired) -> "Recruitment":
        if isinstance(event, WorkerHired):
            return replace(self, hired=(*self.hired, event.person))
        return replace(self, openings=event.openings, last_day=event.last_day)


class Career(State):
    """Whether a worker was carried over, and what a retiree joined.
    过渡与退休加入情况。"""

    id: Ref[Person]
    carried: date | None = None
    joined: RetireeEnrolled | None = None

    def evolve(self, event: TransitionConfirmed | RetireeEnrolled) -> "Career":
        if isinstance(event, RetireeEnrolled):
            return replace(self, joined=event)
        return replace(self, carried=event.since)


@decision(roles={Role.COUNTY})
def open_recruitment(
    recruitment: New[Recruitment], *, name: str, openings: int, since: date, last_day: date
) -> Iterator[Event]:
    """Open a recruitment of community workers.
    启动社区工作者公开招聘。"""
    if openings == 0:
        raise NoOpenings
    in_order(since, last_day)
    yield RecruitmentOpened(recruitment.id, name, openings, since, last_day)


@decision(roles={Role.COUNTY})
def hire(recruitment: Recruitment, person: Person, community: Community, *, since: date) -> Iterator[Event]:
    """Hire a person for a community.
    录用人员到社区任职。"""
    if person.id in recruitment.hired:
        return
    if len(recruitment.hired) >= recruitment.openings:
        raise OpeningsFilled(recruitment.openings)
    in_order(recruitment.last_day, since)
    yield WorkerHired(recruitment.id, person.id, community.id, since)


@decision(roles={Role.COUNTY})
def confirm_transition(person: Career, community: Community, *, since: Past) -> Iterator[Event]:
    """Carry over a worker who meets the conditions.
    为符合条件的社区工作者办理过渡手续。"""
    if person.carried is not None:
        check_same(since, person.carried)
        return
    yield TransitionConfirmed(person.id, community.id, since)


@decision(roles={Role.COMMUNITY, Role.BRANCH})
def enrol_retiree(person: Career, party_organisation: PartyOrganisation, *, since: Past) -> Iterator[Event]:
    """Enrol a retired cadre who is a Party member in a Party organisation.
    退休干部党员加入网格、小区党组织。"""
    if person.joined is None:
        yield RetireeEnrolled(person.id, party_organisation.id, since)
    elif person.joined.party_organisation != party_organisation.id:
        raise EnrolledElsewhere(person.joined.party_organisation, person.joined.since)
