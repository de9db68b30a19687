"""A community's project wins an award; nobody in it is named."""

from typing import Any

import pytest

from domain.awards import AwardLevel, AwardWon, Prize, record
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY
from tests.hometown import settled


def test_an_award_is_recorded() -> None:
    what: dict[str, Any] = {"name": "社区课堂", "contest": "大赛", "award_level": AwardLevel.CITY, "prize": Prize.THIRD}
    made = given(*COUNTY).when(record, community=C1, **what, awarded=DAY)
    made.then(AwardWon(born("award"), C1, "社区课堂", "大赛", AwardLevel.CITY, Prize.THIRD, DAY))


@pytest.mark.xdist_group("wilds")
async def test_awards_by_level_x89(wilds: Counties) -> None:
    """X89: the class is an activity without names, and its award is found by level."""
    home = await settled(wilds)
    lesson = {"community": home.c1, "activityKind": "COMMUNITY_CLASS", "name": "放学来吧", "held": "2024-05-01"}
    await home.staff.do("activityRecordHeld", **lesson)
    won = {"community": home.c1, "name": "放学来吧", "contest": "志愿服务项目大赛", "awarded": "2024-12-05"}
    award = await home.staff.do("awardRecord", **won, awardLevel="CITY", prize="THIRD")
    assert await home.read(home.public, "awards", "id prize", awardLevel="CITY") == [{"id": award, "prize": "THIRD"}]
    assert await home.read(home.public, "awards", "id", awardLevel="PROVINCE") == []
    await home.far.refused("awardRecord", "NOT_PERMITTED", **won, awardLevel="CITY", prize="THIRD")
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("awardRecord", "NOT_FOUND", **won, awardLevel="CITY", prize="THIRD")
