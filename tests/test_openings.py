"""What is rated is shown to be that by what is recorded on the cut-off date (BR-50, BR-54)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.committees import CommitteeDissolved, OwnersCommitteeElected
from domain.conflicts import RatedKind
from domain.coverages import GridCoverageBegan, GridCoverageEnded
from domain.events import Event, Ref
from domain.grids import GridDelineated
from domain.openings import (
    NotRatedHere,
    RoundOpenAlready,
    RoundTooShort,
    open_for_branch_rating_round,
    open_for_committee_rating_round,
    open_for_firm_rating_round,
    open_for_secretary_rating_round,
    open_for_worker_rating_round,
)
from domain.parties import PartyKind, PartyOrganisationEstablished
from domain.periods import DayAhead
from domain.posts import PostFilled, PostKind, PostVacated
from domain.rounds import RaterHomesDrawn, RatingRoundClosed, RatingRoundOpened
from domain.rubrics import RubricForOthers, RubricTakenIntoUse, RubricVersionUnknown
from domain.secretaries import SecretaryAppointed, SecretaryLeft, SecretarySource
from domain.specification import Scenario, born, given
from tests.county import BUILDINGS, C1, C2, FIRM, G1, K1, K2, OTHER_FIRM, WANG, days
from tests.rated import ADOPTED, BEFORE, CLOSES, CUTOFF, GUARD, HISTORY, NOW, OPENED, ROUND, RUBRIC, TOWNSMAN, by

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


BRANCH, BODY = Ref[Any]("party_organisation:branch"), Ref[Any]("committee:oc")
EARLIER, LATER = CUTOFF - timedelta(days=9), CUTOFF + timedelta(days=1)
TERMS: dict[str, Any] = {key: WISH[key] for key in ("rubric", "rubric_version", "cutoff", "closes_on")}


def rating(kind: RatedKind, *more: Event) -> Scenario:
    """With a rubric for what is rated."""
    return given(*(each for each in BEFORE if each != ADOPTED), replace(ADOPTED, rated_kind=kind), *more)


def opened(scenario: Scenario) -> RatingRoundOpened:
    [found] = (each for each in scenario.new if isinstance(each, RatingRoundOpened))
    return found


def seated(since: date, seat: Ref[Any] = K1) -> Event:
    kind = PartyKind.COMPOUND_BRANCH if seat.kind == "compound" else PartyKind.COMMUNITY_COMMITTEE
    return PartyOrganisationEstablished(BRANCH, seat, "支部", kind, 2, since, C1)


def test_a_branch_is_rated_where_it_is_seated_by_the_cut_off_br_54() -> None:
    wish: dict[str, Any] = {**TERMS, **by(TOWNSMAN), "compound": K1, "party_organisation": BRANCH}
    made = opened(rating(RatedKind.BRANCH, seated(CUTOFF)).when(open_for_branch_rating_round, **wish))
    assert (made.rated, made.held_in, made.concerned) == (BRANCH, K1, (FIRM,))
    later = rating(RatedKind.BRANCH, seated(LATER)).when(open_for_branch_rating_round, **wish)
    later.refused(NotRatedHere)
    elsewhere = rating(RatedKind.BRANCH, seated(CUTOFF, K2)).when(open_for_branch_rating_round, **wish)
    elsewhere.refused(NotRatedHere)


@pytest.mark.parametrize(
    ("since", "ended", "compound", "fits"),
    [
        (CUTOFF, None, K1, True),
        (CUTOFF, LATER, K1, True),
        (EARLIER, CUTOFF, K1, False),
        (LATER, None, K1, False),
        (CUTOFF, None, K2, False),
    ],
)
def test_a_committee_is_rated_where_it_sits_on_the_cut_off_br_54(
    since: date, ended: date | None, compound: Ref[Any], *, fits: bool
) -> None:
    elected = OwnersCommitteeElected(BODY, compound, 5, 0, since, since, None)
    over = (CommitteeDissolved(BODY, compound, since, ended, late=False),) if ended else ()
    wish: dict[str, Any] = {**TERMS, **by(TOWNSMAN), "compound": K1, "committee": BODY}
    asked = rating(RatedKind.COMMITTEE, elected, *over).when(open_for_committee_rating_round, **wish)
    if fits:
        assert opened(asked).rated == BODY
    else:
        asked.refused(NotRatedHere)


def test_a_secretary_is_rated_in_the_community_that_they_lead_on_the_cut_off_br_54() -> None:
    leads = SecretaryAppointed(BRANCH, WANG, SecretarySource.RETIRED_CADRE, EARLIER, None)
    wish: dict[str, Any] = {**TERMS, **by(TOWNSMAN), "community": C1, "party_organisation": BRANCH, "person": WANG}
    there = rating(RatedKind.SECRETARY, seated(EARLIER, C1), leads)
    made = opened(there.when(open_for_secretary_rating_round, **wish))
    assert (made.rated, made.rated_person, made.held_in) == (BRANCH, WANG, C1)
    there.when(open_for_secretary_rating_round, **{**wish, "person": GUARD}).refused(NotRatedHere)
    there.when(open_for_secretary_rating_round, **{**wish, "community": C2}).refused(NotRatedHere)
    left = rating(RatedKind.SECRETARY, seated(EARLIER, C1), leads, SecretaryLeft(BRANCH, WANG, EARLIER, CUTOFF))
    left.when(open_for_secretary_rating_round, **wish).refused(NotRatedHere)


def test_a_worker_is_rated_by_who_lives_in_the_grid_on_the_cut_off_br_54() -> None:
    """Homes are those that the grid covers that day; a post of another kind makes nobody a worker."""
    first, second, third, _ = BUILDINGS[K1]
    covers = [GridCoverageBegan(each, G1, days(1)) for each in (first, second)]
    covers += [GridCoverageBegan(third, G1, LATER)]
    gone = GridCoverageEnded(second, G1, days(1), CUTOFF)
    works = PostFilled(G1, WANG, PostKind.GRID_WORKER, full_time=True, since=EARLIER)
    wish: dict[str, Any] = {**TERMS, **by(TOWNSMAN), "grid": G1, "person": WANG}
    drawn = GridDelineated(G1, C1, "第一网格", days(1))
    there = rating(RatedKind.GRID_WORKER, drawn, *covers, gone, works)
    asked = there.when(open_for_worker_rating_round, **wish)
    made = opened(asked)
    assert (made.rated, made.rated_person, made.held_in, made.community) == (None, WANG, G1, C1)
    assert RaterHomesDrawn(made.rating_round, (first,)) in asked.new
    there.when(open_for_worker_rating_round, **{**wish, "person": GUARD}).refused(NotRatedHere)
    checks = replace(works, post_kind=PostKind.CHECKER)
    rating(RatedKind.GRID_WORKER, drawn, checks).when(open_for_worker_rating_round, **wish).refused(NotRatedHere)
    left = PostVacated(G1, WANG, PostKind.GRID_WORKER, EARLIER, CUTOFF)
    rating(RatedKind.GRID_WORKER, drawn, works, left).when(open_for_worker_rating_round, **wish).refused(NotRatedHere)


def test_a_rubric_is_for_what_it_says_and_a_round_that_is_over_is_in_nobodys_way_br_50() -> None:
    wrong = rating(RatedKind.BRANCH).when(open_for_firm_rating_round, **WISH, **by(TOWNSMAN))
    wrong.refused(RubricForOthers("BRANCH"))
    over = given(*HISTORY, RatingRoundClosed(ROUND, NOW.date()))
    assert opened(over.when(open_for_firm_rating_round, **WISH, **by(TOWNSMAN))).rated == FIRM
    past = [replace(each, closes_on=NOW.date()) if each is OPENED else each for each in HISTORY]
    assert opened(given(*past).when(open_for_firm_rating_round, **WISH, **by(TOWNSMAN))).rated == FIRM
    other = [replace(each, rated=OTHER_FIRM) if each is OPENED else each for each in HISTORY]
    assert opened(given(*other).when(open_for_firm_rating_round, **WISH, **by(TOWNSMAN))).rated == FIRM
