"""Elderly care of Qin county: a scheme from sixty years on, and a contract with a centre."""

from collections.abc import Sequence
from datetime import date

from api.demo.places import Community
from api.demo.script import Script
from domain import contracts, schemes, units
from domain.units import UnitKind

__all__ = ["elderly_care"]

MINIMUM_AGE = 60


def elderly_care(script: Script, communities: Sequence[Community]) -> None:
    """Xihu community's scheme; nobody is enrolled, since the article names nobody."""
    script.on(date(2025, 1, 1))
    place = communities[0]
    script.actor, day = place.staff, script.day
    named = {"name": "原居安老（示范）", "minimum_age": MINIMUM_AGE, "since": day}
    scheme = script.do(schemes.launch, "care-scheme", community=place.ref, **named)
    script.do(schemes.assess_impact, "care-scheme-assessed", care_scheme=scheme, assessed=day)
    centre = script.do(units.register, "care-centre", name="祥瑞老年服务中心", unit_kind=UnitKind.CARE_CENTRE)
    script.do(contracts.sign, "care-contract", community=place.ref, unit=centre, since=day)
