"""Changes: what became different in a thing's row between two moments of record time, column by column.

The birth of the row counts, each column of it as nothing before. Confidential text is never told, nor what refers to
things that the caller may not see, and nothing of rows that are read only as the viewer's own. Only the row that shows
the thing itself is looked at, not others about it.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any

from api import reading
from api.connections import connection_type
from api.declared import Argument, Field, object_type, optional
from api.differences import Changes, cursor_of, shown
from api.errors import MomentsReversed, PositionBeyondHead
from api.happenings import event_object, happened
from api.lists import PAGE_ARGUMENTS, page_size
from api.moments import HEAD, Moment, plain_known_at
from api.reading import Found, Here, Page
from api.scalars import SCALARS, Json, Position, sql_instant
from api.selections import Chosen
from api.statement import At, Statement, quoted
from api.ways import Expression
from domain.events import Field as Declared
from domain.events import Ref
from projections.rows import LEDGER, SINCE, Row, history_of, table_of

__all__ = ["change_connection", "changes_field"]

TOLD = "What became different in it, in the order of recording.\n其变更，按记录先后排列。"
FROM = Argument("from", optional(Moment), "After this moment; none: from its birth.\n自此时刻之后；空为自产生起。")
TO = Argument("to", optional(Moment), "Up to this moment; none: that of the answer.\n至此时刻；空为回答所依据的时刻。")


class Happened:
    """The event that made a change."""

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return happened(statement, at, f"{alias}.position", lambda a: event_object(statement, at, a, chosen.sets))


class Recorded:
    """When it was recorded."""

    def sql(self, statement: Statement, at: At, alias: str, _chosen: Chosen) -> str:
        return happened(statement, at, f"{alias}.position", lambda a: sql_instant(f"{a}.recorded_at"))


def changes_field(connection: Any, row: type[Row] | None = None) -> Field:
    """Of the things that a row class shows; without one, of the interface that all of them have."""

    async def read(found: Found, _context: Any, given: Mapping[str, Any]) -> Page:
        return await _read(found.here.reader.catalogue.nodes[found.row["id"].partition(":")[0]], found, given)

    return Field("changes", connection, TOLD, read, row and Changes(row), (FROM, TO, *PAGE_ARGUMENTS))


def change_connection(event: Any, info: Any) -> Any:
    """`event` is the interface of events."""
    told = "One field of a thing that became different.\n事物的一项内容发生变更。"
    return connection_type("Change", object_type("Change", told, _fields(event)), told, info)


def _fields(event: Any) -> Iterator[Field]:
    for name, kind, words in (
        ("position", Position, "The position of the event that made it so.\n引起变更的事件的位置。"),
        ("field", str, "Which field, by its name here.\n字段名。"),
        ("label", str, "What the field says, for people.\n字段含义。"),
        ("before", optional(Json), "What it was; none: nothing.\n变更前；空为无。"),
        ("after", optional(Json), "What it became; none: nothing.\n变更后；空为无。"),
    ):
        yield Field(name, kind, words, _part(name), _column(name))
    at = "When that was recorded; none if the event is not for the caller.\n记录时间；查询者无权查看该事件时为空。"
    yield Field("recordedAt", optional(datetime), at, _read_recorded, Recorded())
    told = "The event that made it so; none if it is not for the caller.\n引起变更的事件；查询者无权查看时为空。"
    yield Field("event", optional(event), told, _read_event, Happened())


def _column(name: str) -> Expression:
    return Expression(lambda _, alias: f"{alias}.{name}")


def _part(name: str) -> Any:
    return lambda found, *_: found.row[name]


async def _read_event(change: Found, *_: Any) -> Found | None:
    events = reading.Events(positions=[change.row["position"]])
    return next(iter((await reading.event_page(change.here, events, {})).items), None)


async def _read_recorded(change: Found, *_: Any) -> datetime | None:
    event = await _read_event(change)
    return None if event is None else event.row["recorded_at"]


async def _read(row: type[Row], found: Found, given: Mapping[str, Any]) -> Page:
    """The same, plainly."""
    here, first = found.here, page_size(given.get("first"))
    after = None if given.get("after") is None else cursor_of(row)(given["after"])
    since, until = await _plainly_between(here, given)
    all_ = [each async for each in _changes(row, found, since, until)]
    rest = [each for each in all_ if after is None or (each["position"], each["n"]) > after]
    items = [Found("Change", here, each) for each in rest[:first]]

    async def count() -> int:
        return len(all_)

    def cursor(item: Found) -> str:
        return f"{item.row['position']}.{item.row['field']}"

    return Page(here, items, cursor, len(rest) > first, after is not None, count)


async def _plainly_between(here: Here, given: Mapping[str, Any]) -> tuple[int, int]:
    last = here.known
    if last is None:
        last = int((await here.reader.fetch(HEAD, here.ledger))[0]["position"])
    found = {}
    for name in ("from", "to"):
        position = await plain_known_at(here.reader.fetch, here.ledger, given.get(name))
        if position is not None and position > last:
            raise PositionBeyondHead(position, last)
        found[name] = position
    since, until = found["from"] or 0, last if found["to"] is None else found["to"]
    if since > until:
        raise MomentsReversed(since, until)
    return since, until


async def _changes(row: type[Row], found: Found, since: int, until: int) -> AsyncIterator[dict[str, Any]]:
    here, reader = found.here, found.here.reader
    if not reader.audience.sees(row.audience):
        return
    each = list(shown(row, reader.catalogue, reader.audience))
    names = ", ".join([SINCE, *(quoted(one.column.name) for one in each)])
    tables = (f"select {names} from {quoted(t(row))} where {LEDGER} = $1 and id = $2" for t in (table_of, history_of))
    versions = await reader.fetch(f"{' union all '.join(tables)} order by {SINCE}", here.ledger, found.row["id"])
    former: Mapping[str, Any] = {}
    for version in versions:
        for one in each:
            before, after = (one.seen(held.get(one.column.name)) for held in (former, dict(version)))
            if before != after and since < version[SINCE] <= until:
                told = {"position": version[SINCE], "n": one.number, "field": one.name}
                told |= {"label": one.label(reader.language), "before": _told(one.column, before, here.ledger)}
                yield told | {"after": _told(one.column, after, here.ledger)}
        former = dict(version)


def _told(column: Declared, value: Any, ledger: str) -> Any:
    """As the API spells it."""
    if value is None:
        return None
    if column.many:
        return [_told(column._replace(many=False), each, ledger) for each in value]
    if column.type is Ref:
        return f"{ledger}:{value}"
    scalar = SCALARS.get(column.type)
    return value if scalar is None or scalar.serialize is None else scalar.serialize(value)
