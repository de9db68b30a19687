"""What every decision refuses at its door, whatever it is about: who may not, what is not there, what is seen too late,
texts, numbers and days that cannot be (BR-80, BR-82, BR-89). Taken from the signatures, so a new decision is in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import domain.rooms  # noqa: F401 - every context is loaded
from domain.backdating import BackdatingUnexplained, OccurredAhead
from domain.decisions import (
    AHEAD,
    DECISIONS,
    EARLIEST,
    LATEST,
    MOST_ITEMS,
    MOST_NUMBER,
    DateUnfit,
    Decision,
    NumberUnfit,
    Parameter,
    TextUnfit,
    ThingExists,
    ThingUnknown,
    TooMany,
)
from domain.events import Confidential, Hundredths, Personal, Position, Ref
from domain.execution import Actor, Command, Unauthenticated, decide
from domain.grants import Authority, Held, NotPermitted
from domain.periods import DayAhead
from domain.recording import PositionConflict
from domain.refusals import Refusal
from domain.roles import Role
from domain.specification import NOON
from domain.states import Key, State, key_fields, key_kinds
from domain.views import View, unseen

DAY, SOMEBODY = NOON.date(), Ref[Any]("person:somebody")
PLAIN: dict[Any, Any] = {
    str: "文",
    Personal: Personal("文"),
    Confidential: Confidential("文"),
    int: 1,
    bool: True,
    Hundredths: Hundredths(100),
    Position: Position(1),
    date: DAY,
    datetime: NOON,
    Ref: Ref[Any]("person:named"),
}
UNFIT_TEXTS = ("", "   ", "e\u0301", "行\u202e反", "甲\x00乙")
ALL = [made for made in DECISIONS.values() if made.function.__module__.startswith("domain.")]


def each(decisions: Iterable[Decision]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("made", [pytest.param(made, id=made.name) for made in decisions])


def by_fit(made: Decision) -> Actor | None:
    """The system, for what nobody else decides."""
    return None if made.roles or made.anyone else Actor()


def inputs_of(made: Decision) -> Iterator[Parameter]:
    derived = {p.name for p in made.parameters if p.state not in {None, State} and len(key_fields(p.state)) > 1}
    return (p for p in made.parameters if p.given and p.name not in {*made.itself, *derived})


def one(parameter: Parameter) -> Any:
    """Something that the parameter takes."""
    if parameter.state is not None:
        kind = "community" if parameter.state is State else key_kinds(parameter.state)[0]
        return Ref[Any](f"{kind}:{parameter.name}")
    assert parameter.value
    kind_: Any = parameter.value.type
    return PLAIN[kind_] if kind_ in PLAIN else next(iter(kind_))


def fit(made: Decision) -> dict[str, Any]:
    return {p.name: (one(p),) if p.many else one(p) for p in inputs_of(made)}


def wish(made: Decision, changed: Mapping[str, Any] | None = None, actor: Actor | None = None) -> Command:
    inputs = fit(made) | dict(changed or {})
    return Command("one", made, inputs, actor or Actor(SOMEBODY), NOON, secret=b"secret")


def taken(
    command: Command, *, roles: frozenset[Role] | None = None, missing: str = "", born: bool = False, latest: int = 0
) -> None:
    """Decide where all that is named is there, but for one thing, and the actor holds every fitting role."""
    held = command.decision.roles if roles is None else roles
    grants = tuple(Held(Ref(f"grant:{role.name}"), role, None, DAY, None) for role in held)
    unborn = {ref for p in command.decision.parameters if p.born for key in command.keys[p.name] for ref in key.refs}

    def view(key: Key) -> View:
        there: dict[str, dict[str, str]] = {r: {} for r in key.refs if r != missing and (born or r not in unborn)}
        state = Authority(key.refs[0], grants) if key.state is Authority else unseen(key).state
        return View(state, there)

    decide(command, {key: view(key) for key in command.looked_at}, latest)


def refusal(command: Command, **said: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        taken(command, **said)
    return refused.value


@each(made for made in ALL if made.roles)
def test_only_its_roles_take_a_decision(made: Decision) -> None:
    others = frozenset(Role) - made.roles
    for roles in (frozenset[Role](), others):
        refused = refusal(wish(made), roles=roles)
        assert isinstance(refused, NotPermitted)
        assert set(refused.needed) == {role.name for role in made.roles}
    wrong = next(iter(others))
    assert isinstance(refusal(wish(made, actor=Actor(SOMEBODY, wrong)), roles=frozenset(Role)), NotPermitted)


@each(made for made in ALL if not made.roles and not made.anyone)
def test_what_the_system_decides_nobody_decides(made: Decision) -> None:
    assert isinstance(refusal(wish(made), roles=frozenset(Role)), NotPermitted)


@each(ALL)
def test_nobody_acts_unnamed(made: Decision) -> None:
    with pytest.raises(Unauthenticated):
        decide(replace(wish(made), actor=None), {})


@each(ALL)
def test_what_is_not_there_is_not_acted_on(made: Decision) -> None:
    roles = None if made.roles else frozenset(Role)
    actor = by_fit(made)
    for parameter in inputs_of(made):
        if parameter.state is not None:
            named = wish(made, actor=actor)
            ref = next(ref for key in named.keys[parameter.name] for ref in key.refs)
            refused = refusal(named, roles=roles, missing=ref)
            assert isinstance(refused, ThingUnknown)
            assert refused.id == ref


@each(ALL)
def test_who_saw_too_little_is_told_br_80(made: Decision) -> None:
    actor = by_fit(made)
    refused = refusal(replace(wish(made, actor=actor), expected=7), latest=8)
    assert isinstance(refused, PositionConflict)
    assert refused.details == {"expected": 7, "actual": 8}


def wrong_values(parameter: Parameter) -> Iterator[tuple[Any, type[Refusal]]]:
    """What a parameter does not take, and why."""
    assert parameter.value
    kind = parameter.value.type
    if kind in {str, Personal, Confidential}:
        for text in (*UNFIT_TEXTS, "长" * (parameter.text.longest + 1), "长" * 1_000_000):
            yield text if kind is str else kind(text), TextUnfit
    elif kind in {int, Hundredths, Position}:
        yield from ((kind(number), NumberUnfit) for number in (-1, MOST_NUMBER + 1, 2**63))
    elif kind is date:
        yield from ((day, DateUnfit) for day in (EARLIEST - timedelta(1), LATEST + timedelta(1), date.min, date.max))
        if parameter.past:
            yield DAY + timedelta(1), DayAhead
        elif parameter.name == "since":
            yield DAY + AHEAD + timedelta(1), DateUnfit
    elif kind is datetime:
        yield NOON.replace(year=1899), DateUnfit
        yield NOON.replace(year=2200), DateUnfit


@each(ALL)
def test_texts_numbers_and_days_are_such_as_can_be_br_89(made: Decision) -> None:
    actor = by_fit(made)
    for parameter in inputs_of(made):
        if parameter.state is None:
            for value, why in wrong_values(parameter):
                given = (value,) if parameter.many else value
                refused = refusal(wish(made, {parameter.name: given}, actor))
                assert isinstance(refused, why), (parameter.name, value)
                assert refused.details.get("field", parameter.name) == parameter.name
        if parameter.many:
            refused = refusal(wish(made, {parameter.name: (one(parameter),) * (MOST_ITEMS + 1)}, actor))
            assert isinstance(refused, TooMany)


@each(made for made in ALL if made.roles)
def test_times_out_of_order_are_refused_br_82(made: Decision) -> None:
    ahead = replace(wish(made), occurred=NOON + timedelta(minutes=1))
    assert isinstance(refusal(ahead), OccurredAhead)
    behind = replace(wish(made), occurred=NOON - timedelta(days=1))
    assert isinstance(refusal(behind), BackdatingUnexplained)


@each(made for made in ALL if any(p.born for p in made.parameters) and (made.roles or made.anyone))
def test_what_is_there_is_not_born_again(made: Decision) -> None:
    assert isinstance(refusal(wish(made), born=True), ThingExists)
