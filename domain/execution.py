"""Running a decision: from a command and the history it looks at to events with their tags, or to a refusal.

Pure: the event store loads the history and records the outcome; given/when/then tests pass lists.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, cast

from domain.backdating import POLICY, Backdated, Backdating, check_dates
from domain.bodies import CHINA
from domain.decisions import (
    Decision,
    Parameter,
    ThingExists,
    ThingUnknown,
    check_near,
    checked,
    tags_of,
    veiled_ref,
)
from domain.events import Event, Ref, check_kinds, refs_of
from domain.grants import Authority
from domain.ledgers import ITSELF
from domain.periods import check_come
from domain.recording import PositionConflict
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import KINDS, Key, ancestors, handled, is_place
from domain.views import Sight, Tagged, View, folded, kind_key, unseen

__all__ = [
    "Actor",
    "Cause",
    "Command",
    "Outcome",
    "Query",
    "Tagged",
    "Unauthenticated",
    "decide",
    "execute",
    "queries",
    "tagged",
]


class Unauthenticated(Refusal):
    """Sign in to act; nothing was recorded.
    请先登录；未作任何记录。"""

    code = "UNAUTHENTICATED"


class Query(NamedTuple):
    """Events that carry all the tags and are of one of the types: an item of a consistency boundary."""

    tags: frozenset[str]
    types: frozenset[str]

    def matches(self, tagged: Tagged) -> bool:
        return type(tagged.event).__name__ in self.types and self.tags <= tagged.tags


@dataclass(frozen=True)
class Actor:
    """Who acts: a person (in one role, if the token names it), or the system itself (`person` is None)."""

    person: Ref[Any] | None = None
    role: Role | None = None


class Cause(NamedTuple):
    """The event that a command follows from, and the first of the chain: each as `ledger:position`."""

    event: str
    first: str


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
    backdated_reason: str | None = None
    cause: Cause | None = None
    secret: bytes = b""
    """The ledger's, by which veiled ids are made; whoever records it lends it."""

    def completed(self) -> dict[str, Any]:
        """The inputs, with the ids of the things that the command brings into being, of who acts, and of the ledger.

        Who acts comes first: where a state is of a person and something else, a person that is an input is meant."""
        born, made = self.decision.births(self.id, self.inputs), self.decision
        acting = dict.fromkeys(made.actors, self.actor.person if self.actor else None)
        named = {**acting, **self.inputs, **dict.fromkeys(made.itself, ITSELF), **born}
        return {**named, **{name: self._veiled(kind, named.get(of)) for name, kind, of in made.veils}}

    def _veiled(self, kind: str, person: Any) -> Ref[Any]:
        """Of the first thing that the decision names, so that a person is another in each."""
        first = next(p.name for p in self.decision.parameters if p.state and p.given and not p.born)
        return veiled_ref(kind, self.secret, str(self.inputs.get(first)), str(person))

    @property
    def is_backdated(self) -> bool:
        """Whether a person dates it back; the system may date as it has to (BR-82)."""
        return bool(self.actor and self.actor.person and self.occurred and self.occurred < self.now)

    @cached_property
    def keys(self) -> Mapping[str, tuple[Key, ...]]:
        """The states that the command names, by parameter; refuses the system where it is asked which person acts."""
        if self.decision.actors and not (self.actor and self.actor.person):
            raise Unauthenticated
        return self.decision.keys(self.completed())

    @cached_property
    def looked_at(self) -> tuple[Key, ...]:
        """All that the command looks at: its states, the things they are of, the actor's grants, what may be dated."""
        named = [key for group in self.keys.values() for key in group]
        things = [kind_key(ref) for key in named for ref in key.refs]
        person = self.actor.person if self.actor else None
        grants = [Key(Authority, (person,))] if person and not self.decision.anyone else []
        policy = [POLICY] if person and self.occurred else []
        return tuple(dict.fromkeys((*named, *things, *grants, *policy)))

    @cached_property
    def node(self) -> Ref[Any]:
        """The thing that the command is about and answers with: its decision's first state."""
        return next(key.refs[0] for each in self.decision.parameters if each.state for key in self.keys[each.name])


class Outcome(NamedTuple):
    """What a command did: its events with their tags, the thing it is about, the grant that allowed it."""

    events: tuple[Tagged, ...]
    node: Ref[Any]
    role: Role | None
    grant: Ref[Any] | None
    backdated: Backdated | None = None


def queries(command: Command) -> frozenset[Query]:
    """The part of the history that the command looks at; recording it later is conditional on just this."""
    return frozenset(map(_query, command.looked_at))


def execute(command: Command, history: Iterable[Tagged], latest: int = 0) -> Outcome:
    """Decide on a history that holds at least what `queries` named, in order."""
    return decide(command, folded({key: unseen(key) for key in command.looked_at}, history), latest)


Opening = Callable[[str], str]
"""From sealed text to the text; what no key opens any more is empty."""


