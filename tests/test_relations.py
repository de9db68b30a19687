"""How units, members, firms and neighbours are tied to places, told through GraphQL as people use it."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.events import Ref
from domain.execution import Actor, Command
from domain.firms import completed
from domain.roles import Role
from domain.visits import miss_visit
from tests.counties import Counties
from tests.hometown import Hometown, settled

pytestmark = pytest.mark.xdist_group("wilds")
SINCE = "2025-02-10"


async def unit(home: Hometown, name: str = "县教育局", kind: str = "COUNTY_UNIT") -> str:
    return await home.staff.do("partnerUnitRegister", ledger=home.ledger, name=name, unitKind=kind)


async def firm(home: Hometown, name: str, number: int) -> str:
    return await home.county.do(
        "firmRegister", ledger=home.ledger, name=name, creditCode=completed(f"91140423DEM{number:06d}")
    )


async def party(home: Hometown, seat: str, kind: str, level: int) -> str:
    given: dict[str, Any] = {"seat": seat, "name": "党组织", "partyKind": kind, "level": level, "since": "2025-01-01"}
    return await home.county.do("partyOrganisationEstablish", **given)


async def report(home: Hometown, selection: str, **given: Any) -> Any:
    query = f"query ($l: ID!, $on: Date!) {{ ledger(code: $l) {{ {selection} }} }}"
    return (await home.public.ask(query, l=home.ledger, **given))["ledger"]


async def figures(home: Hometown, *keys: str) -> dict[str, int]:
    query = "query ($l: ID!, $keys: [String!]) { ledger(code: $l) { figures(keys: $keys) { key value } } }"
    found = (await home.public.ask(query, l=home.ledger, keys=list(keys)))["ledger"]["figures"]
    return {each["key"]: each["value"] for each in found}


async def overdue(home: Hometown) -> list[Any]:
    await home.staff.do("partnerUnitRegister", ledger=home.ledger, name="其他单位", unitKind="COUNTY_UNIT")
    return await home.rows("helpings", "id", overdue=True)


def _local(**inputs: Any) -> dict[str, Any]:
    """Ids as the ledger itself has them."""
    return {k: Ref(v.partition(":")[2]) if isinstance(v, str) else v for k, v in inputs.items()}


def now_in_china() -> datetime:
    return datetime.now(CHINA)


async def measured(home: Hometown, reader: Any, listed: str, **given: Any) -> Any:
    """The hours that a list comes to."""
    declared = "".join(f", ${name}: ID" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    query = f"query ($l: ID!{declared}) {{ ledger(code: $l) {{ it: {listed}({passed}) {{ measures {{ serviceHours {{ sum }} }} }} }} }}"  # noqa: E501
    return (await reader.ask(query, l=home.ledger, **given))["ledger"]["it"]["measures"]["serviceHours"]["sum"]


async def two_grids(home: Hometown) -> tuple[str, str]:
    k1, k2, *_ = home.compounds
    return tuple([await home.grid(f"第{n}网格", home.buildings[k], "2025-01-01") for n, k in ((1, k1), (2, k2))])  # type: ignore[return-value]


async def test_s7_a_member_registers_moves_and_the_hours_stay_where_they_were_served(wilds: Counties) -> None:
    """S7: X37, Q55, Q56, Q57, Q58, BR-65."""
    home = await settled(wilds)
    g1, g2 = await two_grids(home)
    bureau, m9 = await unit(home), await home.person("甲党员")
    residence, far_home = home.buildings[home.compounds[1]][0], home.buildings[home.compounds[3]][0]
    here: dict[str, Any] = {"person": m9, "community": home.c1, "building": residence, "unit": bureau, "since": SINCE}
    away: dict[str, Any] = {"person": m9, "community": home.c2, "building": far_home, "unit": bureau}
    await home.far.refused("personRegisterWithCommunity", "NOT_PERMITTED", **here)
    await home.staff.do("personRegisterWithCommunity", **here)
    await home.staff.do("personRegisterWithCommunity", **here)
    placed = "grid { id } nearestGrid { id } placementReason since until"
    first: dict[str, Any] = {
        "grid": {"id": g2},
        "nearestGrid": {"id": g2},
        "placementReason": "NEAREST",
        "since": SINCE,
        "until": None,
    }
    assert await home.rows("placements", placed, person=m9) == [first]
    # 2: one community is the limit
    taken = await home.far.refused("personRegisterWithCommunity", "ALREADY_REGISTERED", **away, since="2025-03-01")
    assert taken["community"] == home.c1
    # 3: another grid than the nearest takes the reason of balance
    into: dict[str, Any] = {"person": m9, "grid": g1, "building": residence, "since": "2025-03-01"}
    refused = await home.staff.refused("personPlaceInGrid", "NOT_NEAREST_GRID", **into)
    assert refused["nearest"] == g2
    await home.staff.do("personPlaceInGrid", **into, placementReason="BALANCE")
    await home.staff.do("gridAppointWorker", grid=g1, person=m9, fullTime=False, since="2025-03-01")
    balanced = await home.rows("placements", "person { id } grid { id } nearestGrid { id }", placementReason="BALANCE")
    assert balanced == [{"person": {"id": m9}, "grid": {"id": g1}, "nearestGrid": {"id": g2}}]
    # 4: hours, and the move
    at: dict[str, Any] = {"person": m9, "community": home.c1, "memberServiceKind": "MEDIATION"}
    for hours, day in (("8.00", "2025-04-01"), ("4.50", "2025-05-01")):
        await home.staff.do("memberServiceRecord", **at, serviceHours=hours, servedOn=day)
    await home.staff.do("personEndRegistration", person=m9, community=home.c1, ended="2025-06-01")
    await home.far.do("personRegisterWithCommunity", **away, since="2025-06-01")
    there: dict[str, Any] = {**at, "community": home.c2, "memberServiceKind": "CARE"}
    await home.far.do("memberServiceRecord", **there, serviceHours="3.00", servedOn="2025-06-08")
    # 5: half-open
    assert await home.rows("registrations", "person { id }", community=home.c1, asOf="2025-05-31") == [
        {"person": {"id": m9}}
    ]
    assert await home.rows("registrations", "since", community=home.c1, asOf="2025-06-01") == []
    assert [
        await measured(home, home.county, "memberServices", person=m9),
        await measured(home, home.county, "memberServices", person=m9, community=home.c1),
        await measured(home, home.county, "memberServices", person=m9, community=home.c2),
    ] == ["15.50", "12.50", "3.00"]
    assert await measured(home, home.public, "unitServices", unit=bureau) == "15.50"
    assert await measured(home, home.public, "unitServices", community=home.c1) == "12.50"
    # 6: entered late, it belongs to the community of that day
    administrator = await home.acting(Role.ADMINISTRATOR)
    await administrator.do("ledgerLimitBackdating", ledger=home.ledger, days=3_653)
    late: dict[str, Any] = {"memberServiceKind": "CLEAN_UP", "serviceHours": "1.25", "servedOn": "2025-05-20"}
    late |= {"occurredAt": "2025-05-20T15:00:00+08:00", "backdatedReason": "六月十日补录"}
    await home.far.refused("memberServiceRecord", "NOT_REGISTERED", person=m9, community=home.c2, **late)
    await home.staff.do("memberServiceRecord", person=m9, community=home.c1, **late)
    assert await measured(home, home.public, "unitServices", community=home.c1) == "13.75"
    assert await home.rows("memberServices", "serviceHours", memberServiceKind="CLEAN_UP") == [{"serviceHours": "1.25"}]
    # whom the public does not see
    assert await home.read(home.public, "registrations", "since") == []
    assert await home.read(home.public, "placements", "since") == []
    assert await home.read(home.public, "memberServices", "id") == []
    assert await figures(home, "registeredMembers") == {"registeredMembers": 1}


async def test_each_compound_has_one_partner_and_a_successor_takes_over(wilds: Counties) -> None:
    """X38, X48, BR-64: pairing, history, succession."""
    home = await settled(wilds)
    bureau, other = await unit(home), await unit(home, "县财政局")
    k1, k2, *_ = home.compounds
    await home.far.refused("compoundPair", "NOT_PERMITTED", compound=k1, unit=bureau, since=SINCE)
    await home.staff.refused("compoundPair", "NOT_FOUND", compound=k1, unit="strange:partner_unit:x", since=SINCE)
    for compound in (k1, k2):
        await home.staff.do("compoundPair", compound=compound, unit=bureau, since=SINCE)
    taken = await home.staff.refused("compoundPair", "COMPOUND_PAIRED", compound=k1, unit=other, since="2025-05-01")
    assert taken["unit"] == bureau
    await home.staff.do("compoundEndPairing", compound=k2, unit=bureau, ended="2025-04-01")
    await home.staff.do("compoundPair", compound=k2, unit=other, since="2025-04-01")
    merged: dict[str, Any] = {"unit": bureau, "successor": other, "unitFate": "MERGED", "ended": "2025-07-01"}
    await home.staff.refused("partnerUnitSucceed", "NOT_PERMITTED", **merged)
    await home.county.do("partnerUnitSucceed", **merged)
    partner = "unit { id } predecessor { id }"
    assert await home.read(home.public, "pairings", partner, compound=k1, asOf="2025-06-30") == [
        {"unit": {"id": bureau}, "predecessor": None}
    ]
    assert await home.read(home.public, "pairings", partner, compound=k1, asOf="2025-07-01") == [
        {"unit": {"id": other}, "predecessor": {"id": bureau}}
    ]
    await home.staff.refused("compoundPair", "UNIT_OVER", compound=home.compounds[2], unit=bureau, since="2025-08-01")
    counted = await figures(home, "pairedUnits", "pairedCompounds")
    assert counted == {"pairedUnits": 1, "pairedCompounds": 2}


async def test_joint_actions_are_of_five_kinds_and_idle_pairs_are_found(wilds: Counties) -> None:
    """X39, X38, BR-64: joint actions by pair and kind; units idle in a quarter."""
    home = await settled(wilds)
    bureau, idle = await unit(home), await unit(home, "县财政局")
    k1, k2, *_ = home.compounds
    await home.staff.do("compoundPair", compound=k1, unit=bureau, since=SINCE)
    await home.staff.do("compoundPair", compound=k2, unit=idle, since=SINCE)
    act: dict[str, Any] = {"compound": k1, "jointActionKind": "ORDER"}
    await home.staff.refused("jointActionLog", "NOT_PAIRED", **act, unit=idle, actedOn="2025-04-02")
    await home.staff.refused("jointActionLog", "NOT_PAIRED", **act, unit=bureau, actedOn="2025-02-09")
    await home.staff.refused("jointActionLog", "DAY_AHEAD", **act, unit=bureau, actedOn="2190-01-01")
    await home.staff.do("jointActionLog", **act, unit=bureau, actedOn="2025-04-02")
    done = await home.read(home.public, "jointActions", "actedOn", compound=k1, unit=bureau, jointActionKind="ORDER")
    assert done == [{"actedOn": "2025-04-02"}]
    asked = "jointWork(asOf: $on) { paired jointActionsDone idleUnits { id } idleCompounds { id } }"
    found: dict[str, Any] = {
        "paired": 2,
        "jointActionsDone": 1,
        "idleUnits": [{"id": idle}],
        "idleCompounds": [{"id": k2}],
    }
    assert (await report(home, asked, on="2025-06-30"))["jointWork"] == found
    assert (await report(home, asked, on="2025-07-01"))["jointWork"]["jointActionsDone"] == 0


async def test_a_triad_acts_in_six_ways(wilds: Counties) -> None:
    """X67, X68, Q12: branch, grid group and firm as three; three joints and three commons."""
    home = await settled(wilds)
    g1, _ = await two_grids(home)
    k1 = home.compounds[0]
    branch, group = await party(home, k1, "COMPOUND_BRANCH", 2), await party(home, g1, "GRID_GROUP", 3)
    three: dict[str, Any] = {
        "branch": branch,
        "gridGroup": group,
        "firm": await firm(home, "甲物业", 1),
        "since": SINCE,
    }
    worker, member = await home.person(), await home.person()
    await home.staff.do("gridAppointWorker", grid=g1, person=worker, fullTime=True, since=SINCE)
    await home.staff.do("gridJoinTeam", grid=g1, person=worker, teamRole="GRID_WORKER", since=SINCE)
    await home.staff.do("gridJoinTeam", grid=g1, person=member, teamRole="PARTY_MEMBER", since=SINCE)
    await home.far.refused("triadForm", "NOT_PERMITTED", compound=k1, **three)
    await home.staff.refused("triadForm", "TRIAD_PARTY_UNFIT", compound=k1, **{**three, "branch": group})
    unserved = await home.staff.refused("triadForm", "FIRM_NOT_SERVING", compound=k1, **three)
    assert unserved == {"firm": three["firm"], "day": SINCE}
    serves = {"serviceMode": "MARKET", "provider": three["firm"], "since": SINCE}
    await home.staff.do("compoundSetService", compound=k1, **serves)
    triad = await home.staff.do("triadForm", compound=k1, **three)
    await home.staff.refused("triadForm", "COMPOUND_HAS_TRIAD", compound=k1, **three)
    act: dict[str, Any] = {"triad": triad, "triadActionKind": "AFFAIRS_DISCUSSED"}
    await home.staff.refused("triadActionLog", "TRIAD_NOT_IN_FORCE", **act, actedOn="2025-02-09")
    await home.staff.do("triadActionLog", **act, actedOn="2025-03-09")
    done = await home.read(home.public, "triadActions", "triadActionKind compound { id }", compound=k1)
    assert done == [{"triadActionKind": "AFFAIRS_DISCUSSED", "compound": {"id": k1}}]
    await home.staff.do("triadEnd", triad=triad, ended="2025-09-01")
    await home.staff.refused("triadActionLog", "TRIAD_NOT_IN_FORCE", **act, actedOn="2025-09-01")
    assert await home.read(home.public, "triads", "id", compound=k1, asOf="2025-08-31") == [{"id": triad}]
    assert await home.read(home.public, "triads", "id", asOf="2025-09-01") == []


async def test_firms_without_a_joint_building_agreement_are_found(wilds: Counties) -> None:
    """X59: who signed with which community's committee; firms with none."""
    home = await settled(wilds)
    signed, other = await firm(home, "甲物业", 1), await firm(home, "乙物业", 2)
    branch, committee = (
        await party(home, signed, "FIRM_BRANCH", 2),
        await party(home, home.c1, "COMMUNITY_COMMITTEE", 1),
    )
    both: dict[str, Any] = {"firmBranch": branch, "communityCommittee": committee, "since": SINCE}
    await home.staff.refused("jointBuildingSign", "NOT_PERMITTED", **both)
    await home.county.refused("jointBuildingSign", "SIGNATORY_UNFIT", **{**both, "firmBranch": committee})
    made = await home.county.do("jointBuildingSign", **both)
    await home.county.refused("jointBuildingSign", "AGREEMENT_IN_FORCE", **both)
    asked = "jointBuilding(asOf: $on) { firmsWithoutAgreement { id } }"
    assert (await report(home, asked, on=SINCE))["jointBuilding"]["firmsWithoutAgreement"] == [{"id": other}]
    await home.county.do("jointBuildingEnd", jointBuilding=made, ended="2025-09-01")
    late = (await report(home, asked, on="2025-09-01"))["jointBuilding"]["firmsWithoutAgreement"]
    assert {each["id"] for each in late} == {signed, other}
    assert await home.read(home.public, "jointBuildings", "firm { id }", community=home.c1) == [
        {"firm": {"id": signed}}
    ]


