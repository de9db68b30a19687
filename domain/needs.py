"""Needs and resources: two of the three lists, and their matching without claiming anything twice (BR-90, X84).

What a resource can give is claimed by needs, never more than there is, however many match at once; a claim that is not
used by its day lapses. A need is met by what was done for it, and closes by an evaluated result or with a reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any

from domain.activities import Activity, ActivityCancelled, ActivityHeld, ActivityNotHeld, ActivityScheduled
from domain.bodies import CHINA
from domain.decisions import New, Past, Text, decision
from domain.evaluations import MOST, ScoreUnfit
from domain.events import Confidential, Event, Hundredths, Ref
from domain.periods import in_order
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
    expires_on=("The last day to use the claim.", "认领有效截止日期。"),
    met_no=("The number of the meeting of this need, from 1 on.", "落实序号，自 1 起。"),
    met_on=("The day on which it was done.", "落实日期。"),
    by_activity=("The activity by which it was done.", "落实活动。"),
    need_score=("How the result is rated, 100.00 at most.", "成效评价得分（满分 100.00）。"),
)


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
    expires_on: date


class NeedMet(Event):
    """Some of a need was met, out of a resource.
    需求落实。"""

    need: Ref["Need"]
    resource: Ref["Resource"]
    met_no: int
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


class OffererUnfit(Refusal):
    """A unit, firm, merchant or organisation offers a resource; private persons are not listed.
    资源由单位、企业、商户或组织提供，不登记个人。"""

    rule = "BR-90"


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
    listed: date = date.min
    met: int = 0
    meetings: int = 0
    claims: Mapping[tuple[Ref[Any], date], int] = field(default_factory=lambda: MappingProxyType({}))
    """By resource and last day, what is claimed and not used yet."""
    closed: bool = False

    def evolve(self, event: NeedListed | NeedMatched | MatchLapsed | NeedMet | NeedEvaluated | NeedWithdrawn) -> "Need":
        match event:
            case NeedListed():
                return replace(self, community=event.community, wanted=event.quantity, listed=event.listed_on)
            case NeedMatched():
                return self._claiming((event.resource, event.expires_on), event.quantity)
            case MatchLapsed():
                return self._claiming((event.resource, event.expires_on), -event.quantity)
            case NeedMet():
                return replace(self._using(event), met=self.met + event.quantity, meetings=event.met_no)
        return replace(self, closed=True)

    def _claiming(self, claim: tuple[Ref[Any], date], more: int) -> "Need":
        return replace(self, claims={**self.claims, claim: self.claims.get(claim, 0) + more})

    def _using(self, event: NeedMet) -> "Need":
        """What ends first is used first."""
        need, left = self, event.quantity
        for claim, held in sorted(self.claims.items(), key=lambda each: each[0][1]):
            if claim[0] == event.resource:
                need, left = need._claiming(claim, -min(held, left)), left - min(held, left)
        return need

    def claimed(self, resource: Ref[Any]) -> int:
        return sum(held for claim, held in self.claims.items() if claim[0] == resource)

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
    held: bool = False

    def evolve(self, event: ActivityScheduled | ActivityHeld | ActivityCancelled) -> "Held":
        if isinstance(event, ActivityScheduled):
            return replace(self, community=event.community)
        return replace(self, held=isinstance(event, ActivityHeld))


OFFERERS = frozenset({"partner_unit", "firm", "merchant", "party_organisation", "committee", "community"})
LISTERS = frozenset({Role.TOWN, Role.COMMUNITY, Role.BRANCH})


@decision(roles=LISTERS | {Role.GRID_WORKER})
def list_need(
    need: New[Need],
    community: Community,
    *,
    need_text: Annotated[str, Text(500)],
    quantity: int,
    listed_on: Past,
) -> Iterator[Event]:
    """Put a need on the list; it names no private person.
    列入需求清单，不得载明个人信息。"""
    _check_quantity(quantity)
    yield NeedListed(need.id, community.id, need_text, quantity, listed_on)


@decision(roles=LISTERS)
def list_resource(
    resource: New[Resource],
    community: Community,
    offered_by: State,
    *,
    resource_text: Annotated[str, Text(500)],
    quantity: int,
    listed_on: Past,
) -> Iterator[Event]:
    """Put on the list what a unit, merchant, firm or organisation offers.
    列入资源清单。"""
    _check_quantity(quantity)
    offerer = key_of(offered_by).refs[0]
    if offerer.kind not in OFFERERS:
        raise OffererUnfit
    yield ResourceListed(resource.id, community.id, offerer, resource_text, quantity, listed_on)


@decision(roles=LISTERS)
def match(need: Need, resource: Resource, *, quantity: int, expires_on: date, now: datetime) -> Iterator[Event]:
    """Claim some of a resource for a need.
    需求与资源对接认领。"""
    need.check_open()
    in_order(now.astimezone(CHINA).date(), expires_on)
    if resource.community != need.community:
        raise NotOfThisCommunity
    _check_quantity(quantity, need.open)
    if quantity > resource.available:
        raise CapacityExceeded(resource.available)
    yield NeedMatched(need.id, resource.id, quantity, expires_on)


@decision(roles=LISTERS)
def meet(
    need: Need, resource: Resource, by_activity: Held | None = None, *, quantity: int, met_on: Past
) -> Iterator[Event]:
    """Record that some of what a need claimed was done, perhaps by an activity.
    登记需求落实情况。"""
    need.check_open()
    in_order(need.listed, met_on)
    if by_activity and by_activity.community != need.community:
        raise NotOfThisCommunity
    if by_activity and not by_activity.held:
        raise ActivityNotHeld(by_activity.id)
    claimed = need.claimed(resource.id)
    if not claimed:
        raise NeedNotMatched((need.id,))
    _check_quantity(quantity, claimed)
    by = by_activity.id if by_activity else None
    yield NeedMet(need.id, resource.id, need.meetings + 1, by, quantity, met_on)


@decision(roles=LISTERS)
def evaluate(need: Need, *, need_score: Hundredths) -> Iterator[Event]:
    """Rate what was done for a need, and close it.
    评价需求成效并办结。"""
    need.check_open()
    if need_score > MOST:
        raise ScoreUnfit(need_score, MOST)
    if need.met < need.wanted:
        raise NothingDone(need.wanted - need.met)
    yield NeedEvaluated(need.id, need_score)


@decision(roles=LISTERS | {Role.GRID_WORKER})
def withdraw(need: Need, *, reason: Confidential) -> Iterator[Event]:
    """Withdraw a need, with the reason; what it claimed is free again.
    撤回需求，释放已认领资源。"""
    need.check_open()
    for (resource, expires_on), claimed in need.claims.items():
        if claimed:
            yield MatchLapsed(need.id, resource, claimed, expires_on)
    yield NeedWithdrawn(need.id, reason)


@decision()
def lapse_match(need: Need, resource: Resource, *, expires_on: date) -> Iterator[Event]:
    """Free what was claimed and not used in time (BR-90).
    释放逾期未落实的认领。"""
    left = need.claims.get((resource.id, expires_on), 0)
    if left and not need.closed:
        yield MatchLapsed(need.id, resource.id, left, expires_on)


@reaction
def watch_match(event: NeedMatched) -> Iterator[Act]:
    """On the day after its last a claim lapses, as far as it was not used.
    认领到期未落实的自动失效。"""
    inputs = {"need": event.need, "resource": event.resource, "expires_on": event.expires_on}
    yield act_on(event.expires_on + timedelta(days=1), lapse_match, **inputs)


def _check_quantity(quantity: int, most: int = 1_000_000) -> None:
    if not 1 <= quantity <= most:
        raise QuantityUnfit(quantity, most)
