"""Projects: the third list; what was agreed on is built, work item by work item, and accepted (X79, X81, X82, X84).

A project rests on needs that are matched, or on a matter that was deliberated; where the owners have to decide, their
decision must be in effect (BR-16). Nobody of the contractor accepts its work.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from domain.assemblies import Assembly, AssemblyProposed
from domain.bodies import CHINA
from domain.decisions import Acting, New, Past, Text, decision
from domain.employments import Employed
from domain.events import Event, Ref
from domain.firms import Firm
from domain.matters import Matter, MatterCleared, Step
from domain.needs import Need, NeedNotMatched
from domain.pairings import CompoundPartner, PairingEnded, PairingTransferred, UnitPaired
from domain.people import Person
from domain.periods import check_same, in_order
from domain.places import Community, Compound, CompoundRegistered
from domain.polls import Ruling, Sequel
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import Labelled, describe

describe(
    project=("The project.", "项目。"),
    at_compound=(
        "The compound where it is; none if it is for all of the community.",
        "项目所在小区；面向全社区的为空。",
    ),
    project_name=("Its name.", "项目名称。"),
    for_needs=("The needs that it serves.", "对应需求。"),
    of_matter=("The matter that it carries out.", "对应协商事项。"),
    by_assembly=("The assembly that decided it.", "决定该项目的业主大会会议。"),
    supporter=("The paired unit that supports it.", "支持单位（结对单位）。"),
    contractor=("The firm that does the work.", "施工企业。"),
    begun_on=("The day on which it was begun.", "启动日期。"),
    work_no=("The number of the work item, from 1 on.", "工程内容序号，自 1 起。"),
    work_kind=("What kind of work it is.", "工程类别。"),
    work_text=("What is done.", "工程内容。"),
    completed_on=("The day on which it was completed.", "完工日期。"),
    accepted_on=("The day on which it was accepted.", "验收日期。"),
    acceptor=("Who accepted it.", "验收人。"),
)


class WorkKind(Labelled):
    """A kind of work in an old compound.
    改造工程类别。"""

    DEMOLITION = "Taking down what was built without leave", "拆除违建"
    WIRING = "Wiring", "线路改造"
    GREENERY = "Greenery", "新增绿化"
    GATE = "Gate", "大门更换"
    PARKING = "Parking", "划停车位"
    OTHER_WORK = "Other work", "其他工程"


class ProjectStarted(Event):
    """A project was started.
    启动项目。"""

    project: Ref["Project"]
    at_compound: Ref[Compound] | None
    community: Ref[Community]
    project_name: str
    for_needs: tuple[Ref[Need], ...]
    of_matter: Ref[Matter] | None
    by_assembly: Ref[Assembly] | None
    supporter: Ref[PartnerUnit] | None
    contractor: Ref[Firm] | None
    begun_on: date


class WorkItemAdded(Event):
    """A work item was added to a project.
    增列工程内容。"""

    project: Ref["Project"]
    work_no: int
    work_kind: WorkKind
    work_text: str


class WorkItemCompleted(Event):
    """A work item was completed.
    工程内容完工。"""

    project: Ref["Project"]
    work_no: int
    completed_on: date


class WorkItemAccepted(Event):
    """A work item was accepted.
    工程内容验收合格。"""

    project: Ref["Project"]
    work_no: int
    acceptor: Ref[Person]
    accepted_on: date


class ProjectAccepted(Event):
    """All work items of a project were accepted.
    项目整体验收。"""

    project: Ref["Project"]
    accepted_on: date


class AcceptorIsContractor(Refusal):
    """This person is with the firm that did the work, {contractor}, and does not accept it.
    验收人在施工企业（{contractor}）任职，不得验收。"""

    rule = "BR-30"
    contractor: Ref[Firm]


class NoSuchWork(Refusal):
    """This project has {work_count} work items.
    该项目共有 {work_count} 项工程内容。"""

    work_no: int
    work_count: int


class NotCompleted(Refusal):
    """This work item is not completed.
    该项工程尚未完工。"""

    work_no: int


class AcceptedAlready(Refusal):
    """Somebody else accepted this work item.
    该项工程已由他人验收。"""

    work_no: int


class NeedsMissing(Refusal):
    """A project of the third list serves one need at least.
    项目须至少对应一项需求。"""

    rule = "BR-90"


class ProjectOver(Refusal):
    """This project was accepted on {accepted_on}.
    该项目已于 {accepted_on} 验收。"""

    accepted_on: date


class MatterNotAgreed(Refusal):
    """Nothing was agreed on about this matter.
    该事项尚未形成协商结论。"""

    rule = "BR-16"


class AssemblyUnfit(Refusal):
    """The owners have to decide this matter; name the assembly that did, of its compound.
    该事项须经业主共同决定，请指明就此作出决定的业主大会会议。"""

    code, rule = "ASSEMBLY_NOT_OF_MATTER", "BR-16"


class NotPairedUnit(Refusal):
    """{unit} is not paired with {compound}.
    单位 {unit} 未与小区 {compound} 结对。"""

    rule = "BR-64"
    compound: Ref[Compound]
    unit: Ref[PartnerUnit]


class Project(State, within=Community):
    """A project.
    项目。"""

    id: Ref["Project"]
    contractor: Ref[Firm] | None = None
    begun: date = date.min
    completed: tuple[date | None, ...] = ()
    """By work item."""
    accepted: tuple[date | None, ...] = ()
    acceptors: tuple[Ref[Person] | None, ...] = ()
    over: date | None = None

    def evolve(
        self, event: ProjectStarted | WorkItemAdded | WorkItemCompleted | WorkItemAccepted | ProjectAccepted
    ) -> "Project":
        match event:
            case ProjectStarted():
                return replace(self, contractor=event.contractor, begun=event.begun_on)
            case WorkItemAdded():
                more = replace(self, completed=(*self.completed, None), accepted=(*self.accepted, None))
                return replace(more, acceptors=(*self.acceptors, None))
            case WorkItemCompleted():
                return replace(self, completed=_set(self.completed, event.work_no, event.completed_on))
            case WorkItemAccepted():
                by = (*self.acceptors[: event.work_no - 1], event.acceptor, *self.acceptors[event.work_no :])
                return replace(self, accepted=_set(self.accepted, event.work_no, event.accepted_on), acceptors=by)
            case ProjectAccepted():
                return replace(self, over=event.accepted_on)

    def check_work(self, number: int) -> None:
        if not 1 <= number <= len(self.completed):
            raise NoSuchWork(number, len(self.completed))


class Basis(State):
    """What an assembly was called about, and what came of it.
    业主大会会议的议题来源与效力。"""

    id: Ref[Assembly]
    compound: Ref[Compound] = Ref()
    matter: Ref[Matter] | None = None
    ruling: Ruling = Ruling(Ref())

    def evolve(self, event: AssemblyProposed | Sequel) -> "Basis":
        if isinstance(event, AssemblyProposed):
            return replace(self, compound=event.compound, matter=event.on_matter)
        return replace(self, ruling=self.ruling.evolve(event))


class Estate(State):
    """A compound's community and its partner units.
    小区所属社区与结对单位。"""

    id: Ref[Compound]
    community: Ref[Community] = Ref()
    partner: CompoundPartner = CompoundPartner(Ref())

    def evolve(self, event: CompoundRegistered | UnitPaired | PairingTransferred | PairingEnded) -> "Estate":
        if isinstance(event, CompoundRegistered):
            return replace(self, community=event.community)
        return replace(self, partner=self.partner.evolve(event))


STARTERS = frozenset({Role.COUNTY, Role.TOWN, Role.COMMUNITY})


@decision(roles=STARTERS)
def create(
    project: New[Project],
    community: Community,
    for_needs: tuple[Need, ...],
    contractor: Firm | None = None,
    *,
    project_name: Annotated[str, Text(200)],
    begun_on: Past,
) -> Iterator[Event]:
    """Start a project for needs that are matched (BR-90).
    由已对接的需求生成项目。"""
    if unmatched := tuple(
        each.id for each in for_needs if not each.matched or each.closed or each.community != community.id
    ):
        raise NeedNotMatched(unmatched)
    if not for_needs:
        raise NeedsMissing
    needs = tuple(dict.fromkeys(each.id for each in for_needs))
    firm = contractor.id if contractor else None
    yield ProjectStarted(project.id, None, community.id, project_name, needs, None, None, None, firm, begun_on)


@decision(roles=STARTERS)
def start(
    project: New[Project],
    compound: Estate,
    matter: Matter,
    by_assembly: Basis | None = None,
    *,
    question_no: int = 1,
    supporter: PartnerUnit | None = None,
    contractor: Firm | None = None,
    project_name: Annotated[str, Text(200)],
    begun_on: Past,
) -> Iterator[Event]:
    """Start a project that carries out what was agreed on about a matter.
    依据协商结论启动项目。"""
    if matter.compound != compound.id or matter.step not in {Step.DELIBERATED, Step.HANDLED}:
        raise MatterNotAgreed
    if matter.required or by_assembly:
        _check_decided(matter, by_assembly, question_no, begun_on)
    if matter.needs_assembly and by_assembly:
        yield MatterCleared(matter.id, by_assembly.id)
    if supporter and not any(s.of == supporter.id and s.holds(begun_on) for s in compound.partner.partners):
        raise NotPairedUnit(compound.id, supporter.id)
    yield ProjectStarted(
        *(project.id, compound.id, compound.community, project_name, (), matter.id),
        by_assembly.id if by_assembly else None,
        supporter.id if supporter else None,
        contractor.id if contractor else None,
        begun_on,
    )


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def clear(matter: Matter, by_assembly: Basis, *, question_no: int = 1, now: datetime) -> Iterator[Event]:
    """Record that the owners decided a matter and their decision is in effect: it may be handed out (Q73).
    登记业主大会决定已生效，事项可予交办。"""
    _check_decided(matter, by_assembly, question_no, now.astimezone(CHINA).date())
    if matter.needs_assembly:
        yield MatterCleared(matter.id, by_assembly.id)


@decision(roles=STARTERS)
def add_work(project: Project, *, work_kind: WorkKind, work_text: Annotated[str, Text(500)]) -> Iterator[Event]:
    """Add a work item to a project.
    增列工程内容。"""
    if project.over:
        raise ProjectOver(project.over)
    yield WorkItemAdded(project.id, len(project.completed) + 1, work_kind, work_text)


@decision(roles=STARTERS)
def complete_work(project: Project, *, work_no: int, completed_on: Past) -> Iterator[Event]:
    """Record that a work item is completed.
    登记工程内容完工。"""
    project.check_work(work_no)
    in_order(project.begun, completed_on)
    if held := project.completed[work_no - 1]:
        check_same(completed_on, held)
        return
    yield WorkItemCompleted(project.id, work_no, completed_on)


@decision(roles=STARTERS | {Role.BRANCH, Role.COMMITTEE, Role.GRID_WORKER})
def accept_work(project: Project, acceptor: Acting[Employed], *, work_no: int, accepted_on: Past) -> Iterator[Event]:
    """Accept a work item, as somebody who is not with the contractor; with the last the project is accepted.
    验收工程内容，施工企业人员不得验收；全部验收即项目验收。"""
    project.check_work(work_no)
    completed = project.completed[work_no - 1]
    if completed is None:
        raise NotCompleted(work_no)
    in_order(completed, accepted_on)
    if project.contractor and acceptor.by(project.contractor, accepted_on):
        raise AcceptorIsContractor(project.contractor)
    if held := project.accepted[work_no - 1]:
        check_same(accepted_on, held)
        if project.acceptors[work_no - 1] != acceptor.id:
            raise AcceptedAlready(work_no)
        return
    yield WorkItemAccepted(project.id, work_no, acceptor.id, accepted_on)
    if all(day for n, day in enumerate(project.accepted, 1) if n != work_no):
        others = (day for n, day in enumerate(project.accepted, 1) if day and n != work_no)
        yield ProjectAccepted(project.id, max((accepted_on, *others)))


def _check_decided(matter: Matter, by_assembly: Basis | None, question_no: int, on: date) -> None:
    if by_assembly is None or (by_assembly.matter, by_assembly.compound) != (matter.id, matter.compound):
        raise AssemblyUnfit
    by_assembly.ruling.check_effective(question_no, on)


def _set(days: tuple[date | None, ...], number: int, day: date) -> tuple[date | None, ...]:
    return (*days[: number - 1], day, *days[number:])
