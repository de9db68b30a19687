"""A community tries something first (Q63)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.periods import PeriodReversed
from domain.pilots import PilotDesignated, PilotEnded, PilotOver, designate, end
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled

PILOT = Ref[Any]("pilot:p")


def test_a_pilot_is_designated_and_ends_once() -> None:
    given(*COUNTY).when(designate, community=C1, name="养老", since=DAY).then(
        PilotDesignated(born("pilot"), C1, "养老", (), DAY)
    )
    there = given(*COUNTY, PilotDesignated(PILOT, C1, "养老", (), DAY))
    over = there.when(end, pilot=PILOT, ended=days(3)).then(PilotEnded(PILOT, C1, DAY, days(3)))
    over.when(end, pilot=PILOT, ended=days(3)).then()
    over.when(end, pilot=PILOT, ended=days(4)).refused(PilotOver(days(3)))
    there.when(end, pilot=PILOT, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_pilots_of_a_day_q63(wilds: Counties) -> None:
    """Q63: where is something tried on a day?"""
    home = await settled(wilds)
    pilot = {"name": "养老试点", "keywords": ["党建", "社区", "物业", "养老"], "since": "2025-01-01"}
    made = await home.town.do("pilotDesignate", community=home.c1, **pilot)
    await home.town.do("pilotEnd", pilot=made, ended="2025-06-01")
    assert await home.read(home.public, "pilots", "name", keywords="养老", asOf="2025-05-31") == [{"name": "养老试点"}]
    assert await home.read(home.public, "pilots", "name", asOf="2025-06-01") == []
    await home.staff.refused("pilotDesignate", "NOT_PERMITTED", community=home.c1, **pilot)
