"""Awards: what a community's project won, at which level.

Of the people in it, minors above all, nothing is recorded (BR-72).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.places import Community
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    award=("The award.", "奖项。"),
    award_level=("The level that gave it.", "颁奖级别。"),
    prize=("The prize.", "奖次。"),
    awarded=("The day on which it was given.", "获奖日期。"),
    contest=("The contest or honour that it was given in.", "赛事或荣誉名称。"),
)


class AwardLevel(Labelled):
    """The level that gives an award.
    颁奖级别。"""

    NATIONAL = "National", "国家级"
    PROVINCE = "Province", "省级"
    CITY = "City", "市级"
    COUNTY = "County", "县级"


class Prize(Labelled):
    """A prize.
    奖次。"""

    FIRST = "First prize", "一等奖"
    SECOND = "Second prize", "二等奖"
    THIRD = "Third prize", "三等奖"
    HONOUR = "Honour without a grade", "荣誉称号"


class AwardWon(Event):
    """A project of a community won an award.
    登记获奖。"""

    award: Ref["Award"]
    community: Ref[Community]
    name: str
    contest: str
    award_level: AwardLevel
    prize: Prize
    awarded: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class Award(State, within=Community):
    """An award that a community's project won.
    社区项目所获奖项。"""

    id: Ref["Award"]
    recorded: bool = False

    def evolve(self, event: AwardWon) -> "Award":
        return replace(self, recorded=True)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def record(
    award: New[Award],
    community: Community,
    evidence: tuple[Exhibit, ...] = (),
    *,
    name: str,
    contest: str,
    award_level: AwardLevel,
    prize: Prize,
    awarded: Past,
) -> Iterator[Event]:
    """Record an award that a project of a community won; `name` is the project's.
    登记社区项目所获奖项；名称为项目名称。"""
    files = tuple(each.id for each in evidence)
    yield AwardWon(award.id, community.id, name, contest, award_level, prize, awarded, files)
