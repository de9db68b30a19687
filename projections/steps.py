"""Steps: the functions that declarations compile to, called once for every event and row concerned.

All are pure. The machinery's stamps are set here: `born` and `known_since` are positions.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from msgspec.structs import replace

from domain.events import Ref
from projections.verbs import Around, At, Its

__all__ = [
    "Apply",
    "Facts",
    "Keys",
    "RowMissing",
    "becoming",
    "birth",
    "change",
    "growth",
    "made_keys",
    "many_keys",
    "maybe_key",
    "one_key",
]


class Facts(Protocol):
    """What the entry says of an event."""

    @property
    def position(self) -> int: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def occurred_at(self) -> datetime: ...


Keys = Callable[[Any], Iterable[str]]
Apply = Callable[[Any, str, Any, Facts], Any]
"""Row or None, key, event and what its entry says → the row after it, the very same one if nothing changed."""
Get = Callable[[Any, Any, Facts], Any]


class RowMissing(LookupError):
    """An event changes a row that no event brought into being."""


def one_key(name: str) -> Keys:
    get = attrgetter(name)
    return lambda event: (get(event),)


def maybe_key(name: str, prefix: str) -> Keys:
    get = attrgetter(name)

    def keys(event: Any) -> Iterable[str]:
        ref = get(event)
        return (ref,) if ref is not None and ref.startswith(prefix) else ()

    return keys


def many_keys(name: str, prefix: str) -> Keys:
    get = attrgetter(name)
    return lambda event: tuple(dict.fromkeys(ref for ref in get(event) or () if ref.startswith(prefix)))


def made_keys(make: Callable[[Any], str | Iterable[str] | None], prefix: str) -> Keys:
    def keys(event: Any) -> Iterable[str]:
        made = make(event)
        several = (made,) if isinstance(made, str) else made or ()
        return tuple(dict.fromkeys(key for key in several if key.startswith(prefix)))

    return keys


def birth(row: type[Any], values: Mapping[str, Any]) -> Apply:
    getters = _getters(values)

    def apply(old: Any, key: str, event: Any, facts: Facts) -> Any:
        born = facts.position if old is None else old.born
        given = {name: get(old, event, facts) for name, get in getters}
        return row(born=born, known_since=facts.position, id=key, **given)

    return apply


def change(row: str, blank: type[Any] | None, values: Mapping[str, Any]) -> Apply:
    getters = _getters(values)

    def apply(old: Any, key: str, event: Any, facts: Facts) -> Any:
        now = _begun(row, blank, key, facts.position) if old is None else old
        given = {name: get(now, event, facts) for name, get in getters}
        return _stamped(now, given, facts.position)

    return apply


def growth(row: str, blank: type[Any] | None, values: Mapping[str, Any]) -> Apply:
    getters = _getters(values)

    def apply(old: Any, key: str, event: Any, facts: Facts) -> Any:
        now = _begun(row, blank, key, facts.position) if old is None else old
        given = {name: getattr(now, name) + get(now, event, facts) for name, get in getters}
        return _stamped(now, given, facts.position)

    return apply


def becoming(function: Callable[[Any, Any], Any]) -> Apply:
    def apply(old: Any, key: str, event: Any, facts: Facts) -> Any:
        made = function(old, event)
        if made is None or made is old:
            return old
        if old is None:
            return replace(made, id=key, born=facts.position, known_since=facts.position)
        made = replace(made, id=key, born=old.born, known_since=old.known_since)
        return old if made == old else replace(made, known_since=facts.position)

    return apply


def _begun(row: str, blank: type[Any] | None, key: str, position: int) -> Any:
    """A row that has no columns to be told at birth begins with whatever first concerns it."""
    if blank is None:
        raise RowMissing(f"{row} {key}")
    return blank(born=position, known_since=position, id=key)


def _stamped(row: Any, given: Mapping[str, Any], position: int) -> Any:
    for name, value in given.items():
        if getattr(row, name) != value:
            return replace(row, known_since=position, **given)
    return row


def _getters(values: Mapping[str, Any]) -> tuple[tuple[str, Get], ...]:
    return tuple((name, _getter(value)) for name, value in values.items())


def _getter(value: Any) -> Get:
    match value:
        case Its(field):
            get = attrgetter(field)
            return lambda _row, event, _facts: get(event)
        case At():
            return lambda _row, _event, facts: facts.occurred_at
        case Around(kind):
            return lambda _row, _event, facts: _place(f"{kind}:", facts.tags)
    if callable(value):
        return lambda row, event, _facts: value(row, event)
    return lambda _row, _event, _facts: value


def _place(prefix: str, tags: tuple[str, ...]) -> Ref[Any] | None:
    found = [tag for tag in tags if tag.startswith(prefix)]
    return Ref(found[0]) if len(found) == 1 else None
