"""Needs claim resources, never more than there is; they close by a rated result or with a reason (BR-90)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.activities import ActivityKind, ActivityNotHeld, ActivityScheduled
from domain.bodies import CHINA
from domain.evaluations import ScoreUnfit
from domain.events import Event, Hundredths, Ref
from domain.needs import (
    CapacityExceeded,
    MatchLapsed,
    NeedClosed,
    NeedEvaluated,
    NeedListed,
    NeedMatched,
    NeedMet,
    NeedNotMatched,
    NeedWithdrawn,
    NothingDone,
    NotOfThisCommunity,
    OffererUnfit,
    QuantityUnfit,
    ResourceListed,
    evaluate,
    lapse_match,
    list_need,
    list_resource,
    match,
    meet,
    watch_match,
    withdraw,
)
from domain.periods import PeriodReversed
from domain.projects import NeedsMissing, ProjectStarted, create
from domain.reactions import act_on
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from tests.acting import Acting
from tests.casework import WHY
from tests.counties import Counties
from tests.county import C1, C2, COUNTY, DAY, FIRM, LI, days
from tests.hometown import Hometown, of
from tests.test_workorders import Street, street_of

N1, N2, R1, R2 = Ref[Any]("need:n1"), Ref[Any]("need:n2"), Ref[Any]("resource:r1"), Ref[Any]("resource:r2")
LISTED: tuple[Event, ...] = (
    NeedListed(N1, C1, "为三十位老人理发", 30, DAY),
    NeedListed(N2, C1, "为十位老人理发", 10, DAY),
    ResourceListed(R1, C1, FIRM, "理发师", 20, DAY),
    ResourceListed(R2, C1, FIRM, "理发店", 15, DAY),
)
TOGETHER: dict[str, Any] = {"need": N1, "resource": R1, "expires_on": days(30)}
FIRST = NeedMatched(N1, R1, 20, days(30))
OFFER: dict[str, Any] = {"community": C1, "offered_by": FIRM, "resource_text": "理发师", "listed_on": DAY}
DONE: dict[str, Any] = {"need": N1, "resource": R1, "met_on": DAY}


def listed(*more: Event) -> Scenario:
    return given(*COUNTY, *LISTED, *more)


def test_both_lists_take_at_least_one_br_90() -> None:
    wish: dict[str, Any] = {"community": C1, "need_text": "理发", "listed_on": DAY}
    given(*COUNTY).when(list_need, **wish, quantity=30).then(NeedListed(born("need"), C1, "理发", 30, DAY))
    given(*COUNTY).when(list_need, **wish, quantity=0).refused(QuantityUnfit(0, 1_000_000))
    made = given(*COUNTY).when(list_resource, **OFFER, quantity=20)
    made.then(ResourceListed(born("resource"), C1, FIRM, "理发师", 20, DAY))


def test_a_resource_is_never_claimed_twice_br_90() -> None:
    once = listed().when(match, **TOGETHER, quantity=20).then(FIRST)
    once.when(match, need=N2, resource=R1, quantity=10, expires_on=days(30)).refused(CapacityExceeded(0))
    more = once.when(match, need=N1, resource=R2, quantity=10, expires_on=days(30))
    more.then(NeedMatched(N1, R2, 10, days(30)))
    more.when(match, need=N1, resource=R2, quantity=1, expires_on=days(30)).refused(QuantityUnfit(1, 0))
    listed().when(match, need=N2, resource=R1, quantity=11, expires_on=days(30)).refused(QuantityUnfit(11, 10))
    elsewhere = ResourceListed(Ref("resource:far"), C2, FIRM, "远处", 5, DAY)
    far = listed(elsewhere).when(match, need=N1, resource=Ref("resource:far"), quantity=1, expires_on=days(30))
    far.refused(NotOfThisCommunity)


def test_a_claim_that_is_not_used_lapses_and_is_free_again_br_90() -> None:
    inputs: dict[str, Any] = {"need": N1, "resource": R1, "expires_on": days(30)}
    assert list(watch_match(FIRST)) == [act_on(days(31), lapse_match, **inputs)]
    lapsed = listed(FIRST).when(lapse_match, **inputs).then(MatchLapsed(N1, R1, 20, days(30)))
    lapsed.when(lapse_match, **inputs).then()
    lapsed.when(match, need=N2, resource=R1, quantity=10, expires_on=days(30)).then(NeedMatched(N2, R1, 10, days(30)))
    used = listed(FIRST, NeedMet(N1, R1, 1, None, 12, DAY))
    used.when(lapse_match, **inputs).then(MatchLapsed(N1, R1, 8, days(30)))
    early, late = NeedMatched(N1, R1, 5, days(10)), NeedMatched(N1, R1, 5, days(30))
    two = listed(early, late, NeedMet(N1, R1, 1, None, 5, DAY))
    two.when(lapse_match, need=N1, resource=R1, expires_on=days(10)).then()
    two.when(lapse_match, **inputs).then(MatchLapsed(N1, R1, 5, days(30)))


def test_a_need_is_met_out_of_what_it_claimed_br_90() -> None:
    listed().when(meet, **DONE, quantity=1).refused(NeedNotMatched((N1,)))
    listed(FIRST).when(meet, **DONE, quantity=21).refused(QuantityUnfit(21, 20))
    listed(FIRST).when(meet, **DONE, quantity=20).then(NeedMet(N1, R1, 1, None, 20, DAY))
    listed(FIRST).when(meet, **DONE | {"met_on": days(-1)}, quantity=1).refused(PeriodReversed(DAY, days(-1)))
    fair = Ref[Any]("activity:far")
    there = ActivityScheduled(fair, C2, ActivityKind.VOLUNTEER_FAIR, "大集", DAY)
    listed(there, FIRST).when(meet, **DONE, by_activity=fair, quantity=1).refused(NotOfThisCommunity)
    here = replace(there, community=C1)
    listed(here, FIRST).when(meet, **DONE, by_activity=fair, quantity=1).refused(ActivityNotHeld)
    person = listed().when(list_resource, **OFFER | {"offered_by": LI}, quantity=1)
    person.refused(OffererUnfit)


def test_a_need_closes_by_its_rated_result_or_with_a_reason_br_90() -> None:
    met = listed(FIRST, NeedMet(N1, R1, 1, None, 20, DAY))
    met.when(evaluate, need=N1, need_score=Hundredths(90_00)).refused(NothingDone(10))
    whole = listed(
        FIRST, NeedMatched(N1, R2, 10, days(30)), NeedMet(N1, R1, 1, None, 20, DAY), NeedMet(N1, R2, 2, None, 10, DAY)
    )
    whole.when(evaluate, need=N1, need_score=Hundredths(100_01)).refused(
        ScoreUnfit(Hundredths(100_01), Hundredths(100_00))
    )
    closed = whole.when(evaluate, need=N1, need_score=Hundredths(90_00)).then(NeedEvaluated(N1, Hundredths(90_00)))
    closed.when(withdraw, need=N1, reason=WHY).refused(NeedClosed)
    gone = listed(FIRST).when(withdraw, need=N1, reason=WHY)
    gone.then(MatchLapsed(N1, R1, 20, days(30)), NeedWithdrawn(N1, WHY))
    gone.when(match, **TOGETHER, quantity=1).refused(NeedClosed)


def test_a_project_is_made_of_matched_needs_only_br_90() -> None:
    wish: dict[str, Any] = {"community": C1, "project_name": "理发日", "begun_on": DAY}
    listed().when(create, **wish, for_needs=(N1,)).refused(NeedNotMatched((N1,)))
    listed().when(create, **wish, for_needs=()).refused(NeedsMissing)
    made = listed(FIRST).when(create, **wish, for_needs=(N1,))
    made.then(ProjectStarted(born("project"), None, C1, "理发日", (N1,), None, None, None, None, DAY))
    listed(FIRST).when(create, **wish, for_needs=(N1, N2)).refused(NeedNotMatched((N2,)))


@pytest.mark.xdist_group("wilds")
async def test_s8_three_lists_one_resource_two_needs_x84(wilds: Counties) -> None:
    """S8: X83, X84, BR-90; of two who claim at the same moment one is told that nothing is left."""
    street = await street_of(wilds)
    home = street.home
    staff, today = home.staff, NOON.astimezone(CHINA).date()
    b12, b15 = [await staff.do("merchantRegister", community=home.c1, name=name) for name in ("商户十二", "商户十五")]
    day = {"listedOn": today.isoformat()}
    n1 = await staff.do("needList", community=home.c1, needText="为三十位老人理发", quantity=30, **day)
    n2 = await staff.do("needList", community=home.c1, needText="为十位老人理发", quantity=10, **day)
    offered = {"community": home.c1, "resourceText": "理发", **day}
    r1 = await staff.do("resourceList", **offered, offeredBy=b12, quantity=20)
    r2 = await staff.do("resourceList", **offered, offeredBy=b15, quantity=15)
    named = {"community": home.c1, "projectName": "理发日", "begunOn": today.isoformat()}
    unmatched = await staff.refused("projectCreate", "NEED_NOT_MATCHED", **named, forNeeds=[n1])
    assert unmatched == {"unmatched": [n1]}
    until = {"expiresOn": (today + timedelta(days=3650)).isoformat()}
    r3 = await staff.do("resourceList", **offered, offeredBy=b15, quantity=10)
    n3 = await staff.do("needList", community=home.c1, needText="量血压", quantity=10, **day)
    raced = await asyncio.gather(*(_claim(staff, need, r3, 10, until) for need in (n2, n3)))
    assert sorted(raced, key=str) == [None, {"available": 0}] or sorted(raced, key=str) == [{"available": 0}, None]
    await staff.do("needMatch", need=n1, resource=r1, quantity=20, **until)
    loser = n2 if raced[0] else n3
    lost = await staff.refused("needMatch", "CAPACITY_EXCEEDED", need=loser, resource=r1, quantity=10, **until)
    assert lost == {"available": 0}
    await staff.do("needMatch", need=n1, resource=r2, quantity=10, **until)
    project = await staff.do("projectCreate", **named, forNeeds=[n1])
    planned = {
        "community": home.c1,
        "activityKind": "VOLUNTEER_FAIR",
        "name": "理发日",
        "planned": today.isoformat(),
    }
    activity = await staff.do("activitySchedule", **planned)
    await staff.do("activityHold", activity=activity, held=today.isoformat())
    done = {"need": n1, "byActivity": activity, "metOn": today.isoformat()}
    await staff.do("needMeet", **done, resource=r1, quantity=20)
    await staff.do("needMeet", **done, resource=r2, quantity=8)
    [need] = [
        each for each in await home.read(home.public, "needs", "id metQuantity claimed remaining") if each["id"] == n1
    ]
    assert need == {"id": n1, "metQuantity": 28, "claimed": 2, "remaining": 0}
    await staff.refused("needEvaluate", "NOTHING_DONE", need=n1, needScore="90.00")
    query = """query ($id: ID!) { node(id: $id) { ... on Need { chain { edges { node { type } } } } } }"""
    edges = (await home.public.ask(query, id=n1))["node"]["chain"]["edges"]
    assert [edge["node"]["type"] for edge in edges] == [
        *("NeedListed", "NeedMatched", "NeedMatched", "ProjectStarted", "NeedMet", "NeedMet")
    ]
    idle = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        resources(gap: IDLE, asOf: $on) { totalCount }
        needs(gap: UNMATCHED_FOR_A_MONTH, asOf: $on) { totalCount } } }"""
    on = (today + timedelta(days=31)).isoformat()
    told = (await home.public.ask(idle, l=home.ledger, on=on))["ledger"]
    assert told == {"resources": {"totalCount": 0}, "needs": {"totalCount": 1}}
    assert project
    batch, case = await _coupons(home, b12), await _solved_jointly(street)
    report = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Community { communityReport(asOf: $on) {
        activitiesHeld heldActivities { id } needsMet metNeeds { id } solvedJointly jointlySolved { id } couponsIssued
        couponsRedeemed couponBatches { id } } } } }"""
    year = (await home.public.ask(report, id=home.c1, on=f"{today.year}-12-31"))["node"]["communityReport"]
    assert year == {
        "activitiesHeld": 1,
        "heldActivities": [{"id": activity}],
        "needsMet": 28,
        "metNeeds": [{"id": n1}],
        "solvedJointly": 1,
        "jointlySolved": [{"id": case}],
        "couponsIssued": 50,
        "couponsRedeemed": 1,
        "couponBatches": [{"id": batch}],
    }


async def _coupons(home: Hometown, shop: str) -> str:
    """Step 5: fifty are issued and no more; the seventh is redeemed once, however often it is tried."""
    plan = {"issuer": shop, "name": "CB1", "couponLimit": 50, "since": "2025-01-01"}
    batch = await home.staff.do("couponBatchOpen", **plan)
    then = {"occurredAt": "2025-04-01T10:00:00+08:00", "backdatedReason": "补录"}
    await home.staff.do("couponBatchIssue", couponBatch=batch, count=50, **then)
    await home.staff.refused("couponBatchIssue", "BATCH_LIMIT", couponBatch=batch, count=1)
    coupons = [row["id"] for row in await home.rows("coupons", "id", couponBatch=batch)]
    cashier = await home.acting(Role.MERCHANT, shop)
    taking = {"coupon": coupons[6], "merchant": shop, "redeemed": "2025-05-01T10:00:00+08:00"}
    for _ in range(2):
        await cashier.do("couponRedeem", **taking, commandId="c7")
    again = await cashier.refused("couponRedeem", "ALREADY_REDEEMED", coupon=coupons[6], merchant=shop)
    assert again["merchant"] == shop
    return batch


async def _solved_jointly(street: Street) -> str:
    """A case that was closed together with a county unit."""
    home, case = street.home, await street.placed()
    unit = {"ledger": home.ledger, "name": "县交通运输局", "unitKind": "COUNTY_UNIT"}
    bureau = await home.county.do("partnerUnitRegister", **unit)
    at = {"case": case, "backdatedReason": "补录", "occurredAt": "2025-10-09T10:00:00+08:00"}
    await street.secretary.do("caseDispatch", **at, executor=home.c1, namedHandler=of(street.m1))
    await street.m1.do("caseReportHandling", **at, note="已清理")
    await street.checker.do("casePassVerification", **at, jointlyWith=bureau)
    return case


async def _claim(staff: Acting, need: str, resource: str, quantity: int, until: dict[str, str]) -> Any:
    query = """mutation ($n: ID!, $r: ID!, $q: Int!, $e: Date!) {
        needMatch(need: $n, resource: $r, quantity: $q, expiresOn: $e) { ... on Refused { code details } } }"""
    answer = (await staff.ask(query, n=need, r=resource, q=quantity, e=until["expiresOn"]))["needMatch"]
    assert answer.get("code") in {None, "CAPACITY_EXCEEDED"}
    return answer.get("details")