async def test_a_resident_units_leader_sits_on_the_committee_for_a_term_without_a_vote(wilds: Counties) -> None:
    """X83: part-timers of a community and their units."""
    home = await settled(wilds)
    bank, bureau, leader = await unit(home, "驻区银行", "RESIDENT_UNIT"), await unit(home), await home.person()
    term: dict[str, Any] = {"community": home.c1, "person": leader, "since": SINCE, "until": "2028-02-10"}
    await home.far.refused("communityCoOptPartTime", "NOT_PERMITTED", **term, unit=bank)
    await home.staff.refused("communityCoOptPartTime", "UNIT_KIND_UNFIT", **term, unit=bureau)
    await home.staff.do("communityCoOptPartTime", **term, unit=bank)
    again: dict[str, Any] = {**term, "since": "2026-01-01"}
    await home.staff.refused("communityCoOptPartTime", "ALREADY_CO_OPTED", **again, unit=bank)
    sits = await home.read(home.public, "partTimeMembers", "unit { id } votes until", community=home.c1)
    assert sits == [{"unit": {"id": bank}, "votes": False, "until": "2028-02-10"}]
    await home.staff.do("communityRetirePartTime", community=home.c1, person=leader, ended="2026-01-01")
    assert await home.read(home.public, "partTimeMembers", "since", asOf="2026-01-01") == []
    await home.staff.refused(
        "communityRetirePartTime", "NOT_CO_OPTED", community=home.c1, person=leader, ended="2026-01-02"
    )


