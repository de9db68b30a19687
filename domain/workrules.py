"""Work rules: drafted by a community, approved by the county's commission, then put on the wall (BR-92, Q46).

A text is the file that was kept as evidence, known by its digest, so that what is posted is what was approved, to the
byte. A returned draft is revised as the next version; whatever is posted stays on record with its version.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import Acting, New, Past, Text, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.people import Person
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue
from domain.words import Labelled, describe

describe(
    work_rule=("The work rule.", "工作制度。"),
    rule_class=("What it is about.", "制度类别。"),
    rule_version=("The number of the version, from 1 on.", "版本号，自 1 起。"),
    rule_text=("The file with the text, known by its digest.", "制度文本（以摘要识别的文件）。"),
    comment=("Why it is returned; only staff may read it.", "退回意见，仅工作人员可见。"),
    reviewer=("Who reviewed it for the commission.", "审核人。"),
    posted_at_venue=("The venue where it is on the wall.", "张贴阵地。"),
    posted_on=("The day on which it was put on the wall.", "上墙日期。"),
)


class RuleClass(Labelled):
    """What a work rule is about.
    工作制度类别。"""

    DUTY = "Duty", "值班制度"
    WORK = "Work", "工作制度"
    SERVICE = "Service", "服务制度"
    DELIBERATION = "Deliberation", "议事制度"


class RuleStage(Labelled):
    """How far a version of a work rule is.
    工作制度所处环节。"""

    DRAFT = "Drafted", "起草"
    SUBMITTED = "Submitted", "送审"
    RETURNED = "Returned", "退回修改"
    APPROVED = "Approved", "审核通过"


class WorkRuleDrafted(Event):
    """A version of a work rule was drafted.
    起草或修订工作制度。"""

    work_rule: Ref["WorkRule"]
    community: Ref[Community]
    rule_class: RuleClass
    name: str
    rule_version: int
    rule_text: Ref[Exhibit]


class WorkRuleSubmitted(Event):
    """A version of a work rule went to the commission.
    工作制度送审。"""

    work_rule: Ref["WorkRule"]
    rule_version: int


class WorkRuleReturned(Event):
    """The commission returned a version with a comment.
    退回修改。"""

    work_rule: Ref["WorkRule"]
    rule_version: int
    reviewer: Ref[Person]
    comment: Confidential


class WorkRuleApproved(Event):
    """The commission approved a version.
    审核通过。"""

    work_rule: Ref["WorkRule"]
    rule_version: int
    rule_text: Ref[Exhibit]
    reviewer: Ref[Person]


class WorkRulePosted(Event):
    """The approved text was put on the wall of a venue.
    制度上墙。"""

    work_rule: Ref["WorkRule"]
    posted_at_venue: Ref[Venue]
    rule_version: int
    rule_text: Ref[Exhibit]
    posted_on: date


class RuleNotApproved(Refusal):
    """No version of this rule is approved; nothing else goes on the wall.
    该制度尚无审核通过的版本，不得张贴。"""

    rule = "BR-92"
    rule_version: int
    stage: str


class PostedTextDiffers(Refusal):
    """What is on the wall is not the approved text, which is {approved} (version {rule_version}).
    张贴文本与审核通过的第 {rule_version} 版文本（{approved}）不一致。"""

    rule = "BR-92"
    rule_version: int
    approved: Ref[Exhibit]
    posted: Ref[Exhibit]


class RuleStageUnfit(Refusal):
    """Version {rule_version} is {stage}; that is done only while it is {needed}.
    第 {rule_version} 版当前环节为 {stage}，此操作仅限于 {needed}。"""

    rule = "BR-92"
    rule_version: int
    stage: str
    needed: tuple[str, ...]


class WorkRule(State, within=Community):
    """A work rule, with its latest version and the one that was approved last.
    工作制度。"""

    id: Ref["WorkRule"]
    latest: WorkRuleDrafted | None = None
    stage: RuleStage = RuleStage.DRAFT
    approved: WorkRuleApproved | None = None
    posted: tuple[WorkRulePosted, ...] = ()

    def evolve(
        self,
        event: WorkRuleDrafted | WorkRuleSubmitted | WorkRuleReturned | WorkRuleApproved | WorkRulePosted,
    ) -> "WorkRule":
        match event:
            case WorkRuleDrafted():
                return replace(self, latest=event, stage=RuleStage.DRAFT)
            case WorkRuleSubmitted():
                return replace(self, stage=RuleStage.SUBMITTED)
            case WorkRuleReturned():
                return replace(self, stage=RuleStage.RETURNED)
            case WorkRuleApproved():
                return replace(self, stage=RuleStage.APPROVED, approved=event)
            case WorkRulePosted():
                return replace(self, posted=(*self.posted, event))

    @property
    def version(self) -> int:
        return self.latest.rule_version if self.latest else 0

    def at_stage(self, *needed: RuleStage) -> None:
        """Refuse what is not done at the stage where the latest version is."""
        if self.stage not in needed:
            raise RuleStageUnfit(self.version, self.stage.name, tuple(stage.name for stage in needed))


@decision(roles={Role.COMMUNITY})
def draft(
    work_rule: New[WorkRule],
    community: Community,
    rule_text: Exhibit,
    *,
    rule_class: RuleClass,
    name: Annotated[str, Text(100)],
) -> Iterator[Event]:
    """Draft a work rule.
    起草工作制度。"""
    yield WorkRuleDrafted(work_rule.id, community.id, rule_class, name, 1, rule_text.id)


@decision(roles={Role.COMMUNITY})
def revise(work_rule: WorkRule, rule_text: Exhibit) -> Iterator[Event]:
    """Draft the next version of a work rule that was returned or approved.
    修订工作制度，为下一版。"""
    latest = work_rule.latest
    if latest is None or latest.rule_text == rule_text.id:
        return
    work_rule.at_stage(RuleStage.RETURNED, RuleStage.APPROVED)
    yield replace(latest, rule_version=latest.rule_version + 1, rule_text=rule_text.id)


@decision(roles={Role.COMMUNITY})
def submit(work_rule: WorkRule) -> Iterator[Event]:
    """Submit the latest version of a work rule to the commission.
    工作制度送县委政法委审核。"""
    if work_rule.stage is not RuleStage.SUBMITTED:
        work_rule.at_stage(RuleStage.DRAFT)
        yield WorkRuleSubmitted(work_rule.id, work_rule.version)


@decision(roles={Role.PLAC})
def send_back(
    work_rule: WorkRule, reviewer: Acting[Person], *, comment: Annotated[Confidential, Text(500)]
) -> Iterator[Event]:
    """Return the submitted version of a work rule with a comment.
    退回修改并附意见。"""
    work_rule.at_stage(RuleStage.SUBMITTED)
    yield WorkRuleReturned(work_rule.id, work_rule.version, reviewer.id, comment)


@decision(roles={Role.PLAC})
def approve(work_rule: WorkRule, reviewer: Acting[Person]) -> Iterator[Event]:
    """Approve the submitted version of a work rule.
    审核通过。"""
    if work_rule.stage is RuleStage.APPROVED:
        return
    work_rule.at_stage(RuleStage.SUBMITTED)
    if latest := work_rule.latest:
        yield WorkRuleApproved(work_rule.id, latest.rule_version, latest.rule_text, reviewer.id)


@decision(roles={Role.COMMUNITY})
def post(work_rule: WorkRule, venue: Venue, rule_text: Exhibit, *, posted_on: Past) -> Iterator[Event]:
    """Put the approved text of a work rule on the wall of a venue.
    将审核通过的制度上墙。"""
    approved = work_rule.approved
    if approved is None:
        raise RuleNotApproved(work_rule.version, work_rule.stage.name)
    if rule_text.id != approved.rule_text:
        raise PostedTextDiffers(approved.rule_version, approved.rule_text, rule_text.id)
    if not any(
        (each.posted_at_venue, each.rule_version) == (venue.id, approved.rule_version) for each in work_rule.posted
    ):
        yield WorkRulePosted(work_rule.id, venue.id, approved.rule_version, rule_text.id, posted_on)
