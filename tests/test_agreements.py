"""A firm's branch and a community committee build together (X59)."""

from typing import Any

import pytest

from domain.agreements import AgreementInForce, JointBuildingEnded, JointBuildingSigned, SignatoryUnfit, end, sign
from domain.events import Event, Ref
from domain.parties import PartyKind, PartyOrganisationEstablished
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import born, given
from tests.county import C1, COUNTY, DAY, FIRM, days

BRANCH, COMMITTEE = (Ref[Any](f"party_organisation:{name}") for name in ("firm", "committee"))
PARTIES: tuple[Event, ...] = (
    *COUNTY,
    PartyOrganisationEstablished(BRANCH, FIRM, "支部", PartyKind.FIRM_BRANCH, 2, DAY),
    PartyOrganisationEstablished(COMMITTEE, C1, "党委", PartyKind.COMMUNITY_COMMITTEE, 1, DAY, C1),
)
BOTH: dict[str, Any] = {"firm_branch": BRANCH, "community_committee": COMMITTEE}
MADE = Ref[Any]("joint_building:j")
SIGNED = JointBuildingSigned(MADE, BRANCH, FIRM, COMMITTEE, DAY, days(365))


def test_two_sign_once_for_a_time() -> None:
    made = given(*PARTIES).when(sign, **BOTH, since=DAY, until=days(365))
    made.then(JointBuildingSigned(born("joint_building"), BRANCH, FIRM, COMMITTEE, DAY, days(365)))
    signed = given(*PARTIES, SIGNED)
    signed.when(sign, **BOTH, since=days(364)).refused(AgreementInForce(DAY, days(365)))
    assert signed.when(sign, **BOTH, since=days(365)).new
    given(*PARTIES).when(sign, **BOTH, since=DAY, until=DAY).refused(PeriodReversed(DAY, DAY))


@pytest.mark.parametrize(
    ("two", "told"),
    [
        ({**BOTH, "firm_branch": COMMITTEE}, SignatoryUnfit(COMMITTEE, "FIRM_BRANCH")),
        ({**BOTH, "community_committee": BRANCH}, SignatoryUnfit(BRANCH, "COMMUNITY_COMMITTEE")),
    ],
    ids=["no firm's", "no community's"],
)
def test_others_do_not_sign(two: dict[str, Any], told: SignatoryUnfit) -> None:
    given(*PARTIES).when(sign, **two, since=DAY).refused(told)


def test_an_agreement_ends_early_once() -> None:
    over = given(*PARTIES, SIGNED).when(end, joint_building=MADE, ended=days(9))
    over.then(JointBuildingEnded(MADE, BRANCH, COMMITTEE, DAY, days(9)))
    over.when(end, joint_building=MADE, ended=days(9)).then()
    over.when(end, joint_building=MADE, ended=days(10)).refused(AlreadySo(days(9)))
    over.when(end, joint_building=MADE, ended=days(8)).refused(AlreadySo(days(9)))
    given(*PARTIES, SIGNED).when(end, joint_building=MADE, ended=days(366)).refused(AlreadySo(days(365)))
    given(*PARTIES, SIGNED).when(end, joint_building=MADE, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
