"""Surveys as people see them: how far each has come, and which compounds are still to be counted."""

from datetime import date
from typing import ClassVar

from domain import places, surveys, units
from domain.events import Ref
from domain.words import describe
from projections.compounds import Compound
from projections.reports import Report
from projections.rows import Changes, Row, around, by, new

describe(
    to_count=("How many compounds the town has.", "乡镇小区数。"),
    counted=("How many of them are counted.", "已摸底小区数。"),
    missing=("Those that are not.", "未摸底的小区。"),
    first_counted=("The day on which it was first counted.", "首次摸底日期。"),
)


class Survey(Row, frozen=True, kw_only=True):
    """A survey of the Party members in a town's compounds.
    小区党员摸底。"""

    id: Ref[surveys.Survey]
    town: Ref[places.Town]
    joining: Ref[units.PartnerUnit] | None
    name: str
    since: date

    on: ClassVar[Changes] = {surveys.SurveyOpened: new()}
    lists: ClassVar = (by("town"),)
    orders: ClassVar = ("since",)


class MemberCount(Row, frozen=True, kw_only=True):
    """How many Party members a survey counted in a compound; a later count takes the place of an earlier one.
    小区党员摸底结果，以最近一次为准。"""

    id: str
    survey: Ref[surveys.Survey]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    party_members: int
    surveyed_on: date
    first_counted: date

    on: ClassVar[Changes] = {
        surveys.MembersSurveyed: new(
            key=lambda event: f"{event.survey}@{event.compound}",
            community=around("community"),
            first_counted=lambda row, event: row.first_counted if row else event.surveyed_on,
        )
    }
    lists: ClassVar = (by("survey"), by("compound"), by("community"))
    orders: ClassVar = ("party_members", "surveyed_on")
    measures: ClassVar = ("party_members",)


Uncounted = Ref[places.Compound]


class SurveyReport(Report):
    """How far a survey has come by a day (Q03).
    截至某日的摸底进度。"""

    to_count: int
    counted: int
    missing: tuple[Uncounted, ...]

    of: ClassVar = Survey
    name: ClassVar = "completion"
    rows: ClassVar = (Survey, Compound, MemberCount)
    sql: ClassVar = """
        with place as (
            select c.id, exists (select from {MemberCount} m where m.ledger = c.ledger and m.survey = {id}
                    and m.compound = c.id and m.first_counted <= {on}) as done
            from {Compound} c where c.ledger = {ledger} and c.town =
                (select s.town from {Survey} s where s.ledger = {ledger} and s.id = {id}))
        select count(*)::int as to_count, (count(*) filter (where done))::int as counted,
            coalesce(array_agg(id order by id) filter (where not done), array[]::text[]) as missing from place"""
