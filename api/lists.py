"""What every list agrees on: its arguments, its cursors and how long a page is."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import strawberry

from api.declared import Argument, enum_type, listed, optional
from api.errors import CursorInvalid, PageUnfit
from api.naming import camel, told
from api.scalars import GREATEST, spelling
from api.selections import Chosen
from api.statement import Statement
from domain.events import Field, Ref
from projections.rows import Row, columns

__all__ = [
    "EVENT_ARGUMENTS",
    "FIRST",
    "MOST",
    "PAGE_ARGUMENTS",
    "event_cursor",
    "filter_arguments",
    "filters",
    "ledger_in",
    "page_length",
    "page_size",
    "position",
    "stored",
    "tag_in",
    "tags_in",
    "text",
]

FIRST, MOST = 50, 500
DIGITS = len(str(GREATEST))

PAGE_ARGUMENTS = (
    Argument(
        "first", optional(int), f"How many; {FIRST} if not said, at most {MOST}.\n条数；默认 {FIRST}，最多 {MOST}。"
    ),
    Argument("after", optional(str), "The cursor after which to go on.\n从此游标之后继续。"),
)
EVENT_ARGUMENTS = (
    *PAGE_ARGUMENTS,
    Argument(
        "types",
        optional(listed(str)),
        "Only events of one of these types; none: of any.\n仅限这些类型的事件；空为不限。",
    ),
    Argument(
        "tags",
        optional(listed(str)),
        "Only events about all of these things, by their ids.\n仅限与全部这些事物（按编号）有关的事件。",
    ),
    Argument(
        "backdatedDays",
        optional(int),
        "Only events dated back by at least so many days; 0: all that were dated back.\n"
        "仅限追溯登记至少若干天的事件；0 为全部追溯登记的事件。",
    ),
    Argument(
        "daysLate",
        optional(int),
        "Only events that were recorded at least so many days after what they say began, ended or happened; 0: all "
        "that were recorded on a later day.\n"
        "仅限在所述事项起始、终止或发生至少若干天后才登记的事件；0 为全部迟于当日登记的事件。",
    ),
)


def filters(row: type[Row], through: str | None = None) -> Iterator[Field]:
    """The columns by which rows may be listed, but for the one that the list already goes through."""
    by_name = {column.name: column for column in columns(row)}
    return (by_name[by.column] for by in row.lists if by.column != through)


def filter_arguments(row: type[Row], through: str | None = None) -> Iterator[Argument]:
    for column in filters(row, through):
        kind: Any = strawberry.ID if column.type is Ref else column.type
        if isinstance(kind, type) and issubclass(kind, Enum):
            kind = enum_type(kind)
        elif column.type is not Ref:
            kind = spelling(kind).token
        yield Argument(camel(column.name), optional(kind), told(column.name))


def page_size(first: int | None) -> int:
    if first is None:
        return FIRST
    if not 0 <= first <= MOST:
        raise PageUnfit(first, MOST)
    return first


def page_length(statement: Statement, chosen: Chosen) -> str:
    """The same in SQL; checked whether or not it is needed."""
    statement.require(chosen.given.get("first"), page_size)
    return statement.parameter(chosen.given.get("first", lambda _: None), "bigint", page_size)


def tags_in(ids: Iterable[str]) -> list[str]:
    """The tags that things are found by, of their public ids; a tag by itself is taken as it is."""
    return [text(id_.partition(":")[2] if id_.count(":") > 1 else id_) for id_ in ids]


def event_cursor(cursor: str) -> int:
    """The position of an event."""
    return position(cursor)


def position(digits: str) -> int:
    """As it stands in a cursor."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS and int(digits) <= GREATEST):
        raise CursorInvalid("after")
    return int(digits)


def text(value: str) -> str:
    """As PostgreSQL can hold it; nothing that is recorded has a zero character."""
    return value.replace("\0", "\ufffd")


def ledger_in(id_: str) -> str:
    """The ledger of a public id: `140423` of `140423:compound:3fa9`."""
    return text(id_).partition(":")[0]


def tag_in(id_: str) -> str:
    """The tag of a public id: `compound:3fa9` of `140423:compound:3fa9`."""
    return text(id_).partition(":")[2]


def stored(value: Any) -> Any:
    """A filter's value as the column holds it."""
    return value.name if isinstance(value, Enum) else text(value) if isinstance(value, str) else value
