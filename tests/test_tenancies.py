"""A station is built, rented until a day, or shared; it has one tenancy at a time (X44)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.reactions import act
from domain.specification import Scenario, given
from domain.tenancies import (
    NoTenancy,
    TenancyBegan,
    TenancyEnded,
    TenancyLater,
    TenancyOut,
    TenancyUnfit,
    TenureKind,
    end_tenancy,
    end_with_venue,
    follow_venue,
    house,
)
from domain.venues import VenueClosed, VenueKind, VenueNotYet, VenueOver, VenueRegistered
from tests.counties import Counties
from tests.county import COUNTY, DAY, FIRM, K1, days
from tests.hometown import settled

STATION = Ref[Any]("venue:v")


def station(*more: Any) -> Scenario:
    return given(*COUNTY, VenueRegistered(STATION, K1, VenueKind.STATION, "站", None, DAY), *more)


def test_a_tenancy_gives_way_to_a_later_one() -> None:
    rented: dict[str, Any] = {"tenure_kind": TenureKind.RENTED, "since": DAY, "until": days(30)}
    first = station().when(house, venue=STATION, **rented)
    first.then(TenancyBegan(STATION, TenureKind.RENTED, None, DAY, days(30)))
    first.when(house, venue=STATION, **rented).then()
    shared = first.when(house, venue=STATION, firm=FIRM, tenure_kind=TenureKind.SHARED, since=days(5))
    shared.then(
        TenancyEnded(STATION, TenureKind.RENTED, DAY, days(5)),
        TenancyBegan(STATION, TenureKind.SHARED, FIRM, days(5), None),
    )
    first.when(house, venue=STATION, tenure_kind=TenureKind.OWN_BUILT, since=DAY).refused(TenancyLater(DAY, DAY))


LEASE = TenancyBegan(STATION, TenureKind.RENTED, None, DAY, days(30))


@pytest.mark.parametrize(("since", "cut"), [(29, True), (30, False), (60, False)])
def test_a_lease_that_ran_out_is_not_drawn_out_by_the_next(since: int, *, cut: bool) -> None:
    """X44: between the end of the lease and the next there was no tenancy."""
    ended = (TenancyEnded(STATION, TenureKind.RENTED, DAY, days(since)),) if cut else ()
    begun = TenancyBegan(STATION, TenureKind.OWN_BUILT, None, days(since), None)
    station(LEASE).when(house, venue=STATION, tenure_kind=TenureKind.OWN_BUILT, since=days(since)).then(*ended, begun)


def test_a_tenancy_is_ended_once_and_before_its_lease_runs_out() -> None:
    ended = station(LEASE).when(end_tenancy, venue=STATION, ended=days(9))
    ended.then(TenancyEnded(STATION, TenureKind.RENTED, DAY, days(9)))
    ended.when(end_tenancy, venue=STATION, ended=days(9)).then()
    ended.when(end_tenancy, venue=STATION, ended=days(10)).refused(AlreadySo(days(9)))
    own: dict[str, Any] = {"venue": STATION, "tenure_kind": TenureKind.OWN_BUILT}
    ended.when(house, **own, since=days(8)).refused(TenancyLater(days(8), days(9)))
    ended.when(house, **own, since=days(9)).then(TenancyBegan(STATION, TenureKind.OWN_BUILT, None, days(9), None))
    station().when(end_tenancy, venue=STATION, ended=DAY).refused(NoTenancy(STATION))
    station(LEASE).when(end_tenancy, venue=STATION, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    station(LEASE).when(end_tenancy, venue=STATION, ended=days(30)).refused(TenancyOut(days(30)))


@pytest.mark.parametrize(("closed", "ended"), [(-1, 0), (9, 9), (30, None)])
def test_a_tenancy_ends_with_the_venue(closed: int, ended: int | None) -> None:
    """Not before it began, and not again if the lease ran out."""
    gone = VenueClosed(STATION, DAY, days(closed))
    assert list(follow_venue(gone)) == [act(end_with_venue, venue=STATION, ended=days(closed))]
    over = () if ended is None else (TenancyEnded(STATION, TenureKind.RENTED, DAY, days(ended)),)
    after = station(LEASE, gone).when(end_with_venue, venue=STATION, ended=days(closed)).then(*over)
    after.when(end_with_venue, venue=STATION, ended=days(closed)).then()
    station(gone).when(end_with_venue, venue=STATION, ended=days(closed)).then()


@pytest.mark.parametrize(
    "unfit",
    [
        {"tenure_kind": TenureKind.RENTED},
        {"tenure_kind": TenureKind.OWN_BUILT, "until": days(9)},
        {"tenure_kind": TenureKind.SHARED},
        {"tenure_kind": TenureKind.OWN_BUILT, "firm": FIRM},
    ],
)
def test_a_lease_has_an_end_and_only_shared_rooms_a_partner(unfit: dict[str, Any]) -> None:
    station().when(house, venue=STATION, since=DAY, **unfit).refused(TenancyUnfit(unfit["tenure_kind"].name))


def test_a_tenancy_is_of_an_open_venue_and_ends_after_it_begins() -> None:
    own: dict[str, Any] = {"venue": STATION, "tenure_kind": TenureKind.OWN_BUILT}
    station().when(house, **own, since=days(-1)).refused(VenueNotYet(days(-1), DAY))
    station(VenueClosed(STATION, DAY, days(3))).when(house, **own, since=days(4)).refused(VenueOver(days(3)))
    lease: dict[str, Any] = {"venue": STATION, "tenure_kind": TenureKind.RENTED, "since": DAY, "until": DAY}
    station().when(house, **lease).refused(PeriodReversed(DAY, DAY))


@pytest.mark.xdist_group("wilds")
async def test_stations_by_tenure_and_leases_that_end_soon_x44(wilds: Counties) -> None:
    """X44, X40, Q07, Q50: stations by tenure; which leases end first; how many of 1, 9 and X are open on a day."""
    home = await settled(wilds)
    k1, k2, k3, _ = home.compounds
    venue = ""
    for n, compound in enumerate((k1, k2, k3)):
        given_ = {"venueKind": "STATION", "name": f"站{n}", "since": "2025-03-01"}
        venue = await home.staff.do("venueRegister", location=compound, **given_)
        until = None if n == 2 else f"2026-0{3 - n}-01"
        kind = "OWN_BUILT" if n == 2 else "RENTED"
        await home.staff.do("venueHouse", venue=venue, tenureKind=kind, since="2025-03-01", until=until)
    query = """query ($l: ID!, $on: Date!) { ledger(code: $l) { serviceSystem(asOf: $on) { stations }
        tenancies(asOf: $on) { groups(by: TENURE_KIND) { value count } } } }"""
    told = (await home.public.ask(query, l=home.ledger, on="2025-06-01"))["ledger"]
    assert told["serviceSystem"] == {"stations": 3}
    groups = {group["value"]: group["count"] for group in told["tenancies"]["groups"]}
    assert groups == {"RENTED": 2, "OWN_BUILT": 1}
    leases = await home.rows("tenancies", "venue { name } until", tenureKind="RENTED", orderBy="UNTIL_ASC")
    assert [each["venue"]["name"] for each in leases] == ["站1", "站0"]
    assert await home.rows("tenancies", "until", tenureKind="RENTED", asOf="2026-03-01") == []
    ended = await home.staff.do("venueEndTenancy", venue=venue, ended="2025-08-01")
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode="91350100M000100Y43")
    shared = {"venue": ended, "firm": firm, "tenureKind": "SHARED", "since": "2025-08-01"}
    await home.staff.do("venueHouse", **shared)
    with_whom = await home.read(home.public, "tenancies", "venue { id }", sharedWith=firm, asOf="2025-08-01")
    assert with_whom == [{"venue": {"id": venue}}]
    assert await home.rows("tenancies", "since", tenureKind="OWN_BUILT", asOf="2025-08-01") == []
    await home.far.refused("venueHouse", "NOT_PERMITTED", venue=venue, tenureKind="OWN_BUILT", since="2025-03-01")
    await home.staff.refused(
        "venueHouse", "NOT_FOUND", venue="140423:venue:x", tenureKind="OWN_BUILT", since="2025-03-01"
    )
