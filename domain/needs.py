"""Needs and resources: two of the three lists, and their matching without claiming anything twice (BR-90, X84).

What a resource can give is claimed by needs, never more than there is, however many match at once; a claim that is not
used by its day lapses. A need is met by what was done for it, and closes by an evaluated result or with a reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any

from domain.activities import Activity, ActivityScheduled
from domain.decisions import New, Text, decision
from domain.events import Confidential, Event, Hundredths, Ref
from domain.periods import check_come, in_order
from domain.places import Community
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State, key_of
from domain.words import describe

describe(
    need=("The need.", "需求。"),
    resource=("The resource.", "资源。"),
    need_text=("What is needed.", "需求内容。"),
    resource_text=("What there is.", "资源内容。"),
    offered_by=("Who offers it.", "资源提供方。"),
    quantity=("How many.", "数量。"),
    listed_on=("The day on which it was listed.", "列入清单日期。"),
    expires_on=("The day from which on the claim lapses if it is not used.", "认领失效日期。"),
    met_on=("The day on which it was done.", "落实日期。"),
    by_activity=("The activity by which it was done.", "落实活动。"),
    need_score=("How the result is rated, 100.00 at most.", "成效评价得分（满分 100.00）。"),
)

MOST = Hundredths(100_00)


class NeedListed(Event):
    """A need was put on the list.
    列入需求清单。"""

    need: Ref["Need"]
    community: Ref[Community]
    need_text: str
    quantity: int
    listed_on: date


class ResourceListed(Event):
    """A resource was put on the list.
    列入资源清单。"""

    resource: Ref["Resource"]
    community: Ref[Community]
    offered_by: Ref[Any]
    resource_text: str
    quantity: int
    listed_on: date


class NeedMatched(Event):
    """A need claims some of a resource.
    需求与资源对接。"""

    need: Ref["Need"]
    resource: Ref["Resource"]
    quantity: int
    expires_on: date


class MatchLapsed(Event):
    """What a need claimed of a resource was not used in time, and is free again.
    对接逾期失效，资源释放。"""

    need: Ref["Need"]
    resource: Ref["Resource"]
    quantity: int


class NeedMet(Event):
    """Some of a need was met, out of a resource.
    需求落实。"""

    need: Ref["Need"]
    resource: Ref["Resource"]
    by_activity: Ref[Activity] | None
    quantity: int
    met_on: date


class NeedEvaluated(Event):
    """What was done for a need was rated, and the need closed.
    需求成效评价并办结。"""

    need: Ref["Need"]
    need_score: Hundredths


class NeedWithdrawn(Event):
    """A need was withdrawn, with the reason.
    撤回需求。"""

    need: Ref["Need"]
    reason: Confidential


class QuantityUnfit(Refusal):
    """One at least, and {most_quantity} at most.
    数量至少为 1，最多为 {most_quantity}。"""

    rule = "BR-90"
    quantity: int
    most_quantity: int


class CapacityExceeded(Refusal):
    """Of this resource {available} are not claimed.
    该资源尚可认领 {available}。"""

    rule = "BR-90"
    available: int


class NeedNotMatched(Refusal):
    """These needs are matched with no resource: {unmatched}.
    以下需求尚未对接资源：{unmatched}。"""

    rule = "BR-90"
    unmatched: tuple[Ref["Need"], ...]


class NeedClosed(Refusal):
    """This need is closed.
    该需求已办结或撤回。"""

    rule = "BR-90"


class NothingDone(Refusal):
    """{open_quantity} of this need are not met; it is rated when all are.
    尚有 {open_quantity} 未落实，全部落实后方可评价。"""

    rule = "BR-90"
    open_quantity: int


class NotOfThisCommunity(Refusal):
    """Need, resource and activity are of one community.
    需求、资源与活动须属同一社区。"""

    rule = "BR-90"


class Need(State, within=Community):
    """A need: how much, what claims it has, and what was done.
    需求。"""

    id: Ref["Need"]
    community: Ref[Community] = Ref()
    wanted: int = 0
    met: int = 0
    claims: Mapping[Ref[Any], int] = field(default_factory=lambda: MappingProxyType({}))
    """By resource, what is claimed and not used yet."""
    closed: bool = False

    def evolve(self, event: NeedListed | NeedMatched | MatchLapsed | NeedMet | NeedEvaluated | NeedWithdrawn) -> "Need":
        match event:
            case NeedListed():
                return replace(self, community=event.community, wanted=event.quantity)
            case NeedMatched():
                return self._claiming(event.resource, event.quantity)
            case MatchLapsed():
                return self._claiming(event.resource, -event.quantity)
            case NeedMet():
                return replace(self._claiming(event.resource, -event.quantity), met=self.met + event.quantity)
        return replace(self, closed=True)

    def _claiming(self, resource: Ref[Any], more: int) -> "Need":
        return replace(self, claims={**self.claims, resource: self.claims.get(resource, 0) + more})

    @property
    def open(self) -> int:
        """What is neither met nor claimed."""
        return self.wanted - self.met - sum(self.claims.values())

    @property
    def matched(self) -> bool:
        return bool(self.met or sum(self.claims.values()))

    def check_open(self) -> None:
        if self.closed:
            raise NeedClosed


class Resource(State, within=Community):
    """A resource: how much there is, and how much of it is claimed or used.
    资源。"""

    id: Ref["Resource"]
    community: Ref[Community] = Ref()
    capacity: int = 0
    claimed: int = 0

    def evolve(self, event: ResourceListed | NeedMatched | MatchLapsed) -> "Resource":
        match event:
            case ResourceListed():
                return replace(self, community=event.community, capacity=event.quantity)
            case NeedMatched():
                return replace(self, claimed=self.claimed + event.quantity)
            case MatchLapsed():
                return replace(self, claimed=self.claimed - event.quantity)

    @property
    def available(self) -> int:
        return self.capacity - self.claimed


class Held(State):
    """Where an activity is of, and whether it was held.
    活动所属社区。"""

    id: Ref[Activity]
    community: Ref[Community] = Ref()

    def evolve(self, event: ActivityScheduled) -> "Held":
        return replace(self, community=event.community)


LISTERS = frozenset({Role.TOWN, Role.COMMUNITY, Role.BRANCH})


@decision(roles=LISTERS | {Role.GRID_WORKER})
def list_need(
    need: New[Need],
    community: Community,
    *,
    need_text: Annotated[str, Text(500)],
    quantity: int,
    listed_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Put a need on the list; it names no private person.
    列入需求清单，不得载明个人信息。"""
    check_come(listed_on, now)
    _check_quantity(quantity)
    yield NeedListed(need.id, community.id, need_text, quantity, listed_on)


