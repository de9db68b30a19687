"""Surveys: how many Party members there are in each compound of a town, in numbers only (Q03)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.periods import in_order
from domain.places import Community, CommunityRegistered, Compound, Town
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import describe

describe(
    survey=("The survey.", "摸底调查。"),
    joining=("The unit that surveys together with the town.", "联动单位。"),
    party_members=("How many Party members were counted.", "党员人数。"),
    surveyed_on=("The day of the count.", "摸底日期。"),
)


class SurveyOpened(Event):
    """A town opened a survey of Party members.
    开展党员摸底。"""

    survey: Ref["Survey"]
    town: Ref[Town]
    joining: Ref[PartnerUnit] | None
    name: str
    since: date


class MembersSurveyed(Event):
    """The Party members of a compound were counted.
    完成小区党员摸底。"""

    survey: Ref["Survey"]
    compound: Ref[Compound]
    party_members: int
    surveyed_on: date


class OutsideSurvey(Refusal):
    """{compound} does not lie in {town}, whose compounds are surveyed.
    该小区（{compound}）不在摸底的乡镇（{town}）内。"""

    compound: Ref[Compound]
    town: Ref[Town]


class Survey(State):
    """A survey of a town.
    乡镇摸底调查。"""

    id: Ref["Survey"]
    town: Ref[Town] = Ref()
    since: date = date.min

    def evolve(self, event: SurveyOpened) -> "Survey":
        return replace(self, town=event.town, since=event.since)


class CommunityTown(State):
    """The town that a community lies in.
    社区所属乡镇。"""

    id: Ref[Community]
    town: Ref[Town] = Ref()

    def evolve(self, event: CommunityRegistered) -> "CommunityTown":
        return replace(self, town=event.town)


class Count(State):
    """What was counted in a compound in a survey.
    小区摸底结果。"""

    survey: Ref[Survey]
    compound: Ref[Compound]
    party_members: int | None = None
    surveyed_on: date = date.min

    def evolve(self, event: MembersSurveyed) -> "Count":
        return replace(self, party_members=event.party_members, surveyed_on=event.surveyed_on)


@decision(roles={Role.TOWN, Role.COUNTY})
def open_survey(
    survey: New[Survey], town: Town, joining: PartnerUnit | None = None, *, name: str, since: date
) -> Iterator[Event]:
    """Open a survey of the Party members in a town's compounds.
    开展小区党员摸底。"""
    yield SurveyOpened(survey.id, town.id, joining.id if joining else None, name, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def count_members(
    survey: Survey,
    compound: Compound,
    community: CommunityTown,
    count: Count,
    *,
    party_members: int,
    surveyed_on: Past,
) -> Iterator[Event]:
    """Record how many Party members were counted in a compound of a community; nobody is named.
    登记社区所辖小区的党员人数，不记录姓名。"""
    if (compound.community, community.town) != (community.id, survey.town):
        raise OutsideSurvey(compound.id, survey.town)
    in_order(max(survey.since, count.surveyed_on), surveyed_on)
    if (party_members, surveyed_on) != (count.party_members, count.surveyed_on):
        yield MembersSurveyed(survey.id, compound.id, party_members, surveyed_on)
