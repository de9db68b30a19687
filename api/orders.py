"""Orders: what a list goes by, the cursors that say how far one came, and how SQL goes on from there.

A list goes newest first unless asked otherwise. Ties are broken by when a row was born and by its id, so that every
order is total; what has no value comes last either way.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from graphql import GraphQLError
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition

from api.declared import Argument, optional
from api.errors import CursorInvalid
from api.lists import position, text
from api.naming import words
from api.scalars import (
    GREATEST,
    decimal,
    instant,
    parse_date,
    parse_decimal,
    parse_instant,
    sql_date,
    sql_decimal,
    sql_instant,
)
from api.selections import Getter
from api.statement import Statement, literal, quoted
from api.versions import Condition
from domain.events import Field, Hundredths
from domain.memo import memo
from domain.words import WORDS
from projections.rows import BORN, Row, kind_of, ordered

__all__ = ["Order", "Place", "order_arguments", "order_of"]


DIGITS = 24


class Mark(NamedTuple):
    """How a value stands in a cursor."""

    sql: Callable[[str], str]
    python: Callable[[Any], str]
    parse: Callable[[str], Any]
    cast: str


def _integer(digits: str) -> int:
    if not digits.removeprefix("-").isascii() or abs(int(digits)) > GREATEST:
        raise ValueError(digits)
    return int(digits)


MARKS = {
    str: Mark(str, str, text, "text"),
    int: Mark(lambda value: f"{value}::text", str, _integer, "bigint"),
    Hundredths: Mark(sql_decimal, decimal, parse_decimal, "bigint"),
    date: Mark(sql_date, date.isoformat, parse_date, "date"),
    datetime: Mark(sql_instant, instant, parse_instant, "timestamptz"),
}


class Place(NamedTuple):
    """Where a cursor stands in its order; None: among those that have no value."""

    born: int
    id: str
    value: Any = None


class Order(NamedTuple):
    """By a column, or newest first."""

    row: type[Row]
    column: Field | None = None
    descending: bool = True

    @property
    def name(self) -> str:
        return f"{self.column.name.upper()}_{'DESC' if self.descending else 'ASC'}" if self.column else ""

    @property
    def tag(self) -> str:
        """Tells cursors of this order from those of another order or another list."""
        return hashlib.sha256(f"{self.row.__name__} {self.name}".encode()).hexdigest()[:6]

    @property
    def mark(self) -> Mark:
        return MARKS[self.column.type] if self.column else MARKS[str]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column.name,) if self.column else (BORN,)

    def sql(self, a: str) -> str:
        way = "desc" if self.descending else "asc"
        first = f"{self._key(a)} {way} nulls last, " if self.column else ""
        return f"order by {first}{a}.{BORN} {way}, {self._tie(a)} {way}"

    def cursor(self, a: str) -> str:
        head = f"{literal(self.tag + '.')} || {a}.{BORN} || '.' || {self._tie(a)}"
        value = self.mark.sql(f"{a}.{quoted(self.column.name)}") if self.column else ""
        return f"({head} || coalesce(' ' || {value}, ''))" if value else f"({head})"

    def told(self, row: Mapping[str, Any]) -> str:
        """The same cursor of a row that was read."""
        value = row[self.column.name] if self.column else None
        key = row["id"] if kind_of(self.row) else hashlib.sha256(row["id"].encode()).hexdigest()[:DIGITS]
        return f"{self.tag}.{row[BORN]}.{key}" + ("" if value is None else f" {self.mark.python(value)}")

    def place(self, cursor: str) -> Place:
        """`3fa91c.12.compound:3fa9 外贸小区`: the tag, where the row was born, its id and its value."""
        tag, _, rest = cursor.partition(".")
        born, dot, rest = rest.partition(".")
        id_, space, value = rest.partition(" ")
        if tag != self.tag or not dot or (space and not self.column):
            raise CursorInvalid("after")
        try:
            return Place(position(born), text(id_), self.mark.parse(value) if space else None)
        except (ValueError, GraphQLError) as error:
            raise CursorInvalid("after") from error

    def seek(self, statement: Statement, after: Getter | None) -> Iterator[Condition]:
        """What comes after the cursor."""
        if after is None:
            return
        born = statement.parameter(after, "bigint", lambda cursor: self.place(cursor).born)
        id_, than = statement.parameter(after, "text", lambda cursor: self.place(cursor).id), "<>"[not self.descending]
        if self.column is None:
            yield Condition((BORN,), lambda a: f"({a}.{BORN}, {self._tie(a)}) {than} ({born}, {id_})")
            return
        value = statement.parameter(after, self.mark.cast, lambda cursor: self.place(cursor).value)
        yield Condition((self.column.name,), lambda a: self._beyond(a, than, born, id_, value))

    def _beyond(self, a: str, *place: str) -> str:
        than, born, id_, value = place
        beyond = f"({self._key(a)}, {a}.{BORN}, {self._tie(a)}) {than} ({value}, {born}, {id_})"
        if self.column is None or not self.column.optional:
            return beyond
        later = f"{value} is not null or ({a}.{BORN}, {self._tie(a)}) {than} ({born}, {id_})"
        return f"({beyond} or {self._key(a)} is null and ({later}))"

    def _tie(self, a: str) -> str:
        """The id; a key of the row's own making may say whom it is about, and is not told."""
        if kind_of(self.row):
            return f"{a}.id"
        return f"substr(encode(sha256(convert_to({a}.id, 'UTF8')), 'hex'), 1, {DIGITS}) collate \"C\""

    def _key(self, a: str) -> str:
        [name] = self.columns
        return f"{a}.{quoted(name)}" + (' collate "C"' if self.column and self.column.type is str else "")


def order_of(row: type[Row], asked: Any) -> Order:
    """The order of this name, or the usual one."""
    name = asked.name if isinstance(asked, Enum) else asked
    return next((each for each in _orders(row) if each.name == name), Order(row))


def order_arguments(row: type[Row]) -> Iterator[Argument]:
    if row.orders:
        yield Argument(
            "orderBy", optional(_order_type(row)), "In which order; none: newest first.\n排序；空为由新到旧。"
        )


def _orders(row: type[Row]) -> Iterator[Order]:
    return (Order(row, column, descending) for column in ordered(row) for descending in (False, True))


@memo
def _order_type(row: type[Row]) -> StrawberryEnumDefinition:
    name = f"{row.__name__}Order"
    values = [EnumValue(each.name, each.name, description=_told(each)) for each in _orders(row)]
    kind = Enum(name, {each.name: each.name for each in _orders(row)})  # type: ignore[misc]
    first, last = words(row).split("\n")
    return StrawberryEnumDefinition(kind, name, values, f"What a list goes by: {first}\n列表的排序：{last}")


def _told(order: Order) -> str:
    en, zh = WORDS.get(order.columns[0], ("", ""))
    return f"{en} {'Last' if order.descending else 'First'} first.\n{zh}{'降序' if order.descending else '升序'}。"
