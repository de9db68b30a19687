"""Steps: the functions that declarations compile to, called once for every event and row concerned.

All are pure. The machinery's stamps are set here: `born` and `known_since` are positions.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from projections.verbs import At, Its

__all__ = [
    "Apply",
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

Keys = Callable[[Any], Iterable[str]]
Apply = Callable[[Any, str, Any, datetime, int], Any]
"""Row or None, key, event, when it happened, position → the row after it, the very same one if nothing changed."""
Get = Callable[[Any, Any, datetime], Any]


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

    def apply(old: Any, key: str, event: Any, when: datetime, position: int) -> Any:
        born = position if old is None else old.born
        given = {name: get(old, event, when) for name, get in getters}
        return row(born=born, known_since=position, id=key, **given)

    return apply


def change(row: str, blank: type[Any] | None, values: Mapping[str, Any]) -> Apply:
    getters = _getters(values)

    def apply(old: Any, key: str, event: Any, when: datetime, position: int) -> Any:
        now = _begun(row, blank, key, position) if old is None else old
        given = {name: get(now, event, when) for name, get in getters}
        return _stamped(now, given, position)

    return apply


def growth(row: str, blank: type[Any] | None, values: Mapping[str, Any]) -> Apply:
    getters = _getters(values)

    def apply(old: Any, key: str, event: Any, when: datetime, position: int) -> Any:
        now = _begun(row, blank, key, position) if old is None else old
        given = {name: getattr(now, name) + get(now, event, when) for name, get in getters}
        return _stamped(now, given, position)

    return apply


def becoming(function: Callable[[Any, Any], Any]) -> Apply:
    def apply(old: Any, key: str, event: Any, _: datetime, position: int) -> Any:
        made = function(old, event)
        if made is None or made is old:
            return old
        if old is None:
            return replace(made, id=key, born=position, known_since=position)
        made = replace(made, id=key, born=old.born, known_since=old.known_since)
        return old if made == old else replace(made, known_since=position)

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
    if isinstance(value, Its):
        get = attrgetter(value.field)
        return lambda _row, event, _when: get(event)
    if isinstance(value, At):
        return lambda _row, _event, when: when
    if callable(value):
        return lambda row, event, _when: value(row, event)
    return lambda _row, _event, _when: value
