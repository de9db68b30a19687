"""Contacts: each county leader keeps contact with exactly one community and one compound.

A place has at most one leader at a time and a leader at most one place of a kind (BR-63). When a leader is transferred
both contacts end the same day, and the places are vacant from then on; gaps are listed, not refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.people import Person
from domain.periods import check_same, in_order
from domain.places import Community, Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State


class ContactAssigned(Event):
    """A county leader keeps contact with a place from a date on.
    县级领导包联。"""

    place: Ref[Community | Compound]
    person: Ref[Person]
    since: date


class ContactEnded(Event):
    """A county leader who kept contact with a place since one date ceases to on another.
    终止包联。"""

    place: Ref[Community | Compound]
    person: Ref[Person]
    since: date
    ended: date


class LeaderEngaged(Refusal):
    """This leader keeps contact with {place} since {since}; one place of a kind is the limit.
    该领导自 {since} 起已包联 {place}，同类场所只能包联一处。"""

    rule = "BR-63"
    place: Ref[Any]
    since: date


class PlaceHasLeader(Refusal):
    """{place} has a leader since {since}, and may have one only.
    该场所（{place}）自 {since} 起已有包联领导，只能有一名。"""

    rule = "BR-63"
    place: Ref[Any]
    leader: Ref[Person]
    since: date


class PlaceUnnamed(Refusal):
    """Name a community, a compound or both.
    须指明社区、小区或两者。"""


class NotInContact(Refusal):
    """This leader does not keep contact with {place}.
    该领导未包联 {place}。"""

    rule = "BR-63"
    place: Ref[Any]


class Kept(NamedTuple):
    """A contact as both sides remember it: the latest of its kind, over or not."""

    place: Ref[Any]
    person: Ref[Person]
    since: date
    ended: date | None = None

    def overlaps(self, since: date) -> bool:
        return self.ended is None or since < self.ended

    def is_by(self, person: Ref[Person]) -> bool:
        return self.person == person and self.ended is None


class PlaceContact(State):
    """The leader that keeps contact with a place.
    场所的包联领导。"""

    id: Ref[Any]
    kept: Kept | None = None

    def evolve(self, event: ContactAssigned | ContactEnded) -> Self:
        match event:
            case ContactAssigned(place=self.id):
                return replace(self, kept=Kept(event.place, event.person, event.since))
            case ContactEnded(place=self.id):
                return replace(self, kept=Kept(event.place, event.person, event.since, event.ended))
        return self  # a compound's events also carry its community's tag


class CommunityContact(PlaceContact):
    """The leader that keeps contact with a community.
    社区的包联领导。"""

    id: Ref[Community]


class CompoundContact(PlaceContact):
    """The leader that keeps contact with a compound.
    小区的包联领导。"""

    id: Ref[Compound]


class Leader(State):
    """The places that a county leader keeps contact with, the latest of each kind.
    县级领导的包联场所。"""

    id: Ref[Person]
    kept: tuple[Kept, ...] = ()

    def evolve(self, event: ContactAssigned | ContactEnded) -> "Leader":
        others = tuple(kept for kept in self.kept if kept.place.kind != event.place.kind)
        ended = event.ended if isinstance(event, ContactEnded) else None
        return replace(self, kept=(*others, Kept(event.place, event.person, event.since, ended)))

    def kept_of(self, kind: str) -> Kept | None:
        return next((kept for kept in self.kept if kept.place.kind == kind), None)


@decision(roles={Role.COUNTY})
def assign_contact(
    person: Leader,
    community: CommunityContact | None = None,
    compound: CompoundContact | None = None,
    *,
    since: date,
) -> Iterator[Event]:
    """Have a county leader keep contact with a community, a compound or both.
    确定县级领导包联的社区和小区。"""
    _check_named(community, compound)
    for place in (community, compound):
        if place and place.kept and place.kept.is_by(person.id):
            check_same(since, place.kept.since)
        elif place:
            yield _assigned(person, place, since)


@decision(roles={Role.COUNTY})
def end_contact(
    person: Leader,
    community: CommunityContact | None = None,
    compound: CompoundContact | None = None,
    *,
    ended: date,
) -> Iterator[Event]:
    """End a county leader's contact with a community, a compound or both.
    终止县级领导对社区、小区的包联。"""
    _check_named(community, compound)
    for place in (community, compound):
        if place and (place.kept is None or place.kept.person != person.id):
            raise NotInContact(place.id)
        if place and place.kept and place.kept.ended != ended:
            yield _ended(place.kept, ended)


def _check_named(*places: PlaceContact | None) -> None:
    if not any(places):
        raise PlaceUnnamed


def _assigned(person: Leader, place: PlaceContact, since: date) -> Event:
    engaged = person.kept_of(place.id.kind)
    if engaged and engaged.overlaps(since):
        raise LeaderEngaged(engaged.place, engaged.since)
    if place.kept and place.kept.overlaps(since):
        raise PlaceHasLeader(place.id, place.kept.person, place.kept.since)
    return ContactAssigned(place.id, person.id, since)


def _ended(kept: Kept, ended: date) -> Event:
    if kept.ended is not None:
        raise NotInContact(kept.place)
    in_order(kept.since, ended)
    return ContactEnded(kept.place, kept.person, kept.since, ended)
