"""Yearbooks: what a community did in a year up to a day, each number with the things that it is made of (S8)."""

from typing import ClassVar

from domain import activities, cases, coupons, needs
from domain.events import Ref
from domain.words import describe
from projections.activities import Activity
from projections.cases import Case
from projections.coupons import Coupon, CouponBatch
from projections.merchants import Alliance, Merchant
from projections.needs import NeedMeeting
from projections.places import Community
from projections.reports import Report

describe(
    activities_held=("Activities held.", "举办活动数。"),
    held_activities=("Which they are.", "所举办的活动。"),
    solved_jointly=("Cases solved together with a unit.", "协同解决事件数。"),
    jointly_solved=("Which they are.", "协同解决的事件。"),
    coupons_issued=("Coupons issued in the batches of the year.", "当年批次发放优惠券数。"),
    coupons_redeemed=("How many of them were redeemed.", "其中已核销数。"),
    coupon_batches=("Of which batches.", "所属批次。"),
    needs_met=("How many of what was needed was met.", "落实需求数。"),
    met_needs=("Which needs.", "所落实的需求。"),
)

YEAR = "date_trunc('year', {on}::timestamp)::date"
DAY = "({} at time zone 'Asia/Shanghai')::date"


def _things(table: str) -> str:
    return f"coalesce((select array_agg(distinct id order by id) from {table}), array[]::text[])"


class CommunityReport(Report):
    """What a community did in the year up to a day, with what each number is made of.
    社区当年至某日的工作情况，每个数字附所依据的事项。"""

    activities_held: int
    held_activities: tuple[Ref[activities.Activity], ...]
    solved_jointly: int
    jointly_solved: tuple[Ref[cases.Case], ...]
    coupons_issued: int
    coupons_redeemed: int
    coupon_batches: tuple[Ref[coupons.CouponBatch], ...]
    needs_met: int
    met_needs: tuple[Ref[needs.Need], ...]

    of: ClassVar = Community
    name: ClassVar = "communityReport"
    rows: ClassVar = (Activity, Alliance, Case, Coupon, CouponBatch, Merchant, NeedMeeting)
    sql: ClassVar = f"""
        with held as (select x.id from {{Activity}} x where x.ledger = {{ledger}} and x.community = {{id}}
                and x.held between {YEAR} and {{on}} and x.cancelled is null),
            solved as (select x.id from {{Case}} x where x.ledger = {{ledger}} and x.community = {{id}}
                and x.phase = 'CLOSED' and x.jointly_with is not null
                and {DAY.format("x.closed_at")} between {YEAR} and {{on}}),
            batch as (select b.id from {{CouponBatch}} b
                where b.ledger = {{ledger}} and b.since between {YEAR} and {{on}} and b.issuer in (
                    select a.id from {{Alliance}} a where a.ledger = {{ledger}} and a.community = {{id}}
                    union all select m.id from {{Merchant}} m where m.ledger = {{ledger}} and m.community = {{id}})),
            coupon as (select c.redeemed from {{Coupon}} c join batch b on b.id = c.coupon_batch
                where c.ledger = {{ledger}}),
            met as (select x.need as id, x.quantity from {{NeedMeeting}} x join {{Activity}} a
                on a.ledger = x.ledger and a.id = x.by_activity
                where x.ledger = {{ledger}} and a.community = {{id}} and x.met_on between {YEAR} and {{on}})
        select (select count(*)::int from held) as activities_held, {_things("held")} as held_activities,
            (select count(*)::int from solved) as solved_jointly, {_things("solved")} as jointly_solved,
            (select count(*)::int from coupon) as coupons_issued,
            (select count(*)::int from coupon where {DAY.format("redeemed")} <= {{on}}) as coupons_redeemed,
            {_things("batch")} as coupon_batches,
            (select coalesce(sum(quantity), 0)::int from met) as needs_met, {_things("met")} as met_needs"""
