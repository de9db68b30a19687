"""A venue of each kind belongs to its level (X01, X41-X44, BR-93)."""

from typing import Any

import pytest

from domain.events import Hundredths, Ref
from domain.specification import born
from domain.venues import (
    LocationUnfit,
    NoArea,
    VenueClosed,
    VenueFunction,
    VenueFunctionsSet,
    VenueKind,
    VenueMeasured,
    VenueNotYet,
    VenueOver,
    VenueRegistered,
    VenueRenamed,
    close,
    measure,
    register,
    rename,
    set_functions,
)
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, K1, TOWN, afterwards, days
from tests.hometown import settled


def test_a_community_centre_belongs_to_its_community() -> None:
    made = afterwards(*COUNTY).when(
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
    afterwards(*COUNTY).when(register, location=K1, **station, area=Hundredths(0)).refused(NoArea)
    afterwards(*COUNTY).when(register, location=C1, **station).refused(LocationUnfit(C1, ("compound",)))
    afterwards(*COUNTY).when(register, location=K1, **station).then(
        VenueRegistered(born("venue"), K1, VenueKind.STATION, "站", None, DAY)
    )


CENTRE = Ref[Any]("venue:v")


def test_a_venue_is_renamed_measured_given_functions_and_closed_in_order_br_93() -> None:
    open_ = afterwards(*COUNTY, VenueRegistered(CENTRE, C1, VenueKind.COMMUNITY_CENTRE, "旧名", None, DAY))
    renamed = open_.when(rename, venue=CENTRE, name="新名", since=days(2))
    renamed.then(VenueRenamed(CENTRE, "旧名", "新名", days(2))).when(
        rename, venue=CENTRE, name="新名", since=days(3)
    ).then()
    renamed.when(measure, venue=CENTRE, area=Hundredths(0), since=days(2)).refused(NoArea)
    renamed.when(measure, venue=CENTRE, area=Hundredths(1), since=days(1)).refused(VenueNotYet(days(1), days(2)))
    renamed.when(measure, venue=CENTRE, area=Hundredths(1), since=days(2)).then(
        VenueMeasured(CENTRE, Hundredths(1), days(2))
    )
    culture = (VenueFunction.CULTURE, VenueFunction.CULTURE)
    renamed.when(set_functions, venue=CENTRE, functions=culture, since=days(2)).then(
        VenueFunctionsSet(CENTRE, culture[:1], days(2))
    )
    closed = renamed.when(close, venue=CENTRE, ended=days(4)).then(VenueClosed(CENTRE, DAY, days(4)))
    closed.when(close, venue=CENTRE, ended=days(4)).then()
    closed.when(close, venue=CENTRE, ended=days(5)).refused(VenueOver(days(4)))
    closed.when(rename, venue=CENTRE, name="又一名", since=days(5)).refused(VenueOver(days(4)))
    renamed.when(close, venue=CENTRE, ended=days(1)).refused(VenueNotYet(days(1), days(2)))


@pytest.mark.xdist_group("wilds")
async def test_a_town_finds_its_venues_x01(wilds: Counties) -> None:
    """X01: which venues has the town?"""
    home = await settled(wilds)
    centre = {"venueKind": "COMMUNITY_CENTRE", "name": "中心", "area": "500.00", "since": "2024-05-01"}
    venue = await home.staff.do("venueRegister", location=home.c1, **centre)
    assert await home.read(home.public, "venues", "id area", town=home.t1) == [{"id": venue, "area": "500.00"}]
    await home.far.refused("venueRegister", "NOT_PERMITTED", location=home.c1, **centre)
