"""Merchants, activities, coupons, campaigns and an award of Xiangyuan, as the article counts them."""

from collections.abc import Sequence
from datetime import date

from api.demo.places import Community, Compound
from api.demo.script import Script
from domain import activities, awards, campaigns, coupons, merchants, units
from domain.activities import ActivityKind
from domain.awards import AwardLevel, Prize
from domain.campaigns import CampaignKind
from domain.units import UnitKind

__all__ = ["neighbourhood"]

MERCHANTS = 142
AT_FESTIVAL = 47
AT_FAIR = 23
SERVICES = 16
RESIDENTS = 3060
COUPONS = 2710
JOINT_ACTIVITIES = 306
AT_A_TIME = 500


def neighbourhood(script: Script, communities: Sequence[Community], estates: Sequence[Compound]) -> None:
    """Yong'an's joint activities, and Fuqian's merchants with all that they did."""
    yongan, fuqian = communities[:2]
    script.on(date(2024, 7, 1))
    _joint_activities(script, yongan)
    _merchants(script, fuqian)
    _campaigns(script, estates[0])


def _joint_activities(script: Script, place: Community) -> None:
    script.actor = place.staff
    unit = script.do(units.register, "joint-unit", name="驻区单位（示范）", unit_kind=UnitKind.RESIDENT_UNIT)
    kind = ActivityKind.JOINT_ACTIVITY
    for n in range(1, JOINT_ACTIVITIES + 1):
        named = {"activity_kind": kind, "name": f"联合活动{n:03d}（示范）", "held": script.day}
        script.do(activities.record_held, f"joint{n}", community=place.ref, units=(unit,), **named)


def _merchants(script: Script, place: Community) -> None:
    script.actor, day = place.staff, script.day
    alliance = script.do(
        merchants.form, "alliance", community=place.ref, name="党建+商圈联盟（示范）", since=script.day
    )
    shops = [
        script.do(merchants.register, f"merchant{n}", community=place.ref, name=f"示范商户{n:03d}")
        for n in range(1, MERCHANTS + 1)
    ]
    for n, shop in enumerate(shops, 1):
        script.do(merchants.join_alliance, f"merchant{n}-joins", merchant=shop, alliance=alliance, since=day)
    for line, kind, name, count, services, residents in (
        ("festival", ActivityKind.FOOD_FESTIVAL, "社区美食节（示范）", AT_FESTIVAL, 0, 0),
        ("fair", ActivityKind.VOLUNTEER_FAIR, "志愿服务大赶集（示范）", AT_FAIR, SERVICES, RESIDENTS),
    ):
        activity = script.do(activities.schedule, line, community=place.ref, activity_kind=kind, name=name, planned=day)
        taking_part = tuple(shops[:count])
        script.do(activities.add_participants, f"{line}-merchants", activity=activity, merchants=taking_part)
        script.do(activities.hold, f"{line}-held", activity=activity, held=day)
        numbers = {"merchant_count": count, "service_count": services, "resident_count": residents}
        script.do(activities.record_outcome, f"{line}-outcome", activity=activity, **numbers)
    plan = {"name": "电子优惠券（示范）", "coupon_limit": COUPONS, "since": day, "until": date(2025, 1, 1)}
    batch = script.do(coupons.open_coupon_batch, "coupons", issuer=alliance, **plan)
    for n, first in enumerate(range(0, COUPONS, AT_A_TIME), 1):
        count = min(AT_A_TIME, COUPONS - first)
        script.do(coupons.issue, f"coupons-{n}", coupon_batch=batch, count=count)
    script.do(
        awards.record,
        "award",
        community=place.ref,
        name="“放学来吧”社区课堂",
        contest="新时代文明实践志愿服务项目大赛",
        award_level=AwardLevel.CITY,
        prize=Prize.THIRD,
        awarded=day,
    )


def _campaigns(script: Script, estate: Compound) -> None:
    script.actor = estate.community.staff
    for kind in (CampaignKind.STAIRWELL_VEHICLES, CampaignKind.GRAFFITI_AND_ADS):
        line = f"campaign-{kind.name.lower()}"
        campaign = script.do(campaigns.launch, line, compound=estate.ref, campaign_kind=kind, since=script.day)
        found = {"ended": script.day, "found_count": 12, "fixed_count": 12}
        script.do(campaigns.close, f"{line}-closed", campaign=campaign, **found)
