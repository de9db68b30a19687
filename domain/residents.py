"""Residents: who lives or owns a home in which compound, and since when; whoever speaks as a resident is one (BR-54).

A person may own homes in several compounds and live in another. Where the compound is divided, the building may be
named; what is decided in a grid or a building then finds its residents.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from domain.decisions import decision
from domain.events import Audience, Event, Ref
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.places import Building, BuildingRegistered, Community, Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    dwelling=(
        "The building of the home, or its compound where no building is named.",
        "住所所在楼栋；未指明楼栋的为小区。",
    ),
    residence_kind=("As what the person is in the compound.", "在小区的身份。"),
)


class ResidenceKind(Labelled):
    """What a person is in a compound.
    在小区的身份。"""

    OWNER = "Owner", "业主"
    OCCUPANT = "Occupant", "住户"


class ResidentRegistered(Event, audience=Audience.STAFF):
    """A person owns or occupies a home in a compound from a date on.
    登记小区业主或住户。"""

    person: Ref[Person]
    compound: Ref[Compound]
    community: Ref[Community]
    dwelling: Ref[Building | Compound]
    residence_kind: ResidenceKind
    since: date


class ResidentLeft(Event, audience=Audience.STAFF):
    """A person who owned or occupied a home in a compound since one date no longer does on another.
    业主或住户迁出。"""

    person: Ref[Person]
    compound: Ref[Compound]
    dwelling: Ref[Building | Compound]
    residence_kind: ResidenceKind
    since: date
    ended: date


class BuildingElsewhere(Refusal):
    """{building} is a building of {compound}.
    楼栋 {building} 属于小区 {compound}。"""

    building: Ref[Building]
    compound: Ref[Compound]


class ResidentAlready(Refusal):
    """This person is on record there as that since {since}, and a new period may not overlap.
    该人员自 {since} 起已在该处登记为此身份，期间不得重叠。"""

    since: date
    until: date | None


class NoSuchResident(Refusal):
    """This person is not on record there as that.
    该人员未在该处登记为此身份。"""

    dwelling: Ref[Any]


class Home(NamedTuple):
    """A home: where, and as what."""

    compound: Ref[Compound]
    community: Ref[Community]
    dwelling: Ref[Any]
    kind: ResidenceKind

    def lies_in(self, places: frozenset[Ref[Any]]) -> bool:
        return not places.isdisjoint({self.compound, self.community, self.dwelling})


class Resident(State):
    """The homes that a person owned or occupied, and when.
    某人的住所。"""

    id: Ref[Person]
    homes: Spells = Spells()

    def evolve(self, event: ResidentRegistered | ResidentLeft) -> "Resident":
        match event:
            case ResidentRegistered():
                home = Home(event.compound, event.community, event.dwelling, event.residence_kind)
                return replace(self, homes=self.homes.begun(home, event.since))
            case ResidentLeft():
                spell = self.here(event.dwelling, event.residence_kind).present()
                return replace(self, homes=self.homes.over(spell.of, event.since, event.ended)) if spell else self

    def here(self, dwelling: Ref[Any], kind: ResidenceKind) -> Spells:
        return Spells(s for s in self.homes if (s.of.dwelling, s.of.kind) == (dwelling, kind))

    def among(self, places: frozenset[Ref[Any]], on: date) -> ResidenceKind | None:
        """As what the person has a home in any of these places on a day; an owner counts as that."""
        kinds = {spell.of.kind for spell in self.homes if spell.holds(on) and spell.of.lies_in(places)}
        return next((kind for kind in ResidenceKind if kind in kinds), None)


class BuildingSite(State):
    """The compound that a building stands in.
    楼栋所在小区。"""

    id: Ref[Building]
    compound: Ref[Compound] = Ref()

    def evolve(self, event: BuildingRegistered) -> "BuildingSite":
        return replace(self, compound=event.compound)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def register_resident(
    compound: Compound,
    person: Resident,
    building: BuildingSite | None = None,
    *,
    residence_kind: ResidenceKind,
    since: date,
) -> Iterator[Event]:
    """Record that a person owns or occupies a home in a compound.
    登记小区业主或住户。"""
    if building is not None and building.compound != compound.id:
        raise BuildingElsewhere(building.id, building.compound)
    house: Ref[Any] = building.id if building else compound.id
    known = person.here(house, residence_kind)
    if present := known.present():
        check_same(since, present.since)
        return
    if other := next((s for s in known if s.overlaps(since) or s.since == since), None):
        raise ResidentAlready(other.since, other.until)
    yield ResidentRegistered(person.id, compound.id, compound.community, house, residence_kind, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def end_residence(
    compound: Compound,
    person: Resident,
    building: Building | None = None,
    *,
    residence_kind: ResidenceKind,
    ended: date,
) -> Iterator[Event]:
    """Record that a person no longer owns or occupies a home in a compound.
    登记业主或住户迁出。"""
    house: Ref[Any] = building.id if building else compound.id
    known = person.here(house, residence_kind)
    present = known.present()
    if present is None:
        if not any(spell.until == ended for spell in known):
            raise NoSuchResident(house)
        return
    in_order(present.since, ended)
    yield ResidentLeft(person.id, compound.id, house, residence_kind, present.since, ended)