async def test_an_alliance_has_members_of_each_kind(wilds: Counties) -> None:
    """X85, X48: the Party-building alliance of a community, its members by kind."""
    home = await settled(wilds)
    bank, union = await unit(home, "驻区银行", "RESIDENT_UNIT"), await unit(home, "县总工会", "MASS_ORGANISATION")
    bureau, deputy = await unit(home), await home.person()
    await home.far.refused("partyAllianceForm", "NOT_PERMITTED", community=home.c1, since=SINCE)
    alliance = await home.staff.do("partyAllianceForm", community=home.c1, since=SINCE)
    await home.staff.refused("partyAllianceForm", "COMMUNITY_ALLIED", community=home.c1, since=SINCE)
    into: dict[str, Any] = {"partyAlliance": alliance, "since": SINCE}
    for each in (bank, union):
        await home.staff.do("partyAllianceAdmitUnit", **into, unit=each)
    await home.staff.refused("partyAllianceAdmitUnit", "UNIT_KIND_UNFIT", **into, unit=bureau)
    await home.staff.do("partyAllianceAdmitFirm", **into, firm=await firm(home, "甲物业", 1))
    as_unit: dict[str, Any] = {"person": deputy, "allyKind": "RESIDENT_UNIT"}
    await home.staff.refused("partyAllianceAdmitDelegate", "ALLY_KIND_UNFIT", **into, **as_unit)
    await home.staff.do("partyAllianceAdmitDelegate", **into, person=deputy, allyKind="PEOPLES_DEPUTY")
    await home.staff.do("partyAllianceReleaseUnit", partyAlliance=alliance, unit=bank, ended="2025-12-01")
    query = """query ($l: ID!, $on: Date!) { ledger(code: $l) { allies(asOf: $on) {
        groups(by: ALLY_KIND) { value count } edges { node { person { id } } } } } }"""
    found = (await home.public.ask(query, l=home.ledger, on="2025-12-01"))["ledger"]["allies"]
    assert {each["value"]: each["count"] for each in found["groups"]} == {
        "MASS_ORGANISATION": 1,
        "PROPERTY_FIRM": 1,
        "PEOPLES_DEPUTY": 1,
    }
    assert {each["node"]["person"] and each["node"]["person"]["id"] for each in found["edges"]} == {None}


