"""Chains: which Party organisation leads which, and which compounds and grids each covers.

Each organisation is led by at most one, which stands on a higher level, so that no chain closes into a ring. A compound
is attached to exactly one branch, a grid to one grid organisation; each may cover several, all in the community of its
own seat (BR-66). An organisation that others rely on is not dissolved; when one is, its secretary leaves office.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.grids import EffectiveDateOrder, Grid, GridDelineated, GridRetired, check_date
from domain.parties import (
    PartyKind,
    PartyOrganisation,
    PartyOrganisationDissolved,
    PartyOrganisationEstablished,
    check_stands,
)
from domain.periods import check_same, in_order
from domain.places import Community, Compound, CompoundRegistered
from domain.refusals import Refusal
from domain.roles import Role
from domain.secretaries import SecretaryAppointed, SecretaryLeft
from domain.states import State
from domain.words import describe

describe(
    parent=("The Party organisation that leads it.", "上级党组织。"),
    leaving=("The Party organisation that is left that day.", "同日脱离的党组织。"),
)

BRANCHES = frozenset({PartyKind.COMPOUND_BRANCH, PartyKind.JOINT_BRANCH})
GRID_ORGANISATIONS = frozenset({PartyKind.GRID_BRANCH, PartyKind.GRID_GROUP})


class LeadershipSet(Event):
    """A Party organisation is led by another from a date on.
    明确党组织隶属关系。"""

    party_organisation: Ref[PartyOrganisation]
    parent: Ref[PartyOrganisation]
    since: date


class LeadershipEnded(Event):
    """A Party organisation led by another since one date no longer is on another.
    解除党组织隶属关系。"""

    party_organisation: Ref[PartyOrganisation]
    parent: Ref[PartyOrganisation]
    since: date
    ended: date


class PlaceAttached(Event):
    """A compound or grid is covered by a Party organisation from a date on.
    小区、网格编入党组织。"""

    place: Ref[Compound | Grid]
    party_organisation: Ref[PartyOrganisation]
    since: date


class PlaceDetached(Event):
    """A compound or grid covered by a Party organisation since one date leaves it on another.
    小区、网格脱离党组织。"""

    place: Ref[Compound | Grid]
    party_organisation: Ref[PartyOrganisation]
    since: date
    ended: date


class LeaderOfAnotherCommunity(Refusal):
    """The organisation lies in {community} and the one to lead it in {of_leader}.
    该党组织在 {community}，拟隶属的党组织在 {of_leader}。"""

    rule = "BR-66"
    of_leader: Ref[Community]
    community: Ref[Community]


class LeaderNotAbove(Refusal):
    """The leading organisation stands on level {parent_level}, not above level {level}; a chain must not close.
    上级党组织为第 {parent_level} 级，须高于第 {level} 级，隶属关系不得成环。"""

    rule = "BR-66"
    level: int
    parent_level: int


class AlreadyLed(Refusal):
    """This Party organisation is led by {parent}; name it as the one that is left.
    该党组织现隶属于 {parent}，须指明同日脱离的上级党组织。"""

    rule = "BR-66"
    parent: Ref[PartyOrganisation]
    since: date


class PartyKindUnfit(Refusal):
    """A Party organisation of this kind covers no such place.
    该类党组织不能覆盖此类场所。"""

    rule = "BR-66"
    party_kind: str
    fit: tuple[str, ...]


class AlreadyAttached(Refusal):
    """This place is covered by {party_organisation}; name the organisation that it leaves.
    该场所已编入 {party_organisation}，须指明同日脱离的党组织。"""

    rule = "BR-66"
    party_organisation: Ref[PartyOrganisation]
    since: date


class OutsideCommunity(Refusal):
    """{place} lies in {community}; this Party organisation covers places of {covers} only.
    该场所（{place}）属于 {community}，该党组织只能覆盖 {covers} 的场所。"""

    rule = "BR-66"
    place: Ref[Any]
    community: Ref[Community]
    covers: Ref[Community] | None


class NotAttached(Refusal):
    """{place} is not covered by this Party organisation.
    该场所（{place}）未编入该党组织。"""

    rule = "BR-66"
    place: Ref[Any]
    party_organisation: Ref[PartyOrganisation]


class StillReliedOn(Refusal):
    """These still rely on this Party organisation: {followers}.
    仍有下级党组织、小区或网格隶属于该党组织：{followers}。"""

    rule = "BR-66"
    followers: tuple[Ref[Any], ...]


Link = (
    PartyOrganisationEstablished
    | LeadershipSet
    | LeadershipEnded
    | PlaceAttached
    | PlaceDetached
    | PartyOrganisationDissolved
)


class Leadership(State):
    """Who leads a Party organisation and who relies on it.
    党组织的隶属关系。"""

    id: Ref[PartyOrganisation]
    level: int = 0
    community: Ref[Community] | None = None
    since: date = date.min
    led: LeadershipSet | None = None
    followers: tuple[Ref[Any], ...] = ()
    last_left: date = date.min
    ended: date | None = None

    def evolve(self, event: Link) -> Self:
        match event:
            case PartyOrganisationEstablished():
                return replace(self, level=event.level, community=event.home, since=event.since)
            case PartyOrganisationDissolved():
                return replace(self, ended=event.ended)
            case LeadershipSet(party_organisation=self.id):
                return replace(self, led=event)
            case LeadershipEnded(party_organisation=self.id):
                return replace(self, led=None)
            case LeadershipSet() | PlaceAttached():
                return replace(self, followers=(*self.followers, _follower(event)))
            case LeadershipEnded() | PlaceDetached():
                rest = (each for each in self.followers if each != _follower(event))
                return replace(self, followers=tuple(rest), last_left=max(self.last_left, event.ended))


class Standing(Leadership):
    """What ends with a Party organisation.
    撤销党组织时随之终止的事项。"""

    id: Ref[PartyOrganisation]
    secretary: SecretaryAppointed | None = None

    def evolve(self, event: Link | SecretaryAppointed | SecretaryLeft) -> Self:
        match event:
            case SecretaryAppointed():
                later = self.secretary is None or self.secretary.since <= event.since
                return replace(self, secretary=event) if later else self
            case SecretaryLeft():
                in_office = self.secretary is not None and self.secretary.since == event.since
                return replace(self, secretary=None) if in_office else self
        return super().evolve(event)


class Attachment(State):
    """Which Party organisation covers a place, and which it left last.
    场所所编入的党组织。"""

    id: Ref[Any]
    community: Ref[Community] = Ref()
    since: date = date.min
    ended: date | None = None
    attached: PlaceAttached | None = None
    left: PlaceDetached | None = None

    def evolve(self, event: CompoundRegistered | GridDelineated | GridRetired | PlaceAttached | PlaceDetached) -> Self:
        match event:
            case CompoundRegistered():
                return replace(self, community=event.community)
            case GridDelineated():
                return replace(self, community=event.community, since=event.since)
            case GridRetired():
                return replace(self, ended=event.ended)
            case PlaceAttached(place=self.id):
                return replace(self, attached=event)
            case PlaceDetached(place=self.id):
                return replace(self, attached=None, left=event)
        return self  # another place's events also carry this one's tag, where its organisation lies here


class CompoundAttachment(Attachment):
    """Which branch covers a compound.
    小区所属党支部。"""

    id: Ref[Compound]


class GridAttachment(Attachment):
    """Which Party organisation covers a grid.
    网格所属党组织。"""

    id: Ref[Grid]


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def place_under(
    party_organisation: Leadership,
    parent: PartyOrganisation,
    leaving: PartyOrganisation | None = None,
    *,
    since: date,
) -> Iterator[Event]:
    """Place a Party organisation under the leadership of another; the former leader is named as left.
    明确上级党组织；变更隶属的，须指明原上级党组织。"""
    led = party_organisation.led
    if led and led.parent == parent.id:
        check_same(since, led.since)
        return
    check_stands(since, party_organisation.since, party_organisation.ended)
    check_stands(since, parent.since, parent.ended)
    if parent.community and party_organisation.community not in (None, parent.community):
        raise LeaderOfAnotherCommunity(parent.community, party_organisation.community)
    if parent.level >= party_organisation.level:
        raise LeaderNotAbove(party_organisation.level, parent.level)
    yield from _released(party_organisation, leaving, since)
    yield LeadershipSet(party_organisation.id, parent.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def attach_to_branch(
    compound: CompoundAttachment,
    party_organisation: PartyOrganisation,
    leaving: PartyOrganisation | None = None,
    *,
    since: date,
) -> Iterator[Event]:
    """Have a branch cover a compound.
    小区编入党支部。"""
    yield from _attached(compound, party_organisation, BRANCHES, leaving, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def attach_to_group(
    grid: GridAttachment,
    party_organisation: PartyOrganisation,
    leaving: PartyOrganisation | None = None,
    *,
    since: date,
) -> Iterator[Event]:
    """Have a grid Party group or branch cover a grid.
    网格编入网格党小组或党支部。"""
    yield from _attached(grid, party_organisation, GRID_ORGANISATIONS, leaving, since)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def detach_from_group(grid: GridAttachment, leaving: PartyOrganisation, *, ended: date) -> Iterator[Event]:
    """Record that a grid, to be retired, leaves its grid Party group or branch.
    网格撤销前脱离网格党小组或党支部。"""
    attached, left = grid.attached, grid.left
    if attached is None and left and (left.party_organisation, left.ended) == (leaving.id, ended):
        return
    if attached is None or attached.party_organisation != leaving.id:
        raise NotAttached(grid.id, leaving.id)
    yield _detached(attached, ended)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def dissolve(party_organisation: Standing, leaving: PartyOrganisation | None = None, *, ended: date) -> Iterator[Event]:
    """Dissolve a Party organisation that no other relies on; the one that leads it is named as left.
    撤销无下级隶属的党组织；有上级党组织的，须指明。"""
    if party_organisation.ended == ended:
        return
    check_stands(ended, party_organisation.since, party_organisation.ended)
    if party_organisation.followers:
        raise StillReliedOn(party_organisation.followers)
    if ended < party_organisation.last_left:
        raise EffectiveDateOrder(ended, party_organisation.last_left)
    yield from _released(party_organisation, leaving, ended)
    if secretary := party_organisation.secretary:
        yield SecretaryLeft(party_organisation.id, secretary.person, secretary.since, max(secretary.since, ended))
    yield PartyOrganisationDissolved(party_organisation.id, ended)


def _follower(event: LeadershipSet | LeadershipEnded | PlaceAttached | PlaceDetached) -> Ref[Any]:
    return event.place if isinstance(event, PlaceAttached | PlaceDetached) else event.party_organisation


def _released(organisation: Leadership, leaving: PartyOrganisation | None, ended: date) -> Iterator[Event]:
    if led := organisation.led:
        if leaving is None or leaving.id != led.parent:
            raise AlreadyLed(led.parent, led.since)
        in_order(led.since, ended)
        yield LeadershipEnded(organisation.id, led.parent, led.since, ended)


def _attached(
    place: Attachment,
    organisation: PartyOrganisation,
    fit: frozenset[PartyKind],
    leaving: PartyOrganisation | None,
    since: date,
) -> Iterator[Event]:
    former = place.attached
    if former and former.party_organisation == organisation.id:
        check_same(since, former.since)
        return
    check_date(since, place.since, place.ended)
    check_stands(since, organisation.since, organisation.ended)
    if organisation.kind not in fit:
        raise PartyKindUnfit(organisation.kind.name, tuple(sorted(kind.name for kind in fit)))
    if organisation.community != place.community:
        raise OutsideCommunity(place.id, place.community, organisation.community)
    if former:
        if leaving is None or leaving.id != former.party_organisation:
            raise AlreadyAttached(former.party_organisation, former.since)
        yield _detached(former, since)
    elif place.left and since < place.left.ended:
        raise AlreadyAttached(place.left.party_organisation, place.left.since)
    yield PlaceAttached(place.id, organisation.id, since)


def _detached(former: PlaceAttached, ended: date) -> Event:
    in_order(former.since, ended)
    return PlaceDetached(former.place, former.party_organisation, former.since, ended)
