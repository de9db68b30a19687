"""What is found wrong is put right by the firm, verified by another, and overdue by the clock (Q74, BR-19)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.compounds import FirmNotServing, ServiceMode, ServiceModeSet
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Confidential, Event, Ref
from domain.execution import Actor
from domain.exhibits import ExhibitKept, MediaType, keep
from domain.findings import (
    FindingClosed,
    FindingFellOverdue,
    FindingKind,
    FindingMade,
    FindingRectified,
    FindingUnproved,
    NothingToVerify,
    RectificationSentBack,
    RectificationVerified,
    RectifierVerifies,
    fall_overdue,
    record,
    rectify,
    send_back,
    verify,
    watch_findings,
)
from domain.grants import GrantGiven
from domain.mandates import NotOfFirm
from domain.periods import DayAhead, PeriodReversed
from domain.reactions import act_on
from domain.roles import Role
from domain.specification import Scenario, born, given
from tests.counties import Counties
from tests.county import COUNTY, DAY, FIRM, K1, LI, OTHER_FIRM, WANG, ZHAO, days
from tests.hometown import settled
from tests.recording import command

FOUND, PROOF = Ref[Any]("finding:f"), Ref[Any]("exhibit:proof")
NOW = datetime(2025, 4, 1, 12, tzinfo=CHINA)
CUT = FindingMade(FOUND, K1, FIRM, FindingKind.SUPPLY_CUT, "停水催费", DAY, days(5))
RECTIFIED = FindingRectified(FOUND, K1, FIRM, LI, days(3), (PROOF,))
HERE: tuple[Event, ...] = (
    *COUNTY,
    ExhibitKept(PROOF, "0" * 64, 5, MediaType.JPEG),
    ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY),
    EmploymentBegun(LI, FIRM, EmploymentKind.STAFF, DAY),
    EmploymentBegun(ZHAO, FIRM, EmploymentKind.SHAREHOLDER, DAY),
    *(GrantGiven(Ref(f"grant:{who}"), who, Role.COMMITTEE, K1, DAY, None) for who in (WANG, LI, ZHAO)),
)


def found(*more: Event) -> Scenario:
    return given(*HERE, CUT, *more)


def test_a_power_or_water_cut_is_a_finding_br_19() -> None:
    wish: dict[str, Any] = {"compound": K1, "firm": FIRM, "finding_kind": FindingKind.SUPPLY_CUT, "text": "停水催费"}
    made = given(*HERE).when(record, **wish, since=DAY, due=days(5))
    made.then(FindingMade(born("finding"), K1, FIRM, FindingKind.SUPPLY_CUT, "停水催费", DAY, days(5)))
    given(*HERE).when(record, **wish, since=DAY, due=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    given(*HERE).when(record, **wish, since=days(1), due=days(5)).refused(DayAhead(days(1), DAY))
    given(*HERE).when(record, **{**wish, "firm": OTHER_FIRM}, since=DAY, due=days(5)).refused(
        FirmNotServing(OTHER_FIRM, DAY)
    )
    given(*HERE).when(record, **wish, since=days(-1), due=days(5)).refused(FirmNotServing(FIRM, days(-1)))


def test_the_firms_people_put_it_right_and_show_it_once() -> None:
    wish: dict[str, Any] = {"finding": FOUND, "acted_on": days(3), "now": NOW}
    done = found().when(rectify, actor=Actor(LI), **wish, evidence=(PROOF,)).then(RECTIFIED)
    done.when(rectify, actor=Actor(LI), **wish, evidence=(PROOF,)).then()
    found().when(rectify, actor=Actor(WANG), **wish, evidence=(PROOF,)).refused(NotOfFirm(FIRM))
    found().when(rectify, actor=Actor(LI), **wish, evidence=()).refused(FindingUnproved(FOUND))
    ahead = found().when(rectify, actor=Actor(LI), finding=FOUND, acted_on=days(3), evidence=(PROOF,))
    ahead.refused(DayAhead(days(3), DAY))
    over = found(RECTIFIED, RectificationVerified(FOUND, K1, FIRM, WANG, days(4)))
    over.when(rectify, actor=Actor(LI), **wish, evidence=(PROOF,)).refused(FindingClosed(days(4)))


@pytest.mark.parametrize("who", [LI, ZHAO])
def test_who_put_it_right_or_is_of_the_firm_does_not_verify_it_q74(who: Ref[Any]) -> None:
    wish: dict[str, Any] = {"finding": FOUND, "now": NOW}
    found(RECTIFIED).when(verify, actor=Actor(who), **wish, ended=days(4)).refused(RectifierVerifies(FOUND))
    back: dict[str, Any] = {"reason": Confidential("未修复"), "due": days(60)}
    found(RECTIFIED).when(send_back, actor=Actor(who), **wish, **back).refused(RectifierVerifies(FOUND))


def test_another_verifies_what_was_put_right_once_q74() -> None:
    wish: dict[str, Any] = {"finding": FOUND, "now": NOW}
    right = found(RECTIFIED).when(verify, actor=Actor(WANG), **wish, ended=days(4))
    right.then(RectificationVerified(FOUND, K1, FIRM, WANG, days(4)))
    right.when(verify, actor=Actor(WANG), **wish, ended=days(4)).then()
    right.when(verify, actor=Actor(WANG), **wish, ended=days(5)).refused(NothingToVerify(FOUND))
    found().when(verify, actor=Actor(WANG), **wish, ended=days(4)).refused(NothingToVerify(FOUND))
    found(RECTIFIED).when(verify, actor=Actor(WANG), **wish, ended=days(2)).refused(PeriodReversed(days(3), days(2)))


def test_what_is_sent_back_has_a_new_last_day_ahead() -> None:
    wish: dict[str, Any] = {"finding": FOUND, "reason": Confidential("未修复"), "now": NOW}
    back = found(RECTIFIED).when(send_back, actor=Actor(WANG), **wish, due=days(60))
    back.then(RectificationSentBack(FOUND, K1, FIRM, WANG, Confidential("未修复"), days(60)))
    back.when(verify, actor=Actor(WANG), finding=FOUND, ended=days(4), now=NOW).refused(NothingToVerify(FOUND))
    late = found(RECTIFIED).when(send_back, actor=Actor(WANG), **wish, due=NOW.date())
    late.refused(PeriodReversed(days(3), NOW.date()))


@pytest.mark.parametrize(("acted_on", "late"), [(None, True), (days(5), False), (days(6), True)])
def test_a_last_day_that_goes_by_is_recorded_once_q74(acted_on: date | None, *, late: bool) -> None:
    done = () if acted_on is None else (FindingRectified(FOUND, K1, FIRM, LI, acted_on, (PROOF,)),)
    looked = found(*done).when(fall_overdue, finding=FOUND, due=days(5))
    looked.then(*((FindingFellOverdue(FOUND, K1, FIRM, days(5)),) if late else ()))
    looked.when(fall_overdue, finding=FOUND, due=days(5)).then()
    found().when(fall_overdue, finding=FOUND, due=days(4)).then()
    assert list(watch_findings(CUT)) == [act_on(days(5) + timedelta(1), fall_overdue, finding=FOUND, due=days(5))]


@pytest.mark.xdist_group("wilds")
async def test_open_findings_by_firm_q74(wilds: Counties) -> None:
    """Q74: which findings about a firm are open or overdue, across its compounds? An inspector records and asks."""
    home = await settled(wilds)
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode="91350100M000100Y43")
    k1, k2, *_ = home.compounds
    for compound in (k1, k2):
        await home.staff.do("serviceContractSign", compound=compound, firm=firm, since="2025-03-01")
    inspector, wish = await home.acting(Role.INSPECTOR), {"firm": firm, "findingKind": "SUPPLY_CUT", "text": "停水"}
    first, second = [
        await inspector.do("findingRecord", compound=compound, **wish, since="2025-03-02", due=due)
        for compound, due in ((k1, "2025-03-05"), (k2, "2025-03-20"))
    ]
    await inspector.refused("findingVerify", "NOT_PERMITTED", finding=first, ended="2025-03-03")
    await home.far.refused("findingRecord", "NOT_PERMITTED", compound=k1, **wish, since="2025-03-02", due="2025-03-05")
    photo = command(keep, sha256="b" * 64, size=5, media_type=MediaType.JPEG)
    await home.counties.services.recorder.record(home.ledger, [photo])
    worker = await home.acting(Role.GRID_WORKER)
    assert worker.viewer is not None
    me = f"{home.ledger}:{worker.viewer.person}"
    await home.county.do("firmEmploy", person=me, firm=firm, employmentKind="STAFF", since="2025-03-01")
    proof = [f"{home.ledger}:exhibit:{'b' * 64}"]
    await worker.do("findingRectify", finding=second, actedOn="2025-03-04", evidence=proof)
    await home.staff.refused("findingVerify", "NOTHING_TO_VERIFY", finding=first, ended="2025-03-05")
    await home.staff.do("findingVerify", finding=second, ended="2025-03-05")
    query = """query ($ledger: ID!, $firm: ID!) { ledger(code: $ledger) {
        findings(firm: $firm, asOf: "2025-03-04") { totalCount }
        overdue: findings(firm: $firm, asOf: "2025-03-06", gap: OVERDUE) { edges { node { id compound { id } } } }
        serviceContracts(firm: $firm, asOf: "2025-03-06") { totalCount } } }"""
    seen = (await inspector.ask(query, ledger=home.ledger, firm=firm))["ledger"]
    assert seen["findings"]["totalCount"] == seen["serviceContracts"]["totalCount"] == 2
    assert seen["overdue"]["edges"] == [{"node": {"id": first, "compound": {"id": k1}}}]
