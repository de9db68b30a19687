"""Scalars: each has one Python and one SQL serialiser, which give the same JSON for the same value."""

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.bodies import CHINA
from domain.events import Confidential, Hundredths, Personal, Position, Ref

__all__ = ["SCALARS", "Json", "Position", "Spelling", "spelling"]

Json = NewType("Json", object)

GREATEST = 2**63 - 1
DECIMAL = re.compile(r"(-?)([0-9]{1,13})(?:\.([0-9]{1,2}))?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")


def parse_position(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= GREATEST:
        raise GraphQLError(f"A Position is a whole number from 0 to {GREATEST}. Position 是 0 至 {GREATEST} 的整数。")
    return value


def decimal(hundredths: int) -> str:
    """`8330` → `"83.30"`."""
    sign, whole = "-" if hundredths < 0 else "", abs(hundredths)
    return f"{sign}{whole // 100}.{whole % 100:02}"


def parse_decimal(value: Any) -> Hundredths:
    match = DECIMAL.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise GraphQLError('A Decimal is a string like "83.30". Decimal 是形如 "83.30" 的字符串。')
    whole = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return Hundredths(-whole if match[1] else whole)


def parse_date(value: Any) -> date:
    try:
        if isinstance(value, str) and DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise GraphQLError("A Date is like 2025-03-01. Date 形如 2025-03-01。")


def instant(value: datetime) -> str:
    return value.astimezone(CHINA).isoformat()


def parse_instant(value: Any) -> datetime:
    try:
        if isinstance(value, str) and TIME.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(CHINA)
    except (ValueError, OverflowError):
        pass
    raise GraphQLError(
        "A DateTime is like 2025-03-01T12:00:00+08:00. DateTime 形如 2025-03-01T12:00:00+08:00，须带时区。"
    )


def sql_decimal(value: str) -> str:
    """Multiplied, since a division of large numbers is rounded."""
    return f"(({value})::numeric * 0.01)::text"


def sql_instant(value: str) -> str:
    """As `datetime.isoformat` has it: microseconds only where there are some."""
    whole, parts = ('YYYY-MM-DD"T"HH24:MI:SS"+08:00"', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"')
    form = f"case when date_trunc('second', {value}) = {value} then '{whole}' else '{parts}' end"
    return f"to_char({value} at time zone interval '8 hours', {form})"


def sql_date(value: str) -> str:
    return f"to_char({value}, 'YYYY-MM-DD')"


def _scalar(
    name: str, words: str, serialize: Callable[[Any], Any], parse: Callable[[Any], Any] | None = None
) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=words, serialize=serialize, parse_value=parse)


SCALARS: dict[object, ScalarDefinition] = {
    Position: _scalar(
        "Position",
        "A place in a ledger: 1, 2, 3 …; it may pass 2³¹.\n在账本中的位置：1、2、3……，可超过 2³¹。",
        int,
        parse_position,
    ),
    Hundredths: _scalar(
        "Decimal",
        'An exact amount as a string with two decimals, like "83.30".\n精确数值，两位小数的字符串，如 "83.30"。',
        decimal,
        parse_decimal,
    ),
    date: _scalar("Date", "A day, like 2025-03-01.\n日期，如 2025-03-01。", date.isoformat, parse_date),
    datetime: _scalar(
        "DateTime",
        "A moment in Chinese time, like 2025-03-01T12:00:00+08:00.\n东八区时刻，如 2025-03-01T12:00:00+08:00。",
        instant,
        parse_instant,
    ),
    Json: _scalar("JSON", "Any JSON value.\n任意 JSON 值。", lambda value: value),
}


class Spelling(NamedTuple):
    """How values of one type of the domain are typed, written and read."""

    token: Any
    """The Python type that stands for the GraphQL type."""
    sql: Callable[[str], str]
    """From an SQL expression of the column's type to one whose JSON is the scalar's."""
    python: Callable[[Any], Any]
    """From the column's value, as the driver gives it, to what the GraphQL type serialises."""
    cast: str
    """The column's type, for parameters."""


def _same(value: Any) -> Any:
    return value


PLAIN: dict[object, Spelling] = {
    str: Spelling(str, str, _same, "text"),
    Ref: Spelling(strawberry.ID, str, _same, "text"),
    Personal: Spelling(str, str, _same, "text"),
    Confidential: Spelling(str, str, _same, "text"),
    bool: Spelling(bool, str, _same, "boolean"),
    int: Spelling(int, lambda value: f"({value})::int", _same, "bigint"),  # beyond Int: an error either way
    Position: Spelling(Position, str, _same, "bigint"),
    Hundredths: Spelling(Hundredths, sql_decimal, _same, "bigint"),
    date: Spelling(date, sql_date, _same, "date"),
    datetime: Spelling(datetime, sql_instant, _same, "timestamptz"),
    float: Spelling(float, lambda value: f"({value})::float8", _same, "float8"),
}


def spelling(kind: Any) -> Spelling:
    """The spelling of a field type of the domain; an enum is stored as the name of its member."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Spelling(kind, str, kind.__getitem__, "text")
    return PLAIN[kind]
