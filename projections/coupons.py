"""Coupons as people see them: per batch what is issued, redeemed, left and was taken twice; each coupon."""

from datetime import date, datetime
from typing import ClassVar

from domain import coupons, merchants
from domain.events import Ref
from domain.words import describe
from projections.figures import counts
from projections.rows import Changes, Row, add, by, its, new, put

describe(
    redeemed_count=("How many of its coupons are redeemed.", "已核销数量。"),
    left=("How many issued coupons are not redeemed.", "未核销数量。"),
    double_attempts=("How often a redeemed coupon was taken again without a connection.", "离线重复核销次数。"),
)


class CouponBatch(Row, frozen=True, kw_only=True):
    """A batch of coupons.
    优惠券批次。"""

    id: Ref[coupons.CouponBatch]
    issuer: Ref[merchants.Alliance | merchants.Merchant]
    name: str
    coupon_limit: int
    since: date
    until: date | None = None
    issued: int = 0
    redeemed_count: int = 0
    left: int = 0
    double_attempts: int = 0

    on: ClassVar[Changes] = {
        coupons.CouponBatchOpened: new(),
        coupons.CouponsIssued: add(issued=its.issued, left=its.issued),
        coupons.CouponRedeemed: add(redeemed_count=1, left=-1),
        coupons.CouponDoublyRedeemed: add(double_attempts=1),
    }
    plural: ClassVar = "couponBatches"
    lists: ClassVar = (by("issuer"),)
    orders: ClassVar = ("since", "issued", "double_attempts")
    measures: ClassVar = ("issued", "redeemed_count", "left", "double_attempts")


class Coupon(Row, frozen=True, kw_only=True):
    """A coupon, and where and when it was redeemed.
    优惠券及其核销情况。"""

    id: Ref[coupons.Coupon]
    coupon_batch: Ref[coupons.CouponBatch]
    merchant: Ref[merchants.Merchant] | None = None
    redeemed: datetime | None = None
    double_attempts: int = 0

    on: ClassVar[Changes] = {
        coupons.CouponsIssued: new(key="coupons"),
        coupons.CouponRedeemed: put(merchant=its.merchant, redeemed=its.redeemed),
        coupons.CouponDoublyRedeemed: add(double_attempts=1),
    }
    lists: ClassVar = (by("coupon_batch"), by("merchant"))
    orders: ClassVar = ("redeemed",)


counts("couponsIssued", "发放优惠券", "Coupons issued", Coupon)
