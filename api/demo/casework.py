"""Cases of a demonstration county: orders through the four lists, and difficulties solved together with units."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from api.demo.places import Compound
from api.demo.script import Script
from domain import cases, categories, dispatches, evaluations, handlings, registrations, units
from domain.cases import Channel
from domain.events import Confidential, Hundredths, Ref
from domain.execution import Actor
from domain.limits import LimitUnit
from domain.roles import Role
from domain.units import UnitKind

__all__ = ["difficulties_solved", "orders_through_four_lists"]

TEXT = Confidential("群众反映事项（示范）")
A_DAY = 40
"""So many difficulties are solved on a day of the demonstration."""


def _category(script: Script, county: Actor) -> Ref[Any]:
    script.actor = county
    limits = {
        "limit_number": 3,
        "rework_number": 1,
        "limit_unit": LimitUnit.WORK_DAY,
        "rework_unit": LimitUnit.WORK_DAY,
    }
    named = {"ledger": script.ledger, "name": "楼道环境（示范）", "community_duty": True}
    return script.do(categories.adopt, "category-stairs", **named, **limits)


def orders_through_four_lists(script: Script, county: Actor, estates: Sequence[Compound], count: int) -> None:
    """A resident places each, the branch dispatches, a member claims and handles, both rate, the branch shows."""
    script.on(date(2025, 3, 3))
    category = _category(script, county)
    bureau = script.do(units.register, "orders-unit", name="示范县直单位", unit_kind=UnitKind.COUNTY_UNIT)
    for n, estate in enumerate(islice(estates, count), 1):
        home, line = estate.community, f"order{n}"
        script.actor = home.staff
        member, resident = Actor(script.person(f"{line}-member", "在职党员")), Actor(script.person(f"{line}-r", "居民"))
        lives = {"community": home.ref, "unit": bureau, "building": estate.buildings[0], "since": script.day}
        script.do(registrations.register_with_community, f"{line}-home", person=member.person, **lives)
        branch = script.staff(f"{line}-branch", "支部书记", Role.BRANCH, home.ref)
        script.actor = resident
        placed = {"compound": estate.ref, "category": category, "channel": Channel.ONLINE, "matter_text": TEXT}
        case = script.do(cases.report, line, **placed)
        script.actor = branch
        script.do(cases.accept, f"{line}-accepted", case=case)
        script.do(dispatches.dispatch, f"{line}-dispatched", case=case, executor=home.ref)
        script.actor = member
        script.do(dispatches.claim, f"{line}-claimed", case=case)
        script.do(handlings.report_handling, f"{line}-handled", case=case, note=TEXT)
        script.actor = home.staff
        script.do(handlings.pass_verification, f"{line}-verified", case=case)
        script.actor = member
        script.do(evaluations.self_evaluate, f"{line}-self", case=case, self_score=Hundredths(95_00))
        script.actor = resident
        script.do(evaluations.evaluate, f"{line}-rated", case=case, public_score=Hundredths(90_00))
        script.actor = branch
        script.do(evaluations.show, f"{line}-shown", case=case)


def difficulties_solved(
    script: Script, county: Actor, estates: Sequence[Compound], solvers: Sequence[Ref[Any]], count: int
) -> None:
    """So many cases of one community, each solved together with one of its units and verified by another person."""
    script.on(date(2025, 3, 3))
    category, home = _category(script, county), estates[0].community
    raiser, worker = script.person("difficulty-raiser", "居民"), script.person("difficulty-worker", "网格员")
    branch = script.staff("difficulty-branch", "支部书记", Role.BRANCH, home.ref)
    handler = Actor(worker)
    for n in range(1, count + 1):
        if n % A_DAY == 0:
            script.on(script.day + timedelta(days=1))
        estate, line = estates[n % len(estates)], f"difficulty{n}"
        script.actor = branch
        told = {"compound": estate.ref, "category": category, "raiser": raiser, "matter_text": TEXT}
        case = script.do(cases.report_for, line, **told, channel=Channel.VISIT)
        script.do(cases.accept, f"{line}-accepted", case=case)
        script.do(dispatches.dispatch, f"{line}-sent", case=case, executor=home.ref, named_handler=worker)
        script.actor = handler
        script.do(handlings.report_handling, f"{line}-handled", case=case, note=TEXT)
        script.actor = home.staff
        unit = solvers[n % len(solvers)]
        script.do(handlings.pass_verification, f"{line}-verified", case=case, jointly_with=unit)
