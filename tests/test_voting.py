"""The owners of Guhan Mingzhu vote: scenario S4 through GraphQL (BR-01 to BR-18)."""

import json
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from api.resultsheets import ResultSheets
from domain.firms import completed
from domain.roles import Role
from tests.acting import Acting
from tests.counties import Counties
from tests.hometown import Hometown, of, own_name, settled
from tests.voters import Calendar, Voters, all_of, rostered

AUTHORITY = "c" * 64
RULES = {"mostProxies": 1, "postingDays": 7}


async def opened(voters: Voters, calendar: Calendar, *items: str) -> str:
    """An assembly whose voting is open for a fortnight."""
    staff, compound = voters.home.staff, voters.compound
    assembly = await staff.do("assemblyPropose", compound=compound)
    for item in items:
        await staff.do("assemblyPutQuestion", assembly=assembly, questionItem=item, question="北侧绿地出租广告位")
    noticed: dict[str, Any] = {"assembly": assembly, "ownersRoster": voters.roster, "compound": compound}
    noticed |= {"committeeTold": True}
    early = await staff.refused(
        *("assemblyNotify", "NOTICE_TOO_SHORT"), **noticed, opensOn=calendar.day(14), closesAt=calendar.moment(29)
    )
    assert early["earliest"] == calendar.day(15)
    await staff.do("assemblyNotify", **noticed, opensOn=calendar.day(15), closesAt=calendar.moment(29))
    calendar.pass_(15)
    await staff.do("assemblyOpenVoting", assembly=assembly, ownersRoster=voters.roster, compound=compound)
    return assembly


async def told(reader: Acting, assembly: str, selection: str) -> dict[str, Any]:
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on Assembly {{ {selection} }} }} }}"
    return dict((await reader.ask(query, id=assembly))["node"])


QUESTIONS = """assemblyQuestions { edges { node { questionNo outcome forHeads forArea againstHeads
    quorumHeadsHeld quorumHeadsNeeded quorumAreaHeld quorumAreaNeeded
    passHeadsHeld passHeadsNeeded passAreaHeld passAreaNeeded } } }"""


async def outcomes(reader: Acting, assembly: str) -> list[dict[str, Any]]:
    edges = (await told(reader, assembly, QUESTIONS))["assemblyQuestions"]["edges"]
    return sorted((edge["node"] for edge in edges), key=lambda node: node["questionNo"])


async def cast(voters: Voters, assembly: str, choices: dict[int, list[str]]) -> list[str]:
    return await all_of(
        voters.owners[n].do("ballotCast", assembly=assembly, choices=said) for n, said in choices.items()
    )


@pytest.mark.xdist_group("wilds")
async def test_s4_the_owners_of_guhan_mingzhu_vote(wilds: Counties, calendar: Calendar) -> None:
    """S4: 240 units of 230 owners; 160 take part, 120 for: exactly three quarters and exactly two thirds."""
    home = await settled(wilds)
    staff = home.staff
    voters = await rostered(home, 230, several=10)
    bare = {"ownersRoster": voters.roster, "unitNo": "U0100"}
    owner = of(voters.owners[99])
    await staff.do("ownersRosterEnterUnit", **bare, owner=owner)
    missing = await staff.refused("ownersRosterFreeze", "AREA_SOURCE_MISSING", ownersRoster=voters.roster)
    assert missing["unitsWithout"] == ["U0100"]
    await staff.do("ownersRosterEnterUnit", **bare, owner=owner, measuredArea="100.00", areaSource="SURVEY")
    await staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    [frozen] = await home.read(home.public, "ownersRosters", "unitCount heads exclusiveArea rosterDigest")
    assert {**frozen, "rosterDigest": None} == {
        "unitCount": 240,
        "heads": 230,
        "exclusiveArea": "24000.00",
        "rosterDigest": None,
    }
    assert await home.read(home.public, "ownedUnits", "unitUse") == []
    few = {"ownersRoster": voters.roster, "compound": voters.compound, "callBy": calendar.day(30)}
    proposers = [of(each) for each in voters.owners[:46]]
    lacking = await staff.refused(
        *("ownersRosterRequireMeeting", "PROPOSERS_BELOW_20_PERCENT"), **few, proposers=proposers[:45]
    )
    assert lacking == {"have": 45, "need": 46}
    await staff.do("ownersRosterRequireMeeting", **few, proposers=proposers)
    firm, guard = await _served(home, voters.compound)
    await staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES)
    assembly = await opened(voters, calendar, "COMMON_PARTS_USE", "OTHER_MATTER")
    [required] = await home.read(home.public, "requiredMeetings", "calledAssembly { id } callLapsed proposerCount")
    assert required == {"calledAssembly": {"id": assembly}, "callLapsed": False, "proposerCount": 46}
    await _votes(voters, assembly, guard, firm)
    await _counted(voters, assembly, calendar, str(frozen["rosterDigest"]))


