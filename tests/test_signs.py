"""A sign that is neither the venue's own name nor adopted by the county is found (Q45, BR-93)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.ledgers import ITSELF
from domain.periods import PeriodReversed
from domain.signs import (
    SignDown,
    SignHung,
    SignRemoved,
    SignUnfit,
    SignWordingsAdopted,
    adopt_sign_wordings,
    hang,
    remove,
)
from domain.specification import born
from domain.venues import VenueKind, VenueRegistered
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, afterwards, days
from tests.hometown import settled

CENTRE, SIGN = Ref[Any]("venue:v"), Ref[Any]("sign:s")
OPEN = VenueRegistered(CENTRE, C1, VenueKind.COMMUNITY_CENTRE, "中心", None, DAY)
HUNG = SignHung(SIGN, CENTRE, "中心", 2000, 400, 1, DAY)


@pytest.mark.parametrize("nought", ["width_mm", "height_mm", "rank"])
def test_a_sign_has_a_size_and_a_rank(nought: str) -> None:
    look: dict[str, Any] = {"wording": "服务站", "width_mm": 600, "height_mm": 400, "rank": 1, nought: 0}
    told = SignUnfit(look["width_mm"], look["height_mm"], look["rank"])
    afterwards(*COUNTY, OPEN).when(hang, venue=CENTRE, **look, since=DAY).refused(told)


def test_a_sign_is_hung_and_taken_down_once() -> None:
    look: dict[str, Any] = {"wording": "中心", "width_mm": 2000, "height_mm": 400, "rank": 1, "since": DAY}
    afterwards(*COUNTY, OPEN).when(hang, venue=CENTRE, **look).then(
        SignHung(born("sign"), CENTRE, "中心", 2000, 400, 1, DAY)
    )
    down = afterwards(*COUNTY, OPEN, HUNG).when(remove, sign=SIGN, ended=days(3))
    down.then(SignRemoved(SIGN, CENTRE, DAY, days(3))).when(remove, sign=SIGN, ended=days(3)).then()
    down.when(remove, sign=SIGN, ended=days(4)).refused(SignDown(days(3)))
    afterwards(*COUNTY, OPEN, HUNG).when(remove, sign=SIGN, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


def test_wordings_are_adopted_in_order() -> None:
    adopted = afterwards(*COUNTY).when(adopt_sign_wordings, wordings=("社区居民委员会",), since=DAY)
    adopted.then(SignWordingsAdopted(ITSELF, ("社区居民委员会",), DAY))
    adopted.when(adopt_sign_wordings, wordings=("社区居民委员会",), since=days(9)).then()
    adopted.when(adopt_sign_wordings, wordings=("另一",), since=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_unauthorised_signs_and_old_names_are_found_q45(wilds: Counties) -> None:
    """Q41, Q45, Q52, Q69, Q70, Q75: one official name, the old ones kept; a sign by the old name is unauthorised."""
    home = await settled(wilds)
    place = {"venueKind": "COMPREHENSIVE_STATION", "name": "综合服务站", "since": "2025-03-01"}
    venue = await home.staff.do("venueRegister", location=home.c1, **place)
    property_ = {"venueKind": "PROPERTY_CENTRE", "name": "物业服务中心", "since": "2025-03-01"}
    await home.staff.do("venueRegister", location=home.compounds[0], **property_)
    await home.staff.do("venueSetFunctions", venue=venue, functions=["NEIGHBOUR_HELP"], since="2025-03-01")
    look: dict[str, Any] = {"widthMm": 2000, "heightMm": 400, "since": "2025-03-01"}
    for rank, wording in enumerate(("综合服务站", "社区居民委员会", "某某培训基地"), 1):
        await home.staff.do("signHang", venue=venue, wording=wording, rank=rank, **look)

    async def unauthorised(on: str) -> set[str]:
        found = await home.read(home.public, "signs", "wording", gap="UNAUTHORISED", asOf=on)
        return {each["wording"] for each in found}

    assert await unauthorised("2025-03-01") == {"社区居民委员会", "某某培训基地"}
    await home.county.do("ledgerAdoptSignWordings", ledger=home.ledger, wordings=["社区居民委员会"], since="2025-04-01")
    await home.staff.do("venueRename", venue=venue, name="党群服务站", since="2025-05-01")
    assert await unauthorised("2025-03-31") == {"社区居民委员会", "某某培训基地"}
    assert await unauthorised("2025-04-01") == {"某某培训基地"}
    assert await unauthorised("2025-05-01") == {"某某培训基地", "综合服务站"}
    names = await home.rows("venueNames", "name since", venue=venue, orderBy="SINCE_ASC")
    assert [each["name"] for each in names] == ["综合服务站", "党群服务站"]
    assert await home.rows("venueNames", "name", venue=venue, asOf="2025-04-30") == [{"name": "综合服务站"}]
    wrong = {"ledger": home.ledger, "wordings": ["随意"], "since": "2025-06-01"}
    await home.staff.refused("ledgerAdoptSignWordings", "NOT_PERMITTED", **wrong)


@pytest.mark.xdist_group("wilds")
async def test_of_names_and_wordings_of_one_day_the_last_holds_q41(wilds: Counties) -> None:
    """Q41, Q45: named there and back on one day, a venue has one official name; so with what the county adopts."""
    home = await settled(wilds)
    place: dict[str, Any] = {"venueKind": "STATION", "name": "甲", "since": "2025-03-01"}
    venue = await home.staff.do("venueRegister", location=home.compounds[0], **place)
    for name in ("乙", "丙", "乙"):
        await home.staff.do("venueRename", venue=venue, name=name, since="2025-05-01")
    assert await home.rows("venueNames", "name", venue=venue, orderBy="SINCE_ASC") == [{"name": "甲"}, {"name": "乙"}]
    for wordings in (["丁"], ["戊", "己"], ["庚"]):
        await home.county.do("ledgerAdoptSignWordings", ledger=home.ledger, wordings=wordings, since="2025-05-01")
    assert await home.rows("signWordings", "wordings") == [{"wordings": ["庚"]}]
    for rank, wording in enumerate(("乙", "丙", "丁", "庚"), 1):
        look = {"wording": wording, "rank": rank, "widthMm": 2000, "heightMm": 400, "since": "2025-05-01"}
        await home.staff.do("signHang", venue=venue, **look)
    found = await home.rows("signs", "wording", gap="UNAUTHORISED", asOf="2025-05-01", orderBy="RANK_ASC")
    assert [each["wording"] for each in found] == ["丙", "丁"]
