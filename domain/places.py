"""Places: towns, their communities, the residential compounds of a community and the buildings of a compound.

A compound is either divided into buildings or taken as a whole. Only a divided one has buildings, so a grid is drawn
over each building or over the whole compound, never over both (BR-60). A name registered wrongly is corrected (BR-84).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.corrections import Standing, check_on_record
from domain.decisions import New, decision
from domain.events import Confidential, Event, Position, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    town=("The town or sub-district.", "乡镇或街道。"),
    community=("The community.", "社区。"),
    compound=("The residential compound.", "小区。"),
    building=("The building.", "楼栋。"),
    divided=(
        "Whether the compound is divided into buildings; else it is one place.",
        "是否按楼栋划分；否则整个小区为一处。",
    ),
)


class TownRegistered(Event):
    """A town was registered.
    登记乡镇。"""

    town: Ref["Town"]
    name: str


class CommunityRegistered(Event):
    """A community of a town was registered.
    登记社区。"""

    community: Ref["Community"]
    town: Ref["Town"]
    name: str


class CompoundRegistered(Event):
    """A residential compound of a community was registered.
    登记小区。"""

    compound: Ref["Compound"]
    community: Ref["Community"]
    name: str
    divided: bool


class TownCorrected(Event):
    """A town was registered by a wrong name; this is right.
    更正乡镇登记。"""

    corrects: Position
    reason: Confidential
    town: Ref["Town"]
    name: str


class CommunityCorrected(Event):
    """A community was registered by a wrong name; this is right.
    更正社区登记。"""

    corrects: Position
    reason: Confidential
    community: Ref["Community"]
    name: str


class CompoundCorrected(Event):
    """A compound was registered by a wrong name; this is right.
    更正小区登记。"""

    corrects: Position
    reason: Confidential
    compound: Ref["Compound"]
    name: str


class CompoundDivisionCorrected(Event):
    """A compound was registered as divided into buildings and is one place.
    更正小区登记：未按楼栋划分。"""

    corrects: Position
    reason: Confidential
    compound: Ref["Compound"]


class CompoundDivided(Event):
    """A compound that was one place is divided into buildings from a date on.
    整体小区自某日起改为按楼栋划分。"""

    compound: Ref["Compound"]
    since: date


class BuildingRegistered(Event):
    """A building of a compound was registered.
    登记楼栋。"""

    building: Ref["Building"]
    compound: Ref["Compound"]
    community: Ref["Community"]
    name: str


class CompoundUndivided(Refusal):
    """This compound is one place; divide it before registering its buildings.
    该小区未按楼栋划分，登记楼栋前请先划分。"""

    rule = "BR-60"
    compound: Ref["Compound"]


class CompoundHasBuildings(Refusal):
    """{buildings} buildings of this compound are registered, so it is divided.
    该小区已登记 {buildings} 栋楼，确系按楼栋划分。"""

    rule = "BR-60"
    buildings: int


class Town(State):
    """A town or sub-district.
    乡镇或街道。"""

    id: Ref["Town"]
    registered: bool = False

    def evolve(self, event: TownRegistered) -> "Town":
        return replace(self, registered=True)


class Community(State, within=Town):
    """A community: an administrative unit of some thousand households.
    社区。"""

    id: Ref["Community"]
    registered: bool = False

    def evolve(self, event: CommunityRegistered) -> "Community":
        return replace(self, registered=True)


class Compound(State, within=Community):
    """A residential compound.
    小区。"""

    id: Ref["Compound"]
    community: Ref[Community] = Ref()
    divided: bool = False

    def evolve(self, event: CompoundRegistered | CompoundDivisionCorrected | CompoundDivided) -> "Compound":
        match event:
            case CompoundRegistered():
                return replace(self, community=event.community, divided=event.divided)
            case CompoundDivisionCorrected():
                return replace(self, divided=False)
            case CompoundDivided():
                return replace(self, divided=True)


class Building(State, within=Compound):
    """A building of a compound.
    楼栋。"""

    id: Ref["Building"]
    registered: bool = False

    def evolve(self, event: BuildingRegistered) -> "Building":
        return replace(self, registered=True)


class TownFacts(State):
    """What a town is registered with.
    乡镇登记事项。"""

    id: Ref[Town]
    standing: Standing[TownRegistered | TownCorrected] = Standing()

    def evolve(self, event: TownRegistered | TownCorrected, position: int = 0) -> "TownFacts":
        return replace(self, standing=self.standing.noted(event, position))


class CommunityFacts(State):
    """What a community is registered with.
    社区登记事项。"""

    id: Ref[Community]
    standing: Standing[CommunityRegistered | CommunityCorrected] = Standing()

    def evolve(self, event: CommunityRegistered | CommunityCorrected, position: int = 0) -> "CommunityFacts":
        return replace(self, standing=self.standing.noted(event, position))


class CompoundFacts(State):
    """What a compound is registered with.
    小区登记事项。"""

    id: Ref[Compound]
    standing: Standing[CompoundRegistered | CompoundCorrected] = Standing()

    def evolve(self, event: CompoundRegistered | CompoundCorrected, position: int = 0) -> "CompoundFacts":
        return replace(self, standing=self.standing.noted(event, position))


class Division(State):
    """How a compound was registered to be divided, and how many buildings it has.
    小区划分情况。"""

    id: Ref[Compound]
    registered: int = 0
    divided: bool = False
    buildings: int = 0

    def evolve(
        self, event: CompoundRegistered | CompoundDivisionCorrected | BuildingRegistered, position: int = 0
    ) -> "Division":
        match event:
            case CompoundRegistered():
                return replace(self, registered=position, divided=event.divided)
            case CompoundDivisionCorrected():
                return replace(self, divided=False)
            case BuildingRegistered():
                return replace(self, buildings=self.buildings + 1)


@decision(roles={Role.ADMINISTRATOR, Role.COUNTY})
def register_town(town: New[Town], *, name: str) -> Iterator[Event]:
    """Register a town or sub-district.
    登记乡镇或街道。"""
    yield TownRegistered(town.id, name)


@decision(roles={Role.COUNTY, Role.TOWN})
def register_community(community: New[Community], town: Town, *, name: str) -> Iterator[Event]:
    """Register a community of a town.
    登记社区。"""
    yield CommunityRegistered(community.id, town.id, name)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def register_compound(
    compound: New[Compound], community: Community, *, name: str, divided: bool = True
) -> Iterator[Event]:
    """Register a residential compound of a community.
    登记小区。"""
    yield CompoundRegistered(compound.id, community.id, name, divided)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def register_building(building: New[Building], compound: Compound, *, name: str) -> Iterator[Event]:
    """Register a building of a divided compound.
    登记楼栋（仅限按楼栋划分的小区）。"""
    if not compound.divided:
        raise CompoundUndivided(compound.id)
    yield BuildingRegistered(building.id, compound.id, compound.community, name)


@decision(roles={Role.COUNTY})
def correct_town(town: TownFacts, *, corrects: Position, reason: Confidential, name: str) -> Iterator[Event]:
    """Correct the name that a town was registered by.
    更正乡镇登记的名称。"""
    yield from town.standing.corrected(TownCorrected(corrects, reason, town.id, name))


@decision(roles={Role.COUNTY, Role.TOWN})
def correct_community(
    community: CommunityFacts, *, corrects: Position, reason: Confidential, name: str
) -> Iterator[Event]:
    """Correct the name that a community was registered by.
    更正社区登记的名称。"""
    yield from community.standing.corrected(CommunityCorrected(corrects, reason, community.id, name))


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def correct_compound(
    compound: CompoundFacts, *, corrects: Position, reason: Confidential, name: str
) -> Iterator[Event]:
    """Correct the name that a compound was registered by.
    更正小区登记的名称。"""
    yield from compound.standing.corrected(CompoundCorrected(corrects, reason, compound.id, name))


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def correct_division_compound(compound: Division, *, corrects: Position, reason: Confidential) -> Iterator[Event]:
    """Correct that a compound was registered as divided into buildings: it is one place.
    更正误登为按楼栋划分的小区：整个小区为一处。"""
    check_on_record(corrects, {compound.registered} - {0})
    if compound.divided and compound.buildings:
        raise CompoundHasBuildings(compound.buildings)
    if compound.divided:
        yield CompoundDivisionCorrected(corrects, reason, compound.id)