async def test_home_visits_are_for_staff_and_the_next_is_due_by_the_rhythm(wilds: Counties) -> None:
    """Q13, Q12: one-to-one help, visits with a sealed note, the next due, the overdue found."""
    home = await settled(wilds)
    helped, visitor = await home.person("受助人"), await home.person("帮扶人")
    pair: dict[str, Any] = {
        "person": helped,
        "visitor": visitor,
        "community": home.c1,
        "visitDays": 30,
        "since": "2025-01-01",
    }
    await home.far.refused("helpingPair", "NOT_PERMITTED", **pair)
    await home.staff.refused("helpingPair", "HELPER_UNFIT", **{**pair, "visitor": helped})
    await home.staff.refused("helpingPair", "NUMBER_UNFIT", **{**pair, "visitDays": 0})
    helping = await home.staff.do("helpingPair", **pair)
    await home.staff.refused("helpingLogVisit", "HELP_NOT_IN_FORCE", helping=helping, visitedOn="2024-12-31")
    await home.staff.do("helpingLogVisit", helping=helping, visitedOn="2025-02-01", visitNote="一切安好")
    assert await home.rows("helpings", "visitDue latestVisit", community=home.c1) == [
        {"visitDue": "2025-03-03", "latestVisit": "2025-02-01"}
    ]
    assert await home.rows("homeVisits", "visitedOn visitNote", helping=helping) == [
        {"visitedOn": "2025-02-01", "visitNote": "一切安好"}
    ]
    missed = Command("missed", miss_visit, _local(helping=helping, visit_due=date(2025, 3, 3)), Actor(), now_in_china())
    await wilds.services.recorder.record(home.ledger, [missed])
    assert await overdue(home) == [{"id": helping}]
    await home.staff.do("helpingLogVisit", helping=helping, visitedOn="2025-03-02")
    assert await overdue(home) == []
    assert await home.read(home.public, "helpings", "id") == []
    assert await home.read(home.public, "homeVisits", "visitedOn") == []
    await home.staff.do("helpingEnd", helping=helping, ended="2025-09-01")
    await home.staff.refused("helpingLogVisit", "HELP_NOT_IN_FORCE", helping=helping, visitedOn="2025-09-01")


