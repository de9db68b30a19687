"""Rubrics as everybody reads them: each version in full."""

from datetime import date
from typing import ClassVar

from domain import rubrics
from domain.conflicts import RatedKind
from domain.events import Hundredths, Ref
from projections.rows import Changes, Row, by, new


def version(event: rubrics.RubricAdopted) -> str:
    return f"{event.rubric}@{event.rubric_version}"


class Rubric(Row, frozen=True, kw_only=True):
    """A rubric, as its latest version has it.
    评价细则（最新版本）。"""

    id: Ref[rubrics.Rubric]
    name: str
    rated_kind: RatedKind
    rubric_version: int
    trial: bool

    on: ClassVar[Changes] = {rubrics.RubricAdopted: new()}
    lists: ClassVar = (by("rated_kind"),)


class RubricVersion(Row, frozen=True, kw_only=True):
    """A version of a rubric.
    评价细则的一个版本。"""

    id: str
    rubric: Ref[rubrics.Rubric]
    rubric_version: int
    name: str
    rated_kind: RatedKind
    trial: bool
    criteria: tuple[str, ...]
    maxima: tuple[Hundredths, ...]
    proofs: tuple[str, ...]
    self_weight: int
    public_weight: int
    community_weight: int
    department_weight: int
    least_raters: int
    band_floors: tuple[Hundredths, ...]
    band_names: tuple[str, ...]
    band_stars: tuple[int, ...]
    clean_floor: bool
    absent_band: str | None
    vetoes: tuple[str, ...]
    most_bonus: Hundredths
    most_deduction: Hundredths
    notice_days: int
    cool_off_months: int
    since: date

    on: ClassVar[Changes] = {rubrics.RubricAdopted: new(key=version)}
    until_next: ClassVar = "rubric"
    lists: ClassVar = (by("rubric"),)
    orders: ClassVar = ("since",)
