"""What is rated is shown to be that by what is recorded on the cut-off date (BR-50, BR-54)."""

from typing import Any

from domain.openings import NotRatedHere, RoundOpenAlready, RoundTooShort, open_for_firm_rating_round
from domain.periods import DayAhead
from domain.rounds import RatingRoundOpened
from domain.rubrics import RubricTakenIntoUse, RubricVersionUnknown
from domain.specification import born, given
from tests.county import FIRM, K1, K2, OTHER_FIRM, days
from tests.rated import BEFORE, CLOSES, CUTOFF, HISTORY, NOW, ROUND, RUBRIC, TOWNSMAN, by

WISH: dict[str, Any] = {
    "compound": K1,
    "firm": FIRM,
    "rubric": RUBRIC,
    "rubric_version": 1,
    "cutoff": CUTOFF,
    "closes_on": CLOSES,
}


def test_a_firm_is_rated_where_it_serves_br_54() -> None:
    made = given(*BEFORE).when(open_for_firm_rating_round, **WISH, **by(TOWNSMAN))
    assert made.new[0] == RubricTakenIntoUse(RUBRIC, 1)
    assert isinstance(made.new[1], RatingRoundOpened)
    assert (made.new[1].rating_round, made.new[1].concerned) == (born("rating_round"), (FIRM,))
    for wrong in ({"firm": OTHER_FIRM}, {"compound": K2}, {"cutoff": days(-1)}):
        given(*BEFORE).when(open_for_firm_rating_round, **{**WISH, **wrong}, **by(TOWNSMAN)).refused(NotRatedHere)


def test_a_round_has_fit_days_and_a_version_and_is_not_opened_twice_br_50() -> None:
    today = NOW.date()
    for wrong, refusal in (
        ({"closes_on": today}, RoundTooShort(today)),
        ({"cutoff": CLOSES}, DayAhead(CLOSES, today)),
        ({"rubric_version": 2}, RubricVersionUnknown(2, 1)),
    ):
        given(*BEFORE).when(open_for_firm_rating_round, **{**WISH, **wrong}, **by(TOWNSMAN)).refused(refusal)
    given(*HISTORY).when(open_for_firm_rating_round, **WISH, **by(TOWNSMAN)).refused(RoundOpenAlready(ROUND, CLOSES))
