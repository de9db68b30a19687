"""Verbs: what happens to a row, said with `new`, `put` and `add`, or by a function where these are too small.

Values are literals, `its.field` of the event, `at` (when it happened) or a pure function of row and event. Any pure
function from row (or None) and event to a row stands in for a verb.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from domain.events import Event

__all__ = ["At", "Changes", "Its", "Key", "Verb", "add", "at", "becomes", "its", "new", "put"]

Key = str | Callable[[Any], str | Iterable[str] | None] | None
"""The event's reference field that says which row; or a function of the event; None: the field named as the kind."""


class Its(NamedTuple):
    """The event's field of this name."""

    field: str


class At(NamedTuple):
    """When the event happened."""


class _Event:
    def __getattr__(self, name: str) -> Its:
        return Its(name)


its, at = _Event(), At()


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
