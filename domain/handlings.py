"""Handlings: an order is handled, paused, extended, and verified by somebody else, and then closed (BR-30, BR-33).

Who approves a pause or an extension does not handle the order, and neither does who verifies it. What fails is handled
again, within the shorter of the first limit and that of rework (BR-39).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from domain.calendars import Calendars, Version
from domain.categories import Catalogue, Terms
from domain.decisions import Acting, Text, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.limits import Limit
from domain.people import Person
from domain.refusals import Refusal
from domain.roles import Role
from domain.stages import (
    CaseClosed,
    CaseExtended,
    CasePaused,
    CaseReopened,
    CaseResumed,
    HandlingReported,
    PauseKind,
    Phase,
    ProgressTold,
    VerificationFailed,
    VerificationPassed,
)
from domain.units import PartnerUnit
from domain.workorders import Order

REOPENING = timedelta(days=7)
"""So long whoever raised a case may have it handled again (BR-39)."""
STAFF = frozenset({Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
Note = Annotated[Confidential, Text(2_000)]


class NotHandler(Refusal):
    """Somebody else handles this order, or nobody yet.
    该单由他人办理，或尚无人办理。"""

    rule = "BR-30"


class ApproverIsHandler(Refusal):
    """Whoever handles an order does not approve its pause, extension or return.
    办理人不得批准本人所办事件的暂停、延期或退单。"""

    rule = "BR-33"
    handler: Ref[Person]


class VerifierIsHandler(Refusal):
    """Whoever handled an order does not verify it.
    办理人不得核查本人办理的事件。"""

    rule = "BR-30"
    handler: Ref[Person]


class PauseTooLate(Refusal):
    """The limit ended at {due_at}; it is too late to pause or extend it.
    时限已于 {due_at} 届满，不得再申请暂停或延期。"""

    code, rule = "PAUSE_AFTER_DUE", "BR-33"
    due_at: datetime


class NotLonger(Refusal):
    """The limit ends at {due_at}; an extension ends later.
    现行期限为 {due_at}，延期须晚于此。"""

    rule = "BR-33"
    due_at: datetime


class ExtendedTooFar(Refusal):
    """The limit ends at {due_at}; an extension adds at most the first limit once more, until {latest}.
    现行期限为 {due_at}，一次延期最多再延长一个原定时限，即至 {latest}。"""

    rule = "BR-33"
    due_at: datetime
    latest: datetime


class ReturnAsked(Refusal):
    """It was asked to return this order; that is decided first.
    该单已申请退单，须先作出退单决定。"""

    rule = "BR-34"


class OnlyRaiserReopens(Refusal):
    """Only who raised a case has it handled again, within {days} days of its closing.
    仅提出人可在结案后 {days} 日内要求重办。"""

    rule = "BR-39"
    days: int


@decision(anyone=True)
def tell_progress(case: Order, handler: Acting[Person], *, note: Note, at: datetime) -> Iterator[Event]:
    """Tell how far an order is; the claim then no longer lapses.
    反馈办理进展。"""
    _check_handler(case, handler, at)
    yield ProgressTold(case.id, handler.id, note, at)


@decision(roles=STAFF)
def pause(
    case: Order,
    approver: Acting[Person],
    ledger: Calendars,
    *,
    pause_kind: PauseKind,
    reason: Confidential,
    at: datetime,
) -> Iterator[Event]:
    """Pause the limit of an order, as somebody who does not handle it.
    批准暂停计时（挂账或等待群众）。"""
    version = _approved(case, approver, ledger, at)
    used, *_ = case.running.spent(version, at)
    yield CasePaused(case.id, pause_kind, approver.id, reason, used, at)


@decision(roles=STAFF)
def resume(case: Order, ledger: Calendars, *, at: datetime) -> Iterator[Event]:
    """Let the limit of an order run on.
    恢复计时。"""
    case.in_phase(Phase.PAUSED)
    case.after(at)
    leg, version = case.running, _version(case, ledger)
    begun = case.pausing.paused_at if case.pausing else at
    due = version.time.postponed(leg.due, leg.limit.unit, begun, at)
    yield CaseResumed(case.id, at, version.time.warned(at, due, leg.limit.unit, leg.used), due)


@decision(roles=STAFF)
def extend(
    case: Order,
    approver: Acting[Person],
    ledger: Calendars,
    *,
    due_at: datetime,
    reason: Confidential,
    explanation: Confidential,
    at: datetime,
) -> Iterator[Event]:
    """Extend the limit of an order, which is explained to whoever raised it.
    批准延期，并向提出人说明。"""
    version, leg = _approved(case, approver, ledger, at), case.running
    if due_at <= leg.due:
        raise NotLonger(leg.due)
    latest = version.time.due(leg.due, case.first or leg.limit)
    if due_at > latest:
        raise ExtendedTooFar(leg.due, latest)
    warn = version.time.warned(leg.began, due_at, leg.limit.unit, leg.used)
    yield CaseExtended(case.id, approver.id, reason, explanation, warn, due_at)


@decision(anyone=True)
def report_handling(
    case: Order,
    handler: Acting[Person],
    ledger: Calendars,
    *,
    note: Note,
    evidence: tuple[Exhibit, ...] = (),
    at: datetime,
) -> Iterator[Event]:
    """Report that an order is handled.
    反馈办结。"""
    _check_handler(case, handler, at)
    if case.asked:
        raise ReturnAsked
    proofs = tuple(each.id for each in evidence)
    yield HandlingReported(case.id, handler.id, note, proofs, *case.running.spent(_version(case, ledger), at), at)


@decision(roles=STAFF | {Role.GRID_WORKER})
def pass_verification(
    case: Order, verifier: Acting[Person], jointly_with: PartnerUnit | None = None, *, at: datetime
) -> Iterator[Event]:
    """Verify that an order is handled, and close the case.
    核查通过并结案。"""
    _check_verifier(case, verifier, at)
    yield VerificationPassed(case.id, verifier.id, at)
    unit = jointly_with.id if jointly_with else None
    where = (case.compound, case.community, case.category)
    yield CaseClosed(case.id, *where, unit, case.on_time, case.rework_no, at)


@decision(roles=STAFF | {Role.GRID_WORKER})
def fail_verification(
    case: Order,
    verifier: Acting[Person],
    calendars: Calendars,
    catalogue: Catalogue,
    *,
    reason: Confidential,
    at: datetime,
) -> Iterator[Event]:
    """Find that an order is not handled: it is handled again.
    核查不通过，返工重办。"""
    _check_verifier(case, verifier, at)
    yield VerificationFailed(case.id, verifier.id, reason, at)
    yield _reopened(case, _version(case, calendars), catalogue.terms[case.category], at)


@decision(anyone=True)
def reopen(
    case: Order, raiser: Acting[Person], calendars: Calendars, catalogue: Catalogue, *, at: datetime
) -> Iterator[Event]:
    """Have one's own case handled again.
    提出人要求重办。"""
    case.in_phase(Phase.CLOSED)
    case.after(at)
    if raiser.id != case.raiser or (case.closed and at > case.closed + REOPENING):
        raise OnlyRaiserReopens(REOPENING.days)
    yield _reopened(case, _version(case, calendars), catalogue.terms[case.category], at)


def _check_handler(case: Order, handler: Person, at: datetime) -> None:
    case.in_phase(Phase.CLAIMED)
    case.after(at)
    if handler.id != case.handler:
        raise NotHandler


def _check_verifier(case: Order, verifier: Person, at: datetime) -> None:
    case.in_phase(Phase.HANDLED)
    case.after(at)
    if verifier.id == case.handler:
        raise VerifierIsHandler(verifier.id)


def _approved(case: Order, approver: Person, calendars: Calendars, at: datetime) -> Version:
    case.in_phase(Phase.CLAIMED)
    case.after(at)
    if approver.id == case.handler:
        raise ApproverIsHandler(approver.id)
    if at > case.running.due:
        raise PauseTooLate(case.running.due)
    return _version(case, calendars)


def _version(case: Order, calendars: Calendars) -> Version:
    """The calendar that fixed the limit."""
    return calendars.numbered(case.running.calendar)


def _reopened(case: Order, version: Version, terms: Terms, at: datetime) -> Event:
    """With the limit that ends first: the first leg's, or that of rework (BR-39)."""
    limits: tuple[Limit, ...] = (case.first or terms.limit, terms.rework)
    due, limit = min(((version.time.due(at, limit), limit) for limit in limits), key=lambda each: each[0])
    return CaseReopened(case.id, case.rework_no + 1, *limit, at, version.time.warned(at, due, limit.unit), due)
