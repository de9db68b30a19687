"""Scenario S6 as rules: counted once, posted, objected to, decided; too few raters and vetoes (BR-51, BR-53, BR-56)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.conflicts import RaterClass
from domain.events import Confidential, Event, Hundredths, Ref
from domain.execution import Actor
from domain.outcomes import (
    CountUnfit,
    NoObjection,
    NoticeOver,
    NoticeRuns,
    ObjectionPending,
    ObjectionRuled,
    RatingReDecided,
    ResultNotPosted,
    ResultObjected,
    ResultProposed,
    RoundResult,
    StarDecided,
    close,
    close_by_the_clock,
    decide,
    decide_after_notice,
    dismiss_objection,
    object_to_result_rating_round,
    uphold_objection,
)
from domain.ratings import RatingGiven, RatingTakenOut
from domain.reactions import act_on
from domain.rounds import NotTheRated, RatingRoundClosed, VetoRecorded
from domain.specification import Scenario, given
from tests.rated import CLOSES, GUARD, HISTORY, MANAGER, NOW, OPENED, RESIDENTS, ROUND, STAFF, TOWNSMAN, by, points

UNTIL = date(2025, 7, 17)
WHY = Confidential("已补充核查")
LATER = datetime(2025, 7, 18, 9, tzinfo=CHINA)
TEXT = Confidential("部门评分有误")


def ratings(residents: int = 41, *, community: bool = True) -> tuple[Event, ...]:
    def one(person: Ref[Any], as_class: RaterClass, whole: int) -> Event:
        return RatingGiven(ROUND, person, as_class, points(whole), in_arrears=False)

    return (
        one(MANAGER, RaterClass.SELF, 98),
        *(one(person, RaterClass.PUBLIC, 84) for person in RESIDENTS[:residents]),
        *((one(STAFF, RaterClass.COMMUNITY, 80),) if community else ()),
        one(TOWNSMAN, RaterClass.DEPARTMENT, 75),
    )


def closed(*more: Event) -> Scenario:
    return given(*HISTORY, *more).when(close, rating_round=ROUND, **by(TOWNSMAN))


def proposed(scenario: Scenario) -> ResultProposed:
    (found,) = (each for each in scenario.new if isinstance(each, ResultProposed))
    return found


def test_the_round_of_s6_comes_to_83_30_and_four_stars_br_52() -> None:
    made = closed(*ratings())
    assert made.new[0] == RatingRoundClosed(ROUND, NOW.date())
    assert proposed(made) == ResultProposed(ROUND, RoundResult.RATED, Hundredths(8330), "8330", 4, "四星", None, UNTIL)
    made.when(close, rating_round=ROUND, **by(TOWNSMAN)).then()


def test_an_objection_upheld_is_decided_again_with_its_reason_br_56() -> None:
    posted = closed(*ratings())
    objected = posted.when(object_to_result_rating_round, rating_round=ROUND, objection_text=TEXT, **by(MANAGER))
    objected.then(ResultObjected(ROUND, TEXT, (), UNTIL))
    objected.when(object_to_result_rating_round, rating_round=ROUND, objection_text=TEXT, **by(MANAGER)).then()
    other: dict[str, Any] = {"rating_round": ROUND, "objection_text": Confidential("另一项")}
    objected.when(object_to_result_rating_round, **other, **by(MANAGER)).refused(ObjectionPending())
    objected.when(decide, rating_round=ROUND, now=LATER).refused(ObjectionPending())
    right: dict[str, Any] = {"rater_class": RaterClass.DEPARTMENT, "criterion": "服务好", "reason": WHY}
    upheld = objected.when(uphold_objection, rating_round=ROUND, points=Hundredths(6000), **right, **by(TOWNSMAN))
    assert upheld.new[0] == ObjectionRuled(ROUND, True, WHY, UNTIL)  # noqa: FBT003
    again = upheld.new[1]
    assert isinstance(again, RatingReDecided)
    assert (again.final_score, again.stars) == (8330 + 150, 4)
    decided = upheld.when(decide, rating_round=ROUND, now=LATER)
    decided.then(StarDecided(ROUND, RoundResult.RATED, Hundredths(8480), 4, "四星", LATER.date()))
    decided.when(decide, rating_round=ROUND, now=LATER).then()
    decided.when(object_to_result_rating_round, **other, **by(MANAGER)).refused(ResultNotPosted())
    objected.when(uphold_objection, rating_round=ROUND, points=Hundredths(6001), **right, **by(TOWNSMAN)).refused(
        CountUnfit(1, 6000)
    )


def test_an_objection_that_is_dismissed_changes_nothing_br_56() -> None:
    objected = closed(*ratings()).when(
        object_to_result_rating_round, rating_round=ROUND, objection_text=TEXT, **by(MANAGER)
    )
    objected.when(dismiss_objection, rating_round=ROUND, reason=WHY, **by(TOWNSMAN)).then(
        ObjectionRuled(ROUND, False, WHY, UNTIL)  # noqa: FBT003
    )
    closed(*ratings()).when(dismiss_objection, rating_round=ROUND, reason=WHY, **by(TOWNSMAN)).refused(NoObjection())


def test_objections_come_from_the_rated_and_in_time_br_56() -> None:
    wish: dict[str, Any] = {"rating_round": ROUND, "objection_text": TEXT}
    closed(*ratings()).when(object_to_result_rating_round, **wish, **by(GUARD)).refused(NotTheRated("FIRM"))
    late: dict[str, Any] = {"actor": Actor(MANAGER), "now": LATER}
    closed(*ratings()).when(object_to_result_rating_round, **wish, **late).refused(NoticeOver(UNTIL))
    given(*HISTORY).when(object_to_result_rating_round, **wish, **by(MANAGER)).refused(ResultNotPosted())


def test_nothing_is_decided_before_notice_is_over_br_56() -> None:
    last_day = datetime(2025, 7, 17, 23, 59, tzinfo=CHINA)
    closed(*ratings()).when(decide, rating_round=ROUND, now=last_day).refused(NoticeRuns(UNTIL))


@pytest.mark.parametrize(("residents", "result"), [(29, RoundResult.TOO_FEW_RATERS), (30, RoundResult.RATED)])
def test_below_the_least_number_of_raters_it_is_not_rated_br_51(residents: int, result: RoundResult) -> None:
    assert proposed(closed(*ratings(residents))).round_result is result


def test_a_class_with_weight_that_is_missing_is_not_weighed_away_br_51() -> None:
    assert proposed(closed(*ratings(community=False))).round_result is RoundResult.CLASS_MISSING


def test_a_veto_is_no_star_whatever_the_score_br_53() -> None:
    vetoed = proposed(closed(*ratings(), VetoRecorded(ROUND, "挪用维修资金", WHY)))
    assert (vetoed.round_result, vetoed.stars, vetoed.vetoed_by) == (RoundResult.VETOED, 0, "挪用维修资金")


def test_what_was_taken_out_does_not_count_br_54() -> None:
    out = (RatingTakenOut(ROUND, person, "EMPLOYED_BY") for person in RESIDENTS[:12])
    assert proposed(closed(*ratings(), *out)).round_result is RoundResult.TOO_FEW_RATERS


def test_the_clock_closes_and_decides_br_85() -> None:
    assert list(close_by_the_clock(OPENED)) == [act_on(CLOSES, close, rating_round=ROUND)]
    posted = proposed(closed(*ratings()))
    assert list(decide_after_notice(posted)) == [act_on(UNTIL + timedelta(1), decide, rating_round=ROUND)]
