"""A survey counts the Party members of a town's compounds and names nobody (Q03)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.periods import PeriodReversed
from domain.places import TownRegistered
from domain.specification import born
from domain.surveys import MembersSurveyed, OutsideSurvey, SurveyOpened, count_members, open_survey
from tests.counties import Counties
from tests.county import C1, C2, COUNTY, DAY, K1, TOWN, afterwards, days
from tests.hometown import settled

SURVEY = Ref[Any]("survey:s")
OPEN = SurveyOpened(SURVEY, TOWN, None, "摸底", DAY)
ASKED: dict[str, Any] = {"survey": SURVEY, "compound": K1, "community": C1}


def test_a_compound_is_counted_not_before_the_survey_opened() -> None:
    afterwards(*COUNTY).when(open_survey, town=TOWN, name="摸底", since=DAY).then(
        SurveyOpened(born("survey"), TOWN, None, "摸底", DAY)
    )
    counted = afterwards(*COUNTY, OPEN).when(count_members, **ASKED, party_members=9, surveyed_on=DAY)
    counted.then(MembersSurveyed(SURVEY, K1, 9, DAY))
    counted.when(count_members, **ASKED, party_members=9, surveyed_on=DAY).then()
    early = {**ASKED, "party_members": 9, "surveyed_on": days(-1)}
    afterwards(*COUNTY, OPEN).when(count_members, **early).refused(PeriodReversed(DAY, days(-1)))


def test_a_later_count_takes_the_place_of_an_earlier_one_and_not_the_other_way() -> None:
    counted = afterwards(*COUNTY, OPEN, MembersSurveyed(SURVEY, K1, 9, days(4)))
    counted.when(count_members, **ASKED, party_members=8, surveyed_on=days(3)).refused(PeriodReversed(days(4), days(3)))
    counted.when(count_members, **ASKED, party_members=8, surveyed_on=days(4)).then(
        MembersSurveyed(SURVEY, K1, 8, days(4))
    )


def test_only_compounds_of_the_town_are_counted() -> None:
    other = Ref[Any]("town:other")
    count: dict[str, Any] = {"party_members": 9, "surveyed_on": DAY}
    elsewhere = afterwards(*COUNTY, TownRegistered(other, "乙镇"), SurveyOpened(SURVEY, other, None, "摸底", DAY))
    elsewhere.when(count_members, **ASKED, **count).refused(OutsideSurvey(K1, other))
    afterwards(*COUNTY, OPEN).when(count_members, **{**ASKED, "community": C2}, **count).refused(
        OutsideSurvey(K1, TOWN)
    )


@pytest.mark.xdist_group("wilds")
async def test_how_far_the_survey_has_come_q03(wilds: Counties) -> None:
    """Q03: how far has the survey come, compound by compound?"""
    home = await settled(wilds)
    bureau = await home.county.do("partnerUnitRegister", ledger=home.ledger, name="城建局", unitKind="COUNTY_UNIT")
    since = "2025-03-01"
    survey = await home.town.do("surveyOpen", town=home.t1, joining=bureau, name="摸底", since=since)
    k1, k2, k3, k4 = home.compounds
    asked = {"survey": survey, "community": home.c1}
    for compound, members, on in ((k1, 12, "2025-03-05"), (k2, 7, "2025-03-05"), (k2, 8, "2025-03-07")):
        counted = {"compound": compound, "partyMembers": members, "surveyedOn": on}
        await home.staff.do("surveyCountMembers", **asked, **counted)
    query = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Survey { completion(asOf: $on) {
        toCount counted missing { id } } memberCounts { measures { partyMembers { sum } } } } } }"""
    told = (await home.public.ask(query, id=survey, on="2025-03-05"))["node"]
    assert told["completion"]["toCount"] == 4
    assert {each["id"] for each in told["completion"]["missing"]} == {k3, k4}
    assert told["memberCounts"]["measures"] == {"partyMembers": {"sum": 20}}
    before = (await home.public.ask(query, id=survey, on="2025-03-04"))["node"]["completion"]
    assert before["counted"] == 0
    wrong = {**asked, "compound": k1, "partyMembers": 1, "surveyedOn": since}
    await home.far.refused("surveyCountMembers", "NOT_PERMITTED", **wrong)
