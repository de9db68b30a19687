"""Reading plainly, a statement per field: what the standard executor does, and what the compiler must agree with."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import orjson

from api.catalogue import Catalogue
from api.errors import DayMissing, FigureUnknown
from api.lists import event_cursor, ledger_in, page_size, stored, tag_in, tags_in, text
from api.orders import Order, Place, order_of
from domain.events import Audience, Ref, is_confidential
from projections.figures import Counted, Figure
from projections.gaps import Gap, asked, placed
from projections.log import LOG_COLUMNS, STAFF_COLUMNS
from projections.owning import own_function
from projections.rows import Row, columns, dated, history_of, kind_of, table_of, voidable

__all__ = [
    "Found",
    "Here",
    "Page",
    "Reader",
    "event_page",
    "event_where",
    "find",
    "find_any",
    "find_ledger",
    "own_values",
    "row_page",
]


class Fetch(Protocol):
    """Runs one statement, within whatever snapshot the operation has."""

    async def __call__(self, sql: str, *values: Any) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Reader:
    """As whom one reads, and through what."""

    fetch: Fetch
    catalogue: Catalogue
    audience: Audience
    language: str
    ledger: str | None = None
    """Of the viewer, as is the person; None: nobody is signed in."""
    person: str | None = None

    def shows(self, tag: str | None) -> bool:
        """Whether the audience is shown what has this tag, if it is told at all."""
        return (tag or "").partition(":")[0] not in self.catalogue.hidden(self.audience)


@dataclass(frozen=True)
class Here:
    """In which ledger one reads, and as known at which position (None: now)."""

    reader: Reader
    ledger: str
    known: int | None = None


@dataclass(frozen=True)
class Found:
    """The source of an object: its type, where it was read, and its record."""

    typename: str
    here: Here
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """The source of a connection."""

    here: Here
    items: Sequence[Found]
    cursor: Callable[[Found], str]
    more: bool
    later: bool
    """Whether it comes after a cursor."""
    count: Callable[[], Any]
    each: Callable[[str], Any] = str
    """The values of an expression, for all items."""


async def find(here: Here, row: type[Row], id_: str | None, *, own: bool = False) -> Found | None:
    """One thing, if there is such and the audience may see it; or, with `own`, if it names the viewer."""
    seen = here.reader.audience.sees(row.audience)
    if id_ is None or not (seen or (own and row.own)):
        return None
    sql, values = versions(here, row) if seen else own_versions(here, row)
    found = await here.reader.fetch(f"select * from ({sql}) v where v.id = ${len(values) + 1}", *values, id_)
    return Found(row.__name__, here, found[0]) if found else None


async def find_ledger(here: Here, row: type[Row]) -> Found | None:
    """The row of the ledger itself, if it was open by then."""
    sql, values = versions(here, row)
    found = await here.reader.fetch(sql, *values)
    return Found("Ledger", here, found[0]) if found else None


async def find_any(here: Here, id_: str | None, kinds: Sequence[str] = (), *, own: bool = False) -> Found | None:
    """A thing of any kind, or of one of these."""
    kind = (id_ or "").partition(":")[0]
    row = here.reader.catalogue.nodes.get(kind)
    return await find(here, row, id_, own=own) if row and (not kinds or kind in kinds) else None


async def row_page(
    here: Here, row: type[Row], through: str | None, of: str, given: Mapping[str, Any], *, own: bool = False
) -> Page:
    """A page of the rows of a class; `given` are the arguments by column, and those that all lists have."""
    first, order = page_size(given.get("first")), order_of(row, given.get("orderBy"))
    after = None if given.get("after") is None else order.place(given["after"])
    seen = own or here.reader.audience.sees(row.audience)
    base, before = some(here, row, {**given, **({} if through is None else {through: of})}, through, own=own)
    values = list(before)
    seek = "" if after is None else f"and ({beyond(order, after, values)})"
    rows: Sequence[Any] = ()
    if seen:
        rows = await here.reader.fetch(f"select * {base} {seek} {sorting(order)} limit {first + 1}", *values)

    async def count() -> int:
        if not seen:
            return 0
        [[total]] = await here.reader.fetch(f"select count(*) {base}", *before)
        return int(total)

    async def each(expression: str) -> Sequence[Any]:
        if not seen:
            return ()
        return [value for [value] in await here.reader.fetch(f"select {expression} {base}", *before)]

    items, cut = [Found(row.__name__, here, each) for each in rows[:first]], len(rows) > first
    return Page(here, items, lambda item: order.told(item.row), cut, after is not None, count, each)


def some(
    here: Here, row: type[Row], given: Mapping[str, Any], through: str | None, *, own: bool = False
) -> tuple[str, list[Any]]:
    """FROM and WHERE of the rows of a class that are asked for, and the values."""
    sql, values = own_versions(here, row) if own else versions(here, row)
    where = ["true"]
    for column in columns(row):
        if (value := given.get(column.name)) is None:
            continue
        if column.name != through:
            shown = own or here.reader.shows(tag_in(value)) if column.type is Ref else True
            mine = column.type is not Ref or (ledger_in(value) == here.ledger and shown)
            value = (tag_in(value) if mine else "") if column.type is Ref else stored(value)
        values.append(value)
        where.append(f'${len(values)} = any("{column.name}")' if column.many else f'"{column.name}" = ${len(values)}')
    day, gap = given.get("asOf"), asked(row, given.get("gap"))
    if day is None and gap is not None:
        raise DayMissing
    if day is not None and (gap or dated(row)):
        hole = f"${len(values) + 1}::date"
        asking = list(on_day(here, row, sql, gap, hole))
        values += [day] if any(hole in each for each in asking) else []
        where += asking
    return f"from ({sql}) v where {' and '.join(where)}", values


def on_day(here: Here, row: type[Row], sql: str, gap: Gap | None, on: str) -> Iterator[str]:
    """What a day asks of rows."""
    if dated(row) and (gap is None or gap.held):
        yield holding(row, sql, on)
    if gap is not None:
        sources = {each.__name__: f"({versions(here, each)[0]})" for each in gap.reads}
        yield placed(gap, sources, a="v", on=on)


def holding(row: type[Row], sql: str, on: str) -> str:
    """Which rows hold on a day, of all that `sql` gives."""
    if row.until_next:
        same = f'"{row.until_next}"'
        latest = f"order by {same}, since desc, born desc, id desc"
        return f"id in (select distinct on ({same}) id from ({sql}) w where since <= {on} {latest})"
    end = row.ends[-1]
    for name in reversed(row.ends[:-1]):
        end = f"case when {name} is null then {end} else {name} end"
    void = " and voided = false" if voidable(row) else ""
    return f"since <= {on} and ({end} is null or {end} > {on}){void}"


def own_versions(here: Here, row: type[Row]) -> tuple[str, list[Any]]:
    """The rows of a class that name the viewer."""
    return f"select * from {own_function(row)}($1, $2, $3)", [*own_values(here)]


def own_values(here: Here) -> tuple[Any, ...]:
    """What the function takes that gives the rows that name the viewer."""
    reader = here.reader
    return here.ledger, reader.person if reader.ledger == here.ledger else None, here.known


def sorting(order: Order) -> str:
    way = "desc" if order.descending else "asc"
    key = f"{sort_key(order)} is null, {sort_key(order)} {way}, " if order.column else ""
    return f"order by {key}born {way}, {tie_key(order)} {way}"


def beyond(order: Order, after: Place, values: list[Any]) -> str:
    """What comes after a cursor, case by case."""
    than, key = "<" if order.descending else ">", sort_key(order)
    values += [after.born, after.id]
    tie = f"(born, {tie_key(order)}) {than} (${len(values) - 1}, ${len(values)})"
    if order.column is None:
        return tie
    if after.value is None:
        return f"{key} is null and {tie}"
    values.append(after.value)
    return f"{key} is null or {key} {than} ${len(values)} or ({key} = ${len(values)} and {tie})"


def sort_key(order: Order) -> str:
    if order.column is None:
        return ""
    return f'"{order.column.name}"' + (' collate "C"' if order.column.type is str else "")


def tie_key(order: Order) -> str:
    """A key of a row's own making may say whom the row is about, and cursors are for all."""
    return "id" if kind_of(order.row) else "substr(encode(sha256(convert_to(id, 'UTF8')), 'hex'), 1, 24) collate \"C\""


