"""Resolutions of a community: four deliberations and two disclosures, in their order (BR-97).

Proposed by the Party branch, discussed by both committees, reviewed by the meeting of members, decided by the
residents; then the decision is disclosed, and at the end the result. The stricter count at the review is a choice
made when the resolution is proposed: two thirds of the members there, and more than half of all for it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import New, Past, Text, decision
from domain.events import Event, Ref
from domain.periods import in_order
from domain.places import Community
from domain.plenums import check_counts
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    resolution=("The resolution.", "决议事项。"),
    resolution_title=("What is proposed.", "决议事项内容。"),
    resolution_step=("The step.", "所处步骤。"),
    two_thirds_present=(
        "Whether two thirds have to be there at the review.",
        "审议是否要求三分之二以上党员到会并经应到过半数同意。",
    ),
    step_on=("The day of the step.", "步骤日期。"),
)


class ResolutionStep(Labelled):
    """A step of a community's resolution, in order.
    四议两公开步骤。"""

    PROPOSED = "Proposed by the branch", "党支部提议"
    DISCUSSED = "Discussed by both committees", "“两委”会商议"
    REVIEWED = "Reviewed by the members' meeting", "党员大会审议"
    DECIDED = "Decided by the residents", "居民会议决议"
    DECISION_DISCLOSED = "Decision disclosed", "决议公开"
    RESULT_DISCLOSED = "Result disclosed", "实施结果公开"


STEPS = tuple(ResolutionStep)
COUNTED = frozenset({ResolutionStep.REVIEWED, ResolutionStep.DECIDED})


class ResolutionProposed(Event):
    """A resolution was proposed.
    党支部提议。"""

    resolution: Ref["Resolution"]
    community: Ref[Community]
    resolution_title: str
    two_thirds_present: bool
    step_on: date


class ResolutionStepTaken(Event):
    """A resolution took its next step.
    完成四议两公开的一步。"""

    resolution: Ref["Resolution"]
    resolution_step: ResolutionStep
    entitled_count: int
    attended_count: int
    agreed_count: int
    step_on: date


class StepOutOfOrder(Refusal):
    """The next step is {step_next}, not {step_wished}.
    下一步为 {step_next}，不得先行 {step_wished}。"""

    rule = "BR-97"
    labels = (ResolutionStep,)
    step_next: str
    step_wished: str


class StepTakenOtherwise(Refusal):
    """The step {step_taken} is on record with another day or other counts.
    步骤 {step_taken} 已登记，日期或人数不同。"""

    rule = "BR-97"
    labels = (ResolutionStep,)
    step_taken: str


class ResolutionOver(Refusal):
    """This resolution has taken all its steps.
    该决议事项已完成全部步骤。"""

    rule = "BR-97"


class NotCarried(Refusal):
    """{agreed_count} of {attended_count} agreed, of {entitled_count} who may; that does not carry it.
    应到 {entitled_count} 人、实到 {attended_count} 人、同意 {agreed_count} 人，未达通过条件。"""

    rule = "BR-97"
    entitled_count: int
    attended_count: int
    agreed_count: int


class Resolution(State, within=Community):
    """A resolution on its way.
    决议事项。"""

    id: Ref["Resolution"]
    step: ResolutionStep = ResolutionStep.PROPOSED
    strict: bool = False
    latest: date = date.min
    taken: ResolutionStepTaken | None = None

    def evolve(self, event: ResolutionProposed | ResolutionStepTaken) -> "Resolution":
        if isinstance(event, ResolutionProposed):
            return replace(self, strict=event.two_thirds_present, latest=event.step_on)
        return replace(self, step=event.resolution_step, latest=event.step_on, taken=event)


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def propose(
    resolution: New[Resolution],
    community: Community,
    *,
    resolution_title: Annotated[str, Text(500)],
    two_thirds_present: bool = False,
    step_on: Past,
) -> Iterator[Event]:
    """Propose a resolution.
    党支部提议。"""
    yield ResolutionProposed(resolution.id, community.id, resolution_title, two_thirds_present, step_on)


@decision(roles={Role.BRANCH, Role.COMMUNITY})
def take_step(
    resolution: Resolution,
    *,
    resolution_step: ResolutionStep,
    step_on: Past,
    entitled_count: int = 0,
    attended_count: int = 0,
    agreed_count: int = 0,
) -> Iterator[Event]:
    """Record the next step of a resolution.
    登记四议两公开的下一步。"""
    counts = (entitled_count, attended_count, agreed_count)
    taken = ResolutionStepTaken(resolution.id, resolution_step, *counts, step_on)
    if taken == resolution.taken:
        return
    if resolution_step is resolution.step:
        raise StepTakenOtherwise(resolution_step.name)
    if resolution.step is STEPS[-1]:
        raise ResolutionOver
    following = STEPS[STEPS.index(resolution.step) + 1]
    if resolution_step is not following:
        raise StepOutOfOrder(following.name, resolution_step.name)
    in_order(resolution.latest, step_on)
    check_counts(*counts)
    if resolution_step in COUNTED and not _carried(resolution, resolution_step, *counts):
        raise NotCarried(*counts)
    yield taken


def _carried(resolution: Resolution, step: ResolutionStep, entitled: int, attended: int, agreed: int) -> bool:
    if resolution.strict and step is ResolutionStep.REVIEWED:
        return 3 * attended >= 2 * entitled > 0 and 2 * agreed > entitled
    return 2 * attended > entitled and 2 * agreed > attended