async def _votes(voters: Voters, assembly: str, guard: Acting, firm: str) -> None:
    """Steps 4 to 6."""
    home, staff = voters.home, voters.home.staff
    edited = {"assembly": assembly, "questionNo": 1, "questionItem": "OTHER_MATTER", "question": "改"}
    await staff.refused("assemblyEditQuestion", "ASSEMBLY_FROZEN", **edited)
    await staff.refused(
        *("assemblyPutQuestion", "TOPIC_NOT_NOTICED"), assembly=assembly, questionItem="FIRM", question="新增"
    )
    s10, s5 = voters.owners[210], voters.owners[10]
    proxied = {"assembly": assembly, "authoritySha256": AUTHORITY, "choices": ["FOR", "FOR"]}
    unfit = await s10.refused("assemblyGrantProxy", "AGENT_IS_FIRM_STAFF", **proxied, agent=of(guard))
    assert unfit == {"firm": firm}
    both = ["FOR", "FOR"]
    receipt = await s5.do("ballotCast", assembly=assembly, choices=both)
    by_paper = {"assembly": assembly, "owner": of(s5), "ballotChannel": "PAPER", "choices": both}
    again = await staff.refused("ballotCastOnPaper", "BALLOT_ALREADY_CAST", **by_paper)
    assert again == {"receipt": None}
    own = await s5.refused("ballotCast", "BALLOT_ALREADY_CAST", assembly=assembly, choices=both)
    assert own == {"receipt": receipt}
    await guard.refused("ballotCast", "NOT_ELECTOR", assembly=assembly, choices=both)

    voting = {n: both if n < 130 else ["AGAINST", "AGAINST"] for n in range(11, 170)}
    receipts = [receipt, *await cast(voters, assembly, voting)]
    assert len(set(receipts)) == 160
    turnout = "castHeads allHeads castArea allArea quorumMet assemblyStep"
    assert await told(home.public, assembly, turnout) == {
        "castHeads": 160,
        "allHeads": 230,
        "castArea": "16000.00",
        "allArea": "24000.00",
        "quorumMet": True,
        "assemblyStep": "VOTING",
    }
    assert [each["outcome"] for each in await outcomes(home.county, assembly)] == [None, None]
    await staff.refused("assemblyCloseVoting", "VOTING_STILL_OPEN", assembly=assembly)
    await _nobody_links(home, assembly, s5, receipt)


