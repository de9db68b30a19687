"""A closed case is rated by who handled it and by who raised it, and then shown without them (BR-37, BR-42)."""

from typing import Any

import pytest

from domain.conflicts import ConflictOfInterest
from domain.corrections import CorrectsNothing
from domain.employments import EmploymentBegun, EmploymentKind
from domain.evaluations import (
    AlreadyRated,
    AnswersUnfit,
    CallbackRecorded,
    CallbackVoided,
    CalledBackAlready,
    CaseEvaluated,
    EvaluationMissing,
    NotClosed,
    OnlyRaiserRates,
    OrderShown,
    ScoreUnfit,
    SelfEvaluated,
    call_back,
    evaluate,
    self_evaluate,
    show,
    void_callback,
)
from domain.events import Event, Hundredths, Position
from domain.handlings import NotHandler
from domain.limits import LimitUnit
from domain.specification import Scenario
from domain.stages import CaseReopened
from tests.casework import CASE, HANDLER, MEMBER, MONDAY, QIAN, RAISER, STAIRS, WHY, at, claimed
from tests.county import C1, DAY, FIRM, K1, ZHAO
from tests.test_handlings import CLOSED, DONE, PASSED

SELF, PUBLIC = SelfEvaluated(CASE, QIAN, Hundredths(95_00)), CaseEvaluated(CASE, ZHAO, Hundredths(80_00))
SHOWN = OrderShown(
    *(CASE, K1, C1, None, STAIRS, MONDAY, CLOSED.closed_at, True, 0, Hundredths(95_00), Hundredths(80_00))
)
REOPENED = CaseReopened(CASE, 1, 2, LimitUnit.WORK_HOUR, *(at(f"03-04 {hour}:00") for hour in ("09", "10", "11")))


def closed(*more: Event) -> Scenario:
    return claimed(DONE, PASSED, CLOSED, *more)


def test_both_rate_once_and_then_it_is_shown_br_37() -> None:
    closed().when(show, case=CASE).refused(EvaluationMissing(None, None))
    mine = closed().when(self_evaluate, case=CASE, self_score=95_00, actor=HANDLER).then(SELF)
    mine.when(self_evaluate, case=CASE, self_score=95_00, actor=HANDLER).then()
    mine.when(self_evaluate, case=CASE, self_score=96_00, actor=HANDLER).refused(AlreadyRated(Hundredths(95_00)))
    mine.when(show, case=CASE).refused(EvaluationMissing(Hundredths(95_00), None))
    both = mine.when(evaluate, case=CASE, public_score=80_00, actor=RAISER).then(PUBLIC)
    shown = both.when(show, case=CASE).then(SHOWN)
    shown.when(show, case=CASE).then()


def test_nobody_else_rates_br_54() -> None:
    closed().when(self_evaluate, case=CASE, self_score=1, actor=MEMBER).refused(NotHandler)
    closed().when(evaluate, case=CASE, public_score=1, actor=MEMBER).refused(OnlyRaiserRates)
    closed().when(evaluate, case=CASE, public_score=100_01, actor=RAISER).refused(
        ScoreUnfit(Hundredths(100_01), Hundredths(100_00))
    )
    claimed().when(evaluate, case=CASE, public_score=1, actor=RAISER).refused(NotClosed)
    rated = closed(SELF, PUBLIC)
    rated.when(self_evaluate, case=CASE, self_score=1, actor=MEMBER).refused(NotHandler)
    rated.when(evaluate, case=CASE, public_score=1, actor=MEMBER).refused(OnlyRaiserRates)


@pytest.mark.parametrize("kind", EmploymentKind)
def test_who_is_with_the_firm_that_serves_there_does_not_rate_even_their_own_case_br_54(kind: EmploymentKind) -> None:
    works = closed(EmploymentBegun(ZHAO, FIRM, kind, DAY))
    works.when(evaluate, case=CASE, public_score=1, actor=RAISER).refused(ConflictOfInterest("EMPLOYED_BY", FIRM))


def test_what_is_handled_again_is_rated_again_br_39() -> None:
    again = closed(SELF, PUBLIC, REOPENED)
    again.when(show, case=CASE).refused(NotClosed)
    done = closed(SELF, PUBLIC, REOPENED, DONE, PASSED, CLOSED)
    done.when(show, case=CASE).refused(EvaluationMissing(None, None))


def test_a_call_back_that_nobody_answers_says_nothing_of_the_rest_br_42() -> None:
    told: dict[str, Any] = {"case": CASE, "responded": True, "resolved": True, "satisfied": False}
    made = closed().when(call_back, **told, answered=True)
    made.then(CallbackRecorded(CASE, answered=True, responded=True, resolved=True, satisfied=False))
    made.when(call_back, **told, answered=True).then()
    nobody: dict[str, Any] = {"case": CASE, "answered": False, "responded": False}
    made.when(call_back, **nobody).refused(CalledBackAlready)
    silent = closed().when(call_back, **nobody)
    silent.then(CallbackRecorded(CASE, answered=False, responded=False, resolved=None, satisfied=None))
    for unfit in ({"responded": True}, {"resolved": True}, {"satisfied": False}, {"resolved": True, "satisfied": True}):
        closed().when(call_back, **nobody | unfit).refused(AnswersUnfit(answered=False))
    closed().when(call_back, case=CASE, answered=True, responded=True, resolved=True).refused(
        AnswersUnfit(answered=True)
    )
    claimed().when(call_back, **told, answered=True).refused(NotClosed)


def test_wrong_answers_are_voided_and_taken_again_br_84() -> None:
    told: dict[str, Any] = {"case": CASE, "answered": True, "responded": True, "resolved": True, "satisfied": False}
    made = closed(CallbackRecorded(**told))
    here = Position(len(made.history))
    made.when(void_callback, case=CASE, voids=Position(1), reason=WHY).refused(CorrectsNothing(1, (here,)))
    gone = made.when(void_callback, case=CASE, voids=here, reason=WHY).then(CallbackVoided(here, CASE, WHY))
    gone.when(call_back, **told | {"satisfied": True}).then(CallbackRecorded(**told | {"satisfied": True}))
