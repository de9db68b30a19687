"""Income of common parts is told regularly, period after period, and a missed disclosure is recorded once (BR-95)."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.decisions import NumberUnfit
from domain.disclosures import (
    CostExceedsIncome,
    DisclosureMissed,
    DisclosureNotRequired,
    DisclosureRequired,
    IncomeDisclosed,
    PeriodNotNext,
    PeriodTooLong,
    disclose,
    miss_disclosure,
    months_after,
    require_disclosure,
    watch_disclosures,
)
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Event, Hundredths
from domain.execution import Actor
from domain.mandates import NotOfFirm
from domain.periods import AlreadySo, DayAhead, PeriodReversed
from domain.reactions import act_on
from domain.refusals import Refusal
from domain.roles import Role
from domain.specification import Scenario, born, given
from tests.counties import Counties
from tests.county import COUNTY, DAY, FIRM, K1, LI, WANG
from tests.hometown import settled

JUNE, DUE, NEXT = date(2025, 6, 1), date(2025, 7, 1), date(2025, 10, 1)
NOW = datetime(2025, 6, 20, 12, tzinfo=CHINA)
REQUIRED = DisclosureRequired(K1, 3, DAY, DUE)
TOLD = IncomeDisclosed(
    born("income_disclosure"), K1, FIRM, DAY, JUNE, Hundredths(123_45), Hundredths(23_45), date(2025, 6, 10), NEXT
)
WISH: dict[str, Any] = {"compound": K1, "firm": FIRM, "since": DAY, "until": JUNE, "told_on": date(2025, 6, 10)}
MONEY: dict[str, Any] = {"income": Hundredths(123_45), "cost": Hundredths(23_45)}


def required(*more: Event) -> Scenario:
    return given(*COUNTY, EmploymentBegun(LI, FIRM, EmploymentKind.STAFF, DAY), REQUIRED, *more)


def test_how_often_income_is_told_is_set_once_br_95() -> None:
    made = given(*COUNTY).when(require_disclosure, compound=K1, disclosure_months=3, since=DAY).then(REQUIRED)
    made.when(require_disclosure, compound=K1, disclosure_months=3, since=DAY).then()
    made.when(require_disclosure, compound=K1, disclosure_months=3, since=JUNE).refused(AlreadySo(DAY))
    for months in (0, 13):
        wrong = made.when(require_disclosure, compound=K1, disclosure_months=months, since=DAY)
        wrong.refused(NumberUnfit("disclosure_months", months, 12))
    told = required(TOLD).when(require_disclosure, compound=K1, disclosure_months=6, since=DAY)
    told.refused(PeriodNotNext(JUNE))


def test_a_firm_tells_income_and_cost_in_cents_br_95() -> None:
    required().when(disclose, actor=Actor(LI), **WISH, **MONEY, now=NOW).then(TOLD)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"cost": Hundredths(123_46)}, CostExceedsIncome(Hundredths(123_45), Hundredths(123_46))),
        ({"since": date(2025, 3, 2)}, PeriodNotNext(DAY)),
        ({"until": DAY}, PeriodReversed(DAY, DAY)),
        ({"until": date(2025, 6, 2)}, PeriodTooLong(3)),
        ({"told_on": date(2025, 6, 21)}, DayAhead(date(2025, 6, 21), NOW.date())),
        ({"told_on": date(2025, 5, 31)}, PeriodReversed(DAY, date(2025, 5, 31))),
    ],
)
def test_a_disclosure_that_does_not_fit_is_refused_br_95(wrong: dict[str, Any], refusal: Refusal) -> None:
    required().when(disclose, actor=Actor(LI), **{**WISH, **MONEY, **wrong}, now=NOW).refused(refusal)


def test_only_the_firms_people_tell_and_only_where_it_is_required_br_95() -> None:
    required().when(disclose, actor=Actor(WANG), **WISH, **MONEY, now=NOW).refused(NotOfFirm(FIRM))
    free = given(*COUNTY, EmploymentBegun(LI, FIRM, EmploymentKind.STAFF, DAY))
    free.when(disclose, actor=Actor(LI), **WISH, **MONEY, now=NOW).refused(DisclosureNotRequired(K1))
    required(TOLD).when(disclose, actor=Actor(LI), **WISH, **MONEY, now=NOW, command="again").refused(
        PeriodNotNext(JUNE)
    )


def test_a_disclosure_that_is_not_made_is_missed_once_br_95() -> None:
    missed = required().when(miss_disclosure, compound=K1, disclosure_due=DUE).then(DisclosureMissed(K1, DUE))
    missed.when(miss_disclosure, compound=K1, disclosure_due=DUE).then()
    required(TOLD).when(miss_disclosure, compound=K1, disclosure_due=DUE).then()
    assert list(watch_disclosures(REQUIRED)) == [
        act_on(date(2025, 7, 2), miss_disclosure, compound=K1, disclosure_due=DUE)
    ]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 10, 31), 2, date(2025, 12, 31)),
        (date(2025, 9, 15), 12, date(2026, 9, 15)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.xdist_group("wilds")
async def test_owners_read_the_income_and_which_disclosure_is_overdue_br_95(wilds: Counties) -> None:
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode="91350100M000100Y43")
    for compound in (k1, k2):
        await home.staff.do("compoundRequireDisclosure", compound=compound, disclosureMonths=3, since="2025-03-01")
    worker = await home.acting(Role.GRID_WORKER)
    assert worker.viewer is not None
    me = f"{home.ledger}:{worker.viewer.person}"
    told = {"compound": k1, "firm": firm, "since": "2025-03-01", "until": "2025-06-01", "toldOn": "2025-06-10"}
    await worker.refused("incomeDisclosureDisclose", "NOT_OF_FIRM", **told, income="123.45", cost="23.45")
    await home.county.do("firmEmploy", person=me, firm=firm, employmentKind="STAFF", since="2025-03-01")
    await worker.do("incomeDisclosureDisclose", **told, income="123.45", cost="23.45")
    found = await home.read(home.public, "incomeDisclosures", "income cost", compound=k1)
    assert found == [{"income": "123.45", "cost": "23.45"}]
    late = await home.read(home.public, "disclosureDuties", "compound { id }", gap="OVERDUE", asOf="2025-07-02")
    assert late == [{"compound": {"id": k2}}]