async def test_leaders_keep_contact_with_places_and_grids(wilds: Counties) -> None:
    """X11, X12, BR-63: which leader covers a compound; which grids a town leader keeps contact with."""
    home = await settled(wilds)
    g1, g2 = await two_grids(home)
    leader, townsman = await home.person("县级领导"), await home.person("乡镇领导")
    k1 = home.compounds[0]
    given: dict[str, Any] = {"person": leader, "community": home.c1, "compound": k1, "since": SINCE}
    await home.staff.refused("personAssignContact", "NOT_PERMITTED", **given)
    await home.county.do("personAssignContact", **given)
    found = await home.rows("leaderContacts", "person { id }", place=k1, asOf=SINCE)
    assert found == [{"person": {"id": leader}}]
    await home.county.do("personEndContact", person=leader, community=home.c1, compound=k1, ended="2025-09-01")
    assert await home.rows("leaderContacts", "since", place=k1, asOf="2025-09-01") == []
    await home.staff.refused("gridAssignTownLeader", "NOT_PERMITTED", grid=g1, person=townsman, since=SINCE)
    await home.town.do("gridAssignTownLeader", grid=g1, person=townsman, since=SINCE)
    held = await home.rows("posts", "seat { ... on Grid { id } }", postKind="TOWN_LEADER", asOf=SINCE)
    assert held == [{"seat": {"id": g1}}]
    assert g2 not in {each["seat"]["id"] for each in held}


