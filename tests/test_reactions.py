"""What follows from an event by itself is a pure function of it, declared where it acts."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from domain import people, teams
from domain.committees import OwnersCommitteeElected
from domain.events import Confidential, Personal, Position
from domain.lapses import miss_filing, pass_term
from domain.people import PersonRegistered
from domain.posts import PostFilled, PostKind, PostVacated, PostVoided
from domain.reactions import REACTIONS, Act, Happened, PersonalPassed, Reaction, act, act_on, reaction
from domain.specification import NOON
from tests.county import DAY, G1, K1, LI, days
from tests.test_committees import ELECTED, OWNERS

HAPPENED = Happened("140423", 7, frozenset({G1}), NOON, NOON)
TEAM, FILING = REACTIONS["teams.follow_post"], REACTIONS["lapses.watch_filing"]


def test_the_signature_tells_which_events_it_gets() -> None:
    assert TEAM.events == {PostVacated, PostVoided}
    assert FILING.events == {OwnersCommitteeElected}


def test_an_act_is_taken_at_once_or_from_a_day_on() -> None:
    vacated = PostVacated(G1, LI, PostKind.CHECKER, DAY, days(9))
    inputs = {"grid": G1, "person": LI, "post_kind": PostKind.CHECKER, "ended": days(9)}
    assert TEAM.acts(vacated, HAPPENED) == (Act(teams.leave_with_post, inputs),)
    assert FILING.acts(ELECTED, HAPPENED) == (act_on(days(31), miss_filing, committee=OWNERS),)
    assert Act(pass_term, {}) == act(pass_term)


@pytest.mark.parametrize(("until", "count"), [(None, 1), (days(9), 0)])
def test_who_never_held_a_present_post_leaves_the_team_as_of_its_beginning_q54(until: date | None, count: int) -> None:
    """Who had left it before it was voided has left the team then."""
    voided = PostVoided(Position(5), Confidential("误登"), G1, LI, PostKind.CHECKER, None, days(3), until)
    inputs = {"grid": G1, "person": LI, "post_kind": PostKind.CHECKER, "ended": days(3)}
    assert TEAM.acts(voided, HAPPENED) == (act(teams.leave_with_post, **inputs),) * count


def test_nothing_follows_for_a_post_that_no_role_of_the_team_goes_with() -> None:
    assert TEAM.acts(PostVacated(K1, LI, PostKind.BUILDING_LEADER, DAY, days(9)), HAPPENED) == ()


def test_where_and_when_the_event_was_recorded_is_there_for_the_asking() -> None:
    def notice(event: PostFilled | PostVacated, happened: Happened) -> Iterator[Act]:
        yield act(people.register, at=happened.position, on=event.since)

    made = Reaction(notice)
    assert made.events == {PostFilled, PostVacated}
    filled = PostFilled(G1, LI, PostKind.CHECKER, full_time=False, since=DAY)
    assert made.acts(filled, HAPPENED) == (act(people.register, at=7, on=DAY),)


@pytest.mark.parametrize("passed", [lambda name: name, lambda name: (name,), lambda name: (("1", name), 2)])
def test_personal_text_is_not_passed_on(passed: Callable[[Personal[Any]], Any]) -> None:
    def repeat(event: PersonRegistered) -> Iterator[Act]:
        yield act(people.register, full_name=passed(event.full_name))

    with pytest.raises(PersonalPassed):
        Reaction(repeat).acts(PersonRegistered(LI, Personal("sealed"), None), HAPPENED)


def test_two_reactions_do_not_share_a_name() -> None:
    def follow_post(event: PostVacated) -> Iterator[Act]:
        yield from ()

    follow_post.__module__ = "domain.teams"
    with pytest.raises(TypeError, match="follow_post"):
        reaction(follow_post)


@pytest.mark.parametrize("made", REACTIONS.values(), ids=REACTIONS)
def test_every_reaction_is_told_in_both_languages_and_gets_something(made: Reaction) -> None:
    assert made.events
    assert made.words.en
    assert made.words.zh
