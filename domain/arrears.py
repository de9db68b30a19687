"""Arrears: who owes property fees in a compound, and since when.

Whoever is in arrears keeps their voice: a rating given in arrears counts and is flagged (BR-54). A member of an owners'
committee may have none (BR-26).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import Past, decision
from domain.events import Audience, Event, Ref
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State


class FeesFellDue(Event, audience=Audience.STAFF):
    """A person owes property fees in a compound from a date on.
    登记拖欠物业费。"""

    person: Ref[Person]
    compound: Ref[Compound]
    since: date


class FeesPaid(Event, audience=Audience.STAFF):
    """A person who owed property fees since one date owes none on another.
    登记物业费结清。"""

    person: Ref[Person]
    compound: Ref[Compound]
    since: date
    ended: date


class OwedAlready(Refusal):
    """This person owed fees in this compound from {since} to {until}, and a new period may not overlap.
    该人员在该小区 {since} 至 {until} 的欠费已登记，期间不得重叠。"""

    since: date
    until: date | None


class NothingOwed(Refusal):
    """This person owes nothing in this compound.
    该人员在该小区没有欠费。"""

    compound: Ref[Compound]


class Debtor(State):
    """Where a person owed property fees, and when.
    某人的欠费情况。"""

    id: Ref[Person]
    owing: Spells = Spells()

    def evolve(self, event: FeesFellDue | FeesPaid) -> "Debtor":
        match event:
            case FeesFellDue():
                return replace(self, owing=self.owing.begun(event.compound, event.since))
            case FeesPaid():
                return replace(self, owing=self.owing.over(event.compound, event.since, event.ended))

    def owes(self, compound: Ref[Compound], on: date) -> bool:
        return self.owing.on(on, compound) is not None


@decision(roles={Role.TOWN, Role.COMMUNITY})
def record_arrears(compound: Compound, person: Debtor, *, since: Past) -> Iterator[Event]:
    """Record that a person owes property fees in a compound.
    登记拖欠物业费。"""
    if present := person.owing.present(compound.id):
        check_same(since, present.since)
        return
    if before := next(
        (s for s in person.owing if s.of == compound.id and (s.overlaps(since) or s.since == since)), None
    ):
        raise OwedAlready(before.since, before.until)
    yield FeesFellDue(person.id, compound.id, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def settle_arrears(compound: Compound, person: Debtor, *, ended: Past) -> Iterator[Event]:
    """Record that a person who owed property fees has paid them.
    登记物业费结清。"""
    present = person.owing.present(compound.id)
    if present is None:
        if not person.owing.ended(compound.id, ended):
            raise NothingOwed(compound.id)
        return
    in_order(present.since, ended)
    yield FeesPaid(person.id, compound.id, present.since, ended)
