"""Neighbours of a demonstration county: a need is matched with what a unit offers, and a grid is made known."""

from datetime import timedelta
from typing import Any

from api.demo.places import Community, Grid
from api.demo.script import Script
from domain import needs, notices
from domain.events import Hundredths, Ref
from domain.notices import GRID_FACTS, NoticeKind

__all__ = ["grid_made_known", "need_met"]

WANTED, OFFERED = 30, 40
LATER = timedelta(days=30)


def need_met(script: Script, place: Community, unit: Ref[Any]) -> None:
    """Thirty of what a unit offers go to a need, which is met and evaluated; ten are left."""
    script.actor, day = place.staff, {"listed_on": script.day}
    told = {"need_text": "为老年人理发（示范）", "quantity": WANTED}
    need = script.do(needs.list_need, f"{place.line}-need", community=place.ref, **told, **day)
    told = {"resource_text": "理发志愿服务（示范）", "quantity": OFFERED}
    offered = {"community": place.ref, "offered_by": unit}
    resource = script.do(needs.list_resource, f"{place.line}-resource", **offered, **told, **day)
    both = {"need": need, "resource": resource, "quantity": WANTED}
    script.do(needs.match, f"{place.line}-matched", **both, expires_on=script.day + LATER)
    script.on(script.day + timedelta(days=7))
    script.do(needs.meet, f"{place.line}-met-need", **both, met_on=script.day)
    script.do(needs.evaluate, f"{place.line}-rated-need", need=need, need_score=Hundredths(95_00))


def grid_made_known(script: Script, net: Grid) -> None:
    """A notice of a grid, which nobody has seen up yet."""
    script.actor = net.community.staff
    shown = {"notice_kind": NoticeKind.GRID, "title": "网格公示（示范）", "shown_facts": GRID_FACTS}
    where = {"community": net.community.ref, "about": net.ref, "posted_at": ("小区大门", "一单元大厅")}
    script.do(notices.publish, f"{net.line}-notice", **where, **shown, least_days=30, since=script.day)
