"""The questions about territory, files and chains, asked through GraphQL by whoever may read the answers."""

from typing import Any

import pytest

from domain.exhibits import MediaType, keep
from tests.counties import Counties
from tests.hometown import Hometown, settled
from tests.recording import command

pytestmark = pytest.mark.xdist_group("wilds")

SINCE = "2025-03-01"


async def test_places_hang_under_communities_and_are_known_as_of_a_moment_x04(wilds: Counties) -> None:
    """X03, X04: how many compounds has the community, now and as known before?"""
    home = await settled(wilds)
    before = await home.staff.head()
    await home.staff.do("compoundRegister", community=home.c1, name="K5")
    query = """query ($id: ID!, $known: Moment) { node(id: $id, asKnownAt: $known) { ... on Community {
        town { name } compounds { totalCount } } } }"""
    now = (await home.public.ask(query, id=home.c1))["node"]
    then = (await home.public.ask(query, id=home.c1, known={"position": before}))["node"]
    assert (now["compounds"]["totalCount"], then["compounds"]["totalCount"]) == (4, 3)
    assert now["town"] == {"name": "古韩镇"}


async def test_compounds_by_origin_and_problem_and_what_their_files_said_x05(wilds: Counties) -> None:
    """X05, X06, X60: compounds by origin, those with no property management, what a file said then, what changed."""
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    await home.staff.do("compoundClassify", compound=k1, origin="WORK_UNIT")
    await home.staff.do("compoundTagProblem", compound=k1, problem="NO_PROPERTY_MANAGEMENT")
    await home.staff.do("compoundTagProblem", compound=k2, problem="NO_PROPERTY_MANAGEMENT")
    await home.staff.do("compoundClearProblem", compound=k2, problem="NO_PROPERTY_MANAGEMENT")
    groups = """query ($l: ID!) { ledger(code: $l) { compounds { groups(by: ORIGIN) { value count } } } }"""
    told = (await home.public.ask(groups, l=home.ledger))["ledger"]["compounds"]["groups"]
    assert {each["value"]: each["count"] for each in told} == {"WORK_UNIT": 1, None: 3}
    assert await home.read(home.public, "compounds", "name", problems="NO_PROPERTY_MANAGEMENT") == [{"name": "K1"}]
    file = {"compound": k1, "file": "BASIC", "reason": "建档"}
    await home.staff.do("compoundReviseFile", text="初稿", **file)
    first = await home.staff.head()
    photo = command(keep, sha256="a" * 64, size=5, media_type=MediaType.JPEG)
    await home.counties.services.recorder.record(home.ledger, [photo])
    exhibit = f"{home.ledger}:exhibit:{'a' * 64}"
    await home.staff.do("compoundReviseFile", text="修订稿", evidence=[exhibit], **file)
    query = """query ($id: ID!, $known: Moment) { node(id: $id, asKnownAt: $known) { ... on Compound {
        fileRevisions(first: 1) { totalCount edges { node { text revision } } } } } }"""
    then = (await home.public.ask(query, id=k1, known={"position": first}))["node"]["fileRevisions"]
    assert then == {"totalCount": 1, "edges": [{"node": {"text": "初稿", "revision": 1}}]}
    now = (await home.public.ask(query, id=k1))["node"]["fileRevisions"]
    assert now == {"totalCount": 2, "edges": [{"node": {"text": "修订稿", "revision": 2}}]}
    changed = """query ($l: ID!, $k: [String!]) { ledger(code: $l) {
        events(types: ["CompoundFileRevised"], tags: $k) { totalCount } } }"""
    assert (await home.public.ask(changed, l=home.ledger, k=[k1]))["ledger"]["events"]["totalCount"] == 2
    await home.staff.do("compoundReviseFile", compound=k1, file="PARTY_BUILDING", reason="建档", text="党建")
    latest = """query ($l: ID!) { ledger(code: $l) { fileRevisions(file: BASIC, orderBy: REVISED_DESC, first: 1) {
        edges { node { text evidence { sha256 } } } } } }"""
    told = (await home.public.ask(latest, l=home.ledger))["ledger"]["fileRevisions"]["edges"]
    assert told == [{"node": {"text": "修订稿", "evidence": [{"sha256": "a" * 64}]}}]
    await home.far.refused("compoundReviseFile", "NOT_PERMITTED", text="x", **file)


