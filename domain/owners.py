"""Owners: the roster of a compound's exclusive units, frozen before its owners vote (BR-01, BR-02, BR-03).

Every unit has an area with a source; one owner with several units is one head; what the developer has not sold, and
what is sold and not delivered, is the developer's, together one head (interpretation of the Civil Code, arts 8 and 9).
Of a flat that several own, the one is entered whom they agreed on. Who owns what is for staff.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Annotated

from domain.decisions import New, Text, decision
from domain.events import Audience, Confidential, Event, Hundredths, Ref
from domain.people import Person
from domain.places import Building, Community, Compound, CompoundRegistered
from domain.refusals import Refusal
from domain.residents import BuildingSite
from domain.roles import Role
from domain.states import State
from domain.tallies import Weight
from domain.words import Labelled, describe

describe(
    owners_roster=("The roster of owners.", "业主名册。"),
    unit_no=("The number of the unit; only staff may read it.", "房号，仅工作人员可见。"),
    unit_use=("What the unit is for.", "专有部分用途。"),
    owner=("Who votes for it.", "行使表决权的业主。"),
    in_building=("The building that it is in; none: not said.", "所在楼栋；未填为空。"),
    buyer=("Who bought it and was not handed it yet.", "已购未交付的买受人。"),
    developer=("Who votes for what the developer still has.", "建设单位的表决代表。"),
    delivered_to_owner=("Whether it was handed to who bought it.", "是否已交付买受人。"),
    measured_area=(
        "The exclusive area of the unit in square metres; null as long as it has no source.",
        "该专有部分面积（平方米），无依据的为空。",
    ),
    exclusive_area=("The exclusive area in square metres.", "专有部分面积（平方米）。"),
    area_source=("Where the area is taken from.", "面积依据。"),
    unit_count=("How many units count.", "计入的专有部分数。"),
    heads=("How many owners.", "业主人数。"),
    roster_digest=("SHA-256 of the units, each a line, in order of their numbers.", "名册摘要（SHA-256）。"),
)


LARGEST = Hundredths(500_000_000)
"""Five square kilometres: so much that every comparison of a vote is a 32-bit integer."""


class UnitUse(Labelled):
    """What an exclusive unit is for.
    专有部分用途。"""

    HOME = "Home", "住宅"
    SHOP = "Shop or office", "商业、办公"
    PARKING = "Parking space or garage", "车位、车库"


class AreaSource(Labelled):
    """Where an area is taken from, the first that there is (interpretation, art. 8).
    面积依据，按此顺序取用。"""

    REGISTER = "Real-estate register", "不动产登记"
    SURVEY = "Survey", "测绘"
    CONTRACT = "Purchase contract", "买卖合同"


class OwnersRosterDrafted(Event):
    """The roster of a compound's owners was begun.
    建立业主名册（草稿）。"""

    owners_roster: Ref["OwnersRoster"]
    compound: Ref[Compound]
    community: Ref[Community]
    developer: Ref[Person] | None
    parking_counted: bool


class OwnedUnitEntered(Event, audience=Audience.STAFF, version=2):
    """A unit was entered into a roster, with who votes for it.
    名册录入专有部分。"""

    owners_roster: Ref["OwnersRoster"]
    unit_no: Confidential
    unit_use: UnitUse
    owner: Ref[Person]
    buyer: Ref[Person] | None
    measured_area: Hundredths | None
    area_source: AreaSource | None
    in_building: Ref[Building] | None = None


class OwnedUnitStruck(Event, audience=Audience.STAFF, version=2):
    """A unit that was entered wrongly was struck from a roster.
    名册删除误录的专有部分。"""

    owners_roster: Ref["OwnersRoster"]
    unit_no: Confidential
    in_building: Ref[Building] | None = None


def named(event: OwnedUnitEntered | OwnedUnitStruck) -> str:
    """What tells a unit from the others of its roster: the number, and the building if it is said."""
    return f"{event.in_building}|{event.unit_no}" if event.in_building else event.unit_no


class OwnersRosterFrozen(Event):
    """A roster was frozen: nothing in it changes any more.
    冻结业主名册。"""

    owners_roster: Ref["OwnersRoster"]
    compound: Ref[Compound]
    community: Ref[Community]
    unit_count: int
    heads: int
    exclusive_area: Hundredths
    roster_digest: str


class RosterIsFrozen(Refusal):
    """This roster is frozen; what changed since goes into a new one.
    名册已冻结，变动请另建新册。"""

    code, rule = "ROSTER_FROZEN", "BR-01"


class RosterNotFrozen(Refusal):
    """This roster is not frozen yet.
    名册尚未冻结。"""

    rule = "BR-01"


class RosterEmpty(Refusal):
    """This roster has no unit that counts.
    名册中没有可计入的专有部分。"""

    rule = "BR-01"


class AreaSourceMissing(Refusal):
    """These units have no area with a source: {units_without}.
    以下专有部分缺少面积或面积依据：{units_without}。"""

    rule = "BR-01"
    units_without: tuple[str, ...]


class AreaUnfit(Refusal):
    """An area above nothing has a source, and without an area there is none.
    面积须大于零并注明依据，未填面积的不填依据。"""

    rule = "BR-01"


class UnitNoUnfit(Refusal):
    """A unit's number has no spaces around it, no full-width letters and no vertical bar; this may be {unit_like}.
    房号首尾不得有空格，不得使用全角字符或竖线；可改为 {unit_like}。"""

    rule = "BR-01"
    unit_like: str


class BuildingOutside(Refusal):
    """This building is not of {compound}, which the roster is of.
    该楼栋不属于名册所属的小区 {compound}。"""

    rule = "BR-01"
    compound: Ref[Compound]


class UnitPlaced(Refusal):
    """There are units of this number in {buildings}; say in which one.
    该房号已登记在 {buildings}，请指明楼栋。"""

    rule = "BR-01"
    buildings: tuple[Ref[Building], ...]


class UnitUnknown(Refusal):
    """There is no unit of this number in the roster.
    名册中没有该房号。"""

    rule = "BR-01"


class RosterTooLarge(Refusal):
    """All units together have {exclusive_area} m², more than {largest} m².
    名册总面积 {exclusive_area} 平方米，超过上限 {largest} 平方米。"""

    rule = "BR-03"
    exclusive_area: Hundredths
    largest: Hundredths


class DeveloperMissing(Refusal):
    """What is not sold or not delivered is voted for by the developer, whom this roster does not name.
    未售出或未交付部分由建设单位行使，名册未登记建设单位代表。"""

    rule = "BR-02"


class OwnersRoster(State, within=Compound):
    """A roster with all its units.
    业主名册。"""

    id: Ref["OwnersRoster"]
    compound: Ref[Compound] = Ref()
    community: Ref[Community] = Ref()
    developer: Ref[Person] | None = None
    parking_counted: bool = False
    units: Mapping[str, OwnedUnitEntered] = field(default_factory=lambda: MappingProxyType({}))
    frozen: OwnersRosterFrozen | None = None

    def evolve(
        self, event: OwnersRosterDrafted | OwnedUnitEntered | OwnedUnitStruck | OwnersRosterFrozen
    ) -> "OwnersRoster":
        match event:
            case OwnersRosterDrafted():
                names = ("compound", "community", "developer", "parking_counted")
                return replace(self, **{name: getattr(event, name) for name in names})
            case OwnedUnitEntered():
                return replace(self, units={**self.units, named(event): event})
            case OwnedUnitStruck():
                struck = named(event)
                return replace(self, units={name: unit for name, unit in self.units.items() if name != struck})
            case OwnersRosterFrozen():
                return replace(self, frozen=event)

    @property
    def counted(self) -> list[OwnedUnitEntered]:
        """The units that count, by their numbers within their buildings."""
        found = (self.units[name] for name in sorted(self.units))
        return [unit for unit in found if self.parking_counted or unit.unit_use is not UnitUse.PARKING]

    @property
    def electors(self) -> dict[Ref[Person], Weight]:
        """Who votes, with one head and the area of all their units (BR-02, BR-03)."""
        areas: dict[Ref[Person], int] = {}
        for unit in self.counted:
            areas[unit.owner] = areas.get(unit.owner, 0) + (unit.measured_area or 0)
        return {owner: Weight(1, area) for owner, area in areas.items()}

    def owning_elsewhere(self, building: Ref[Building]) -> set[Ref[Person]]:
        """Who, by the roster, owns something and all of it in other buildings."""
        there = {unit.owner for unit in self.counted if unit.in_building in {building, None}}
        return {unit.owner for unit in self.counted} - there

    def placed(self, unit_no: str) -> tuple[Ref[Building], ...]:
        """The buildings in which there is a unit of this number."""
        return tuple(unit.in_building for unit in self.units.values() if unit.unit_no == unit_no and unit.in_building)

    def owning_in(self, building: Ref[Building]) -> set[Ref[Person]]:
        """Who owns what counts and, by the roster, is in a building."""
        return {unit.owner for unit in self.counted if unit.in_building == building}

    def check_open(self) -> None:
        if self.frozen:
            raise RosterIsFrozen


class Site(State):
    """The community that a compound lies in.
    小区所属社区。"""

    id: Ref[Compound]
    community: Ref[Community] = Ref()

    def evolve(self, event: CompoundRegistered) -> "Site":
        return replace(self, community=event.community)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def draft(
    owners_roster: New[OwnersRoster],
    compound: Site,
    developer: Person | None = None,
    *,
    parking_counted: bool = False,
) -> Iterator[Event]:
    """Begin the roster of a compound's owners.
    建立业主名册。"""
    where = (compound.id, compound.community)
    yield OwnersRosterDrafted(owners_roster.id, *where, developer.id if developer else None, parking_counted)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def enter_unit(
    owners_roster: OwnersRoster,
    owner: Person | None = None,
    in_building: BuildingSite | None = None,
    *,
    unit_no: Annotated[Confidential, Text(40)],
    unit_use: UnitUse = UnitUse.HOME,
    delivered_to_owner: bool = True,
    measured_area: Hundredths | None = None,
    area_source: AreaSource | None = None,
) -> Iterator[Event]:
    """Enter a unit into a roster, or anew; without an owner it is the developer's.
    名册录入或重录专有部分；未填业主的为建设单位所有。"""
    owners_roster.check_open()
    plain = unicodedata.normalize("NFKC", unit_no).strip().replace("|", "")
    if plain != unit_no:
        raise UnitNoUnfit(plain)
    if (measured_area is None) is not (area_source is None) or measured_area == 0:
        raise AreaUnfit
    if in_building and in_building.compound != owners_roster.compound:
        raise BuildingOutside(owners_roster.compound)
    if in_building is None and (buildings := owners_roster.placed(unit_no)):
        raise UnitPlaced(buildings)
    buyer = owner.id if owner and not delivered_to_owner else None
    votes = owners_roster.developer if owner is None or buyer else owner.id
    if votes is None:
        raise DeveloperMissing
    area, where = (measured_area, area_source), in_building.id if in_building else None
    entered = OwnedUnitEntered(owners_roster.id, unit_no, unit_use, votes, buyer, *area, where)
    if where and unit_no in owners_roster.units:  # it was entered before without saying where it is
        yield OwnedUnitStruck(owners_roster.id, unit_no)
    if entered != owners_roster.units.get(named(entered)):
        yield entered


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def strike_unit(
    owners_roster: OwnersRoster, in_building: BuildingSite | None = None, *, unit_no: Confidential
) -> Iterator[Event]:
    """Strike a unit that was entered wrongly from a roster that is not frozen.
    删除误录的专有部分（冻结前）。"""
    owners_roster.check_open()
    struck = OwnedUnitStruck(owners_roster.id, unit_no, in_building.id if in_building else None)
    if named(struck) not in owners_roster.units:
        raise UnitUnknown
    yield struck


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def freeze(owners_roster: OwnersRoster) -> Iterator[Event]:
    """Freeze a roster, with its totals and a digest of its units.
    冻结名册并固定总数与摘要。"""
    if owners_roster.frozen:
        return
    units, electors = owners_roster.counted, owners_roster.electors
    if without := tuple(unit.unit_no for unit in units if unit.area_source is None):
        raise AreaSourceMissing(without)
    if not units:
        raise RosterEmpty
    area = Hundredths(sum(weight.area for weight in electors.values()))
    if area > LARGEST:
        raise RosterTooLarge(area, LARGEST)
    where = (owners_roster.id, owners_roster.compound, owners_roster.community)
    yield OwnersRosterFrozen(*where, len(units), len(electors), area, digest_of(owners_roster))


def digest_of(roster: OwnersRoster) -> str:
    """Of lines `number|use|owner|buyer|area in 0.01 m²|source`, with `|building` if it is said, by building and number,
    each ended by a line feed."""
    return hashlib.sha256("".join(map(_line, roster.counted)).encode()).hexdigest()


def _line(unit: OwnedUnitEntered) -> str:
    source = unit.area_source.name if unit.area_source else ""
    said = [unit.unit_no, unit.unit_use.name, unit.owner, unit.buyer or "", str(unit.measured_area), source]
    return "|".join([*said, *([unit.in_building] if unit.in_building else [])]) + "\n"
