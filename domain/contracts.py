"""Contracts: elderly-care contracts of a community with a centre that gives care, from a day until they end.

A community has one contract at a time with a centre; several centres may serve it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.exhibits import Exhibit
from domain.periods import PeriodReversed, Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit, UnitKind, UnitRegistered
from domain.words import describe

describe(care_contract=("The elderly-care contract.", "老年人托养服务合同。"))


class CareContractSigned(Event):
    """A community and a centre agreed on care for its elders.
    签订老年人托养服务合同。"""

    care_contract: Ref["CareContract"]
    community: Ref[Community]
    unit: Ref[PartnerUnit]
    since: date
    until: date | None
    evidence: tuple[Ref[Exhibit], ...] = ()


class CareContractEnded(Event):
    """An elderly-care contract ended before it would have.
    终止老年人托养服务合同。"""

    care_contract: Ref["CareContract"]
    community: Ref[Community]
    unit: Ref[PartnerUnit]
    since: date
    ended: date


class UnitNotCareCentre(Refusal):
    """This unit is no elderly-care centre but {unit_kind}.
    该单位不是养老服务机构（单位类别：{unit_kind}）。"""

    unit_kind: str


class CareContractRunning(Refusal):
    """The community has a contract with this centre since {since}, until {until}.
    该社区与该机构的合同自 {since} 起有效（至 {until}）。"""

    since: date
    until: date | None


class CareContractOver(Refusal):
    """This contract runs until {until}; it cannot end later or again.
    该合同至 {until} 为止，不能再次或更晚终止。"""

    until: date


class CareContract(State, within=Community):
    """An elderly-care contract.
    老年人托养服务合同。"""

    id: Ref["CareContract"]
    community: Ref[Community] = Ref()
    unit: Ref[PartnerUnit] = Ref()
    since: date = date.min
    until: date | None = None
    ended: date | None = None

    def evolve(self, event: CareContractSigned | CareContractEnded) -> "CareContract":
        match event:
            case CareContractSigned():
                signed = replace(self, community=event.community, unit=event.unit)
                return replace(signed, since=event.since, until=event.until)
            case CareContractEnded():
                return replace(self, ended=event.ended)


class Centre(State):
    """The communities that a centre has contracts with, and from when to when.
    养老服务机构与社区的合同情况。"""

    id: Ref[PartnerUnit]
    kind: UnitKind = UnitKind.COUNTY_UNIT
    spells: Spells = Spells()

    def evolve(self, event: UnitRegistered | CareContractSigned | CareContractEnded) -> "Centre":
        match event:
            case UnitRegistered():
                return replace(self, kind=event.unit_kind)
            case CareContractSigned():
                return replace(self, spells=self.spells.begun(event.community, event.since, event.until))
            case CareContractEnded():
                return replace(self, spells=self.spells.over(event.community, event.since, event.ended))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def sign(
    care_contract: New[CareContract],
    community: Community,
    unit: Centre,
    evidence: tuple[Exhibit, ...] = (),
    *,
    since: date,
    until: date | None = None,
) -> Iterator[Event]:
    """Sign an elderly-care contract of a community with a centre.
    签订社区与机构的老年人托养服务合同。"""
    if unit.kind is not UnitKind.CARE_CENTRE:
        raise UnitNotCareCentre(unit.kind.name)
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    running = unit.spells.overlapping(since, until, community.id)
    if running is not None:
        raise CareContractRunning(running.since, running.until)
    files = tuple(each.id for each in evidence)
    yield CareContractSigned(care_contract.id, community.id, unit.id, since, until, files)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def end(care_contract: CareContract, *, ended: date) -> Iterator[Event]:
    """End an elderly-care contract before its last day.
    提前终止老年人托养服务合同。"""
    made = care_contract
    if made.ended is not None:
        check_same(ended, made.ended)
        return
    in_order(made.since, ended)
    if made.until is not None and ended > made.until:
        raise CareContractOver(made.until)
    yield CareContractEnded(made.id, made.community, made.unit, made.since, ended)
