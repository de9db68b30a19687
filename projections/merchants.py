"""Merchants as people find them: who is in which alliance, from when to when."""

from datetime import date
from typing import ClassVar

from domain import merchants, places
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, new, put


class Alliance(Row, frozen=True, kw_only=True):
    """The merchants' alliance of a community.
    社区商圈联盟。"""

    id: Ref[merchants.Alliance]
    community: Ref[places.Community]
    name: str
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {merchants.AllianceFormed: new()}
    lists: ClassVar = (by("community"),)
    orders: ClassVar = ("name", "since")


class Merchant(Row, frozen=True, kw_only=True):
    """A merchant of a community.
    商户。"""

    id: Ref[merchants.Merchant]
    community: Ref[places.Community]
    name: str

    on: ClassVar[Changes] = {merchants.MerchantRegistered: new()}
    lists: ClassVar = (by("community"),)
    orders: ClassVar = ("name",)


def affiliation(event: merchants.MerchantJoined | merchants.MerchantLeft) -> str:
    return f"{event.alliance}@{event.merchant}@{event.since}"


class AllianceMember(Row, frozen=True, kw_only=True):
    """A merchant in an alliance, from a date to a date.
    商户加入联盟的一段时期。"""

    id: str
    alliance: Ref[merchants.Alliance]
    merchant: Ref[merchants.Merchant]
    community: Ref[places.Community] | None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        merchants.MerchantJoined: new(key=affiliation, community=around("community")),
        merchants.MerchantLeft: put(key=affiliation, until=its.ended),
    }
    lists: ClassVar = (by("alliance"), by("merchant"), by("community"))
    orders: ClassVar = ("since", "until")


counts(
    "allianceMerchants",
    "商圈联盟商户",
    "Merchants in alliances",
    AllianceMember,
    where=lambda row: row.until is None,
    thing=lambda row: row.merchant,
)
