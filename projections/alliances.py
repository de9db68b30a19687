"""Alliances as people see them: the Party-building alliance of a community and its members by kind."""

from datetime import date
from typing import ClassVar

from domain import alliances, firms, people, places, units
from domain.events import Ref
from projections.rows import Changes, Row, around, by, its, new, put


class PartyAlliance(Row, frozen=True, kw_only=True):
    """A community's Party-building alliance.
    社区党建联盟。"""

    id: Ref[alliances.PartyAlliance]
    community: Ref[places.Community]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {alliances.PartyAllianceFormed: new()}
    lists: ClassVar = (by("community"),)
    orders: ClassVar = ("since",)


def allied(event: alliances.AllyJoined | alliances.AllyLeft) -> str:
    return f"{event.party_alliance}@{event.ally}@{event.since}"


def delegated(event: alliances.DelegateJoined | alliances.DelegateLeft) -> str:
    return f"{event.party_alliance}@{event.person}@{event.since}"


class Ally(Row, frozen=True, kw_only=True):
    """A member of a Party-building alliance, from a date to a date.
    党建联盟成员。"""

    id: str
    party_alliance: Ref[alliances.PartyAlliance]
    community: Ref[places.Community] | None
    ally_kind: alliances.AllyKind
    ally: Ref[units.PartnerUnit | firms.Firm] | None = None
    person: Ref[people.Person] | None = None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        alliances.AllyJoined: new(key=allied, community=around("community")),
        alliances.AllyLeft: put(key=allied, until=its.ended),
        alliances.DelegateJoined: new(key=delegated, community=around("community")),
        alliances.DelegateLeft: put(key=delegated, until=its.ended),
    }
    plural: ClassVar = "allies"
    lists: ClassVar = (by("party_alliance"), by("community"), by("ally_kind"), by("ally"))
    orders: ClassVar = ("since",)