@decision(roles=LISTERS | {Role.UNIT, Role.MERCHANT})
def list_resource(
    resource: New[Resource],
    community: Community,
    offered_by: State,
    *,
    resource_text: Annotated[str, Text(500)],
    quantity: int,
    listed_on: date,
    now: datetime,
) -> Iterator[Event]:
    """Put on the list what a unit, merchant, firm or organisation offers.
    列入资源清单。"""
    check_come(listed_on, now)
    _check_quantity(quantity)
    yield ResourceListed(resource.id, community.id, key_of(offered_by).refs[0], resource_text, quantity, listed_on)


@decision(roles=LISTERS)
def match(need: Need, resource: Resource, *, quantity: int, expires_on: date, now: datetime) -> Iterator[Event]:
    """Claim some of a resource for a need.
    需求与资源对接认领。"""
    need.check_open()
    in_order(now.date(), expires_on)
    if resource.community != need.community:
        raise NotOfThisCommunity
    _check_quantity(quantity, need.open)
    if quantity > resource.available:
        raise CapacityExceeded(resource.available)
    yield NeedMatched(need.id, resource.id, quantity, expires_on)


@decision(roles=LISTERS)
def meet(
    need: Need, resource: Resource, by_activity: Held | None = None, *, quantity: int, met_on: date, now: datetime
) -> Iterator[Event]:
    """Record that some of what a need claimed was done, perhaps by an activity.
    登记需求落实情况。"""
    need.check_open()
    check_come(met_on, now)
    if by_activity and by_activity.community != need.community:
        raise NotOfThisCommunity
    claimed = need.claims.get(resource.id, 0)
    if not claimed:
        raise NeedNotMatched((need.id,))
    _check_quantity(quantity, claimed)
    yield NeedMet(need.id, resource.id, by_activity.id if by_activity else None, quantity, met_on)


@decision(roles=LISTERS)
def evaluate(need: Need, *, need_score: Hundredths) -> Iterator[Event]:
    """Rate what was done for a need, and close it.
    评价需求成效并办结。"""
    need.check_open()
    if need_score > MOST:
        raise QuantityUnfit(need_score, MOST)
    if need.met < need.wanted:
        raise NothingDone(need.wanted - need.met)
    yield NeedEvaluated(need.id, need_score)


@decision(roles=LISTERS | {Role.GRID_WORKER})
def withdraw(need: Need, *, reason: Confidential) -> Iterator[Event]:
    """Withdraw a need, with the reason; what it claimed is free again.
    撤回需求，释放已认领资源。"""
    need.check_open()
    for resource, claimed in need.claims.items():
        if claimed:
            yield MatchLapsed(need.id, resource, claimed)
    yield NeedWithdrawn(need.id, reason)


@decision()
def lapse_match(need: Need, resource: Resource, *, quantity: int) -> Iterator[Event]:
    """Free what was claimed and not used in time (BR-90).
    释放逾期未落实的认领。"""
    left = min(quantity, need.claims.get(resource.id, 0))
    if left and not need.closed:
        yield MatchLapsed(need.id, resource.id, left)


@reaction
def watch_match(event: NeedMatched) -> Iterator[Act]:
    """On its day a claim lapses, as far as it was not used.
    认领到期未落实的自动失效。"""
    inputs = {"need": event.need, "resource": event.resource, "quantity": event.quantity}
    yield act_on(event.expires_on + timedelta(days=1), lapse_match, **inputs)


def _check_quantity(quantity: int, most: int = 1_000_000) -> None:
    if not 1 <= quantity <= most:
        raise QuantityUnfit(quantity, most)
