"""Targets: what the committee, the firm, the community and the branch of a compound each set out to do (Q66)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import New, Past, Text, decision
from domain.events import Event, Ref
from domain.periods import in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    target=("The target.", "目标任务。"),
    team=("Whose target it is.", "责任班子。"),
    target_text=("What is to be reached.", "目标内容。"),
    aimed_at=("How much is to be reached.", "目标数量。"),
    reached=("How much was reached so far.", "已完成数量。"),
    target_due=("The last day to reach it.", "完成期限。"),
    reached_on=("The day by which so much was reached.", "进展日期。"),
)


class Team(Labelled):
    """One of the four that act together in a compound.
    四方班子。"""

    COMMITTEE = "Owners' or management committee", "业委会（物管会）"
    FIRM = "Property firm", "物业企业"
    COMMUNITY = "Community", "社区"
    BRANCH = "Party branch", "党支部"


class TargetSet(Event):
    """A team of a compound set itself a target.
    确定目标任务。"""

    target: Ref["Target"]
    compound: Ref[Compound]
    team: Team
    target_text: str
    aimed_at: int
    since: date
    target_due: date


class TargetAdvanced(Event):
    """So much of a target was reached by a day.
    目标任务进展。"""

    target: Ref["Target"]
    reached: int
    reached_on: date


class TargetBackwards(Refusal):
    """{reached_before} were reached already, of {aimed_at}.
    已完成 {reached_before}，目标为 {aimed_at}，进展不得减少或超出。"""

    reached_before: int
    aimed_at: int


class Target(State, within=Compound):
    """A target and how far it is.
    目标任务。"""

    id: Ref["Target"]
    aimed_at: int = 0
    reached: int = 0
    since: date = date.min

    def evolve(self, event: TargetSet | TargetAdvanced) -> "Target":
        if isinstance(event, TargetSet):
            return replace(self, aimed_at=event.aimed_at, since=event.since)
        return replace(self, reached=event.reached, since=event.reached_on)


SETTERS = frozenset({Role.TOWN, Role.COMMUNITY, Role.BRANCH, Role.COMMITTEE})


@decision(roles=SETTERS)
def set_target(
    target: New[Target],
    compound: Compound,
    *,
    team: Team,
    target_text: Annotated[str, Text(500)],
    aimed_at: int,
    since: date,
    target_due: date,
) -> Iterator[Event]:
    """Set a target for one of the four teams of a compound.
    确定四方班子的目标任务。"""
    in_order(since, target_due)
    if not aimed_at:
        raise TargetBackwards(0, 0)
    yield TargetSet(target.id, compound.id, team, target_text, aimed_at, since, target_due)


@decision(roles=SETTERS)
def advance(target: Target, *, reached: int, reached_on: Past) -> Iterator[Event]:
    """Record how much of a target was reached by a day.
    登记目标任务进展。"""
    in_order(target.since, reached_on)
    if not target.reached <= reached <= target.aimed_at:
        raise TargetBackwards(target.reached, target.aimed_at)
    if reached != target.reached:
        yield TargetAdvanced(target.id, reached, reached_on)
