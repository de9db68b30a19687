"""Kinships: who is whose spouse, parent or child, as far as it was recorded; whoever is close to an interested party
is one too (BR-54).

It is sensitive: only staff see it, and only rules about conflicts of interest ask. What relatives do with a firm is
noted of the person too, so that one look at a person tells all interests; that follows by itself, whichever is entered
first.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from domain.decisions import Past, decision
from domain.employments import EmploymentBegun, EmploymentKind, EmploymentOver
from domain.events import Audience, Event, Ref
from domain.firms import Firm
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.reactions import Act, act, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    relative=("The person's spouse, parent or child.", "配偶或直系亲属。"),
    kinship_kind=("How they are related.", "亲属关系。"),
)


class KinshipKind(Labelled):
    """How two people are related, as far as a conflict of interest goes.
    亲属关系。"""

    SPOUSE = "Spouse", "配偶"
    DIRECT = "Parent, child or other direct relative", "直系亲属"


class KinshipRecorded(Event, audience=Audience.STAFF):
    """Two people are close relatives from a date on.
    登记近亲属关系。"""

    person: Ref[Person]
    relative: Ref[Person]
    kinship_kind: KinshipKind
    since: date


class KinshipEnded(Event, audience=Audience.STAFF):
    """Two people who were close relatives since one date no longer are on another.
    近亲属关系解除。"""

    person: Ref[Person]
    relative: Ref[Person]
    kinship_kind: KinshipKind
    since: date
    ended: date


class KinInterestNoted(Event, audience=Audience.STAFF):
    """A relative of the person was with a firm from a date on, perhaps to a date.
    关联登记：近亲属在物业企业任职或持股。"""

    person: Ref[Person]
    relative: Ref[Person]
    firm: Ref[Firm]
    employment_kind: EmploymentKind
    since: date
    until: date | None


class OwnRelative(Refusal):
    """Nobody is a relative of themselves.
    不能将本人登记为本人亲属。"""

    person: Ref[Person]


class RelatedAlready(Refusal):
    """These two are on record as related so since {since}, and a new period may not overlap.
    此二人自 {since} 起已登记该亲属关系，期间不得重叠。"""

    since: date


class NotRelated(Refusal):
    """These two are not on record as related so.
    未登记此二人的该亲属关系。"""

    relative: Ref[Person]


class Interest(NamedTuple):
    """That somebody was with a firm as something from a day on, and until another if it is over."""

    person: Ref[Person]
    firm: Ref[Firm]
    kind: EmploymentKind
    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


class Kin(State):
    """A person's relatives; what the person does with firms, and as whose relative's interest that was noted.
    某人的近亲属及与企业的利害关系。"""

    id: Ref[Person]
    relatives: Spells = Spells()
    own: tuple[Interest, ...] = ()
    noted: frozenset[tuple[Ref[Person], Interest]] = frozenset()
    theirs: tuple[Interest, ...] = ()

    def evolve(
        self, event: KinshipRecorded | KinshipEnded | EmploymentBegun | EmploymentOver | KinInterestNoted
    ) -> "Kin":
        match event:
            case KinshipRecorded():
                return replace(self, relatives=self.relatives.begun(self.named(event), event.since))
            case KinshipEnded():
                return replace(self, relatives=self.relatives.over(self.named(event), event.since, event.ended))
            case EmploymentBegun():
                return replace(self, own=(*self.own, _interest(event, None)))
            case EmploymentOver():
                begun = _interest(event, None)
                return replace(self, own=tuple(_interest(event, event.ended) if i == begun else i for i in self.own))
            case KinInterestNoted():
                interest = Interest(event.relative, event.firm, event.employment_kind, event.since, event.until)
                if event.relative == self.id:
                    return replace(self, noted=self.noted | {(event.person, interest)})
                return replace(self, theirs=(*(i for i in self.theirs if i[:4] != interest[:4]), interest))

    def named(self, event: KinshipRecorded | KinshipEnded) -> tuple[Ref[Person], KinshipKind]:
        """The other of the two, and how they are related."""
        return event.relative if event.person == self.id else event.person, event.kinship_kind


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def record_kinship(person: Kin, relative: Person, *, kinship_kind: KinshipKind, since: Past) -> Iterator[Event]:
    """Record that two people are close relatives; it is told of both.
    登记近亲属关系，双方互为亲属。"""
    if relative.id == person.id:
        raise OwnRelative(person.id)
    other = (relative.id, kinship_kind)
    if present := person.relatives.present(other):
        check_same(since, present.since)
        return
    if before := next((s for s in person.relatives if s.of == other and (s.overlaps(since) or s.since == since)), None):
        raise RelatedAlready(before.since)
    yield KinshipRecorded(person.id, relative.id, kinship_kind, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def end_kinship(person: Kin, relative: Person, *, kinship_kind: KinshipKind, ended: Past) -> Iterator[Event]:
    """Record that two people are no longer close relatives.
    登记近亲属关系解除。"""
    other = (relative.id, kinship_kind)
    present = person.relatives.present(other)
    if present is None:
        if not person.relatives.ended(other, ended):
            raise NotRelated(relative.id)
        return
    in_order(present.since, ended)
    yield KinshipEnded(person.id, relative.id, kinship_kind, present.since, ended)


@decision()
def note_interests(person: Kin) -> Iterator[Event]:
    """Note of each relative what the person does or did with firms (BR-54).
    将某人与企业的利害关系登记至其近亲属名下。"""
    for relative in dict.fromkeys(spell.of[0] for spell in person.relatives):
        for own in person.own:
            if (relative, own) not in person.noted:
                yield KinInterestNoted(relative, person.id, own.firm, own.kind, own.since, own.until)


@reaction
def follow_kinship(event: KinshipRecorded) -> Iterator[Act]:
    """Each of the two has what the other does with firms noted (BR-54).
    登记亲属关系后，双方与企业的利害关系随之登记。"""
    yield act(note_interests, person=event.person)
    yield act(note_interests, person=event.relative)


@reaction
def follow_employment(event: EmploymentBegun | EmploymentOver) -> Iterator[Act]:
    """What a person does with a firm is noted of the relatives (BR-54).
    任职或持股变动随之登记至近亲属名下。"""
    yield act(note_interests, person=event.person)


def _interest(event: EmploymentBegun | EmploymentOver, until: date | None) -> Interest:
    return Interest(event.person, event.firm, event.employment_kind, event.since, until)
