"""DDL: what a row declaration says, as SQL. Each row class has a table of today and a twin with every former version.

The machinery adds `born` (position of a row's first version), `known_since` (of this version) and, in history,
`known_until`. Every identifier is quoted: a row may well be called Grant. No schema is named: tables are made where the
search path leads.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from domain.events import Audience, Field, Hundredths, Position
from projections.rows import (
    BORN,
    LEDGER,
    SINCE,
    UNTIL,
    Row,
    changing,
    columns,
    history_of,
    ordered,
    public_columns,
    table_of,
)

__all__ = ["finish_of", "log_walls", "quoted", "reader", "sql_type", "tables_of"]

SQL_TYPES = {
    bool: "boolean",
    int: "bigint",
    Hundredths: "bigint",
    Position: "bigint",
    date: "date",
    datetime: "timestamptz",
}
WRITER = "gongzhi_writer"


def quoted(name: str) -> str:
    return f'"{name}"'


def sql_type(column: Field) -> str:
    """The column type of a field, without its collation."""
    return SQL_TYPES.get(column.type, "text") + ("[]" if column.many else "")


def reader(audience: Audience) -> str:
    """The database role that reads as an audience."""
    return f"gongzhi_{audience.name.lower()}"


def tables_of(row: type[Row]) -> str:
    """The bare tables, which are quickest to fill."""
    return "\n".join(_tables(row))


def finish_of(row: type[Row]) -> str:
    """What makes full tables fit to be read: keys, indexes and grants."""
    return "\n".join((*_keys(row), *_indexes(row), *_grants(row)))


def log_walls(tables: Iterable[str]) -> str:
    """Row level security by the `audience` of each row: a reader sees its own audience's and what is more public."""
    return "\n".join(statement for table in tables for statement in _walls(table))


def _tables(row: type[Row]) -> Iterator[str]:
    listed = ",\n    ".join(
        (f'{LEDGER} text collate "C" not null', *map(_column, columns(row)), f"{BORN} bigint not null")
    )
    table, history = quoted(table_of(row)), quoted(history_of(row))
    room = " with (fillfactor = 85)" if changing(row) else ""
    yield f"""create table {table} (
    {listed},
    {SINCE} bigint not null
){room};"""
    yield f"""create table {history} (
    {listed},
    {SINCE} bigint not null,
    {UNTIL} bigint not null
);"""


def _keys(row: type[Row]) -> Iterator[str]:
    yield f"alter table {quoted(table_of(row))} add primary key ({LEDGER}, id);"
    yield f"alter table {quoted(history_of(row))} add primary key ({LEDGER}, id, {SINCE});"


def _column(column: Field) -> str:
    free = column.type is str and column.name != "id"
    collation = "" if free or not sql_type(column).startswith("text") else ' collate "C"'
    return f"{quoted(column.name)} {sql_type(column)}{collation}{'' if column.optional else ' not null'}"


def _indexes(row: type[Row]) -> Iterator[str]:
    """Lists go by `born` descending; history needs its own only where what is asked for can have changed, and then the
    current rows that have changed since are passed over in the index."""
    table, history = quoted(table_of(row)), quoted(history_of(row))
    many = {column.name for column in columns(row) if column.many}
    yield f"create index on {table} ({LEDGER}, {BORN} desc);"
    for name in (each.column for each in row.lists):
        column = quoted(name)
        moves = name in changing(row)
        if name in many:
            yield f"create index on {table} using gin ({column});"
        else:
            yield f"create index on {table} ({LEDGER}, {column}, {BORN} desc{f', {SINCE}' if moves else ''});"
        if moves:
            yield (
                f"create index on {history} using gin ({column});"
                if name in many
                else f"create index on {history} ({LEDGER}, {column}, {BORN} desc, {SINCE}, {UNTIL});"
            )
    yield from _orders(row)


def _orders(row: type[Row]) -> Iterator[str]:
    """Read either way; where there are nulls, which come last either way, it takes two."""
    for column in ordered(row):
        key = quoted(column.name) + (' collate "C"' if column.type is str else "")
        for table in (table_of(row), history_of(row))[: 1 + (column.name in changing(row))]:
            yield f"create index on {quoted(table)} ({LEDGER}, {key}, {BORN});"
            if column.optional:
                yield f"create index on {quoted(table)} ({LEDGER}, {key} desc nulls last, {BORN} desc);"


def _grants(row: type[Row]) -> Iterator[str]:
    public = ", ".join(quoted(column.name) for column in public_columns(row))
    guarded = len(public_columns(row)) < len(columns(row))
    for table, stamps in ((table_of(row), (BORN, SINCE)), (history_of(row), (BORN, SINCE, UNTIL))):
        yield f"grant select, insert, update, delete on {quoted(table)} to {WRITER};"
        for audience in Audience:
            if audience.sees(row.audience):
                some = f" ({LEDGER}, {public}, {', '.join(stamps)})"
                which = some if guarded and not audience.sees(Audience.STAFF) else ""
                yield f"grant select{which} on {quoted(table)} to {reader(audience)};"


def _walls(table: str) -> Iterator[str]:
    yield f"alter table {table} enable row level security;"
    yield f"create policy writing on {table} to {WRITER} using (true) with check (true);"
    for audience in Audience:
        seen = ", ".join(f"'{other.name}'" for other in Audience if audience.sees(other))
        role = reader(audience)
        yield f"create policy {role} on {table} for select to {role} using (audience in ({seen}));"
