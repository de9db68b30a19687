"""Appraisals: how a cadre did in a year, by dimension and as a whole, and what discipline is open against somebody.

Recorded yearly until there are rating rounds. One appraisal a person, post and year; the same again records nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import Past, decision
from domain.events import Audience, Confidential, Event, Hundredths, Ref
from domain.people import Person
from domain.periods import in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.tenures import CadrePost, CadreSeats, NotInCadrePost
from domain.words import Labelled, describe

describe(
    appraised_year=("The year that is appraised.", "考核年度。"),
    verdict=("The appraisal as a whole.", "考核等次。"),
    dimension=("The dimension that is scored.", "考核维度。"),
    score=("The score, 100.00 at most.", "得分（满分 100.00）。"),
)

MOST = Hundredths(10_000)


class Verdict(Labelled):
    """An appraisal as a whole.
    考核等次。"""

    EXCELLENT = "Excellent", "优秀"
    GOOD = "Good", "良好"
    FIT = "Fit", "称职"
    UNFIT = "Unfit", "不称职"


class Dimension(Labelled):
    """What is scored of a secretary.
    书记考核维度。"""

    PRACTICAL_SERVICE = "Practical service", "为民办实事"
    EPIDEMIC_CONTROL = "Epidemic control", "疫情防控"
    CIVILITY = "Civility", "文明创建"
    GRID_GOVERNANCE = "Grid governance", "网格治理"


class DimensionScored(Event):
    """A dimension of a community's secretaries was scored for a year; of whom is known to staff only.
    书记考核维度评分。"""

    community: Ref[Community]
    person: Ref[Person]
    dimension: Dimension
    appraised_year: int
    score: Hundredths


class CadreAppraised(Event, audience=Audience.STAFF):
    """A cadre was appraised for a year.
    社区干部年度考核。"""

    person: Ref[Person]
    community: Ref[Community]
    cadre_post: CadrePost
    appraised_year: int
    verdict: Verdict


class DisciplineOpened(Event, audience=Audience.STAFF):
    """Discipline was opened against a person.
    立案处理。"""

    person: Ref[Person]
    reason: Confidential
    since: date


class DisciplineClosed(Event, audience=Audience.STAFF):
    """Discipline against a person, open since one date, was closed on another.
    处理结束。"""

    person: Ref[Person]
    since: date
    ended: date


class ScoreTooHigh(Refusal):
    """A score of {score} is more than {most}.
    得分 {score} 超过满分 {most}。"""

    score: Hundredths
    most: Hundredths


class AlreadyAppraised(Refusal):
    """This person was appraised for {appraised_year} already: {verdict}.
    该人员 {appraised_year} 年度已考核：{verdict}。"""

    appraised_year: int
    verdict: str


class NoDiscipline(Refusal):
    """No discipline is open against this person.
    该人员没有未结的处理。"""

    person: Ref[Person]


class Record(State):
    """How a person was appraised, and since when discipline is open.
    人员考核与处理情况。"""

    id: Ref[Person]
    verdicts: tuple[tuple[CadrePost, int, Verdict], ...] = ()
    scores: tuple[tuple[Dimension, int, Hundredths], ...] = ()
    open_since: date | None = None

    def evolve(self, event: CadreAppraised | DimensionScored | DisciplineOpened | DisciplineClosed) -> "Record":
        match event:
            case CadreAppraised():
                one = event.cadre_post, event.appraised_year, event.verdict
                return replace(self, verdicts=(*self.verdicts, one))
            case DimensionScored():
                scored = event.dimension, event.appraised_year, event.score
                return replace(self, scores=(*(s for s in self.scores if s[:2] != scored[:2]), scored))
            case DisciplineOpened():
                return replace(self, open_since=event.since)
            case DisciplineClosed():
                return replace(self, open_since=None)


@decision(roles={Role.COUNTY, Role.TOWN})
def score_dimension(
    person: Record, community: CadreSeats, *, dimension: Dimension, appraised_year: int, score: Hundredths
) -> Iterator[Event]:
    """Score a dimension of a community's secretary for a year; a later score replaces an earlier one.
    为社区书记某一考核维度评分，后一次覆盖前一次。"""
    if score > MOST:
        raise ScoreTooHigh(score, MOST)
    if (dimension, appraised_year, score) not in person.scores:
        if not community.held_in(appraised_year, CadrePost.COMMUNITY_SECRETARY, person.id):
            raise NotInCadrePost(person.id)
        yield DimensionScored(community.id, person.id, dimension, appraised_year, score)


@decision(roles={Role.COUNTY, Role.TOWN})
def appraise(
    person: Record, community: CadreSeats, *, cadre_post: CadrePost, appraised_year: int, verdict: Verdict
) -> Iterator[Event]:
    """Appraise a cadre of a community for a year.
    社区干部年度考核。"""
    for post, year, given in person.verdicts:
        if (post, year) == (cadre_post, appraised_year):
            if given is not verdict:
                raise AlreadyAppraised(year, given.name)
            return
    if not community.held_in(appraised_year, cadre_post, person.id):
        raise NotInCadrePost(person.id)
    yield CadreAppraised(person.id, community.id, cadre_post, appraised_year, verdict)


@decision(roles={Role.COUNTY})
def open_discipline(person: Record, *, reason: Confidential, since: Past) -> Iterator[Event]:
    """Open discipline against a person.
    立案处理。"""
    if person.open_since is None:
        yield DisciplineOpened(person.id, reason, since)


@decision(roles={Role.COUNTY})
def close_discipline(person: Record, *, ended: Past) -> Iterator[Event]:
    """Close the discipline that is open against a person.
    结束处理。"""
    if person.open_since is None:
        raise NoDiscipline(person.id)
    in_order(person.open_since, ended)
    yield DisciplineClosed(person.id, person.open_since, ended)
