"""Cases: what somebody reports about a compound, and whether it is taken up (BR-34, BR-35).

Anybody may report in their own name, and staff for whoever calls or comes by. Whoever accepts a case answers for it
until a return is approved. Who reported, where just and what it says is for staff; the public sees category and place
at the level of the compound (BR-78).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from domain.categories import Category
from domain.compounds import ServiceModeSet
from domain.corrections import check_on_record
from domain.decisions import Acting, New, Text, decision
from domain.events import Confidential, Event, Position, Ref
from domain.firms import Firm
from domain.grids import Grid
from domain.people import Person
from domain.places import Community, Compound, CompoundRegistered
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    case=("The case.", "事件。"),
    origin_grid=("The grid in which it arose.", "事发网格。"),
    raiser=("Who raised it.", "提出人。"),
    channel=("By which way it came in.", "受理渠道。"),
    matter_text=(
        "What it is about; for staff, and for who raised it or handles the case.",
        "事项内容，工作人员可见；事件的提出人与办理人亦可见。",
    ),
    spot=(
        "Where just it is; for staff, and for who raised or handles the case.",
        "具体位置，工作人员及提出人、办理人可见。",
    ),
    serving_firm=("The firm that served the compound then.", "当时服务该小区的物业企业。"),
    reported_at=("When it was reported.", "上报时间。"),
    receiver=("Who received it first and answers for it.", "首接人。"),
    unaccepted_kind=("Why it is not taken up.", "不予受理的情形。"),
    into=("The case that it is the same as.", "重复所指的原事件。"),
)


class Channel(Labelled):
    """By which way a case comes in.
    受理渠道。"""

    ONLINE = "Online", "线上"
    HOTLINE = "Hotline", "热线"
    VISIT = "At the counter or at home", "窗口或上门"
    PATROL = "Patrol of the grid", "网格巡查"
    RIDER = "Rider or courier", "新业态群体"


class Unaccepted(Labelled):
    """Why a case is not taken up; the person is told at once whom to turn to.
    不予受理的情形，须当场告知相应途径。"""

    EMERGENCY = "An emergency: call 110, 119, 120 or 122", "紧急情况，请立即拨打110、119、120、122"
    PROCEEDINGS = "Before a court, in petition or review: use that channel", "已进入诉讼、信访、复议，请循原渠道"
    NOTHING_NEW = "The same matter with no new fact: the progress is told", "同一事项无新情况，告知办理进展"
    ELSEWHERE = "Not a matter of this county", "不属本县管辖"


class CaseReported(Event):
    """A case was reported.
    上报事件。"""

    case: Ref["Case"]
    compound: Ref[Compound]
    community: Ref[Community]
    origin_grid: Ref[Grid] | None
    category: Ref[Category]
    channel: Channel
    raiser: Ref[Person]
    serving_firm: Ref[Firm] | None
    matter_text: Confidential
    spot: Confidential | None
    reported_at: datetime


class CaseAccepted(Event):
    """A case was accepted; whoever did answers for it from now on.
    受理事件。"""

    case: Ref["Case"]
    receiver: Ref[Person]


class CaseNotAccepted(Event):
    """A case was not taken up.
    不予受理。"""

    case: Ref["Case"]
    unaccepted_kind: Unaccepted


class CaseMerged(Event):
    """A case was found to be the same as an earlier one.
    并入重复事件。"""

    case: Ref["Case"]
    into: Ref["Case"]


class CaseCorrected(Event):
    """A case that was reported under a wrong category has another.
    更正事件类别。"""

    corrects: Position
    case: Ref["Case"]
    category: Ref[Category]
    reason: Confidential


class CaseDecided(Refusal):
    """It was decided already whether this case is taken up.
    该事件已作出受理决定。"""

    rule = "BR-30"


class CaseItself(Refusal):
    """A case is merged into an earlier one of the same compound that was not merged itself.
    只能并入同一小区内未被并入他件的另一事件。"""

    rule = "BR-30"
    into: Ref[Any]


class BeforeTheLast(Refusal):
    """It is dated {happened}, before the last step of {last}.
    所填时间 {happened} 早于上一步骤的时间 {last}。"""

    code, rule = "CASE_TIME_ORDER", "BR-30"
    happened: datetime
    last: datetime


class GridElsewhere(Refusal):
    """This grid is of {community}, and not of the compound's community.
    该网格属于 {community}，不属于小区所在社区。"""

    rule = "BR-60"
    community: Ref[Community]


class Scene(State):
    """Where a case is: the compound's community, and the firm that serves there.
    事发小区所属社区及现服务企业。"""

    id: Ref[Compound]
    community: Ref[Community] = Ref()
    firm: Ref[Firm] | None = None

    def evolve(self, event: CompoundRegistered | ServiceModeSet) -> "Scene":
        if isinstance(event, CompoundRegistered):
            return replace(self, community=event.community)
        return replace(self, firm=event.provider)


class Case(State, within=Compound):
    """A case.
    事件。"""

    id: Ref["Case"]
    compound: Ref[Compound] = Ref()
    category: Ref[Category] = Ref()
    decided: CaseAccepted | CaseNotAccepted | CaseMerged | None = None
    reported: int = 0
    """Where its report stands in the ledger."""
    reported_at: datetime | None = None

    def evolve(
        self,
        event: CaseReported | CaseAccepted | CaseNotAccepted | CaseMerged | CaseCorrected,
        position: int = 0,
    ) -> "Case":
        match event:
            case CaseReported():
                began = replace(self, reported=position, reported_at=event.reported_at)
                return replace(began, compound=event.compound, category=event.category)
            case CaseCorrected():
                return replace(self, category=event.category)
            case CaseMerged(into=self.id):
                return self  # the other case's tag
        return replace(self, decided=event)

    def after(self, happened: datetime) -> None:
        """Refuse what is decided before it was reported."""
        if self.reported_at and happened < self.reported_at:
            raise BeforeTheLast(happened, self.reported_at)


@decision(anyone=True)
def report(
    case: New[Case],
    compound: Scene,
    category: Category,
    raiser: Acting[Person],
    grid: Grid | None = None,
    *,
    channel: Channel,
    matter_text: Annotated[Confidential, Text(2_000)],
    spot: Confidential | None = None,
    at: datetime,
) -> Iterator[Event]:
    """Report a case in one's own name.
    以本人名义上报事件（群众点单）。"""
    where, what = _place(compound, grid), (category.id, channel)
    yield CaseReported(case.id, *where, *what, raiser.id, compound.firm, matter_text, spot, at)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH, Role.GRID_WORKER})
def report_for(
    case: New[Case],
    compound: Scene,
    category: Category,
    raiser: Person,
    grid: Grid | None = None,
    *,
    channel: Channel,
    matter_text: Annotated[Confidential, Text(2_000)],
    spot: Confidential | None = None,
    at: datetime,
) -> Iterator[Event]:
    """Report a case for somebody who called, came by or was met.
    代来电、来访或巡查所遇群众上报事件。"""
    where, what = _place(compound, grid), (category.id, channel)
    yield CaseReported(case.id, *where, *what, raiser.id, compound.firm, matter_text, spot, at)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def accept(case: Case, receiver: Acting[Person], *, at: datetime) -> Iterator[Event]:
    """Accept a case and answer for it (BR-34).
    受理事件，首接负责。"""
    case.after(at)
    match case.decided:
        case None:
            yield CaseAccepted(case.id, receiver.id)
        case CaseAccepted(receiver=receiver.id):
            return
        case _:
            raise CaseDecided


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def decline(case: Case, *, unaccepted_kind: Unaccepted, at: datetime) -> Iterator[Event]:
    """Say that a case is not taken up, and whom to turn to (BR-35).
    不予受理，并告知相应途径。"""
    case.after(at)
    match case.decided:
        case None:
            yield CaseNotAccepted(case.id, unaccepted_kind)
        case CaseNotAccepted(unaccepted_kind=same) if same is unaccepted_kind:
            return
        case _:
            raise CaseDecided


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def merge(case: Case, into: Case) -> Iterator[Event]:
    """Find a case to be the same as an earlier one of the compound.
    认定为重复事件，并入原事件。"""
    if into.id == case.id or isinstance(into.decided, CaseMerged) or into.compound != case.compound:
        raise CaseItself(into.id)
    match case.decided:
        case None:
            yield CaseMerged(case.id, into.id)
        case CaseMerged(into=into.id):
            return
        case _:
            raise CaseDecided


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def correct(case: Case, category: Category, *, corrects: Position, reason: Confidential) -> Iterator[Event]:
    """Correct the category of a case; what was reported stays on record (BR-84).
    更正事件类别，原记录保留。"""
    check_on_record(corrects, {case.reported} - {0})
    if category.id != case.category:
        yield CaseCorrected(corrects, case.id, category.id, reason)


def _place(compound: Scene, grid: Grid | None) -> tuple[Ref[Compound], Ref[Community], Ref[Grid] | None]:
    if grid and grid.community != compound.community:
        raise GridElsewhere(grid.community)
    return compound.id, compound.community, grid.id if grid else None
