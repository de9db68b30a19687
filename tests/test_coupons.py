"""Coupons: no more than the limit, each redeemed once and in time, the second taking recorded as that (BR-94)."""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.coupons import (
    AlreadyRedeemed,
    BatchLimit,
    CouponBatchOpened,
    CouponDoublyRedeemed,
    CouponNotValid,
    CouponOfAnother,
    CouponRedeemed,
    CouponsIssued,
    IssuerUnfit,
    NoCoupons,
    RedeemedAhead,
    issue,
    open_coupon_batch,
    redeem,
)
from domain.decisions import TooMany
from domain.events import Ref
from domain.merchants import MerchantJoined, MerchantRegistered, NotInAlliance
from domain.periods import PeriodReversed
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from tests.counties import Counties
from tests.county import C1, DAY, days
from tests.hometown import settled
from tests.test_merchants import ALLIANCE, B1, MARKET

BATCH, B2 = Ref[Any]("coupon_batch:b"), Ref[Any]("merchant:b2")
ONE = Ref[Any]("coupon:b-1")
HOUR = timedelta(hours=1)
UNTIL = days(1)


def issued(issuer: Ref[Any] = ALLIANCE, limit: int = 3, until: date = UNTIL) -> Scenario:
    return given(
        *MARKET,
        MerchantRegistered(B2, C1, "乙店"),
        MerchantJoined(ALLIANCE, B1, DAY),
        CouponBatchOpened(BATCH, issuer, "夏季", limit, DAY, until),
    ).when(issue, coupon_batch=BATCH, count=2)


def test_a_batch_is_of_an_alliance_or_a_merchant() -> None:
    plan: dict[str, Any] = {"name": "夏季", "coupon_limit": 50, "since": DAY}
    made = given(*MARKET).when(open_coupon_batch, issuer=ALLIANCE, **plan, until=days(9))
    made.then(CouponBatchOpened(born("coupon_batch"), ALLIANCE, "夏季", 50, DAY, days(9)))
    given(*MARKET).when(open_coupon_batch, issuer=C1, **plan).refused(IssuerUnfit(C1))
    given(*MARKET).when(open_coupon_batch, issuer=B1, **plan, until=DAY).refused(PeriodReversed(DAY, DAY))


def test_coupons_are_issued_up_to_the_limit_br_94() -> None:
    two = issued().then(CouponsIssued(BATCH, ALLIANCE, (ONE, Ref[Any]("coupon:b-2")), 2, DAY, days(1), DAY))
    two.when(issue, coupon_batch=BATCH, count=2).refused(BatchLimit(2, 3, 2))
    third = CouponsIssued(BATCH, ALLIANCE, (Ref[Any]("coupon:b-3"),), 1, DAY, days(1), DAY)
    full = two.when(issue, coupon_batch=BATCH, count=1).then(third)
    full.when(issue, coupon_batch=BATCH, count=1).refused(BatchLimit(3, 3, 1))
    full.when(issue, coupon_batch=BATCH, count=0).refused(NoCoupons(0))
    issued(limit=9999).when(issue, coupon_batch=BATCH, count=501).refused(TooMany("count", 501, 500))


def test_a_coupon_is_redeemed_once_br_94() -> None:
    one = issued().when(redeem, coupon=ONE, merchant=B1)
    one.then(CouponRedeemed(ONE, BATCH, B1, NOON, offline=False))
    one.when(redeem, coupon=ONE, merchant=B1, now=NOON + HOUR).refused(AlreadyRedeemed(NOON, B1))
    one.when(redeem, coupon=Ref[Any]("coupon:b-2"), merchant=B1).then(
        CouponRedeemed(Ref[Any]("coupon:b-2"), BATCH, B1, NOON, offline=False)
    )


def test_what_was_taken_offline_counts_as_recorded_and_the_second_is_flagged_br_94() -> None:
    """Even if the second was taken earlier; sent again it is recorded once."""
    one = issued().when(redeem, coupon=ONE, merchant=B1, redeemed=NOON - HOUR)
    one.then(CouponRedeemed(ONE, BATCH, B1, NOON - HOUR, offline=True))
    one.when(redeem, coupon=ONE, merchant=B1, redeemed=NOON - HOUR).then()
    two = one.when(redeem, coupon=ONE, merchant=B1, redeemed=NOON - 2 * HOUR)
    two.then(CouponDoublyRedeemed(ONE, BATCH, B1, NOON - 2 * HOUR, NOON - HOUR))
    two.when(redeem, coupon=ONE, merchant=B1, redeemed=NOON - 2 * HOUR).then()
    ahead = RedeemedAhead(NOON + HOUR, NOON)
    one.when(redeem, coupon=ONE, merchant=B1, redeemed=NOON + HOUR).refused(ahead)


