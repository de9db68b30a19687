"""An inspector sees one firm across all its compounds, and what waits for whom across the processes."""

from typing import Any

import pytest

from domain.roles import Role
from tests.counties import Counties
from tests.hometown import of, settled
from tests.test_workorders import LATE, Street, street_of


@pytest.fixture
async def street(wilds: Counties) -> Street:
    return await street_of(wilds)


@pytest.mark.xdist_group("wilds")
async def test_one_firm_across_all_its_compounds_x62(street: Street) -> None:
    """X62: contracts, open and overdue cases, findings, ratings and conflicts of a firm in one query, on a day."""
    home, firm = street.home, street.firm
    k1, k2, *_ = home.compounds
    signed = {"firm": firm, "since": "2025-01-01", "until": "2027-01-01"}
    contract = await home.staff.do("serviceContractSign", compound=k2, **signed)
    case = await street.placed("2025-09-22T09:00:00+08:00")
    named = {"executor": firm, "namedHandler": of(street.p1), "occurredAt": "2025-09-22T10:00:00+08:00", **LATE}
    await street.secretary.do("caseDispatch", case=case, **named)
    inspector = await home.acting(Role.INSPECTOR)
    found = {"compound": k1, "firm": firm, "findingKind": "SUPPLY_CUT", "text": "停水", "since": "2025-09-20"}
    for due in ("2025-09-25", "2025-10-20"):
        await inspector.do("findingRecord", **found, due=due)
    leads = {"seat": k1, "name": "支部", "partyKind": "COMPOUND_BRANCH", "level": 2, "since": "2025-03-01"}
    branch = await home.county.do("partyOrganisationEstablish", **leads)
    await home.staff.do("compoundAttachToBranch", compound=k1, partyOrganisation=branch, since="2025-03-01")
    heads = {"partyOrganisation": branch, "person": of(street.p1), "source": "FIRM_MEMBER", "since": "2025-04-01"}
    await home.county.do("partyOrganisationAppointSecretary", **heads)
    query = """query ($id: ID!) { node(id: $id) { ... on Firm {
        inspection(asOf: "2025-09-30") { inCompound { id } servesThere underContract { id } termUntil
            openCases overdueCases openFindings overdueFindings disclosuresMissed }
        findings(gap: OVERDUE, asOf: "2025-09-30") { totalCount }
        ratingRounds { totalCount }
        employments(gap: SUPERVISES_OWN_FIRM, asOf: "2025-09-30") { edges { node { person { id } } } } } } }"""
    told = (await inspector.ask(query, id=firm))["node"]
    lines = {line["inCompound"]["id"]: line for line in told["inspection"]}
    numbers = {"openCases": 1, "overdueCases": 1, "openFindings": 2, "overdueFindings": 1, "disclosuresMissed": 0}
    assert _without_place(lines[k1]) == {"servesThere": True, "underContract": None, "termUntil": None, **numbers}
    nothing = dict.fromkeys(numbers, 0)
    bound = {"servesThere": True, "underContract": {"id": contract}, "termUntil": "2027-01-01"}
    assert _without_place(lines[k2]) == {**bound, **nothing}
    assert [line["inCompound"]["id"] for line in told["inspection"]] == [k1, k2]
    assert told["findings"]["totalCount"] == 1
    assert [edge["node"]["person"]["id"] for edge in told["employments"]["edges"]] == [of(street.p1)]


def _without_place(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "inCompound"}


@pytest.mark.xdist_group("wilds")
async def test_what_waits_across_the_processes_most_overdue_first(wilds: Counties) -> None:
    """Matters, assemblies, notices, findings, needs and works wait beside cases, by role."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    listed = {"community": home.c1, "needText": "理发", "quantity": 3, "listedOn": "2025-03-05"}
    need = await home.staff.do("needList", **listed)
    assembly = await home.staff.do("assemblyPropose", compound=k1)
    grid = await home.grid("G1", home.buildings[k1])
    facts = ["GRID_NAME", "EXTENT", "WORKER", "WORK_PHONE", "SUPERVISION_PHONE"]
    shown = {"community": home.c1, "about": grid, "noticeKind": "GRID", "title": "公示", "shownFacts": facts}
    up = {"postedAt": ["东门"], "leastDays": 7, "since": "2025-03-04"}
    notice = await home.staff.do("noticePublish", **shown, **up)
    query = """query ($c: ID!) { node(id: $c) { ... on Community {
        waiting(asOf: "2025-03-10") { task forRole thing { id } waitingSince } } } }"""
    told = (await home.public.ask(query, c=home.c1))["node"]["waiting"]
    seen = [(each["task"], each["forRole"], each["thing"]["id"], each["waitingSince"]) for each in told]
    assert seen == [
        ("FILL_GRID_POST", "COMMUNITY", grid, "2025-03-01"),
        ("SEE_NOTICE", "GRID_WORKER", notice, "2025-03-04"),
        ("MATCH_NEED", "COMMUNITY", need, "2025-03-05"),
        ("NOTIFY_ASSEMBLY", "COMMUNITY", assembly, "2025-03-10"),
    ]
