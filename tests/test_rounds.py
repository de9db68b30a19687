"""Until a round closes, evidence, vetoes and points are recorded; afterwards they are for the next (BR-53, BR-58)."""

from datetime import datetime
from typing import Any

from domain.bodies import CHINA
from domain.events import Confidential, Hundredths, Ref
from domain.execution import Actor
from domain.exhibits import ExhibitKept, MediaType
from domain.rounds import (
    NoSuchVeto,
    NotTheRated,
    PointsAdjusted,
    PointsExceeded,
    RatingEvidenceSupplied,
    RoundIsClosed,
    VetoRecorded,
    adjust,
    record_veto,
    supply_evidence,
)
from domain.specification import given
from tests.rated import CLOSES, GUARD, HISTORY, MANAGER, ROUND, TOWNSMAN, by

PROOF, LATER = Ref[Any]("exhibit:proof"), Ref[Any]("exhibit:later")
WHY, VETO = Confidential("审计发现"), "挪用维修资金"
LATE: dict[str, Any] = {"actor": Actor(TOWNSMAN), "now": datetime(2025, 7, 20, 0, tzinfo=CHINA)}


def test_a_veto_cites_an_article_of_the_rubric_br_53() -> None:
    made = given(*HISTORY).when(record_veto, rating_round=ROUND, article=VETO, reason=WHY, **by(TOWNSMAN))
    made.then(VetoRecorded(ROUND, VETO, WHY))
    made.when(record_veto, rating_round=ROUND, article=VETO, reason=WHY, **by(TOWNSMAN)).then()
    given(*HISTORY).when(record_veto, rating_round=ROUND, article="其他", reason=WHY, **by(TOWNSMAN)).refused(
        NoSuchVeto((VETO,))
    )
    given(*HISTORY).when(record_veto, rating_round=ROUND, article=VETO, reason=WHY, **LATE).refused(
        RoundIsClosed(CLOSES)
    )


def test_points_are_added_and_deducted_within_limits_br_50() -> None:
    wish: dict[str, Any] = {"rating_round": ROUND, "deduction": Hundredths(0), "reason": WHY}
    made = given(*HISTORY).when(adjust, bonus=Hundredths(500), **wish, **by(TOWNSMAN))
    made.then(PointsAdjusted(ROUND, Hundredths(500), Hundredths(0), WHY))
    made.when(adjust, bonus=Hundredths(500), **wish, **by(TOWNSMAN)).then()
    given(*HISTORY).when(adjust, bonus=Hundredths(501), **wish, **by(TOWNSMAN)).refused(
        PointsExceeded(Hundredths(500), Hundredths(500))
    )


def test_the_rated_supplies_evidence_until_the_round_closes_br_58() -> None:
    kept = [ExhibitKept(each, digit * 64, 9, MediaType.PDF) for each, digit in ((PROOF, "a"), (LATER, "b"))]
    there = given(*HISTORY, *kept)
    made = there.when(supply_evidence, rating_round=ROUND, evidence=(PROOF,), **by(MANAGER))
    made.then(RatingEvidenceSupplied(ROUND, (PROOF,)))
    made.when(supply_evidence, rating_round=ROUND, evidence=(PROOF,), **by(MANAGER)).then()
    late = LATE | {"actor": Actor(MANAGER)}
    made.when(supply_evidence, rating_round=ROUND, evidence=(LATER,), **late).refused(RoundIsClosed(CLOSES))
    there.when(supply_evidence, rating_round=ROUND, evidence=(PROOF,), **by(GUARD)).refused(NotTheRated)
