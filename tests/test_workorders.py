"""One order through the four lists, two evaluations and a pause: scenario S2 through GraphQL (Q20-Q24, Q31)."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from domain.firms import completed
from domain.roles import Role
from tests.acting import PLAINLY, Acting
from tests.counties import Counties
from tests.hometown import Hometown, of, own_name, settled

LATE = {"backdatedReason": "补录"}


@dataclass(frozen=True)
class Street:
    """A county with a calendar, a category, a firm, members and residents."""

    home: Hometown
    category: str
    firm: str
    secretary: Acting
    checker: Acting
    members: list[Acting]
    r7: Acting
    r8: Acting
    p1: Acting
    """The firm's manager."""

    @property
    def m1(self) -> Acting:
        return self.members[0]

    @property
    def m2(self) -> Acting:
        return self.members[1]

    async def placed(self, at: str = "2025-09-30T15:50:00+08:00", **more: Any) -> str:
        """An order placed by R7 and accepted by the branch."""
        placed: dict[str, Any] = {"compound": self.home.compounds[0], "category": self.category, "channel": "ONLINE"}
        case = await self.r7.do("caseReport", **placed, matterText="自行车堵塞楼道", occurredAt=at, **LATE, **more)
        await self.secretary.do("caseAccept", case=case)
        return case


@pytest.fixture
async def street(wilds: Counties) -> Street:
    return await street_of(wilds)


async def street_of(wilds: Counties, members: int = 2) -> Street:
    home = await settled(wilds)
    ledger = home.ledger
    administrator = await home.acting(Role.ADMINISTRATOR)
    await administrator.do("ledgerLimitBackdating", ledger=ledger, days=3_653)
    days = [f"2025-10-0{n}" for n in range(1, 9)]
    calendar: dict[str, Any] = {"daysOff": days, "makeUpDays": ["2025-09-28", "2025-10-11"]}
    hours = ["09:00-12:00", "13:00-17:00"]
    await home.county.do("ledgerAdoptCalendar", ledger=ledger, **calendar, sessions=hours, since="2025-01-01")
    limits: dict[str, Any] = {"limitNumber": 5, "limitUnit": "WORK_HOUR", "reworkNumber": 2, "reworkUnit": "WORK_HOUR"}
    category = await home.county.do("categoryAdopt", ledger=ledger, name="楼道", **limits, communityDuty=True)
    firm = await home.county.do("firmRegister", ledger=ledger, name="物业", creditCode=completed("91140423DEM000001"))
    serves = {"serviceMode": "MARKET", "provider": firm, "since": "2025-01-01"}
    await home.staff.do("compoundSetService", compound=home.compounds[0], **serves)
    unit = await home.county.do("partnerUnitRegister", ledger=ledger, name="县教育局", unitKind="COUNTY_UNIT")
    party = [await own_name(home, f"党员{n}") for n in range(1, members + 1)]
    lives = {"community": home.c1, "building": home.buildings[home.compounds[1]][0], "since": "2025-02-10"}
    for member in party:
        await home.staff.do("personRegisterWithCommunity", person=of(member), unit=unit, **lives)
    manager = await own_name(home, "经理")
    works = {"person": of(manager), "employmentKind": "MANAGER", "since": "2025-01-01"}
    await home.county.do("firmEmploy", firm=firm, **works)
    secretary, checker = await home.acting(Role.BRANCH, home.c1), await home.acting(Role.GRID_WORKER, home.c1)
    r7, r8 = [await own_name(home, name) for name in ("居民七", "居民八")]
    return Street(home, category, firm, secretary, checker, party, r7, r8, manager)


