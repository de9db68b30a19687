"""Compounds as people know them: where, of what kind, with which problems, served by whom, in which organisation."""

from datetime import date, datetime
from typing import Any, ClassVar

from domain import chains, compounds, coverages, exhibits, firms, grids, parties, places
from domain.compounds import CompoundFile, Origin, Problem, ServiceMode
from domain.events import Confidential, Ref
from domain.words import describe
from projections.figures import counts, ratio
from projections.gaps import doubled, gap
from projections.rows import Changes, Row, around, at, by, its, left, new, put

describe(
    divided_since=(
        "The first day on which its buildings count instead of it; none if they always did.",
        "改为按楼栋划分之日；自始按楼栋划分的为空。",
    ),
    problems=("The kinds of problem that the compound has at present.", "小区现存问题类别。"),
    revised=("When it was revised.", "修订时间。"),
    service_since=("The first day of the present way of property service.", "现行物业服务方式的起始日。"),
)


def tagged(row: Any, event: Any) -> tuple[Problem, ...]:
    return (*row.problems, event.problem)


def cleared(row: Any, event: Any) -> tuple[Problem, ...]:
    return tuple(problem for problem in row.problems if problem is not event.problem)


class Compound(Row, frozen=True, kw_only=True):
    """A residential compound; covered by a grid of its own only if it is not divided into buildings.
    小区；未按楼栋划分的小区整体纳入网格。"""

    id: Ref[places.Compound]
    community: Ref[places.Community]
    town: Ref[places.Town] | None
    name: str
    divided: bool
    divided_since: date | None = None
    origin: Origin | None = None
    problems: tuple[Problem, ...] = ()
    service_mode: ServiceMode | None = None
    provider: Ref[firms.Firm] | None = None
    service_since: date | None = None
    grid: Ref[grids.Grid] | None = None
    party_organisation: Ref[parties.PartyOrganisation] | None = None

    on: ClassVar[Changes] = {
        places.CompoundRegistered: new(town=around("town")),
        places.CompoundCorrected: put(name=its.name),
        places.CompoundDivisionCorrected: put(divided=False),
        places.CompoundDivided: put(divided=True, divided_since=its.since),
        compounds.CompoundOriginClassified: put(origin=its.origin),
        compounds.CompoundProblemTagged: put(problems=tagged),
        compounds.CompoundProblemCleared: put(problems=cleared),
        compounds.ServiceModeSet: put(service_mode=its.service_mode, provider=its.provider, service_since=its.since),
        coverages.GridCoverageBegan: put(key="place", grid=its.grid),
        coverages.GridCoverageEnded: put(key="place", grid=left("grid")),
        chains.PlaceAttached: put(key="place", party_organisation=its.party_organisation),
        chains.PlaceDetached: put(key="place", party_organisation=left("party_organisation")),
    }
    lists: ClassVar = (
        by("community"),
        by("town"),
        by("origin"),
        by("problems"),
        by("service_mode"),
        by("provider"),
        by("grid"),
        by("party_organisation"),
    )
    orders: ClassVar = ("name",)


class PropertyService(Row, frozen=True, kw_only=True):
    """How a compound is serviced from a date on; it holds until the next of the same compound.
    小区自某日起的物业服务方式，至同小区下一条为止。"""

    id: str
    compound: Ref[places.Compound]
    service_mode: ServiceMode
    provider: Ref[firms.Firm] | None
    since: date

    on: ClassVar[Changes] = {compounds.ServiceModeSet: new(key=lambda e: f"{e.compound}@{e.since}")}
    lists: ClassVar = (by("compound"), by("provider"))
    orders: ClassVar = ("since",)
    until_next: ClassVar = "compound"


class FileRevision(Row, frozen=True, kw_only=True):
    """A revision of one of a compound's files.
    小区档案的一次修订。"""

    id: str
    compound: Ref[places.Compound]
    file: CompoundFile
    revision: int
    reason: Confidential
    text: str
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()
    revised: datetime

    on: ClassVar[Changes] = {
        compounds.CompoundFileRevised: new(key=lambda e: f"{e.compound}@{e.file.name}@{e.revision}", revised=at)
    }
    lists: ClassVar = (by("compound"), by("file"))
    orders: ClassVar = ("revised",)


def is_serviced(row: Compound) -> bool:
    return row.service_mode not in {None, ServiceMode.NONE}


counts("compounds", "小区", "Compounds", Compound)
counts("servicedCompounds", "有物业服务的小区", "Compounds with property service", Compound, where=is_serviced)
counts(
    "marketServicedCompounds",
    "市场化物业小区",
    "Compounds serviced by the market",
    Compound,
    where=lambda row: row.service_mode is ServiceMode.MARKET,
)
ratio(
    "propertyServiceCoverage",
    "物业服务覆盖率",
    "Compounds with property service, of all",
    of="servicedCompounds",
    over="compounds",
)
ratio(
    "marketServiceShare",
    "市场化物业小区占比",
    "Compounds serviced by the market, of all",
    of="marketServicedCompounds",
    over="compounds",
)
gap(
    Compound,
    "WITHOUT_SERVICE",
    "无物业服务",
    "No property service of any mode",
    """coalesce((select x.service_mode from {PropertyService} x
        where x.ledger = {a}.ledger and x.compound = {a}.id and x.since <= {on}
        order by x.since desc, x.born desc, x.id desc limit 1), 'NONE') = 'NONE'""",
    reads=(PropertyService,),
)
doubled(
    Compound,
    "SAME_NAME",
    "同一社区小区重名",
    "Another compound of the community has the same name",
    same=("community", "name"),
)
