"""Dispatches: an order is handed out within a limit, and a member claims it, one alone (BR-31, BR-36, BR-38).

A community is not made the main handler of what is not on its duty list. A claim without progress lapses; when the
clock has not come to look yet, the next who claims makes it lapse.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from domain.bodies import CHINA
from domain.calendars import Calendars
from domain.categories import Catalogue, Terms
from domain.decisions import Acting, decision
from domain.employments import Employed
from domain.events import Event, Ref
from domain.people import Person
from domain.places import Community
from domain.reactions import Act, act_at, reaction
from domain.refusals import Refusal
from domain.registrations import Member
from domain.roles import Role
from domain.stages import CaseClaimed, CaseDispatched, ClaimLapsed, Phase
from domain.states import State, key_of
from domain.workorders import Order

EXECUTORS = frozenset({"community", "firm", "partner_unit", "party_organisation"})


class ExecutorUnfit(Refusal):
    """An order goes to a community, a firm, a unit or a Party organisation, not to {executor}.
    承办单位须为社区、企业、单位或党组织，不能是 {executor}。"""

    rule = "BR-30"
    executor: Ref[Any]


class OutsideDuties(Refusal):
    """This is not on the duty list of communities, so no community is made its main handler.
    该事项不在社区职责清单内，不得以社区为主要承办单位派单。"""

    code, rule = "OUTSIDE_COMMUNITY_DUTIES", "BR-36"
    category: Ref[Any]
    executor: Ref[Any]


class AlreadyClaimed(Refusal):
    """{claimed_by} has had this order since {claimed_at}.
    该单自 {claimed_at} 起由 {claimed_by} 办理。"""

    rule = "BR-38"
    claimed_by: Ref[Person]
    claimed_at: datetime


class HandlerIsRaiser(Refusal):
    """Whoever raised a case does not handle it: who handles it and who rates it are two.
    提出人不得办理本人提出的事件，办理与测评不得为同一人。"""

    rule = "BR-54"
    raiser: Ref[Person]


class HandlerElsewhere(Refusal):
    """The person named does not work for {executor}.
    指定的办理人不在 {executor} 任职。"""

    rule = "BR-30"
    executor: Ref[Any]


class CountyDispatches(Refusal):
    """This case was returned {return_no} times and went to the county, which alone dispatches it.
    该事件已退单 {return_no} 次并提级至县，由县级派单。"""

    rule = "BR-34"
    return_no: int


class MemberElsewhere(Refusal):
    """Only Party members who are registered with {community} claim its orders; a dispatch may name any other handler.
    仅在 {community} 报到的党员可以领单；其他人员办理须在派单时指定。"""

    rule = "BR-38"
    community: Ref[Community]


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def dispatch(
    case: Order,
    calendars: Calendars,
    catalogue: Catalogue,
    executor: State,
    named_handler: Employed | None = None,
    *,
    at: datetime,
) -> Iterator[Event]:
    """Dispatch an accepted case to a body, and to a person or to whoever claims it.
    派单：确定承办单位，可指定办理人或由党员领单。"""
    if case.escalated:
        raise CountyDispatches(case.return_no)
    yield from _dispatched(case, (calendars, catalogue), executor, named_handler, at)


@decision(roles={Role.COUNTY})
def dispatch_escalated(
    case: Order,
    calendars: Calendars,
    catalogue: Catalogue,
    executor: State,
    named_handler: Employed | None = None,
    *,
    at: datetime,
) -> Iterator[Event]:
    """Dispatch, as the county, a case that went to it after three returns.
    三次退单提级后由县级派单。"""
    yield from _dispatched(case, (calendars, catalogue), executor, named_handler, at)


def _dispatched(
    case: Order, by: tuple[Calendars, Catalogue], executor: State, named_handler: Employed | None, at: datetime
) -> Iterator[Event]:
    calendars, catalogue = by
    to = key_of(executor).refs[0]
    case.in_phase(Phase.ACCEPTED)
    case.after(at)
    terms = _terms(case, catalogue, to)
    day = at.astimezone(CHINA).date()
    version = calendars.on(day)
    due = version.time.due(at, terms.limit)
    warn = version.time.warned(at, due, terms.limit.unit)
    who = _named(case, named_handler, to, day) if named_handler else None
    yield CaseDispatched(case.id, to, who, terms.revision, version.revision, *terms.limit, at, warn, due)


@decision(anyone=True)
def claim(case: Order, handler: Acting[Member], catalogue: Catalogue, *, at: datetime) -> Iterator[Event]:
    """Claim a dispatched order as a member registered with the community.
    党员领单。"""
    home = handler.homes.on(at.astimezone(CHINA).date())
    if home is None or home.of.community != case.community:
        raise MemberElsewhere(case.community)
    if handler.id == case.raiser:
        raise HandlerIsRaiser(case.raiser)
    if case.phase is Phase.CLAIMED and case.handler:
        if case.claim is None or at < case.claim.lapses_at:
            if case.handler == handler.id:
                return
            raise AlreadyClaimed(case.handler, case.claim.claimed_at if case.claim else case.running.began)
        yield ClaimLapsed(case.id, case.handler, case.claim.lapses_at)
    else:
        case.in_phase(Phase.DISPATCHED)
    case.after(at)
    hours = catalogue.terms[case.category].claim_hours
    yield CaseClaimed(case.id, handler.id, at, at + timedelta(hours=hours))


@decision()
def lapse_claim(case: Order, *, now: datetime) -> Iterator[Event]:
    """Record that a claim lapsed because no progress was told (BR-38).
    登记领单后无进展失效。"""
    if case.claim and case.phase is Phase.CLAIMED and case.claim.lapses_at <= now:
        yield ClaimLapsed(case.id, case.claim.handler, case.claim.lapses_at)


@reaction
def watch_claim(event: CaseClaimed) -> Iterator[Act]:
    """When a claim runs out, look whether progress was told.
    领单失效期满，即核对有无进展。"""
    yield act_at(event.lapses_at, lapse_claim, case=event.case)


def _named(case: Order, handler: Employed, executor: Ref[Any], day: date) -> Ref[Person]:
    if handler.id == case.raiser:
        raise HandlerIsRaiser(case.raiser)
    if executor.kind == "firm" and not handler.by(executor, day):
        raise HandlerElsewhere(executor)
    return handler.id


def _terms(case: Order, catalogue: Catalogue, executor: Ref[Any]) -> Terms:
    terms = catalogue.terms[case.category]
    if executor.kind not in EXECUTORS:
        raise ExecutorUnfit(executor)
    if executor.kind == "community" and not terms.community_duty:
        raise OutsideDuties(case.category, executor)
    return terms
