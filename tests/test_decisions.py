"""A decision's signature is the command: its name, its inputs, what it looks at, and what it refuses at the door."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from domain import coverages, grants, grids, parties, people, places, posts, teams
from domain.decisions import (
    DECISIONS,
    EARLIEST,
    LATEST,
    MOST_ITEMS,
    DateUnfit,
    Decision,
    New,
    Parameter,
    Text,
    TextUnfit,
    ThingExists,
    ThingUnknown,
    TooMany,
    decision,
    new_ref,
)
from domain.events import Event, Personal, Ref
from domain.execution import Actor, Command, Query, Unauthenticated, execute, queries
from domain.grants import GrantEnded, GrantGiven, NotPermitted
from domain.parties import PartyKind
from domain.people import Person
from domain.places import Community, CommunityRegistered, Compound, CompoundRegistered
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from domain.states import Key
from tests.county import C1, C2, COUNTY, DAY, FIRM, G1, GRIDS, K1, LEDGER, LI, LIES_IN_C1, TOWN, WANG, days

NAMES = [
    (places.register_town, "townRegister"),
    (people.register, "personRegister"),
    (coverages.delineate, "gridDelineate"),
    (grids.delineate_micro_grid, "microGridDelineate"),
    (coverages.divide_compound, "compoundDivide"),
    (posts.appoint_leader_micro_grid, "microGridAppointLeader"),
    (posts.appoint_worker, "gridAppointWorker"),
    (teams.join_team, "gridJoinTeam"),
]


@pytest.mark.parametrize(("made", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_mutation_is_named_by_its_first_state_and_its_verb(made: Decision, name: str) -> None:
    assert made.name == name


def test_no_two_decisions_share_a_name() -> None:
    names = [made.name for made in DECISIONS.values()]
    assert sorted(names) == sorted(set(names))


def plain(parameter: Parameter) -> tuple[Any, ...]:
    value = parameter.value and parameter.value.type
    return parameter.name, parameter.state or value, parameter.born is not None, parameter.many, parameter.optional


def test_the_signature_tells_the_parameters() -> None:
    assert [plain(p) for p in coverages.delineate.parameters] == [
        ("grid", grids.Grid, True, False, False),
        ("community", Community, False, False, False),
        ("neighbour", coverages.Extent, False, False, True),
        ("name", str, False, False, False),
        ("since", date, False, False, False),
        ("buildings", coverages.BuildingCover, False, True, False),
        ("compounds", coverages.CompoundCover, False, True, False),
    ]
    assert [plain(p) for p in people.register.parameters][1:] == [
        ("full_name", Personal, False, False, False),
        ("phone", Personal, False, False, True),
    ]
    assert [p.text for p in people.register.parameters][1:] == [Text(80), Text(40)]


def test_now_is_no_input() -> None:
    assert ({*grants.end.times}, [p.name for p in grants.end.parameters]) == ({"now"}, ["grant"])
    assert not grants.give.times


def test_a_command_that_is_retried_brings_the_same_thing_into_being() -> None:
    assert new_ref("town", "one") == new_ref("town", "one") != new_ref("town", "two")
    assert new_ref("town", "one").kind == "town"
    once = given().when(places.register_town, name="古韩镇")
    once.when(places.register_town, name="古韩镇").refused(ThingExists(born("town")))


def test_what_a_command_looks_at_follows_from_its_signature() -> None:
    inputs = {"grid": G1, "person": WANG, "team_role": teams.TeamRole.VOLUNTEER, "ended": DAY}
    command = Command("c", teams.leave_team, inputs, Actor(LI), NOON)
    assert teams.leave_team.keys(command.completed()) == {
        "grid": (Key(grids.Grid, (G1,)),),
        "person": (Key(Person, (WANG,)),),
        "membership": (Key(teams.Membership, (G1, WANG)),),
    }
    assert queries(command) == {
        Query(frozenset({G1}), frozenset({"GridDelineated", "GridRetired"})),
        Query(frozenset({WANG}), frozenset({"PersonRegistered"})),
        Query(frozenset({G1, WANG}), frozenset({"ServiceTeamJoined", "ServiceTeamLeft"})),
        Query(frozenset({LI}), frozenset({"GrantGiven", "GrantEnded"})),
    }


def test_two_commands_clash_over_a_building_exactly_there() -> None:
    building = Ref[Any]("building:k1-1")

    def looks(grid: Ref[Any]) -> frozenset[Query]:
        return queries(
            Command("c", coverages.redraw, {"grid": grid, "since": DAY, "buildings": (building,)}, None, NOON)
        )

    both = looks(G1) & looks(Ref("grid:other"))
    assert {query.tags for query in both} == {frozenset({building})}


@pytest.mark.parametrize(
    ("name", "nfc"),
    [
        pytest.param("", True, id="empty"),
        pytest.param(" \n\u3000", True, id="blank"),
        pytest.param("古" * 201, True, id="too long"),
        pytest.param("e\u0301", False, id="not composed"),
        pytest.param("a\x00b", True, id="a control character"),
        pytest.param("a\x7fb", True, id="delete"),
        pytest.param("a\ud800b", True, id="half a surrogate pair"),
    ],
)
def test_a_text_that_is_unfit_never_enters_an_event_br_89(name: str, nfc: bool) -> None:  # noqa: FBT001 - a table
    given().when(places.register_town, name=name).refused(TextUnfit("name", len(name), 200, nfc))


@pytest.mark.parametrize("name", ["古" * 200, "𠮷野家", "é", "永安 Yong'an"])
def test_a_fit_text_enters_as_it_is(name: str) -> None:
    given().when(places.register_town, name=name).then(places.TownRegistered(born("town"), name))


def test_a_personal_text_is_checked_like_any_other() -> None:
    given().when(people.register, full_name="王" * 81).refused(TextUnfit("full_name", 81, 80, nfc=True))


def listing(grid: New[grids.Grid], *, lines: tuple[str, ...], note: str | None = None) -> Iterator[Event]:
    yield grids.GridDelineated(grid.id, C1, "|".join((*lines, note or "")), DAY)


LISTING = Decision(listing, frozenset())
"""A decision that is in no register."""


def test_a_list_may_have_so_many_items_and_each_is_checked() -> None:
    most = given().when(LISTING, lines=("a",) * MOST_ITEMS)
    assert len(most.new) == 1
    given().when(LISTING, lines=("a",) * (MOST_ITEMS + 1)).refused(TooMany("lines", MOST_ITEMS + 1, MOST_ITEMS))
    given().when(LISTING, lines=("a", " ")).refused(TextUnfit("lines", 1, 200, nfc=True))


def test_an_optional_input_may_be_left_out_or_null() -> None:
    made = grids.GridDelineated(born("grid"), C1, "a|", DAY)
    given().when(LISTING, lines=("a",)).then(made)
    given().when(LISTING, lines=("a",), note=None).then(made)
    given().when(LISTING, lines=("a",), note="").refused(TextUnfit("note", 0, 200, nfc=True))


@pytest.mark.parametrize(
    ("ref", "why"),
    [("community:unknown", "never born"), ("town:t", "another kind"), ("nonsense", "no kind"), ("x:y", "unknown kind")],
)
def test_a_reference_to_no_such_thing_is_refused(ref: str, why: str) -> None:
    asked = given(*COUNTY).when(places.register_compound, community=Ref(ref), name=why)
    asked.refused(ThingUnknown(ref, "community"))


def test_a_thing_of_any_kind_must_be_of_a_known_one() -> None:
    scope: dict[str, Any] = {"person": WANG, "role": Role.TOWN, "since": DAY}
    granted = given(*COUNTY).when(grants.give, **scope, scope=FIRM)
    granted.then(GrantGiven(born("grant"), WANG, Role.TOWN, FIRM, DAY))
    given(*COUNTY).when(grants.give, **scope, scope=Ref("dragon:d")).refused(ThingUnknown("dragon:d", "scope"))
    given(*COUNTY).when(grants.give, **scope, scope=Ref("firm:x")).refused(ThingUnknown("firm:x", "scope"))


GRANT = Ref[Any]("grant:one")
WHOLE_COUNTY = None


def granted(role: Role, scope: Ref[Any] | None, since: date = DAY, until: date | None = None) -> Scenario:
    return given(*GRIDS, GrantGiven(GRANT, WANG, role, scope, since, until))


def registering(s: Scenario, community: Ref[Any] = C1, **actor: Any) -> Scenario:
    return s.when(places.register_compound, community=community, name="小区", actor=Actor(WANG, **actor))


@pytest.mark.parametrize("scope", [WHOLE_COUNTY, TOWN, C1])
def test_a_grant_reaches_its_place_and_all_that_lies_in_it(scope: Ref[Any] | None) -> None:
    registering(granted(Role.COMMUNITY, scope)).then(CompoundRegistered(born("compound"), C1, "小区", divided=True))


@pytest.mark.parametrize("scope", [C2, K1, FIRM])
def test_a_grant_reaches_no_other_place(scope: Ref[Any]) -> None:
    refusal = NotPermitted(("COMMUNITY", "COUNTY", "TOWN"), ("COMMUNITY",))
    registering(granted(Role.COMMUNITY, scope)).refused(refusal)


def test_a_grant_must_reach_every_place_that_an_act_concerns() -> None:
    inputs: dict[str, Any] = {"community": C1, "name": "x", "since": DAY, "buildings": (Ref("building:far-1"),)}
    one = granted(Role.COMMUNITY, C1).when(coverages.delineate, **inputs, actor=Actor(WANG))
    one.refused(NotPermitted)
    both = granted(Role.COMMUNITY, TOWN).when(coverages.delineate, **inputs, actor=Actor(WANG))
    both.refused(coverages.OtherCommunity)


def test_who_acts_for_a_compound_founds_nothing_for_the_county_or_a_firm() -> None:
    founding: dict[str, Any] = {"name": "党支部", "level": 1, "since": DAY, "actor": Actor(WANG)}
    secretary = granted(Role.BRANCH, K1)
    for seat, kind in ((LEDGER, PartyKind.INDUSTRY_COMMITTEE), (FIRM, PartyKind.FIRM_BRANCH)):
        secretary.when(parties.establish, seat=seat, party_kind=kind, **founding).refused(NotPermitted)
    secretary.when(parties.establish, seat=K1, party_kind=PartyKind.COMPOUND_BRANCH, **founding).tagged(
        {born("party_organisation"), K1, C1, TOWN}
    )


def test_whoever_has_no_grant_is_not_told_what_there_is() -> None:
    registering(given(*COUNTY), Ref("community:unknown")).refused(NotPermitted)


@pytest.mark.parametrize("day", [EARLIEST - timedelta(1), LATEST + timedelta(1)])
def test_a_date_lies_within_three_centuries(day: date) -> None:
    """BR-89."""
    asked = given(*COUNTY).when(grants.give, person=WANG, role=Role.TOWN, since=day)
    asked.refused(DateUnfit("since", day, EARLIEST, LATEST))


def test_a_list_of_things_has_its_limit_too() -> None:
    many = tuple(Ref[Any](f"building:{n}") for n in range(MOST_ITEMS + 1))
    asked = given(*COUNTY).when(coverages.delineate, community=C1, name="G", since=DAY, buildings=many)
    asked.refused(TooMany("buildings", MOST_ITEMS + 1, MOST_ITEMS))


def test_another_role_or_no_grant_is_refused_with_what_is_missing() -> None:
    needed = ("COMMUNITY", "COUNTY", "TOWN")
    registering(granted(Role.AUDITOR, WHOLE_COUNTY)).refused(NotPermitted(needed, ("AUDITOR",)))
    registering(given(*COUNTY)).refused(NotPermitted(needed, ()))


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (NOON.date(), None, "yes"),
        (days(1), None, "not yet"),
        (days(-9), NOON.date(), "no longer"),
        (days(-9), days(1), "yes"),
    ],
)
def test_a_grant_holds_from_its_first_day_to_the_day_before_its_last(since: date, until: date, holds: str) -> None:
    tried = registering(granted(Role.TOWN, WHOLE_COUNTY, since, until))
    assert (tried.refusal is None) == (holds == "yes")


def test_a_grant_that_was_ended_holds_no_longer() -> None:
    ended = given(*GRIDS, GrantGiven(GRANT, WANG, Role.TOWN, None, DAY), GrantEnded(GRANT, WANG, None, DAY))
    registering(ended).refused(NotPermitted)


def test_a_token_for_one_role_acts_in_that_role_only() -> None:
    both = given(
        *GRIDS,
        GrantGiven(GRANT, WANG, Role.AUDITOR, None, DAY),
        GrantGiven(Ref("grant:two"), WANG, Role.TOWN, None, DAY),
    )
    registering(both, role=Role.AUDITOR).refused(NotPermitted(("COMMUNITY", "COUNTY", "TOWN"), ("AUDITOR", "TOWN")))
    assert registering(both, role=Role.TOWN).refusal is None


def command(actor: Actor | None) -> Command:
    return Command("command", places.register_compound, {"community": C1, "name": "小区"}, actor, NOON)


def test_an_outcome_names_the_thing_the_role_and_the_grant() -> None:
    outcome = execute(command(Actor(WANG)), granted(Role.TOWN, TOWN).history)
    assert (outcome.node, outcome.role, outcome.grant) == (born("compound"), Role.TOWN, GRANT)
    assert [each.tags for each in outcome.events] == [{born("compound"), *LIES_IN_C1}]


def test_the_system_needs_no_grant_and_a_stranger_may_do_nothing() -> None:
    outcome = execute(command(Actor()), given(*COUNTY).history)
    assert (outcome.role, outcome.grant) == (None, None)
    with pytest.raises(Unauthenticated):
        execute(command(None), given(*COUNTY).history)


def test_a_decision_needs_no_more_of_the_history_than_it_asked_for() -> None:
    asked, history = command(Actor(WANG)), granted(Role.TOWN, TOWN).history
    needed = [
        each
        for each in history
        if any(query.tags <= each.tags and type(each.event).__name__ in query.types for query in queries(asked))
    ]
    assert execute(asked, needed) == execute(asked, history)
    assert {type(each.event) for each in needed} == {CommunityRegistered, GrantGiven}


def test_two_decisions_of_one_name_in_one_module_are_a_mistake() -> None:
    def register_town(town: New[places.Town]) -> Iterator[Event]:
        yield places.TownRegistered(town.id, "x")

    register_town.__module__ = "domain.places"
    with pytest.raises(TypeError):
        decision()(register_town)
    assert DECISIONS["domain.places.register_town"] is places.register_town


def test_a_narrow_state_counts_as_the_kind_of_its_key() -> None:
    assert coverages.redraw.noun is coverages.Extent
    assert (coverages.redraw.kind, coverages.divide_compound.kind) == ("grid", "compound")
    assert places.register_compound.births("one", {}) == {"compound": new_ref("compound", "one")}
    assert places.register_building.noun is places.Building
    assert Compound.within is Community
