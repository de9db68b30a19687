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


SHORTEST_TERM = 3
"""Years: a full term of a community's two committees lasted three years until 2018, and five since."""


class PromotionReport(Report):
    """Whether a person who served communities for two full terms in one post may be promoted on a day (Q38, BR-68).

    A year counts to the term that began in it or before; of several posts the one with the fewest obstacles is told.
    某日是否符合选拔进入乡镇班子的条件。"""

    eligible: bool
    obstacles: tuple[Obstacle, ...]

    of: ClassVar = Person
    name: ClassVar = "promotion"
    rows: ClassVar = (Tenure, Appraisal, Discipline)
    sql: ClassVar = f"""
        with past as (
            select t.*, least(t.ended, t.until) as last, row_number() over (
                    partition by t.cadre_post order by t.since desc, t.born desc, t.id desc) as n
            from {{Tenure}} t where t.ledger = {{ledger}} and t.person = {{id}} and not t.acting
                and least(t.ended, t.until) <= {{on}}),
        two as (
            select p.*, p.full_term and not p.recalled and coalesce(p.ended >= p.until, true)
                    and p.since + interval '{SHORTEST_TERM} years' <= p.last as whole,
                not exists (
                    select from generate_series(extract(year from p.since)::int, extract(year from p.last)::int - 1) y
                    where not exists (select from {{Appraisal}} a where a.ledger = p.ledger and a.person = p.person
                        and a.cadre_post = p.cadre_post and a.appraised_year = y and a.verdict = 'EXCELLENT'))
                as excellent
            from past p where p.n <= 2),
        posts as (
            select last.cadre_post, last.since, last.whole, last.excellent, first.last as first_over,
                coalesce(first.ended, first.last) as first_left,
                first.whole as first_whole, first.excellent as first_excellent
            from two last left join two first on first.cadre_post = last.cadre_post and first.n = 2 where last.n = 1
            union all
            select null, null, null, null, null, null, null, null where not exists (select from two)),
        told as (
            select cadre_post, since, array_remove(array[
                case when first_over is null then 'TOO_FEW_TERMS' end,
                case when not first_whole then 'FIRST_TERM_NOT_FULL' end,
                case when not whole then 'SECOND_TERM_NOT_FULL' end,
                case when since not between first_over and first_left then 'NOT_CONSECUTIVE' end,
                case when not (excellent and coalesce(first_excellent, true)) then 'NOT_EXCELLENT' end,
                case when exists (select from {{Discipline}} d where d.ledger = {{ledger}} and d.person = {{id}}
                    and d.since <= {{on}} and coalesce({{on}} < d.until, true)) then 'DISCIPLINE_OPEN' end
            ], null) as obstacles
            from posts)
        select obstacles = array[]::text[] as eligible, obstacles from told
            order by cardinality(obstacles), since desc nulls last, cadre_post limit 1"""
