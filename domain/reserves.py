"""Reserves: the persons from whom a community's secretaries are chosen, until they are promoted or removed (X29).

A person is in the reserve of one community at a time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Event, Ref
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(reserve_end=("How the person left the reserve.", "离开后备队伍的情形。"))


class ReserveEnd(Labelled):
    """How somebody leaves a reserve.
    离开后备队伍的情形。"""

    PROMOTED = "Promoted to a post", "提拔任用"
    REMOVED = "Removed", "调整出库"


class ReserveCadreAdded(Event):
    """A person joined the reserve from which a community's secretaries are chosen.
    列入社区党组织书记后备干部。"""

    person: Ref[Person]
    community: Ref[Community]
    since: date


class ReserveCadreLeft(Event):
    """A person who was in a community's reserve since one date left it on another.
    离开社区党组织书记后备干部队伍。"""

    person: Ref[Person]
    community: Ref[Community]
    reserve_end: ReserveEnd
    since: date
    ended: date


class InAnotherReserve(Refusal):
    """This person has been in the reserve of {community} since {since}.
    该人员自 {since} 起已是 {community} 的后备干部。"""

    rule = "BR-67"
    community: Ref[Community]
    since: date


class NotInReserve(Refusal):
    """This person is not in the reserve of {community}.
    该人员不是 {community} 的后备干部。"""

    rule = "BR-67"
    community: Ref[Community]


class Reserve(State):
    """The reserves that a person was in, and when.
    后备干部情况。"""

    id: Ref[Person]
    spells: Spells = Spells()

    def evolve(self, event: ReserveCadreAdded | ReserveCadreLeft) -> "Reserve":
        if isinstance(event, ReserveCadreAdded):
            return replace(self, spells=self.spells.begun(event.community, event.since))
        return replace(self, spells=self.spells.over(event.community, event.since, event.ended))


@decision(roles={Role.COUNTY})
def add_to_reserve(community: Community, person: Reserve, *, since: date) -> Iterator[Event]:
    """Add a person to the reserve of a community's secretaries.
    列入社区党组织书记后备干部。"""
    if held := person.spells.present(community.id):
        check_same(since, held.since)
        return
    if other := person.spells.in_the_way(community.id, since):
        raise InAnotherReserve(other.of, other.since)
    yield ReserveCadreAdded(person.id, community.id, since)


@decision(roles={Role.COUNTY})
def remove_from_reserve(
    community: Community, person: Reserve, *, reserve_end: ReserveEnd, ended: date
) -> Iterator[Event]:
    """Record that a person leaves the reserve: promoted, or removed from it.
    后备干部提拔任用或调整出库。"""
    held = person.spells.present(community.id)
    if held is None:
        if not person.spells.ended(community.id, ended):
            raise NotInReserve(community.id)
        return
    in_order(held.since, ended)
    yield ReserveCadreLeft(person.id, community.id, reserve_end, held.since, ended)
