"""An order that went to the wrong body comes back once somebody else approves; the third goes to the county (BR-34)."""

from datetime import timedelta

from domain.cases import BeforeTheLast
from domain.events import Event
from domain.handlings import ApproverIsHandler, NotHandler, ReturnAsked, pass_verification, report_handling
from domain.returns import ReturnNotAsked, approve_return, ask_return, ask_return_unclaimed, decline_return
from domain.stages import CaseClosed, CaseEscalated, CaseReturnAsked, CaseReturnDeclined, CaseReturned, ClaimLapsed
from domain.workorders import PhaseUnfit
from tests.casework import (
    ACCEPTED,
    CASE,
    CHECKER,
    CLAIMED,
    DISPATCHED,
    HANDLER,
    QIAN,
    SECRETARY,
    WHY,
    at,
    claimed,
    street,
)
from tests.county import LI, WANG
from tests.test_handlings import CLOSED, DONE, PASSED

NOON = at("03-03 12:00")
ASKED = CaseReturnAsked(CASE, WANG, WHY)


def returned(number: int) -> tuple[Event, ...]:
    return (DISPATCHED, ASKED, CaseReturned(CASE, LI, number))


def test_whoever_has_an_order_asks_and_another_approves_br_34() -> None:
    asked = claimed().when(ask_return, case=CASE, reason=WHY, actor=HANDLER).then(CaseReturnAsked(CASE, QIAN, WHY))
    asked.when(ask_return, case=CASE, reason=WHY, actor=HANDLER).then()
    asked.when(approve_return, case=CASE, actor=HANDLER, now=NOON).refused(ApproverIsHandler(QIAN))
    asked.when(decline_return, case=CASE, reason=WHY, actor=HANDLER).refused(ApproverIsHandler(QIAN))
    asked.when(approve_return, case=CASE, actor=SECRETARY, now=NOON).then(CaseReturned(CASE, LI, 1))
    stays = asked.when(decline_return, case=CASE, reason=WHY, actor=SECRETARY)
    stays.then(CaseReturnDeclined(CASE, LI, WHY))
    stays.when(approve_return, case=CASE, actor=SECRETARY, now=NOON).refused(ReturnNotAsked)


def test_nobody_returns_what_another_has_or_what_is_not_dispatched_br_34() -> None:
    claimed().when(ask_return, case=CASE, reason=WHY, actor=CHECKER).refused(NotHandler)
    street(ACCEPTED).when(ask_return, case=CASE, reason=WHY, actor=CHECKER).refused(
        PhaseUnfit("ACCEPTED", ("CLAIMED",))
    )
    claimed().when(approve_return, case=CASE, actor=SECRETARY, now=NOON).refused(ReturnNotAsked)


def test_what_nobody_claimed_is_returned_by_the_body_that_has_it_br_34() -> None:
    unclaimed = street(ACCEPTED, DISPATCHED)
    unclaimed.when(ask_return, case=CASE, reason=WHY, actor=HANDLER).refused(PhaseUnfit("DISPATCHED", ("CLAIMED",)))
    unclaimed.when(ask_return_unclaimed, case=CASE, reason=WHY, actor=CHECKER).then(ASKED)
    claimed().when(ask_return_unclaimed, case=CASE, reason=WHY, actor=CHECKER).refused(
        PhaseUnfit("CLAIMED", ("DISPATCHED",))
    )


def test_an_order_is_not_handled_while_its_return_is_asked_br_34() -> None:
    asked = claimed(CaseReturnAsked(CASE, QIAN, WHY))
    asked.when(report_handling, case=CASE, note=WHY, actor=HANDLER, now=at("03-03 11:00")).refused(ReturnAsked)


def test_the_third_return_goes_to_the_county_br_34() -> None:
    twice = street(ACCEPTED, *returned(1), *returned(2), DISPATCHED, ASKED)
    third = twice.when(approve_return, case=CASE, actor=SECRETARY, now=NOON)
    third.then(CaseReturned(CASE, LI, 3), CaseEscalated(CASE, 3))
    second = street(ACCEPTED, *returned(1), DISPATCHED, ASKED).when(
        approve_return, case=CASE, actor=SECRETARY, now=NOON
    )
    second.then(CaseReturned(CASE, LI, 2))


def test_what_is_returned_after_its_limit_was_not_in_time_br_34() -> None:
    """Due at 16:00 on 3 March: approved a minute later it is late, though the next body handles it at once."""
    asked = street(ACCEPTED, DISPATCHED, ASKED)
    due = DISPATCHED.due_at
    asked.when(approve_return, case=CASE, actor=SECRETARY, now=due).then(CaseReturned(CASE, LI, 1, on_time=True))
    late = asked.when(approve_return, case=CASE, actor=SECRETARY, now=due + timedelta(minutes=1))
    late.then(CaseReturned(CASE, LI, 1, on_time=False))
    before = DISPATCHED.dispatched_at - timedelta(minutes=1)
    asked.when(approve_return, case=CASE, actor=SECRETARY, now=before).refused(
        BeforeTheLast(before, DISPATCHED.dispatched_at)
    )
    again = street(ACCEPTED, DISPATCHED, ASKED, CaseReturned(CASE, LI, 1, on_time=False), DISPATCHED, CLAIMED, DONE)
    [_, closed] = again.when(pass_verification, case=CASE, actor=CHECKER, now=at("03-03 16:00")).new
    assert isinstance(closed, CaseClosed)
    assert closed.on_time is False


def test_what_is_handled_or_lapsed_is_no_longer_returned_br_30() -> None:
    """A request that nobody decided does not take a case out of its later stages."""
    asked = CaseReturnAsked(CASE, QIAN, WHY)
    for later, phase in (((DONE,), "HANDLED"), ((DONE, PASSED, CLOSED), "CLOSED")):
        claimed(asked, *later).when(approve_return, case=CASE, actor=SECRETARY, now=NOON).refused(
            PhaseUnfit(phase, ("DISPATCHED", "CLAIMED"))
        )
    lapsed = claimed(asked, ClaimLapsed(CASE, QIAN, CLAIMED.lapses_at))
    lapsed.when(approve_return, case=CASE, actor=SECRETARY, now=NOON).refused(ReturnNotAsked)
