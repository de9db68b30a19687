"""A grade lies in its class's range, goes up a step at a time, and falls only with a reason (BR-69, X31)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.events import Confidential, Hundredths
from domain.ledgers import ITSELF
from domain.scales import (
    CredentialCounted,
    GradeLowered,
    GradeOutOfRange,
    GradePlaced,
    LoweredWithoutReason,
    NoScale,
    PayPublished,
    PayScaleAdopted,
    PayUnfit,
    PostClass,
    ScaleUnfit,
    StepTooSoon,
    adopt_pay_scale,
    count_credential,
    place_on_grade,
    publish_pay,
)
from domain.specification import Scenario
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, WANG, afterwards, days
from tests.hometown import settled

RANGES: dict[str, Any] = {"lowest": (7, 4, 1), "highest": (18, 15, 12), "years_per_step": 3}
SCALE = PayScaleAdopted(ITSELF, (7, 4, 1), (18, 15, 12), 3, DAY)
OTHER, CHIEF = PostClass.OTHER, PostClass.CHIEF
LATER = date(2028, 3, 1)


def placed(grade: int, post_class: PostClass = OTHER, since: date = DAY) -> GradePlaced:
    return GradePlaced(WANG, C1, post_class, grade, since)


def scaled(*more: Any) -> Scenario:
    return afterwards(*COUNTY, SCALE, *more)


def test_a_scale_has_a_range_for_each_class() -> None:
    adopted = afterwards(*COUNTY).when(adopt_pay_scale, **RANGES, since=DAY).then(SCALE)
    adopted.when(adopt_pay_scale, **RANGES, since=DAY).then()
    short: dict[str, Any] = {**RANGES, "lowest": (7, 4)}
    afterwards(*COUNTY).when(adopt_pay_scale, **short, since=DAY).refused(ScaleUnfit(3))
    afterwards(*COUNTY).when(adopt_pay_scale, **{**RANGES, "lowest": (19, 4, 1)}, since=DAY).refused(ScaleUnfit(3))


@pytest.mark.parametrize(
    ("post_class", "grade", "low", "high"),
    [(CHIEF, 6, 7, 18), (CHIEF, 19, 7, 18), (PostClass.DEPUTY, 3, 4, 15), (OTHER, 13, 1, 12), (OTHER, 0, 1, 12)],
)
def test_a_grade_lies_in_its_class_br_69(post_class: PostClass, grade: int, low: int, high: int) -> None:
    wish = {"person": WANG, "community": C1, "post_class": post_class, "grade": grade, "since": DAY}
    scaled().when(place_on_grade, **wish).refused(GradeOutOfRange(grade, low, high))  # type: ignore[arg-type]


def test_a_step_waits_for_three_years_or_a_certificate_br_69() -> None:
    wish: dict[str, Any] = {"person": WANG, "community": C1, "post_class": OTHER}
    first = scaled().when(place_on_grade, **wish, grade=5, since=DAY).then(placed(5))
    first.when(place_on_grade, **wish, grade=5, since=DAY).then()
    first.when(place_on_grade, **wish, grade=6, since=days(30)).refused(StepTooSoon(6, LATER))
    first.when(place_on_grade, **wish, grade=7, since=LATER).refused(StepTooSoon(7, LATER))
    first.when(place_on_grade, **wish, grade=6, since=LATER).then(placed(6, since=LATER))
    counted = first.when(count_credential, person=WANG, certificate="社工证", since=days(10))
    counted.then(CredentialCounted(WANG, "社工证", days(10)))
    counted.when(place_on_grade, **wish, grade=6, since=days(30)).then(placed(6, since=days(30)))
    afterwards(*COUNTY).when(place_on_grade, **wish, grade=5, since=DAY).refused(NoScale(DAY))


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (date(2024, 2, 29), date(2027, 3, 1)),
        (date(2024, 2, 28), date(2027, 2, 28)),
        (date(2024, 3, 29), date(2027, 3, 29)),
    ],
)
def test_three_years_from_a_leap_day_end_on_the_first_of_march_br_69(since: date, due: date) -> None:
    wish: dict[str, Any] = {"person": WANG, "community": C1, "post_class": OTHER, "grade": 6}
    there = scaled(placed(5, since=since)).on(date(2027, 4, 1))
    assert there.when(place_on_grade, **wish, since=due).new
    early = due - timedelta(days=1)
    there.when(place_on_grade, **wish, since=early).refused(StepTooSoon(6, due))


def test_another_class_keeps_the_grade_and_only_a_reason_lowers_it_br_69() -> None:
    wish: dict[str, Any] = {"person": WANG, "community": C1}
    low = scaled(placed(5)).when(place_on_grade, **wish, post_class=CHIEF, grade=7, since=days(9))
    low.then(placed(7, CHIEF, days(9)))
    high = scaled(placed(9)).when(place_on_grade, **wish, post_class=CHIEF, grade=9, since=days(9))
    high.then(placed(9, CHIEF, days(9)))
    down: dict[str, Any] = {**wish, "post_class": OTHER, "grade": 4, "since": days(9)}
    scaled(placed(5)).when(place_on_grade, **down).refused(LoweredWithoutReason(5, 4))
    why = Confidential("考核不称职")
    lowered = scaled(placed(5)).when(place_on_grade, **down, demotion_reason=why)
    lowered.then(GradeLowered(WANG, why, days(9)), placed(4, since=days(9)))


def test_pay_is_published_once_a_period() -> None:
    pay: dict[str, Any] = {"community": C1, "pay_period": "2025-Q1", "workers_paid": 9, "pay_total": Hundredths(9)}
    for wrong in ({"pay_period": "第一季度??"}, {"pay_period": "2025-13"}, {"workers_paid": 0}):
        unfit: dict[str, Any] = {**pay, **wrong}
        wrongly = PayUnfit(unfit["pay_period"], unfit["workers_paid"])
        afterwards(*COUNTY).when(publish_pay, **unfit, since=DAY).refused(wrongly)
    told = afterwards(*COUNTY).when(publish_pay, **pay, since=DAY)
    told.then(PayPublished(C1, "2025-Q1", 9, Hundredths(9), DAY)).when(publish_pay, **pay, since=DAY).then()


@pytest.mark.xdist_group("wilds")
async def test_who_stands_on_which_grade_on_a_day_x31(wilds: Counties) -> None:
    """X31, Q36: a worker's class and grade on a day; whether pay was published for a period."""
    home = await settled(wilds)
    scale = {"lowest": [7, 4, 1], "highest": [18, 15, 12], "yearsPerStep": 3, "since": "2020-01-01"}
    await home.county.do("ledgerAdoptPayScale", ledger=home.ledger, **scale)
    worker = await home.person()
    wish = {"person": worker, "community": home.c1, "postClass": "OTHER"}
    await home.town.do("personPlaceOnGrade", **wish, grade=5, since="2020-03-01")
    await home.town.do("personPlaceOnGrade", **wish, grade=6, since="2023-03-01")
    for on, grade in (("2023-02-28", 5), ("2023-03-01", 6)):
        assert await home.rows("gradesHeld", "grade", person=worker, asOf=on) == [{"grade": grade}]
    query = 'query ($l: ID!) { ledger(code: $l) { figures(keys: ["payScalePosts", "payScaleGrades"]) { value } } }'
    told = (await home.public.ask(query, l=home.ledger))["ledger"]["figures"]
    assert [each["value"] for each in told] == [3, 18]
    pay = {"payPeriod": "2025-Q1", "workersPaid": 9, "payTotal": "270000.00", "since": "2025-04-05"}
    await home.town.do("communityPublishPay", community=home.c1, **pay)
    published = await home.read(home.public, "payRecords", "workersPaid payTotal", payPeriod="2025-Q1")
    assert published == [{"workersPaid": 9, "payTotal": "270000.00"}]
    assert await home.read(home.public, "payRecords", "payTotal", payPeriod="2025-Q2") == []
    await home.staff.refused("personPlaceOnGrade", "NOT_PERMITTED", **wish, grade=6, since="2026-03-01")
