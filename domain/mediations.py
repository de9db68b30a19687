"""Mediations: a dispute is settled where it arose, or goes up a level: grid, community, town, county (Q17).

Who quarrels about what is for staff; everybody sees how many disputes were settled at which level.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.cases import Case
from domain.decisions import Acting, New, Past, Text, decision
from domain.events import Confidential, Event, Ref
from domain.grids import Grid
from domain.people import Person
from domain.periods import check_same, in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    mediation=("The mediation of a dispute.", "矛盾纠纷调解。"),
    mediator=("Who mediates.", "调解人。"),
    mediation_level=("At which level it is mediated.", "调解层级。"),
    dispute=("What it is about; only staff may read it.", "纠纷事由，仅工作人员可见。"),
    about_case=("The case that it arose from, if it did.", "所涉事件，没有则为空。"),
    opened=("When it began.", "开始日期。"),
    settled=("When it was settled.", "调解成功日期。"),
    is_settled=("Whether it is settled.", "是否调解成功。"),
)


class Level(Labelled):
    """At which level a dispute is mediated.
    调解层级。"""

    GRID = "Grid", "网格"
    COMMUNITY = "Community", "社区"
    TOWN = "Town", "乡镇"
    COUNTY = "County", "县级"


class MediationOpened(Event):
    """The mediation of a dispute began in a grid.
    受理调解。"""

    mediation: Ref["Mediation"]
    grid: Ref[Grid]
    about_case: Ref[Case] | None
    mediator: Ref[Person]
    dispute: Confidential
    opened: date


class MediationEscalated(Event):
    """A dispute that could not be settled goes up a level.
    调解升级。"""

    mediation: Ref["Mediation"]
    mediation_level: Level
    reason: Confidential


class MediationSettled(Event):
    """A dispute was settled.
    调解成功。"""

    mediation: Ref["Mediation"]
    mediation_level: Level
    settled: date


class MediationOver(Refusal):
    """This dispute was settled on {settled}.
    该纠纷已于 {settled} 调解成功。"""

    settled: date


class NoHigherLevel(Refusal):
    """A dispute goes up, from {now_at} to a higher level, not to {mediation_level}.
    调解只能由 {now_at} 逐级上移，不能转至 {mediation_level}。"""

    labels = (Level,)
    now_at: str
    mediation_level: str


class Mediation(State, within=Grid):
    """The mediation of a dispute.
    矛盾纠纷调解。"""

    id: Ref["Mediation"]
    level: Level = Level.GRID
    opened: date = date.min
    settled: date | None = None

    def evolve(self, event: MediationOpened | MediationEscalated | MediationSettled) -> "Mediation":
        match event:
            case MediationOpened():
                return replace(self, opened=event.opened)
            case MediationEscalated():
                return replace(self, level=event.mediation_level)
            case MediationSettled():
                return replace(self, settled=event.settled)


@decision(roles={Role.GRID_WORKER, Role.COMMUNITY})
def begin(
    mediation: New[Mediation],
    grid: Grid,
    mediator: Acting[Person],
    about_case: Case | None = None,
    *,
    dispute: Annotated[Confidential, Text(500)],
    opened: Past,
) -> Iterator[Event]:
    """Begin to mediate a dispute in a grid.
    在网格受理调解。"""
    about = about_case.id if about_case else None
    yield MediationOpened(mediation.id, grid.id, about, mediator.id, dispute, opened)


@decision(roles={Role.GRID_WORKER, Role.COMMUNITY, Role.TOWN})
def escalate(mediation: Mediation, *, mediation_level: Level, reason: Confidential) -> Iterator[Event]:
    """Take a dispute that could not be settled to a higher level.
    调解不成的，逐级上移。"""
    if mediation.settled:
        raise MediationOver(mediation.settled)
    levels = list(Level)
    if mediation_level is mediation.level:
        return
    if levels.index(mediation_level) < levels.index(mediation.level):
        raise NoHigherLevel(mediation.level.name, mediation_level.name)
    yield MediationEscalated(mediation.id, mediation_level, reason)


@decision(roles={Role.GRID_WORKER, Role.COMMUNITY, Role.TOWN, Role.COUNTY})
def settle(mediation: Mediation, *, settled: Past) -> Iterator[Event]:
    """Record that a dispute was settled, at the level where it is.
    登记调解成功。"""
    if mediation.settled:
        check_same(settled, mediation.settled)
        return
    in_order(mediation.opened, settled)
    yield MediationSettled(mediation.id, mediation.level, settled)
