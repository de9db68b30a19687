"""Rating rounds as everybody reads them: what is rated, what it came to, and how each class scored each criterion."""

from datetime import date
from typing import Any, ClassVar

from domain import committees, firms, grids, outcomes, parties, people, places, rounds, rubrics
from domain.conflicts import RatedKind, RaterClass
from domain.events import Hundredths, Ref
from domain.outcomes import RoundResult
from domain.words import Labelled, describe
from projections.figures import counts
from projections.reports import Report
from projections.rows import Changes, Row, by, its, new, put

describe(
    round_state=("How far the round has come.", "评议进程。"),
    mean_points=(
        "The mean of a rater's points, in hundredths, for reading; the sum counts.",
        "平均得分（供参考，以合计为准）。",
    ),
)


class RoundState(Labelled):
    """How far a round has come.
    评议进程。"""

    OPEN = "Open; what is given is sealed", "评议中（评分保密）"
    PROPOSED = "Posted for objections", "公示中"
    OBJECTED = "An objection is being looked at", "异议处理中"
    DECIDED = "Decided for good", "已评定"


def rated_of(kind: str) -> Any:
    def of(_row: Any, event: rounds.RatingRoundOpened) -> Any:
        return event.rated if event.rated is not None and event.rated.kind == kind else None

    return of


RESULT = {name: getattr(its, name) for name in ("round_result", "final_score", "exact_score", "stars", "band")}
"""What a round came to, as every event that decides it tells it."""


class RatingRound(Row, frozen=True, kw_only=True):
    """A rating round.
    评议轮次。"""

    id: Ref[rounds.RatingRound]
    rubric: Ref[rubrics.Rubric]
    rubric_version: int
    rated_kind: RatedKind
    firm: Ref[firms.Firm] | None
    party_organisation: Ref[parties.PartyOrganisation] | None
    committee: Ref[committees.Committee] | None
    rated_person: Ref[people.Person] | None
    held_in: Ref[places.Compound | places.Community | grids.Grid]
    community: Ref[places.Community]
    cutoff: date
    closes_on: date
    round_state: RoundState = RoundState.OPEN
    round_result: RoundResult | None = None
    final_score: Hundredths | None = None
    exact_score: str | None = None
    stars: int | None = None
    band: str | None = None
    vetoed_by: str | None = None
    closed_on: date | None = None
    notice_until: date | None = None
    decided_on: date | None = None

    on: ClassVar[Changes] = {
        rounds.RatingRoundOpened: new(
            firm=rated_of("firm"), party_organisation=rated_of("party_organisation"), committee=rated_of("committee")
        ),
        rounds.RatingRoundClosed: put(closed_on=its.closed_on),
        outcomes.ResultProposed: put(
            round_state=RoundState.PROPOSED,
            **RESULT,
            vetoed_by=its.vetoed_by,
            notice_until=its.notice_until,
        ),
        outcomes.ResultObjected: put(round_state=RoundState.OBJECTED),
        outcomes.ObjectionRuled: put(round_state=RoundState.PROPOSED),
        outcomes.RatingReDecided: put(
            **RESULT,
        ),
        outcomes.RecordReDecided: put(
            **RESULT,
            vetoed_by=its.vetoed_by,
        ),
        outcomes.StarDecided: put(round_state=RoundState.DECIDED, decided_on=its.decided_on),
    }
    lists: ClassVar = (
        *(by("firm"), by("party_organisation"), by("committee"), by("rated_person")),
        *(by("rated_kind"), by("held_in"), by("community"), by("rubric"), by("round_state")),
        by("stars"),
    )
    orders: ClassVar = ("cutoff", "closes_on", "decided_on")


class ScoreLine(Row, frozen=True, kw_only=True):
    """What a class of raters gave for a criterion, in all.
    某类评价主体对某项指标的评分合计。"""

    id: str
    rating_round: Ref[rounds.RatingRound]
    rater_class: RaterClass
    criterion: str
    maximum: Hundredths
    weight: int
    raters: int
    points: Hundredths

    on: ClassVar[Changes] = {
        outcomes.CriterionCounted: new(key=lambda e: f"{e.rating_round}@{e.rater_class.name}@{e.criterion}"),
        outcomes.RatingReDecided: put(
            key=lambda e: f"{e.rating_round}@{e.rater_class.name}@{e.criterion}", points=its.points
        ),
    }
    lists: ClassVar = (by("rating_round"), by("rater_class"), by("criterion"))


class ScoreExplanation(Report):
    """How the score came about: each class's weight, how many rated, what they gave in all, and their mean (BR-52).
    得分说明：各类评价主体的权重、人数、合计与平均。"""

    rater_class: RaterClass
    weight: int
    raters: int
    points: Hundredths
    mean_points: Hundredths

    of: ClassVar = RatingRound
    name: ClassVar = "explanation"
    rows: ClassVar = (ScoreLine,)
    many: ClassVar = True
    sql: ClassVar = """
        select min(case s.rater_class when 'SELF' then 1 when 'PUBLIC' then 2 when 'COMMUNITY' then 3
                when 'DEPARTMENT' then 4 else 5 end) as n,
            s.rater_class, min(s.weight) as weight, min(s.raters) as raters, sum(s.points)::bigint as points,
            ((2 * sum(s.points) + min(s.raters)) / (2 * min(s.raters)))::bigint as mean_points
        from {ScoreLine} s where s.ledger = {ledger} and s.rating_round = {id} group by s.rater_class"""


def _starred(row: RatingRound, kind: RatedKind) -> bool:
    return row.rated_kind is kind and row.decided_on is not None and row.stars is not None


counts(
    "starRatedBranches",
    "评星定级的小区党支部",
    "Compound Party branches that were star-rated",
    RatingRound,
    where=lambda row: _starred(row, RatedKind.BRANCH),
    thing=lambda row: row.party_organisation,
)
counts(
    "starRatedSecretaries",
    "星级评定的社区党委书记",
    "Community Party secretaries that were star-rated",
    RatingRound,
    where=lambda row: _starred(row, RatedKind.SECRETARY),
    thing=lambda row: row.rated_person,
)
