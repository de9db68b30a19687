"""A rest station counts who comes, and nobody is told apart (X49, BR-70)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.events import Ref
from domain.footfalls import (
    DayCounted,
    Facility,
    FootfallCounted,
    NoRestStation,
    RestStationEquipped,
    count_footfall,
    equip_rest_station,
)
from domain.periods import DayAhead, PeriodReversed
from domain.specification import NOON, given
from domain.venues import VenueKind, VenueNotYet, VenueRegistered
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, days
from tests.hometown import settled

REST, CENTRE = Ref[Any]("venue:r"), Ref[Any]("venue:c")
OPEN = (
    VenueRegistered(REST, C1, VenueKind.REST_STATION, "驿站", None, DAY),
    VenueRegistered(CENTRE, C1, VenueKind.COMMUNITY_CENTRE, "中心", None, DAY),
)


def test_a_day_is_counted_once() -> None:
    counted = given(*COUNTY, *OPEN).when(count_footfall, venue=REST, counted_on=DAY, visitors=12)
    counted.then(FootfallCounted(REST, DAY, 12))
    counted.when(count_footfall, venue=REST, counted_on=DAY, visitors=12).then()
    counted.when(count_footfall, venue=REST, counted_on=DAY, visitors=13).refused(DayCounted(DAY, 12))
    counted.when(count_footfall, venue=REST, counted_on=days(-1), visitors=3).refused(VenueNotYet(days(-1), DAY))


def test_a_day_is_counted_once_however_long_ago_and_not_before_it_comes() -> None:
    many = [FootfallCounted(REST, days(n), n) for n in range(100)]
    late = NOON + timedelta(200)
    long_ago = given(*COUNTY, *OPEN, *many)
    long_ago.when(count_footfall, now=late, venue=REST, counted_on=DAY, visitors=1).refused(DayCounted(DAY, 0))
    long_ago.when(count_footfall, now=late, venue=REST, counted_on=DAY, visitors=0).then()
    ahead = given(*COUNTY, *OPEN)
    ahead.when(count_footfall, venue=REST, counted_on=days(1), visitors=1).refused(DayAhead(days(1), DAY))


def test_facilities_are_told_in_order() -> None:
    water = given(*COUNTY, *OPEN, RestStationEquipped(REST, (Facility.WATER,), days(3)))
    rest: dict[str, Any] = {"venue": REST, "facilities": (Facility.REST, Facility.REST)}
    water.when(equip_rest_station, **rest, since=days(2)).refused(PeriodReversed(days(3), days(2)))
    water.when(equip_rest_station, **rest, since=days(3)).then(RestStationEquipped(REST, (Facility.REST,), days(3)))


def test_only_a_rest_station_is_equipped_and_counts() -> None:
    told = given(*COUNTY, *OPEN).when(equip_rest_station, venue=REST, facilities=(Facility.WATER,), since=DAY)
    told.then(RestStationEquipped(REST, (Facility.WATER,), DAY))
    told.when(equip_rest_station, venue=REST, facilities=(Facility.WATER,), since=days(1)).then()
    other = given(*COUNTY, *OPEN)
    other.when(count_footfall, venue=CENTRE, counted_on=DAY, visitors=1).refused(NoRestStation("COMMUNITY_CENTRE"))
    other.when(equip_rest_station, venue=CENTRE, facilities=(Facility.REST,), since=DAY).refused(NoRestStation)


@pytest.mark.xdist_group("wilds")
async def test_visits_per_station_without_identities_x49(wilds: Counties) -> None:
    """X49: how many came to each rest station, summed; nothing else about them is kept."""
    home = await settled(wilds)
    place = {"venueKind": "REST_STATION", "name": "驿站", "since": "2025-03-01"}
    rest = await home.staff.do("venueRegister", location=home.c1, **place)
    await home.staff.do("venueEquipRestStation", venue=rest, facilities=["WATER", "CHARGING"], since="2025-03-01")
    for day, visitors in (("2025-03-02", 20), ("2025-03-03", 35)):
        await home.staff.do("venueCountFootfall", venue=rest, countedOn=day, visitors=visitors)
    query = """query ($l: ID!, $v: ID!) { ledger(code: $l) { footfalls(venue: $v) {
        totalCount measures { visitors { sum max } } edges { node { countedOn visitors } } } } }"""
    told = (await home.public.ask(query, l=home.ledger, v=rest))["ledger"]["footfalls"]
    assert told["measures"]["visitors"] == {"sum": 55, "max": 35}
    assert told["totalCount"] == 2
    query = "query ($v: ID!) { node(id: $v) { ... on Venue { restStation { facilities } } } }"
    node = (await home.public.ask(query, v=rest))["node"]
    assert node["restStation"]["facilities"] == ["WATER", "CHARGING"]
    await home.far.refused("venueCountFootfall", "NOT_PERMITTED", venue=rest, countedOn="2025-03-04", visitors=1)
