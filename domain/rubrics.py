"""Rubrics: the versioned documents by which something is rated (BR-50, BR-51, BR-52).

A version names criteria with their maxima, which come to 100.00 points; weights by class of rater, which come to 100,
with self-evaluation capped and the public's share the largest; bands that fall without gap or overlap to 0; vetoes; how
many of the public it takes. A version that a round was opened under is never edited: whoever wants another adopts the
next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from domain.conflicts import RatedKind, RaterClass
from domain.decisions import New, decision
from domain.events import Event, Hundredths, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    rubric=("The rubric.", "评价细则。"),
    rubric_version=("The number of the rubric's version.", "细则版本号。"),
    rated_kind=("What is rated.", "评价对象类别。"),
    trial=("Whether it is on trial.", "是否试行。"),
    criteria=("What is scored, in order.", "评价指标，依次列出。"),
    maxima=("The most points for each criterion; together 100.00.", "各指标满分，合计 100.00 分。"),
    proofs=("The evidence that each criterion needs.", "各指标所需佐证。"),
    self_weight=("The weight of the self-evaluation, of 100.", "自评权重（百分制）。"),
    public_weight=("The weight of residents and owners, of 100.", "居民测评权重（百分制）。"),
    community_weight=("The weight of the community, of 100.", "社区评价权重（百分制）。"),
    department_weight=("The weight of town and departments, of 100.", "部门评价权重（百分制）。"),
    least_raters=("How many residents and owners have to rate, at least.", "居民测评最少人数。"),
    band_floors=("The least score of each band, falling to 0.", "各档最低分，由高到低至 0。"),
    band_names=("What each band is called.", "各档名称。"),
    band_stars=("How many stars each band has.", "各档星级。"),
    clean_floor=(
        "Whether who has no bad record never falls below the last band but one.",
        "无不良记录者是否最低列入倒数第二档。",
    ),
    absent_band=("What whoever takes no part is called; none: rated by score.", "未参加者的等次；空为按分评定。"),
    vetoes=("The articles whose breach means no star.", "一票否决情形。"),
    most_bonus=("The most points that may be added.", "加分上限。"),
    most_deduction=("The most points that may be deducted.", "扣分上限。"),
    notice_days=("For how many days the result is posted for objections.", "公示天数。"),
    cool_off_months=("For how many months who left a firm stays tied to it.", "离职回避期（月）。"),
)

FULL, NONE = Hundredths(10_000), Hundredths(0)
MOST_SELF_WEIGHT = 10
MOST_STARS = 5
MOST_NOTICE_DAYS = 60
MOST_MONTHS = 60
MOST_CRITERIA = 20


class RubricAdopted(Event):
    """A version of a rubric was adopted.
    通过评价细则。"""

    rubric: Ref["Rubric"]
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


class RubricTakenIntoUse(Event):
    """The first round was opened under a version, which is not edited from then on.
    细则版本启用，此后不得修改。"""

    rubric: Ref["Rubric"]
    rubric_version: int


class RubricInUse(Refusal):
    """Rounds were opened under version {rubric_version}, so it stands as it is; adopt the next version instead.
    第 {rubric_version} 版细则已用于评议，不得修改；请另行通过新版本。"""

    rule = "BR-50"
    rubric_version: int


class RubricVersionUnknown(Refusal):
    """The latest version is {latest}: it may be edited while it is not in use, or the next one adopted.
    最新版本为第 {latest} 版，仅可在未启用时修改，或通过下一版本。"""

    rule = "BR-50"
    rubric_version: int
    latest: int


class RubricForOthers(Refusal):
    """This rubric is for another kind: {rated_kind}.
    该细则适用于其他对象：{rated_kind}。"""

    rule = "BR-50"
    labels = (RatedKind,)
    rated_kind: str


class CriteriaUnfit(Refusal):
    """Each criterion has a name of its own, a maximum and its evidence, and maxima come to 100.00: {total} hundredths.
    每项指标须有不同名称、满分和佐证要求，且满分合计 100.00 分（现为 {total}，单位 0.01 分）。"""

    rule = "BR-50"
    criteria: int
    total: int


class WeightsUnfit(Refusal):
    """The weights come to {total} and have to come to 100, with {most_self} at most for self and most for the public.
    权重合计须为 100（现为 {total}），自评不超过 {most_self}，居民测评须高于其他各类。"""

    rule = "BR-51"
    total: int
    most_self: int


class BandsUnfit(Refusal):
    """Bands have names, fall strictly in floor and stars, and the last begins at 0, so that none is left out.
    各档须有名称，最低分与星级逐档降低，末档自 0 分起，不得重叠或遗漏。"""

    rule = "BR-52"
    floors: tuple[int, ...]


class RubricLimits(Refusal):
    """{number} is no fit number here: {least} to {most}.
    数值 {number} 不符，应为 {least} 至 {most}。"""

    rule = "BR-50"
    number: int
    least: int
    most: int


class Band(NamedTuple):
    """What a score comes to."""

    name: str
    stars: int


@dataclass(frozen=True)
class Document:
    """What a version says; it judges itself, and scores."""

    rated_kind: RatedKind = RatedKind.FIRM
    criteria: tuple[str, ...] = ()
    maxima: tuple[Hundredths, ...] = ()
    proofs: tuple[str, ...] = ()
    self_weight: int = 0
    public_weight: int = 0
    community_weight: int = 0
    department_weight: int = 0
    least_raters: int = 0
    band_floors: tuple[Hundredths, ...] = ()
    band_names: tuple[str, ...] = ()
    band_stars: tuple[int, ...] = ()
    clean_floor: bool = False
    absent_band: str | None = None
    vetoes: tuple[str, ...] = ()
    most_bonus: Hundredths = NONE
    most_deduction: Hundredths = NONE
    notice_days: int = 0
    cool_off_months: int = 0

    @classmethod
    def of(cls, event: Event) -> "Document":
        return cls(**{each.name: getattr(event, each.name) for each in fields(cls)})

    @property
    def weights(self) -> Mapping[RaterClass, int]:
        return {
            RaterClass.SELF: self.self_weight,
            RaterClass.PUBLIC: self.public_weight,
            RaterClass.COMMUNITY: self.community_weight,
            RaterClass.DEPARTMENT: self.department_weight,
        }

    def check(self) -> None:
        """Refuse what is no rubric."""
        self._check_criteria()
        self._check_weights()
        self._check_bands()
        for number, least, most in (
            (self.least_raters, 1, 1_000_000),
            (self.notice_days, 1, MOST_NOTICE_DAYS),
            (self.cool_off_months, 0, MOST_MONTHS),
            (self.most_bonus, 0, FULL),
            (self.most_deduction, 0, FULL),
        ):
            if not least <= number <= most:
                raise RubricLimits(number, least, most)

    def banded(self, score: int, *, bad_record: bool, took_part: bool) -> Band:
        """The half-open band that a score lies in; 89.99 is below 90."""
        if self.absent_band is not None and not took_part:
            return Band(self.absent_band, 0)
        n = next(n for n, floor in enumerate(self.band_floors) if score >= floor)
        if self.clean_floor and not bad_record:
            n = min(n, max(len(self.band_floors) - 2, 0))
        return Band(self.band_names[n], self.band_stars[n])

    def _check_criteria(self) -> None:
        count, total = len(self.criteria), sum(self.maxima)
        alike = count == len(set(self.criteria)) == len(self.maxima) == len(self.proofs)
        if not alike or count > MOST_CRITERIA or total != FULL or 0 in self.maxima:
            raise CriteriaUnfit(count, total)

    def _check_weights(self) -> None:
        total, others = sum(self.weights.values()), (self.self_weight, self.community_weight, self.department_weight)
        if total != 100 or self.self_weight > MOST_SELF_WEIGHT or self.public_weight <= max(others):  # noqa: PLR2004
            raise WeightsUnfit(total, MOST_SELF_WEIGHT)

    def _check_bands(self) -> None:
        floors, stars = self.band_floors, self.band_stars
        alike = len(floors) == len(stars) == len(self.band_names) == len(set(self.band_names))
        falls = all(a > b for each in (floors, stars) for a, b in pairwise(each))
        if not (floors and alike and falls and floors[-1] == 0 and floors[0] <= FULL and stars[0] <= MOST_STARS):
            raise BandsUnfit(floors)


class Rubric(State):
    """A rubric, with its versions.
    评价细则。"""

    id: Ref["Rubric"]
    versions: Mapping[int, RubricAdopted] = field(default_factory=dict)
    used: frozenset[int] = frozenset()

    def evolve(self, event: RubricAdopted | RubricTakenIntoUse) -> "Rubric":
        match event:
            case RubricAdopted():
                return replace(self, versions={**self.versions, event.rubric_version: event})
            case RubricTakenIntoUse():
                return replace(self, used=self.used | {event.rubric_version})

    @property
    def latest(self) -> int:
        return max(self.versions, default=0)

    def taken(self, version: int, kind: RatedKind) -> Document:
        """The document of a version for a round; refuses a version that is not there, or is for something else."""
        if version not in self.versions:
            raise RubricVersionUnknown(version, self.latest)
        document = Document.of(self.versions[version])
        if document.rated_kind is not kind:
            raise RubricForOthers(document.rated_kind.name)
        return document

    def put_to_use(self, version: int) -> Iterator[Event]:
        if version not in self.used:
            yield RubricTakenIntoUse(self.id, version)


def weighed(weights: Mapping[RaterClass, int], counts: Mapping[RaterClass, tuple[int, int]]) -> Fraction:
    """The exact score in hundredths: each class's mean by its weight; `counts`: how many rated, and their sum."""
    parts = ((weights[each], *counts.get(each, (0, 0))) for each in weights)
    return sum((Fraction(weight * total, 100 * raters) for weight, raters, total in parts if raters), Fraction(0))


