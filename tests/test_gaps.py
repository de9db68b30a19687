"""Gaps are live lists with two times: what held on a day, as known now or as known then (BR-61, BR-63, BR-80)."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.execution import Request
from domain.bodies import CHINA
from domain.words import Words
from projections.coverages import GridCoverage
from projections.gaps import GAPS, Gap, gap, gaps_of
from projections.grids import Grid
from projections.people import Person
from projections.rows import Misdeclared
from tests.acting import PLAINLY, Acting
from tests.counties import Counties
from tests.hometown import Hometown, settled

pytestmark = pytest.mark.xdist_group("wilds")

TODAY = datetime.now(CHINA).date()


def ago(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()


async def names(home: Hometown, field: str, gap_: str, on: str, **more: Any) -> list[str]:
    return sorted(each["name"] for each in await home.rows(field, "name", gap=gap_, asOf=on, **more))


async def test_grids_without_worker_and_micro_grids_without_leader_are_listed_br_61(wilds: Counties) -> None:
    """X12, X13, X14, X15, X16: which grids have no worker or town leader, which micro-grids and buildings no leader?"""
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    g1, g2 = await home.grid("G1", home.buildings[k1]), await home.grid("G2", home.buildings[k2])
    cells = [await home.staff.do("microGridDelineate", grid=g1, name=f"M{n}", since="2025-03-01") for n in (1, 2)]
    w1 = await home.person()
    await home.town.do("gridAppointWorker", grid=g1, person=w1, fullTime=True, since="2025-04-01")
    await home.town.do("gridAssignTownLeader", grid=g2, person=w1, since="2025-04-01")
    await home.staff.do("microGridAppointLeader", microGrid=cells[0], person=w1, since="2025-04-01")
    building = home.buildings[k1][0]
    await home.staff.do("buildingAppointLeader", building=building, person=w1, since="2025-04-01")
    await home.town.do("gridVacatePost", grid=g1, person=w1, postKind="GRID_WORKER", ended="2025-06-01")
    assert await names(home, "grids", "WITHOUT_WORKER", "2025-03-31") == ["G1", "G2"]
    assert await names(home, "grids", "WITHOUT_WORKER", "2025-04-01") == ["G2"]
    assert await names(home, "grids", "WITHOUT_WORKER", "2025-05-31", community=home.c1) == ["G2"]
    assert await names(home, "grids", "WITHOUT_WORKER", "2025-06-01") == ["G1", "G2"]
    assert await names(home, "grids", "WITHOUT_WORKER", "2025-02-01") == []  # there were none yet
    assert await names(home, "grids", "WITHOUT_TOWN_LEADER", "2025-04-01") == ["G1"]
    assert await names(home, "grids", "WITHOUT_LEADER", "2025-04-01") == ["G1", "G2"]
    assert await names(home, "microGrids", "WITHOUT_LEADER", "2025-04-01") == ["M2"]
    unled = await names(home, "buildings", "WITHOUT_LEADER", "2025-04-01", compound=k1)
    assert unled == ["K1-2", "K1-3", "K1-4"]
    assert len(await names(home, "buildings", "WITHOUT_GRID", "2025-04-01", community=home.c1)) == len(
        home.buildings[home.compounds[2]]
    )


async def test_compounds_without_branch_leader_contact_body_or_service_are_listed(wilds: Counties) -> None:
    """X11, X18, X19, X20, X58, X61, X65, Q67: which places have nobody?"""
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    day, leader = "2025-04-01", await home.person()
    await home.county.do("personAssignContact", person=leader, community=home.c1, compound=k1, since=day)
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="物业", creditCode="91350100M000100Y43")
    committee = {"name": "党委", "partyKind": "COMMUNITY_COMMITTEE", "level": 1, "since": day}
    await home.county.do("partyOrganisationEstablish", seat=home.c1, **committee)
    branch_ = {"name": "支部", "partyKind": "COMPOUND_BRANCH", "level": 2, "since": day}
    branch = await home.staff.do("partyOrganisationEstablish", seat=k1, **branch_)
    await home.staff.do("compoundAttachToBranch", compound=k1, partyOrganisation=branch, since=day)
    body = {"seats": 7, "ownerSeats": 4, "since": day, "until": "2027-04-01"}
    await home.town.do("committeeForm", compound=k1, **body)
    await home.staff.do("compoundSetService", compound=k1, serviceMode="MARKET", provider=firm, since=day)
    await home.staff.do("compoundSetService", compound=k2, serviceMode="NONE", since=day)
    all_ = ["K1", "K2", "K3", "K4"]
    for gap_ in ("BRANCH", "LEADER_CONTACT", "GOVERNING_BODY", "SERVICE"):
        assert await names(home, "compounds", f"WITHOUT_{gap_}", "2025-03-31") == all_, gap_
        assert await names(home, "compounds", f"WITHOUT_{gap_}", day) == all_[1:], gap_
    assert await names(home, "compounds", "WITHOUT_GOVERNING_BODY", "2027-04-01") == all_
    past = await home.rows("committees", "compound { name }", gap="PAST_TERM", asOf="2027-04-01")
    assert past == [{"compound": {"name": "K1"}}]
    assert await home.rows("committees", "id", gap="PAST_TERM", asOf="2027-03-31") == []
    for gap_ in ("LEADER_CONTACT", "PARTY_COMMITTEE"):
        assert await names(home, "communities", f"WITHOUT_{gap_}", day) == ["府前社区"], gap_
    assert await names(home, "firms", "WITHOUT_BRANCH", day) == ["物业"]


RESPONSIBLE = """query ($l: ID!, $k: ID!, $on: Date!, $known: Moment) {
    node(id: $k, asKnownAt: $known) { ... on Compound { responsible(asOf: $on) {
        duty person { id } body { id } since assigned { type } } } }
    ledger(code: $l) { events(backdatedDays: 7) { edges { node { type } } } } }"""


async def test_who_was_responsible_on_a_day_has_two_times_s10(wilds: Counties) -> None:
    """S10 steps 1 and 2 (the firm left out): the leader, the branch secretary and the grid worker of the day, each
    with the event that made it so; a late entry changes the day and not what was known of it (BR-80, BR-82)."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    grid = await home.grid("G1", home.buildings[k1])
    l2, b1, w3, w4 = [await home.person(name) for name in ("L2", "B1", "W3", "W4")]
    await home.county.do("personAssignContact", person=l2, compound=k1, since="2025-04-01")
    branch_ = {"name": "支部", "partyKind": "COMPOUND_BRANCH", "level": 2, "since": "2025-04-01"}
    branch = await home.staff.do("partyOrganisationEstablish", seat=k1, **branch_)
    await home.staff.do("compoundAttachToBranch", compound=k1, partyOrganisation=branch, since="2025-04-01")
    secretary = {"person": b1, "source": "RETIRED_CADRE", "since": "2025-04-01"}
    await home.staff.do("partyOrganisationAppointSecretary", partyOrganisation=branch, **secretary)
    await home.town.do("gridAppointWorker", grid=grid, person=w3, fullTime=True, since="2025-04-01")
    u7 = await home.county.do("partnerUnitRegister", ledger=home.ledger, name="U7", unitKind="COUNTY_UNIT")
    await home.staff.do("compoundPair", compound=k1, unit=u7, since="2025-04-01")
    fire, known = ago(15), await home.staff.head()

    async def responsible(reader: Acting, moment: Any = None) -> list[Any]:
        answer = await reader.ask(RESPONSIBLE, l=home.ledger, k=k1, on=fire, known=moment)
        return list(answer["node"]["responsible"])

    on_the_day = [
        ("COUNTY_LEADER", l2, "ContactAssigned"),
        ("BRANCH_SECRETARY", b1, "SecretaryAppointed"),
        ("GRID_WORKER", w3, "PostFilled"),
        ("PAIRED_UNIT", u7, "UnitPaired"),
    ]
    told = await responsible(home.county)
    who = [(each["duty"], (each["person"] or each["body"])["id"], each["assigned"]["type"]) for each in told]
    assert who == on_the_day
    late = {"fullTime": True, "since": ago(20), "replacing": w3, "occurredAt": f"{ago(20)}T09:00:00+08:00"}
    assert await home.town.refused("gridAppointWorker", "BACKDATING_UNEXPLAINED", grid=grid, person=w4, **late) != {}
    await home.town.do("gridAppointWorker", grid=grid, person=w4, **late, backdatedReason="交接单迟到")
    assert [each["person"]["id"] for each in (await responsible(home.county))[:3]] == [l2, b1, w4]
    before = await responsible(home.county, {"position": known})
    assert [each["person"]["id"] for each in before[:3]] == [l2, b1, w3]
    inspector = await home.county.ask(RESPONSIBLE, l=home.ledger, k=k1, on=fire)
    backdated = [edge["node"]["type"] for edge in inspector["ledger"]["events"]["edges"]]
    assert backdated == ["PostVacated", "PostFilled"]
    assert [each["person"] for each in await responsible(home.public)] == [None] * 4  # whom, the public is not told


