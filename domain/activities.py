"""Activities: what a community schedules with its merchants and units, holds or cancels, and whom it reached.

Merchants and units take part until it is held or cancelled. Whom it reached is told in numbers only, once, after it was
held: nobody's name is recorded, and of minors nothing at all (BR-72).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.decisions import New, Past, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.merchants import Merchant
from domain.periods import check_same
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import Labelled, describe

describe(
    activity=("The activity.", "活动。"),
    activity_kind=("The kind of activity.", "活动类别。"),
    merchants=("The merchants that take part.", "参与的商户。"),
    units=("The units that take part.", "参与的单位。"),
    planned=("The day for which it is planned.", "计划日期。"),
    held=("The day on which it was held.", "举办日期。"),
    cancelled=("The day on which it was cancelled.", "取消日期。"),
    participant=("The merchant or unit that takes part.", "参与的商户或单位。"),
    merchant_count=("How many merchants served there.", "参与商户数。"),
    service_count=("How many kinds of service were offered.", "服务项目数。"),
    resident_count=("How many residents were served.", "服务居民人数。"),
)


class ActivityKind(Labelled):
    """A kind of activity.
    活动类别。"""

    FOOD_FESTIVAL = "Community food festival", "社区美食节"
    VOLUNTEER_FAIR = "Volunteer-service fair", "志愿服务大赶集"
    JOINT_ACTIVITY = "Joint activity of centre and units", "联合活动"
    COMMUNITY_CLASS = "Community class after school", "社区课堂"
    OTHER = "Another activity", "其他活动"


class ActivityScheduled(Event):
    """An activity was scheduled in a community.
    安排活动。"""

    activity: Ref["Activity"]
    community: Ref[Community]
    activity_kind: ActivityKind
    name: str
    planned: date


class ParticipantAdded(Event):
    """A merchant or unit takes part in an activity.
    商户或单位参与活动。"""

    activity: Ref["Activity"]
    community: Ref[Community]
    participant: Ref[Merchant | PartnerUnit]


class ActivityHeld(Event):
    """An activity was held.
    举办活动。"""

    activity: Ref["Activity"]
    community: Ref[Community]
    held: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class ActivityCancelled(Event):
    """An activity was cancelled.
    取消活动。"""

    activity: Ref["Activity"]
    community: Ref[Community]
    cancelled: date
    reason: Confidential


class ActivityOutcomeRecorded(Event):
    """Whom an activity reached, in numbers.
    登记活动成效。"""

    activity: Ref["Activity"]
    community: Ref[Community]
    merchant_count: int
    service_count: int
    resident_count: int


class ActivityOver(Refusal):
    """This activity was held on {held} or cancelled on {cancelled}.
    该活动已举办（{held}）或已取消（{cancelled}）。"""

    held: date | None
    cancelled: date | None


class ActivityNotHeld(Refusal):
    """This activity has not been held.
    该活动尚未举办。"""

    activity: Ref["Activity"]


class OutcomeOnRecord(Refusal):
    """The outcome is on record: {merchant_count} merchants, {service_count} services, {resident_count} residents.
    活动成效已登记：商户 {merchant_count} 家、服务 {service_count} 项、居民 {resident_count} 人。"""

    merchant_count: int
    service_count: int
    resident_count: int


class Activity(State, within=Community):
    """An activity of a community.
    社区活动。"""

    id: Ref["Activity"]
    community: Ref[Community] = Ref()
    held: date | None = None
    cancelled: date | None = None
    participants: frozenset[Ref[Any]] = frozenset()
    outcome: tuple[int, int, int] | None = None

    def evolve(
        self,
        event: ActivityScheduled | ParticipantAdded | ActivityHeld | ActivityCancelled | ActivityOutcomeRecorded,
    ) -> "Activity":
        match event:
            case ActivityScheduled():
                return replace(self, community=event.community)
            case ParticipantAdded():
                return replace(self, participants=self.participants | {event.participant})
            case ActivityHeld():
                return replace(self, held=event.held)
            case ActivityCancelled():
                return replace(self, cancelled=event.cancelled)
            case ActivityOutcomeRecorded():
                return replace(self, outcome=(event.merchant_count, event.service_count, event.resident_count))

    def check_open(self) -> None:
        if self.held or self.cancelled:
            raise ActivityOver(self.held, self.cancelled)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def schedule(
    activity: New[Activity], community: Community, *, activity_kind: ActivityKind, name: str, planned: date
) -> Iterator[Event]:
    """Schedule an activity in a community.
    安排社区活动。"""
    yield ActivityScheduled(activity.id, community.id, activity_kind, name, planned)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def add_participants(
    activity: Activity, merchants: tuple[Merchant, ...] = (), units: tuple[PartnerUnit, ...] = ()
) -> Iterator[Event]:
    """Record which merchants and units take part in an activity.
    登记参与活动的商户和单位。"""
    joining: list[Merchant | PartnerUnit] = [*merchants, *units]
    wanted = dict.fromkeys(each.id for each in joining if each.id not in activity.participants)
    if wanted:
        activity.check_open()
    for participant in wanted:
        yield ParticipantAdded(activity.id, activity.community, participant)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def hold(activity: Activity, evidence: tuple[Exhibit, ...] = (), *, held: Past) -> Iterator[Event]:
    """Record that a scheduled activity was held.
    登记活动已举办。"""
    if activity.held is not None:
        check_same(held, activity.held)
        return
    activity.check_open()
    yield ActivityHeld(activity.id, activity.community, held, tuple(each.id for each in evidence))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def record_held(
    activity: New[Activity],
    community: Community,
    units: tuple[PartnerUnit, ...] = (),
    evidence: tuple[Exhibit, ...] = (),
    *,
    activity_kind: ActivityKind,
    name: str,
    held: Past,
) -> Iterator[Event]:
    """Record at once an activity that was held, with the units that took part.
    一次登记已举办的活动及参与单位。"""
    yield ActivityScheduled(activity.id, community.id, activity_kind, name, held)
    for unit in dict.fromkeys(each.id for each in units):
        yield ParticipantAdded(activity.id, community.id, unit)
    yield ActivityHeld(activity.id, community.id, held, tuple(each.id for each in evidence))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def cancel(activity: Activity, *, cancelled: Past, reason: Confidential) -> Iterator[Event]:
    """Cancel an activity that was not held.
    取消尚未举办的活动。"""
    if activity.cancelled is not None:
        check_same(cancelled, activity.cancelled)
        return
    activity.check_open()
    yield ActivityCancelled(activity.id, activity.community, cancelled, reason)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def record_outcome(
    activity: Activity, *, merchant_count: int, service_count: int, resident_count: int
) -> Iterator[Event]:
    """Record in numbers whom a held activity reached.
    登记已举办活动的成效。"""
    told = merchant_count, service_count, resident_count
    if activity.outcome == told:
        return
    if activity.outcome is not None:
        raise OutcomeOnRecord(*activity.outcome)
    if activity.held is None:
        raise ActivityNotHeld(activity.id)
    yield ActivityOutcomeRecorded(activity.id, activity.community, *told)
