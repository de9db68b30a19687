"""Assemblies: the owners of a compound decide together: proposed, noticed, open, closed (BR-11 to BR-15).

Notice is given fifteen days ahead, the day of notice not counted. What was not noticed is not voted on; from the
opening on nothing changes: roster, rules and questions are copied, and who may vote is admitted one by one. Closed is
final. What has to change is cancelled with its reason, and another assembly called.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from domain.bodies import CHINA
from domain.decisions import New, Text, decision
from domain.events import Audience, Confidential, Event, Hundredths, Ref
from domain.firms import Firm
from domain.matters import AssemblyRequired, Matter
from domain.owners import OwnersRoster, RosterNotFrozen, Site
from domain.people import Person
from domain.places import Community, Compound
from domain.reactions import Act, act, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.rulebooks import Premises
from domain.states import State
from domain.tallies import Item, ItemClass, earliest_opening
from domain.words import Labelled, describe

describe(
    assembly=("The assembly.", "业主大会会议。"),
    on_matter=("The matter that it is called to decide.", "所议协商事项。"),
    extraordinary=("Whether it is an extraordinary one.", "是否临时会议。"),
    question_no=("The number of the question, from 1 on.", "表决事项序号，自 1 起。"),
    question_item=("Which matter of the Civil Code it is.", "表决事项类别（民法典第二百七十八条）。"),
    question=("What is voted on.", "表决内容。"),
    notified_on=("The day on which all owners were notified.", "通知日期。"),
    opens_on=("The first day of the voting.", "表决开始日期。"),
    closes_at=("The end of the voting.", "表决截止时间。"),
    opened_at=("When the voting was opened.", "开启表决时间。"),
    committee_told=("Whether the residents' committee was told.", "是否告知居民委员会。"),
)


class AssemblyStep(Labelled):
    """How far an assembly is.
    业主大会会议所处阶段。"""

    PROPOSED = "Proposed", "拟召开"
    NOTIFIED = "Owners notified", "已通知"
    VOTING = "Voting", "表决中"
    CLOSED = "Closed", "已结束"
    CANCELLED = "Cancelled", "已取消"


class AssemblyProposed(Event):
    """An assembly of a compound's owners was proposed.
    拟召开业主大会会议。"""

    assembly: Ref["Assembly"]
    compound: Ref[Compound]
    community: Ref[Community]
    extraordinary: bool
    on_matter: Ref[Matter] | None


class QuestionPut(Event):
    """A question was put on the list of an assembly, or put otherwise.
    列入或修改表决事项。"""

    assembly: Ref["Assembly"]
    question_no: int
    question_item: Item
    question: str


class AssemblyNotified(Event):
    """All owners were notified of an assembly.
    通知全体业主召开会议。"""

    assembly: Ref["Assembly"]
    compound: Ref[Compound]
    owners_roster: Ref[OwnersRoster]
    notified_on: date
    opens_on: date
    closes_at: datetime
    committee_told: bool
    rules_revision: int


class VotingOpened(Event, version=2):
    """Voting was opened, on a frozen roster and by the rules in force.
    开启表决，名册与议事规则一并固定。"""

    assembly: Ref["Assembly"]
    compound: Ref[Compound]
    owners_roster: Ref[OwnersRoster]
    roster_digest: str
    heads: int
    exclusive_area: Hundredths
    rules_revision: int
    ballots_changeable: bool
    extension_allowed: bool
    fund_by_dissent: bool
    most_proxies: int
    posting_days: int
    serving_firm: Ref[Firm] | None
    opened_at: datetime
    closes_at: datetime
    silent_join: bool = False


class ElectorAdmitted(Event, audience=Audience.STAFF):
    """An owner of the frozen roster may vote in an assembly.
    业主取得本次会议表决权。"""

    assembly: Ref["Assembly"]
    owner: Ref[Person]
    exclusive_area: Hundredths


class VotingExtended(Event):
    """The end of a voting was put off.
    表决延期。"""

    assembly: Ref["Assembly"]
    reason: Confidential
    closes_at: datetime


class AssemblyCancelled(Event):
    """An assembly was cancelled, with the reason.
    取消业主大会会议。"""

    assembly: Ref["Assembly"]
    compound: Ref[Compound]
    reason: Confidential


class VotingClosed(Event):
    """Voting was closed for ever, and counted.
    表决截止并计票。"""

    assembly: Ref["Assembly"]
    compound: Ref[Compound]
    cast_heads: int
    cast_area: Hundredths
    closes_at: datetime
    closed_at: datetime


class NoticeTooShort(Refusal):
    """Notice of {notified_on} allows voting from {earliest} on, not on {opens_on}.
    自 {notified_on} 通知，最早可于 {earliest} 开始表决，不得为 {opens_on}。"""

    rule = "BR-11"
    notified_on: date
    opens_on: date
    earliest: date


class AssemblyStepUnfit(Refusal):
    """This assembly is {step_now}; that is done only while it is {step_needed}.
    该会议当前为 {step_now}，此操作仅限于 {step_needed}。"""

    code, rule = "ASSEMBLY_STEP", "BR-15"
    labels = (AssemblyStep,)
    step_now: str
    step_needed: tuple[str, ...]


class AssemblyFrozen(Refusal):
    """Owners were notified of these questions; cancel the assembly and call another to change them.
    表决事项已通知业主，不得修改；确需修改的须取消后另行召集。"""

    rule = "BR-15"


class TopicNotNoticed(Refusal):
    """Only what the owners were notified of is voted on.
    未经通知的事项不得列入表决。"""

    rule = "BR-12"


class ClosedIsFinal(Refusal):
    """This voting is closed, and closed is final.
    表决已截止，结果不得更改。"""

    rule = "BR-15"


class QuestionsMissing(Refusal):
    """There is nothing to vote on yet.
    尚未列入表决事项。"""

    rule = "BR-12"


class NoSuchQuestion(Refusal):
    """There are {question_count} questions, and none of the number {question_no}.
    共 {question_count} 项表决事项，没有第 {question_no} 项。"""

    rule = "BR-12"
    question_no: int
    question_count: int


class RulesChanged(Refusal):
    """Owners were notified under revision {noticed_revision} of the rules; {rules_revision} is in force now.
    通知时议事规则为第 {noticed_revision} 版，现行为第 {rules_revision} 版，须重新通知。"""

    rule = "BR-15"
    noticed_revision: int
    rules_revision: int


class MatterElsewhere(Refusal):
    """This matter is of another compound.
    该事项属于其他小区。"""

    rule = "BR-12"


class NotDecidedByAssembly(Refusal):
    """This takes the consent of every interested owner, not a majority.
    该事项须经有利害关系的业主一致同意，不由业主大会多数决定。"""

    rule = "BR-19a"


class NotOfThisCompound(Refusal):
    """The assembly is of {compound}; roster and compound are the same.
    本次会议属于 {compound}，名册与小区须一致。"""

    rule = "BR-01"
    compound: Ref[Compound]


class RulebookMissing(Refusal):
    """This compound has no rules of procedure on record.
    该小区尚未登记议事规则。"""

    rule = "BR-15"


class NotTheNoticedRoster(Refusal):
    """Owners were notified with another roster.
    所用名册与通知时的名册不一致。"""

    rule = "BR-15"


class ParkingDiffers(Refusal):
    """Roster and rules differ about parking; the rules say {parking_counted}.
    名册与议事规则关于车位是否计入的规定不一致（规则：{parking_counted}）。"""

    rule = "BR-03"
    parking_counted: bool


class NotOnTheDay(Refusal):
    """A notice of {notified_on} cannot be recorded on {today}: it is recorded on the day itself.
    不能于 {today} 补登 {notified_on} 的通知，须当日登记。"""

    rule = "BR-11"
    notified_on: date
    today: date


class TooEarly(Refusal):
    """Voting opens on {opens_on}.
    表决自 {opens_on} 开始。"""

    rule = "BR-11"
    opens_on: date


class EndUnfit(Refusal):
    """The voting would end at {closes_at}, which is not later than {begins_at}.
    截止时间 {closes_at} 须晚于 {begins_at}。"""

    rule = "BR-15"
    closes_at: datetime
    begins_at: datetime


class ExtensionNotAllowed(Refusal):
    """The rules of procedure do not let a voting be extended.
    议事规则不允许延期表决。"""

    rule = "BR-15"


class VotingIsClosed(Refusal):
    """Voting ended at {closes_at}.
    表决已于 {closes_at} 截止。"""

    code, rule = "VOTING_CLOSED", "BR-15"
    closes_at: datetime


Proceeding = (
    AssemblyProposed | QuestionPut | AssemblyNotified | VotingOpened | VotingExtended | AssemblyCancelled | VotingClosed
)
"""All that happens to an assembly, but for its ballots and authorities."""


class Assembly(State, within=Compound):
    """An assembly, all but its ballots.
    业主大会会议。"""

    id: Ref["Assembly"]
    compound: Ref[Compound] = Ref()
    step: AssemblyStep = AssemblyStep.PROPOSED
    questions: tuple[QuestionPut, ...] = ()
    notice: AssemblyNotified | None = None
    voting: VotingOpened | None = None
    ends: datetime | None = None
    closed: VotingClosed | None = None

    def evolve(self, event: Proceeding) -> "Assembly":
        changes: dict[str, Any] = {}
        match event:
            case AssemblyProposed():
                changes = {"compound": event.compound}
            case QuestionPut(question_no=number):
                changes = {"questions": (*self.questions[: number - 1], event, *self.questions[number:])}
            case AssemblyNotified():
                changes = {"step": AssemblyStep.NOTIFIED, "notice": event, "ends": event.closes_at}
            case VotingOpened():
                changes = {"step": AssemblyStep.VOTING, "voting": event, "ends": event.closes_at}
            case VotingExtended():
                changes = {"ends": event.closes_at}
            case AssemblyCancelled():
                changes = {"step": AssemblyStep.CANCELLED}
            case VotingClosed():
                changes = {"step": AssemblyStep.CLOSED, "closed": event}
        return replace(self, **changes)

    def at_step(self, *needed: AssemblyStep) -> None:
        """Refuse what is not done at the step that it is at."""
        if self.step is AssemblyStep.CLOSED:
            raise ClosedIsFinal
        if self.step not in needed:
            raise AssemblyStepUnfit(self.step.name, tuple(step.name for step in needed))

    def check_voting(self, at: datetime) -> VotingOpened:
        """The voting that is open at a moment, or a refusal."""
        if self.step is AssemblyStep.CLOSED and self.ends:
            raise VotingIsClosed(self.ends)
        self.at_step(AssemblyStep.VOTING)
        if self.voting is None or self.ends is None or at > self.ends:
            raise VotingIsClosed(self.ends or at)
        return self.voting


CONVENERS = frozenset({Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})


@decision(roles=CONVENERS)
def propose(
    assembly: New[Assembly], compound: Site, matter: Matter | None = None, *, extraordinary: bool = False
) -> Iterator[Event]:
    """Propose an assembly of a compound's owners.
    拟召开业主大会会议。"""
    if matter and matter.compound != compound.id:
        raise MatterElsewhere
    about = matter.id if matter else None
    yield AssemblyProposed(assembly.id, compound.id, compound.community, extraordinary, about)


@reaction
def follow_deliberation(event: AssemblyRequired) -> Iterator[Act]:
    """What was agreed on and needs the owners is proposed to an assembly.
    协商事项须经业主共同决定的，即拟召开业主大会会议。"""
    yield act(propose, compound=event.compound, matter=event.matter)


@decision(roles=CONVENERS)
def put_question(assembly: Assembly, *, question_item: Item, question: Annotated[str, Text(500)]) -> Iterator[Event]:
    """Put a question on the list of an assembly.
    列入表决事项。"""
    if assembly.step in {AssemblyStep.NOTIFIED, AssemblyStep.VOTING}:
        raise TopicNotNoticed
    assembly.at_step(AssemblyStep.PROPOSED)
    _check_item(question_item)
    yield QuestionPut(assembly.id, len(assembly.questions) + 1, question_item, question)


@decision(roles=CONVENERS)
def edit_question(
    assembly: Assembly, *, question_no: int, question_item: Item, question: Annotated[str, Text(500)]
) -> Iterator[Event]:
    """Put a question otherwise, before the owners are notified.
    通知业主前修改表决事项。"""
    if assembly.step in {AssemblyStep.NOTIFIED, AssemblyStep.VOTING}:
        raise AssemblyFrozen
    assembly.at_step(AssemblyStep.PROPOSED)
    _check_item(question_item)
    if not 1 <= question_no <= len(assembly.questions):
        raise NoSuchQuestion(question_no, len(assembly.questions))
    put = QuestionPut(assembly.id, question_no, question_item, question)
    if put != assembly.questions[question_no - 1]:
        yield put


@decision(roles=CONVENERS)
def notify(
    assembly: Assembly,
    owners_roster: OwnersRoster,
    compound: Premises,
    *,
    opens_on: date,
    closes_at: datetime,
    committee_told: bool,
    now: datetime,
    at: datetime,
) -> Iterator[Event]:
    """Record, on the day itself, that all owners were notified of an assembly, its questions and its rules.
    当日登记已将会议、表决事项及议事规则通知全体业主。"""
    day = now.astimezone(CHINA).date()
    if at.astimezone(CHINA).date() != day:
        raise NotOnTheDay(at.astimezone(CHINA).date(), day)
    if compound.rules is None:
        raise RulebookMissing
    rules = compound.rules.rules_revision
    given = (assembly.compound, owners_roster.id, day, opens_on, closes_at, committee_told, rules)
    noticed = AssemblyNotified(assembly.id, *given)
    if noticed == assembly.notice and assembly.step is AssemblyStep.NOTIFIED:
        return
    assembly.at_step(AssemblyStep.PROPOSED)
    if not assembly.questions:
        raise QuestionsMissing
    if {owners_roster.compound, compound.id} != {assembly.compound}:
        raise NotOfThisCompound(assembly.compound)
    if opens_on < earliest_opening(day):
        raise NoticeTooShort(day, opens_on, earliest_opening(day))
    begins = datetime(opens_on.year, opens_on.month, opens_on.day, tzinfo=CHINA)
    if closes_at <= begins:
        raise EndUnfit(closes_at, begins)
    yield noticed


@decision(roles=CONVENERS)
def open_voting(
    assembly: Assembly, owners_roster: OwnersRoster, compound: Premises, *, now: datetime
) -> Iterator[Event]:
    """Open the voting: roster, rules and questions are fixed, and every owner is admitted.
    开启表决：固定名册、规则与事项，逐一确认表决权。"""
    assembly.at_step(AssemblyStep.NOTIFIED)
    notice, frozen, rules = assembly.notice, owners_roster.frozen, compound.rules
    if {owners_roster.compound, compound.id} != {assembly.compound}:
        raise NotOfThisCompound(assembly.compound)
    if notice is None or owners_roster.id != notice.owners_roster:
        raise NotTheNoticedRoster
    if frozen is None:
        raise RosterNotFrozen
    if rules is None:
        raise RulebookMissing
    if rules.rules_revision != notice.rules_revision:
        raise RulesChanged(notice.rules_revision, rules.rules_revision)
    if rules.parking_counted is not owners_roster.parking_counted:
        raise ParkingDiffers(rules.parking_counted)
    if now.astimezone(CHINA).date() < notice.opens_on:
        raise TooEarly(notice.opens_on)
    if now >= notice.closes_at:
        raise VotingIsClosed(notice.closes_at)
    yield VotingOpened(
        *(assembly.id, compound.id, owners_roster.id, frozen.roster_digest, frozen.heads, frozen.exclusive_area),
        *(rules.rules_revision, rules.ballots_changeable, rules.extension_allowed, rules.fund_by_dissent),
        *(rules.most_proxies, rules.posting_days),
        serving_firm=compound.by(now.astimezone(CHINA).date()),
        opened_at=now,
        closes_at=notice.closes_at,
        silent_join=rules.silent_join,
    )
    for owner, weight in sorted(owners_roster.electors.items()):
        yield ElectorAdmitted(assembly.id, owner, Hundredths(weight.area))


@decision(roles=CONVENERS)
def extend_voting(assembly: Assembly, *, closes_at: datetime, reason: Confidential, now: datetime) -> Iterator[Event]:
    """Put off the end of a voting, where the rules let this be done.
    延长表决期限（议事规则允许时）。"""
    voting = assembly.check_voting(now)
    if not voting.extension_allowed:
        raise ExtensionNotAllowed
    if assembly.ends and closes_at <= assembly.ends:
        raise EndUnfit(closes_at, assembly.ends)
    yield VotingExtended(assembly.id, reason, closes_at)


@decision(roles=CONVENERS)
def cancel(assembly: Assembly, *, reason: Confidential, now: datetime) -> Iterator[Event]:
    """Cancel an assembly, with the reason.
    取消业主大会会议。"""
    if assembly.step is AssemblyStep.CANCELLED:
        return
    assembly.at_step(AssemblyStep.PROPOSED, AssemblyStep.NOTIFIED, AssemblyStep.VOTING)
    if assembly.step is AssemblyStep.VOTING:
        assembly.check_voting(now)
    yield AssemblyCancelled(assembly.id, assembly.compound, reason)


def _check_item(item: Item) -> None:
    if item.item_class is ItemClass.UNANIMOUS_INTERESTED:
        raise NotDecidedByAssembly