async def test_every_gap_is_answered_the_same_compiled_and_plainly(wilds: Counties) -> None:
    """Also those that ask nothing of the day."""
    home = await settled(wilds)
    await home.grid("第一网格", tuple(home.buildings[home.compounds[0]][:1]))
    lists = [
        f'{each.row.plural}(gap: {each.name}, asOf: "2025-04-01") {{ totalCount edges {{ cursor }} }}'
        for each in GAPS
        if each.row.listed and each.row in wilds.engine.catalogue.rows
    ]
    assert len(lists) > 40
    for each in lists:
        told = [
            await home.staff.ask(f"query ($l: ID!) {{ {beside} ledger(code: $l) {{ {each} }} }}", l=home.ledger)
            for beside in ("", PLAINLY)
        ]
        assert told[0]["ledger"] == told[1]["ledger"], each


async def test_a_gap_is_of_a_day(wilds: Counties) -> None:
    home = await settled(wilds)
    query = f'{{ ledger(code: "{home.ledger}") {{ grids(gap: WITHOUT_WORKER) {{ totalCount }} }} }}'
    answer = json.loads((await wilds.engine.answer(Request(query, {}, viewer=home.county.viewer))).body)
    assert answer["errors"][0]["extensions"]["code"] == "DAY_MISSING"


def test_a_gap_tells_nothing_of_rows_that_not_everybody_sees() -> None:
    with pytest.raises(Misdeclared):
        gap(Grid, "OF_PEOPLE", "无", "None", "true", reads=(Person,))
    with pytest.raises(Misdeclared):
        gap(Grid, "WITHOUT_WORKER", "无", "None", "true", reads=(GridCoverage,))
    assert "OF_PEOPLE" not in gaps_of(Grid)
    assert isinstance(gaps_of(Grid)["WITHOUT_WORKER"], Gap)
    assert gaps_of(Grid)["WITHOUT_WORKER"].words == Words("No worker", "无网格员")
