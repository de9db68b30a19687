"""Employments: who works for which property firm, as what and when; whoever does is an interested party (BR-54).

A person may be a firm's guard and its shareholder at once, and may work for several firms. Rules about conflicts of
interest ask what is recorded here, never what somebody says of themselves.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Audience, Event, Ref
from domain.firms import Firm
from domain.people import Person
from domain.periods import Spell, Spells, check_same, in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(employment_kind=("As what the person is with the firm.", "在企业的身份。"))


class EmploymentKind(Labelled):
    """What a person is with a firm.
    在企业的身份。"""

    MANAGER = "Manager", "负责人"
    STAFF = "Employee", "员工"
    GUARD = "Guard", "保安"
    SHAREHOLDER = "Shareholder", "股东"


class EmploymentBegun(Event, audience=Audience.STAFF):
    """A person is with a firm from a date on.
    入职或入股物业企业。"""

    person: Ref[Person]
    firm: Ref[Firm]
    employment_kind: EmploymentKind
    since: date


class EmploymentOver(Event, audience=Audience.STAFF):
    """A person who was with a firm since one date is no longer on another.
    离职或退股。"""

    person: Ref[Person]
    firm: Ref[Firm]
    employment_kind: EmploymentKind
    since: date
    ended: date


class EmployedAlready(Refusal):
    """This person is with {firm} as that since {since} already, and a new period may not overlap.
    该人员自 {since} 起已以此身份在该企业（{firm}）任职，期间不得重叠。"""

    rule = "BR-54"
    firm: Ref[Firm]
    since: date


class NotEmployed(Refusal):
    """This person is not with {firm} as that.
    该人员未以此身份在该企业（{firm}）任职。"""

    rule = "BR-54"
    firm: Ref[Firm]


class Employed(State):
    """The firms that a person was with, as what and when.
    某人任职的物业企业。"""

    id: Ref[Person]
    firms: Spells = Spells()

    def evolve(self, event: EmploymentBegun | EmploymentOver) -> "Employed":
        held = (event.firm, event.employment_kind)
        match event:
            case EmploymentBegun():
                return replace(self, firms=self.firms.begun(held, event.since))
            case EmploymentOver():
                return replace(self, firms=self.firms.over(held, event.since, event.ended))

    def by(self, firm: Ref[Firm], on: date) -> EmploymentKind | None:
        """As what the person is with a firm on a day."""
        return next((spell.of[1] for spell in self.firms if spell.of[0] == firm and spell.holds(on)), None)

    def since_left(self, firm: Ref[Firm], on: date) -> date | None:
        """The last day by `on` on which the person ceased to be with a firm."""
        left = (s.until for s in self.firms if s.of[0] == firm and s.until is not None and s.until <= on)
        return max(left, default=None)


@decision(roles={Role.COUNTY, Role.FIRM})
def employ(firm: Firm, person: Employed, *, employment_kind: EmploymentKind, since: date) -> Iterator[Event]:
    """Record that a person works for a property firm or holds a share in it.
    登记物业企业的任职或持股人员。"""
    held = (firm.id, employment_kind)
    if present := person.firms.present(held):
        check_same(since, present.since)
        return
    if other := _in_the_way(person.firms, held, since):
        raise EmployedAlready(firm.id, other.since)
    yield EmploymentBegun(person.id, firm.id, employment_kind, since)


@decision(roles={Role.COUNTY, Role.FIRM})
def end_employment(firm: Firm, person: Employed, *, employment_kind: EmploymentKind, ended: date) -> Iterator[Event]:
    """Record that a person no longer works for a firm or holds a share in it.
    登记离职或退股。"""
    held = (firm.id, employment_kind)
    present = person.firms.present(held)
    if present is None:
        if not person.firms.ended(held, ended):
            raise NotEmployed(firm.id)
        return
    in_order(present.since, ended)
    yield EmploymentOver(person.id, firm.id, employment_kind, present.since, ended)


def _in_the_way(firms: Spells, held: tuple[Ref[Firm], EmploymentKind], since: date) -> Spell | None:
    return next((s for s in firms if s.of == held and (s.overlaps(since) or s.since == since)), None)
