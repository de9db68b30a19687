"""Special campaigns are launched and closed with what was found and fixed."""

from typing import Any

import pytest

from domain.campaigns import (
    CampaignClosed,
    CampaignKind,
    CampaignLaunched,
    CampaignOver,
    CampaignRunning,
    MoreFixedThanFound,
    close,
    launch,
)
from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import given
from tests.counties import Counties
from tests.county import COUNTY, DAY, K1, days
from tests.hometown import settled

ONE = Ref[Any]("campaign:one")
BEGUN = (*COUNTY, CampaignLaunched(ONE, K1, CampaignKind.STAIRWELL_VEHICLES, DAY))


def test_one_campaign_of_a_kind_runs_in_a_compound() -> None:
    again: dict[str, Any] = {"compound": K1, "campaign_kind": CampaignKind.STAIRWELL_VEHICLES, "since": days(1)}
    given(*BEGUN).when(launch, **again).refused(CampaignRunning(ONE, DAY))
    over = given(*BEGUN, CampaignClosed(ONE, K1, DAY, days(1), 2, 1))
    assert len(over.when(launch, **again).new) == 1
    other = {**again, "campaign_kind": CampaignKind.GRAFFITI_AND_ADS}
    assert len(given(*BEGUN).when(launch, **other).new) == 1


def test_a_campaign_is_closed_once_with_no_more_fixed_than_found() -> None:
    told: dict[str, Any] = {"campaign": ONE, "found_count": 2}
    begun = given(*BEGUN)
    begun.when(close, **told, ended=days(1), fixed_count=3).refused(MoreFixedThanFound(2, 3))
    begun.when(close, **told, ended=days(-1), fixed_count=2).refused(PeriodReversed(DAY, days(-1)))
    closed = begun.when(close, **told, ended=days(1), fixed_count=2)
    closed.then(CampaignClosed(ONE, K1, DAY, days(1), 2, 2))
    closed.when(close, **told, ended=days(1), fixed_count=2).then()
    closed.when(close, **told, ended=days(1), fixed_count=1).refused(CampaignOver(days(1), 2, 2))
    closed.when(close, **told, ended=days(2), fixed_count=2).refused(AlreadySo(days(1)))


@pytest.mark.xdist_group("wilds")
async def test_found_and_fixed_x70(wilds: Counties) -> None:
    """X70: how many cases were found and fixed in a campaign?"""
    home = await settled(wilds)
    plan = {"compound": home.compounds[0], "campaignKind": "GRAFFITI_AND_ADS", "since": "2024-03-01"}
    campaign = await home.staff.do("campaignLaunch", **plan)
    await home.staff.refused("campaignLaunch", "CAMPAIGN_RUNNING", **plan)
    await home.staff.do("campaignClose", campaign=campaign, ended="2024-04-01", foundCount=12, fixedCount=11)
    rows = await home.read(home.public, "campaigns", "foundCount fixedCount until", community=home.c1)
    assert rows == [{"foundCount": 12, "fixedCount": 11, "until": "2024-04-01"}]
    await home.far.refused("campaignLaunch", "NOT_PERMITTED", **plan)
    elsewhere = await settled(wilds)
    closing = {"campaign": campaign, "ended": "2024-04-01", "foundCount": 1, "fixedCount": 1}
    await elsewhere.staff.refused("campaignClose", "NOT_FOUND", **closing)
