"""Verbs: what happens to a row, said with `new`, `put` and `add`, or by a function where these are too small.

Values are literals, `its.field` of the event, `at` (when it happened), `around("community")` (where) or a pure function
of row and event. Any pure function from row (or None) and event to a row stands in for a verb.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from domain.events import Event

__all__ = [
    "Around",
    "At",
    "Changes",
    "Its",
    "Key",
    "Verb",
    "add",
    "around",
    "at",
    "becomes",
    "its",
    "left",
    "new",
    "put",
]

Key = str | Callable[[Any], str | Iterable[str] | None] | None
"""The event's reference field that says which row; or a function of the event; None: the field named as the kind."""


class Its(NamedTuple):
    """The event's field of this name."""

    field: str


class At(NamedTuple):
    """When the event happened."""


class Around(NamedTuple):
    """The thing of this kind that the event is tagged with, referred to or around; None if not just one."""

    kind: str


class _Event:
    def __getattr__(self, name: str) -> Its:
        return Its(name)


its, at, around = _Event(), At(), Around


class Verb(NamedTuple):
    """What happens to a row, not yet checked against an event."""

    name: str
    values: Mapping[str, Any]
    key: Key
    function: Callable[[Any, Any], Any] | None = None


Changes = Mapping[type[Event], Verb | Callable[[Any, Any], Any]]


def new(key: Key = None, **values: Any) -> Verb:
    """A row is born: columns take the event's fields of the same name, or these values, or their defaults."""
    return Verb("new", values, key)


def put(key: Key = None, **values: Any) -> Verb:
    """Columns take these values."""
    return Verb("put", values, key)


def add(key: Key = None, **values: Any) -> Verb:
    """Columns grow by these numbers."""
    return Verb("add", values, key)


def becomes(function: Callable[[Any, Any], Any], key: Key = None) -> Verb:
    """The row becomes what a pure function makes of row (or None) and event."""
    return Verb("becomes", {}, key, function)


def left(name: str) -> Callable[[Any, Any], Any]:
    """A column that no longer refers to what the event says it leaves, if it did: `put(grid=left("grid"))`."""

    def value(row: Any, event: Any) -> Any:
        held = getattr(row, name)
        return None if held == getattr(event, name) else held

    return value