def test_no_coupon_is_issued_once_the_batch_is_over_br_94() -> None:
    issued().on(days(1)).when(issue, coupon_batch=BATCH, count=1).refused(CouponNotValid(DAY, days(1), days(1)))


def test_no_coupon_was_redeemed_before_it_was_issued_br_94() -> None:
    late = CouponsIssued(BATCH, B1, (ONE,), 1, days(-9), days(9), DAY)
    batch = given(*MARKET, CouponBatchOpened(BATCH, B1, "夏季", 3, days(-9), days(9)), late)
    early = batch.when(redeem, coupon=ONE, merchant=B1, redeemed=NOON - 24 * HOUR)
    early.refused(CouponNotValid(DAY, days(9), days(-1)))
    assert batch.when(redeem, coupon=ONE, merchant=B1, redeemed=NOON - HOUR).refusal is None


@pytest.mark.parametrize(("after", "valid"), [(-1, False), (0, True), (1, False)])
def test_a_coupon_is_redeemed_while_it_is_valid_br_94(after: int, valid: bool) -> None:  # noqa: FBT001
    taken = issued(issuer=B1).when(redeem, coupon=ONE, merchant=B1, now=NOON + timedelta(days=after))
    if valid:
        assert len(taken.new) == 1
    else:
        taken.refused(CouponNotValid(DAY, days(1), days(after)))


def test_a_coupon_is_redeemed_by_its_issuer_or_a_member_of_the_alliance() -> None:
    issued().when(redeem, coupon=ONE, merchant=B2).refused(NotInAlliance(ALLIANCE))
    issued(issuer=B1).when(redeem, coupon=ONE, merchant=B2).refused(CouponOfAnother(B1))


async def market(wilds: Counties, limit: int) -> tuple[Any, str, str]:
    """A community with a merchant, and a batch of its alliance."""
    home = await settled(wilds)
    alliance = await home.staff.do("allianceForm", community=home.c1, name="联盟", since="2024-01-01")
    shop = await home.staff.do("merchantRegister", community=home.c1, name="甲店")
    await home.staff.do("merchantJoinAlliance", merchant=shop, alliance=alliance, since="2024-01-01")
    plan = {"issuer": alliance, "name": "CB1", "couponLimit": limit, "since": "2024-01-01"}
    return home, shop, await home.staff.do("couponBatchOpen", **plan)


