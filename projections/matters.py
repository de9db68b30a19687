"""Matters as people see them: how far each is, which forums were held and valid, and how residents evaluated it."""

from datetime import date
from typing import Any, ClassVar

from domain import firms, matters, people, places
from domain.events import Confidential, Ref
from domain.matters import ForumKind, ForumParty, Step
from domain.words import describe
from projections.figures import counts
from projections.rows import Changes, Row, by, its, new, put

describe(
    step=("How far it is.", "所处环节。"),
    forums_held=("How many forums were held about it.", "协商会议次数。"),
    forums_valid=("At how many of them all parties were.", "四方到齐的次数。"),
    assembly_required=("Whether what was agreed on went to the owners' assembly.", "是否已提请业主大会。"),
)


class Matter(Row, frozen=True, kw_only=True):
    """A matter on its way through the five steps.
    协商事项。"""

    id: Ref[matters.Matter]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    serving_firm: Ref[firms.Firm] | None
    raiser: Ref[people.Person]
    matter_text: Confidential
    raised_on: date
    step: Step = Step.RAISED
    needs_assembly: bool = False
    assembly_required: bool = False
    reason: Confidential | None = None
    forums_held: int = 0
    forums_valid: int = 0
    in_charge: Ref[Any] | None = None
    finished_on: date | None = None
    ratings_given: int | None = None
    score_sum: int | None = None

    on: ClassVar[Changes] = {
        matters.MatterRaised: new(step=Step.RAISED),
        matters.MatterVerified: put(step=Step.VERIFIED, needs_assembly=its.needs_assembly),
        matters.MatterDeclined: put(step=Step.DECLINED, reason=its.reason),
        matters.ForumHeld: put(
            forums_held=its.forum_no,
            forums_valid=lambda row, event: row.forums_valid + event.forum_valid,
            step=lambda row, event: Step.DELIBERATED if event.forum_valid and event.conclusion else row.step,
        ),
        matters.AssemblyRequired: put(assembly_required=True, needs_assembly=True),
        matters.MajorMatterGated: put(needs_assembly=lambda row, event: row.needs_assembly or event.to_assembly),
        matters.MatterCleared: put(needs_assembly=False),
        matters.MatterHandedOut: put(step=Step.HANDLED, in_charge=its.in_charge),
        matters.MatterDone: put(step=Step.DONE, finished_on=its.finished_on),
        matters.MatterEvaluated: put(step=Step.EVALUATED, ratings_given=its.ratings_given, score_sum=its.score_sum),
    }
    lists: ClassVar = (by("compound"), by("community"), by("step"), by("needs_assembly"), by("serving_firm"))
    orders: ClassVar = ("raised_on",)
    own: ClassVar = ("raiser",)


class Forum(Row, frozen=True, kw_only=True):
    """A forum about a matter.
    协商会议。"""

    id: str
    matter: Ref[matters.Matter]
    compound: Ref[places.Compound]
    forum_no: int
    forum_kind: ForumKind
    forum_parties: tuple[ForumParty, ...]
    absent_parties: tuple[ForumParty, ...]
    forum_valid: bool
    conclusion: str | None
    forum_on: date

    on: ClassVar[Changes] = {matters.ForumHeld: new(key=lambda event: f"{event.matter}@{event.forum_no}")}
    lists: ClassVar = (by("matter"), by("compound"), by("forum_kind"), by("forum_valid"))
    orders: ClassVar = ("forum_on",)


counts(
    "mattersThroughFiveSteps",
    "提核议办评",
    "Matters through the five steps",
    Matter,
    where=lambda row: row.step is Step.EVALUATED,
)
counts(
    "waimaoDeliberations",
    "有效协商议事会",
    "Deliberation meetings that were valid",
    Forum,
    where=lambda row: row.forum_valid,
)
