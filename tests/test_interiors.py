"""Who receives the public does so on the first floor (Q43, BR-93)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.interiors import (
    RoomGivenUp,
    RoomKind,
    RoomMoved,
    RoomNotYet,
    RoomOver,
    RoomPlaced,
    RoomUpgraded,
    RoomUpstairs,
    RoomUsesSet,
    follow_venue,
    give_up,
    give_up_with_venue,
    move,
    place,
    set_uses,
    upgrade,
)
from domain.reactions import act
from domain.roles import Role
from domain.specification import Scenario, born, given
from domain.venues import VenueClosed, VenueFunction, VenueKind, VenueRegistered
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, TOWN, days
from tests.hometown import settled

CENTRE = Ref[Any]("venue:v")
ROOM = born("room")


def centre(*more: Any) -> Scenario:
    return given(*COUNTY, VenueRegistered(CENTRE, C1, VenueKind.COMMUNITY_CENTRE, "中心", None, DAY), *more)


@pytest.mark.parametrize("floor", [0, 2, 3])
def test_a_public_room_is_on_the_first_floor_br_93(floor: int) -> None:
    room: dict[str, Any] = {"venue": CENTRE, "room_kind": RoomKind.PETITION_ROOM, "name": "接待室", "since": DAY}
    centre().when(place, **room, floor=floor, public_facing=True).refused(RoomUpstairs(floor, 1))
    upstairs = centre().when(place, **room, floor=floor, public_facing=False)
    kinds = (VenueKind.COMMUNITY_CENTRE, RoomKind.PETITION_ROOM)
    upstairs.then(RoomPlaced(ROOM, CENTRE, *kinds, "接待室", floor, public_facing=False, uses=(), since=DAY))
    upstairs.tagged({ROOM, CENTRE, C1, TOWN})


def test_one_room_has_many_uses_and_is_upgraded() -> None:
    placed = RoomPlaced(
        ROOM, CENTRE, VenueKind.COMMUNITY_CENTRE, RoomKind.SHARED_ROOM, "室", 1, public_facing=True, uses=(), since=DAY
    )
    uses = (VenueFunction.DELIBERATION, VenueFunction.CULTURE)
    used = centre(placed).when(set_uses, room=ROOM, uses=(*uses, uses[0]), since=days(1))
    used.then(RoomUsesSet(ROOM, uses, days(1))).when(set_uses, room=ROOM, uses=uses, since=days(2)).then()
    better = centre(placed).when(upgrade, room=ROOM, since=days(1))
    better.then(RoomUpgraded(ROOM, days(1))).when(upgrade, room=ROOM, since=days(1)).then()


UPSTAIRS = RoomPlaced(
    ROOM, CENTRE, VenueKind.COMMUNITY_CENTRE, RoomKind.PETITION_ROOM, "室", 2, public_facing=False, uses=(), since=DAY
)


def test_who_receives_the_public_moves_downstairs_br_93() -> None:
    """Q43: a room is not made one that receives the public where it is, nor moved up while it is one."""
    room = centre(UPSTAIRS)
    room.when(move, room=ROOM, floor=2, public_facing=True, since=days(1)).refused(RoomUpstairs(2, 1))
    down = room.when(move, room=ROOM, floor=1, public_facing=True, since=days(1))
    down.then(RoomMoved(ROOM, 1, public_facing=True, since=days(1))).tagged({ROOM, CENTRE, C1, TOWN})
    down.when(move, room=ROOM, floor=1, public_facing=True, since=days(2)).then()
    down.when(move, room=ROOM, floor=3, public_facing=True, since=days(2)).refused(RoomUpstairs(3, 1))
    down.when(move, room=ROOM, floor=1, public_facing=False, since=DAY).refused(RoomNotYet(DAY, days(1)))


def test_a_room_changes_in_order_and_not_once_it_is_given_up() -> None:
    room = centre(UPSTAIRS).when(upgrade, room=ROOM, since=days(3)).then(RoomUpgraded(ROOM, days(3)))
    culture = (VenueFunction.CULTURE,)
    room.when(set_uses, room=ROOM, uses=culture, since=days(2)).refused(RoomNotYet(days(2), days(3)))
    room.when(upgrade, room=ROOM, since=days(2)).refused(RoomNotYet(days(2), days(3)))
    room.when(give_up, room=ROOM, ended=days(2)).refused(RoomNotYet(days(2), days(3)))
    gone = room.when(give_up, room=ROOM, ended=days(3)).then(RoomGivenUp(ROOM, CENTRE, DAY, days(3)))
    gone.when(give_up, room=ROOM, ended=days(3)).then()
    gone.when(give_up, room=ROOM, ended=days(4)).refused(RoomOver(days(3)))
    gone.when(set_uses, room=ROOM, uses=culture, since=days(4)).refused(RoomOver(days(3)))
    gone.when(upgrade, room=ROOM, since=days(4)).refused(RoomOver(days(3)))
    gone.when(move, room=ROOM, floor=1, public_facing=True, since=days(4)).refused(RoomOver(days(3)))


@pytest.mark.parametrize(("closed", "ended"), [(-1, 0), (0, 0), (9, 9)])
def test_rooms_are_given_up_with_their_venue(closed: int, ended: int) -> None:
    gone = VenueClosed(CENTRE, DAY, days(closed))
    assert list(follow_venue(gone)) == [act(give_up_with_venue, venue=CENTRE, ended=days(closed))]
    after = centre(UPSTAIRS, gone).when(give_up_with_venue, venue=CENTRE, ended=days(closed))
    after.then(RoomGivenUp(ROOM, CENTRE, DAY, days(ended)))
    after.when(give_up_with_venue, venue=CENTRE, ended=days(closed)).then()


@pytest.mark.xdist_group("wilds")
async def test_rooms_of_centres_are_found_by_floor_use_and_kind_q43(wilds: Counties) -> None:
    """X41, X42, X43, X47, Q43, Q44, Q47, Q71: halls, studios and merged rooms; which public rooms are upstairs (none
    can be), which centres are below 500 m²."""
    home = await settled(wilds)
    since = "2025-03-01"
    given_ = {"venueKind": "COMMUNITY_CENTRE", "name": "中心", "area": "499.99", "since": since}
    centre_ = await home.staff.do("venueRegister", location=home.c1, **given_)
    room = {"venue": centre_, "name": "室", "since": since, "publicFacing": True, "floor": 1}
    kinds = ("PARTY_MASSES_CENTRE", "CONVENIENCE_HALL", "PETITION_ROOM", "COUNSELLING_ROOM", "MEDIATION_ROOM")
    *_, made = rooms = [await home.staff.do("roomPlace", roomKind=kind, **room) for kind in kinds]
    for each in rooms:
        await home.staff.do("roomUpgrade", room=each, since=since)
    upstairs = {**room, "floor": 2, "roomKind": "PETITION_ROOM"}
    assert await home.staff.refused("roomPlace", "PUBLIC_ROOM_UPSTAIRS", **upstairs) == {"floor": 2, "ground": 1}
    assert await home.rows("rooms", "id", publicFacing=True, floor=2) == []
    back = await home.staff.do("roomPlace", **{**upstairs, "publicFacing": False})
    await home.staff.do("roomMove", room=back, floor=1, publicFacing=True, since="2025-04-01")
    petition = await home.rows("rooms", "floor publicFacing", roomKind="PETITION_ROOM", floor=1)
    assert petition == [{"floor": 1, "publicFacing": True}] * 2
    await home.staff.do("roomGiveUp", room=back, ended="2025-05-01")
    assert len(await home.rows("rooms", "id", roomKind="PETITION_ROOM", asOf="2025-04-30")) == len((back, rooms[2]))
    assert await home.rows("rooms", "id", roomKind="PETITION_ROOM", asOf="2025-05-01") == [{"id": rooms[2]}]
    await home.staff.do("roomSetUses", room=made, uses=["DELIBERATION", "CULTURE"], since=since)
    assert await home.read(home.public, "rooms", "roomKind", uses="CULTURE") == [{"roomKind": "MEDIATION_ROOM"}]
    query = 'query ($l: ID!) { ledger(code: $l) { figures(keys: ["mergedCentreRoomKinds"]) { value } } }'
    assert (await home.public.ask(query, l=home.ledger))["ledger"]["figures"] == [{"value": 5}]
    small = {"gap": "BELOW_500", "asOf": since}
    assert await home.rows("venues", "area", **small) == [{"area": "499.99"}]
    await home.staff.do("venueMeasure", venue=centre_, area="500.00", since=since)
    assert await home.rows("venues", "area", **small) == []
    await home.staff.do("venueMeasure", venue=centre_, area="480.00", since="2025-06-01")
    assert await home.rows("venues", "area", gap="BELOW_500", asOf="2025-05-31") == []
    assert await home.rows("venues", "area", gap="BELOW_500", asOf="2025-06-01") == [{"area": "480.00"}]
    areas = await home.rows("venueAreas", "area since", venue=centre_, orderBy="SINCE_ASC")
    assert [each["area"] for each in areas] == ["500.00", "480.00"]
    functions = ["CIVILISATION_PRACTICE", "PARTY_ACTIVITIES", "GOVERNMENT_SERVICES", "COMPREHENSIVE_GOVERNANCE"]
    functions.append("DELIBERATION")
    await home.staff.do("venueSetFunctions", venue=centre_, functions=functions, since="2025-06-01")
    assert await home.rows("venues", "functions", functions="DELIBERATION") == [{"functions": functions}]
    unit = await home.acting(Role.UNIT)
    await unit.refused("roomUpgrade", "NOT_PERMITTED", room=made, since=since)


@pytest.mark.xdist_group("wilds")
async def test_the_county_centre_and_the_mean_of_the_towns_x42(wilds: Counties) -> None:
    """X40, X41, X42: 3,600 m² with six halls and six studios; the mean of town centres is of those that are open."""
    home = await settled(wilds)
    other = await home.county.do("townRegister", ledger=home.ledger, name="另一镇")
    ledger, since = f"{home.ledger}:{await _ledger(home)}", "2025-03-01"
    county = {"location": ledger, "venueKind": "COUNTY_CENTRE", "name": "县中心", "area": "3600.00", "since": since}
    made = await home.county.do("venueRegister", **county)
    room = {"venue": made, "roomKind": "HALL", "name": "厅", "floor": 1, "publicFacing": True, "since": since}
    await home.county.do("roomPlace", **room)
    town = {"venueKind": "TOWN_CENTRE", "name": "镇中心", "since": since}
    await home.county.do("venueRegister", location=home.t1, area="1300.00", **town)
    second = await home.county.do("venueRegister", location=other, area="1200.05", **town)
    keys = '["countyCentreArea", "countyCentreHalls", "townCentreMeanArea", "communityCentreMinArea"]'
    query = f"query ($l: ID!) {{ ledger(code: $l) {{ figures(keys: {keys}) {{ value numerator denominator }} }} }}"
    area, mean, none, halls = (await home.public.ask(query, l=home.ledger))["ledger"]["figures"]
    assert (area["value"], halls["value"], none["value"]) == (3600, 1, None)
    assert mean == {"value": 1250.0, "numerator": 250005, "denominator": 2}
    await home.county.do("venueClose", venue=second, ended="2025-06-01")
    await home.staff.do("venueRegister", location=home.c1, venueKind="COMMUNITY_CENTRE", name="社区中心", since=since)
    await home.staff.do("venueRegister", location=home.compounds[0], venueKind="STATION", name="站", since="2025-05-01")
    for on, open_ in (("2025-02-28", (0, 0, 0)), ("2025-04-30", (1, 1, 0)), ("2025-05-01", (1, 1, 1))):
        told = (await home.public.ask(SYSTEM, l=home.ledger, on=on))["ledger"]["serviceSystem"]
        assert (told["countyCentres"], told["communityCentres"], told["stations"]) == open_
    mean = (await home.public.ask(query, l=home.ledger))["ledger"]["figures"][1]
    assert mean == {"value": 1300.0, "numerator": 130000, "denominator": 1}


SYSTEM = """query ($l: ID!, $on: Date!) { ledger(code: $l) { serviceSystem(asOf: $on) {
    countyCentres communityCentres stations } } }"""


async def _ledger(home: Any) -> str:
    told = await home.public.ask("query ($l: ID!) { ledger(code: $l) { id } }", l=home.ledger)
    return str(told["ledger"]["id"]).partition(":")[2]