async def _counted(voters: Voters, assembly: str, calendar: Calendar, digest: str) -> None:
    """Steps 7 and 8."""
    home, staff, both = voters.home, voters.home.staff, ["FOR", "FOR"]
    calendar.pass_(14.01)
    late = voters.owners[200]
    await late.refused("ballotCast", "VOTING_CLOSED", assembly=assembly, choices=both)
    await staff.do("assemblyCloseVoting", assembly=assembly)
    first, second = await outcomes(home.public, assembly)
    assert first == {
        "questionNo": 1,
        "outcome": "ADOPTED",
        "forHeads": 120,
        "forArea": "12000.00",
        "againstHeads": 40,
        "quorumHeadsHeld": 480,
        "quorumHeadsNeeded": 460,
        "quorumAreaHeld": 4800000,
        "quorumAreaNeeded": 4800000,
        "passHeadsHeld": 480,
        "passHeadsNeeded": 480,
        "passAreaHeld": 4800000,
        "passAreaNeeded": 4800000,
    }
    assert second["outcome"] == "ADOPTED"
    opening = {"assembly": assembly, "ownersRoster": voters.roster, "compound": voters.compound}
    await staff.refused("assemblyOpenVoting", "CLOSED_IS_FINAL", **opening)
    await staff.do("assemblyPostResult", assembly=assembly)
    shown = await told(home.public, assembly, "noticeLate effectiveOn rulesRevision rosterDigest onHold")
    assert shown == {
        "noticeLate": False,
        "effectiveOn": calendar.day(7),
        "rulesRevision": 1,
        "rosterDigest": digest,
        "onHold": False,
    }
    await home.county.do("assemblyChallenge", assembly=assembly, knownOn=calendar.day(), challengedOn=calendar.day())
    assert (await told(home.public, assembly, "onHold"))["onHold"] is True
    await _printed(voters, assembly)


async def _printed(voters: Voters, assembly: str) -> None:
    """The sheet to post shows both sides of each comparison; it names nobody and is told to everybody."""
    engine = voters.home.counties.engine
    app = Starlette(routes=[Route("/assemblies/{ledger}/{assembly}", ResultSheets(engine).give)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sheets") as client:
        url = (await told(voters.home.public, assembly, "url"))["url"]
        sheet = await client.get(url)
        none = await client.get(url + "x")
    assert (sheet.status_code, none.status_code) == (200, 404)
    for shown in (
        "3 × 160 = 480 ≥ 2 × 230 = 460 ✓",
        "3 × 16000.00 = 48000.00 ≥ 2 × 24000.00 = 48000.00 ✓",
        "4 × 120 = 480 ≥ 3 × 160 = 480 ✓",
        "2 × 120 = 240 &gt; 1 × 160 = 160 ✓",
        "160 / 230",
        "16000.00 / 24000.00",
        "搁置 on hold",
    ):
        assert shown in sheet.text, shown
    assert "通过 Adopted" in sheet.text
    assert "person:" not in sheet.text


@pytest.mark.xdist_group("wilds")
async def test_s4_one_less_and_the_same_ballots_on_another_item(wilds: Counties, calendar: Calendar) -> None:
    """S4 step 7 in small: of 16 who take part 11 are for, one less than three quarters; on a general matter it is
    adopted; and of 24 units 15 with no second one are less than two thirds of the area."""
    home = await settled(wilds)
    voters = await rostered(home, 23, several=1)
    await home.staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    await home.staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES)
    first = await opened(voters, calendar, "COMMON_PARTS_USE", "OTHER_MATTER")
    # Heads 1 to 16, of whom each has one unit.
    await cast(voters, first, {n: ["FOR", "FOR"] if n < 12 else ["AGAINST", "ABSTAIN"] for n in range(1, 17)})
    second = await opened(voters, calendar, "COMMON_PARTS_USE")
    await cast(voters, second, {n: ["FOR"] for n in range(1, 16)})
    calendar.pass_(15)
    for assembly in (first, second):
        await home.staff.do("assemblyCloseVoting", assembly=assembly)
    assert [each["outcome"] for each in await outcomes(home.public, first)] == ["REJECTED", "ADOPTED"]
    [none] = await outcomes(home.public, second)
    assert (none["outcome"], none["quorumAreaHeld"], none["quorumAreaNeeded"]) == ("NO_QUORUM", 450000, 480000)
    calendar.pass_(4)
    await home.staff.do("assemblyPostResult", assembly=first)
    assert (await told(home.public, first, "noticeLate"))["noticeLate"] is True


@pytest.mark.xdist_group("wilds")
async def test_who_got_a_ballot_and_is_silent_joins_the_majority_br_08(wilds: Counties, calendar: Calendar) -> None:
    """Of 4 owners 2 vote for; both others are silent, and one was proved to have got a ballot."""
    home = await settled(wilds)
    voters = await rostered(home, 4, several=0)
    await home.staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    await home.staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES, silentJoin=True)
    assembly = await opened(voters, calendar, "OTHER_MATTER")
    await cast(voters, assembly, {0: ["FOR"], 1: ["FOR"]})
    proved = {"assembly": assembly, "owner": of(voters.owners[2]), "proofSha256": "d" * 64}
    await home.staff.do("ballotProveDelivery", **proved)
    assert not (await told(home.public, assembly, "quorumMet"))["quorumMet"]
    calendar.pass_(15)
    await home.staff.do("assemblyCloseVoting", assembly=assembly)
    [counted] = await outcomes(home.public, assembly)
    assert (counted["outcome"], counted["forHeads"], counted["quorumHeadsHeld"]) == ("ADOPTED", 2, 9)
    assert (await told(home.public, assembly, "quorumMet"))["quorumMet"]
    silent = "assemblyQuestions { edges { node { silentHeads silentArea } } }"
    [edge] = (await told(home.public, assembly, silent))["assemblyQuestions"]["edges"]
    assert edge["node"] == {"silentHeads": 1, "silentArea": "100.00"}