def decide(command: Command, views: Mapping[Key, View], latest: int = 0, opening: Opening = str) -> Outcome:
    """Decide on the views of just what the command looks at; `latest` is the node's last position.

    Who acts is asked first, then what there is, then whether it is as the caller expects, and last the rules."""
    sight, inputs, made, keys = Sight(views), command.completed(), command.decision, command.keys
    lies = {ref: sight.lies(ref) for group in keys.values() for key in group for ref in key.refs}
    authority = _authority(command, sight)
    _check_existence(command, keys, lies)
    held = authority.allowing(*_asked(command), _grounds(made, lies)) if authority else None
    if command.expected is not None and latest > command.expected:
        raise PositionConflict(command.expected, latest)
    backdated = _backdated(command, sight)
    arguments = {p.name: _argument(p, inputs, keys, sight) for p in made.parameters}
    _check_days(made, arguments, command.now)
    arguments |= {name: arguments[name].opened(opening) for name, _ in made.openings}
    times = {"now": command.now, "at": command.occurred or command.now}
    arguments |= {name: times[name] for name in made.times}
    events = tuple(_tagged(made(**arguments), sight))
    return Outcome(events, command.node, held.role if held else None, held.grant if held else None, backdated)


def _query(key: Key) -> Query:
    return Query(frozenset(map(str, key.refs)), frozenset(event.__name__ for event in handled(key.state)))


def _check_existence(
    command: Command, keys: Mapping[str, tuple[Key, ...]], lies: Mapping[Ref[Any], Mapping[str, str] | None]
) -> None:
    for parameter in command.decision.parameters:
        for ref in (ref for key in keys.get(parameter.name, ()) for ref in key.refs):
            if parameter.born and lies[ref] is not None:
                raise ThingExists(ref)
            if not (parameter.born or parameter.veil) and lies[ref] is None:
                raise ThingUnknown(ref, parameter.name)


def _authority(command: Command, sight: Sight) -> Authority | None:
    """The actor's grants, if any may allow this somewhere; whoever has none is told nothing of what there is.

    None: the system itself acts, or anyone may."""
    actor = command.actor
    if actor is None:
        raise Unauthenticated
    if actor.person is None or command.decision.anyone:
        return None
    authority = cast("Authority", sight.state(Key(Authority, (actor.person,))))
    authority.allowing(*_asked(command), ())
    return authority


def _asked(command: Command) -> tuple[frozenset[Role], Role | None, date]:
    """What a grant has to be for: one of these roles, only this one if the token names it, that day."""
    return command.decision.roles, command.actor.role if command.actor else None, command.now.astimezone(CHINA).date()


def _grounds(made: Decision, lies: Mapping[Ref[Any], Mapping[str, str] | None]) -> Sequence[frozenset[str]]:
    """What a grant's scope has to cover: every place concerned; without any, what else may be a scope; without that,
    the whole ledger, unless the decision may be taken from anywhere."""
    there = {ref: around for ref, around in lies.items() if around is not None}
    places = [frozenset((ref, *around.values())) for ref, around in there.items() if is_place(ref.kind)]
    others = [frozenset((str(ref),)) for ref in there if KINDS[ref.kind].scoping]
    return places or others or ([] if made.anywhere else [frozenset()])


def _backdated(command: Command, sight: Sight) -> Backdated | None:
    check_dates(command.occurred, command.now, command.backdated_reason)
    if not (command.is_backdated and command.occurred):
        return None
    policy = cast("Backdating", sight.state(POLICY))
    return policy.allowing(command.occurred, command.now, command.backdated_reason)


def _check_days(made: Decision, arguments: Mapping[str, Any], now: datetime) -> None:
    for parameter in made.parameters:
        day = arguments[parameter.name]
        if parameter.past and day is not None:
            check_come(day, now)
        elif parameter.name == "since" and isinstance(day, date):
            check_near(parameter.name, day, now)


def _argument(p: Parameter, inputs: Mapping[str, Any], keys: Mapping[str, tuple[Key, ...]], sight: Sight) -> Any:
    if p.state is None:
        given = inputs.get(p.name, p.default)
        return given if given is None else checked(p, given)
    states = tuple(map(sight.state, keys[p.name]))
    return states if p.many else next(iter(states), None)


def tagged(events: Iterable[Event], known: list[Tagged]) -> Iterator[Tagged]:
    """Events with their tags, by what is known; they become known."""
    sight = Sight({})
    for each in known:
        sight.add(each)
    for each in _tagged(events, sight):
        known.append(each)
        yield each


def _tagged(events: Iterable[Event], sight: Sight) -> Iterator[Tagged]:
    for event in events:
        check_kinds(event)
        around = {str(ref): sight.lies(ref) or {} for ref in refs_of(event) if ancestors(ref.kind)}
        tagged = Tagged(event, frozenset(tags_of(event, around)))
        sight.add(tagged)
        yield tagged