@pytest.mark.xdist_group("wilds")
async def test_s2_one_order_through_four_lists_two_evaluations_and_a_pause(street: Street) -> None:
    """S2: Q20, Q21, Q22, Q23, Q24, Q31; BR-30 to BR-33, BR-37 to BR-39, BR-78."""
    home, case = street.home, await street.placed()

    def at(day: str, hour: str) -> dict[str, str]:
        return {"case": case, "occurredAt": f"2025-{day}T{hour}:00+08:00", **LATE}

    dispatched = await street.secretary.do("caseDispatch", **at("09-30", "16:00"), executor=home.c1)
    assert dispatched == case
    assert await told(street, case, "dueAt phase") == {"dueAt": "2025-10-09T14:00:00+08:00", "phase": "DISPATCHED"}
    await street.m1.do("caseClaim", **at("09-30", "16:05"))
    lost = await street.m2.refused("caseClaim", "ALREADY_CLAIMED", **at("09-30", "16:05"))
    assert lost["claimedBy"] == of(street.m1)
    assert lost["claimedAt"] == "2025-09-30T16:05:00+08:00"
    await street.r8.refused("caseClaim", "MEMBER_ELSEWHERE", **at("09-30", "16:06"))
    own = await own_role(home, street.m1, Role.BRANCH)
    waiting = {"pauseKind": "PENDED", "reason": "等待钥匙保管人"}
    await own.refused("casePause", "APPROVER_IS_HANDLER", **at("10-09", "10:00"), **waiting)
    await street.m1.do("caseTellProgress", **at("10-09", "09:30"), note="已联系车主")
    await street.secretary.do("casePause", **at("10-09", "10:00"), **waiting)
    await street.secretary.do("caseResume", **at("10-09", "11:00"))
    assert (await told(street, case, "dueAt"))["dueAt"] == "2025-10-09T15:00:00+08:00"
    await street.m2.refused("caseReportHandling", "NOT_HANDLER", **at("10-09", "14:30"), note="已清理")
    await street.m1.do("caseReportHandling", **at("10-09", "14:30"), note="已清理")
    handled = await body_of(street, case, "HandlingReported")
    assert {name: handled[name] for name in ("used_minutes", "limit_minutes", "shown_light", "on_time")} == {
        "used_minutes": 270,
        "limit_minutes": 300,
        "shown_light": "YELLOW",
        "on_time": True,
    }
    await own.refused("casePassVerification", "VERIFIER_IS_HANDLER", **at("10-09", "15:10"))
    await street.checker.do("caseFailVerification", **at("10-09", "15:10"), reason="尚有两辆")
    assert await told(street, case, "dueAt reworkNo") == {"dueAt": "2025-10-10T09:10:00+08:00", "reworkNo": 1}
    await street.m1.do("caseReportHandling", **at("10-09", "16:20"), note="全部清理")
    await street.secretary.refused("caseShow", "NOT_CLOSED", case=case)
    await street.checker.do("casePassVerification", **at("10-09", "16:40"))
    await street.secretary.refused("caseShow", "EVALUATION_MISSING", case=case)
    await street.m1.do("caseSelfEvaluate", case=case, selfScore="95.00")
    conflict = await street.p1.refused("caseEvaluate", "CONFLICT_OF_INTEREST", case=case, publicScore="100.00")
    assert conflict["tie"] == "EMPLOYED_BY"
    assert conflict["relation"] == street.firm
    await street.r8.refused("caseEvaluate", "ONLY_RAISER_MAY_RATE", case=case, publicScore="10.00")
    await street.r7.refused("caseEvaluate", "SCORE_UNFIT", case=case, publicScore="100.01")
    await street.r7.do("caseEvaluate", case=case, publicScore="80.00")
    unshown = {"selfRated": True, "publiclyRated": True, "selfScore": None, "publicScore": None}
    assert await told(street, case, " ".join(unshown)) == unshown
    await street.secretary.do("caseShow", case=case)
    selection = "case { id } category { name } originGrid { id } onTime reworkNo selfScore publicScore closedAt"
    shown = await home.read(home.public, "shownOrders", selection, community=home.c1)
    assert shown == [
        {
            "case": {"id": case},
            "category": {"name": "楼道"},
            "originGrid": None,
            "onTime": True,
            "reworkNo": 1,
            "selfScore": "95.00",
            "publicScore": "80.00",
            "closedAt": "2025-10-09T16:40:00+08:00",
        }
    ]
    assert (await told(street, case, "matterText phase")) == {"matterText": None, "phase": "CLOSED"}


async def told(street: Street, case: str, selection: str) -> dict[str, Any]:
    """What the public is told of a case."""
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on Case {{ {selection} }} }} }}"
    return dict((await street.home.public.ask(query, id=case))["node"])


async def body_of(street: Street, case: str, kind: str) -> dict[str, Any]:
    query = "query ($id: ID!) { node(id: $id) { ... on Case { history { edges { node { type body } } } } } }"
    edges = (await street.home.county.ask(query, id=case))["node"]["history"]["edges"]
    return next(dict(edge["node"]["body"]) for edge in edges if edge["node"]["type"] == kind)


async def own_role(home: Hometown, somebody: Acting, role: Role) -> Acting:
    """The same person, who now also holds a role over the community C1."""
    assert somebody.viewer
    administrator = await home.acting(Role.ADMINISTRATOR)
    given = {"person": of(somebody), "role": role.name, "scope": home.c1, "since": "2025-01-01"}
    await administrator.do("grantGive", **given)
    viewer = somebody.viewer._replace(role=role, audience=role.audience)
    return Acting(somebody.counties, somebody.ledger, viewer)


