"""Pairings: each compound has one county unit as its partner at a time, and a unit may have many compounds (BR-64).

When a unit is abolished or merged, its successor takes over all of its pairings that day; the history stays.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Self

from domain.decisions import decision
from domain.events import Event, Ref
from domain.periods import Spells, check_same, in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit, UnitKind, UnitRegistered
from domain.words import Labelled, describe

describe(
    unit_fate=("What became of the unit.", "单位变动情形。"),
    successor=("The unit that takes over from it.", "承接单位。"),
    predecessor=("The unit from which it took over, if it did.", "原结对单位；非承接的为空。"),
)


class UnitFate(Labelled):
    """What becomes of a unit that is no more.
    单位变动情形。"""

    ABOLISHED = "Abolished", "撤销"
    MERGED = "Merged into another", "合并"


class UnitPaired(Event):
    """A unit is the partner of a compound from a date on.
    县直单位与小区结对共建。"""

    compound: Ref[Compound]
    unit: Ref[PartnerUnit]
    since: date


class PairingEnded(Event):
    """A unit that was a compound's partner since one date ceases to be on another.
    结束结对。"""

    compound: Ref[Compound]
    unit: Ref[PartnerUnit]
    since: date
    ended: date


class UnitSucceeded(Event):
    """A unit was abolished or merged, and another takes over from it.
    单位撤销或合并，由承接单位接续。"""

    unit: Ref[PartnerUnit]
    successor: Ref[PartnerUnit]
    unit_fate: UnitFate
    ended: date


class PairingTransferred(Event):
    """A unit takes over the pairing of a compound from its predecessor.
    承接单位接续结对。"""

    compound: Ref[Compound]
    unit: Ref[PartnerUnit]
    predecessor: Ref[PartnerUnit]
    since: date


class CompoundPaired(Refusal):
    """This compound has {unit} as its partner since {since}, and may have one only.
    该小区自 {since} 起已与 {unit} 结对，只能有一个结对单位。"""

    rule = "BR-64"
    unit: Ref[PartnerUnit]
    since: date
    until: date | None


class NotPaired(Refusal):
    """{unit} is not the partner of {compound}.
    单位 {unit} 未与该小区（{compound}）结对。"""

    rule = "BR-64"
    compound: Ref[Compound]
    unit: Ref[PartnerUnit]


class UnitOver(Refusal):
    """This unit was abolished or merged on {ended}.
    该单位已于 {ended} 撤销或合并。"""

    rule = "BR-64"
    ended: date


class UnitKindUnfit(Refusal):
    """A unit of the kind {unit_kind} cannot do this.
    该类单位（{unit_kind}）不能参加此事项。"""

    unit_kind: str
    fit: tuple[str, ...]


class CompoundPartner(State):
    """The units that were partners of a compound, and when.
    小区的结对单位。"""

    id: Ref[Compound]
    partners: Spells = Spells()

    def evolve(self, event: UnitPaired | PairingTransferred | PairingEnded) -> Self:
        if isinstance(event, PairingEnded):
            return replace(self, partners=self.partners.over(event.unit, event.since, event.ended))
        return replace(self, partners=self.partners.begun(event.unit, event.since))


class Partner(State):
    """The compounds that a unit was the partner of, and what became of it.
    单位的结对小区。"""

    id: Ref[PartnerUnit]
    kind: UnitKind = UnitKind.COUNTY_UNIT
    compounds: Spells = Spells()
    ended: date | None = None
    successor: Ref[PartnerUnit] | None = None

    def evolve(
        self, event: UnitRegistered | UnitPaired | PairingTransferred | PairingEnded | UnitSucceeded
    ) -> "Partner":
        match event:
            case UnitRegistered():
                return replace(self, kind=event.unit_kind)
            case UnitPaired(unit=self.id) | PairingTransferred(unit=self.id):
                return replace(self, compounds=self.compounds.begun(event.compound, event.since))
            case PairingEnded():
                return replace(self, compounds=self.compounds.over(event.compound, event.since, event.ended))
            case UnitSucceeded(unit=self.id):
                return replace(self, ended=event.ended, successor=event.successor)
        return self  # events of a succession also carry the other unit's tag

    def check_exists(self) -> None:
        """Refuse what concerns a unit that is no more."""
        if self.ended is not None:
            raise UnitOver(self.ended)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def pair(compound: CompoundPartner, unit: Partner, *, since: date) -> Iterator[Event]:
    """Pair a compound with a county unit as its partner.
    县直单位与小区结对共建。"""
    if held := compound.partners.present(unit.id):
        check_same(since, held.since)
        return
    unit.check_exists()
    if unit.kind is not UnitKind.COUNTY_UNIT:
        raise UnitKindUnfit(unit.kind.name, (UnitKind.COUNTY_UNIT.name,))
    if other := compound.partners.in_the_way(unit.id, since):
        raise CompoundPaired(other.of, other.since, other.until)
    yield UnitPaired(compound.id, unit.id, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def end_pairing(compound: CompoundPartner, unit: PartnerUnit, *, ended: date) -> Iterator[Event]:
    """End the pairing of a compound with a unit.
    结束小区与单位的结对。"""
    held = compound.partners.present(unit.id)
    if held is None:
        if not compound.partners.ended(unit.id, ended):
            raise NotPaired(compound.id, unit.id)
        return
    in_order(held.since, ended)
    yield PairingEnded(compound.id, unit.id, held.since, ended)


@decision(roles={Role.COUNTY})
def succeed(unit: Partner, successor: Partner, *, unit_fate: UnitFate, ended: date) -> Iterator[Event]:
    """Record that a unit was abolished or merged: its successor takes over all of its pairings that day.
    单位撤销或合并，其结对同日转由承接单位接续。"""
    if unit.ended is not None:
        if successor.id != unit.successor:
            raise UnitOver(unit.ended)
        check_same(ended, unit.ended)
        return
    successor.check_exists()
    if successor.id == unit.id or successor.kind is not unit.kind:
        raise UnitKindUnfit(successor.kind.name, (unit.kind.name,))
    yield UnitSucceeded(unit.id, successor.id, unit_fate, ended)
    for spell in unit.compounds:
        if spell.until is None:
            in_order(spell.since, ended)
            yield PairingEnded(spell.of, unit.id, spell.since, ended)
            yield PairingTransferred(spell.of, successor.id, unit.id, ended)
