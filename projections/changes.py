"""Changes: a row class, an event class and a verb, checked against each other and compiled to a plan."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.events import Event, Field, Hundredths, Ref, fields_of
from domain.states import KINDS, handled
from projections import steps
from projections.steps import Apply, Keys
from projections.verbs import Around, At, Its, Key, Verb, becomes

__all__ = ["Declared", "Misdeclared", "Plan", "plan"]


class Misdeclared(TypeError):
    """A row is declared that cannot be: the message names row, event and field."""


class Declared(NamedTuple):
    """What a verb has to fit: the row class and its columns."""

    row: type[Any]
    kind: str | None
    columns: Mapping[str, Field]
    required: frozenset[str]


class Plan(NamedTuple):
    """What one event type does to the rows of one class."""

    row: type[Any]
    event: type[Event]
    keys: Keys
    apply: Apply
    changes: frozenset[str] | None
    """Which columns of a row that is there; None: any."""


def plan(row: Declared, event: type[Event], change: Verb | Callable[[Any, Any], Any]) -> Plan:
    """Check a declaration and compile it."""
    verb = change if isinstance(change, Verb) else becomes(change)
    return _Maker(row, event, {field.name: field for field in fields_of(event)}).plan(verb)


class _Maker(NamedTuple):
    row: Declared
    event: type[Event]
    fields: Mapping[str, Field]

    def plan(self, verb: Verb) -> Plan:
        keys, changes = self.keys(verb.key), self.changes(verb)
        return Plan(self.row.row, self.event, keys, self.apply(verb), changes)

    def apply(self, verb: Verb) -> Apply:
        if verb.function is not None:
            return steps.becoming(verb.function)
        values = self.values(verb)
        if verb.name == "new":
            return steps.birth(self.row.row, values)
        blank = None if self.row.required - {"id"} else self.row.row
        return (steps.growth if verb.name == "add" else steps.change)(self.row.row.__name__, blank, values)

    def changes(self, verb: Verb) -> frozenset[str] | None:
        """A thing is born once; whatever else begins a row may come again, and the row then starts afresh."""
        if verb.function is not None or (verb.name == "new" and not self.born_once(verb.key)):
            return None
        return frozenset() if verb.name == "new" else frozenset(verb.values)

    def born_once(self, key: Key) -> bool:
        """Whether the row begins with an event that the thing's own state looks at, and so with the thing."""
        state = KINDS.get(self.row.kind or "")
        return not callable(key) and state is not None and self.event in handled(state)

    def values(self, verb: Verb) -> dict[str, Any]:
        values = dict(verb.values)
        if verb.name == "new":
            same = {name: Its(name) for name in self.row.columns if name in self.fields and name != "id"}
            values = same | values
            for name in sorted(self.row.required - values.keys() - {"id"}):
                raise self.wrong(name, "is left without a value")
        for name, value in values.items():
            self.check(name, value, growing=verb.name == "add")
        return values

    def check(self, name: str, value: Any, *, growing: bool) -> None:
        column = self.row.columns.get(name)
        if column is None or name == "id":
            raise self.wrong(name, "is no column")
        if growing and (column.type not in {int, Hundredths} or column.many or column.optional):
            raise self.wrong(name, "is not a number to add to")
        if isinstance(value, Its):
            if value.field not in self.fields:
                raise self.wrong(value.field, "is no field of the event")
            if not _fits(column, self.fields[value.field]):
                raise self.wrong(name, f"cannot hold the event's {value.field}")
        elif not callable(value) and not _holds(column, value):
            raise self.wrong(name, f"cannot hold {value!r}")

    def keys(self, key: Key) -> Keys:
        prefix = f"{self.row.kind}:" if self.row.kind else ""
        if callable(key):
            return steps.made_keys(key, prefix)
        name = key or self.row.kind or "id"
        field = self.fields.get(name)
        if field is None:
            raise self.wrong(name, "is no field of the event, so which row is meant is unknown")
        if field.type is not Ref:
            raise self.wrong(name, "is no reference")
        if field.kinds and self.row.kind not in {None, *field.kinds}:
            raise self.wrong(name, f"refers to no {self.row.kind}")
        if field.many:
            return steps.many_keys(name, prefix)
        sure = len(field.kinds) == 1 and not field.optional
        return steps.one_key(name) if sure else steps.maybe_key(name, prefix)

    def wrong(self, name: str, what: str) -> Misdeclared:
        return Misdeclared(f"{self.row.row.__name__} on {self.event.__name__}: {name} {what}")


def _fits(column: Field, field: Field) -> bool:
    """Whether every value of the event's field may stand in the column."""
    same = column.type is field.type and column.many == field.many
    return same and _takes(column, field) and (column.optional or not field.optional)


def _takes(column: Field, field: Field) -> bool:
    if column.type is not Ref:
        return bool(column.of == field.of)
    return not column.kinds or (bool(field.kinds) and set(field.kinds) <= set(column.kinds))


def _holds(column: Field, value: Any) -> bool:
    if value is None:
        return column.optional
    if isinstance(value, At):
        return column.type is datetime and not column.many
    if isinstance(value, Around):
        return column.optional and not column.many and value.kind in column.kinds
    if column.many:
        return isinstance(value, tuple) and all(_is(column, item) for item in value)
    return _is(column, value)


def _is(column: Field, value: Any) -> bool:
    kind = int if column.type is Hundredths else column.type
    return type(value) is kind


def listed(plans: Iterable[Plan]) -> frozenset[str] | None:
    """The columns that any of the plans changes in a row that is there; None: any."""
    sets = [each.changes for each in plans]
    return None if None in sets else frozenset().union(*(each for each in sets if each is not None))
