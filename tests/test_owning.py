"""What an owner reads of what is for staff: all that names them, and nothing of anybody else."""

from typing import Any

import pytest

from domain.roles import Role
from tests.acting import PLAINLY, Acting
from tests.counties import Counties
from tests.hometown import of, own_name, settled
from tests.test_voting import AUTHORITY, RULES, opened
from tests.voters import Calendar, rostered

OWN = """viewer { audience person { id fullName promotion(asOf: "2025-03-01") { eligible } }
    ownOwnedUnits(struck: false) { totalCount edges { cursor node {
            unitNo unitUse measuredArea owner { id } ownersRoster { id } } }
        groups(by: OWNERS_ROSTER) { value count } }
    ownElectors { edges { node { exclusiveArea assembly { id } } } }
    ownAssemblyProxies { edges { node {
        authoritySha256 voided assembly { id } owner { id } agent { id } } } }
    ownResidences { totalCount } }"""


async def read(who: Acting, beside: str = "", query: str = OWN, **given: Any) -> dict[str, Any]:
    return dict((await who.ask(f"query {{ {beside} {query} }}", **given))["viewer"])


@pytest.mark.xdist_group("wilds")
@pytest.mark.parametrize("beside", ["", PLAINLY], ids=["compiled", "plainly"])
async def test_an_owner_reads_their_own_units_vote_and_proxy_br_18(
    wilds: Counties, calendar: Calendar, beside: str
) -> None:
    """The agent reads the authority as well; the list of units stays for staff."""
    home = await settled(wilds)
    voters = await rostered(home, 3, several=1)
    await home.staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    await home.staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES)
    assembly = await opened(voters, calendar, "FIRM")
    first, second, _ = voters.owners
    agent = await own_name(home, "代理人")
    given = {"assembly": assembly, "authoritySha256": AUTHORITY, "choices": ["FOR"], "agent": of(agent)}
    await first.do("assemblyGrantProxy", **given)
    head = await home.county.head()

    mine = await read(first, beside)
    assert mine["person"] == {"id": of(first), "fullName": "业主0001", "promotion": None}
    units = mine["ownOwnedUnits"]
    assert mine["audience"] == "PUBLIC"
    assert [edge["node"]["unitNo"] for edge in units["edges"]] == ["U0004", "U0001"]
    unit = units["edges"][0]["node"]
    assert unit | {"unitNo": ""} == {
        "unitNo": "",
        "unitUse": "HOME",
        "measuredArea": "100.00",
        "owner": {"id": of(first)},
        "ownersRoster": {"id": voters.roster},
    }
    assert (units["totalCount"], units["groups"]) == (2, [{"value": voters.roster, "count": 2}])
    assert mine["ownElectors"]["edges"] == [{"node": {"exclusiveArea": "200.00", "assembly": {"id": assembly}}}]
    proxy: dict[str, Any] = {"authoritySha256": AUTHORITY, "voided": False, "assembly": {"id": assembly}}
    mine_ = {"node": proxy | {"owner": {"id": of(first)}, "agent": None}}
    theirs = {"node": proxy | {"owner": None, "agent": {"id": of(agent)}}}
    assert mine["ownAssemblyProxies"]["edges"] == [mine_]
    assert (await read(agent, beside))["ownAssemblyProxies"]["edges"] == [theirs]
    assert (await read(agent, beside))["ownOwnedUnits"]["totalCount"] == 0
    assert (await read(second, beside))["ownAssemblyProxies"]["edges"] == []
    assert await home.read(first, "ownedUnits", "unitUse") == []
    by_staff = await read(home.staff, beside)
    assert by_staff["ownOwnedUnits"]["totalCount"] == 0

    await first.do("assemblyRevokeProxy", assembly=assembly)
    [now] = (await read(first, beside))["ownAssemblyProxies"]["edges"]
    assert now["node"]["voided"] is True
    then = f"""viewer(asKnownAt: {{position: {head}}})
        {{ ownAssemblyProxies {{ edges {{ node {{ authoritySha256 voided assembly {{ id }} }} }} }} }}"""
    assert (await read(first, beside, then))["ownAssemblyProxies"]["edges"] == [{"node": proxy}]
    by_owner = f"query ($id: ID!) {{ {beside} viewer {{ ownOwnedUnits(owner: $id) {{ totalCount }} }} }}"
    told_ = [(await first.ask(by_owner, id=of(who)))["viewer"]["ownOwnedUnits"] for who in (first, second)]
    assert told_ == [{"totalCount": 2}, {"totalCount": 0}]
    node = f"query ($id: ID!) {{ {beside} node(id: $id) {{ id ... on Person {{ fullName }} }} }}"
    assert (await first.ask(node, id=of(first)))["node"] == {"id": of(first), "fullName": "业主0001"}
    assert (await first.ask(node, id=of(second)))["node"] is None
    assert (await agent.ask(node, id=of(first)))["node"] is None


@pytest.mark.xdist_group("wilds")
@pytest.mark.parametrize("beside", ["", PLAINLY], ids=["compiled", "plainly"])
async def test_whoever_is_signed_in_reads_which_roles_they_hold(wilds: Counties, beside: str) -> None:
    """With none in the token nobody else's; what is beside the rows stays for staff."""
    home = await settled(wilds)
    firm = await home.acting(Role.FIRM)
    await home.person()  # what is answered was read: so was the grant before it
    grants = """viewer { ownGrants(role: FIRM) { totalCount edges { node { id role since until person { id }
        changes { totalCount } } } } }"""
    told, stranger = (await read(firm, beside, grants))["ownGrants"], await own_name(home, "路人")
    [edge] = told["edges"]
    assert told["totalCount"] == 1
    person = {"id": f"{home.ledger}:{firm.viewer.person}"} if firm.viewer else None
    assert (edge["node"]["role"], edge["node"]["person"]) == ("FIRM", person)
    assert edge["node"]["changes"] == {"totalCount": 0}
    node = f"query ($id: ID!) {{ {beside} node(id: $id) {{ id }} }}"
    assert (await firm.ask(node, id=edge["node"]["id"]))["node"] == {"id": edge["node"]["id"]}
    assert (await stranger.ask(node, id=edge["node"]["id"]))["node"] is None
    assert (await home.staff.ask(node, id=edge["node"]["id"]))["node"] == {"id": edge["node"]["id"]}
    assert (await read(stranger, beside, grants))["ownGrants"] == {"totalCount": 0, "edges": []}
