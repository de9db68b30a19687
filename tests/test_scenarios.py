"""The scenarios, told through GraphQL by the people who act in them."""

from typing import Any

import pytest

from domain.roles import Role
from infra.ledgers import open_ledger
from tests.acting import Acting
from tests.counties import Counties

pytestmark = pytest.mark.xdist_group("counties")  # recorded once, by one worker

COVERAGE = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Community {
    gridCoverage(asOf: $on) {
        buildings covered uncovered { ... on Node { id } } overlapping { ... on Node { id } } } } } }"""
STAFFING = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Community { gridStaffing(asOf: $on) {
    grids fullTimeWorkers gridsWithoutOwnFullTime microGrids leaders vacancies { id } } } } }"""


@pytest.fixture
async def town(counties: Counties) -> Acting:
    """Town staff in a ledger of their own."""
    await open_ledger(counties.services.recorder, "s1", "场景县", "admin")
    return Acting(counties, "s1", await counties.staff(Role.TOWN, ledger="s1"))


async def _county(counties: Counties) -> Acting:
    return Acting(counties, "s1", await counties.staff(Role.COUNTY, ledger="s1"))


async def _person(town: Acting, name: str) -> str:
    return await town.do("personRegister", ledger="s1", fullName=name)


async def test_s1_drawing_grids_and_finding_the_gap(counties: Counties, town: Acting) -> None:
    """S1 steps 1-6 and the effective dates of step 8 (X13-X17, BR-60, BR-61)."""
    k, c1 = await _places(await _county(counties), town)

    async def delineated(name: str, buildings: list[str]) -> str:
        given = {"community": c1, "name": name, "since": "2025-03-01", "buildings": buildings}
        return await town.do("gridDelineate", **given)

    staff = Acting(counties, "s1", await counties.staff(Role.COMMUNITY, c1, "s1"))
    g1, g2 = await delineated("G1", k["K1"]), await delineated("G2", k["K2"])
    overlap = {"community": c1, "name": "G3", "since": "2025-03-01", "buildings": [k["K3"][0], k["K2"][2]]}
    assert await town.refused("gridDelineate", "GRID_OVERLAP", **overlap) == {"building": k["K2"][2], "grid": g2}
    g3 = await delineated("G3", k["K3"][:1])
    gap = {"buildings": 9, "covered": 8, "uncovered": [{"id": k["K3"][1]}], "overlapping": []}
    assert await _coverage(town, c1, "2025-03-02") == gap
    await town.do("gridRedraw", grid=g3, since="2025-03-10", buildings=k["K3"][1:])
    assert (await _coverage(town, c1, "2025-03-10"))["covered"] == 9
    assert (await _coverage(town, c1, "2025-03-05"))["covered"] == 8

    cells = [
        await town.do("microGridDelineate", grid=g, name="M", since="2025-03-10") for g in (g1, g1, g2, g2, g3, g3)
    ]
    for n, cell in enumerate(cells[:5]):
        leader = await _person(town, f"微网格长{n}")
        await staff.do("microGridAppointLeader", microGrid=cell, person=leader, since="2025-03-11")
    w1, w2 = await _person(town, "甲"), await _person(town, "乙")
    for grid, worker, full_time in ((g1, w1, True), (g2, w1, True), (g3, w2, False)):
        await town.do("gridAppointWorker", grid=grid, person=worker, fullTime=full_time, since="2025-03-11")
    staffing = (await town.ask(STAFFING, id=c1, on="2025-03-12"))["node"]["gridStaffing"]
    assert staffing == {
        "grids": 3,
        "fullTimeWorkers": 1,
        "gridsWithoutOwnFullTime": 2,
        "microGrids": 6,
        "leaders": 5,
        "vacancies": [{"id": cells[5]}],
    }
    early = {"grid": g3, "since": "2025-03-05", "neighbour": g2, "buildings": k["K2"][:1]}
    assert await town.refused("gridRedraw", "EFFECTIVE_DATE_ORDER", **early) == {
        "since": "2025-03-05",
        "latest": "2025-03-10",
    }


async def _places(county: Acting, town: Acting) -> tuple[dict[str, list[str]], str]:
    """Community C1 with compounds K1 (four buildings), K2 (three) and K3 (two)."""
    t1 = await county.do("townRegister", ledger="s1", name="T1")
    c1 = await town.do("communityRegister", town=t1, name="C1")
    buildings: dict[str, list[str]] = {}
    for name, count in (("K1", 4), ("K2", 3), ("K3", 2)):
        compound = await town.do("compoundRegister", community=c1, name=name)
        made = [await town.do("buildingRegister", compound=compound, name=f"{name}-{n}") for n in range(1, count + 1)]
        buildings[name] = made
    return buildings, c1


async def _coverage(town: Acting, community: str, on: str) -> Any:
    return (await town.ask(COVERAGE, id=community, on=on))["node"]["gridCoverage"]


async def test_of_services_set_for_one_day_the_last_one_holds_br_19(counties: Counties, town: Acting) -> None:
    """Set to one firm, to another and back for the same day: the later act takes the place of that day's."""
    county = await _county(counties)
    t = await county.do("townRegister", ledger="s1", name="T2")
    compound = await town.do(
        "compoundRegister", name="K", community=await town.do("communityRegister", town=t, name="C")
    )
    one, other = [
        await county.do("firmRegister", ledger="s1", name=name, creditCode=code)
        for name, code in (("甲物业", "91350100M000100Y43"), ("乙物业", "911404237000000009"))
    ]
    since = "2025-03-01"
    for firm in (one, other, one):
        await town.do("compoundSetService", compound=compound, provider=firm, serviceMode="MARKET", since=since)
    query = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Compound { provider { id }
        propertyServices(asOf: $on) { edges { node { provider { id } } } } } } }"""
    node = (await town.ask(query, id=compound, on=since))["node"]
    assert node["provider"] == {"id": one}
    assert node["propertyServices"]["edges"] == [{"node": {"provider": {"id": one}}}]
