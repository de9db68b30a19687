"""An order is handled by who has it, paused and verified by others, and redone where it failed (BR-30, BR-33)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.cases import BeforeTheLast
from domain.categories import CategoryAdopted
from domain.dispatches import lapse_claim
from domain.events import Ref
from domain.grants import GrantGiven
from domain.handlings import (
    ApproverIsHandler,
    ExtendedTooFar,
    NotHandler,
    NotLonger,
    OnlyRaiserReopens,
    PauseTooLate,
    VerifierIsHandler,
    extend,
    fail_verification,
    pass_verification,
    pause,
    reopen,
    report_handling,
    resume,
    tell_progress,
)
from domain.ledgers import ITSELF
from domain.limits import Light, LimitUnit
from domain.roles import Role
from domain.specification import Scenario
from domain.stages import (
    CaseClosed,
    CaseExtended,
    CasePaused,
    CaseReopened,
    CaseResumed,
    HandlingReported,
    PauseKind,
    ProgressTold,
    VerificationFailed,
    VerificationPassed,
)
from domain.workorders import PhaseUnfit
from tests.casework import (
    ACCEPTED,
    BUREAU,
    CASE,
    CHECKER,
    CLAIMED,
    DISPATCHED,
    HANDLER,
    MEMBER,
    QIAN,
    RAISER,
    SECRETARY,
    STAIRS,
    TEXT,
    WHY,
    at,
    claimed,
    street,
)
from tests.county import C1, DAY, K1, LI, WANG

PENDED: dict[str, Any] = {"case": CASE, "pause_kind": PauseKind.PENDED, "reason": WHY}
DONE = HandlingReported(CASE, QIAN, TEXT, (), 240, 300, Light.YELLOW, on_time=True, handled_at=at("03-03 15:00"))
PASSED = VerificationPassed(CASE, WANG, at("03-03 15:30"))
CLOSED = CaseClosed(CASE, K1, C1, STAIRS, None, on_time=True, rework_no=0, closed_at=at("03-03 15:30"))


def handled(*more: Any) -> Scenario:
    return claimed(DONE, *more)


def test_only_who_has_an_order_tells_of_it_and_handles_it() -> None:
    claimed().when(tell_progress, case=CASE, note=WHY, actor=HANDLER, now=at("03-03 11:00")).then(
        ProgressTold(CASE, QIAN, WHY, at("03-03 11:00"))
    )
    claimed().when(tell_progress, case=CASE, note=WHY, actor=MEMBER, now=at("03-03 11:00")).refused(NotHandler)
    claimed().when(report_handling, case=CASE, note=TEXT, actor=SECRETARY, now=at("03-03 15:00")).refused(NotHandler)
    street().when(report_handling, case=CASE, note=TEXT, actor=HANDLER, now=at("03-03 15:00")).refused(
        PhaseUnfit("REPORTED", ("CLAIMED",))
    )


@pytest.mark.parametrize(
    ("when", "used", "shows", "kept"),
    [
        ("03-03 14:59", 239, Light.GREEN, True),
        ("03-03 15:00", 240, Light.YELLOW, True),
        ("03-03 16:00", 300, Light.YELLOW, True),
        ("03-03 16:01", 301, Light.RED, False),
        ("03-04 09:30", 390, Light.RED, False),
    ],
)
def test_what_was_used_of_the_limit_is_told_when_it_is_handled_br_40(
    when: str, used: int, shows: Light, *, kept: bool
) -> None:
    done = HandlingReported(CASE, QIAN, TEXT, (), used, 300, shows, kept, at(when))
    claimed().when(report_handling, case=CASE, note=TEXT, actor=HANDLER, now=at(when)).then(done)


def test_a_pause_stops_the_limit_and_is_approved_by_another_br_33() -> None:
    paused = claimed().when(pause, **PENDED, actor=SECRETARY, now=at("03-03 11:00"))
    paused.then(CasePaused(CASE, PauseKind.PENDED, LI, WHY, 60, at("03-03 11:00")))
    paused.when(report_handling, case=CASE, note=TEXT, actor=HANDLER, now=at("03-03 14:00")).refused(
        PhaseUnfit("PAUSED", ("CLAIMED",))
    )
    resumed = paused.when(resume, case=CASE, now=at("03-04 09:00"))
    resumed.then(CaseResumed(CASE, at("03-04 09:00"), at("03-04 12:00"), at("03-04 14:00")))
    done = resumed.when(report_handling, case=CASE, note=TEXT, actor=HANDLER, now=at("03-04 14:00"))
    done.then(
        HandlingReported(CASE, QIAN, TEXT, (), 300, 300, Light.YELLOW, on_time=True, handled_at=at("03-04 14:00"))
    )
    claimed().when(pause, **PENDED, actor=HANDLER, now=at("03-03 11:00")).refused(ApproverIsHandler(QIAN))
    claimed().when(resume, case=CASE, now=at("03-03 11:00")).refused(PhaseUnfit("CLAIMED", ("PAUSED",)))


def test_a_claim_does_not_lapse_in_a_pause_br_38() -> None:
    """Whoever waits for a key is at it; nobody else takes the order when the limit runs on."""
    resumed = (
        claimed()
        .when(pause, **PENDED, actor=SECRETARY, now=at("03-03 11:00"))
        .when(resume, case=CASE, now=at("03-06 09:00"))
    )
    resumed.when(lapse_claim, case=CASE, now=at("03-06 10:00")).then()


def test_after_the_deadline_nothing_is_paused_or_extended_br_33() -> None:
    late, due = at("03-03 16:01"), at("03-03 16:00")
    claimed().when(pause, **PENDED, actor=SECRETARY, now=late).refused(PauseTooLate(due))
    longer: dict[str, Any] = {"case": CASE, "reason": WHY, "explanation": TEXT, "actor": SECRETARY}
    claimed().when(extend, **longer, due_at=at("03-05 16:00"), now=late).refused(PauseTooLate(due))
    assert claimed().when(pause, **PENDED, actor=SECRETARY, now=due).refusal is None


def test_an_extension_ends_later_and_is_explained_br_33() -> None:
    longer: dict[str, Any] = {"case": CASE, "reason": WHY, "explanation": TEXT, "now": at("03-03 11:00")}
    claimed().when(extend, **longer, due_at=at("03-03 16:00"), actor=SECRETARY).refused(NotLonger(at("03-03 16:00")))
    claimed().when(extend, **longer, due_at=at("03-04 14:00"), actor=HANDLER).refused(ApproverIsHandler(QIAN))
    made = claimed().when(extend, **longer, due_at=at("03-04 14:00"), actor=SECRETARY)
    far = at("03-04 14:01")
    claimed().when(extend, **longer, due_at=far, actor=SECRETARY).refused(
        ExtendedTooFar(at("03-03 16:00"), at("03-04 14:00"))
    )
    made.then(CaseExtended(CASE, LI, WHY, TEXT, at("03-04 11:00"), at("03-04 14:00")))
    done = made.when(report_handling, case=CASE, note=TEXT, actor=HANDLER, now=at("03-04 13:30"))
    assert [event.on_time for event in done.new if isinstance(event, HandlingReported)] == [True]


def test_another_than_the_handler_verifies_and_only_then_it_is_closed_br_30() -> None:
    when = at("03-03 15:30")
    handled().when(pass_verification, case=CASE, actor=CHECKER, now=when).then(PASSED, CLOSED)
    handled().when(pass_verification, case=CASE, actor=HANDLER, now=when).refused(VerifierIsHandler(QIAN))
    handled().when(fail_verification, case=CASE, reason=WHY, actor=HANDLER, now=when).refused(VerifierIsHandler(QIAN))
    claimed().when(pass_verification, case=CASE, actor=CHECKER, now=when).refused(PhaseUnfit("CLAIMED", ("HANDLED",)))
    early = at("03-03 14:59")
    handled().when(pass_verification, case=CASE, actor=CHECKER, now=early).refused(
        BeforeTheLast(early, at("03-03 15:00"))
    )
    jointly = handled().when(pass_verification, case=CASE, jointly_with=BUREAU, actor=CHECKER, now=when)
    assert [event.jointly_with for event in jointly.new if isinstance(event, CaseClosed)] == [BUREAU]


def test_what_failed_is_handled_again_within_the_limit_that_ends_first_br_39() -> None:
    when = at("03-03 16:10")
    failed = handled().when(fail_verification, case=CASE, reason=WHY, actor=CHECKER, now=when)
    failed.then(
        VerificationFailed(CASE, WANG, WHY, when),
        CaseReopened(CASE, 1, 2, LimitUnit.WORK_HOUR, when, at("03-04 09:46"), at("03-04 10:10")),
    )
    late = failed.when(report_handling, case=CASE, note=TEXT, actor=HANDLER, now=at("03-04 10:11"))
    closed = late.when(pass_verification, case=CASE, actor=CHECKER, now=at("03-04 10:30"))
    ends = [(event.on_time, event.rework_no) for event in closed.new if isinstance(event, CaseClosed)]
    assert ends == [(False, 1)]


@pytest.mark.parametrize(("later", "fits"), [(timedelta(days=7), True), (timedelta(days=7, minutes=1), False)])
def test_who_raised_a_case_has_it_handled_again_for_a_week_br_39(later: timedelta, *, fits: bool) -> None:
    closed, when = handled(PASSED, CLOSED), CLOSED.closed_at + later
    again = closed.when(reopen, case=CASE, actor=RAISER, now=when)
    if fits:
        assert [type(event) for event in again.new] == [CaseReopened]
    else:
        again.refused(OnlyRaiserReopens(7))
    closed.when(reopen, case=CASE, actor=MEMBER, now=CLOSED.closed_at).refused(OnlyRaiserReopens(7))
    handled().when(reopen, case=CASE, actor=RAISER, now=when).refused(PhaseUnfit("HANDLED", ("CLOSED",)))


def test_a_second_role_does_not_make_the_handler_another_br_30() -> None:
    when = at("03-03 15:30")
    both = handled(GrantGiven(Ref("grant:more"), QIAN, Role.COUNTY, None, DAY))
    both.when(pass_verification, case=CASE, actor=HANDLER, now=when).refused(VerifierIsHandler(QIAN))


def test_limits_that_end_at_the_same_moment_are_one_br_39() -> None:
    """One work day and one calendar day, on an ordinary Monday."""
    terms = CategoryAdopted(ITSELF, STAIRS, 2, "楼道", 1, LimitUnit.WORK_DAY, 1, LimitUnit.CALENDAR_DAY, 24, True)  # noqa: FBT003
    day = replace(DISPATCHED, limit_number=1, limit_unit=LimitUnit.WORK_DAY)
    same = street(terms, ACCEPTED, day, CLAIMED, DONE)
    failed = same.when(fail_verification, case=CASE, reason=WHY, actor=CHECKER, now=at("03-03 15:30"))
    assert [event.due_at for event in failed.new if isinstance(event, CaseReopened)] == [at("03-04 17:00")]
