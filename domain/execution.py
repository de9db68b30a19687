"""Running a decision: from a command and the history it looks at to events with their tags, or to a refusal.

Pure: the event store loads the history and records the outcome; given/when/then tests pass lists.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from domain.decisions import Decision, Parameter, ThingExists, ThingUnknown, checked, new_ref, tags_of
from domain.events import Event, Ref, refs_of
from domain.grants import Authority
from domain.memo import memo
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import KINDS, Key, ancestors, fold, handled, whereabouts

__all__ = ["Actor", "Command", "Outcome", "Query", "Tagged", "Unauthenticated", "execute", "queries", "tagged"]


class Unauthenticated(Refusal):
    """Sign in to act; nothing was recorded.
    请先登录；未作任何记录。"""

    code = "UNAUTHENTICATED"


class Query(NamedTuple):
    """Events that carry all the tags and are of one of the types: an item of a consistency boundary."""

    tags: frozenset[str]
    types: frozenset[str]


class Tagged(NamedTuple):
    """An event with its tags, as the history holds it."""

    event: Event
    tags: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """Who acts: a person (in one role, if the token names it), or the system itself (`person` is None)."""

    person: Ref[Any] | None = None
    role: Role | None = None


@dataclass(frozen=True)
class Command:
    """A wish to act: a decision, its inputs by parameter name (things as `Ref`), and an id that every retry repeats."""

    id: str
    decision: Decision
    inputs: Mapping[str, Any]
    actor: Actor | None
    now: datetime
    occurred: datetime | None = None
    expected: int | None = None

    def completed(self) -> dict[str, Any]:
        """The inputs, with the ids of the things that the command brings into being."""
        return {**self.inputs, **{name: new_ref(kind, self.id) for name, kind in self.decision.births.items()}}


class Outcome(NamedTuple):
    """What a command did: its events with their tags, the thing it is about, the grant that allowed it."""

    events: tuple[Tagged, ...]
    node: Ref[Any]
    role: Role | None
    grant: Ref[Any] | None


def queries(command: Command) -> frozenset[Query]:
    """The part of the history that the command looks at; recording it later is conditional on just this."""
    return frozenset(_queries(command))


def execute(command: Command, history: Iterable[Tagged]) -> Outcome:
    """Decide; the history holds at least what `queries` named, in order."""
    known, inputs, made = list(history), command.completed(), command.decision
    keys = made.keys(inputs)
    lies = {ref: whereabouts(ref, known) for group in keys.values() for key in group for ref in key.refs}
    _check_existence(command, keys, lies)
    role, grant = _authorise(command, lies, known)
    arguments = {p.name: _argument(p, inputs, keys, known) for p in made.parameters}
    arguments |= {"now": command.now} if made.takes_now else {}
    events = tuple(tagged(made(**arguments), known))
    node = next(key.refs[0] for p in made.parameters if p.state for key in keys[p.name])
    return Outcome(events, node, role, grant)


def _queries(command: Command) -> Iterator[Query]:
    for group in command.decision.keys(command.completed()).values():
        for key in group:
            yield _query(key)
            yield from (_query(Key(KINDS[ref.kind], (ref,))) for ref in key.refs)
    if command.actor and command.actor.person:
        yield _query(Key(Authority, (command.actor.person,)))


def _query(key: Key) -> Query:
    return Query(frozenset(map(str, key.refs)), frozenset(event.__name__ for event in handled(key.state)))


def _check_existence(
    command: Command, keys: Mapping[str, tuple[Key, ...]], lies: Mapping[Ref[Any], Mapping[str, str] | None]
) -> None:
    for parameter in command.decision.parameters:
        for ref in (ref for key in keys.get(parameter.name, ()) for ref in key.refs):
            if parameter.born and lies[ref] is not None:
                raise ThingExists(ref)
            if not parameter.born and lies[ref] is None:
                raise ThingUnknown(ref, parameter.name)


def _authorise(
    command: Command, lies: Mapping[Ref[Any], Mapping[str, str] | None], known: list[Tagged]
) -> tuple[Role | None, Ref[Any] | None]:
    actor = command.actor
    if actor is None:
        raise Unauthenticated
    if actor.person is None:
        return None, None
    places = [
        frozenset((ref, *around.values())) for ref, around in lies.items() if around is not None and _is_place(ref.kind)
    ]
    authority = cast("Authority", fold(Key(Authority, (actor.person,)), known))
    held = authority.allowing(command.decision.roles, places, command.now.date(), acting_as=actor.role)
    return held.role, held.grant


@memo
def _is_place(kind: str) -> bool:
    """Whether a thing lies somewhere or has things lying in it, so that a grant's scope must cover it."""
    return bool(ancestors(kind)) or any(kind in ancestors(other) for other in KINDS)


def _argument(p: Parameter, inputs: Mapping[str, Any], keys: Mapping[str, tuple[Key, ...]], known: list[Tagged]) -> Any:
    if p.state is None:
        given = inputs.get(p.name, p.default)
        return given if given is None else checked(p, given)
    states = tuple(fold(key, known) for key in keys[p.name])
    return states if p.many else next(iter(states), None)


def tagged(events: Iterable[Event], known: list[Tagged]) -> Iterator[Tagged]:
    for event in events:
        tagged = Tagged(event, frozenset(_tags(event, known)))
        known.append(tagged)
        yield tagged


def _tags(event: Event, known: list[Tagged]) -> tuple[str, ...]:
    return tags_of(event, {ref: whereabouts(ref, known) or {} for ref in refs_of(event) if ancestors(ref.kind)})
