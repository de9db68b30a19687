"""A voting is closed, counted, posted and perhaps held; a decision has effect only then (BR-04 to BR-08, BR-15 to
BR-17)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.assemblies import AssemblyStepUnfit, VotingClosed
from domain.ballots import BallotDelivered, BallotRecast, encoded
from domain.events import Event, Hundredths
from domain.periods import PeriodReversed
from domain.polls import (
    BallotsUnreadable,
    ChallengeEnded,
    ChallengeTooLate,
    DecisionNotEffective,
    NotClosedYet,
    NothingPending,
    Poll,
    PostedBeforeClosing,
    PostingLapsed,
    QuestionDecided,
    ResultChallenged,
    ResultPosted,
    Ruling,
    VoteNotPosted,
    VotingStillOpen,
    a_year_after,
    challenge,
    close_voting,
    end_challenge,
    lapse_posting,
    post_result,
)
from domain.specification import given
from domain.tallies import Item, Outcome
from tests.assembling import (
    ABSTAIN,
    ADMITTED,
    AGAINST,
    ASSEMBLY,
    AUTHORITY,
    BEFORE,
    ENDS,
    FOR,
    NOTIFIED,
    OPENED,
    PUT,
    at,
    ballot_of,
    cast_by,
    voting,
)
from tests.casework import QIAN, SUN
from tests.county import K1, ZHAO

CLOSING: dict[str, Any] = {"assembly": ASSEMBLY, "now": ENDS + timedelta(seconds=1)}
ALL = (cast_by(ZHAO, FOR), cast_by(QIAN, AGAINST), cast_by(SUN, FOR, area=200_00))
CLOSED = VotingClosed(ASSEMBLY, K1, 3, Hundredths(400_00), ENDS, CLOSING["now"])


LATER = at("12-31 12:00") + timedelta(365)


def decided(outcome: Outcome, *counts: int, item: Item = PUT.question_item) -> QuestionDecided:
    return QuestionDecided(ASSEMBLY, 1, item, outcome, False, *counts, 3, Hundredths(400_00))  # type: ignore[call-arg, arg-type]  # noqa: FBT003


ADOPTED = replace(decided(Outcome.ADOPTED, 3, 400_00, 0, 0, 0, 0))
POSTED = ResultPosted(ASSEMBLY, K1, at("05-31 00:00").date(), notice_late=False, effective_on=at("06-07 00:00").date())


def test_a_special_matter_takes_three_quarters_by_heads_and_by_area_br_06() -> None:
    """Two of three heads are not three quarters, though three quarters of the area are."""
    closed = voting(*ALL).when(close_voting, **CLOSING)
    closed.then(CLOSED, decided(Outcome.REJECTED, 2, 300_00, 1, 100_00, 0, 0))
    closed.when(close_voting, **CLOSING).then()
    general = replace(PUT, question_item=Item.OTHER_MATTER)
    history = (*BEFORE[:-1], general, NOTIFIED, OPENED, *ADMITTED, *ALL)
    given(*history).when(close_voting, **CLOSING).then(
        CLOSED, decided(Outcome.ADOPTED, 2, 300_00, 1, 100_00, 0, 0, item=Item.OTHER_MATTER)
    )


def test_who_abstains_takes_part_and_who_is_silent_does_not_br_07_br_08() -> None:
    two = voting(cast_by(ZHAO, ABSTAIN), cast_by(SUN, FOR, area=200_00)).when(close_voting, **CLOSING)
    two.then(
        replace(CLOSED, cast_heads=2, cast_area=Hundredths(300_00)),
        decided(Outcome.REJECTED, 1, 200_00, 0, 0, 1, 100_00),
    )
    one = voting(cast_by(SUN, FOR, area=200_00)).when(close_voting, **CLOSING)
    one.then(
        replace(CLOSED, cast_heads=1, cast_area=Hundredths(200_00)),
        decided(Outcome.NO_QUORUM, 1, 200_00, 0, 0, 0, 0),
    )
    nobody = voting().when(close_voting, **CLOSING)
    nobody.then(replace(CLOSED, cast_heads=0, cast_area=Hundredths(0)), decided(Outcome.NO_QUORUM, 0, 0, 0, 0, 0, 0))


def test_who_got_a_ballot_and_is_silent_joins_the_majority_where_the_rules_say_so_br_08() -> None:
    """SUN, with half of the area, was handed a ballot and gave none: one of two heads would be no quorum of three."""
    opened = replace(OPENED, silent_join=True)
    handed = [
        BallotDelivered(ASSEMBLY, ballot_of(who), Hundredths(a), AUTHORITY) for who, a in ((SUN, 20000), (ZHAO, 1))
    ]
    two = (cast_by(ZHAO, FOR), cast_by(QIAN, FOR))
    closed = replace(CLOSED, cast_heads=2, cast_area=Hundredths(200_00))
    told = decided(Outcome.ADOPTED, 2, 200_00, 0, 0, 0, 0)
    counted = given(*BEFORE, NOTIFIED, opened, *ADMITTED, *handed, *two).when(close_voting, **CLOSING)
    counted.then(closed, replace(told, silent_heads=1, silent_area=Hundredths(200_00)))
    unproved = given(*BEFORE, NOTIFIED, opened, *ADMITTED, *two).when(close_voting, **CLOSING)
    unproved.then(closed, replace(told, outcome=Outcome.NO_QUORUM))


def test_the_last_of_changed_ballots_counts_br_09() -> None:
    changed = [BallotRecast(ASSEMBLY, ballot_of(QIAN), encoded((choice,))) for choice in (ABSTAIN, FOR)]
    voting(*ALL, *changed).when(close_voting, **CLOSING).then(CLOSED, ADOPTED)


@pytest.mark.parametrize(("against", "outcome"), [(1, Outcome.ADOPTED), (2, Outcome.REJECTED)])
def test_using_the_fund_may_pass_unless_a_third_dissents_br_19b(against: int, outcome: Outcome) -> None:
    """One of three heads with a quarter of the area may dissent; two may not."""
    fund = replace(PUT, question_item=Item.FUND_USE)
    opened = replace(OPENED, fund_by_dissent=True)
    dissent = [cast_by(owner, AGAINST) for owner in (ZHAO, QIAN)[:against]]
    history = (*BEFORE[:-1], fund, NOTIFIED, opened, *ADMITTED, *dissent)
    *_, question = given(*history).when(close_voting, **CLOSING).new
    assert isinstance(question, QuestionDecided)
    assert question.outcome is outcome
    assert question.by_dissent


def test_nothing_is_counted_before_the_end_or_twice_br_15() -> None:
    voting(*ALL).when(close_voting, assembly=ASSEMBLY, now=ENDS).refused(VotingStillOpen(ENDS))
    given(*BEFORE, NOTIFIED).when(close_voting, **CLOSING).refused(AssemblyStepUnfit("NOTIFIED", ("VOTING",)))


def test_a_ballot_that_cannot_be_opened_is_not_passed_over_br_09() -> None:
    poll = Poll(ASSEMBLY)
    for event in (OPENED, *ALL):
        poll = poll.evolve(event)
    with pytest.raises(BallotsUnreadable) as refused:
        poll.opened(lambda text: "" if text == encoded((AGAINST,)) else text).ballots()
    assert refused.value.details == {"unreadable": 1}


@pytest.mark.parametrize(("day", "late"), [("06-02 09:00", False), ("06-03 09:00", True)])
def test_a_result_is_posted_within_three_days_br_16(day: str, *, late: bool) -> None:
    posted = voting(*ALL, CLOSED, ADOPTED).when(post_result, assembly=ASSEMBLY, now=at(day))
    on = at(day).date()
    posted.then(ResultPosted(ASSEMBLY, K1, on, late, on + timedelta(7)))
    posted.when(post_result, assembly=ASSEMBLY, now=at(day)).then()


def test_a_result_is_posted_after_the_count_br_16() -> None:
    voting(*ALL).when(post_result, assembly=ASSEMBLY, now=at("06-02 09:00")).refused(NotClosedYet)
    early = voting(*ALL, CLOSED, ADOPTED).when(post_result, assembly=ASSEMBLY, now=at("05-29 09:00"))
    early.refused(PostedBeforeClosing(at("05-30 00:00").date()))


def ruling(*events: Event) -> Ruling:
    found = Ruling(ASSEMBLY)
    for event in events:
        found = found.evolve(event)  # type: ignore[arg-type]
    return found


def test_a_decision_has_effect_once_its_posting_ends_unless_held_br_16_br_17() -> None:
    done = ruling(OPENED, CLOSED, ADOPTED, POSTED)
    done.check_effective(1, POSTED.effective_on)
    one = done.evolve(ResultChallenged(ASSEMBLY, POSTED.posted, POSTED.posted))
    two = one.evolve(ResultChallenged(ASSEMBLY, POSTED.posted, POSTED.posted))
    stands, falls = (ChallengeEnded(ASSEMBLY, decision_stands=each) for each in (True, False))
    two.evolve(stands).evolve(stands).check_effective(1, POSTED.effective_on)
    other = replace(ADOPTED, question_no=2, outcome=Outcome.REJECTED)
    done.evolve(other).check_effective(1, POSTED.effective_on)
    for unfit, on in (
        (done, POSTED.effective_on - timedelta(1)),
        (ruling(OPENED, CLOSED, ADOPTED), POSTED.effective_on),
        (ruling(OPENED, CLOSED, replace(ADOPTED, outcome=Outcome.REJECTED), POSTED), POSTED.effective_on),
        (done.evolve(PostingLapsed(ASSEMBLY)), POSTED.effective_on),
        (one, POSTED.effective_on),
        (two.evolve(stands), POSTED.effective_on),
        (two.evolve(falls).evolve(stands), POSTED.effective_on),
    ):
        with pytest.raises(DecisionNotEffective):
            unfit.check_effective(1, on)
    with pytest.raises(DecisionNotEffective):
        done.check_effective(2, POSTED.effective_on)


@pytest.mark.parametrize(("on", "fits"), [("2026-06-10", True), ("2026-06-11", False)])
def test_a_decision_is_challenged_within_a_year_of_knowing_br_17(on: str, *, fits: bool) -> None:
    known, day = at("06-10 00:00").date(), date.fromisoformat(on)
    wish: dict[str, Any] = {"assembly": ASSEMBLY, "known_on": known, "challenged_on": day, "now": LATER}
    asked = voting(*ALL, CLOSED, ADOPTED, POSTED).when(challenge, **wish)
    if fits:
        held = asked.then(ResultChallenged(ASSEMBLY, known, day))
        held.when(end_challenge, assembly=ASSEMBLY, decision_stands=True).then(
            ChallengeEnded(ASSEMBLY, decision_stands=True)
        )
    else:
        asked.refused(ChallengeTooLate(date(2026, 6, 10)))
    voting(*ALL, CLOSED, ADOPTED).when(challenge, **wish).refused(VoteNotPosted)
    early = wish | {"known_on": POSTED.posted - timedelta(1)}
    voting(*ALL, CLOSED, ADOPTED, POSTED).when(challenge, **early).refused(PeriodReversed)
    idle = voting(*ALL, CLOSED, ADOPTED, POSTED).when(end_challenge, assembly=ASSEMBLY, decision_stands=True)
    idle.refused(NothingPending)


@pytest.mark.parametrize(("day", "after"), [("2024-02-29", "2025-02-28"), ("2024-03-01", "2025-03-01")])
def test_a_year_ends_on_the_same_date_br_17(day: str, after: str) -> None:
    assert a_year_after(date.fromisoformat(day)) == date.fromisoformat(after)


def test_a_result_taken_down_early_is_posted_anew_br_16() -> None:
    void = voting(*ALL, CLOSED, ADOPTED, POSTED).when(lapse_posting, assembly=ASSEMBLY).then(PostingLapsed(ASSEMBLY))
    void.when(lapse_posting, assembly=ASSEMBLY).then()
    anew = void.when(post_result, assembly=ASSEMBLY, now=at("06-05 09:00"))
    again = at("06-05 09:00").date()
    anew.then(ResultPosted(ASSEMBLY, K1, again, notice_late=True, effective_on=again + timedelta(7)))


def test_lateness_counts_from_the_end_and_not_from_the_count_br_16() -> None:
    counted = replace(CLOSED, closed_at=at("06-20 09:00"))
    late = voting(*ALL, counted, ADOPTED).when(post_result, assembly=ASSEMBLY, now=at("06-20 10:00"))
    assert [event.notice_late for event in late.new if isinstance(event, ResultPosted)] == [True]


def test_choices_are_counted_question_by_question_br_12() -> None:
    second = replace(PUT, question_no=2, question_item=Item.FIRM)
    both = [cast_by(ZHAO, FOR, AGAINST), cast_by(QIAN, FOR, FOR), cast_by(SUN, FOR, FOR, area=200_00)]
    history = (*BEFORE, second, NOTIFIED, OPENED, *ADMITTED, *both)
    *_, one, two = given(*history).when(close_voting, **CLOSING).new
    assert one == ADOPTED
    assert two == QuestionDecided(
        *(ASSEMBLY, 2, Item.FIRM, Outcome.ADOPTED, False, 2, 300_00, 1, 100_00, 0, 0, 3, Hundredths(400_00))  # type: ignore[arg-type]
    )
