"""Who may rate does so once, sealed, and may change it until the round closes (BR-54, BR-55)."""

from datetime import datetime
from typing import Any

from domain.arrears import FeesFellDue
from domain.bodies import CHINA
from domain.conflicts import ConflictOfInterest, RaterClass
from domain.employments import EmploymentBegun, EmploymentKind, EmploymentOver
from domain.events import Event, Hundredths, Ref
from domain.execution import Actor, Unauthenticated
from domain.grants import NotPermitted
from domain.kinships import KinInterestNoted, KinshipKind, KinshipRecorded
from domain.raters import NotAmongRaters
from domain.ratings import (
    NoConflict,
    NothingGiven,
    NotOfPairedUnit,
    RatedOtherwise,
    RatingGiven,
    RatingTakenOut,
    ScoresUnfit,
    advise,
    rate,
    rate_for_community,
    rate_for_department,
    self_evaluate,
    take_out_rating,
)
from domain.roles import Role
from domain.rounds import NotTheRated, RoundIsClosed
from domain.secretaries import SecretaryAppointed, SecretarySource
from domain.specification import Scenario, given
from tests.county import DAY, FIRM, K1, LI, OTHER_FIRM, WANG, days
from tests.rated import (
    CLOSES,
    CUTOFF,
    GUARD,
    HISTORY,
    MANAGER,
    NOW,
    RESIDENTS,
    ROUND,
    STAFF,
    TOWNSMAN,
    by,
    points,
    role,
)

R0, R1 = RESIDENTS[:2]
BRANCH = Ref[Any]("party_organisation:b")
GIVEN = RatingGiven(ROUND, R0, RaterClass.PUBLIC, points(84), in_arrears=False)


def opened(*more: Event) -> Scenario:
    return given(*HISTORY, *more)


def conflicted(*more: Event, tie: str, person: Ref[Any] = R0) -> None:
    tried = opened(*more).when(rate, rating_round=ROUND, scores=points(84), **by(person))
    tried.refused(ConflictOfInterest(tie, FIRM))


def test_a_resident_rates_once_and_the_last_stands_br_55() -> None:
    made = opened().when(rate, rating_round=ROUND, scores=points(84), **by(R0)).then(GIVEN)
    made.when(rate, rating_round=ROUND, scores=points(84), **by(R0)).then()
    made.when(rate, rating_round=ROUND, scores=points(90), **by(R0)).then(
        RatingGiven(ROUND, R0, RaterClass.PUBLIC, points(90), in_arrears=False)
    )
    assert RatingGiven.sealed


def test_who_does_not_live_there_and_who_is_nobody_does_not_rate_br_54() -> None:
    opened().when(rate, rating_round=ROUND, scores=points(84), **by(LI)).refused(NotAmongRaters(CUTOFF))
    opened().when(rate, rating_round=ROUND, scores=points(84), now=NOW, actor=Actor()).refused(Unauthenticated)


def test_whoever_is_with_the_firm_does_not_rate_it_br_54() -> None:
    conflicted(tie="EMPLOYED_BY", person=GUARD)
    holds = EmploymentBegun(R0, FIRM, EmploymentKind.SHAREHOLDER, DAY)
    conflicted(holds, tie="EMPLOYED_BY")
    left = EmploymentOver(R0, FIRM, EmploymentKind.SHAREHOLDER, DAY, CUTOFF)
    conflicted(holds, left, tie="LEFT_LATELY")
    long_ago = EmploymentOver(R0, FIRM, EmploymentKind.SHAREHOLDER, DAY, days(1))
    conflicted(holds, long_ago, tie="LEFT_LATELY")
    elsewhere = EmploymentBegun(R0, OTHER_FIRM, EmploymentKind.STAFF, DAY)
    opened(elsewhere).when(rate, rating_round=ROUND, scores=points(84), **by(R0)).then(GIVEN)


def test_a_spouse_of_such_a_person_does_not_rate_it_br_54() -> None:
    married = KinshipRecorded(R0, GUARD, KinshipKind.SPOUSE, DAY)
    conflicted(married, KinInterestNoted(R0, GUARD, FIRM, EmploymentKind.GUARD, DAY, None), tie="KIN_EMPLOYED")


def test_a_secretary_on_the_firms_staff_is_found_by_the_records_br_54() -> None:
    """X30: the branch secretary B1 is the firm's deputy manager and rates as the community."""
    both = (
        SecretaryAppointed(BRANCH, STAFF, SecretarySource.FIRM_MEMBER, DAY, None),
        EmploymentBegun(STAFF, FIRM, EmploymentKind.STAFF, DAY),
    )
    tried = opened(*both).when(rate_for_community, rating_round=ROUND, scores=points(80), **by(STAFF))
    tried.refused(ConflictOfInterest("EMPLOYED_BY", FIRM))
    other = (both[0], EmploymentBegun(STAFF, OTHER_FIRM, EmploymentKind.STAFF, DAY))
    tried = opened(*other).when(rate_for_community, rating_round=ROUND, scores=points(80), **by(STAFF))
    tried.refused(ConflictOfInterest("SECRETARY_ON_STAFF", OTHER_FIRM))


