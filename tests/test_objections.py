"""The rated objects in time; what is upheld is decided again with its reason, the rest changes nothing (BR-56)."""

from typing import Any

from domain.conflicts import RaterClass
from domain.events import Confidential, Hundredths
from domain.execution import Actor
from domain.objections import (
    CountUnfit,
    NoObjection,
    NoticeOver,
    RecordUnfit,
    dismiss_objection,
    object_to_result_rating_round,
    uphold_objection,
    uphold_record,
)
from domain.outcomes import (
    ObjectionPending,
    ObjectionRuled,
    RatingReDecided,
    RecordReDecided,
    ResultNotPosted,
    ResultObjected,
    RoundResult,
    StarDecided,
    decide,
)
from domain.rounds import NotTheRated, PointsAdjusted, PointsExceeded, VetoRecorded
from domain.specification import given
from tests.rated import GUARD, MANAGER, ROUND, TOWNSMAN, by
from tests.test_outcomes import HERE, LATER, TEXT, UNTIL, WHY, closed, ratings


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


def test_an_upheld_objection_strikes_a_veto_and_puts_points_right_br_56() -> None:
    """83.30 with a veto and 5.00 deducted is no star; without the veto 78.30 and three, without both 83.30 and four."""
    wrong = VetoRecorded(ROUND, "挪用维修资金", WHY), PointsAdjusted(ROUND, Hundredths(0), Hundredths(500), WHY)
    objected = closed(*ratings(), *wrong).when(
        object_to_result_rating_round, rating_round=ROUND, objection_text=TEXT, **by(MANAGER)
    )
    ruled: dict[str, Any] = {"rating_round": ROUND, "reason": WHY, **by(TOWNSMAN)}
    struck = objected.when(uphold_record, **ruled, struck_vetoes=("挪用维修资金",))
    again = struck.new[1]
    assert struck.new[0] == ObjectionRuled(ROUND, True, WHY, UNTIL)  # noqa: FBT003
    assert isinstance(again, RecordReDecided)
    assert (again.round_result, again.final_score, again.stars) == (RoundResult.RATED, 7830, 3)
    assert (again.struck_vetoes, again.vetoed_by) == (("挪用维修资金",), None)
    struck.when(decide, rating_round=ROUND, now=LATER).then(
        StarDecided(ROUND, RoundResult.RATED, Hundredths(7830), 3, "三星", LATER.date())
    )
    both = objected.when(uphold_record, **ruled, struck_vetoes=("挪用维修资金",), deduction=Hundredths(0)).new[1]
    assert isinstance(both, RecordReDecided)
    assert (both.final_score, both.stars, both.deduction) == (8330, 4, 0)
    kept = objected.when(uphold_record, **ruled, deduction=Hundredths(0)).new[1]
    assert isinstance(kept, RecordReDecided)
    assert (kept.round_result, kept.stars, kept.vetoed_by) == (RoundResult.VETOED, 0, "挪用维修资金")
    unfit = RecordUnfit(("挪用维修资金",), Hundredths(0), Hundredths(500))
    objected.when(uphold_record, **ruled).refused(unfit)
    objected.when(uphold_record, **ruled, struck_vetoes=("其他",)).refused(unfit)
    objected.when(uphold_record, **ruled, deduction=Hundredths(500)).refused(unfit)
    objected.when(uphold_record, **ruled, bonus=Hundredths(99_99)).refused(PointsExceeded)
    closed(*ratings(), *wrong).when(uphold_record, **ruled, struck_vetoes=("挪用维修资金",)).refused(NoObjection())


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
    given(*HERE).when(object_to_result_rating_round, **wish, **by(MANAGER)).refused(ResultNotPosted())
