"""Checklists of a demonstration county; items that the articles do not name have a number."""

from collections.abc import Sequence

from api.demo.places import Compound
from api.demo.script import Script
from domain import checklists
from domain.checklists import ChecklistKind
from domain.events import Confidential
from domain.execution import Actor
from domain.roles import Role

__all__ = ["five_haves", "lists_of_stations"]

HAVES = ("党组织", "活动场所", "党员信息台账", "联系服务机制", "应急动员预案")


def _adopted(script: Script, kind: ChecklistKind, items: tuple[str, ...]) -> None:
    line = f"checklist-{kind.name.lower()}"
    given = {"ledger": script.ledger, "checklist_kind": kind, "items": items, "since": script.day}
    script.do(checklists.adopt_checklist, line, **given)


def five_haves(script: Script, county: Actor, estates: Sequence[Compound]) -> None:
    """Every compound shows all five, and its community verifies them."""
    script.actor = county
    _adopted(script, ChecklistKind.FIVE_HAVES, HAVES)
    items = tuple(range(1, len(HAVES) + 1))
    branches = {}
    for estate in estates:
        home = estate.community
        if home.line not in branches:
            branches[home.line] = script.staff(f"branch-{home.line}", "支部书记", Role.BRANCH, home.ref)
        given = {"compound": estate.ref, "checklist_kind": ChecklistKind.FIVE_HAVES, "met": items, "since": script.day}
        script.actor, note = branches[home.line], Confidential("佐证（示范）")
        script.do(checklists.submit_evidence, f"{estate.line}-shown", ledger=script.ledger, note=note, **given)
        script.actor = home.staff
        script.do(checklists.verify_items, f"{estate.line}-verified", **given)


def lists_of_stations(script: Script, county: Actor) -> None:
    """Eight haves, eight functions, three unifications, and the three operating rules."""
    script.actor = county
    eight = tuple(f"第{n}项（示范）" for n in range(1, 9))
    _adopted(script, ChecklistKind.EIGHT_HAVES, eight)
    _adopted(script, ChecklistKind.EIGHT_FUNCTIONS, eight)
    _adopted(script, ChecklistKind.THREE_UNIFICATIONS, ("统一规划设置", "统一制度牌匾", "统一协调配合"))
    _adopted(script, ChecklistKind.OPERATING_RULES, ("值班制度", "工作制度", "服务制度"))