@pytest.mark.xdist_group("wilds")
async def test_issued_redeemed_left_and_double_attempts_x55(wilds: Counties) -> None:
    """X55, S8 steps 5 and 6: fifty coupons, the 51st refused; one redeemed, again the same, then not again."""
    home, shop, batch = await market(wilds, 50)
    await home.staff.do("couponBatchIssue", couponBatch=batch, count=50)
    over = await home.staff.refused("couponBatchIssue", "BATCH_LIMIT", couponBatch=batch, count=1)
    assert over == {"issued": 50, "most": 50, "count": 1}
    coupons = [row["id"] for row in await home.rows("coupons", "id", couponBatch=batch)]
    assert len(coupons) == 50
    cashier = await home.acting(Role.MERCHANT, shop)
    taking, command = {"coupon": coupons[6], "merchant": shop}, uuid4().hex
    await cashier.do("couponRedeem", **taking, commandId=command)
    head = await cashier.head()
    await cashier.do("couponRedeem", **taking, commandId=command)
    assert await cashier.head() == head
    twice = await cashier.refused("couponRedeem", "ALREADY_REDEEMED", **taking)
    assert (twice["merchant"], "at" in twice) == (shop, True)
    await cashier.do("couponRedeem", **taking, redeemed="2024-05-01T10:00:00+08:00")
    told = "issued redeemedCount left doubleAttempts"
    (row,) = await home.read(home.public, "couponBatches", told)
    assert row == {"issued": 50, "redeemedCount": 1, "left": 49, "doubleAttempts": 1}
    report = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Community { communityReport(asOf: $on) {
        couponsIssued couponsRedeemed couponBatches { id } } } } }"""
    [held] = await home.read(home.public, "couponBatches", "since")
    year = (await home.public.ask(report, id=home.c1, on=f"{held['since'][:4]}-12-31"))["node"]["communityReport"]
    assert (year["couponsIssued"], year["couponBatches"]) == (50, [{"id": batch}])
    await home.far.refused("couponRedeem", "NOT_PERMITTED", **taking)
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("couponBatchIssue", "NOT_FOUND", couponBatch=batch, count=1)


async def at_once(acts: Iterable[Awaitable[str]]) -> list[str]:
    """The answers of those that were recorded, of many who act at the same moment."""
    answers = await asyncio.gather(*acts, return_exceptions=True)
    return [each for each in answers if isinstance(each, str)]


@pytest.mark.xdist_group("wilds")
async def test_of_many_who_redeem_a_coupon_or_issue_the_last_one_wins_x55(wilds: Counties) -> None:
    """X55, BR-94: exactly one of many concurrent redemptions of one coupon; no 51st coupon of fifty."""
    home, shop, batch = await market(wilds, 50)
    await home.staff.do("couponBatchIssue", couponBatch=batch, count=49)
    last = await at_once(home.staff.do("couponBatchIssue", couponBatch=batch, count=1) for _ in range(8))
    assert len(last) == 1
    await home.staff.refused("couponBatchIssue", "BATCH_LIMIT", couponBatch=batch, count=1)
    coupons = [row["id"] for row in await home.rows("coupons", "id", couponBatch=batch)]
    assert len(coupons) == 50
    one = await at_once(home.staff.do("couponRedeem", coupon=coupons[0], merchant=shop) for _ in range(20))
    assert len(one) == 1
    await home.staff.refused("couponRedeem", "ALREADY_REDEEMED", coupon=coupons[0], merchant=shop)
    others = await at_once(home.staff.do("couponRedeem", coupon=each, merchant=shop) for each in coupons[1:11])
    assert len(others) == 10


@pytest.mark.xdist_group("wilds")
async def test_a_merchant_issues_its_own_coupons_while_they_are_valid_x55(wilds: Counties) -> None:
    """X55: a merchant acts for itself and for nobody else; after its last day no coupon is redeemed (BR-94)."""
    home = await settled(wilds)
    one, two = [await home.staff.do("merchantRegister", community=home.c1, name=n) for n in ("甲店", "乙店")]
    cashier = await home.acting(Role.MERCHANT, one)
    plan = {"name": "自发", "couponLimit": 2, "since": "2024-01-01", "until": "2024-02-01"}
    batch = await cashier.do("couponBatchOpen", issuer=one, **plan)
    late = await cashier.refused("couponBatchIssue", "COUPON_EXPIRED", couponBatch=batch, count=2)
    assert late["until"] == "2024-02-01"
    administrator = await home.acting(Role.ADMINISTRATOR)
    await administrator.do("ledgerLimitBackdating", ledger=home.ledger, days=3_653)
    then = {"occurredAt": "2024-01-02T10:00:00+08:00", "backdatedReason": "补录"}
    await cashier.do("couponBatchIssue", couponBatch=batch, count=2, **then)
    await cashier.refused("couponBatchOpen", "NOT_PERMITTED", issuer=two, **plan)
    coupon, other = [row["id"] for row in await home.rows("coupons", "id", couponBatch=batch)]
    expired = await cashier.refused("couponRedeem", "COUPON_EXPIRED", coupon=coupon, merchant=one)
    assert expired["until"] == "2024-02-01"
    await home.staff.refused("couponRedeem", "COUPON_OF_ANOTHER", coupon=coupon, merchant=two)
    last = "2024-01-31T23:59:59+08:00"
    await cashier.do("couponRedeem", coupon=coupon, merchant=one, redeemed=last)
    await cashier.refused(
        "couponRedeem", "COUPON_EXPIRED", coupon=other, merchant=one, redeemed="2024-02-01T00:00:00+08:00"
    )
    assert await home.read(home.public, "coupons", "redeemed", merchant=one) != []
