"""Where a value lies in the row that an object is made of: in a column, or in an event's stored body."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from json import dumps
from typing import Any, NamedTuple, Protocol

from api.scalars import instant, spelling
from api.statement import literal, quoted
from domain.events import Event, Field, Hundredths, is_for_staff

__all__ = ["Column", "InBody", "Place", "in_body"]


class Place(Protocol):
    @property
    def field(self) -> Field: ...

    def json(self, alias: str) -> str:
        """SQL whose JSON is the value as the API spells it, lists included."""
        ...

    def text(self, alias: str) -> str:
        """SQL text of a single value, such as a reference's tag."""
        ...

    def texts(self, alias: str) -> str:
        """SQL text[] of a list."""
        ...

    def value(self, row: Any) -> Any:
        """The same in Python, from the record of the row: a value of the domain."""
        ...


class Column(NamedTuple):
    field: Field

    def json(self, alias: str) -> str:
        spelled, column = spelling(self.field.type).sql, self.text(alias)
        if not self.field.many or spelled is str:
            return spelled(column)
        each = f"(select json_agg({spelled('v')} order by n) from unnest({column}) with ordinality x(v, n))"
        return f"case when {column} is not null then coalesce({each}, '[]') end"

    def text(self, alias: str) -> str:
        return f"{alias}.{quoted(self.field.name)}"

    def texts(self, alias: str) -> str:
        return self.text(alias)

    def value(self, row: Any) -> Any:
        found, one = row[self.field.name], spelling(self.field.type).python
        if found is None:
            return None
        return [one(each) for each in found] if self.field.many else one(found)


class InBody(NamedTuple):
    """A field of an event; what a former shape lacked takes its default, as in the domain."""

    field: Field
    default: Any = None
    """As JSON."""

    def json(self, alias: str) -> str:
        stored = self._stored(alias)
        if self.field.type is not Hundredths:
            return stored
        one = spelling(Hundredths).sql
        if not self.field.many:
            return one(f"({stored} #>> '{{}}')::bigint")
        each = f"json_array_elements_text({stored}) with ordinality x(v, n)"
        listed = f"(select json_agg({one('v::bigint')} order by n) from {each})"
        return f"case when json_typeof({stored}) = 'array' then coalesce({listed}, '[]') end"

    def text(self, alias: str) -> str:
        return f"({self._stored(alias)} #>> '{{}}')"

    def texts(self, alias: str) -> str:
        stored = self._stored(alias)
        each = f"json_array_elements_text({stored}) with ordinality x(v, n)"
        return f"case when json_typeof({stored}) = 'array' then array(select v from {each} order by n) end"

    def value(self, row: Any) -> Any:
        stored, one = row["body"].get(self.field.name, self.default), _from_json(self.field.type)
        if stored is None:
            return None
        return [one(each) for each in stored] if self.field.many else one(stored)

    def _stored(self, alias: str) -> str:
        column = "personal" if is_for_staff(self.field) else "body"
        stored = f"({alias}.{column} -> {literal(self.field.name)})"
        if self.default is None:
            return stored
        return f"coalesce({stored}, {literal(dumps(self.default, ensure_ascii=False))}::json)"


def in_body(event: type[Event], field: Field) -> InBody:
    """Where an event's field lies; its default is what the class says."""
    return InBody(field, _to_json(getattr(event, field.name, None)))


def _to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_json(each) for each in value]
    if isinstance(value, Enum):
        return value.name
    return instant(value) if isinstance(value, datetime) else str(value) if isinstance(value, date) else value


def _from_json(kind: Any) -> Callable[[Any], Any]:
    if kind in {date, datetime}:
        return kind.fromisoformat  # type: ignore[no-any-return]
    return spelling(kind).python
