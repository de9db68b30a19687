"""What is recorded of a person is looked at as of the cut-off date (BR-54)."""

from datetime import date

import pytest

from domain.arrears import FeesFellDue, FeesPaid
from domain.conflicts import RatedKind, RaterClass, Tie
from domain.employments import EmploymentBegun, EmploymentKind, EmploymentOver
from domain.events import Ref
from domain.kinships import KinInterestNoted, KinshipEnded, KinshipKind, KinshipRecorded
from domain.raters import Matter, NotAmongRaters, Rater
from domain.residents import ResidenceKind, ResidentRegistered
from tests.county import C1, DAY, FIRM, K1, K2, LI, OTHER_FIRM, WANG, days

EMPLOYED = EmploymentBegun(LI, FIRM, EmploymentKind.STAFF, DAY)
LEFT = EmploymentOver(LI, FIRM, EmploymentKind.STAFF, DAY, date(2025, 4, 1))


@pytest.mark.parametrize(
    ("cutoff", "ties"),
    [
        (days(-1), set()),
        (DAY, {Tie.EMPLOYED_BY}),
        (date(2025, 3, 31), {Tie.EMPLOYED_BY}),
        (date(2025, 4, 1), {Tie.LEFT_LATELY}),
        (date(2025, 5, 31), {Tie.LEFT_LATELY}),
        (date(2025, 6, 1), set()),
    ],
)
def test_who_left_the_firm_stays_tied_through_the_cool_off_br_54(cutoff: date, ties: set[Tie]) -> None:
    rater = Rater(LI).evolve(EMPLOYED).evolve(LEFT)
    of = Matter(RatedKind.FIRM, cutoff, cutoff, months=2, rated=FIRM, firms=frozenset({FIRM}))
    assert rater.ties(of).keys() == ties


MARRIED = KinshipRecorded(LI, WANG, KinshipKind.SPOUSE, DAY)
THEIRS = KinInterestNoted(LI, WANG, FIRM, EmploymentKind.STAFF, days(1), days(9))


@pytest.mark.parametrize(
    ("cutoff", "tied"),
    [(DAY, False), (days(1), True), (days(8), True), (days(9), True), (days(39), True), (days(40), False)],
)
def test_a_relative_with_the_firm_ties_and_through_the_cool_off_br_54(cutoff: date, *, tied: bool) -> None:
    """With the firm from 2 to 9 March; a month of cool-off ends on 10 April."""
    rater = Rater(LI).evolve(MARRIED).evolve(THEIRS)
    of = Matter(RatedKind.FIRM, cutoff, cutoff, months=1, rated=FIRM, firms=frozenset({FIRM}))
    assert (Tie.KIN_EMPLOYED in rater.ties(of)) is tied


def test_only_relatives_of_the_day_and_firms_that_it_is_about_tie_br_54() -> None:
    on = days(5)
    of = Matter(RatedKind.FIRM, on, on, rated=FIRM, firms=frozenset({FIRM}))
    rater = Rater(LI).evolve(MARRIED).evolve(THEIRS)
    assert rater.ties(of).keys() == {Tie.KIN_EMPLOYED}
    assert not rater.ties(of._replace(firms=frozenset({OTHER_FIRM})))
    assert not rater.evolve(KinshipEnded(LI, WANG, KinshipKind.SPOUSE, DAY, on)).ties(of)
    assert not Rater(LI).evolve(THEIRS).ties(of)


@pytest.mark.parametrize(
    ("kind", "rated", "refused"),
    [
        (ResidenceKind.OWNER, RatedKind.COMMITTEE, False),
        (ResidenceKind.OCCUPANT, RatedKind.COMMITTEE, True),
        (ResidenceKind.OCCUPANT, RatedKind.FIRM, False),
        (None, RatedKind.FIRM, True),
    ],
)
def test_residents_rate_as_the_public_and_a_committee_only_owners_br_54(
    kind: ResidenceKind | None, rated: RatedKind, *, refused: bool
) -> None:
    rater = Rater(LI).evolve(ResidentRegistered(LI, K1, C1, K1, kind, DAY)) if kind else Rater(LI)
    of = Matter(rated, DAY, DAY, places=frozenset({K1}))
    if refused:
        with pytest.raises(NotAmongRaters):
            rater.check(of, RaterClass.PUBLIC)
    else:
        rater.check(of, RaterClass.PUBLIC)
    rater.check(of, RaterClass.DEPARTMENT)


def test_who_owes_fees_there_that_day_is_flagged_br_54() -> None:
    owing = Rater(LI).evolve(FeesFellDue(LI, K1, DAY))
    of = Matter(RatedKind.FIRM, DAY, DAY, places=frozenset({K1}))
    assert owing.owes(of)
    assert not owing.owes(of._replace(cutoff=days(-1)))
    assert not owing.owes(of._replace(places=frozenset({K2})))
    assert not owing.evolve(FeesPaid(LI, K1, DAY, days(3))).owes(of._replace(cutoff=days(3)))


def test_a_person_who_is_rated_speaks_for_themselves_alone_br_54() -> None:
    of = Matter(RatedKind.SECRETARY, DAY, DAY, person=LI, rated=Ref("party_organisation:p"))
    assert Rater(LI).speaks_for(of)
    assert not Rater(WANG).speaks_for(of)
