"""Coupons: batches that a merchant or an alliance issues to nobody by name, and the coupons redeemed at merchants.

A batch has a limit and a last day. Each coupon is a thing of its own, redeemed once; what was redeemed without a
connection counts in the order in which it is recorded, and a second time is recorded as that (BR-94).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.bodies import CHINA
from domain.decisions import MOST_ITEMS, New, TooMany, decision
from domain.events import Event, Ref
from domain.merchants import Affiliation, Alliance, Merchant, NotInAlliance
from domain.periods import PeriodReversed
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State, key_of
from domain.words import describe

describe(
    coupon_batch=("The batch of coupons.", "优惠券批次。"),
    coupon=("The coupon.", "优惠券。"),
    coupons=("The coupons.", "优惠券。"),
    issuer=("The alliance or merchant that issues them.", "发放的联盟或商户。"),
    coupon_limit=("How many coupons the batch may have at most.", "批次发放上限。"),
    count=("How many.", "数量。"),
    issued=("How many coupons are issued.", "发放数量。"),
    issued_on=("The day on which they were issued.", "发放日期。"),
    redeemed=("When it was redeemed.", "核销时间。"),
    offline=("Whether it was redeemed without a connection.", "是否离线核销。"),
    first_redeemed=("When it had been redeemed before.", "首次核销时间。"),
)


class CouponBatchOpened(Event):
    """An alliance or a merchant may issue coupons up to a limit, to be redeemed before a day.
    开立优惠券批次。"""

    coupon_batch: Ref["CouponBatch"]
    issuer: Ref[Alliance | Merchant]
    name: str
    coupon_limit: int
    since: date
    until: date | None


class CouponsIssued(Event, version=2):
    """Coupons of a batch were issued.
    发放优惠券。"""

    coupon_batch: Ref["CouponBatch"]
    issuer: Ref[Alliance | Merchant]
    coupons: tuple[Ref["Coupon"], ...]
    issued: int
    since: date
    until: date | None
    issued_on: date | None = None


class CouponRedeemed(Event):
    """A coupon was redeemed at a merchant.
    核销优惠券。"""

    coupon: Ref["Coupon"]
    coupon_batch: Ref["CouponBatch"]
    merchant: Ref[Merchant]
    redeemed: datetime
    offline: bool


class CouponDoublyRedeemed(Event):
    """A coupon that is redeemed already was taken a second time by a merchant without a connection.
    离线重复核销优惠券。"""

    coupon: Ref["Coupon"]
    coupon_batch: Ref["CouponBatch"]
    merchant: Ref[Merchant]
    redeemed: datetime
    first_redeemed: datetime | None


class IssuerUnfit(Refusal):
    """An alliance or a merchant issues coupons, not {issuer}.
    优惠券由联盟或商户发放，{issuer} 不能发放。"""

    rule = "BR-94"
    issuer: Ref[Any]


class BatchLimit(Refusal):
    """{issued} of {most} coupons of this batch are issued; {count} more are too many.
    该批次上限 {most} 张，已发放 {issued} 张，不能再发放 {count} 张。"""

    rule = "BR-94"
    issued: int
    most: int
    count: int


class NoCoupons(Refusal):
    """{count} coupons are none.
    发放数量不能为 {count}。"""

    rule = "BR-94"
    count: int


class AlreadyRedeemed(Refusal):
    """This coupon was redeemed at {at} by {merchant}.
    该优惠券已于 {at} 由 {merchant} 核销。"""

    rule = "BR-94"
    at: datetime
    merchant: Ref[Merchant]


class CouponNotValid(Refusal):
    """This coupon is valid from {since} until before {until}; {day} is outside.
    该优惠券有效期自 {since} 起至 {until} 前，{day} 不在其内。"""

    code, rule = "COUPON_EXPIRED", "BR-94"
    since: date
    until: date | None
    day: date


class CouponOfAnother(Refusal):
    """This coupon is of {issuer}, and is redeemed there only.
    该优惠券由 {issuer} 发放，只能在该商户核销。"""

    rule = "BR-94"
    issuer: Ref[Any]


class RedeemedAhead(Refusal):
    """{redeemed} is yet to come; it is {now}.
    核销时间 {redeemed} 尚未到来，现在是 {now}。"""

    rule = "BR-94"
    redeemed: datetime
    now: datetime


class CouponBatch(State, within=Merchant):
    """A batch of coupons; it lies where its issuer does.
    优惠券批次，所在地随其发放者。"""

    id: Ref["CouponBatch"]
    issuer: Ref[Any] = Ref()
    limit: int = 0
    issued: int = 0
    since: date = date.min
    until: date | None = None

    def evolve(self, event: CouponBatchOpened | CouponsIssued) -> "CouponBatch":
        match event:
            case CouponBatchOpened():
                return replace(
                    self, issuer=event.issuer, limit=event.coupon_limit, since=event.since, until=event.until
                )
            case CouponsIssued():
                return replace(self, issued=self.issued + event.issued)

    def coupons(self, count: int) -> tuple[Ref["Coupon"], ...]:
        """The next so many, known by batch and number."""
        own = self.id.partition(":")[2]
        return tuple(Ref(f"coupon:{own}-{n}") for n in range(self.issued + 1, self.issued + count + 1))


class Coupon(State):
    """A coupon: looked at alone, so that redeeming one is never in the way of redeeming another.
    优惠券。"""

    id: Ref["Coupon"]
    batch: Ref[CouponBatch] = Ref()
    issuer: Ref[Any] = Ref()
    since: date = date.min
    until: date | None = None
    at: datetime | None = None
    merchant: Ref[Merchant] = Ref()
    takings: frozenset[tuple[Ref[Merchant], datetime]] = frozenset()

    def evolve(self, event: CouponsIssued | CouponRedeemed | CouponDoublyRedeemed) -> "Coupon":
        match event:
            case CouponsIssued():
                since = max(event.since, event.issued_on or event.since)
                return replace(self, batch=event.coupon_batch, issuer=event.issuer, since=since, until=event.until)
            case CouponRedeemed():
                taken = self.takings | {(event.merchant, event.redeemed)}
                return replace(self, at=event.redeemed, merchant=event.merchant, takings=taken)
            case CouponDoublyRedeemed():
                return replace(self, takings=self.takings | {(event.merchant, event.redeemed)})

    def check_valid(self, day: date) -> None:
        if day < self.since or (self.until is not None and day >= self.until):
            raise CouponNotValid(self.since, self.until, day)

    def check_taken_by(self, merchant: Affiliation, day: date) -> None:
        if self.issuer.kind == "merchant":
            if self.issuer != merchant.id:
                raise CouponOfAnother(self.issuer)
        elif merchant.spells.on(day, self.issuer) is None:
            raise NotInAlliance(self.issuer)


@decision(roles={Role.COMMUNITY, Role.MERCHANT})
def open_coupon_batch(
    coupon_batch: New[CouponBatch],
    issuer: State,
    *,
    name: str,
    coupon_limit: int,
    since: date,
    until: date | None = None,
) -> Iterator[Event]:
    """Open a batch of coupons that an alliance or a merchant may issue.
    开立联盟或商户的优惠券批次。"""
    (ref,) = key_of(issuer).refs
    if ref.kind not in {"alliance", "merchant"}:
        raise IssuerUnfit(ref)
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    yield CouponBatchOpened(coupon_batch.id, ref, name, coupon_limit, since, until)


@decision(roles={Role.COMMUNITY, Role.MERCHANT})
def issue(coupon_batch: CouponBatch, *, count: int, at: datetime) -> Iterator[Event]:
    """Issue so many coupons of a batch, at most 500 at a time.
    发放批次内的优惠券，每次至多 500 张。"""
    if count == 0:
        raise NoCoupons(count)
    if count > MOST_ITEMS:
        raise TooMany("count", count, MOST_ITEMS)
    if coupon_batch.issued + count > coupon_batch.limit:
        raise BatchLimit(coupon_batch.issued, coupon_batch.limit, count)
    batch, today = coupon_batch, at.astimezone(CHINA).date()
    if batch.until is not None and today >= batch.until:
        raise CouponNotValid(batch.since, batch.until, today)
    yield CouponsIssued(batch.id, batch.issuer, batch.coupons(count), count, batch.since, batch.until, today)


@decision(roles={Role.COMMUNITY, Role.MERCHANT})
def redeem(
    coupon: Coupon, merchant: Affiliation, *, redeemed: datetime | None = None, now: datetime
) -> Iterator[Event]:
    """Redeem a coupon at a merchant; with a time, it was taken then without a connection.
    商户核销优惠券；离线核销的填写当时时间。"""
    at = redeemed or now
    if at > now:
        raise RedeemedAhead(at, now)
    if redeemed and (merchant.id, at) in coupon.takings:
        return
    day = at.astimezone(CHINA).date()
    coupon.check_taken_by(merchant, day)
    if coupon.at is None:
        coupon.check_valid(day)
        yield CouponRedeemed(coupon.id, coupon.batch, merchant.id, at, offline=redeemed is not None)
    elif redeemed is None:
        raise AlreadyRedeemed(coupon.at, coupon.merchant)
    else:
        yield CouponDoublyRedeemed(coupon.id, coupon.batch, merchant.id, at, coupon.at)
