"""Matters: residents raise, the branch verifies, four parties deliberate, a body handles, residents evaluate (Q25).

A forum at which one of the parties is missing was held and does not count. Where no firm serves the compound, its
community takes the firm's place. What needs the owners' assembly is said to; nobody is made to handle it before.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from domain.bodies import CHINA
from domain.cases import Scene
from domain.decisions import Acting, New, Past, Text, decision
from domain.evaluations import MOST, ScoreUnfit
from domain.events import Confidential, Event, Hundredths, Ref
from domain.firms import Firm
from domain.people import Person
from domain.periods import check_same, in_order
from domain.places import Community, Compound
from domain.refusals import Refusal
from domain.residents import Resident
from domain.roles import Role
from domain.states import State, key_of
from domain.words import Labelled, describe

describe(
    matter=("The matter.", "协商事项。"),
    raised_on=("The day on which it was raised.", "提出日期。"),
    forum_no=("The number of the forum about it, from 1 on.", "协商会议序号，自 1 起。"),
    forum_kind=("The kind of forum.", "协商平台类别。"),
    forum_parties=("The parties that were there.", "到会各方。"),
    absent_parties=("The parties that had to be there and were not.", "应到未到各方。"),
    forum_valid=("Whether all parties were there.", "四方是否到齐。"),
    conclusion=("What was agreed on, if anything was.", "协商结论，未达成的为空。"),
    forum_on=("The day on which the forum was held.", "协商日期。"),
    needs_assembly=("Whether the owners' assembly has to decide.", "是否须提交业主大会。"),
    to_assembly=("Whether the owners' assembly is to decide.", "是否提交业主大会。"),
    cleared_by=("The assembly that decided it.", "作出决定的业主大会会议。"),
    in_charge=("Which body handles it.", "承办单位。"),
    helpers=("Who helps.", "协办单位。"),
    finished_on=("The day on which it was done.", "办结日期。"),
    ratings_given=("How many residents evaluated it.", "评价人数。"),
    score_sum=("The sum of their scores.", "评分合计。"),
)


class Step(Labelled):
    """How far a matter is.
    协商事项所处环节。"""

    RAISED = "Raised", "居民提事"
    DECLINED = "Declined", "不予协商"
    VERIFIED = "Verified", "支部核事"
    DELIBERATED = "Deliberated", "协商议事"
    HANDLED = "Being handled", "联动办事"
    DONE = "Done", "已办结"
    EVALUATED = "Evaluated", "群众评事"


class ForumKind(Labelled):
    """A kind of forum.
    协商平台类别。"""

    HEART_TO_HEART = "Heart-to-heart meeting", "恳谈会"
    COORDINATION = "Coordination meeting", "协调会"
    HALL = "Deliberation hall", "议事厅"


class ForumParty(Labelled):
    """A party of a forum.
    协商各方。"""

    BRANCH = "Party branch", "小区党组织"
    COMMITTEE = "Owners' or management committee", "业委会（物管会）"
    FIRM = "Property firm", "物业企业"
    RESIDENTS = "Residents' representatives", "居民代表"
    COMMUNITY = "Community", "社区"


class MatterRaised(Event):
    """A resident raised a matter.
    居民提事。"""

    matter: Ref["Matter"]
    compound: Ref[Compound]
    community: Ref[Community]
    serving_firm: Ref[Firm] | None
    raiser: Ref[Person]
    matter_text: Confidential
    raised_on: date


class MatterVerified(Event):
    """The branch verified a matter.
    支部核事。"""

    matter: Ref["Matter"]
    needs_assembly: bool


class MatterDeclined(Event):
    """The branch declined a matter, with the reason.
    不予协商。"""

    matter: Ref["Matter"]
    reason: Confidential


class ForumHeld(Event):
    """A forum about a matter was held.
    召开协商会议。"""

    matter: Ref["Matter"]
    compound: Ref[Compound]
    forum_no: int
    forum_kind: ForumKind
    forum_parties: tuple[ForumParty, ...]
    absent_parties: tuple[ForumParty, ...]
    forum_valid: bool
    conclusion: str | None
    forum_on: date


class AssemblyRequired(Event):
    """What was agreed on has to be decided by the owners' assembly.
    须提交业主大会表决。"""

    matter: Ref["Matter"]
    compound: Ref[Compound]


class MajorMatterGated(Event):
    """The committee looked at a major matter: it may go on, or the owners' assembly decides.
    业委会（物管会）对重大事项把关。"""

    matter: Ref["Matter"]
    to_assembly: bool


class MatterCleared(Event):
    """The owners' assembly decided what was agreed on, so that it may be handled.
    业主大会已作出决定，可予办理。"""

    matter: Ref["Matter"]
    cleared_by: Ref[Any]


class MatterHandedOut(Event):
    """A body handles a matter, with others' help.
    确定承办与协办单位。"""

    matter: Ref["Matter"]
    in_charge: Ref[Any]
    helpers: tuple[Ref[Any], ...]


class MatterDone(Event):
    """A matter was done.
    事项办结。"""

    matter: Ref["Matter"]
    finished_on: date


class MatterRated(Event):
    """A resident evaluated how a matter was handled.
    居民评事。"""

    matter: Ref["Matter"]
    rater: Ref[Person]
    public_score: Hundredths


class MatterEvaluated(Event):
    """The evaluation of a matter was closed: how many scored it, and the sum.
    评事结束。"""

    matter: Ref["Matter"]
    compound: Ref[Compound]
    ratings_given: int
    score_sum: int


class StepUnfit(Refusal):
    """This matter is {step}; that is done only while it is {needed}.
    该事项当前环节为 {step}，此操作仅限于 {needed}。"""

    code, rule = "MATTER_STEP", "BR-49"
    labels = (Step,)
    step: str
    needed: tuple[str, ...]


class NotResident(Refusal):
    """Only who owns or occupies a home in {compound} does this.
    仅限小区（{compound}）业主或住户。"""

    code, rule = "NOT_RESIDENT_THERE", "BR-49"
    compound: Ref[Compound]


class MatterNeedsAssembly(Refusal):
    """This is for the owners' assembly to decide first.
    该事项须先经业主大会决定。"""

    rule = "BR-05"


class NobodyRated(Refusal):
    """Nobody has evaluated this matter yet.
    该事项尚无人评价。"""

    rule = "BR-51"


class Matter(State, within=Compound):
    """A matter on its way through the five steps.
    协商事项。"""

    id: Ref["Matter"]
    compound: Ref[Compound] = Ref()
    firm: Ref[Firm] | None = None
    step: Step = Step.RAISED
    raised: date = date.min
    forums: int = 0
    latest: date = date.min
    needs_assembly: bool = False
    required: bool = False
    """Whether an assembly has been asked for."""
    out: MatterHandedOut | None = None
    scores: tuple[tuple[Ref[Person], Hundredths], ...] = ()

    def evolve(
        self,
        event: MatterRaised
        | MatterVerified
        | MatterDeclined
        | ForumHeld
        | AssemblyRequired
        | MatterCleared
        | MajorMatterGated
        | MatterHandedOut
        | MatterDone
        | MatterRated
        | MatterEvaluated,
    ) -> "Matter":
        changes = self._agreed(event) or self._handled(event)
        if isinstance(event, AssemblyRequired | MatterCleared):
            changes = {"required": True, "needs_assembly": isinstance(event, AssemblyRequired)}
        if isinstance(event, MajorMatterGated):
            changes = {"needs_assembly": self.needs_assembly or event.to_assembly}
        return replace(self, **changes)

    def _agreed(self, event: Event) -> dict[str, Any]:
        match event:
            case MatterRaised():
                return {"compound": event.compound, "firm": event.serving_firm, "raised": event.raised_on}
            case MatterVerified():
                return {"step": Step.VERIFIED, "needs_assembly": event.needs_assembly}
            case MatterDeclined():
                return {"step": Step.DECLINED}
            case ForumHeld():
                agreed = event.forum_valid and event.conclusion is not None
                told = {"forums": event.forum_no, "latest": event.forum_on}
                return told | ({"step": Step.DELIBERATED} if agreed else {})
        return {}

    def _handled(self, event: Event) -> dict[str, Any]:
        match event:
            case MatterHandedOut():
                return {"step": Step.HANDLED, "out": event}
            case MatterDone():
                return {"step": Step.DONE, "latest": event.finished_on}
            case MatterRated():
                others = tuple(each for each in self.scores if each[0] != event.rater)
                return {"scores": (*others, (event.rater, event.public_score))}
            case MatterEvaluated():
                return {"step": Step.EVALUATED}
        return {}

    def at_step(self, *needed: Step) -> None:
        """Refuse what is not done at the step where it is."""
        if self.step not in needed:
            raise StepUnfit(self.step.name, tuple(step.name for step in needed))

    @property
    def parties(self) -> tuple[ForumParty, ...]:
        """Who has to be at a forum about it."""
        third = ForumParty.FIRM if self.firm else ForumParty.COMMUNITY
        return ForumParty.BRANCH, ForumParty.COMMITTEE, third, ForumParty.RESIDENTS


@decision(anyone=True)
def raise_matter(
    matter: New[Matter],
    compound: Scene,
    raiser: Acting[Resident],
    *,
    matter_text: Annotated[Confidential, Text(2_000)],
    at: datetime,
) -> Iterator[Event]:
    """Raise a matter of one's own compound.
    居民提事。"""
    today = at.astimezone(CHINA).date()
    _check_resident(raiser, compound.id, today)
    yield MatterRaised(matter.id, compound.id, compound.community, compound.firm, raiser.id, matter_text, today)


@decision(roles={Role.BRANCH})
def verify(matter: Matter, *, needs_assembly: bool = False) -> Iterator[Event]:
    """Verify a matter, and whether the owners' assembly has to decide.
    支部核事，并认定是否须提交业主大会。"""
    if matter.step is not Step.VERIFIED:
        matter.at_step(Step.RAISED)
        yield MatterVerified(matter.id, needs_assembly)


@decision(roles={Role.BRANCH})
def decline(matter: Matter, *, reason: Confidential) -> Iterator[Event]:
    """Decline a matter, with the reason.
    不予协商并说明理由。"""
    if matter.step is not Step.DECLINED:
        matter.at_step(Step.RAISED)
        yield MatterDeclined(matter.id, reason)


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def deliberate(
    matter: Matter,
    *,
    forum_kind: ForumKind,
    forum_parties: tuple[ForumParty, ...],
    conclusion: Annotated[str, Text(500)] | None = None,
    forum_on: Past,
) -> Iterator[Event]:
    """Record a forum about a matter: who was there, and what was agreed on.
    登记协商会议：到会各方与协商结论。"""
    matter.at_step(Step.VERIFIED, Step.DELIBERATED)
    in_order(max(matter.raised, matter.latest), forum_on)
    there = tuple(dict.fromkeys(forum_parties))
    absent = tuple(party for party in matter.parties if party not in there)
    number = matter.forums + 1
    held = (number, forum_kind, there, absent, not absent, conclusion, forum_on)
    yield ForumHeld(matter.id, matter.compound, *held)
    if matter.needs_assembly and not matter.required and not absent and conclusion is not None:
        yield AssemblyRequired(matter.id, matter.compound)


@decision(roles={Role.COMMITTEE})
def gate(matter: Matter, *, to_assembly: bool) -> Iterator[Event]:
    """Say, as the committee, whether a major matter goes to the owners' assembly before it is handled (Q73).
    业委会（物管会）对重大事项牵头把关。"""
    matter.at_step(Step.VERIFIED, Step.DELIBERATED)
    if matter.required and not to_assembly:
        raise MatterNeedsAssembly
    if matter.required:
        return
    yield MajorMatterGated(matter.id, to_assembly)
    if to_assembly and matter.step is Step.DELIBERATED and not matter.required:
        yield AssemblyRequired(matter.id, matter.compound)


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def hand_out(matter: Matter, in_charge: State, helpers: tuple[State, ...] = ()) -> Iterator[Event]:
    """Say which body handles what was agreed on, and who helps.
    确定承办与协办单位。"""
    out = MatterHandedOut(matter.id, key_of(in_charge).refs[0], tuple(key_of(each).refs[0] for each in helpers))
    if out == matter.out:
        return
    matter.at_step(Step.DELIBERATED)
    if matter.needs_assembly:
        raise MatterNeedsAssembly
    yield out


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def finish(matter: Matter, *, finished_on: Past) -> Iterator[Event]:
    """Record that a matter is done.
    登记事项办结。"""
    if matter.step is Step.DONE:
        check_same(finished_on, matter.latest)
        return
    matter.at_step(Step.HANDLED)
    in_order(matter.latest, finished_on)
    yield MatterDone(matter.id, finished_on)


@decision(anyone=True)
def rate(matter: Matter, rater: Acting[Resident], *, public_score: Hundredths, at: datetime) -> Iterator[Event]:
    """Evaluate how a matter of one's own compound was handled; the last score stands.
    居民评事，以最后一次评分为准。"""
    matter.at_step(Step.DONE)
    if public_score > MOST:
        raise ScoreUnfit(public_score, MOST)
    _check_resident(rater, matter.compound, at.astimezone(CHINA).date())
    if (rater.id, public_score) not in matter.scores:
        yield MatterRated(matter.id, rater.id, public_score)


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def close_evaluation(matter: Matter) -> Iterator[Event]:
    """Close the evaluation of a matter: how many scored it, and the sum.
    结束评事，公布评价人数与评分合计。"""
    if matter.step is Step.EVALUATED:
        return
    matter.at_step(Step.DONE)
    if not matter.scores:
        raise NobodyRated
    total = sum(score for _, score in matter.scores)
    yield MatterEvaluated(matter.id, matter.compound, len(matter.scores), total)


def _check_resident(person: Resident, compound: Ref[Compound], on: date) -> None:
    if not person.among(frozenset({compound}), on):
        raise NotResident(compound)
