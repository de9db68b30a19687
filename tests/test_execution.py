"""What a command is held against: the position its caller saw, the day in China, the limits of what may be said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain import awards, compounds, contacts, grants, parties, places
from domain.awards import AwardLevel, Prize
from domain.decisions import AHEAD, EARLIEST, LATEST, MOST_NUMBER, DateUnfit, NumberUnfit, TextUnfit, checked, new_ref
from domain.events import Ref, refs_of
from domain.execution import Actor, Command, Query, Tagged, execute
from domain.grants import GrantEnded, GrantGiven, NotPermitted
from domain.parties import PartyKind
from domain.people import PersonRegistered
from domain.periods import DayAhead
from domain.recording import PositionConflict
from domain.roles import Role
from domain.specification import NOON, given
from tests.county import C1, COUNTY
from tests.village import Colour, CottageBuilt

LI = Ref[Any]("person:li")
DAY = NOON.date()
REGISTER = Command("c", places.register_town, {"name": "古韩镇"}, Actor(), NOON)
FIRST = GrantGiven(Ref("grant:1"), LI, Role.COUNTY, None, DAY)
SECOND = GrantGiven(Ref("grant:2"), LI, Role.COUNTY, None, DAY)


def test_a_caller_who_saw_all_is_let_in_and_one_who_missed_something_is_told_what() -> None:
    assert execute(replace(REGISTER, expected=7), [], latest=7).events
    assert execute(replace(REGISTER, expected=0), []).events
    with pytest.raises(PositionConflict) as refused:
        execute(replace(REGISTER, expected=7), [], latest=8)
    assert refused.value.details == {"expected": 7, "actual": 8}


def test_a_query_matches_what_has_both_its_types_and_its_tags() -> None:
    query = Query(frozenset({"town:1"}), frozenset({"TownRegistered"}))
    town = places.TownRegistered(Ref("town:1"), "古韩镇")
    assert query.matches(Tagged(town, frozenset({"town:1", "more:1"})))
    assert not query.matches(Tagged(town, frozenset({"town:2"})))
    assert not query.matches(Tagged(FIRST, frozenset({"town:1"})))


@pytest.mark.parametrize(("hour", "holds"), [(15, False), (16, True)])
def test_a_grant_holds_from_midnight_in_china(hour: int, *, holds: bool) -> None:
    """Which is four in the afternoon of the day before in Greenwich."""
    eve = datetime(2025, 2, 28, hour, tzinfo=UTC)
    scenario = given(FIRST).when(places.register_town, name="古韩镇", actor=Actor(LI), now=eve)
    assert (scenario.refusal is None) is holds
    assert holds or type(scenario.refusal) is NotPermitted


@pytest.mark.parametrize(("hour", "come"), [(15, False), (16, True)])
def test_what_is_done_is_done_on_a_day_that_has_come_in_china(hour: int, *, come: bool) -> None:
    award: dict[str, Any] = {
        "community": C1,
        "name": "议事",
        "contest": "大赛",
        "award_level": AwardLevel.CITY,
        "prize": Prize.FIRST,
    }
    now = datetime(2025, 2, 28, hour, tzinfo=UTC)
    won = given(*COUNTY).when(awards.record, **award, awarded=DAY, now=now)
    told = None if come else DayAhead(DAY, DAY - timedelta(1))
    assert (won.refusal and won.refusal.details) == (told and told.details)


def test_what_begins_is_entered_a_year_ahead_at_most_br_89() -> None:
    latest = DAY + AHEAD
    wish: dict[str, Any] = {"seat": C1, "name": "党委", "party_kind": PartyKind.COMMUNITY_COMMITTEE, "level": 1}
    assert given(*COUNTY).when(parties.establish, **wish, since=latest).refusal is None
    late = given(*COUNTY).when(parties.establish, **wish, since=latest + timedelta(1))
    late.refused(DateUnfit("since", latest + timedelta(1), EARLIEST, latest))


def test_ending_one_grant_leaves_the_other() -> None:
    known = given(FIRST, SECOND, GrantEnded(Ref("grant:1"), LI, None, DAY))
    command = replace(REGISTER, actor=Actor(LI))
    assert execute(command, known.history).grant == "grant:2"


def test_the_id_of_what_is_born_is_for_ever_made_in_this_way() -> None:
    assert new_ref("town", "one") == "town:6b22eb607488e82b65922727"


def test_an_event_refers_to_each_of_a_list() -> None:
    near = (Ref[Any]("cottage:2"), Ref[Any]("cottage:3"))
    built = CottageBuilt(
        *(Ref("cottage:1"), Ref("hamlet:1"), Colour.RED, 1, None, None, NOON, 1, True, None, near),  # type: ignore[arg-type]
    )
    assert list(refs_of(built)) == ["cottage:1", "hamlet:1", *near]


SINCE = next(p for p in contacts.assign_contact.parameters if p.name == "since")
UNTIL = next(p for p in grants.give.parameters if p.name == "until")
NAME = next(p for p in places.register_town.parameters if p.name == "name")
LONG = next(p for p in compounds.revise_file.parameters if p.name == "text")


@pytest.mark.parametrize("number", [0, 1, MOST_NUMBER])
def test_a_number_may_be_the_least_or_the_most(number: int) -> None:
    assert checked(NAME, number) == number


@pytest.mark.parametrize("number", [-1, MOST_NUMBER + 1])
def test_a_number_beyond_is_refused_with_its_name_and_the_limit(number: int) -> None:
    with pytest.raises(NumberUnfit) as refused:
        checked(NAME, number)
    assert refused.value.details == {"field": "name", "number": number, "most": MOST_NUMBER}


@pytest.mark.parametrize("day", [EARLIEST, LATEST, datetime(2025, 3, 1, tzinfo=UTC)])
def test_a_date_may_be_the_first_or_the_last(day: date) -> None:
    assert checked(SINCE, day) == day


def test_a_time_is_held_against_the_same_days() -> None:
    with pytest.raises(DateUnfit) as refused:
        checked(UNTIL, datetime(2200, 1, 1, tzinfo=UTC))
    assert refused.value.details == {"field": "until", "day": date(2200, 1, 1), "earliest": EARLIEST, "latest": LATEST}


def test_only_a_long_text_has_lines() -> None:
    assert checked(LONG, "一\n二") == "一\n二"
    for text in ("一\n二", "一\t二"):
        with pytest.raises(TextUnfit):
            checked(NAME, text)
    with pytest.raises(TextUnfit):
        checked(LONG, "一\t二")


def test_a_person_is_registered_before_anything_is_said_of_them() -> None:
    known = given(PersonRegistered(LI, full_name="v1"), FIRST)  # type: ignore[arg-type]
    assert execute(replace(REGISTER, actor=Actor(LI)), known.history).role is Role.COUNTY
