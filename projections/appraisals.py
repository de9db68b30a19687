"""Appraisals as staff see them, and who may be promoted on a day, with the reasons why not (Q38, BR-68)."""

from datetime import date
from typing import ClassVar

from domain import appraisals, people, places
from domain.appraisals import Dimension, Verdict
from domain.events import Audience, Hundredths, Ref
from domain.tenures import CadrePost
from domain.words import Labelled, describe
from projections.figures import counts
from projections.people import Person
from projections.reports import Report
from projections.rows import Changes, Row, by, its, new, put
from projections.tenures import Tenure

describe(
    eligible=("Whether the person may be promoted.", "是否符合选拔条件。"),
    obstacles=("What stands in the way.", "不符合的原因。"),
)


class Obstacle(Labelled):
    """What stands in the way of a promotion.
    不符合选拔条件的原因。"""

    TOO_FEW_TERMS = "Fewer than two terms are over in the same kind of post", "同类岗位任满不足两届"
    FIRST_TERM_NOT_FULL = "The first of the two terms was not full", "第一届非完整任期"
    SECOND_TERM_NOT_FULL = "The second of the two terms was not full", "第二届非完整任期"
    NOT_CONSECUTIVE = "The two terms do not follow one another", "两届不连续"
    NOT_EXCELLENT = "A year of the two terms was not appraised as excellent", "两届考核未均为优秀"
    DISCIPLINE_OPEN = "Discipline is open", "有未结的处理"


class Appraisal(Row, frozen=True, kw_only=True):
    """How a cadre was appraised for a year.
    社区干部年度考核。"""

    id: str
    person: Ref[people.Person]
    community: Ref[places.Community]
    cadre_post: CadrePost
    appraised_year: int
    verdict: Verdict

    on: ClassVar[Changes] = {
        appraisals.CadreAppraised: new(key=lambda e: f"{e.person}@{e.cadre_post.name}@{e.appraised_year}")
    }
    lists: ClassVar = (by("person"), by("community"), by("appraised_year"), by("verdict"))
    audience: ClassVar = Audience.STAFF


class DimensionScore(Row, frozen=True, kw_only=True):
    """The score of a dimension of a community's secretary for a year.
    书记考核维度得分。"""

    id: str
    community: Ref[places.Community]
    person: Ref[people.Person]
    dimension: Dimension
    appraised_year: int
    score: Hundredths

    on: ClassVar[Changes] = {
        appraisals.DimensionScored: new(key=lambda e: f"{e.person}@{e.dimension.name}@{e.appraised_year}")
    }
    lists: ClassVar = (by("community"), by("person"), by("dimension"), by("appraised_year"))
    orders: ClassVar = ("score",)
    measures: ClassVar = ("score",)


class Discipline(Row, frozen=True, kw_only=True):
    """Discipline against a person, from a date to a date.
    处理的一段时期。"""

    id: str
    person: Ref[people.Person]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        appraisals.DisciplineOpened: new(key=lambda e: f"{e.person}@{e.since}"),
        appraisals.DisciplineClosed: put(key=lambda e: f"{e.person}@{e.since}", until=its.ended),
    }
    plural: ClassVar = "disciplines"
    lists: ClassVar = (by("person"),)
    audience: ClassVar = Audience.STAFF


counts(
    "assessmentDimensions",
    "考核打分维度",
    "Dimensions that secretaries are scored by",
    DimensionScore,
    thing=lambda row: row.dimension.name,
)


class PromotionReport(Report):
    """Whether a person who led a community for two full terms may be promoted on a day (Q38, BR-68).
    某日是否符合选拔进入乡镇班子的条件。"""

    eligible: bool
    obstacles: tuple[Obstacle, ...]

    of: ClassVar = Person
    name: ClassVar = "promotion"
    rows: ClassVar = (Tenure, Appraisal, Discipline)
    sql: ClassVar = """
        with past as (
            select t.*, least(t.ended, t.until) as last, row_number() over (
                    order by t.since desc, t.born desc, t.id desc) as n
            from {Tenure} t where t.ledger = {ledger} and t.person = {id} and not t.acting
                and least(t.ended, t.until) <= {on}),
        two as (
            select p.*, p.full_term and not p.recalled and coalesce(p.ended >= p.until, true) as whole,
                exists (select from {Appraisal} a where a.ledger = p.ledger and a.person = p.person
                    and a.cadre_post = p.cadre_post
                    and extract(year from p.since) <= a.appraised_year and a.appraised_year < extract(year from p.last))
                and not exists (select from {Appraisal} a where a.ledger = p.ledger and a.person = p.person
                    and a.cadre_post = p.cadre_post and a.verdict <> 'EXCELLENT'
                    and extract(year from p.since) < a.appraised_year and a.appraised_year < extract(year from p.last))
                as excellent
            from past p where p.n <= 2 and p.cadre_post = (select cadre_post from past where n = 1)),
        told as (
            select array_remove(array[
                case when (select count(*) from two) < 2 then 'TOO_FEW_TERMS' end,
                case when not (select whole from two where n = 2) then 'FIRST_TERM_NOT_FULL' end,
                case when not (select whole from two where n = 1) then 'SECOND_TERM_NOT_FULL' end,
                case when (select since from two where n = 1) > (select last from two where n = 2)
                    then 'NOT_CONSECUTIVE' end,
                case when exists (select from two where not excellent) then 'NOT_EXCELLENT' end,
                case when exists (select from {Discipline} d where d.ledger = {ledger} and d.person = {id}
                    and d.since <= {on} and coalesce({on} < d.until, true)) then 'DISCIPLINE_OPEN' end
            ], null) as obstacles)
        select obstacles = array[]::text[] as eligible, obstacles from told"""