@pytest.mark.xdist_group("wilds")
async def test_of_fifty_who_claim_at_once_one_has_the_order_br_38(wilds: Counties) -> None:
    """Q22: the others are told who and when; nothing else is recorded."""
    street_ = await street_of(wilds, members=50)
    case = await street_.placed()
    dispatched = {"case": case, "executor": street_.home.c1, "occurredAt": "2025-09-30T16:00:00+08:00", **LATE}
    await street_.secretary.do("caseDispatch", **dispatched)
    before = await street_.home.county.head()
    query = """mutation ($case: ID!) { caseClaim(case: $case) {
        ... on CaseRecorded { receipts { type } } ... on Refused { code details } } }"""
    answers = await asyncio.gather(*(member.ask(query, case=case) for member in street_.members))
    outcomes = [answer["caseClaim"] for answer in answers]
    [winner] = [n for n, outcome in enumerate(outcomes) if outcome.get("receipts") == [{"type": "CaseClaimed"}]]
    lost = [outcome for n, outcome in enumerate(outcomes) if n != winner]
    assert {outcome["code"] for outcome in lost} == {"ALREADY_CLAIMED"}
    assert {outcome["details"]["claimedBy"] for outcome in lost} == {of(street_.members[winner])}
    assert await street_.home.county.head() == (before or 0) + 1


@pytest.mark.xdist_group("wilds")
async def test_s10_rates_are_pairs_and_what_stays_open_counts_br_41_br_42(street: Street) -> None:
    """S10 step 6: of five cases two are closed in time, one late, one is open and overdue, one open in time."""
    home = street.home
    branch = street.secretary
    ends = [("2025-07-01", "07-01T12:00"), ("2025-07-01", "07-01T15:00"), ("2025-07-01", "07-02T16:00")]
    ends += [("2025-07-30", None), ("2025-07-31", None)]  # type: ignore[list-item]
    for n, (day, end) in enumerate(ends):
        placed = await street.placed(f"{day}T09:00:00+08:00")
        hour = "17:00" if day == "2025-07-31" else "10:00"
        named = {"executor": home.c1, "namedHandler": of(street.m1)}
        await branch.do("caseDispatch", case=placed, **named, occurredAt=f"{day}T{hour}:00+08:00", **LATE)
        if end:
            done = {"case": placed, "occurredAt": f"2025-{end}:00+08:00", **LATE}
            await street.m1.do("caseReportHandling", **done, note="办结")
            await street.checker.do("casePassVerification", **done)
            answers: dict[str, Any] = {"answered": n != 2, "responded": n != 2}
            answers |= {"resolved": True, "satisfied": n == 0} if n != 2 else {}
            await branch.do("caseCallBack", case=placed, **answers)
    query = """query ($l: ID!, $c: ID!) { ledger(code: $l) {
        caseTimeliness(asOf: "2025-07-31") { closedOnTime closedLate openOverdue openInTime
            onTimeNumerator onTimeDenominator closedOnlyDenominator }
        threeRates(asOf: "2025-07-31") { callbacks unanswered responseNumerator responseDenominator
            resolutionNumerator satisfactionNumerator answeredDenominator }
        cases(gap: OVERDUE, asOf: "2025-07-31") { totalCount }
        }
        node(id: $c) { ... on Community { caseTimeliness(asOf: "2025-07-30") { openOverdue onTimeDenominator } } } }"""
    answer = await home.public.ask(query, l=home.ledger, c=home.c1)
    told_ = answer["ledger"]
    assert told_["caseTimeliness"] == {
        "closedOnTime": 2,
        "closedLate": 1,
        "openOverdue": 1,
        "openInTime": 1,
        "onTimeNumerator": 2,
        "onTimeDenominator": 4,
        "closedOnlyDenominator": 3,
    }
    assert told_["threeRates"] == {
        "callbacks": 3,
        "unanswered": 1,
        "responseNumerator": 2,
        "responseDenominator": 3,
        "resolutionNumerator": 2,
        "satisfactionNumerator": 1,
        "answeredDenominator": 2,
    }
    assert told_["cases"]["totalCount"] == 1
    assert answer["node"]["caseTimeliness"] == {"openOverdue": 1, "onTimeDenominator": 4}


