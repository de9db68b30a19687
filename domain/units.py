"""Units: bodies outside the compounds that take part in governance: county units, resident units, mass and social
organisations, and the centres that give care.
"""

from collections.abc import Iterator
from dataclasses import replace

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(unit=("The unit that takes part.", "参与单位。"), unit_kind=("The kind of unit.", "单位类别。"))


class UnitKind(Labelled):
    """A kind of unit that takes part in governance.
    参与共治的单位类别。"""

    COUNTY_UNIT = "County-level unit", "县直单位"
    RESIDENT_UNIT = "Resident unit", "驻区单位"
    MASS_ORGANISATION = "Mass organisation", "群团组织"
    SOCIAL_ORGANISATION = "Social organisation", "社会组织"
    CARE_CENTRE = "Elderly-care centre", "养老服务机构"


class UnitRegistered(Event):
    """A unit was registered.
    登记单位。"""

    unit: Ref["PartnerUnit"]
    name: str
    unit_kind: UnitKind


class PartnerUnit(State, scoping=True):
    """A unit that takes part in governance.
    参与共治的单位。"""

    id: Ref["PartnerUnit"]
    kind: UnitKind = UnitKind.COUNTY_UNIT

    def evolve(self, event: UnitRegistered) -> "PartnerUnit":
        return replace(self, kind=event.unit_kind)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY}, anywhere=True)
def register(unit: New[PartnerUnit], *, name: str, unit_kind: UnitKind) -> Iterator[Event]:
    """Register a unit.
    登记单位。"""
    yield UnitRegistered(unit.id, name, unit_kind)