def rounded(exact: Fraction, bonus: int = 0, deduction: int = 0) -> Hundredths:
    """Points added and deducted, kept from 0.00 to 100.00, and rounded half up, once, at the end."""
    whole = exact + bonus - deduction
    return Hundredths(min(max((2 * whole.numerator + whole.denominator) // (2 * whole.denominator), 0), FULL))


@decision(roles={Role.COUNTY})
def adopt(
    rubric: New[Rubric],
    *,
    name: str,
    rated_kind: RatedKind,
    trial: bool,
    criteria: tuple[str, ...],
    maxima: tuple[Hundredths, ...],
    proofs: tuple[str, ...],
    self_weight: int,
    public_weight: int,
    community_weight: int,
    department_weight: int,
    least_raters: int,
    band_floors: tuple[Hundredths, ...],
    band_names: tuple[str, ...],
    band_stars: tuple[int, ...],
    clean_floor: bool = False,
    absent_band: str | None = None,
    vetoes: tuple[str, ...] = (),
    most_bonus: Hundredths = NONE,
    most_deduction: Hundredths = NONE,
    notice_days: int,
    cool_off_months: int,
    since: date,
) -> Iterator[Event]:
    """Adopt a rubric; this is its first version.
    通过评价细则，为第一版。"""
    given: dict[str, Any] = {key: value for key, value in locals().items() if key != "rubric"}
    yield _adopted(rubric, 1, given)


@decision(roles={Role.COUNTY})
def revise(
    rubric: Rubric,
    *,
    rubric_version: int,
    name: str,
    rated_kind: RatedKind,
    trial: bool,
    criteria: tuple[str, ...],
    maxima: tuple[Hundredths, ...],
    proofs: tuple[str, ...],
    self_weight: int,
    public_weight: int,
    community_weight: int,
    department_weight: int,
    least_raters: int,
    band_floors: tuple[Hundredths, ...],
    band_names: tuple[str, ...],
    band_stars: tuple[int, ...],
    clean_floor: bool = False,
    absent_band: str | None = None,
    vetoes: tuple[str, ...] = (),
    most_bonus: Hundredths = NONE,
    most_deduction: Hundredths = NONE,
    notice_days: int,
    cool_off_months: int,
    since: date,
) -> Iterator[Event]:
    """Edit the latest version of a rubric, as long as it is not in use, or adopt the next; it is given as a whole.
    修改尚未启用的最新版本，或通过下一版本；须完整填写。"""
    given: dict[str, Any] = {key: value for key, value in locals().items() if key not in {"rubric", "rubric_version"}}
    if rubric_version not in {rubric.latest, rubric.latest + 1}:
        raise RubricVersionUnknown(rubric_version, rubric.latest)
    event = _adopted(rubric, rubric_version, given)
    if rubric.versions.get(rubric_version) == event:
        return
    if rubric_version in rubric.used:
        raise RubricInUse(rubric_version)
    yield event


def _adopted(rubric: Rubric, version: int, given: Mapping[str, Any]) -> RubricAdopted:
    event = RubricAdopted(rubric.id, version, **given)
    Document.of(event).check()
    return event
