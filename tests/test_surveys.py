"""A survey counts the Party members of a town's compounds and names nobody (Q03)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.periods import PeriodReversed
from domain.specification import born, given
from domain.surveys import MembersSurveyed, SurveyOpened, count_members, open_survey
from tests.counties import Counties
from tests.county import COUNTY, DAY, K1, TOWN, days
from tests.hometown import settled

SURVEY = Ref[Any]("survey:s")
OPEN = SurveyOpened(SURVEY, TOWN, None, "摸底", DAY)


def test_a_compound_is_counted_not_before_the_survey_opened() -> None:
    given(*COUNTY).when(open_survey, town=TOWN, name="摸底", since=DAY).then(
        SurveyOpened(born("survey"), TOWN, None, "摸底", DAY)
    )
    counted = given(*COUNTY, OPEN).when(count_members, survey=SURVEY, compound=K1, party_members=9, surveyed_on=DAY)
    counted.then(MembersSurveyed(SURVEY, K1, 9, DAY))
    counted.when(count_members, survey=SURVEY, compound=K1, party_members=9, surveyed_on=DAY).then()
    early: dict[str, Any] = {"survey": SURVEY, "compound": K1, "party_members": 9, "surveyed_on": days(-1)}
    given(*COUNTY, OPEN).when(count_members, **early).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_how_far_the_survey_has_come_q03(wilds: Counties) -> None:
    """Q03, Q14, Q16: how far has the survey come, compound by compound?"""
    home = await settled(wilds)
    bureau = await home.county.do("partnerUnitRegister", ledger=home.ledger, name="城建局", unitKind="COUNTY_UNIT")
    since = "2025-03-01"
    survey = await home.town.do("surveyOpen", town=home.t1, joining=bureau, name="摸底", since=since)
    k1, k2, k3, k4 = home.compounds
    for compound, members in ((k1, 12), (k2, 8)):
        given_ = {"survey": survey, "compound": compound, "partyMembers": members, "surveyedOn": "2025-03-05"}
        await home.staff.do("surveyCountMembers", **given_)
    query = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Survey { completion(asOf: $on) {
        toCount counted missing { id } } memberCounts { measures { partyMembers { sum } } } } } }"""
    told = (await home.public.ask(query, id=survey, on="2025-03-05"))["node"]
    assert told["completion"]["toCount"] == 4
    assert {each["id"] for each in told["completion"]["missing"]} == {k3, k4}
    assert told["memberCounts"]["measures"] == {"partyMembers": {"sum": 20}}
    before = (await home.public.ask(query, id=survey, on="2025-03-04"))["node"]["completion"]
    assert before["counted"] == 0
    wrong = {"survey": survey, "compound": k1, "partyMembers": 1, "surveyedOn": since}
    await home.far.refused("surveyCountMembers", "NOT_PERMITTED", **wrong)
