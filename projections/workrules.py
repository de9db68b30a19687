"""Work rules as people see them: which version is approved, which is on which wall, and what is out of date there."""

from datetime import date
from typing import ClassVar

from domain import exhibits, people, places, venues, workrules
from domain.events import Confidential, Ref
from domain.words import describe
from domain.workrules import RuleStage
from projections.gaps import gap
from projections.rows import Changes, Row, by, its, new, put

describe(
    stage=("How far the latest version is.", "最新版本所处环节。"),
    approved_version=("The version that was approved last; null: none.", "最近审核通过的版本；没有则为空。"),
)


class WorkRule(Row, frozen=True, kw_only=True):
    """A work rule of a community.
    社区工作制度。"""

    id: Ref[workrules.WorkRule]
    community: Ref[places.Community]
    rule_class: workrules.RuleClass
    name: str
    rule_version: int
    rule_text: Ref[exhibits.Exhibit]
    stage: RuleStage = RuleStage.DRAFT
    approved_version: int | None = None
    reviewer: Ref[people.Person] | None = None
    comment: Confidential | None = None

    on: ClassVar[Changes] = {
        workrules.WorkRuleDrafted: new(
            stage=RuleStage.DRAFT,
            approved_version=lambda row, _: row.approved_version if row else None,
            reviewer=None,
            comment=None,
        ),
        workrules.WorkRuleSubmitted: put(stage=RuleStage.SUBMITTED),
        workrules.WorkRuleReturned: put(stage=RuleStage.RETURNED, reviewer=its.reviewer, comment=its.comment),
        workrules.WorkRuleApproved: put(
            stage=RuleStage.APPROVED, approved_version=its.rule_version, reviewer=its.reviewer
        ),
    }
    lists: ClassVar = (by("community"), by("rule_class"), by("stage"))


class PostedRule(Row, frozen=True, kw_only=True):
    """A version of a work rule on the wall of a venue.
    上墙的工作制度。"""

    id: str
    work_rule: Ref[workrules.WorkRule]
    posted_at_venue: Ref[venues.Venue]
    rule_version: int
    rule_text: Ref[exhibits.Exhibit]
    posted_on: date

    on: ClassVar[Changes] = {
        workrules.WorkRulePosted: new(key=lambda event: f"{event.work_rule}@{event.posted_at_venue}")
    }
    lists: ClassVar = (by("work_rule"), by("posted_at_venue"))
    orders: ClassVar = ("posted_on",)


gap(
    PostedRule,
    "OUT_OF_DATE",
    "张贴版本已过时",
    "Another version was approved since",
    """exists (select from {WorkRule} x where x.ledger = {a}.ledger and x.id = {a}.work_rule
        and x.approved_version is distinct from {a}.rule_version)""",
    reads=(WorkRule,),
    columns=("work_rule", "rule_version"),
    held=False,
)
