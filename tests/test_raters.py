"""What is recorded of a person is looked at as of the cut-off date (BR-54)."""

from datetime import date

import pytest

from domain.conflicts import RatedKind, Tie
from domain.employments import EmploymentBegun, EmploymentKind, EmploymentOver
from domain.raters import Matter, Rater
from tests.county import DAY, FIRM, LI, days

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