async def test_posts_teams_and_the_four_levels_of_the_chain(wilds: Counties) -> None:
    """Q53, Q54, Q60, Q67, BR-61, BR-62, BR-66: posts in line, six roles, one leader of all."""
    home = await settled(wilds)
    g1, _ = await two_grids(home)
    k1 = home.compounds[0]
    people = [await home.person() for _ in range(4)]
    for mutation, person, more in (
        ("gridAppointLeader", people[0], {}),
        ("gridAppointWorker", people[1], {"fullTime": True}),
        ("gridAppointChecker", people[2], {}),
    ):
        await home.staff.do(mutation, grid=g1, person=person, since=SINCE, **more)
    kinds = {each["postKind"] for each in await home.read(home.public, "posts", "postKind", seat=g1)}
    assert kinds == {"GRID_LEADER", "GRID_WORKER", "CHECKER"}
    roles = ("GRID_LEADER", "GRID_WORKER", "CHECKER", "PARTY_MEMBER", "BUILDING_LEADER", "VOLUNTEER")
    for n, role in enumerate(roles):
        await home.staff.do("gridJoinTeam", grid=g1, person=people[n % 4], teamRole=role, since=SINCE)
    team = await home.read(home.public, "teamMembers", "teamRole", grid=g1)
    assert {each["teamRole"] for each in team} == set(roles)
    building = home.buildings[k1][0]
    await home.staff.do("buildingAppointLeader", building=building, person=people[3], since=SINCE)
    assert await home.rows("posts", "person { id }", seat=building) == [{"person": {"id": people[3]}}]
    committee, branch = (
        await party(home, home.c1, "COMMUNITY_COMMITTEE", 1),
        await party(home, k1, "COMPOUND_BRANCH", 2),
    )
    of_firm = await party(home, await firm(home, "甲物业", 1), "FIRM_BRANCH", 3)
    for led, parent in ((branch, committee), (of_firm, branch)):
        await home.county.do("partyOrganisationPlaceUnder", partyOrganisation=led, parent=parent, since=SINCE)
    under = await home.read(home.public, "partyOrganisations", "parent { id }", partyKind="FIRM_BRANCH")
    assert under == [{"parent": {"id": branch}}]
    assert await home.read(home.public, "partyOrganisations", "id", parent=branch) == [{"id": of_firm}]


async def test_a_units_own_representative_may_not_pair(wilds: Counties) -> None:
    """X38: the unit signs, and staff record it."""
    home = await settled(wilds)
    bureau = await unit(home)
    sent = await home.acting(Role.UNIT, bureau)
    await sent.refused("compoundPair", "NOT_PERMITTED", compound=home.compounds[0], unit=bureau, since=SINCE)
