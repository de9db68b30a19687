"""Ratings: who is on record as being of a class rates once, may change it until the round closes, and the last stands.

What is given is sealed: nobody reads it, before the round closes or after; what it came to is told then (BR-55, BR-56).
Residents and owners, the rated itself and the paired unit rate in their own name; community, town and county staff in
their role. A conflict of interest that is entered only later takes a rating out, as long as the round is open (BR-54).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from domain.conflicts import RaterClass, in_the_way
from domain.decisions import Acting, decision
from domain.events import Audience, Event, Hundredths, Ref
from domain.people import Person
from domain.raters import Rater
from domain.refusals import Refusal
from domain.roles import Role
from domain.rounds import Course, RatingRound, today_of
from domain.states import State
from domain.words import describe

describe(
    rater_class=("As what somebody rates.", "评价主体类别。"),
    scores=("The points for each criterion, in the rubric's order.", "各指标得分，依细则顺序。"),
    in_arrears=("Whether the rater owed property fees; it counts all the same.", "是否欠缴物业费（不影响效力）。"),
    tie=("What ties the rater to the rated.", "利害关系。"),
)


class RatingGiven(Event, sealed=True):
    """Somebody rated, or rated anew.
    参加评价。"""

    rating_round: Ref[RatingRound]
    person: Ref[Person]
    rater_class: RaterClass
    scores: tuple[Hundredths, ...]
    in_arrears: bool


class RatingTakenOut(Event, audience=Audience.STAFF):
    """A rating does not count: a conflict of interest was entered after it was given.
    评价不予计入：其后登记表明存在利害关系。"""

    rating_round: Ref[RatingRound]
    person: Ref[Person]
    tie: str


class ScoresUnfit(Refusal):
    """Each criterion gets from 0 to its maximum: {maxima} hundredths.
    每项指标须评分，且不超过满分：{maxima}（单位 0.01 分）。"""

    rule = "BR-50"
    maxima: tuple[int, ...]


class RatedOtherwise(Refusal):
    """This person rates in this round as {rater_class} already, and nobody rates twice.
    该人员已以此身份参加本轮评价：{rater_class}，不得重复评价。"""

    rule = "BR-55"
    labels = (RaterClass,)
    rater_class: str


class NotOfPairedUnit(Refusal):
    """Only the unit that the compound is paired with gives advice, by who holds the role of a unit over it.
    仅小区结对单位的工作人员可以提出参考评价。"""

    rule = "BR-54"


class NothingGiven(Refusal):
    """This person has not rated in this round.
    该人员未参加本轮评价。"""

    rule = "BR-55"


class NoConflict(Refusal):
    """Nothing recorded of this person stands against the rating.
    登记情况未显示该人员存在利害关系。"""

    rule = "BR-54"


class Sheet(State):
    """What a person gave in a round.
    某人在本轮的评价。"""

    rating_round: Ref[RatingRound]
    person: Ref[Person]
    given: RatingGiven | None = None
    out: bool = False

    def evolve(self, event: RatingGiven | RatingTakenOut) -> "Sheet":
        return replace(self, given=event, out=False) if isinstance(event, RatingGiven) else replace(self, out=True)


@decision(anyone=True)
def rate(
    rating_round: Course, sheet: Sheet, voice: Acting[Rater], *, scores: tuple[Hundredths, ...], now: datetime
) -> Iterator[Event]:
    """Rate as a resident or owner; until the round closes a later rating replaces an earlier one.
    以居民、业主身份评价；截止前可以修改，以最后一次为准。"""
    yield from _Giving(rating_round, sheet, voice, scores, now).given(RaterClass.PUBLIC)


@decision(anyone=True)
def self_evaluate(
    rating_round: Course, sheet: Sheet, voice: Acting[Rater], *, scores: tuple[Hundredths, ...], now: datetime
) -> Iterator[Event]:
    """Rate as the rated itself, or as who speaks for it.
    自评。"""
    rating_round.check_speaks(voice, today_of(now))
    yield from _Giving(rating_round, sheet, voice, scores, now).given(RaterClass.SELF)


@decision(anyone=True)
def advise(
    rating_round: Course, sheet: Sheet, voice: Acting[Rater], *, scores: tuple[Hundredths, ...], now: datetime
) -> Iterator[Event]:
    """Rate as the paired unit; it is advice and has no weight.
    结对单位参考评价，不计权重。"""
    matter = rating_round.matter(today_of(now))
    if not voice.is_of_unit(matter):
        raise NotOfPairedUnit
    yield from _Giving(rating_round, sheet, voice, scores, now).given(RaterClass.ADVISORY)


@decision(roles={Role.COMMUNITY, Role.BRANCH, Role.COMMITTEE})
def rate_for_community(
    rating_round: Course, sheet: Sheet, voice: Acting[Rater], *, scores: tuple[Hundredths, ...], now: datetime
) -> Iterator[Event]:
    """Rate as the community, a branch or a committee.
    以社区、支部或业委会身份评价。"""
    yield from _Giving(rating_round, sheet, voice, scores, now).given(RaterClass.COMMUNITY)


@decision(roles={Role.TOWN, Role.COUNTY})
def rate_for_department(
    rating_round: Course, sheet: Sheet, voice: Acting[Rater], *, scores: tuple[Hundredths, ...], now: datetime
) -> Iterator[Event]:
    """Rate as the town or a department.
    以乡镇、部门身份评价。"""
    yield from _Giving(rating_round, sheet, voice, scores, now).given(RaterClass.DEPARTMENT)


@decision(roles={Role.TOWN, Role.COUNTY})
def take_out_rating(rating_round: Course, sheet: Sheet, person: Rater, *, now: datetime) -> Iterator[Event]:
    """Take out the rating of somebody of whom a conflict of interest is on record by now.
    经核对登记关系，将存在利害关系者的评价不予计入。"""
    if sheet.given is None:
        raise NothingGiven
    if sheet.out:
        return
    rating_round.check_open(today := today_of(now))
    matter = rating_round.matter(today)
    tie = in_the_way(matter.kind, sheet.given.rater_class, person.ties(matter).keys())
    if tie is None:
        raise NoConflict
    yield RatingTakenOut(rating_round.id, person.id, tie.name)


class _Giving(NamedTuple):
    """What somebody is about to give."""

    course: Course
    sheet: Sheet
    rater: Rater
    scores: tuple[Hundredths, ...]
    now: datetime

    def given(self, as_class: RaterClass) -> Iterator[Event]:
        """A repetition is one even after the round was closed."""
        matter, before = self.course.matter(today_of(self.now)), self.sheet.given
        rating = RatingGiven(self.course.id, self.rater.id, as_class, self.scores, self.rater.owes(matter))
        if before == rating and not self.sheet.out:
            return
        self.course.check_open(matter.today)
        self.rater.check(matter, as_class)
        if before is not None and before.rater_class is not as_class:
            raise RatedOtherwise(before.rater_class.name)
        self.check_scores()
        yield rating

    def check_scores(self) -> None:
        maxima = self.course.terms.maxima
        fits = len(self.scores) == len(maxima)
        if not fits or any(score > most for score, most in zip(self.scores, maxima, strict=True)):
            raise ScoresUnfit(maxima)