@pytest.mark.xdist_group("wilds")
async def test_an_agent_votes_as_was_sealed_and_a_lost_key_stops_the_count(wilds: Counties, calendar: Calendar) -> None:
    """BR-09, BR-10: the agent gives no choice; what is sealed is opened for the count alone."""
    home = await settled(wilds)
    voters = await rostered(home, 3, several=0)
    await home.staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    await home.staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES)
    assembly = await opened(voters, calendar, "FIRM")
    agent = await own_name(home, "代理人")
    given = {"assembly": assembly, "authoritySha256": AUTHORITY, "choices": ["AGAINST"], "agent": of(agent)}
    await voters.owners[0].do("assemblyGrantProxy", **given)
    told_ = 'query ($l: ID!) { ledger(code: $l) { events(types: ["ProxyGranted"]) { totalCount } } }'
    for reader in (home.county, home.staff, await home.acting(Role.LEGAL)):
        assert (await reader.ask(told_, l=home.ledger))["ledger"]["events"]["totalCount"] == 0
    [proxy] = await home.rows("assemblyProxies", "owner { id } agent { id }", assembly=assembly)
    assert proxy == {"owner": {"id": of(voters.owners[0])}, "agent": {"id": of(agent)}}
    await agent.do("ballotCastByProxy", assembly=assembly, owner=of(voters.owners[0]))
    async with wilds.services.writer_pool.acquire() as connection:
        cast_ = "select entry from event where ledger = $1 and type = 'BallotCast'"
        [entry] = [json.loads(row["entry"]) for row in await connection.fetch(cast_, home.ledger)]
    assert entry["actor"]["person"] is None
    assert of(agent).split(":", 1)[1] not in json.dumps(entry)
    await cast(voters, assembly, {1: ["FOR"], 2: ["FOR"]})
    calendar.pass_(15)
    await home.staff.do("assemblyCloseVoting", assembly=assembly)
    [only] = await outcomes(home.public, assembly)
    assert (only["forHeads"], only["againstHeads"], only["outcome"]) == (2, 1, "ADOPTED")
    second = await opened(voters, calendar, "FIRM")
    await cast(voters, second, {n: ["FOR"] for n in range(3)})
    await wilds.services.keys.destroy(home.ledger, second.split(":", 1)[1])
    calendar.pass_(15)
    unread = await home.staff.refused("assemblyCloseVoting", "BALLOTS_UNREADABLE", assembly=second)
    assert unread == {"unreadable": 3}


