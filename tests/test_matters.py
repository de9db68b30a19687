"""A matter goes through five steps, and a forum counts when all four parties are there (Q25 to Q30, S3)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.compounds import ServiceMode, ServiceModeSet
from domain.evaluations import ScoreUnfit
from domain.events import Confidential, Event, Hundredths, Ref
from domain.execution import Actor
from domain.firms import completed
from domain.matters import (
    AssemblyRequired,
    ForumHeld,
    ForumKind,
    ForumParty,
    MajorMatterGated,
    MatterDeclined,
    MatterDone,
    MatterEvaluated,
    MatterHandedOut,
    MatterNeedsAssembly,
    MatterRaised,
    MatterRated,
    MatterVerified,
    NobodyRated,
    NotResident,
    StepUnfit,
    close_evaluation,
    decline,
    deliberate,
    finish,
    gate,
    hand_out,
    raise_matter,
    rate,
    verify,
)
from domain.periods import AlreadySo, DayAhead, PeriodReversed
from domain.residents import ResidenceKind, ResidentRegistered
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, FIRM, K1, LI, WANG, days
from tests.hometown import of, own_name, settled

ONE = Ref[Any]("matter:one")
TEXT, WHY = Confidential("更换大门"), Confidential("不属本小区")
RAISED = MatterRaised(ONE, K1, C1, FIRM, LI, TEXT, DAY)
BRANCH, COMMITTEE, FIRMS, RESIDENTS, COMMUNITY = ForumParty
FOUR = (BRANCH, COMMITTEE, FIRMS, RESIDENTS)
RESIDENT = Actor(LI)
VERIFIED = MatterVerified(ONE, needs_assembly=False)


def forum(number: int = 1, parties: tuple[ForumParty, ...] = FOUR, conclusion: str | None = "更换") -> ForumHeld:
    absent = tuple(party for party in FOUR if party not in parties)
    return ForumHeld(ONE, K1, number, ForumKind.HALL, parties, absent, not absent, conclusion, DAY)


def raised(*more: Event) -> Scenario:
    home = ResidentRegistered(LI, K1, C1, K1, ResidenceKind.OWNER, DAY)
    return given(*COUNTY, ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY), home, RAISED, *more)


def holding(**other: Any) -> dict[str, Any]:
    facts = {"matter": ONE, "forum_kind": ForumKind.HALL, "forum_parties": FOUR, "conclusion": "更换", "forum_on": DAY}
    return {**facts, **other}


def test_a_resident_raises_a_matter_of_their_own_compound_q26() -> None:
    made = raised().when(raise_matter, compound=K1, matter_text=TEXT, actor=RESIDENT, command="new")
    made.then(replace(RAISED, matter=born("matter", "new")))
    raised().when(raise_matter, compound=K1, matter_text=TEXT, actor=Actor(WANG)).refused(NotResident(K1))


def test_the_branch_verifies_or_declines_once_q27() -> None:
    fit = raised().when(verify, matter=ONE).then(VERIFIED)
    fit.when(verify, matter=ONE).then()
    fit.when(decline, matter=ONE, reason=WHY).refused(StepUnfit("VERIFIED", ("RAISED",)))
    gone = raised().when(decline, matter=ONE, reason=WHY).then(MatterDeclined(ONE, WHY))
    gone.when(decline, matter=ONE, reason=WHY).then()
    gone.when(deliberate, **holding()).refused(StepUnfit("DECLINED", ("VERIFIED", "DELIBERATED")))


def test_a_forum_without_one_of_the_four_parties_was_held_and_is_not_valid_br_49() -> None:
    three = (BRANCH, COMMITTEE, RESIDENTS)
    alone = raised(VERIFIED).when(deliberate, **holding(forum_parties=three)).then(forum(parties=three))
    alone.when(hand_out, matter=ONE, in_charge=FIRM).refused(StepUnfit("VERIFIED", ("DELIBERATED",)))
    second = alone.when(deliberate, **holding()).then(forum(2))
    second.when(hand_out, matter=ONE, in_charge=FIRM, helpers=(C1,)).then(MatterHandedOut(ONE, FIRM, (C1,)))


def test_where_no_firm_serves_the_community_takes_its_place_br_49() -> None:
    own = given(*COUNTY, replace(RAISED, serving_firm=None), VERIFIED)
    there = (BRANCH, COMMITTEE, RESIDENTS, COMMUNITY)
    [held] = own.when(deliberate, **holding(forum_parties=there)).new
    assert isinstance(held, ForumHeld)
    assert held.forum_valid
    [without] = own.when(deliberate, **holding()).new
    assert isinstance(without, ForumHeld)
    assert without.absent_parties == (COMMUNITY,)


def test_forums_follow_one_another_and_are_not_ahead() -> None:
    raised(VERIFIED).when(deliberate, **holding(forum_on=days(-1))).refused(PeriodReversed(DAY, days(-1)))
    raised(VERIFIED).when(deliberate, **holding(forum_on=days(1))).refused(DayAhead(days(1), NOON.date()))


def test_what_needs_the_owners_assembly_waits_for_it_br_05() -> None:
    large = raised(MatterVerified(ONE, needs_assembly=True)).when(deliberate, **holding())
    large.then(forum(), AssemblyRequired(ONE, K1))
    large.when(hand_out, matter=ONE, in_charge=FIRM).refused(MatterNeedsAssembly)


def test_residents_evaluate_what_is_done_and_the_last_score_stands_br_51() -> None:
    done = raised(VERIFIED, forum(), MatterHandedOut(ONE, FIRM, ()), MatterDone(ONE, DAY))
    done.when(close_evaluation, matter=ONE).refused(NobodyRated)
    rated = done.when(rate, matter=ONE, public_score=Hundredths(80_00), actor=RESIDENT)
    rated.then(MatterRated(ONE, LI, Hundredths(80_00)))
    rated.when(rate, matter=ONE, public_score=Hundredths(80_00), actor=RESIDENT).then()
    again = rated.when(rate, matter=ONE, public_score=Hundredths(91_00), actor=RESIDENT)
    again.when(close_evaluation, matter=ONE).then(MatterEvaluated(ONE, K1, 1, 91_00)).when(
        close_evaluation, matter=ONE
    ).then()
    done.when(rate, matter=ONE, public_score=100_01, actor=RESIDENT).refused(
        ScoreUnfit(Hundredths(100_01), Hundredths(100_00))
    )
    done.when(rate, matter=ONE, public_score=1, actor=Actor(WANG)).refused(NotResident(K1))
    raised().when(rate, matter=ONE, public_score=1, actor=RESIDENT).refused(StepUnfit("RAISED", ("DONE",)))


def test_it_is_done_once_and_after_what_was_agreed_on_q29() -> None:
    out = raised(VERIFIED, forum(), MatterHandedOut(ONE, FIRM, ()))
    out.when(finish, matter=ONE, finished_on=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    done = out.when(finish, matter=ONE, finished_on=DAY).then(MatterDone(ONE, DAY))
    done.when(finish, matter=ONE, finished_on=DAY).then()
    done.when(finish, matter=ONE, finished_on=days(-1)).refused(AlreadySo(DAY))
    out.when(hand_out, matter=ONE, in_charge=FIRM).then()
    out.when(hand_out, matter=ONE, in_charge=C1).refused(StepUnfit("HANDLED", ("DELIBERATED",)))


@pytest.mark.xdist_group("wilds")
async def test_s3_a_matter_through_seven_forums_of_which_six_are_valid_x69(wilds: Counties) -> None:
    """S3 steps 1, 2 and 6: X69, X78, X80, Q25, Q26, Q27, Q28, Q29, Q30; 31 residents evaluate, the mean is 91.00."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    firm = await home.county.do(
        "firmRegister", ledger=home.ledger, name="物业", creditCode=completed("91140423DEM000001")
    )
    serves = {"serviceMode": "MARKET", "provider": firm, "since": "2024-01-01"}
    await home.staff.do("compoundSetService", compound=k1, **serves)
    residents = [await own_name(home, f"居民{n}") for n in range(31)]
    for resident in residents:
        lives = {"person": of(resident), "residenceKind": "OWNER", "since": "2024-01-01"}
        await home.staff.do("compoundRegisterResident", compound=k1, **lives)
    matter = await residents[0].do("matterRaise", compound=k1, matterText="更换线路、大门，新增绿化与停车位")
    branch = await home.acting(Role.BRANCH, home.c1)
    await home.staff.refused("matterVerify", "NOT_PERMITTED", matter=matter)
    await branch.do("matterVerify", matter=matter)
    today = datetime.now(CHINA).date()
    for n in range(1, 8):
        parties = ["BRANCH", "COMMITTEE", "RESIDENTS", *([] if n == 3 else ["FIRM"])]
        kind = ("HEART_TO_HEART", "COORDINATION", "HALL")[n % 3]
        held = {"forumKind": kind, "forumParties": parties, "forumOn": today.isoformat()}
        await branch.do("matterDeliberate", matter=matter, **held, conclusion="同意" if n == 7 else None)
    [told] = await home.read(home.public, "matters", "step forumsHeld forumsValid matterText", compound=k1)
    assert told == {"step": "DELIBERATED", "forumsHeld": 7, "forumsValid": 6, "matterText": None}
    own = "{ viewer { ownMatters { edges { node { matterText } } } } }"
    [mine] = (await residents[0].ask(own))["viewer"]["ownMatters"]["edges"]
    assert mine["node"]["matterText"] == "更换线路、大门，新增绿化与停车位"
    assert (await residents[1].ask(own))["viewer"]["ownMatters"]["edges"] == []
    [lacking] = await home.read(home.public, "forums", "forumNo absentParties", matter=matter, forumValid=False)
    assert lacking == {"forumNo": 3, "absentParties": ["FIRM"]}
    await branch.do("matterHandOut", matter=matter, inCharge=firm, helpers=[home.c1])
    await branch.do("matterFinish", matter=matter, finishedOn=today.isoformat())
    for resident in residents:
        await resident.do("matterRate", matter=matter, publicScore="91.00")
    await branch.do("matterCloseEvaluation", matter=matter)
    query = """query ($l: ID!) { ledger(code: $l) { matters { groups(by: STEP) { value count } }
        figures(keys: ["mattersThroughFiveSteps"]) { value } } }"""
    seen = (await home.public.ask(query, l=home.ledger))["ledger"]
    assert seen["matters"]["groups"] == [{"value": "EVALUATED", "count": 1}]
    assert [figure["value"] for figure in seen["figures"]] == [1]
    [closed] = await home.read(home.public, "matters", "ratingsGiven scoreSum", compound=k1)
    assert closed == {"ratingsGiven": 31, "scoreSum": 31 * 91_00}


def test_the_committee_sends_a_major_matter_to_the_owners_q73() -> None:
    agreed = raised(VERIFIED, forum())
    sent = agreed.when(gate, matter=ONE, to_assembly=True)
    sent.then(MajorMatterGated(ONE, to_assembly=True), AssemblyRequired(ONE, K1))
    sent.when(hand_out, matter=ONE, in_charge=FIRM).refused(MatterNeedsAssembly)
    sent.when(gate, matter=ONE, to_assembly=False).refused(MatterNeedsAssembly)
    sent.when(gate, matter=ONE, to_assembly=True).then()
    clear = agreed.when(gate, matter=ONE, to_assembly=False).then(MajorMatterGated(ONE, to_assembly=False))
    assert clear.when(hand_out, matter=ONE, in_charge=FIRM).refusal is None
