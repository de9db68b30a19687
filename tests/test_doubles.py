"""What was entered twice, or for another, is told to who can mend it: lists of doubles, and refusals that say names."""

from datetime import date, datetime, timedelta

import pytest

from domain.bodies import CHINA
from tests.counties import Counties
from tests.hometown import Hometown, settled

pytestmark = pytest.mark.xdist_group("wilds")
CODE = "91350100M000100Y43"


async def found(home: Hometown, things: str, gap: str, day: str = "2025-06-01") -> set[str]:
    return {each["id"] for each in await home.rows(things, "id", gap=gap, asOf=day)}


async def test_firms_of_one_credit_code_are_listed(wilds: Counties) -> None:
    home = await settled(wilds)
    codes = (CODE, CODE, "91110000600037341L")
    firms = [
        await home.county.do("firmRegister", ledger=home.ledger, name=f"物业{n}", creditCode=code)
        for n, code in enumerate(codes)
    ]
    assert await found(home, "firms", "SAME_CODE") == set(firms[:2])


async def test_compounds_of_one_name_in_a_community_are_listed(wilds: Counties) -> None:
    home = await settled(wilds)
    same = await home.town.do("compoundRegister", community=home.c1, name="K1")
    await home.town.do("compoundRegister", community=home.c2, name="K2")  # there is one in the other community
    assert await found(home, "compounds", "SAME_NAME") == {same, home.compounds[0]}


async def test_buildings_and_grids_of_one_name_are_listed_and_grids_of_no_place(wilds: Counties) -> None:
    home = await settled(wilds)
    same = await home.town.do("buildingRegister", compound=home.compounds[0], name="K1-1")
    assert await found(home, "buildings", "SAME_NAME") == {same, home.buildings[home.compounds[0]][0]}
    first = await home.grid("一网格", home.buildings[home.compounds[0]])
    second = await home.grid("一网格", (), since="2025-05-01")
    assert await found(home, "grids", "SAME_NAME") == {first, second}
    assert await found(home, "grids", "SAME_NAME", "2025-04-30") == set()
    assert await found(home, "grids", "WITHOUT_PLACE") == {second}


async def test_a_community_has_one_party_committee_or_is_listed(wilds: Counties) -> None:
    home = await settled(wilds)
    founded = {"name": "党委", "partyKind": "COMMUNITY_COMMITTEE", "level": 1}
    seats = ((home.c1, "2025-03-01"), (home.c1, "2025-05-01"), (home.c2, "2025-03-01"))
    both = [await home.county.do("partyOrganisationEstablish", seat=seat, **founded, since=day) for seat, day in seats]
    assert await found(home, "partyOrganisations", "SECOND_COMMITTEE") == set(both[:2])
    assert await found(home, "partyOrganisations", "SECOND_COMMITTEE", "2025-04-01") == set()


async def test_a_community_has_a_secretary_by_tenure_or_as_its_committees_secretary(wilds: Counties) -> None:
    home = await settled(wilds)
    founded = {"name": "党委", "partyKind": "COMMUNITY_COMMITTEE", "level": 1, "since": "2025-03-01"}
    committee = await home.county.do("partyOrganisationEstablish", seat=home.c1, **founded)
    assert await found(home, "communities", "WITHOUT_SECRETARY") == {home.c1, home.c2}
    leads = {"partyOrganisation": committee, "person": await home.person(), "source": "TWO_COMMITTEES"}
    await home.county.do("partyOrganisationAppointSecretary", **leads, since="2025-05-01")
    assert await found(home, "communities", "WITHOUT_SECRETARY") == {home.c2}
    assert await found(home, "communities", "WITHOUT_SECRETARY", "2025-04-30") == {home.c1, home.c2}
    earlier = {**leads, "person": await home.person(), "since": "2025-03-01", "until": "2025-04-01"}
    await home.county.do("partyOrganisationAppointSecretary", **earlier)  # entered later
    assert await found(home, "communities", "WITHOUT_SECRETARY", "2025-03-31") == {home.c2}
    [told] = await home.rows("partyOrganisations", "secretary { id } secretarySince", seat=home.c1)
    assert told == {"secretary": {"id": leads["person"]}, "secretarySince": "2025-05-01"}


