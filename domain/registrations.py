"""Registrations: an in-post Party member registers with the community of residence, one at a time (BR-65).

The member is placed in the grid that covers the residence, the nearest, as a part-time grid worker. Who moves house
ends one registration and begins another; with it the placement ends.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, Self

from domain.coverages import BuildingCover, CompoundCover
from domain.decisions import decision
from domain.events import Audience, Event, Ref
from domain.grids import Grid
from domain.pairings import Partner
from domain.people import Person
from domain.periods import Spell, Spells, check_same, in_order
from domain.places import Building, Community, Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import Labelled, describe

describe(
    residence=("The building, or compound that is one place, where the person lives.", "居住的楼栋或整体小区。"),
    placement_reason=("Why the member is in this grid.", "编入该网格的理由。"),
    nearest_grid=("The grid that covered the residence then, if any.", "当时覆盖居住地的网格；尚未覆盖的为空。"),
)


class PlacementReason(Labelled):
    """Why a member is placed in a grid.
    在职党员编入网格的理由。"""

    NEAREST = "It is the nearest", "就近就便"
    BALANCE = "Overall balance", "统筹调配"


class MemberRegistered(Event):
    """An in-post Party member registered with the community of residence.
    在职党员到居住地社区报到。"""

    person: Ref[Person]
    community: Ref[Community]
    unit: Ref[PartnerUnit]
    since: date


class ResidenceStated(Event, audience=Audience.STAFF):
    """Where a member lives who registered as of a day.
    登记在职党员的居住地。"""

    person: Ref[Person]
    residence: Ref[Building | Compound]
    since: date


class RegistrationEnded(Event):
    """A member who was registered with a community since one date no longer is from another on.
    终止在职党员报到。"""

    person: Ref[Person]
    community: Ref[Community]
    unit: Ref[PartnerUnit]
    since: date
    ended: date


class MemberPlaced(Event, audience=Audience.STAFF):
    """A registered member serves in a grid, as a part-time grid worker, from a date on.
    在职党员编入网格，担任兼职网格员。"""

    person: Ref[Person]
    grid: Ref[Grid]
    placement_reason: PlacementReason
    nearest_grid: Ref[Grid] | None
    since: date


class PlacementEnded(Event, audience=Audience.STAFF):
    """A member who served in a grid since one date leaves it on another.
    在职党员退出网格。"""

    person: Ref[Person]
    grid: Ref[Grid]
    since: date
    ended: date


class AlreadyRegistered(Refusal):
    """This member is registered with {community} since {since}; one community is the limit.
    该党员自 {since} 起已在 {community} 报到，只能在一个社区报到。"""

    rule = "BR-65"
    community: Ref[Community]
    since: date
    until: date | None


class NotRegistered(Refusal):
    """This member is not registered with this community, or was not that day.
    该党员未在该社区报到，或当日未报到。"""

    rule = "BR-65"
    community: Ref[Community]


class ResidenceUnfit(Refusal):
    """Say where the member lives: one building of the community, or a compound that is not divided into buildings.
    须填写本社区内的一处居住地：一栋楼，或未按楼栋划分的整体小区。"""

    rule = "BR-65"
    residence: Ref[Any] | None
    community: Ref[Community]


class Home(NamedTuple):
    """With which community, and of which unit."""

    community: Ref[Community]
    unit: Ref[PartnerUnit]


class Member(State):
    """Where an in-post member was registered and in which grids placed, and when.
    在职党员的报到与编入网格情况。"""

    id: Ref[Person]
    homes: Spells = Spells()
    residence: Ref[Any] | None = None
    grids: Spells = Spells()

    def evolve(
        self, event: MemberRegistered | ResidenceStated | RegistrationEnded | MemberPlaced | PlacementEnded
    ) -> Self:
        match event:
            case MemberRegistered():
                return replace(self, homes=self.homes.begun(Home(event.community, event.unit), event.since))
            case ResidenceStated():
                return replace(self, residence=event.residence)
            case RegistrationEnded():
                ended = (s._replace(until=event.ended) if s.since == event.since else s for s in self.homes)
                return replace(self, homes=Spells(ended))
            case MemberPlaced():
                return replace(self, grids=self.grids.begun(event.grid, event.since))
            case PlacementEnded():
                return replace(self, grids=self.grids.over(event.grid, event.since, event.ended))

    def left(self, ended: date) -> Iterator[Event]:
        """The placement ends, if there is one."""
        if placed := self.grids.present():
            yield PlacementEnded(self.id, placed.of, placed.since, max(placed.since, ended))


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def register_with_community(
    person: Member,
    community: Community,
    unit: Partner,
    building: BuildingCover | None = None,
    compound: CompoundCover | None = None,
    *,
    since: date,
) -> Iterator[Event]:
    """Register an in-post Party member with the community of residence, and place the member in the nearest grid.
    在职党员到居住地社区报到，并编入就近网格。"""
    home = living(community.id, building, compound)
    held = person.homes.present()
    if held and (held.of, person.residence) == (Home(community.id, unit.id), home.id):
        check_same(since, held.since)
        return
    _check_free(person, since)
    unit.check_exists()
    yield MemberRegistered(person.id, community.id, unit.id, since)
    yield ResidenceStated(person.id, home.id, since)
    if home.grid is not None:
        yield MemberPlaced(person.id, home.grid, PlacementReason.NEAREST, home.grid, max(since, home.since))


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def end_registration(person: Member, community: Community, *, ended: date) -> Iterator[Event]:
    """End a member's registration with a community, as on moving house; hours served stay with it.
    终止在职党员在某社区的报到（如迁居），已服务时长仍归该社区。"""
    held = person.homes.present()
    if held is None or held.of.community != community.id:
        if not any((s.of.community, s.until) == (community.id, ended) for s in person.homes):
            raise NotRegistered(community.id)
        return
    in_order(held.since, ended)
    yield from person.left(ended)
    yield RegistrationEnded(person.id, community.id, held.of.unit, held.since, ended)


def living(
    community: Ref[Community], building: BuildingCover | None, compound: CompoundCover | None
) -> BuildingCover | CompoundCover:
    """The one place that is meant, which lies in the community."""
    home = building or compound
    if home is None or (building and compound) or home.community != community or (compound and compound.divided):
        raise ResidenceUnfit(home.id if home else None, community)
    return home


def registered(person: Member, community: Ref[Community], on: date) -> Spell:
    """The registration with a community that day."""
    held = person.homes.on(on)
    if held is None or held.of.community != community:
        raise NotRegistered(community)
    return held


def _check_free(person: Member, since: date) -> None:
    for held in person.homes:
        if held.overlaps(since) or held.since == since:
            raise AlreadyRegistered(held.of.community, held.since, held.until)