async def test_the_chain_from_household_to_committee_and_grids_that_none_covers_x22(wilds: Counties) -> None:
    """X19, X20, X22, Q02, Q50, Q51: the path upwards, branches on grids, and coverage on the day of an assessment."""
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    g1, g2 = await home.grid("G1", home.buildings[k1]), await home.grid("G2", home.buildings[k2])
    committee = await _organisation(home, home.c1, "COMMUNITY_COMMITTEE", 1)
    branch = await _organisation(home, k1, "COMPOUND_BRANCH", 2, committee)
    group = await _organisation(home, g1, "GRID_BRANCH", 3, branch)
    household = await _organisation(home, g1, "CENTRAL_HOUSEHOLD", 4, group)
    await home.staff.do("gridAttachToGroup", grid=g1, partyOrganisation=group, since="2025-04-01")
    query = """query ($id: ID!) { node(id: $id) { ... on PartyOrganisation { level parent { level parent {
        level parent { level id } } } } } }"""
    told = (await home.public.ask(query, id=household))["node"]
    assert told["parent"]["parent"]["parent"] == {"level": 1, "id": committee}
    coverage = """query ($id: ID!, $on: Date!) { node(id: $id) {
        ... on Town { partyCoverage(asOf: $on) { grids gridsCovered gridsUncovered { id } } }
        ... on Community { partyCoverage(asOf: $on) { grids gridsCovered gridsUncovered { id } } } } }"""
    for place, on, covered, uncovered in (
        (home.t1, "2025-03-31", 0, {g1, g2}),
        (home.t1, "2025-04-01", 1, {g2}),
        (home.c1, "2025-04-01", 1, {g2}),
    ):
        report = (await home.public.ask(coverage, id=place, on=on))["node"]["partyCoverage"]
        assert (report["grids"], report["gridsCovered"]) == (2, covered)
        assert {each["id"] for each in report["gridsUncovered"]} == uncovered
    none = (await home.public.ask(coverage, id=home.c2, on="2025-04-01"))["node"]["partyCoverage"]
    assert none == {"grids": 0, "gridsCovered": 0, "gridsUncovered": []}
    lost = await _organisation(home, g2, "GRID_BRANCH", 3)
    below = await _organisation(home, g2, "CENTRAL_HOUSEHOLD", 4, lost)
    gaps = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        partyOrganisations(gap: CHAIN_BROKEN, asOf: $on) { edges { node { id } } } } }"""
    for on, cut in (("2024-01-01", set()), ("2025-03-01", {lost, below}), ("2025-06-01", set())):
        if on == "2025-06-01":
            await home.county.do("partyOrganisationPlaceUnder", partyOrganisation=lost, parent=branch, since=on)
        found = (await home.public.ask(gaps, l=home.ledger, on=on))["ledger"]["partyOrganisations"]["edges"]
        assert {edge["node"]["id"] for edge in found} == cut
    broken = {"partyOrganisation": committee, "parent": household, "since": "2025-05-01"}
    await home.county.refused("partyOrganisationPlaceUnder", "LEADER_NOT_ABOVE", **broken)


async def test_the_central_households_of_a_grid_and_who_serves_in_it_x21(wilds: Counties) -> None:
    """X13, X14, X18, X21, Q14, Q16: the branch on the grid, its central households and its people in one query; who
    they are, only staff are told."""
    home = await settled(wilds)
    g1, g2 = [await home.grid(f"G{n}", home.buildings[k]) for n, k in enumerate(home.compounds[:2], 1)]
    micro = await home.staff.do("microGridDelineate", grid=g1, name="M1", since=SINCE)
    await _organisation(home, home.c1, "COMMUNITY_COMMITTEE", 1)
    branch = await _organisation(home, g1, "GRID_BRANCH", 3)
    await _organisation(home, g1, "CENTRAL_HOUSEHOLD", 4, branch)
    await home.staff.do("gridAttachToGroup", grid=g1, partyOrganisation=branch, since=SINCE)
    member = await home.person("党员")
    await home.staff.do("gridAppointWorker", grid=g1, person=member, fullTime=True, since=SINCE)
    households = {"seat": g1, "partyKind": "CENTRAL_HOUSEHOLD"}
    found = await home.read(home.public, "partyOrganisations", "seat { ... on Grid { name } } level", **households)
    assert found == [{"seat": {"name": "G1"}, "level": 4}]
    assert await home.read(home.public, "partyOrganisations", "id", **{**households, "seat": g2}) == []
    query = """query ($id: ID!) { node(id: $id) { ... on Grid { partyOrganisation { partyKind }
        microGrids { edges { node { id } } } posts { edges { node { postKind person { id } } } } } } }"""
    for reader, who in ((home.public, None), (home.staff, {"id": member})):
        told = (await reader.ask(query, id=g1))["node"]
        assert told["partyOrganisation"] == {"partyKind": "GRID_BRANCH"}
        assert told["microGrids"]["edges"] == [{"node": {"id": micro}}]
        assert told["posts"]["edges"] == [{"node": {"postKind": "GRID_WORKER", "person": who}}]
    assert len(await home.read(home.public, "grids", "id", community=home.c1)) == 2
    gap = {"gap": "WITHOUT_PARTY_COMMITTEE", "asOf": SINCE}
    assert await home.read(home.public, "communities", "id", **gap) == [{"id": home.c2}]
    await home.far.refused(
        "partyOrganisationEstablish",
        "NOT_PERMITTED",
        seat=g1,
        name="户",
        level=4,
        since=SINCE,
        partyKind="CENTRAL_HOUSEHOLD",
    )


async def test_secretaries_by_pool_and_the_reserve_x30(wilds: Counties) -> None:
    """X29, X30, Q05: who is in reserve for a community; secretaries by the pool that they come from."""
    home = await settled(wilds)
    person, reserve = await home.person("甲"), await home.person("乙")
    branch = await _organisation(home, home.compounds[0], "COMPOUND_BRANCH", 2)
    office = {"partyOrganisation": branch, "person": person, "source": "FIRM_MEMBER", "since": SINCE}
    await home.staff.do("partyOrganisationAppointSecretary", **office)
    await home.county.do("communityAddToReserve", community=home.c1, person=reserve, since=SINCE)
    query = """query ($l: ID!) { ledger(code: $l) { secretaries { groups(by: SOURCE) { value count } } } }"""
    told = (await home.public.ask(query, l=home.ledger))["ledger"]["secretaries"]["groups"]
    assert told == [{"value": "FIRM_MEMBER", "count": 1}]
    assert await home.rows("reserveCadres", "since", community=home.c1) == [{"since": SINCE}]
    left = {"reserveEnd": "PROMOTED", "ended": "2025-06-01"}
    await home.county.do("communityRemoveFromReserve", community=home.c1, person=reserve, **left)
    told = {
        on: len(await home.rows("reserveCadres", "since", community=home.c1, asOf=on)) for on in (SINCE, "2025-06-01")
    }
    assert told == {SINCE: 1, "2025-06-01": 0}
    gone = await home.read(home.public, "reserveCadres", "reserveEnd until", community=home.c1)
    assert gone == [{"reserveEnd": "PROMOTED", "until": "2025-06-01"}]


async def test_the_roles_of_a_station_q11(wilds: Counties) -> None:
    """Q11: which stations are the main base, the main window and the main centre?"""
    home = await settled(wilds)
    station = {"venueKind": "STATION", "name": "站", "since": SINCE}
    venue = await home.staff.do("venueRegister", location=home.compounds[0], **station)
    roles = ["MEMBERS_BASE", "SERVICE_WINDOW", "RESIDENTS_CENTRE"]
    await home.staff.do("venueSetFunctions", venue=venue, functions=roles, since=SINCE)
    for role in roles:
        assert await home.read(home.public, "venues", "name", functions=role) == [{"name": "站"}]


async def _organisation(home: Hometown, seat: str, kind: str, level: int, parent: str | None = None) -> str:
    given: dict[str, Any] = {"name": kind, "partyKind": kind, "level": level, "since": SINCE}
    made = await home.staff.do("partyOrganisationEstablish", seat=seat, **given)
    if parent:
        await home.county.do("partyOrganisationPlaceUnder", partyOrganisation=made, parent=parent, since=SINCE)
    return made