@pytest.mark.parametrize("how", ["tenure", "committee", "branch"])
async def test_who_works_for_the_firm_that_serves_where_they_lead_is_listed_x30(wilds: Counties, how: str) -> None:
    home = await settled(wilds)
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode=CODE)
    serves = {"compound": home.compounds[0], "serviceMode": "MARKET", "provider": firm, "since": "2025-03-01"}
    await home.staff.do("compoundSetService", **serves)
    person = await home.person()
    employed = {"firm": firm, "person": person, "employmentKind": "STAFF", "since": "2025-03-01"}
    await home.county.do("firmEmploy", **employed)

    async def supervisors(day: str) -> list[str]:
        told = await home.rows("employments", "person { id }", gap="SUPERVISES_OWN_FIRM", asOf=day)
        return [each["person"]["id"] for each in told]

    assert await supervisors("2025-06-01") == []
    if how == "tenure":
        post = {"cadrePost": "COMMUNITY_SECRETARY", "route": "ELECTION", "fullTerm": True, "since": "2025-04-01"}
        await home.town.do("communityBeginTenure", community=home.c1, person=person, **post)
    else:
        seat, kind = (home.c1, "COMMUNITY_COMMITTEE") if how == "committee" else (home.compounds[0], "COMPOUND_BRANCH")
        founded = {"name": "组织", "partyKind": kind, "level": 1, "since": "2025-03-01"}
        organisation = await home.county.do("partyOrganisationEstablish", seat=seat, **founded)
        leads = {"partyOrganisation": organisation, "person": person, "source": "FIRM_MEMBER", "since": "2025-04-01"}
        await home.county.do("partyOrganisationAppointSecretary", **leads)
    assert await supervisors("2025-06-01") == [person]
    assert await supervisors("2025-03-31") == []


async def test_whatever_was_done_long_before_it_was_entered_is_late_br_82(wilds: Counties) -> None:
    """By the day that it tells of, whatever that is called; what is planned is not late, nor what the system does."""
    home = await settled(wilds)
    won = {"name": "议事", "contest": "大赛", "awardLevel": "CITY", "prize": "FIRST", "awarded": "2025-05-01"}
    await home.staff.do("awardRecord", community=home.c1, **won)
    ahead = (datetime.now(CHINA).date() + timedelta(30)).isoformat()
    fair = {"activityKind": "VOLUNTEER_FAIR", "name": "大赶集", "planned": ahead}
    await home.staff.do("activitySchedule", community=home.c1, **fair)
    query = """query ($l: ID!) { ledger(code: $l) {
        events(types: ["AwardWon", "ActivityScheduled", "GrantGiven"]) { edges { node { type daysLate } } } } }"""
    edges = (await home.county.ask(query, l=home.ledger))["ledger"]["events"]["edges"]
    late = {edge["node"]["type"]: edge["node"]["daysLate"] for edge in edges}
    days = (datetime.now(CHINA).date() - date(2025, 5, 1)).days
    assert late == {"GrantGiven": None, "AwardWon": days, "ActivityScheduled": None}


async def test_a_refusal_says_what_things_are_called_and_keeps_their_ids_for_programs(wilds: Counties) -> None:
    home = await settled(wilds)
    building = home.buildings[home.compounds[0]][0]
    grid = await home.grid("第一网格", (building,))
    again = {"community": home.c1, "name": "第二网格", "since": "2025-03-01", "buildings": [building]}
    refused = await home.staff.refusal("gridDelineate", **again)
    assert (refused["code"], refused["details"]["grid"]) == ("GRID_OVERLAP", grid)
    assert refused["message"] == "该场所（K1-1）已属于 第一网格，同一场所只能属于一个网格。"
