"""Stars and titles as people ask for them: the demonstration's rounds, and titles of a county of a test's own."""

from typing import Any

import pytest

from tests.acting import Acting
from tests.counties import Counties
from tests.hometown import of, own_name, settled
from tests.voters import Calendar

LEDGER = "140423"


@pytest.mark.xdist_group("counties")
async def test_stars_by_branch_and_round_x23(counties: Counties) -> None:
    """X23: each of the 56 branches has stars of a round, by the version of the rubric that the round is bound to."""
    public = Acting(counties, LEDGER, None)
    query = """query ($l: ID!) { ledger(code: $l) { ratingRounds(ratedKind: BRANCH) { totalCount
        groups(by: STARS) { value count }
        edges { node { stars finalScore band roundState rubricVersion rubric { trial }
            partyOrganisation { id } } } } } }"""
    found = (await public.ask(query, l=LEDGER))["ledger"]["ratingRounds"]
    assert found["totalCount"] == 56
    assert sum(group["count"] for group in found["groups"]) == 56
    first = found["edges"][0]["node"]
    assert (first["roundState"], first["rubricVersion"], first["rubric"]["trial"]) == ("DECIDED", 1, True)
    rated = {edge["node"]["partyOrganisation"]["id"] for edge in found["edges"]}
    assert len(rated) == len(found["edges"]) == 50
    assert {edge["node"]["stars"] for edge in found["edges"]} <= {1, 2, 3, 4, 5}


@pytest.mark.xdist_group("counties")
async def test_a_secretarys_stars_and_the_trial_rules_that_they_are_by_x28(counties: Counties) -> None:
    """X28, Q37: nine secretaries under the trial rules; each score is explained, class by class."""
    public = Acting(counties, LEDGER, None)
    query = """query ($l: ID!) { ledger(code: $l) {
        rubrics(ratedKind: SECRETARY) { edges { node { name trial rubricVersion } } }
        ratingRounds(ratedKind: SECRETARY) { totalCount edges { node { stars ratedPerson { id }
            explanation(asOf: "2025-06-01") { raterClass weight raters points } } } } } }"""
    found = (await public.ask(query, l=LEDGER))["ledger"]
    [rules] = [edge["node"] for edge in found["rubrics"]["edges"]]
    assert rules == {"name": "社区党组织书记星级化管理实施细则（试行）", "trial": True, "rubricVersion": 1}
    assert found["ratingRounds"]["totalCount"] == 9
    node = found["ratingRounds"]["edges"][0]["node"]
    assert {edge["node"]["stars"] for edge in found["ratingRounds"]["edges"]} <= {1, 2, 3, 4, 5}
    assert node["ratedPerson"] is None
    weights = {each["raterClass"]: each["weight"] for each in node["explanation"]}
    assert (weights["PUBLIC"], weights["DEPARTMENT"]) == (60, 40)


@pytest.mark.xdist_group("wilds")
async def test_titles_are_counted_on_a_day_and_what_was_counted_stays_x25(wilds: Counties, calendar: Calendar) -> None:
    """X25, X71, X73, S6 step 7: two benchmarks, one revoked later; a model compound; a family without its name."""
    home = await settled(wilds)
    k1, k2 = home.compounds[:2]
    awarded = calendar.day()
    branch = honour = ""
    for n, compound in enumerate((k1, k2)):
        seat = {"seat": compound, "partyKind": "COMPOUND_BRANCH", "level": 2, "since": "2024-01-01"}
        branch = await home.staff.do("partyOrganisationEstablish", name=f"支部{n}", **seat)
        honour = await home.staff.do(
            "honourNominateBranch", compound=compound, partyOrganisation=branch, grounds="先进"
        )
        await home.county.do("honourAward", honour=honour, since=awarded)
    again = {"compound": k1, "partyOrganisation": branch, "grounds": "先进"}
    await home.staff.refused("honourNominateBranch", "NOT_OF_COMPOUND", **again)
    model = await home.staff.do("honourApplyForCompound", compound=k1, grounds="文明示范小区")
    await home.staff.refused("honourAward", "NOT_PERMITTED", honour=model, since=awarded)
    await home.county.do("honourAward", honour=model, since=awarded)
    calendar.pass_(15)
    revoked, before = calendar.day(), calendar.day(-1)
    await home.county.do("honourRevoke", honour=honour, ended=revoked, reason="造假")
    kinds = await home.read(home.public, "honours", "honourKind awarded ended", honourKind="BENCHMARK_BRANCH")
    assert sorted(each["ended"] or "" for each in kinds) == ["", revoked]
    for day, held in ((awarded, 2), (before, 2), (revoked, 1)):
        assert await counted(home.public, home.ledger, "BENCHMARK_BRANCH", day) == held
    assert await counted(home.public, home.ledger, "MODEL_COMPOUND", awarded) == 1
    resident = await own_name(home, "居民")
    lives = {"compound": k1, "person": of(resident), "residenceKind": "OWNER", "since": "2024-01-01"}
    await home.staff.do("compoundRegisterResident", **lives)
    family: dict[str, Any] = {"compound": k1, "person": of(resident), "grounds": "孝老爱亲"}
    chosen = await resident.do("honourNominateFamily", **family)
    [told] = await home.read(
        home.public, "honours", "titledFamily { id } compound { id }", honourKind="CIVILISED_FAMILY"
    )
    assert told == {"titledFamily": None, "compound": {"id": k1}}
    assert chosen


async def counted(reader: Acting, ledger: str, kind: str, on: str) -> int:
    query = """query ($l: ID!, $k: HonourKind!, $on: Date!) { ledger(code: $l) {
        heldHonours(honourKind: $k, asOf: $on) { totalCount } } }"""
    return int((await reader.ask(query, l=ledger, k=kind, on=on))["ledger"]["heldHonours"]["totalCount"])
