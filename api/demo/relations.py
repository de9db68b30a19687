"""How the county's units and in-post Party members are tied to its compounds and communities."""

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

from api.demo.places import Compound
from api.demo.script import Script
from domain import actions, pairings, people, registrations, units
from domain.actions import JointActionKind
from domain.events import Ref
from domain.execution import Actor
from domain.units import UnitKind

__all__ = ["members_registered", "units_paired"]


def units_paired(script: Script, county: Actor, estates: Sequence[Compound], count: int) -> list[Ref[Any]]:
    """Each compound gets a partner of so many county units, and each unit does something with one of them."""
    script.on(date(2024, 9, 2))
    script.actor = county
    named = ((f"pair-unit{n}", f"示范县直单位{n:02d}") for n in range(1, count + 1))
    paired = [script.do(units.register, line, name=name, unit_kind=UnitKind.COUNTY_UNIT) for line, name in named]
    for n, estate in enumerate(estates):
        script.actor = estate.community.staff
        partner = {"compound": estate.ref, "unit": paired[n % count]}
        script.do(pairings.pair, f"{estate.line}-pair", **partner, since=script.day)
    for n, estate in enumerate(islice(estates, count)):
        script.actor = estate.community.staff
        partner = {"compound": estate.ref, "unit": paired[n]}
        kind = list(JointActionKind)[n % len(JointActionKind)]
        line = f"{estate.line}-joint"
        script.do(actions.log, line, **partner, joint_action_kind=kind, acted_on=script.day)
    return paired


def members_registered(script: Script, estates: Sequence[Compound], members_of: Sequence[Ref[Any]], count: int) -> None:
    """So many in-post members register where they live; all are placeholders by one name."""
    script.on(date(2024, 10, 8))
    for n in range(count):
        estate = estates[n % len(estates)]
        script.actor = estate.community.staff
        person = script.do(people.register, f"member{n}", full_name="在职党员（示范）")
        home = {"community": estate.community.ref, "building": estate.buildings[n % len(estate.buildings)]}
        unit = members_of[n % len(members_of)]
        line = f"member{n}-registered"
        script.do(registrations.register_with_community, line, person=person, unit=unit, **home, since=script.day)
