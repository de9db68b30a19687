"""Work orders: accepted cases on their way through the four lists, as far as decisions look at them (BR-30).

What happens to them is in `stages`; what is decided, in `dispatches`, `handlings` and `returns`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from domain.calendars import Version
from domain.cases import BeforeTheLast, Case, CaseAccepted, CaseCorrected, CaseMerged, CaseNotAccepted, CaseReported
from domain.categories import Category
from domain.events import Event, Ref
from domain.limits import Light, Limit, light
from domain.people import Person
from domain.places import Community, Compound
from domain.refusals import Refusal
from domain.stages import (
    CaseClaimed,
    CaseClosed,
    CaseDispatched,
    CaseEscalated,
    CaseExtended,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseReturnAsked,
    CaseReturnDeclined,
    CaseReturned,
    ClaimLapsed,
    HandlingReported,
    Phase,
    ProgressTold,
    VerificationFailed,
)
from domain.states import State


class PhaseUnfit(Refusal):
    """This case is {phase}; that is done only while it is {needed}.
    该事件当前阶段为 {phase}，此操作仅限于 {needed}。"""

    code, rule = "CASE_PHASE", "BR-30"
    labels = (Phase,)
    phase: str
    needed: tuple[str, ...]


class Leg(NamedTuple):
    """One run from dispatch or reopening to handling, with its limit."""

    limit: Limit
    calendar: int
    began: datetime
    due: datetime
    used: int = 0

    def spent(self, version: Version, on: datetime) -> tuple[int, int, Light, bool]:
        """Minutes used by a moment, minutes of the whole limit, the light, and whether the limit is kept (BR-40)."""
        used = self.used + version.time.used(self.began, on, self.limit.unit)
        whole = self.used + version.time.used(self.began, self.due, self.limit.unit)
        kept = on <= self.due
        return used, whole, light(used, whole) if kept else Light.RED, kept


NOBODY: Mapping[str, Any] = {"executor": None, "handler": None, "claim": None, "asked": None}


class Order(State):
    """A case on its way through the four lists.
    办理中的事件。"""

    id: Ref[Case]
    phase: Phase = Phase.REPORTED
    compound: Ref[Compound] = Ref()
    community: Ref[Community] = Ref()
    category: Ref[Category] = Ref()
    raiser: Ref[Person] = Ref()
    executor: Ref[Any] | None = None
    handler: Ref[Person] | None = None
    claim: CaseClaimed | None = None
    leg: Leg | None = None
    pausing: CasePaused | None = None
    asked: CaseReturnAsked | None = None
    first: Limit | None = None
    """The limit of the first leg."""
    last: datetime | None = None
    closed: datetime | None = None
    on_time: bool = True
    escalated: bool = False
    """Whether it went to the county, which alone hands it out again."""
    rework_no: int = 0
    return_no: int = 0

    def evolve(
        self,
        event: CaseReported
        | CaseAccepted
        | CaseNotAccepted
        | CaseMerged
        | CaseCorrected
        | CaseDispatched
        | CaseClaimed
        | ClaimLapsed
        | ProgressTold
        | CaseReturnAsked
        | CaseReturned
        | CaseReturnDeclined
        | CaseEscalated
        | CasePaused
        | CaseResumed
        | CaseExtended
        | HandlingReported
        | VerificationFailed
        | CaseReopened
        | CaseClosed,
    ) -> "Order":
        steps = (self._reported, self._dispatched, self._returned, self._handled, self._paused)
        return replace(self, **{name: value for step in steps for name, value in step(event).items()})

    def _reported(self, event: Event) -> Mapping[str, Any]:
        match event:
            case CaseReported():
                told = {name: getattr(event, name) for name in ("compound", "community", "category", "raiser")}
                return {**told, "last": event.reported_at}
            case CaseCorrected():
                return {"category": event.category}
            case CaseAccepted():
                return {"phase": Phase.ACCEPTED}
            case CaseNotAccepted():
                return {"phase": Phase.NOT_ACCEPTED}
            case CaseMerged(case=self.id):
                return {"phase": Phase.MERGED}
        return {}

    def _dispatched(self, event: Event) -> Mapping[str, Any]:
        match event:
            case CaseDispatched():
                limit, began = Limit(event.limit_number, event.limit_unit), event.dispatched_at
                leg = Leg(limit, event.calendar_revision, began, event.due_at)
                phase = Phase.CLAIMED if event.named_handler else Phase.DISPATCHED
                given = {"executor": event.executor, "handler": event.named_handler, "leg": leg, "last": began}
                return {**NOBODY, **given, "phase": phase, "first": self.first or limit}
            case CaseClaimed():
                return {"phase": Phase.CLAIMED, "handler": event.handler, "claim": event, "last": event.claimed_at}
            case ClaimLapsed():
                return {"phase": Phase.DISPATCHED, "handler": None, "claim": None, "asked": None}
        return {}

    def _returned(self, event: Event) -> Mapping[str, Any]:
        match event:
            case CaseReturnAsked():
                return {"asked": event}
            case CaseReturnDeclined():
                return {"asked": None}
            case CaseEscalated():
                return {"escalated": True}
            case CaseReturned():
                kept = self.on_time and event.on_time
                return {**NOBODY, "phase": Phase.ACCEPTED, "return_no": event.return_no, "on_time": kept}
        return {}

    def _handled(self, event: Event) -> Mapping[str, Any]:
        match event:
            case ProgressTold():
                return {"claim": None, "last": event.told_at}
            case HandlingReported():
                kept = self.on_time and event.on_time
                ended = {"claim": None, "asked": None, "last": event.handled_at}
                return {"phase": Phase.HANDLED, "on_time": kept, **ended}
            case VerificationFailed():
                return {"last": event.verified_at}
            case CaseReopened():
                limit = Limit(event.limit_number, event.limit_unit)
                leg = Leg(limit, self.running.calendar, event.reopened_at, event.due_at)
                number = {"rework_no": event.rework_no, "closed": None}
                return {"phase": Phase.CLAIMED, "leg": leg, "last": event.reopened_at, **number}
            case CaseClosed():
                return {"phase": Phase.CLOSED, "closed": event.closed_at, "last": event.closed_at}
        return {}

    def _paused(self, event: Event) -> Mapping[str, Any]:
        match event:
            case CasePaused():
                leg = self.running._replace(used=event.used_minutes)
                paused = {"phase": Phase.PAUSED, "pausing": event, "last": event.paused_at}
                return {**paused, "leg": leg, "claim": None}  # somebody is at it: the claim no longer lapses
            case CaseResumed():
                leg = self.running._replace(began=event.resumed_at, due=event.due_at)
                return {"phase": Phase.CLAIMED, "pausing": None, "leg": leg, "last": event.resumed_at}
            case CaseExtended():
                return {"leg": self.running._replace(due=event.due_at)}
        return {}

    def in_phase(self, *needed: Phase) -> None:
        """Refuse what is not done in the phase that it is in."""
        if self.phase not in needed:
            raise PhaseUnfit(self.phase.name, tuple(phase.name for phase in needed))

    def after(self, happened: datetime) -> None:
        """Refuse what is dated before the step before."""
        if self.last and happened < self.last:
            raise BeforeTheLast(happened, self.last)

    @property
    def running(self) -> Leg:
        """The leg that is being handled; only in phases that have one."""
        if self.leg is None:
            raise PhaseUnfit(self.phase.name, (Phase.DISPATCHED.name,))
        return self.leg
