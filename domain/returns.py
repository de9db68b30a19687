"""Returns: whoever was handed an order by mistake asks to return it, and answers for it until that is approved (BR-34).

So what is returned after its limit was not in time, whoever is handed it next. The third return of a case takes it to
the county.
"""

from collections.abc import Iterator
from datetime import datetime

from domain.decisions import Acting, decision
from domain.events import Confidential, Event
from domain.handlings import STAFF, ApproverIsHandler, NotHandler
from domain.people import Person
from domain.refusals import Refusal
from domain.roles import Role
from domain.stages import CaseEscalated, CaseReturnAsked, CaseReturnDeclined, CaseReturned, Phase
from domain.workorders import Order

ESCALATING = 3
"""The return with which a case goes to the county."""


class ReturnNotAsked(Refusal):
    """Nobody asks to return this order.
    该单没有待批准的退单申请。"""

    rule = "BR-34"


@decision(anyone=True)
def ask_return(case: Order, requester: Acting[Person], *, reason: Confidential) -> Iterator[Event]:
    """Ask, as who handles it, to return an order that one is not the right one for.
    办理人申请退单。"""
    case.in_phase(Phase.CLAIMED)
    if case.handler != requester.id:
        raise NotHandler
    if case.asked is None:
        yield CaseReturnAsked(case.id, requester.id, reason)


@decision(roles=STAFF | {Role.FIRM, Role.UNIT, Role.GRID_WORKER})
def ask_return_unclaimed(case: Order, requester: Acting[Person], *, reason: Confidential) -> Iterator[Event]:
    """Ask, for the body that it was handed to, to return an order that nobody handles yet.
    承办单位对尚无人领办的派单申请退单。"""
    case.in_phase(Phase.DISPATCHED)
    if case.asked is None:
        yield CaseReturnAsked(case.id, requester.id, reason)


@decision(roles=STAFF)
def approve_return(case: Order, approver: Acting[Person], *, at: datetime) -> Iterator[Event]:
    """Approve a return; the case is dispatched anew.
    批准退单，重新派单。"""
    _check_approver(case, approver)
    case.after(at)
    number = case.return_no + 1
    yield CaseReturned(case.id, approver.id, number, on_time=at <= case.running.due)
    if number == ESCALATING:
        yield CaseEscalated(case.id, number)


@decision(roles=STAFF)
def decline_return(case: Order, approver: Acting[Person], *, reason: Confidential) -> Iterator[Event]:
    """Decline a return: the order stays where it is.
    不予退单。"""
    _check_approver(case, approver)
    yield CaseReturnDeclined(case.id, approver.id, reason)


def _check_approver(case: Order, approver: Person) -> None:
    case.in_phase(Phase.DISPATCHED, Phase.CLAIMED)
    if case.asked is None:
        raise ReturnNotAsked
    if approver.id in {case.asked.requester, case.handler}:
        raise ApproverIsHandler(approver.id)