def versions(here: Here, row: type[Row]) -> tuple[str, list[Any]]:
    """The rows of a class as they were known here: the current ones that are old enough, the former ones since."""
    staff = here.reader.audience.sees(Audience.STAFF)
    names = ", ".join(f'"{c.name}"' for c in columns(row) if staff or not is_confidential(c))
    now = f'select ledger, born, {names} from "{table_of(row)}" where ledger = $1'
    if here.known is None:
        return now, [here.ledger]
    then = f'select ledger, born, {names} from "{history_of(row)}" where ledger = $1'
    return f"{now} and known_since <= $2 union all {then} and known_since <= $2 and known_until > $2", [
        here.ledger,
        here.known,
    ]


class Events(NamedTuple):
    """Which events: all of the ledger, those of a thing, at certain positions, or that correct one."""

    tag: str | None = None
    positions: Sequence[int] | None = None
    corrects: int | None = None


async def event_page(here: Here, events: Events, given: Mapping[str, Any]) -> Page:
    """A page of events in their order."""
    first = page_size(given.get("first"))
    after = None if given.get("after") is None else event_cursor(given["after"])
    tags = tags_in(given.get("tags") or ()) + ([events.tag] if events.tag else [])
    values: list[Any] = [here.ledger, here.known, tags, [text(name) for name in given.get("types") or ()]]
    where = "ledger = $1 and ($2::bigint is null or position <= $2) and tags @> $3"
    where += " and ($4::text[] = '{}' or type = any($4)) and ($5::bigint is null or backdated_days >= $5)"
    where += " and ($6::bigint is null or corrects = $6) and ($7::bigint is null or days_late >= $7)"
    values += [given.get("backdatedDays"), events.corrects, given.get("daysLate")]
    if not all(map(here.reader.shows, tags_in(given.get("tags") or ()))):
        where += " and false"
    if events.positions is not None:
        values.append(list(events.positions))
        where += " and position = any($8::bigint[])"
    fetch, names = here.reader.fetch, _log_columns(here)
    seek = "" if after is None else f"and position > {after}"
    rows = await fetch(f"select {names} from log where {where} {seek} order by position limit {first + 1}", *values)

    async def count() -> int:
        [[total]] = await fetch(f"select count(*) from log where {where}", *values)
        return int(total)

    items, cut = [_event(here, each) for each in rows[:first]], len(rows) > first
    return Page(here, items, lambda item: str(item.row["position"]), cut, after is not None, count)


