"""Four deliberations and two disclosures, in their order (BR-97)."""

from typing import Any

import pytest

from domain.events import Event, Ref
from domain.periods import PeriodReversed
from domain.plenums import CountsUnfit
from domain.resolutions import (
    STEPS,
    NotCarried,
    ResolutionOver,
    ResolutionProposed,
    ResolutionStep,
    ResolutionStepTaken,
    StepOutOfOrder,
    StepTakenOtherwise,
    propose,
    take_step,
)
from domain.roles import Role
from domain.specification import Scenario, born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled

ONE = Ref[Any]("resolution:one")
COUNTS: dict[str, Any] = {"entitled_count": 30, "attended_count": 20, "agreed_count": 16}


def proposed(*steps: ResolutionStep, strict: bool = False) -> Scenario:
    taken: list[Event] = [ResolutionStepTaken(ONE, step, 30, 20, 16, DAY) for step in steps]
    return given(*COUNTY, ResolutionProposed(ONE, C1, "修路", strict, DAY), *taken)


def test_each_step_follows_the_one_before_br_97() -> None:
    wish: dict[str, Any] = {"community": C1, "resolution_title": "修路", "step_on": DAY}
    made = given(*COUNTY).when(propose, **wish)
    made.then(ResolutionProposed(born("resolution"), C1, "修路", two_thirds_present=False, step_on=DAY))
    for n, step in enumerate(STEPS[1:], 1):
        done = proposed(*STEPS[1:n]).when(take_step, resolution=ONE, resolution_step=step, **COUNTS, step_on=DAY)
        done.then(ResolutionStepTaken(ONE, step, 30, 20, 16, DAY))
        done.when(take_step, resolution=ONE, resolution_step=step, **COUNTS, step_on=DAY).then()
        done.when(take_step, resolution=ONE, resolution_step=step, **COUNTS, step_on=days(-1)).refused(
            StepTakenOtherwise(step.name)
        )
    for wished in STEPS[2:]:
        early = proposed().when(take_step, resolution=ONE, resolution_step=wished, **COUNTS, step_on=DAY)
        early.refused(StepOutOfOrder("DISCUSSED", wished.name))
    over = proposed(*STEPS[1:]).when(take_step, resolution=ONE, resolution_step=STEPS[1], **COUNTS, step_on=DAY)
    over.refused(ResolutionOver)
    back = proposed().when(take_step, resolution=ONE, resolution_step=STEPS[1], step_on=days(-1))
    back.refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.parametrize(
    ("strict", "counts", "carried"),
    [
        (False, (30, 16, 9), True),
        (False, (30, 15, 15), False),
        (False, (30, 16, 8), False),
        (True, (30, 20, 16), True),
        (True, (30, 19, 19), False),
        (True, (30, 20, 15), False),
        (True, (0, 0, 0), False),
    ],
)
def test_a_review_counts_as_the_community_chose_br_97(
    counts: tuple[int, int, int], *, strict: bool, carried: bool
) -> None:
    given_: dict[str, Any] = dict(zip(COUNTS, counts, strict=True))
    review: dict[str, Any] = {"resolution": ONE, "resolution_step": ResolutionStep.REVIEWED, "step_on": DAY}
    asked = proposed(ResolutionStep.DISCUSSED, strict=strict).when(take_step, **review, **given_)
    if carried:
        asked.then(ResolutionStepTaken(ONE, ResolutionStep.REVIEWED, *counts, DAY))
    else:
        asked.refused(NotCarried(*counts))
    unfit = proposed(ResolutionStep.DISCUSSED).when(take_step, **review, **COUNTS | {"agreed_count": 21})
    unfit.refused(CountsUnfit(30, 20, 21))


@pytest.mark.xdist_group("wilds")
async def test_a_resolution_on_the_wire(wilds: Counties) -> None:
    """BR-97."""
    home = await settled(wilds)
    branch = await home.acting(Role.BRANCH, home.c1)
    one = await branch.do("resolutionPropose", community=home.c1, resolutionTitle="修路", stepOn="2025-05-01")
    skipped = {"resolution": one, "resolutionStep": "REVIEWED", "stepOn": "2025-05-02"}
    told = await branch.refused("resolutionTakeStep", "STEP_OUT_OF_ORDER", **skipped)
    assert told == {"stepNext": "DISCUSSED", "stepWished": "REVIEWED"}
    await branch.do("resolutionTakeStep", resolution=one, resolutionStep="DISCUSSED", stepOn="2025-05-02")
    [row] = await home.read(home.public, "resolutions", "resolutionStep stepOn", community=home.c1)
    assert row == {"resolutionStep": "DISCUSSED", "stepOn": "2025-05-02"}
