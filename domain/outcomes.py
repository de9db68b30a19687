"""Outcomes: a round is closed by a person or by its day, what was given is counted, and the result is posted.

Below the least number of public raters, or without a class that has weight, it is not rated, and nothing is weighed
anew (BR-51); who does not evaluate itself gets nothing for that. A veto is zero stars, whatever the score (BR-53). The
rated may object while the result is posted; what is upheld is decided again, with the reason; after notice and rulings
the result is decided for good (BR-56).
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.conflicts import RaterClass
from domain.decisions import decision
from domain.events import Confidential, Event, Hundredths, Ref
from domain.exhibits import Exhibit
from domain.people import Person
from domain.ratings import RatingGiven, RatingTakenOut
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.rounds import (
    Course,
    PointsAdjusted,
    RaterHomesDrawn,
    RatingEvidenceSupplied,
    RatingRound,
    RatingRoundClosed,
    RatingRoundOpened,
    RoundTermsBound,
    VetoRecorded,
    today_of,
)
from domain.rubrics import rounded, weighed
from domain.states import State
from domain.words import Labelled, describe

describe(
    closed_on=("The day on which nobody could rate any more.", "评议截止日期。"),
    criterion=("The criterion.", "评价指标。"),
    maximum=("The most points for it.", "满分。"),
    weight=("The weight, of 100.", "权重（百分制）。"),
    raters=("How many rated.", "评价人数。"),
    points=("Their points, summed.", "得分合计。"),
    round_result=("What the round came to.", "评议结果。"),
    final_score=("The score, rounded once, half up; none: not rated.", "最终得分（仅最后四舍五入一次）；未评定为空。"),
    exact_score=(
        "The score before rounding, in hundredths, as a fraction.",
        "四舍五入前的精确值（0.01 分，分数形式）。",
    ),
    vetoed_by=("The article whose breach means no star, if there was one.", "一票否决所违反的条款；无则为空。"),
    stars=("The stars; none: not rated.", "星级；未评定为空。"),
    band=("The band; none: not rated.", "等次；未评定为空。"),
    notice_until=("The last day on which the rated may object.", "公示（异议）最后一日。"),
    objection_text=("What is objected to; only staff may read it.", "异议内容，仅工作人员可见。"),
    struck_vetoes=("The articles whose breach was struck.", "撤销的一票否决情形。"),
    upheld=("Whether the objection was upheld.", "异议是否成立。"),
    decided_on=("The day on which the result was decided for good.", "最终评定日期。"),
)

DAY = timedelta(days=1)


class RoundResult(Labelled):
    """What a round came to.
    评议结果。"""

    RATED = "Rated", "已评定"
    VETOED = "No star, by veto", "一票否决"
    TOO_FEW_RATERS = "Not rated: too few of the public rated", "未评定：居民测评人数不足"
    CLASS_MISSING = "Not rated: nobody rated of a class that has weight", "未评定：有权重的评价主体缺席"


class CriterionCounted(Event):
    """What a class of raters gave for a criterion, in all.
    某类评价主体对某项指标的评分合计。"""

    rating_round: Ref[RatingRound]
    rater_class: RaterClass
    criterion: str
    maximum: Hundredths
    weight: int
    raters: int
    points: Hundredths


class ResultProposed(Event):
    """The result is posted for objections.
    公示拟定结果。"""

    rating_round: Ref[RatingRound]
    round_result: RoundResult
    final_score: Hundredths | None
    exact_score: str | None
    stars: int | None
    band: str | None
    vetoed_by: str | None
    notice_until: date


class ResultObjected(Event):
    """The rated objects to the result.
    评价对象提出异议。"""

    rating_round: Ref[RatingRound]
    objection_text: Confidential
    evidence: tuple[Ref[Exhibit], ...]
    notice_until: date


class ObjectionRuled(Event):
    """The objection was upheld, or was not.
    异议处理。"""

    rating_round: Ref[RatingRound]
    upheld: bool
    reason: Confidential
    notice_until: date


class RatingReDecided(Event):
    """A class's points for a criterion were wrong; this is what they and the result are.
    经异议处理，重新评定。"""

    rating_round: Ref[RatingRound]
    rater_class: RaterClass
    criterion: str
    points: Hundredths
    round_result: RoundResult
    final_score: Hundredths | None
    exact_score: str | None
    stars: int | None
    band: str | None
    reason: Confidential


class RecordReDecided(Event):
    """Breaches, or points added and deducted, were recorded wrongly; this is what stands, and what the result is.
    经异议处理，撤销一票否决情形或更正加分、扣分，重新评定。"""

    rating_round: Ref[RatingRound]
    struck_vetoes: tuple[str, ...]
    bonus: Hundredths
    deduction: Hundredths
    round_result: RoundResult
    final_score: Hundredths | None
    exact_score: str | None
    stars: int | None
    band: str | None
    vetoed_by: str | None
    reason: Confidential


class StarDecided(Event):
    """The result is decided for good.
    最终评定。"""

    rating_round: Ref[RatingRound]
    round_result: RoundResult
    final_score: Hundredths | None
    stars: int | None
    band: str | None
    decided_on: date


class RoundStillOpen(Refusal):
    """Ratings are taken until {closes_on}; it is counted on that day or after.
    评议至 {closes_on} 截止，当日起方可计分。"""

    rule = "BR-56"
    closes_on: date


class ResultNotPosted(Refusal):
    """No result of this round is posted for objections.
    本轮评议没有处于公示中的结果。"""

    rule = "BR-56"


class NoticeRuns(Refusal):
    """The result is posted until {notice_until} and is decided after that.
    公示至 {notice_until}，期满后方可评定。"""

    rule = "BR-56"
    notice_until: date


class ObjectionPending(Refusal):
    """An objection is not ruled on yet.
    异议尚未处理完毕。"""

    rule = "BR-56"


class Line(NamedTuple):
    """What a class gave for a criterion."""

    raters: int
    points: int


Key = tuple[RaterClass, str]


class Result(NamedTuple):
    """What the counts come to by the terms."""

    result: RoundResult
    score: Hundredths | None = None
    exact: str | None = None
    stars: int | None = None
    band: str | None = None


class Count(State):
    """A round with all that was given in it, counted, posted and decided.
    评议轮次的计分与评定。"""

    id: Ref[RatingRound]
    course: Course = Course(Ref())
    given: Mapping[Ref[Person], RatingGiven] = field(default_factory=dict)
    lines: Mapping[Key, Line] = field(default_factory=dict)
    proposed: ResultProposed | None = None
    objected: ResultObjected | None = None
    decided: date | None = None

    def evolve(
        self,
        event: RatingRoundOpened
        | RoundTermsBound
        | RaterHomesDrawn
        | RatingEvidenceSupplied
        | VetoRecorded
        | PointsAdjusted
        | RatingRoundClosed
        | RatingGiven
        | RatingTakenOut
        | CriterionCounted
        | ResultProposed
        | ResultObjected
        | ObjectionRuled
        | RatingReDecided
        | RecordReDecided
        | StarDecided,
    ) -> "Count":
        changes: dict[str, Any]
        match event:
            case RatingGiven():
                changes = {"given": {**self.given, event.person: event}}
            case RatingTakenOut():
                changes = {"given": {p: g for p, g in self.given.items() if p != event.person}}
            case CriterionCounted():
                line = Line(event.raters, event.points)
                changes = {"lines": {**self.lines, (event.rater_class, event.criterion): line}}
            case ResultProposed():
                changes = {"proposed": event}
            case ResultObjected():
                changes = {"objected": event}
            case ObjectionRuled():
                changes = {"objected": None}
            case RatingReDecided():
                changes = {"lines": self.with_points((event.rater_class, event.criterion), event.points)}
            case RecordReDecided():
                changes = {"course": self.course.standing(event.struck_vetoes, event.bonus, event.deduction)}
            case StarDecided():
                changes = {"decided": event.decided_on}
            case _:
                changes = {"course": replace(self.course, id=self.id).evolve(event)}
        return replace(self, **changes)

    def with_points(self, key: Key, points: int) -> Mapping[Key, Line]:
        return {**self.lines, key: Line(self.lines[key].raters, points)}

    def counted(self) -> Mapping[Key, Line]:
        """By class and criterion, what was given and stands."""
        lines: dict[Key, Line] = {}
        for each in self.given.values():
            for criterion, score in zip(self.course.terms.criteria, each.scores, strict=True):
                raters, points = lines.get((each.rater_class, criterion), (0, 0))
                lines[each.rater_class, criterion] = Line(raters + 1, points + score)
        return {
            (rater_class, criterion): lines[rater_class, criterion]
            for rater_class in RaterClass
            for criterion in self.course.terms.criteria
            if (rater_class, criterion) in lines
        }

    def result(self, lines: Mapping[Key, Line]) -> Result:
        """By the terms of the round, whatever later versions say."""
        terms, sums = self.course.terms, _by_class(lines)
        if self.course.vetoes:
            return Result(RoundResult.VETOED, None, None, 0, None)
        if sums.get(RaterClass.PUBLIC, (0, 0))[0] < terms.least_raters:
            return Result(RoundResult.TOO_FEW_RATERS)
        if any(w and c not in sums and c is not RaterClass.SELF for c, w in terms.weights.items()):
            return Result(RoundResult.CLASS_MISSING)
        exact = weighed(terms.weights, sums)
        score = rounded(exact, self.course.bonus, self.course.deduction)
        band = terms.banded(score, bad_record=self.course.deduction > 0, took_part=RaterClass.SELF in sums)
        return Result(RoundResult.RATED, score, str(exact), band.stars, band.name)

    @property
    def posted(self) -> ResultProposed:
        if self.proposed is None or self.decided is not None:
            raise ResultNotPosted
        return self.proposed


@decision(roles={Role.COUNTY, Role.TOWN})
def close(rating_round: Count, *, now: datetime) -> Iterator[Event]:
    """Close a round: what was given is counted, and the result posted for objections.
    截止评议，计分并公示拟定结果。"""
    if rating_round.course.closed is not None:
        return
    today, course = today_of(now), rating_round.course
    if today < course.fixed.closes_on:
        raise RoundStillOpen(course.fixed.closes_on)
    lines = rating_round.counted()
    yield RatingRoundClosed(course.id, min(today, course.fixed.closes_on))
    maxima = dict(zip(course.terms.criteria, course.terms.maxima, strict=True))
    for (rater_class, criterion), line in lines.items():
        weight = course.terms.weights.get(rater_class, 0)
        points = Hundredths(line.points)
        yield CriterionCounted(course.id, rater_class, criterion, maxima[criterion], weight, line.raters, points)
    until = today + timedelta(course.terms.notice_days)
    yield ResultProposed(course.id, *rating_round.result(lines), next(iter(course.vetoes), None), until)


@decision(roles={Role.COUNTY, Role.TOWN})
def decide(rating_round: Count, *, now: datetime) -> Iterator[Event]:
    """Decide the result for good, once it was posted long enough and objections are ruled on.
    公示期满且异议处理完毕后，最终评定。"""
    if rating_round.decided is not None:
        return
    posted, today = rating_round.posted, today_of(now)
    if today <= posted.notice_until:
        raise NoticeRuns(posted.notice_until)
    if rating_round.objected is not None:
        raise ObjectionPending
    result = rating_round.result(rating_round.lines)
    yield StarDecided(rating_round.id, result.result, result.score, result.stars, result.band, today)


@reaction
def close_by_the_clock(event: RatingRoundOpened) -> Iterator[Act]:
    """On the day on which nobody may rate any more, the round is closed (BR-85).
    截止之日自动截止评议。"""
    yield act_on(event.closes_on, close, rating_round=event.rating_round)


@reaction
def decide_after_notice(event: ResultProposed | ObjectionRuled) -> Iterator[Act]:
    """On the day after notice the result is decided, unless an objection waits; then when it was ruled on (BR-56).
    公示期满次日评定；有异议的，于处理完毕后评定。"""
    yield act_on(event.notice_until + DAY, decide, rating_round=event.rating_round)


def _by_class(lines: Mapping[Key, Line]) -> Mapping[RaterClass, tuple[int, int]]:
    """How many of each class rated, and the sum of what they gave for all criteria."""
    sums: dict[RaterClass, tuple[int, int]] = {}
    for (rater_class, _), line in lines.items():
        sums[rater_class] = line.raters, sums.get(rater_class, (0, 0))[1] + line.points
    return sums
