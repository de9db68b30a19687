"""Recruitments as people see them: open calls, who was hired or carried over, and retired members who joined."""

from datetime import date
from typing import ClassVar

from domain import parties, people, places, recruitments
from domain.events import Ref
from domain.words import describe
from projections.figures import counts
from projections.rows import Changes, Row, add, by, new

describe(hired=("How many were hired.", "已录用人数。"))


class Recruitment(Row, frozen=True, kw_only=True):
    """An open recruitment of community workers.
    社区工作者公开招聘。"""

    id: Ref[recruitments.Recruitment]
    name: str
    openings: int
    hired: int = 0
    since: date
    last_day: date

    on: ClassVar[Changes] = {
        recruitments.RecruitmentOpened: new(hired=0),
        recruitments.WorkerHired: add(hired=1),
    }
    orders: ClassVar = ("since",)
    measures: ClassVar = ("openings", "hired")


class Hiring(Row, frozen=True, kw_only=True):
    """A person hired by open recruitment.
    公开招聘录用。"""

    id: str
    recruitment: Ref[recruitments.Recruitment]
    person: Ref[people.Person]
    community: Ref[places.Community]
    since: date

    on: ClassVar[Changes] = {recruitments.WorkerHired: new(key=lambda e: f"{e.recruitment}@{e.person}")}
    lists: ClassVar = (by("recruitment"), by("person"), by("community"))


class Transition(Row, frozen=True, kw_only=True):
    """A worker who was carried over.
    过渡办理。"""

    id: str
    person: Ref[people.Person]
    community: Ref[places.Community]
    since: date

    on: ClassVar[Changes] = {recruitments.TransitionConfirmed: new(key=lambda e: f"{e.person}@{e.since}")}
    lists: ClassVar = (by("person"), by("community"))
    orders: ClassVar = ("since",)


class Retiree(Row, frozen=True, kw_only=True):
    """A retired cadre who joined a Party organisation.
    加入党组织的退休干部党员。"""

    id: str
    person: Ref[people.Person]
    party_organisation: Ref[parties.PartyOrganisation]
    since: date

    on: ClassVar[Changes] = {recruitments.RetireeEnrolled: new(key=lambda e: f"{e.person}@{e.since}")}
    lists: ClassVar = (by("person"), by("party_organisation"))


counts("transitionedWorkers", "办理过渡手续人员", "Workers who were carried over", Transition)
