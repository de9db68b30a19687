"""Reactions: what follows from an event by itself. A pure function from the event to acts, now or from a day on.

`@reaction def …(event: PostVacated) -> Iterator[Act]` is declared in the context that acts; the events it is annotated
with are the ones it gets, and nothing is registered. What follows is decided like any other command, by the system, and
stands in the ledger with the event that caused it; replay and rebuilding never decide.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, get_args
from typing import get_type_hints as hints

from domain.bodies import CHINA
from domain.decisions import Decision
from domain.events import EVENTS, Event, Personal
from domain.words import Words, words_of

__all__ = ["REACTIONS", "Act", "Happened", "Reaction", "act", "act_at", "act_on", "reaction"]

F = TypeVar("F", bound=Callable[..., Iterator["Act"]])
REACTIONS: dict[str, "Reaction"] = {}


class Act(NamedTuple):
    """A decision for the system to take; `on`: the day or moment from which on it is to be taken, none: at once."""

    decision: Decision
    inputs: Mapping[str, Any]
    on: date | datetime | None = None

    @property
    def due(self) -> datetime | None:
        """The moment; a day begins at midnight in China."""
        if self.on is None or isinstance(self.on, datetime):
            return self.on
        return datetime.combine(self.on, time(), CHINA)


class Happened(NamedTuple):
    """Where and when an event was recorded; a reaction that wants it has a parameter `happened`."""

    ledger: str
    position: int
    tags: frozenset[str]
    occurred_at: datetime
    recorded_at: datetime


class PersonalPassed(TypeError):
    """A reaction would pass on personal text, which it gets sealed and which would be sealed twice."""


@dataclass(frozen=True)
class Reaction:
    """A reaction with what its signature says; its name is kept with all that it did, so a renamed one is a new one."""

    function: Callable[..., Iterator[Act]]

    @cached_property
    def name(self) -> str:
        """`teams.leave_with_post`: the context and the function."""
        return f"{self.function.__module__.removeprefix('domain.')}.{self.function.__name__}"

    @cached_property
    def events(self) -> frozenset[type[Event]]:
        hint = hints(self.function)["event"]
        return frozenset(get_args(hint) or (hint,)) & frozenset(EVENTS.values())

    @cached_property
    def words(self) -> Words:
        return words_of(self.function)

    def acts(self, event: Event, happened: Happened) -> tuple[Act, ...]:
        """What follows from an event of those it gets, always the same."""
        wants = "happened" in inspect.signature(self.function).parameters
        acts = tuple(self.function(event, happened) if wants else self.function(event))
        for each in acts:
            if _has_personal(tuple(each.inputs.values())):
                raise PersonalPassed(self.name)
        return acts


def reaction(function: F) -> F:
    """Have the system act whenever one of the events that `event` is annotated with is recorded."""
    made = Reaction(function)
    if REACTIONS.setdefault(made.name, made) is not made:
        raise TypeError(f"two reactions named {made.name}")
    return function


def _has_personal(value: Any) -> bool:
    return isinstance(value, Personal) or (isinstance(value, tuple) and any(map(_has_personal, value)))


def act(decision: Decision, **inputs: Any) -> Act:
    """At once."""
    return Act(decision, inputs)


def act_on(day: date, decision: Decision, **inputs: Any) -> Act:
    """When the clock first shows that day or a later one."""
    return Act(decision, inputs, day)


def act_at(moment: datetime, decision: Decision, **inputs: Any) -> Act:
    """When the clock first shows that moment or a later one."""
    return Act(decision, inputs, moment)