async def _served(home: Hometown, compound: str) -> tuple[str, Acting]:
    firm = await home.county.do(
        "firmRegister", ledger=home.ledger, name="物业", creditCode=completed("91140423DEM000001")
    )
    serves = {"serviceMode": "MARKET", "provider": firm, "since": "2025-01-01"}
    await home.staff.do("compoundSetService", compound=compound, **serves)
    guard = await own_name(home, "保安")
    works = {"person": of(guard), "employmentKind": "STAFF", "since": "2025-01-01"}
    await home.county.do("firmEmploy", firm=firm, **works)
    return firm, guard


async def _nobody_links(home: Hometown, assembly: str, owner: Acting, receipt: str) -> None:
    """The owner finds their receipt; to staff, who know the owner, no ballot leads, and no entry names who voted."""
    query = "query ($id: ID!) { node(id: $id) { ... on Ballot { id ballotChannel assembly { id } } } }"
    found = (await owner.ask(query, id=receipt))["node"]
    assert found == {"id": receipt, "ballotChannel": "ONLINE", "assembly": {"id": assembly}}
    history = "query ($id: ID!) { node(id: $id) { history(first: 500) { edges { node { type } } } } }"
    for reader in (home.county, await home.acting(Role.LEGAL), owner):
        for thing in (of(owner), receipt, assembly):
            edges = (await reader.ask(history, id=thing))["node"]
            types = {edge["node"]["type"] for edge in edges["history"]["edges"]} if edges else set()
            assert "BallotCast" not in types
    async with home.counties.services.writer_pool.acquire() as connection:
        ballots = "select entry from event where ledger = $1 and type = 'BallotCast'"
        entries = [row["entry"].decode() for row in await connection.fetch(ballots, home.ledger)]
    assert len(entries) == 160
    assert not any(of(owner).split(":", 1)[1] in entry for entry in entries)
    bodies = [json.loads(entry) for entry in entries]
    assert {entry["actor"]["person"] for entry in bodies} == {None}
    assert len({len(entry["body"]["sealed_choices"]) for entry in bodies}) == 1


@pytest.mark.xdist_group("wilds")
async def test_owners_inspect_rules_and_decisions_and_meet_once_a_year_br_14_br_18(
    wilds: Counties, calendar: Calendar
) -> None:
    """BR-14, BR-18: the public reads rules, questions and results; a compound that did not vote is found."""
    home = await settled(wilds)
    voters = await rostered(home, 3, several=0)
    await home.staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    await home.staff.do("compoundAdoptRulebook", compound=voters.compound, **RULES)
    late = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        compounds(gap: NO_ASSEMBLY_WITHIN_A_YEAR, asOf: $on) { edges { node { id } } } } }"""

    async def idle(on: str) -> list[str]:
        edges = (await home.public.ask(late, l=home.ledger, on=on))["ledger"]["compounds"]["edges"]
        return [edge["node"]["id"] for edge in edges]

    assert await idle(calendar.day()) == [voters.compound]
    assembly = await opened(voters, calendar, "FIRM")
    await cast(voters, assembly, {n: ["FOR"] for n in range(3)})
    ended = calendar.day(14)
    calendar.pass_(15)
    await home.staff.do("assemblyCloseVoting", assembly=assembly)
    assert await idle(ended) == []
    assert await idle(calendar.day(363)) == []
    assert await idle(calendar.day(365)) == [voters.compound]
    [rules] = await home.read(home.public, "rulebooks", "rulesRevision mostProxies postingDays")
    assert rules == {"rulesRevision": 1, "mostProxies": 1, "postingDays": 7}
    [question] = await home.read(home.public, "assemblyQuestions", "question outcome forHeads")
    assert question == {"question": "北侧绿地出租广告位", "outcome": "ADOPTED", "forHeads": 3}
