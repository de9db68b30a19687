"""Headships: leading groups of the county, each with one chair at a time (X10, BR-67)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(leading_group=("The leading group.", "领导小组。"))


class LeadingGroupEstablished(Event):
    """A leading group was established.
    成立领导小组。"""

    leading_group: Ref["LeadingGroup"]
    name: str
    since: date


class ChairAppointed(Event):
    """A person chairs a leading group from a date on.
    任命组长。"""

    leading_group: Ref["LeadingGroup"]
    person: Ref[Person]
    since: date


class ChairLeft(Event):
    """A person who chaired a leading group since one date leaves the chair on another.
    组长离任。"""

    leading_group: Ref["LeadingGroup"]
    person: Ref[Person]
    since: date
    ended: date


class ChairTaken(Refusal):
    """This group has a chair since {since}; name the holder as replaced, or end the term first.
    该领导小组自 {since} 起已有组长，须指明接替或先行离任。"""

    rule = "BR-67"
    holder: Ref[Person]
    since: date


class NotInChair(Refusal):
    """This person does not chair this group.
    该人员不是该领导小组组长。"""

    rule = "BR-67"
    person: Ref[Person]


class ChairTooEarly(Refusal):
    """The group exists from {since} on.
    该领导小组自 {since} 起成立。"""

    rule = "BR-67"
    since: date


class LeadingGroup(State):
    """A leading group and who chaired it when.
    领导小组及历任组长。"""

    id: Ref["LeadingGroup"]
    since: date = date.min
    chairs: Spells = Spells()

    def evolve(self, event: LeadingGroupEstablished | ChairAppointed | ChairLeft) -> "LeadingGroup":
        match event:
            case LeadingGroupEstablished():
                return replace(self, since=event.since)
            case ChairAppointed():
                return replace(self, chairs=self.chairs.begun(event.person, event.since))
            case ChairLeft():
                return replace(self, chairs=self.chairs.over(event.person, event.since, event.ended))

    def left(self, person: Ref[Person], ended: date) -> Iterator[Event]:
        held = self.chairs.present(person)
        if held is None and not self.chairs.ended(person, ended):
            raise NotInChair(person)
        if held is not None:
            in_order(held.since, ended)
            yield ChairLeft(self.id, person, held.since, ended)


@decision(roles={Role.COUNTY})
def establish(leading_group: New[LeadingGroup], *, name: str, since: date) -> Iterator[Event]:
    """Establish a leading group.
    成立领导小组。"""
    yield LeadingGroupEstablished(leading_group.id, name, since)


@decision(roles={Role.COUNTY})
def appoint_chair(
    leading_group: LeadingGroup, person: Person, replacing: Person | None = None, *, since: date
) -> Iterator[Event]:
    """Appoint the chair of a leading group.
    任命领导小组组长。"""
    if held := leading_group.chairs.present(person.id):
        check_same(since, held.since)
        return
    if since < leading_group.since:
        raise ChairTooEarly(leading_group.since)
    leaving = leading_group.chairs.present(replacing.id) if replacing else None
    if replacing:
        yield from leading_group.left(replacing.id, since)
    for spell in leading_group.chairs:
        if spell != leaving and spell.overlaps(since):
            raise ChairTaken(spell.of, spell.since)
    yield ChairAppointed(leading_group.id, person.id, since)


@decision(roles={Role.COUNTY})
def end_chair(leading_group: LeadingGroup, person: Person, *, ended: date) -> Iterator[Event]:
    """Record that a chair leaves.
    组长离任。"""
    yield from leading_group.left(person.id, ended)
