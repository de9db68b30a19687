"""Rubrics are versioned, weigh to 100, and band without gap (BR-50, BR-51, BR-52); the vectors of the design."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from domain.conflicts import RatedKind, RaterClass
from domain.events import Hundredths, Ref
from domain.refusals import Refusal
from domain.rubrics import (
    BandsUnfit,
    CriteriaUnfit,
    Document,
    RubricAdopted,
    RubricInUse,
    RubricLimits,
    RubricTakenIntoUse,
    RubricVersionUnknown,
    WeightsUnfit,
    adopt,
    revise,
    rounded,
    weighed,
)
from domain.specification import born, given
from tests.county import COUNTY, DAY

RUBRIC = Ref[Any]("rubric:five-good")
FIVE_GOOD: dict[str, Any] = {
    "name": "五好红色物业",
    "rated_kind": RatedKind.FIRM,
    "trial": True,
    "criteria": ("党建好", "服务好"),
    "maxima": (Hundredths(4000), Hundredths(6000)),
    "proofs": ("台账", "回访记录"),
    "self_weight": 10,
    "public_weight": 50,
    "community_weight": 30,
    "department_weight": 10,
    "least_raters": 30,
    "band_floors": tuple(map(Hundredths, (9000, 8000, 7000, 6000, 0))),
    "band_names": ("五星", "四星", "三星", "二星", "不定星"),
    "band_stars": (5, 4, 3, 2, 0),
    "clean_floor": False,
    "absent_band": None,
    "vetoes": ("挪用维修资金",),
    "most_bonus": Hundredths(500),
    "most_deduction": Hundredths(500),
    "notice_days": 7,
    "cool_off_months": 6,
    "since": DAY,
}
ADOPTED = RubricAdopted(RUBRIC, 1, **FIVE_GOOD)
TERMS = Document.of(ADOPTED)
WEIGHTS = {"self": 10, "residents": 50, "community": 30, "department": 10}


def changed(**values: Any) -> dict[str, Any]:
    return {**FIVE_GOOD, **values}


def test_a_rubric_is_adopted_with_its_trial_flag_br_50() -> None:
    new = born("rubric")
    given(*COUNTY).when(adopt, **FIVE_GOOD).then(RubricAdopted(new, 1, **FIVE_GOOD))


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"public_weight": 51}, WeightsUnfit),
        ({"self_weight": 11, "public_weight": 49}, WeightsUnfit),
        ({"public_weight": 40, "community_weight": 40}, WeightsUnfit),
        ({"maxima": (Hundredths(4000), Hundredths(5999))}, CriteriaUnfit),
        ({"maxima": (Hundredths(0), Hundredths(10000))}, CriteriaUnfit),
        ({"criteria": ("党建好", "党建好")}, CriteriaUnfit),
        ({"proofs": ("台账",)}, CriteriaUnfit),
        ({"band_floors": tuple(map(Hundredths, (9000, 8000, 8000, 6000, 0)))}, BandsUnfit),
        ({"band_floors": tuple(map(Hundredths, (9000, 8000, 7000, 6000, 1)))}, BandsUnfit),
        ({"band_floors": tuple(map(Hundredths, (10001, 8000, 7000, 6000, 0)))}, BandsUnfit),
        ({"band_stars": (5, 4, 4, 2, 0)}, BandsUnfit),
        ({"band_stars": (6, 4, 3, 2, 0)}, BandsUnfit),
        ({"band_names": ("五星",)}, BandsUnfit),
        ({"band_floors": (), "band_names": (), "band_stars": ()}, BandsUnfit),
        ({"least_raters": 0}, RubricLimits),
        ({"notice_days": 0}, RubricLimits),
        ({"notice_days": 61}, RubricLimits),
        ({"cool_off_months": 61}, RubricLimits),
        ({"most_bonus": Hundredths(10001)}, RubricLimits),
    ],
)
def test_what_is_no_rubric_is_refused_br_51_br_52(values: dict[str, Any], refusal: type[Refusal]) -> None:
    given(*COUNTY).when(adopt, **changed(**values)).refused(refusal)


def test_a_version_in_use_stands_and_the_next_is_adopted_br_50() -> None:
    draft = given(*COUNTY, ADOPTED)
    edited = changed(name="五好物业（修订）")
    draft.when(revise, rubric=RUBRIC, rubric_version=1, **FIVE_GOOD).then()
    draft.when(revise, rubric=RUBRIC, rubric_version=1, **edited).then(RubricAdopted(RUBRIC, 1, **edited))
    used = given(*COUNTY, ADOPTED, RubricTakenIntoUse(RUBRIC, 1))
    used.when(revise, rubric=RUBRIC, rubric_version=1, **edited).refused(RubricInUse(1))
    used.when(revise, rubric=RUBRIC, rubric_version=3, **edited).refused(RubricVersionUnknown(3, 1))
    second = changed(public_weight=60, community_weight=20)
    used.when(revise, rubric=RUBRIC, rubric_version=2, **second).then(RubricAdopted(RUBRIC, 2, **second))


@pytest.mark.parametrize(
    ("parts", "bonus", "minus", "score", "stars"),
    [
        ((100, 60, 70, 70), 0, 0, 6800, 2),
        ((90, 90, 90, 90), 0, 1, 8999, 4),
        ((100, 100, 98, 100), 500, 0, 10000, 5),
    ],
)
def test_the_vectors_of_ratings_br_52(parts: tuple[int, ...], bonus: int, minus: int, score: int, stars: int) -> None:
    classes = tuple(RaterClass)[:4]
    weights = dict(zip(classes, WEIGHTS.values(), strict=True))
    counts = {each: (1, part * 100) for each, part in zip(classes, parts, strict=True)}
    assert rounded(weighed(weights, counts), bonus, minus) == score
    assert TERMS.banded(score, bad_record=minus > 0, took_part=True).stars == stars


@pytest.mark.parametrize(
    ("exact", "score"), [(Fraction(16999, 2), 8500), (Fraction(25499, 3), 8500), (Fraction(8499), 8499), (-5, 0)]
)
def test_rounding_is_half_up_once_and_keeps_within_bounds_br_52(exact: Fraction, score: int) -> None:
    assert rounded(Fraction(exact)) == score


@pytest.mark.parametrize(("score", "stars"), [(9000, 5), (8999, 4), (8000, 4), (7999, 3), (6000, 2), (5999, 0), (0, 0)])
def test_bands_are_half_open_br_52(score: int, stars: int) -> None:
    assert TERMS.banded(score, bad_record=False, took_part=True).stars == stars


SHANDONG = Document.of(
    RubricAdopted(
        RUBRIC,
        1,
        **changed(
            band_floors=tuple(map(Hundredths, (8500, 8000, 7000, 6000, 0))),
            band_names=("AAA", "AA", "A", "B", "C"),
            clean_floor=True,
            absent_band="C(missing)",
        ),
    )
)


@pytest.mark.parametrize(
    ("score", "bad", "joined", "level"),
    [
        (8500, 0, 1, "AAA"),
        (8000, 0, 1, "AA"),
        (7000, 0, 1, "A"),
        (6000, 1, 1, "B"),
        (5999, 0, 1, "B"),
        (5999, 1, 1, "C"),
        (9500, 0, 0, "C(missing)"),
    ],
)
def test_the_vectors_of_shandong_credit_br_52(score: int, bad: int, joined: int, level: str) -> None:
    assert SHANDONG.banded(score, bad_record=bool(bad), took_part=bool(joined)).name == level


def test_a_rubric_begins_on_a_day() -> None:
    assert ADOPTED.since == date(2025, 3, 1)
