"""A case goes through its stages one after another, whatever happens on the way (BR-30)."""

import pytest

from domain.cases import CaseMerged, CaseNotAccepted, Unaccepted
from domain.events import Event
from domain.limits import LimitUnit
from domain.stages import CasePaused, CaseReopened, CaseResumed, CaseReturned, ClaimLapsed, PauseKind, Phase
from domain.workorders import Order
from tests.casework import ACCEPTED, CASE, CLAIMED, DISPATCHED, OTHER_CASE, QIAN, REPORTED, WHY, at
from tests.county import LI
from tests.test_handlings import CLOSED, DONE, PASSED

PAUSED = CasePaused(CASE, PauseKind.CITIZEN, LI, WHY, 60, at("03-03 11:00"))
RESUMED = CaseResumed(CASE, at("03-03 13:00"), at("03-03 16:00"), at("03-03 17:00"))
REOPENED = CaseReopened(CASE, 1, 2, LimitUnit.WORK_HOUR, *(at(f"03-04 {hour}:00") for hour in ("09", "10", "11")))
TO_CLAIM = (REPORTED, ACCEPTED, DISPATCHED, CLAIMED)


@pytest.mark.parametrize(
    ("history", "phase"),
    [
        ((REPORTED,), Phase.REPORTED),
        ((REPORTED, CaseNotAccepted(CASE, Unaccepted.EMERGENCY)), Phase.NOT_ACCEPTED),
        ((REPORTED, CaseMerged(CASE, OTHER_CASE)), Phase.MERGED),
        ((REPORTED, CaseMerged(OTHER_CASE, CASE)), Phase.REPORTED),
        ((REPORTED, ACCEPTED), Phase.ACCEPTED),
        ((REPORTED, ACCEPTED, DISPATCHED), Phase.DISPATCHED),
        (TO_CLAIM, Phase.CLAIMED),
        ((*TO_CLAIM, ClaimLapsed(CASE, QIAN, CLAIMED.lapses_at)), Phase.DISPATCHED),
        ((*TO_CLAIM, CaseReturned(CASE, LI, 1)), Phase.ACCEPTED),
        ((*TO_CLAIM, PAUSED), Phase.PAUSED),
        ((*TO_CLAIM, PAUSED, RESUMED), Phase.CLAIMED),
        ((*TO_CLAIM, DONE), Phase.HANDLED),
        ((*TO_CLAIM, DONE, PASSED, CLOSED), Phase.CLOSED),
        ((*TO_CLAIM, DONE, PASSED, CLOSED, REOPENED), Phase.CLAIMED),
    ],
)
def test_a_case_is_in_one_phase_br_30(history: tuple[Event, ...], phase: Phase) -> None:
    order = Order(CASE)
    for event in history:
        order = order.evolve(event)  # type: ignore[arg-type]
    assert order.phase is phase
