"""Visits at home are due by a rhythm of days, and a missed one is recorded once (Q13)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.decisions import NumberUnfit
from domain.events import Event, Personal, Ref
from domain.periods import AlreadySo, DayAhead, PeriodReversed
from domain.reactions import act_on
from domain.specification import NOON, Scenario, born, given
from domain.visits import (
    HelpEnded,
    HelperUnfit,
    HelpNotInForce,
    HelpPaired,
    HomeVisited,
    HomeVisitMissed,
    end,
    log_visit,
    miss_visit,
    pair,
    watch_visits,
)
from tests.county import C1, COUNTY, LI, WANG, days

HELPING = Ref[Any]("helping:h")
BEGAN = days(-60)
PAIRED = HelpPaired(HELPING, WANG, LI, C1, 30, BEGAN, days(-30))
VISITED = HomeVisited(HELPING, WANG, days(-40), days(-10))


def helped(*more: Event) -> Scenario:
    return given(*COUNTY, PAIRED, *more)


def test_one_is_paired_with_another_and_the_first_visit_is_due() -> None:
    given_pair: dict[str, Any] = {"person": WANG, "visitor": LI, "community": C1, "since": BEGAN}
    made = given(*COUNTY).when(pair, **given_pair, visit_days=30)
    made.then(HelpPaired(born("helping"), WANG, LI, C1, 30, BEGAN, days(-30)))
    given(*COUNTY).when(pair, **{**given_pair, "visitor": WANG}, visit_days=30).refused(HelperUnfit(WANG))
    for number in (0, 367):
        given(*COUNTY).when(pair, **given_pair, visit_days=number).refused(NumberUnfit("visit_days", number, 366))


@pytest.mark.parametrize(("on", "due"), [(days(-40), days(-10)), (days(0), days(30)), (BEGAN, days(-30))])
def test_the_next_visit_is_due_by_the_rhythm(on: date, due: date) -> None:
    note = Personal[Any]("一切安好")
    helped().when(log_visit, helping=HELPING, visited_on=on, visit_note=note).then(
        HomeVisited(HELPING, WANG, on, due, note)
    )


def test_an_earlier_visit_entered_later_moves_nothing() -> None:
    helped(VISITED).when(log_visit, helping=HELPING, visited_on=days(-50)).then(
        HomeVisited(HELPING, WANG, days(-50), days(-10))
    )


def test_a_second_visit_of_a_day_does_not_take_the_place_of_the_first() -> None:
    same: dict[str, Any] = {"helping": HELPING, "visited_on": days(-40)}
    helped(VISITED).when(log_visit, **same).then()
    helped(VISITED).when(log_visit, **same, visit_note=Personal[Any]("复查")).refused(AlreadySo(days(-40)))


@pytest.mark.parametrize("on", [days(-61), days(-5), days(-4)])
def test_a_visit_falls_within_the_pairing(on: date) -> None:
    over = helped(HelpEnded(HELPING, days(-5)))
    over.when(log_visit, helping=HELPING, visited_on=on).refused(HelpNotInForce(BEGAN, days(-5)))


def test_nobody_has_visited_tomorrow() -> None:
    helped().when(log_visit, helping=HELPING, visited_on=days(1)).refused(DayAhead(days(1), NOON.date()))


def test_a_visit_that_was_not_made_is_missed_once() -> None:
    missed = helped().when(miss_visit, helping=HELPING, visit_due=days(-30))
    missed.then(HomeVisitMissed(HELPING, days(-30)))
    missed.when(miss_visit, helping=HELPING, visit_due=days(-30)).then()
    helped(VISITED).when(miss_visit, helping=HELPING, visit_due=days(-30)).then()
    helped(HelpEnded(HELPING, days(-30))).when(miss_visit, helping=HELPING, visit_due=days(-30)).then()


def test_the_day_after_it_was_due_somebody_looks() -> None:
    (act,) = watch_visits(VISITED)
    assert act == act_on(days(-10) + timedelta(1), miss_visit, helping=HELPING, visit_due=days(-10))


def test_help_ends_once() -> None:
    over = helped(VISITED).when(end, helping=HELPING, ended=days(-5)).then(HelpEnded(HELPING, days(-5)))
    over.when(end, helping=HELPING, ended=days(-5)).then()
    over.when(end, helping=HELPING, ended=days(-4)).refused(AlreadySo(days(-5)))
    helped(VISITED).when(end, helping=HELPING, ended=days(-41)).refused(PeriodReversed(days(-40), days(-41)))
