"""Whose way to every venue is longer than the circle of the community allows is found (X45)."""

from typing import Any

import pytest

from domain.circles import ServiceCircleDeclared, WalkMeasured, declare_service_circle, measure_walk
from domain.events import Ref
from domain.periods import PeriodReversed
from domain.venues import VenueClosed, VenueKind, VenueOver, VenueRegistered
from tests.counties import Counties
from tests.county import BUILDINGS, C1, COUNTY, DAY, K1, afterwards, days
from tests.hometown import settled

STATION = Ref[Any]("venue:v")
OPEN = VenueRegistered(STATION, K1, VenueKind.STATION, "站", None, DAY)


def test_a_circle_and_a_way_are_recorded_once_and_in_order() -> None:
    circle = afterwards(*COUNTY).when(declare_service_circle, community=C1, minutes=15, since=DAY)
    circle.then(ServiceCircleDeclared(C1, 15, DAY))
    circle.when(declare_service_circle, community=C1, minutes=15, since=days(4)).then()
    circle.when(declare_service_circle, community=C1, minutes=10, since=days(-1)).refused(PeriodReversed)
    b1 = BUILDINGS[K1][0]
    way = afterwards(*COUNTY, OPEN).when(measure_walk, building=b1, venue=STATION, minutes=15, since=DAY)
    way.then(WalkMeasured(b1, STATION, 15, DAY))
    way.when(measure_walk, building=b1, venue=STATION, minutes=15, since=days(1)).then()
    closed = afterwards(*COUNTY, OPEN, VenueClosed(STATION, DAY, days(1)))
    closed.when(measure_walk, building=b1, venue=STATION, minutes=9, since=days(2)).refused(VenueOver(days(1)))


@pytest.mark.xdist_group("wilds")
async def test_buildings_outside_the_circle_are_found_x45(wilds: Counties) -> None:
    """X45, X46: just fifteen minutes is within; who was never measured is not shown to be; a venue that closes counts
    no more, and a property firm's never does."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    b1, b2, b3, _ = home.buildings[k1]
    station = {"venueKind": "STATION", "name": "站", "since": "2025-03-01"}
    venue = await home.staff.do("venueRegister", location=k1, **station)
    await home.staff.do("communityDeclareServiceCircle", community=home.c1, minutes=15, since="2025-03-01")
    for building, minutes in ((b1, 15), (b2, 16), (b3, 3)):
        await home.staff.do("buildingMeasureWalk", building=building, venue=venue, minutes=minutes, since="2025-03-01")

    async def outside(on: str) -> list[str]:
        found = await home.read(home.public, "buildings", "name", compound=k1, gap="OUTSIDE_CIRCLE", asOf=on)
        return sorted(each["name"] for each in found)

    assert await outside("2025-03-02") == ["K1-2", "K1-4"]
    await home.staff.do("buildingMeasureWalk", building=b3, venue=venue, minutes=20, since="2025-04-01")
    assert await outside("2025-03-31") == ["K1-2", "K1-4"]
    assert await outside("2025-04-01") == ["K1-2", "K1-3", "K1-4"]
    await home.staff.do("venueClose", venue=venue, ended="2025-05-01")
    assert len(await outside("2025-05-01")) == len(home.buildings[k1])
    property_ = {"venueKind": "PROPERTY_CENTRE", "name": "物业服务中心", "since": "2025-03-01"}
    firm_room = await home.staff.do("venueRegister", location=k1, **property_)
    await home.staff.do("buildingMeasureWalk", building=b1, venue=firm_room, minutes=1, since="2025-05-01")
    assert len(await outside("2025-05-01")) == len(home.buildings[k1])
    wrong = {"building": b1, "venue": venue, "minutes": 1, "since": "2025-03-01"}
    await home.far.refused("buildingMeasureWalk", "NOT_PERMITTED", **wrong)
