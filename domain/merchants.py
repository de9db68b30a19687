"""Merchants: the merchants of a community and the alliance that they join and leave.

A community has one alliance. A merchant is in an alliance once at a time, and only in that of its own community.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.periods import Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    alliance=("The merchants' alliance.", "商圈联盟。"),
    merchant=("The merchant.", "商户。"),
)


class AllianceFormed(Event):
    """The merchants of a community formed an alliance.
    成立商圈联盟。"""

    alliance: Ref["Alliance"]
    community: Ref[Community]
    name: str
    since: date


class MerchantRegistered(Event):
    """A merchant of a community was registered.
    登记商户。"""

    merchant: Ref["Merchant"]
    community: Ref[Community]
    name: str


class MerchantJoined(Event):
    """A merchant is in an alliance from a date on.
    商户加入商圈联盟。"""

    alliance: Ref["Alliance"]
    merchant: Ref["Merchant"]
    since: date


class MerchantLeft(Event):
    """A merchant that was in an alliance since one date leaves it on another.
    商户退出商圈联盟。"""

    alliance: Ref["Alliance"]
    merchant: Ref["Merchant"]
    since: date
    ended: date


class AllianceExists(Refusal):
    """This community has an alliance already: {alliance}.
    该社区已有商圈联盟（{alliance}）。"""

    alliance: Ref["Alliance"]


class MerchantElsewhere(Refusal):
    """This merchant is of {community}, another community.
    该商户属于其他社区（{community}）。"""

    community: Ref[Community]


class JoinedTooEarly(Refusal):
    """The merchant was in the alliance until {until}, or the alliance begins that day; {since} is earlier.
    加入日 {since} 早于该商户上次退出之日或联盟成立之日（{until}）。"""

    since: date
    until: date


class NotInAlliance(Refusal):
    """This merchant is not in {alliance}.
    该商户不在该商圈联盟（{alliance}）内。"""

    alliance: Ref["Alliance"]


class Alliance(State, within=Community):
    """A merchants' alliance.
    商圈联盟。"""

    id: Ref["Alliance"]
    community: Ref[Community] = Ref()
    since: date = date.min

    def evolve(self, event: AllianceFormed) -> "Alliance":
        return replace(self, community=event.community, since=event.since)


class Merchant(State, within=Community):
    """A merchant.
    商户。"""

    id: Ref["Merchant"]
    community: Ref[Community] = Ref()

    def evolve(self, event: MerchantRegistered) -> "Merchant":
        return replace(self, community=event.community)


class CommunityAlliance(State):
    """The alliance of a community.
    社区的商圈联盟。"""

    id: Ref[Community]
    alliance: Ref[Alliance] | None = None

    def evolve(self, event: AllianceFormed) -> "CommunityAlliance":
        return replace(self, alliance=event.alliance)


class Affiliation(State):
    """The alliances that a merchant is and was in.
    商户加入联盟的情况。"""

    id: Ref[Merchant]
    community: Ref[Community] = Ref()
    spells: Spells = Spells()

    def evolve(self, event: MerchantRegistered | MerchantJoined | MerchantLeft) -> "Affiliation":
        match event:
            case MerchantRegistered():
                return replace(self, community=event.community)
            case MerchantJoined():
                return replace(self, spells=self.spells.begun(event.alliance, event.since))
            case MerchantLeft():
                return replace(self, spells=self.spells.over(event.alliance, event.since, event.ended))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def form(alliance: New[Alliance], community: CommunityAlliance, *, name: str, since: date) -> Iterator[Event]:
    """Form the merchants' alliance of a community.
    成立社区商圈联盟。"""
    if community.alliance is not None:
        raise AllianceExists(community.alliance)
    yield AllianceFormed(alliance.id, community.id, name, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def register(merchant: New[Merchant], community: Community, *, name: str) -> Iterator[Event]:
    """Register a merchant of a community.
    登记商户。"""
    yield MerchantRegistered(merchant.id, community.id, name)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def join_alliance(merchant: Affiliation, alliance: Alliance, *, since: date) -> Iterator[Event]:
    """Have a merchant join the alliance of its community.
    商户加入商圈联盟。"""
    if merchant.community != alliance.community:
        raise MerchantElsewhere(merchant.community)
    present = merchant.spells.present(alliance.id)
    if present is not None:
        check_same(since, present.since)
        return
    earliest = max((spell.until for spell in merchant.spells if spell.until), default=alliance.since)
    if since < max(earliest, alliance.since):
        raise JoinedTooEarly(since, max(earliest, alliance.since))
    yield MerchantJoined(alliance.id, merchant.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def leave_alliance(merchant: Affiliation, alliance: Alliance, *, ended: date) -> Iterator[Event]:
    """Record that a merchant leaves an alliance.
    商户退出商圈联盟。"""
    present = merchant.spells.present(alliance.id)
    if present is None and merchant.spells.ended(alliance.id, ended):
        return
    if present is None:
        raise NotInAlliance(alliance.id)
    in_order(present.since, ended)
    yield MerchantLeft(alliance.id, merchant.id, present.since, ended)