def test_who_inspects_never_scores_br_54() -> None:
    inspects = role(R0, Role.INSPECTOR, None)
    tried = opened(inspects).when(rate, rating_round=ROUND, scores=points(84), **by(R0))
    tried.refused(ConflictOfInterest("INSPECTS", "INSPECTOR"))


def test_a_committees_member_rates_the_firm_as_the_community_only_br_54() -> None:
    sits = role(R0, Role.COMMITTEE, K1)
    opened(sits).when(rate, rating_round=ROUND, scores=points(84), **by(R0)).refused(
        ConflictOfInterest("SITS_ON_COMMITTEE", K1)
    )
    opened(sits).when(rate_for_community, rating_round=ROUND, scores=points(84), **by(R0)).then(
        RatingGiven(ROUND, R0, RaterClass.COMMUNITY, points(84), in_arrears=False)
    )


def test_the_firm_evaluates_itself_by_who_speaks_for_it_br_51() -> None:
    itself = RatingGiven(ROUND, MANAGER, RaterClass.SELF, points(98), in_arrears=False)
    opened().when(self_evaluate, rating_round=ROUND, scores=points(98), **by(MANAGER)).then(itself)
    opened().when(self_evaluate, rating_round=ROUND, scores=points(98), **by(GUARD)).refused(NotTheRated("FIRM"))
    holder = role(WANG, Role.FIRM, FIRM)
    opened(holder).when(self_evaluate, rating_round=ROUND, scores=points(98), **by(WANG)).then(
        RatingGiven(ROUND, WANG, RaterClass.SELF, points(98), in_arrears=False)
    )


def test_fees_owed_are_flagged_and_take_no_voice_br_54() -> None:
    opened(FeesFellDue(R0, K1, DAY)).when(rate, rating_round=ROUND, scores=points(84), **by(R0)).then(
        RatingGiven(ROUND, R0, RaterClass.PUBLIC, points(84), in_arrears=True)
    )


def test_roles_rate_for_the_community_and_the_department() -> None:
    opened().when(rate_for_community, rating_round=ROUND, scores=points(80), **by(STAFF)).then(
        RatingGiven(ROUND, STAFF, RaterClass.COMMUNITY, points(80), in_arrears=False)
    )
    opened().when(rate_for_department, rating_round=ROUND, scores=points(75), **by(TOWNSMAN)).then(
        RatingGiven(ROUND, TOWNSMAN, RaterClass.DEPARTMENT, points(75), in_arrears=False)
    )
    opened().when(rate_for_department, rating_round=ROUND, scores=points(75), **by(STAFF)).refused(NotPermitted)
    opened().when(advise, rating_round=ROUND, scores=points(75), **by(R0)).refused(NotOfPairedUnit)


def test_nobody_rates_as_two_things_br_55() -> None:
    both = opened(GIVEN, role(R0, Role.COMMUNITY, None))
    both.when(rate_for_community, rating_round=ROUND, scores=points(84), **by(R0)).refused(RatedOtherwise("PUBLIC"))


def test_scores_fit_the_criteria_br_50() -> None:
    for scores in ((Hundredths(4000),), (Hundredths(4001), Hundredths(0)), (), (*points(84), Hundredths(0))):
        tried = opened().when(rate, rating_round=ROUND, scores=scores, **by(R0))
        tried.refused(ScoresUnfit((Hundredths(4000), Hundredths(6000))))


def test_nobody_rates_from_the_day_on_which_it_closes_br_55() -> None:
    late = datetime(2025, 7, 20, 0, tzinfo=CHINA)
    opened().when(rate, rating_round=ROUND, scores=points(84), actor=Actor(R0), now=late).refused(RoundIsClosed(CLOSES))


def test_a_conflict_that_is_entered_later_takes_the_rating_out_br_54() -> None:
    late = EmploymentBegun(R0, FIRM, EmploymentKind.GUARD, DAY)
    out = opened(GIVEN, late).when(take_out_rating, rating_round=ROUND, person=R0, **by(TOWNSMAN))
    out.then(RatingTakenOut(ROUND, R0, "EMPLOYED_BY"))
    out.when(take_out_rating, rating_round=ROUND, person=R0, **by(TOWNSMAN)).then()
    opened(GIVEN).when(take_out_rating, rating_round=ROUND, person=R0, **by(TOWNSMAN)).refused(NoConflict)
    opened().when(take_out_rating, rating_round=ROUND, person=R1, **by(TOWNSMAN)).refused(NothingGiven)
