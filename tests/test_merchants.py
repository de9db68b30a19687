"""A community's merchants join its alliance and leave it, each once at a time (X53)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.merchants import (
    AllianceExists,
    AllianceFormed,
    JoinedTooEarly,
    MerchantElsewhere,
    MerchantJoined,
    MerchantLeft,
    MerchantRegistered,
    NotInAlliance,
    form,
    join_alliance,
    leave_alliance,
    register,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, C2, COUNTY, DAY, TOWN, days
from tests.hometown import settled

ALLIANCE, B1, FAR = Ref[Any]("alliance:a"), Ref[Any]("merchant:b1"), Ref[Any]("merchant:far")
MARKET = (
    *COUNTY,
    AllianceFormed(ALLIANCE, C1, "商圈联盟", DAY),
    MerchantRegistered(B1, C1, "甲店"),
    MerchantRegistered(FAR, C2, "远店"),
)


def test_a_community_has_one_alliance() -> None:
    one = given(*COUNTY).when(form, community=C1, name="联盟", since=DAY)
    one.then(AllianceFormed(born("alliance"), C1, "联盟", DAY)).tagged({born("alliance"), C1, TOWN})
    one.when(form, command="two", community=C1, name="又一联盟", since=DAY).refused(AllianceExists(born("alliance")))


def test_a_merchant_is_registered_in_its_community() -> None:
    given(*COUNTY).when(register, community=C1, name="甲店").then(MerchantRegistered(born("merchant"), C1, "甲店"))


def test_a_merchant_joins_once_and_leaves() -> None:
    one = given(*MARKET).when(join_alliance, merchant=B1, alliance=ALLIANCE, since=days(1))
    one.then(MerchantJoined(ALLIANCE, B1, days(1)))
    one.when(join_alliance, merchant=B1, alliance=ALLIANCE, since=days(1)).then()
    one.when(join_alliance, merchant=B1, alliance=ALLIANCE, since=days(2)).refused(AlreadySo(days(1)))
    one.when(leave_alliance, merchant=B1, alliance=ALLIANCE, ended=DAY).refused(PeriodReversed(days(1), DAY))
    gone = one.when(leave_alliance, merchant=B1, alliance=ALLIANCE, ended=days(9))
    gone.then(MerchantLeft(ALLIANCE, B1, days(1), days(9)))
    gone.when(leave_alliance, merchant=B1, alliance=ALLIANCE, ended=days(9)).then()
    gone.when(leave_alliance, merchant=B1, alliance=ALLIANCE, ended=days(8)).refused(NotInAlliance(ALLIANCE))
    early = JoinedTooEarly(days(8), days(9))
    gone.when(join_alliance, merchant=B1, alliance=ALLIANCE, since=days(8)).refused(early)
    gone.when(join_alliance, merchant=B1, alliance=ALLIANCE, since=days(9)).then(MerchantJoined(ALLIANCE, B1, days(9)))


def test_nobody_joins_before_the_alliance_begins_or_from_elsewhere() -> None:
    market = given(*MARKET)
    market.when(join_alliance, merchant=B1, alliance=ALLIANCE, since=days(-1)).refused(JoinedTooEarly(days(-1), DAY))
    market.when(join_alliance, merchant=FAR, alliance=ALLIANCE, since=DAY).refused(MerchantElsewhere(C2))


@pytest.mark.xdist_group("wilds")
async def test_active_merchants_x53(wilds: Counties) -> None:
    """X53: which merchants are in the alliance of the community on a day?"""
    home = await settled(wilds)
    alliance = await home.staff.do("allianceForm", community=home.c1, name="商圈联盟", since="2024-01-01")
    one, two = [await home.staff.do("merchantRegister", community=home.c1, name=n) for n in ("甲店", "乙店")]
    for merchant in (one, two):
        await home.staff.do("merchantJoinAlliance", merchant=merchant, alliance=alliance, since="2024-02-01")
    await home.staff.do("merchantLeaveAlliance", merchant=two, alliance=alliance, ended="2024-06-01")
    read = {"alliance": alliance}
    assert await home.read(home.public, "allianceMembers", "merchant { id }", **read, asOf="2024-06-01") == [
        {"merchant": {"id": one}}
    ]
    assert len(await home.read(home.public, "allianceMembers", "since", **read, asOf="2024-05-31")) == len((one, two))
    joining = {"merchant": two, "alliance": alliance, "since": "2024-07-01"}
    await home.far.refused("merchantJoinAlliance", "NOT_PERMITTED", **joining)
    elsewhere = await settled(wilds)
    stranger = await elsewhere.staff.do("merchantRegister", community=elsewhere.c1, name="外店")
    await home.staff.refused("merchantJoinAlliance", "NOT_FOUND", **{**joining, "merchant": stranger})
