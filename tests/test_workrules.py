"""What is on the wall is what the commission approved, to the byte (Q46, BR-92)."""

from dataclasses import replace
from typing import Any

import pytest

from domain.events import Confidential, Ref
from domain.execution import Actor
from domain.exhibits import ExhibitKept, MediaType, keep
from domain.grants import GrantGiven
from domain.periods import DayAhead
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from domain.venues import VenueKind, VenueRegistered
from domain.workrules import (
    PostedTextDiffers,
    RuleClass,
    RuleNotApproved,
    RuleStageUnfit,
    WorkRuleApproved,
    WorkRuleDrafted,
    WorkRulePosted,
    WorkRuleReturned,
    WorkRuleSubmitted,
    approve,
    draft,
    post,
    revise,
    send_back,
    submit,
)
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, K1, LI, days
from tests.hometown import settled
from tests.recording import command

RULE, V1, V2 = Ref[Any]("work_rule:one"), Ref[Any]("exhibit:v1"), Ref[Any]("exhibit:v2")
WALL = Ref[Any]("venue:wall")
REVIEWER, WHY = Actor(LI), Confidential("职责不清")
FIRST = WorkRuleDrafted(RULE, C1, RuleClass.DUTY, "值班制度", 1, V1)
SECOND = replace(FIRST, rule_version=2, rule_text=V2)
HERE = (
    *COUNTY,
    GrantGiven(Ref("grant:plac"), LI, Role.PLAC, None, DAY),
    VenueRegistered(WALL, K1, VenueKind.STATION, "站", None, DAY),
    *(ExhibitKept(text, "0" * 64, 5, MediaType.PDF) for text in (V1, V2)),
)


def drafted(*more: Any) -> Scenario:
    return given(*HERE, FIRST, *more)


def on_wall(text: Ref[Any]) -> dict[str, Any]:
    return {"work_rule": RULE, "venue": WALL, "rule_text": text, "posted_on": DAY}


def test_a_rule_is_drafted_submitted_and_approved_once_br_92() -> None:
    named: dict[str, Any] = {"community": C1, "rule_text": V1, "rule_class": RuleClass.DUTY, "name": "值班制度"}
    given(*HERE).when(draft, **named).then(replace(FIRST, work_rule=born("work_rule")))
    sent = drafted().when(submit, work_rule=RULE).then(WorkRuleSubmitted(RULE, 1))
    sent.when(submit, work_rule=RULE).then()
    approved = sent.when(approve, work_rule=RULE, actor=REVIEWER).then(WorkRuleApproved(RULE, 1, V1, LI))
    approved.when(approve, work_rule=RULE, actor=REVIEWER).then()
    drafted().when(approve, work_rule=RULE, actor=REVIEWER).refused(RuleStageUnfit(1, "DRAFT", ("SUBMITTED",)))
    approved.when(submit, work_rule=RULE).refused(RuleStageUnfit(1, "APPROVED", ("DRAFT",)))


def test_what_is_returned_is_revised_as_the_next_version_br_92() -> None:
    back = drafted(WorkRuleSubmitted(RULE, 1)).when(send_back, work_rule=RULE, comment=WHY, actor=REVIEWER)
    back.then(WorkRuleReturned(RULE, 1, LI, WHY))
    back.when(revise, work_rule=RULE, rule_text=V1).then()
    back.when(revise, work_rule=RULE, rule_text=V2).then(SECOND)
    drafted().when(revise, work_rule=RULE, rule_text=V2).refused(RuleStageUnfit(1, "DRAFT", ("RETURNED", "APPROVED")))
    drafted().when(send_back, work_rule=RULE, comment=WHY, actor=REVIEWER).refused(
        RuleStageUnfit(1, "DRAFT", ("SUBMITTED",))
    )


def test_only_the_approved_text_goes_on_the_wall_br_92() -> None:
    drafted().when(post, **on_wall(V1)).refused(RuleNotApproved(1, "DRAFT"))
    approved = drafted(SECOND, WorkRuleApproved(RULE, 2, V2, LI))
    approved.when(post, **on_wall(V1)).refused(PostedTextDiffers(2, V2, V1))
    posted = approved.when(post, **on_wall(V2)).then(WorkRulePosted(RULE, WALL, 2, V2, DAY))
    posted.when(post, **on_wall(V2)).then()
    approved.when(post, **{**on_wall(V2), "posted_on": days(1)}).refused(DayAhead(days(1), NOON.date()))


@pytest.mark.xdist_group("wilds")
async def test_s12_work_rules_on_the_wall_q46(wilds: Counties) -> None:
    """S12, Q46: unapproved is not posted, a returned rule comes back as version 2, and version 1 differs from it."""
    home = await settled(wilds)
    texts = []
    for digest in ("a" * 64, "b" * 64):
        kept = command(keep, sha256=digest, size=5, media_type=MediaType.PDF)
        await home.counties.services.recorder.record(home.ledger, [kept])
        texts.append(f"{home.ledger}:exhibit:{digest}")
    named = {"community": home.c1, "ruleText": texts[0], "ruleClass": "DUTY", "name": "值班制度"}
    rule = await home.staff.do("workRuleDraft", **named)
    venue = await home.staff.do(
        "venueRegister", location=home.compounds[0], venueKind="STATION", name="站", since="2025-03-01"
    )
    wall = {"workRule": rule, "venue": venue, "postedOn": "2025-04-01"}
    await home.staff.refused("workRulePost", "RULE_NOT_APPROVED", **wall, ruleText=texts[0])
    await home.staff.do("workRuleSubmit", workRule=rule)
    commission = await home.acting(Role.PLAC)
    await home.staff.refused("workRuleApprove", "NOT_PERMITTED", workRule=rule)
    await commission.do("workRuleSendBack", workRule=rule, comment="职责不清")
    await home.staff.do("workRuleRevise", workRule=rule, ruleText=texts[1])
    await home.staff.do("workRuleSubmit", workRule=rule)
    await commission.do("workRuleApprove", workRule=rule)
    differs = await home.staff.refused("workRulePost", "POSTED_TEXT_DIFFERS", **wall, ruleText=texts[0])
    assert (differs["approved"], differs["posted"], differs["ruleVersion"]) == (texts[1], texts[0], 2)
    await home.staff.do("workRulePost", **wall, ruleText=texts[1])
    told = "ruleVersion stage approvedVersion comment"
    [shown] = await home.read(home.public, "workRules", told, community=home.c1)
    assert shown == {"ruleVersion": 2, "stage": "APPROVED", "approvedVersion": 2, "comment": None}
    out_of_date = {"gap": "OUT_OF_DATE", "asOf": "2025-06-01"}
    assert await home.read(home.public, "postedRules", "ruleVersion", **out_of_date) == []
    await home.staff.do("workRuleRevise", workRule=rule, ruleText=texts[0])
    await home.staff.do("workRuleSubmit", workRule=rule)
    await commission.do("workRuleApprove", workRule=rule)
    assert await home.read(home.public, "postedRules", "ruleVersion", **out_of_date) == [{"ruleVersion": 2}]
