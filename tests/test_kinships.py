"""Relatives are on record for conflicts of interest alone, and their firms are noted of each other (BR-54)."""

from typing import Any

from domain.employments import EmploymentBegun, EmploymentKind, EmploymentOver
from domain.kinships import (
    KinInterestNoted,
    KinshipEnded,
    KinshipKind,
    KinshipRecorded,
    NotRelated,
    OwnRelative,
    RelatedAlready,
    end_kinship,
    follow_employment,
    follow_kinship,
    note_interests,
    record_kinship,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.reactions import act
from tests.county import COUNTY, DAY, FIRM, LI, WANG, afterwards, days

SPOUSE = KinshipKind.SPOUSE
MARRIED = KinshipRecorded(WANG, LI, SPOUSE, DAY)
GUARD = EmploymentBegun(LI, FIRM, EmploymentKind.GUARD, DAY)
PAIR: dict[str, Any] = {"person": WANG, "relative": LI, "kinship_kind": SPOUSE}
OTHER_WAY: dict[str, Any] = {"person": LI, "relative": WANG, "kinship_kind": SPOUSE}


def test_two_are_related_once_whichever_is_named_first_br_54() -> None:
    made = afterwards(*COUNTY).when(record_kinship, **PAIR, since=DAY).then(MARRIED)
    made.when(record_kinship, **OTHER_WAY, since=DAY).then()
    made.when(record_kinship, **OTHER_WAY, since=days(1)).refused(AlreadySo(DAY))
    afterwards(*COUNTY).when(record_kinship, **{**PAIR, "relative": WANG}, since=DAY).refused(OwnRelative(WANG))


def test_it_ends_once_and_may_begin_again_later() -> None:
    over = afterwards(*COUNTY, MARRIED).when(end_kinship, **PAIR, ended=days(9))
    over.then(KinshipEnded(WANG, LI, SPOUSE, DAY, days(9)))
    over.when(end_kinship, **PAIR, ended=days(9)).then()
    over.when(end_kinship, **PAIR, ended=days(8)).refused(NotRelated(LI))
    over.when(record_kinship, **PAIR, since=days(8)).refused(RelatedAlready(DAY))
    over.when(record_kinship, **PAIR, since=days(9)).then(KinshipRecorded(WANG, LI, SPOUSE, days(9)))
    afterwards(*COUNTY, MARRIED).when(end_kinship, **PAIR, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


def test_what_one_does_with_a_firm_is_noted_of_the_other_br_54() -> None:
    noted = KinInterestNoted(WANG, LI, FIRM, EmploymentKind.GUARD, DAY, None)
    made = afterwards(*COUNTY, MARRIED, GUARD).when(note_interests, person=LI).then(noted)
    made.when(note_interests, person=LI).then()
    made.when(note_interests, person=WANG).then()
    left = afterwards(*COUNTY, MARRIED, GUARD, noted, EmploymentOver(LI, FIRM, EmploymentKind.GUARD, DAY, days(9)))
    left.when(note_interests, person=LI).then(KinInterestNoted(WANG, LI, FIRM, EmploymentKind.GUARD, DAY, days(9)))


def test_noting_follows_by_itself() -> None:
    assert list(follow_kinship(MARRIED)) == [act(note_interests, person=WANG), act(note_interests, person=LI)]
    assert list(follow_employment(GUARD)) == [act(note_interests, person=LI)]
