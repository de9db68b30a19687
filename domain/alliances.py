"""Alliances: a community convenes a Party-building alliance of units, firms, mass organisations and delegates (X85)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.firms import Firm
from domain.pairings import UnitKindUnfit
from domain.people import Person
from domain.periods import AlreadySo, PeriodReversed, Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit, UnitKind
from domain.words import Labelled, describe

describe(
    party_alliance=("The Party-building alliance.", "党建联盟。"),
    ally=("The unit or firm that is a member.", "成员单位或企业。"),
    ally_kind=("As what it is a member.", "成员类别。"),
)


class AllyKind(Labelled):
    """A kind of member of a Party-building alliance.
    党建联盟成员类别。"""

    RESIDENT_UNIT = "Resident unit", "驻区单位"
    PROPERTY_FIRM = "Property firm", "物业企业"
    MASS_ORGANISATION = "Mass organisation", "群团组织"
    PARTY_DELEGATE = "Party-congress delegate", "党代表"
    PEOPLES_DEPUTY = "People's-congress deputy", "人大代表"
    CPPCC_MEMBER = "CPPCC member", "政协委员"


DELEGATES = frozenset({AllyKind.PARTY_DELEGATE, AllyKind.PEOPLES_DEPUTY, AllyKind.CPPCC_MEMBER})
BY_UNIT = {UnitKind.RESIDENT_UNIT: AllyKind.RESIDENT_UNIT, UnitKind.MASS_ORGANISATION: AllyKind.MASS_ORGANISATION}


class PartyAllianceFormed(Event):
    """A community convened a Party-building alliance.
    组建党建联盟。"""

    party_alliance: Ref["PartyAlliance"]
    community: Ref[Community]
    since: date


class AllyJoined(Event):
    """A unit or firm joined a Party-building alliance.
    单位或企业加入党建联盟。"""

    party_alliance: Ref["PartyAlliance"]
    ally: Ref[PartnerUnit | Firm]
    ally_kind: AllyKind
    since: date


class AllyLeft(Event):
    """A unit or firm left a Party-building alliance.
    单位或企业退出党建联盟。"""

    party_alliance: Ref["PartyAlliance"]
    ally: Ref[PartnerUnit | Firm]
    since: date
    ended: date


class DelegateJoined(Event):
    """A delegate, deputy or CPPCC member joined a Party-building alliance.
    代表、委员（“两代表一委员”）加入党建联盟。"""

    party_alliance: Ref["PartyAlliance"]
    person: Ref[Person]
    ally_kind: AllyKind
    since: date


class DelegateLeft(Event):
    """A delegate, deputy or CPPCC member left a Party-building alliance.
    代表、委员（“两代表一委员”）退出党建联盟。"""

    party_alliance: Ref["PartyAlliance"]
    person: Ref[Person]
    since: date
    ended: date


class CommunityAllied(Refusal):
    """This community has an alliance since {since}.
    该社区自 {since} 起已有党建联盟。"""

    party_alliance: Ref["PartyAlliance"]
    since: date


class AllyKindUnfit(Refusal):
    """A person joins as one of {fit}, not as {ally_kind}.
    个人不能以该类别（{ally_kind}）加入。"""

    ally_kind: str
    fit: tuple[str, ...]


class NotAllied(Refusal):
    """This is no member of the alliance.
    不是该联盟成员。"""

    party_alliance: Ref["PartyAlliance"]


class CommunityAlliance(State):
    """The alliance of a community.
    社区的党建联盟。"""

    id: Ref[Community]
    formed: PartyAllianceFormed | None = None

    def evolve(self, event: PartyAllianceFormed) -> "CommunityAlliance":
        return replace(self, formed=event)


class PartyAlliance(State, within=Community):
    """A Party-building alliance and its members.
    党建联盟及其成员。"""

    id: Ref["PartyAlliance"]
    since: date = date.min
    allies: Spells = Spells()

    def evolve(
        self, event: PartyAllianceFormed | AllyJoined | AllyLeft | DelegateJoined | DelegateLeft
    ) -> "PartyAlliance":
        match event:
            case PartyAllianceFormed():
                return replace(self, since=event.since)
            case AllyJoined() | DelegateJoined():
                return replace(self, allies=self.allies.begun(_who(event), event.since))
            case AllyLeft() | DelegateLeft():
                return replace(self, allies=self.allies.over(_who(event), event.since, event.ended))

    def admits(self, who: Ref[Any], since: date) -> bool:
        """Whether it becomes a member now; it may be one already, since the same day."""
        if held := self.allies.present(who):
            check_same(since, held.since)
            return False
        if since < self.since:
            raise PeriodReversed(self.since, since)
        former = next((s for s in self.allies if s.of == who and (s.overlaps(since) or s.since == since)), None)
        if former:
            raise AlreadySo(former.since)
        return True

    def releases(self, who: Ref[Any], ended: date) -> date | None:
        """Since when it is a member that ceases to be; none if it ceased just that day."""
        held = self.allies.present(who)
        if held is None:
            if not self.allies.ended(who, ended):
                raise NotAllied(self.id)
            return None
        in_order(held.since, ended)
        return held.since


@decision(roles={Role.TOWN, Role.COMMUNITY})
def form(party_alliance: New[PartyAlliance], community: CommunityAlliance, *, since: date) -> Iterator[Event]:
    """Convene a community's Party-building alliance.
    组建社区党建联盟。"""
    if community.formed:
        raise CommunityAllied(community.formed.party_alliance, community.formed.since)
    yield PartyAllianceFormed(party_alliance.id, community.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def admit_unit(party_alliance: PartyAlliance, unit: PartnerUnit, *, since: date) -> Iterator[Event]:
    """Admit a resident unit or mass organisation to an alliance.
    驻区单位、群团组织加入党建联盟。"""
    if unit.kind not in BY_UNIT:
        raise UnitKindUnfit(unit.kind.name, tuple(kind.name for kind in BY_UNIT))
    if party_alliance.admits(unit.id, since):
        yield AllyJoined(party_alliance.id, unit.id, BY_UNIT[unit.kind], since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def admit_firm(party_alliance: PartyAlliance, firm: Firm, *, since: date) -> Iterator[Event]:
    """Admit a property firm to an alliance.
    物业企业加入党建联盟。"""
    if party_alliance.admits(firm.id, since):
        yield AllyJoined(party_alliance.id, firm.id, AllyKind.PROPERTY_FIRM, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def admit_delegate(
    party_alliance: PartyAlliance, person: Person, *, ally_kind: AllyKind, since: date
) -> Iterator[Event]:
    """Admit a Party-congress delegate, people's-congress deputy or CPPCC member to an alliance.
    代表、委员（“两代表一委员”）加入党建联盟。"""
    if ally_kind not in DELEGATES:
        raise AllyKindUnfit(ally_kind.name, tuple(sorted(kind.name for kind in DELEGATES)))
    if party_alliance.admits(person.id, since):
        yield DelegateJoined(party_alliance.id, person.id, ally_kind, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def release_unit(party_alliance: PartyAlliance, unit: PartnerUnit, *, ended: date) -> Iterator[Event]:
    """Record that a unit leaves an alliance.
    单位退出党建联盟。"""
    if since := party_alliance.releases(unit.id, ended):
        yield AllyLeft(party_alliance.id, unit.id, since, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def release_firm(party_alliance: PartyAlliance, firm: Firm, *, ended: date) -> Iterator[Event]:
    """Record that a firm leaves an alliance.
    企业退出党建联盟。"""
    if since := party_alliance.releases(firm.id, ended):
        yield AllyLeft(party_alliance.id, firm.id, since, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def release_delegate(party_alliance: PartyAlliance, person: Person, *, ended: date) -> Iterator[Event]:
    """Record that a delegate, deputy or CPPCC member leaves an alliance.
    代表、委员（“两代表一委员”）退出党建联盟。"""
    if since := party_alliance.releases(person.id, ended):
        yield DelegateLeft(party_alliance.id, person.id, since, ended)


def _who(event: AllyJoined | AllyLeft | DelegateJoined | DelegateLeft) -> Ref[Any]:
    return event.ally if isinstance(event, AllyJoined | AllyLeft) else event.person
