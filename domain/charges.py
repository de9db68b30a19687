"""Charges: who answers for a venue: one in overall charge, one who coordinates, and staff who cooperate (Q49)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.venues import Venue, VenueClosed, VenueRegistered
from domain.words import Labelled, describe

describe(charge=("How the person answers for the venue.", "责任分工。"))


class Charge(Labelled):
    """How somebody answers for a venue.
    对阵地负责的方式。"""

    OVERALL = "In overall charge", "总负责"
    COORDINATING = "Coordinates", "具体协调"
    COOPERATING = "Cooperates", "密切配合"


class ResponsibilityAssigned(Event):
    """A person answers for a venue from a date on.
    明确阵地责任人。"""

    venue: Ref[Venue]
    person: Ref[Person]
    charge: Charge
    since: date


class ResponsibilityEnded(Event):
    """A person who answered for a venue since one date no longer does from another on.
    阵地责任终止。"""

    venue: Ref[Venue]
    person: Ref[Person]
    charge: Charge
    since: date
    ended: date


class ChargeTaken(Refusal):
    """Somebody answers so for this venue since {since}; end that first.
    该阵地自 {since} 起已有人承担此责任，须先行终止。"""

    rule = "BR-67"
    holder: Ref[Person]
    since: date


class NotInCharge(Refusal):
    """This person does not answer so for this venue.
    该人员未承担该阵地的此项责任。"""

    rule = "BR-67"
    person: Ref[Person]


class Charges(Venue):
    """Who answered for a venue, how and when.
    阵地责任分工情况。"""

    id: Ref[Venue]
    spells: Spells = Spells()

    def evolve(self, event: VenueRegistered | VenueClosed | ResponsibilityAssigned | ResponsibilityEnded) -> Self:
        match event:
            case ResponsibilityAssigned():
                return replace(self, spells=self.spells.begun((event.charge, event.person), event.since))
            case ResponsibilityEnded():
                of = event.charge, event.person
                return replace(self, spells=self.spells.over(of, event.since, event.ended))
        return super().evolve(event)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def assign_charge(venue: Charges, person: Person, *, charge: Charge, since: date) -> Iterator[Event]:
    """Have a person answer for a venue; one is in overall charge and one coordinates.
    明确阵地责任人；总负责、具体协调各一人。"""
    if held := venue.spells.present((charge, person.id)):
        check_same(since, held.since)
        return
    venue.check_open(since)
    for spell in venue.spells:
        mine = spell.of[0] is charge and (charge is not Charge.COOPERATING or spell.of[1] == person.id)
        if mine and spell.overlaps(since):
            raise ChargeTaken(spell.of[1], spell.since)
    yield ResponsibilityAssigned(venue.id, person.id, charge, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def end_charge(venue: Charges, person: Person, *, charge: Charge, ended: date) -> Iterator[Event]:
    """Record that a person no longer answers for a venue.
    终止阵地责任。"""
    held = venue.spells.present((charge, person.id))
    if held is None and not venue.spells.ended((charge, person.id), ended):
        raise NotInCharge(person.id)
    if held is not None:
        in_order(held.since, ended)
        yield ResponsibilityEnded(venue.id, person.id, charge, held.since, ended)