async def event_where(here: Here, column: str, position: int) -> Found | None:
    """The one event that has this position in the column, if the audience may see it and it was there by then."""
    where = f"ledger = $1 and {column} = $2 and ($3::bigint is null or position <= $3)"
    statement = f"select {_log_columns(here)} from log where {where}"
    rows = await here.reader.fetch(statement, here.ledger, position, here.known)
    return _event(here, rows[0]) if rows else None


def _log_columns(here: Here) -> str:
    staff = here.reader.audience.sees(Audience.STAFF)
    return ", ".join(f'"{name}"' for name in LOG_COLUMNS if staff or name not in STAFF_COLUMNS)


def _event(here: Here, row: Mapping[str, Any]) -> Found:
    body = orjson.loads(row["body"])
    body |= orjson.loads(row.get("personal") or b"{}")
    return Found(row["type"], here, {**row, "body": body})


async def figures(here: Here, keys: Iterable[str] | None) -> list[Found]:
    """The figures asked for, or all, in declared order; what was never counted is 0."""
    specs = here.reader.catalogue.figures
    for key in keys or ():
        if key not in specs:
            raise FigureUnknown(key)
    sql, values = versions(here, Figure)
    known = {row["id"]: row for row in await here.reader.fetch(sql, *values)}
    wanted = specs.keys() if keys is None else set(keys)
    nothing = {"value": 0, "denominator": 0}
    smallest = await _least(here) if any(specs[key].least for key in wanted) else {}
    return [
        Found(
            "Figure",
            here,
            {"spec": spec, **(known.get(key) or nothing), **({"value": smallest.get(key)} if spec.least else {})},
        )
        for key, spec in specs.items()
        if key in wanted
    ]


async def _least(here: Here) -> dict[str, int]:
    """The least amount of the things that count, by figure."""
    sql, values = versions(here, Counted)
    least = f"select v.figure, min(v.amount) as least from ({sql}) v where v.n > 0 group by v.figure"
    return {row["figure"]: row["least"] for row in await here.reader.fetch(least, *values)}


async def evidence(figure: Found) -> Events:
    """The events that made each thing count that counts."""
    spec, (sql, values) = figure.row["spec"], versions(figure.here, Counted)
    condition = f"v.figure = ${len(values) + 1} and v.n > 0"
    rows = await figure.here.reader.fetch(
        f"select distinct v.position from ({sql}) v where {condition}", *values, spec.of or spec.key
    )
    return Events(positions=[row["position"] for row in rows])
