"""Resolutions as people see them: which of the six steps each has taken."""

from datetime import date
from typing import ClassVar

from domain import places, resolutions
from domain.events import Ref
from domain.resolutions import ResolutionStep
from projections.rows import Changes, Row, by, its, new, put


class Resolution(Row, frozen=True, kw_only=True):
    """A resolution of a community: four deliberations, two disclosures.
    四议两公开决议事项。"""

    id: Ref[resolutions.Resolution]
    community: Ref[places.Community]
    resolution_title: str
    two_thirds_present: bool
    resolution_step: ResolutionStep = ResolutionStep.PROPOSED
    step_on: date
    entitled_count: int | None = None
    attended_count: int | None = None
    agreed_count: int | None = None

    on: ClassVar[Changes] = {
        resolutions.ResolutionProposed: new(resolution_step=ResolutionStep.PROPOSED),
        resolutions.ResolutionStepTaken: put(
            resolution_step=its.resolution_step,
            step_on=its.step_on,
            entitled_count=its.entitled_count,
            attended_count=its.attended_count,
            agreed_count=its.agreed_count,
        ),
    }
    lists: ClassVar = (by("community"), by("resolution_step"))
    orders: ClassVar = ("step_on",)