@pytest.mark.xdist_group("wilds")
async def test_what_waits_for_whom_most_overdue_first(street: Street) -> None:
    """Q18, Q19, Q21, Q22: what is to be accepted, dispatched, claimed and verified in a community, in one query; and by
    which way it came in."""
    home = street.home
    grid = await home.grid("第一网格", home.buildings[home.compounds[0]])
    reported = {"compound": home.compounds[0], "category": street.category, "channel": "HOTLINE", "matterText": "漏水"}
    new = await street.r8.do("caseReport", **reported, occurredAt="2025-09-29T09:00:00+08:00", **LATE)
    accepted = await street.placed("2025-09-28T09:00:00+08:00")
    waiting = await street.placed("2025-09-22T09:00:00+08:00")
    sent = {"executor": home.c1, "occurredAt": "2025-09-22T10:00:00+08:00", **LATE}
    await street.secretary.do("caseDispatch", case=waiting, **sent)
    await street.m1.do("caseClaim", case=waiting, occurredAt="2025-09-22T10:05:00+08:00", **LATE)
    await street.m1.do("caseAskReturn", case=waiting, reason="不属本网格")
    query = """query ($c: ID!) { node(id: $c) { ... on Community { waiting(asOf: "2025-09-30") {
        task forRole thing { id } waitingSince latestDay daysOverdue } } } }"""
    told_ = (await home.public.ask(query, c=home.c1))["node"]["waiting"]
    seen = [(each["task"], each["forRole"], each["thing"]["id"], each["daysOverdue"]) for each in told_]
    assert seen == [
        ("DECIDE_RETURN", "BRANCH", waiting, 8),
        ("HANDLE_CASE", None, waiting, 8),
        ("FILL_GRID_POST", "COMMUNITY", grid, 0),
        ("DISPATCH_CASE", "BRANCH", accepted, 0),
        ("ACCEPT_CASE", "COMMUNITY", new, 0),
    ]
    assert told_[0]["latestDay"] == "2025-09-22"
    ways = "query ($l: ID!) { ledger(code: $l) { cases { groups(by: CHANNEL) { value count } } } }"
    groups = (await home.public.ask(ways, l=home.ledger))["ledger"]["cases"]["groups"]
    assert {each["value"]: each["count"] for each in groups} == {"ONLINE": 2, "HOTLINE": 1}


@pytest.mark.xdist_group("wilds")
@pytest.mark.parametrize("beside", ["", PLAINLY], ids=["compiled", "plainly"])
async def test_who_raised_or_handles_an_order_reads_what_it_says_and_nobody_else_br_78(
    street: Street, beside: str
) -> None:
    """Q20, Q22: the text opens with the claim and closes with the return; it stays open for who raised the case."""
    home, case = street.home, await street.placed("2025-09-22T09:00:00+08:00", spot="3号楼2单元")
    other = await street.placed("2025-09-22T09:30:00+08:00")
    sent = {"executor": home.c1, "occurredAt": "2025-09-22T10:00:00+08:00", **LATE}
    await street.secretary.do("caseDispatch", case=case, **sent)
    own = f"""query ($id: ID!) {{ {beside} node(id: $id) {{ ... on Case {{ matterText spot raiser {{ id }} }} }}
        viewer {{ ownCases {{ totalCount edges {{ node {{ id matterText }} }} }} }} }}"""

    async def read(who: Acting) -> tuple[Any, ...]:
        answer = await who.ask(own, id=case)
        raised = {"id": of(who)} if who is street.r7 else None
        assert answer["node"]["raiser"] == raised
        listed = [edge["node"]["id"] for edge in answer["viewer"]["ownCases"]["edges"]]
        assert len(listed) == answer["viewer"]["ownCases"]["totalCount"]
        return answer["node"]["matterText"], answer["node"]["spot"], listed

    nothing: tuple[Any, ...] = (None, None, [])
    assert await read(street.r7) == ("自行车堵塞楼道", "3号楼2单元", [other, case])
    assert await read(street.m1) == await read(street.r8) == nothing
    await street.m1.do("caseClaim", case=case, occurredAt="2025-09-22T10:05:00+08:00", **LATE)
    head = await home.county.head()
    mine = ("自行车堵塞楼道", "3号楼2单元", [case])
    assert await read(street.m1) == mine
    assert await read(street.m2) == nothing
    await street.m1.do("caseAskReturn", case=case, reason="不属本网格")
    await street.secretary.do("caseApproveReturn", case=case)
    assert await read(street.m1) == nothing
    then = f"""query ($p: Position!) {{ {beside} viewer(asKnownAt: {{position: $p}}) {{
        ownCases {{ edges {{ node {{ id matterText spot }} }} }} }} }}"""
    [edge] = (await street.m1.ask(then, p=head))["viewer"]["ownCases"]["edges"]
    assert edge["node"] == {"id": case, "matterText": mine[0], "spot": mine[1]}
