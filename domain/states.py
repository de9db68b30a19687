"""States: what decisions look at, folded from the events that carry a state's tags and that its `evolve` handles.

A state's fields without a default are its key, references all; the others start at their defaults. `evolve` is
annotated with the union of the events it handles, and that annotation is the query; a state that remembers where its
events stand takes their `position` too, 0 as long as they are not recorded. A kind is born with the state whose
key is `id: Ref[itself]`; other states of it see other sides of the same thing, so they never clash with one another.
"""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform, get_args
from typing import get_type_hints as hints

from domain.events import EVENTS, Event, Ref
from domain.memo import memo
from domain.words import snake

__all__ = [
    "KINDS",
    "Key",
    "State",
    "ancestors",
    "evolved",
    "handled",
    "is_kind",
    "is_place",
    "key_fields",
    "key_kinds",
    "key_of",
]

KINDS: dict[str, type["State"]] = {}


@dataclass_transform(frozen_default=True)
class State:
    """Base of states. `within` names the kind that the kind lies in, whose tags its events repeat; `natural` marks
    the kind of natural persons, `scoping` one that lies nowhere and yet may be what a grant is given over."""

    within: ClassVar[type["State"] | None]
    natural: ClassVar[bool]
    scoping: ClassVar[bool]

    def __init_subclass__(
        cls, *, within: "type[State] | None" = None, natural: bool = False, scoping: bool = False
    ) -> None:
        super().__init_subclass__()
        cls.within, cls.natural, cls.scoping = within, natural, scoping
        dataclass(frozen=True)(cls)
        if _is_own_id(cls):
            KINDS[snake(cls.__name__)] = cls

    def evolve(self, event: Any) -> Self:
        """The state after an event; the annotation of `event` says which events the state looks at."""
        raise TypeError(f"{type(self).__name__} does not say how {type(event).__name__} changes it")


class Key(NamedTuple):
    """Which state of which thing."""

    state: type[State]
    refs: tuple[Ref[Any], ...]


def _is_own_id(cls: type[State]) -> bool:
    target = (get_args(cls.__annotations__.get("id")) or (None,))[0]
    return getattr(target, "__forward_arg__", None) == cls.__name__


def is_kind(state: type[State]) -> bool:
    """Whether this state is the one that its kind is born with."""
    return KINDS.get(snake(state.__name__)) is state


@memo
def key_fields(state: type[State]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(state) if f.default is MISSING and f.default_factory is MISSING)  # type: ignore[arg-type]


@memo
def key_kinds(state: type[State]) -> tuple[str, ...]:
    """The kind of each reference in a state's key."""
    types = hints(state)
    return tuple(snake(get_args(types[name])[0].__name__) for name in key_fields(state))


def key_of(state: State) -> Key:
    return Key(type(state), tuple(getattr(state, name) for name in key_fields(type(state))))


@memo
def handled(state: type[State]) -> frozenset[type[Event]]:
    """The event classes that `evolve` is annotated with."""
    hint = hints(state.evolve)["event"]
    return frozenset(get_args(hint) or (hint,)) & frozenset(EVENTS.values())


@memo
def ancestors(kind: str) -> frozenset[str]:
    """The kinds that a kind lies in, nearest and farther."""
    found, state = set(), KINDS[kind].within
    while state is not None:
        found.add(snake(state.__name__))
        state = state.within
    return frozenset(found)


@memo
def is_place(kind: str) -> bool:
    """Whether things of a kind lie somewhere or have others lying in them."""
    return bool(ancestors(kind)) or any(kind in ancestors(other) for other in KINDS)


@memo
def _takes_position(state: type[State]) -> bool:
    return "position" in inspect.signature(state.evolve).parameters


def evolved(state: State, event: Event, position: int) -> State:
    """The state after an event at a position."""
    evolve: Callable[..., State] = state.evolve
    return evolve(event, position) if _takes_position(type(state)) else evolve(event)
