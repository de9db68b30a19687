"""Compounds: what a compound is like, who serves it, and its two living files.

A compound has one origin and any of four kinds of problem; its property service has one mode at a time, and market
service is by one firm (BR-19). Its Party-building file and its basic file are revised as things change, each revision
with a number and a reason.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, NamedTuple, Self

from domain.decisions import Text, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.periods import check_same, in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    origin=("How the compound came about.", "小区类型（由来）。"),
    problem=("The kind of problem.", "问题类别。"),
    service_mode=("How property service is provided.", "物业服务方式。"),
    provider=("The firm that serves; none unless service is by the market.", "服务企业；非市场化方式为空。"),
    file=("Which of the compound's files.", "档案类别。"),
    text=("The whole text; it names no private person.", "全文，不得载明个人信息。"),
)


class Origin(Labelled):
    """How a compound came about.
    小区由来。"""

    WORK_UNIT = "Built by a work unit", "单位自建"
    COMMERCIAL = "Commercial housing", "商品房开发"
    RESETTLEMENT = "Resettlement", "拆迁回迁"
    SHANTY_TOWN = "Shanty-town redevelopment", "棚户区改造"
    OTHER = "Other", "其他"


class Problem(Labelled):
    """A kind of problem that a compound has.
    小区问题类别。"""

    WEAK_INFRASTRUCTURE = "Weak infrastructure", "基础设施薄弱"
    MIXED_POPULATION = "Mixed population", "人员构成复杂"
    DIVERSE_DEMANDS = "Diverse demands", "居民诉求多元"
    NO_PROPERTY_MANAGEMENT = "Absent property management", "物业管理缺位"


class ServiceMode(Labelled):
    """How property service is provided.
    物业服务方式。"""

    MARKET = "By a property firm under contract", "市场化"
    UNIT = "By the work unit", "单位管理"
    COMMUNITY = "By the community", "社区代管"
    OWNERS_SELF = "By the owners themselves", "业主自管"
    NONE = "None", "无物业服务"


class CompoundFile(Labelled):
    """A living file of a compound.
    小区档案。"""

    PARTY_BUILDING = "Party-building file", "党建情况档案"
    BASIC = "Basic file", "基本情况档案"


class CompoundOriginClassified(Event):
    """A compound was classified by origin.
    认定小区类型。"""

    compound: Ref[Compound]
    origin: Origin


class CompoundProblemTagged(Event):
    """A compound was found to have a kind of problem.
    标记小区问题。"""

    compound: Ref[Compound]
    problem: Problem


class CompoundProblemCleared(Event):
    """A compound no longer has a kind of problem.
    销除小区问题。"""

    compound: Ref[Compound]
    problem: Problem


class ServiceModeSet(Event):
    """Property service is provided in this way from a date on.
    确定物业服务方式。"""

    compound: Ref[Compound]
    service_mode: ServiceMode
    provider: Ref[Firm] | None
    since: date


class CompoundFileRevised(Event, version=2):
    """A file of a compound was revised.
    修订小区档案。"""

    compound: Ref[Compound]
    file: CompoundFile
    revision: int
    reason: Confidential
    text: str
    evidence: tuple[Ref[Exhibit], ...] = ()


class ServiceFirmUnfit(Refusal):
    """Market service is by a firm, and no other mode of service is.
    市场化服务须有物业企业，其他方式不得填写物业企业。"""

    rule = "BR-19"
    service_mode: str
    provider: Ref[Firm] | None


class FirmNotServing(Refusal):
    """{firm} did not serve this compound on {day}.
    企业 {firm} 在 {day} 并未服务该小区。"""

    firm: Ref[Firm]
    day: date


class Profile(State):
    """A compound's origin and problems.
    小区类型与问题。"""

    id: Ref[Compound]
    origin: Origin | None = None
    problems: frozenset[Problem] = frozenset()

    def evolve(self, event: CompoundOriginClassified | CompoundProblemTagged | CompoundProblemCleared) -> "Profile":
        match event:
            case CompoundOriginClassified():
                return replace(self, origin=event.origin)
            case CompoundProblemTagged():
                return replace(self, problems=self.problems | {event.problem})
            case CompoundProblemCleared():
                return replace(self, problems=self.problems - {event.problem})


class Service(State):
    """How a compound is serviced at present.
    小区现行物业服务。"""

    id: Ref[Compound]
    current: ServiceModeSet | None = None

    def evolve(self, event: ServiceModeSet) -> "Service":
        return replace(self, current=event)


class Served(State):
    """The firms that served a compound, and since when each.
    小区历任物业企业。"""

    id: Ref[Compound]
    modes: tuple[ServiceModeSet, ...] = ()

    def evolve(self, event: ServiceModeSet) -> Self:
        return replace(self, modes=(*self.modes, event))

    def by(self, on: date) -> Ref[Firm] | None:
        """The firm that served on a day; of several from one day on, the last entered."""
        known = [mode for mode in self.modes if mode.since <= on]
        return max(reversed(known), key=lambda mode: mode.since).provider if known else None


class Revision(NamedTuple):
    """The latest text of a file and its number."""

    number: int
    text: str


class Files(State):
    """The latest revisions of a compound's files.
    小区档案的最新修订。"""

    id: Ref[Compound]
    latest: tuple[tuple[CompoundFile, Revision], ...] = ()

    def evolve(self, event: CompoundFileRevised) -> "Files":
        revised = dict(self.latest) | {event.file: Revision(event.revision, event.text)}
        return replace(self, latest=tuple(revised.items()))


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def classify(compound: Profile, *, origin: Origin) -> Iterator[Event]:
    """Classify a compound by its origin.
    认定小区类型。"""
    if compound.origin is not origin:
        yield CompoundOriginClassified(compound.id, origin)


@decision(roles={Role.COMMUNITY})
def tag_problem(compound: Profile, *, problem: Problem) -> Iterator[Event]:
    """Note that a compound has a kind of problem.
    标记小区存在的问题。"""
    if problem not in compound.problems:
        yield CompoundProblemTagged(compound.id, problem)


@decision(roles={Role.COMMUNITY})
def clear_problem(compound: Profile, *, problem: Problem) -> Iterator[Event]:
    """Note that a compound no longer has a kind of problem.
    销除小区已解决的问题。"""
    if problem in compound.problems:
        yield CompoundProblemCleared(compound.id, problem)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def set_service(
    compound: Service, provider: Firm | None = None, *, service_mode: ServiceMode, since: date
) -> Iterator[Event]:
    """Set how property service is provided from a date on; the former way ends that day.
    确定自某日起的物业服务方式，原方式同日终止。"""
    firm, current = provider.id if provider else None, compound.current
    if (firm is not None) is not (service_mode is ServiceMode.MARKET):
        raise ServiceFirmUnfit(service_mode.name, firm)
    if current and (current.service_mode, current.provider) == (service_mode, firm):
        check_same(since, current.since)
        return
    if current:
        in_order(current.since, since)
    yield ServiceModeSet(compound.id, service_mode, firm, since)


@decision(roles={Role.COMMUNITY})
def revise_file(
    compound: Files,
    *,
    file: CompoundFile,
    reason: Confidential,
    text: Annotated[str, Text(20_000)],
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Revise a file of a compound; the former text stays on record.
    修订小区档案，原文留存。"""
    latest = dict(compound.latest).get(file, Revision(0, ""))
    if latest.text != text:
        proofs = tuple(each.id for each in evidence)
        yield CompoundFileRevised(compound.id, file, latest.number + 1, reason, text, proofs)
