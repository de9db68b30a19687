"""Bodies: an event's fields as JSON values and back. Times are +08:00, enums their names, references their tags.

A body of a former version is read as the present one has it, step by step; what is stored never changes.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from domain.events import EVENTS, Event, Field, Personal, Purpose, Ref, fields_of, sealed_under
from domain.memo import memo

__all__ = ["CHINA", "EventUnknown", "from_body", "personal_fields", "present", "purpose_of", "to_body"]

CHINA = timezone(timedelta(hours=8))
Convert = Callable[[Any], Any]


class EventUnknown(LookupError):
    """The history holds an event type, or a version of one, that this release does not know."""


def to_body(event: Event) -> dict[str, Any]:
    """The event's fields as JSON values; personal fields still in clear (the event store seals them)."""
    return {name: convert(getattr(event, name)) for name, convert in _writers(type(event))}


def from_body(name: str, body: Mapping[str, Any], version: int) -> Event:
    """The event of a stored body; fields that a former version lacked take their defaults."""
    event = _known(name, version)
    body = _upcast(event, body, version)
    return event(**{name: convert(body[name]) for name, convert in _readers(event) if name in body})


def present(name: str, body: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """A stored body as the present version has it, without what that no longer says."""
    event = _known(name, version)
    if version == event.version:
        return body
    fields = {field.name for field in fields_of(event)}
    return {name: value for name, value in _upcast(event, body, version).items() if name in fields}


@memo
def personal_fields(event: type[Event]) -> tuple[tuple[str, str, str], ...]:
    """The personal fields of an event class, each with the name of its purpose (`IDENTITY`), and the field that names
    whose key seals it."""
    personal = (f for f in fields_of(event) if f.type is Personal)
    return tuple((f.name, purpose_of(f.of), sealed_under(event, f).name) for f in personal)


def purpose_of(purpose: type[Purpose]) -> str:
    """The name that a purpose's keys are kept by."""
    return purpose.__name__.upper()


def _known(name: str, version: int) -> type[Event]:
    event = EVENTS.get(name)
    if event is None or not 1 <= version <= event.version:
        raise EventUnknown(f"{name} of version {version}")
    return event


def _upcast(event: type[Event], body: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    for former in range(version, event.version):
        if former in event.formerly:
            body = event.formerly[former](body)
    return body


@memo
def _writers(event: type[Event]) -> tuple[tuple[str, Convert], ...]:
    return tuple((field.name, _whole(field, _written(field.type))) for field in fields_of(event))


@memo
def _readers(event: type[Event]) -> tuple[tuple[str, Convert], ...]:
    return tuple((field.name, _whole(field, _read(field.type))) for field in fields_of(event))


def _whole(field: Field, convert: Convert) -> Convert:
    if field.many:
        return lambda values: values if values is None else tuple(map(convert, values))
    return lambda value: value if value is None else convert(value)


def _written(kind: type[Any]) -> Convert:
    if kind is datetime:
        return lambda value: value.astimezone(CHINA).isoformat()
    if kind is date:
        return date.isoformat
    return str if kind in (Ref, Personal) else _plain


def _read(kind: type[Any]) -> Convert:
    if kind in (date, datetime):
        return kind.fromisoformat  # type: ignore[no-any-return]
    if hasattr(kind, "__members__"):
        return kind.__members__.__getitem__  # type: ignore[no-any-return]
    return kind if kind in (Ref, Personal) else _plain


def _plain(value: Any) -> Any:
    return getattr(value, "name", value)
