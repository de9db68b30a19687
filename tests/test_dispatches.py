"""An order is dispatched within a limit and claimed by one member (BR-31, BR-36, BR-38)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.cases import BeforeTheLast, CaseCorrected
from domain.dispatches import (
    AlreadyClaimed,
    CountyDispatches,
    ExecutorUnfit,
    HandlerElsewhere,
    HandlerIsRaiser,
    MemberElsewhere,
    OutsideDuties,
    claim,
    dispatch,
    dispatch_escalated,
    lapse_claim,
    watch_claim,
)
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Position
from domain.reactions import act_at
from domain.registrations import MemberRegistered, RegistrationEnded
from domain.stages import CaseClaimed, CaseEscalated, CaseReturnAsked, CaseReturned, ClaimLapsed, ProgressTold
from domain.workorders import PhaseUnfit
from tests.casework import (
    ACCEPTED,
    BUREAU,
    CASE,
    CLAIMED,
    DISPATCHED,
    HANDLER,
    HERE,
    MEMBER,
    MONDAY,
    QIAN,
    RAISER,
    SUN,
    WALLS,
    WHY,
    at,
    claimed,
    street,
)
from tests.county import C1, C2, DAY, FIRM, K1, LI, ZHAO

TEN = at("03-03 10:00")


def test_the_limit_is_fixed_at_dispatch_by_category_and_calendar_br_31() -> None:
    street(ACCEPTED).when(dispatch, case=CASE, executor=C1, now=TEN).then(DISPATCHED)
    works = street(ACCEPTED, EmploymentBegun(QIAN, FIRM, EmploymentKind.MANAGER, DAY))
    named = works.when(dispatch, case=CASE, executor=FIRM, named_handler=QIAN, now=TEN)
    named.then(replace(DISPATCHED, executor=FIRM, named_handler=QIAN))
    named.when(claim, case=CASE, actor=HANDLER, now=TEN).then()


def test_who_is_named_works_for_the_firm_and_did_not_raise_it_br_30_br_54() -> None:
    stranger = street(ACCEPTED).when(dispatch, case=CASE, executor=FIRM, named_handler=QIAN, now=TEN)
    stranger.refused(HandlerElsewhere(FIRM))
    own = street(ACCEPTED).when(dispatch, case=CASE, executor=C1, named_handler=ZHAO, now=TEN)
    own.refused(HandlerIsRaiser(ZHAO))
    lives = street(ACCEPTED, DISPATCHED, MemberRegistered(ZHAO, C1, BUREAU, DAY))
    lives.when(claim, case=CASE, actor=RAISER, now=TEN).refused(HandlerIsRaiser(ZHAO))


def test_what_went_to_the_county_is_dispatched_by_the_county_br_34() -> None:
    asked = CaseReturnAsked(CASE, LI, WHY)
    thrice = [event for n in (1, 2, 3) for event in (DISPATCHED, asked, CaseReturned(CASE, LI, n))]
    up = street(ACCEPTED, *thrice, CaseEscalated(CASE, 3))
    up.when(dispatch, case=CASE, executor=C1, now=TEN).refused(CountyDispatches(3))
    up.when(dispatch_escalated, case=CASE, executor=C1, now=TEN).then(DISPATCHED)


def test_only_an_accepted_case_is_dispatched_and_once_br_30() -> None:
    street().when(dispatch, case=CASE, executor=C1, now=TEN).refused(PhaseUnfit("REPORTED", ("ACCEPTED",)))
    again = street(ACCEPTED, DISPATCHED).when(dispatch, case=CASE, executor=C1, now=TEN)
    again.refused(PhaseUnfit("DISPATCHED", ("ACCEPTED",)))
    early = MONDAY - timedelta(minutes=1)
    street(ACCEPTED).when(dispatch, case=CASE, executor=C1, now=early).refused(BeforeTheLast(early, MONDAY))


def test_a_community_is_not_given_what_is_not_on_its_duty_list_br_36() -> None:
    walls = street(ACCEPTED, CaseCorrected(Position(len(HERE)), CASE, WALLS, WHY))
    walls.when(dispatch, case=CASE, executor=C1, now=TEN).refused(OutsideDuties(WALLS, C1))
    assert walls.when(dispatch, case=CASE, executor=FIRM, now=TEN).refusal is None
    walls.when(dispatch, case=CASE, executor=K1, now=TEN).refused(ExecutorUnfit(K1))


def test_one_member_claims_br_38() -> None:
    won = street(ACCEPTED, DISPATCHED).when(claim, case=CASE, actor=HANDLER, now=CLAIMED.claimed_at).then(CLAIMED)
    won.when(claim, case=CASE, actor=HANDLER, now=CLAIMED.claimed_at).then()
    won.when(claim, case=CASE, actor=MEMBER, now=at("03-03 11:00")).refused(MemberElsewhere(C1))
    mine = claimed().when(claim, case=CASE, actor=HANDLER, now=at("03-04 10:05"))
    renewed = CaseClaimed(CASE, QIAN, at("03-04 10:05"), at("03-05 10:05"))
    mine.then(ClaimLapsed(CASE, QIAN, CLAIMED.lapses_at), renewed)
    gone = street(ACCEPTED, DISPATCHED, RegistrationEnded(QIAN, C1, BUREAU, DAY, DAY))
    gone.when(claim, case=CASE, actor=HANDLER, now=CLAIMED.claimed_at).refused(MemberElsewhere(C1))
    neighbour = claimed(RegistrationEnded(SUN, C2, BUREAU, DAY, DAY), MemberRegistered(SUN, C1, BUREAU, DAY))
    neighbour.when(claim, case=CASE, actor=MEMBER, now=at("03-03 11:00")).refused(
        AlreadyClaimed(QIAN, CLAIMED.claimed_at)
    )
    lapsed = neighbour.when(claim, case=CASE, actor=MEMBER, now=at("03-04 10:05"))
    ends = at("03-05 10:05")
    lapsed.then(ClaimLapsed(CASE, QIAN, CLAIMED.lapses_at), CaseClaimed(CASE, SUN, at("03-04 10:05"), ends))


@pytest.mark.parametrize(("now", "lapses"), [("03-04 10:04", False), ("03-04 10:05", True), ("03-09 00:00", True)])
def test_a_claim_without_progress_lapses_br_38(now: str, *, lapses: bool) -> None:
    lost = (ClaimLapsed(CASE, QIAN, CLAIMED.lapses_at),) if lapses else ()
    claimed().when(lapse_claim, case=CASE, now=at(now)).then(*lost)
    told = claimed(ProgressTold(CASE, QIAN, WHY, at("03-03 11:00")))
    told.when(lapse_claim, case=CASE, now=at(now)).then()


def test_the_clock_looks_on_the_day_after_br_38() -> None:
    assert list(watch_claim(CLAIMED)) == [act_at(CLAIMED.lapses_at, lapse_claim, case=CASE)]
