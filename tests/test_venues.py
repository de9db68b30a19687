"""A venue of each kind belongs to its level (X01, X41-X44, BR-93)."""

from typing import Any

import pytest

from domain.events import Hundredths
from domain.specification import born, given
from domain.venues import LocationUnfit, VenueKind, VenueRegistered, register
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, K1, TOWN
from tests.hometown import settled


def test_a_community_centre_belongs_to_its_community() -> None:
    made = given(*COUNTY).when(
        register,
        location=C1,
        venue_kind=VenueKind.COMMUNITY_CENTRE,
        name="永安社区党群服务中心",
        area=Hundredths(50000),
        since=DAY,
    )
    event = VenueRegistered(
        born("venue"), C1, VenueKind.COMMUNITY_CENTRE, "永安社区党群服务中心", Hundredths(50000), DAY
    )
    made.then(event).tagged({born("venue"), C1, TOWN})


def test_a_station_belongs_to_a_compound_br_93() -> None:
    station: dict[str, Any] = {"venue_kind": VenueKind.STATION, "name": "站", "since": DAY}
    given(*COUNTY).when(register, location=C1, **station).refused(LocationUnfit(C1, ("compound",)))
    given(*COUNTY).when(register, location=K1, **station).then(
        VenueRegistered(born("venue"), K1, VenueKind.STATION, "站", None, DAY)
    )


@pytest.mark.xdist_group("wilds")
async def test_a_town_finds_its_venues_x01(wilds: Counties) -> None:
    """X01: which venues has the town?"""
    home = await settled(wilds)
    centre = {"venueKind": "COMMUNITY_CENTRE", "name": "中心", "area": "500.00", "since": "2024-05-01"}
    venue = await home.staff.do("venueRegister", location=home.c1, **centre)
    assert await home.read(home.public, "venues", "id area", town=home.t1) == [{"id": venue, "area": "500.00"}]
    await home.far.refused("venueRegister", "NOT_PERMITTED", location=home.c1, **centre)
