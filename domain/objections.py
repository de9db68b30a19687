"""Objections: the rated objects while a result is posted, and what is upheld is decided again with its reason (BR-56).

Upheld is that a class's points were counted wrongly, or that something recorded besides ratings was: a breach that
means no star, or points added or deducted.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from domain.conflicts import RaterClass
from domain.decisions import Acting, decision
from domain.events import Confidential, Event, Hundredths
from domain.exhibits import Exhibit
from domain.outcomes import (
    Count,
    ObjectionPending,
    ObjectionRuled,
    RatingReDecided,
    RecordReDecided,
    ResultObjected,
)
from domain.raters import Rater
from domain.refusals import Refusal
from domain.roles import Role
from domain.rounds import today_of
from domain.rubrics import FULL


class NoticeOver(Refusal):
    """Objections could be raised until {notice_until}.
    异议须于 {notice_until} 前提出。"""

    rule = "BR-56"
    notice_until: date


class NoObjection(Refusal):
    """No objection is waiting for a ruling.
    没有待处理的异议。"""

    rule = "BR-56"


class CountUnfit(Refusal):
    """By {raters} raters the criterion has from 0 to {most} hundredths in all; nothing else is there to correct.
    该指标由 {raters} 人评分，合计应为 0 至 {most}（单位 0.01 分）；无其他可更正项。"""

    rule = "BR-56"
    raters: int
    most: int


class RecordUnfit(Refusal):
    """Recorded are the breaches {recorded}, a bonus of {bonus} and a deduction of {deduction}; say what is put right.
    现登记的一票否决情形为 {recorded}，加分 {bonus}，扣分 {deduction}；请指明更正内容。"""

    rule = "BR-56"
    recorded: tuple[str, ...]
    bonus: Hundredths
    deduction: Hundredths


@decision(anyone=True)
def object_to_result_rating_round(
    rating_round: Count,
    voice: Acting[Rater],
    evidence: tuple[Exhibit, ...] = (),
    *,
    objection_text: Confidential,
    now: datetime,
) -> Iterator[Event]:
    """Object, for the rated, to a result while it is posted.
    评价对象在公示期内提出异议。"""
    today = today_of(now)
    rating_round.course.check_speaks(voice, today)
    posted = rating_round.posted
    files = tuple(each.id for each in evidence)
    objection = ResultObjected(rating_round.id, objection_text, files, posted.notice_until)
    if rating_round.objected == objection:
        return
    if today > posted.notice_until:
        raise NoticeOver(posted.notice_until)
    if rating_round.objected is not None:
        raise ObjectionPending
    yield objection


@decision(roles={Role.COUNTY, Role.TOWN})
def dismiss_objection(rating_round: Count, *, reason: Confidential) -> Iterator[Event]:
    """Rule that an objection is not upheld, with the reason.
    认定异议不成立，并说明理由。"""
    _check_objected(rating_round)
    yield ObjectionRuled(rating_round.id, upheld=False, reason=reason, notice_until=rating_round.posted.notice_until)


@decision(roles={Role.COUNTY, Role.TOWN})
def uphold_objection(
    rating_round: Count, *, rater_class: RaterClass, criterion: str, points: Hundredths, reason: Confidential
) -> Iterator[Event]:
    """Uphold an objection: a class's points for a criterion are corrected, and the result is decided again.
    认定异议成立，更正某类评价主体的评分合计并重新评定。"""
    _check_objected(rating_round)
    key, terms = (rater_class, criterion), rating_round.course.terms
    raters = rating_round.lines[key].raters if key in rating_round.lines else 0
    most = raters * dict(zip(terms.criteria, terms.maxima, strict=True)).get(criterion, FULL)
    if not raters or points > most:
        raise CountUnfit(raters, most)
    yield ObjectionRuled(rating_round.id, upheld=True, reason=reason, notice_until=rating_round.posted.notice_until)
    result = rating_round.result(rating_round.with_points(key, points))
    yield RatingReDecided(rating_round.id, rater_class, criterion, points, *result, reason)


@decision(roles={Role.COUNTY, Role.TOWN})
def uphold_record(
    rating_round: Count,
    *,
    struck_vetoes: tuple[str, ...] = (),
    bonus: Hundredths | None = None,
    deduction: Hundredths | None = None,
    reason: Confidential,
) -> Iterator[Event]:
    """Uphold an objection to what is recorded besides ratings: strike breaches, put right the points added or deducted.
    认定异议成立，撤销一票否决情形，或更正加分、扣分（未填不变），并重新评定。"""
    _check_objected(rating_round)
    course = rating_round.course
    plus = course.bonus if bonus is None else bonus
    minus = course.deduction if deduction is None else deduction
    right = _put_right(rating_round, frozenset(struck_vetoes), plus, minus)
    yield ObjectionRuled(rating_round.id, upheld=True, reason=reason, notice_until=rating_round.posted.notice_until)
    result, breach = right.result(right.lines), next(iter(right.course.vetoes), None)
    struck = tuple(sorted({*struck_vetoes}))
    yield RecordReDecided(rating_round.id, struck, plus, minus, *result, breach, reason)


def _put_right(count: Count, struck: frozenset[str], bonus: Hundredths, deduction: Hundredths) -> Count:
    """With what is recorded besides ratings put right, or a refusal."""
    course = count.course
    course.check_points(bonus, deduction)
    right = replace(count, course=course.standing(struck, bonus, deduction))
    if not struck <= {*course.vetoes} or right == count:
        raise RecordUnfit(course.vetoes, course.bonus, course.deduction)
    return right


def _check_objected(rating_round: Count) -> None:
    if rating_round.objected is None:
        raise NoObjection
