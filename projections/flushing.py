"""Flushing: a batch to the database, in one statement when it is small and by COPY in one transaction when it is large.

Either way the position's compare-and-set comes first and all else depends on it: who lost it has written nothing.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import asyncpg
import msgspec
from msgspec.structs import astuple

from domain.memo import memo
from projections.ddl import quoted
from projections.folding import Batch, Share
from projections.log import LOG_COLUMNS, TAG_COLUMNS
from projections.records import Form, form
from projections.rows import LEDGER, UNTIL, Row

__all__ = ["LARGE", "Overtaken", "flush", "flush_by_copy", "flush_by_statement"]

LARGE = 1000
"""Changes from which on COPY is faster."""

SCHEMA = "gongzhi"
WALLED = "select row_security_active('gongzhi.log')"
MOVE = """update gongzhi.projector set position = $3, failure = null, failed_at = null
where ledger = $1 and position = $2 returning pg_notify('projected', $1 || ' ' || $3::bigint)"""
ROWS_AS_JSON = msgspec.json.Encoder(enc_hook=str)


class Overtaken(Exception):
    """Another projector moved this ledger's position."""


async def flush(connection: asyncpg.Connection, ledger: str, batch: Batch) -> None:
    """Write the batch and move the position, or write nothing and raise `Overtaken`."""
    await (flush_by_copy if batch.changes > LARGE else flush_by_statement)(connection, ledger, batch)


async def flush_by_statement(connection: asyncpg.Connection, ledger: str, batch: Batch) -> None:
    parts = list(_parts(batch))
    values = (value for _, _, values in parts for value in values)
    statement = _statement(tuple((row, past) for row, past, _ in parts))
    moved = await connection.fetch(
        statement, ledger, batch.after, batch.position, _json(batch.log), _json(batch.tags), *values
    )
    if not moved:
        raise Overtaken(ledger, batch.after)


async def flush_by_copy(connection: asyncpg.Connection, ledger: str, batch: Batch) -> None:
    async with connection.transaction():
        if not await connection.fetch(MOVE, ledger, batch.after, batch.position):
            raise Overtaken(ledger, batch.after)
        await copy(connection, ledger, batch)


async def copy(connection: asyncpg.Connection, ledger: str, batch: Batch) -> None:
    """All of a batch but the position."""
    for row, share in batch.shares.items():
        await _copy_share(connection, ledger, form(row), share)
    await _copy_log(connection, ledger, batch)


async def _copy_share(connection: asyncpg.Connection, ledger: str, form: Form, share: Share) -> None:
    if replaced := [key for key in share.now if share.loaded.get(key) is not None]:
        gone = f"delete from gongzhi.{quoted(form.table)} where {LEDGER} = $1 and id = any($2)"
        await connection.execute(gone, ledger, replaced)
    if share.now:
        await _copy(connection, form.table, form.columns, ((ledger, *form.record(row)) for row in share.now.values()))
    if share.former:
        records = ((ledger, *form.record(former.row), former.until) for former in share.former)
        await _copy(connection, form.history, (*form.columns, UNTIL), records)


async def _copy_log(connection: asyncpg.Connection, ledger: str, batch: Batch) -> None:
    """COPY does not write where row level security is in force: for all but the owner of the tables."""
    if await connection.fetchval(WALLED):
        for statement, rows in zip(_log_inserts("(select)"), (batch.log, batch.tags), strict=True):
            await connection.execute(statement, ledger, _json(rows))
    else:
        await _copy(connection, "log", LOG_COLUMNS, ((ledger, *astuple(row)) for row in batch.log))
        await _copy(connection, "log_tag", TAG_COLUMNS, ((ledger, *astuple(row)) for row in batch.tags))


async def _copy(connection: asyncpg.Connection, table: str, columns: Any, records: Iterator[tuple[Any, ...]]) -> None:
    names = (LEDGER, *columns)
    await connection.copy_records_to_table(table, schema_name=SCHEMA, columns=names, records=records)


Part = tuple[type[Row], bool, tuple[Any, ...]]


def _parts(batch: Batch) -> Iterator[Part]:
    """What there is to write: a row class's rows of today, or its former ones with their ends."""
    for row, share in sorted(batch.shares.items(), key=lambda each: form(each[0]).table):
        if share.now:
            yield row, False, (_json(list(share.now.values())),)
        if share.former:
            ends = [former.until for former in share.former]
            yield row, True, (_json([former.row for former in share.former]), ends)


def _json(rows: Any) -> str:
    return ROWS_AS_JSON.encode(rows).decode()


@memo
def _statement(parts: tuple[tuple[type[Row], bool], ...]) -> str:
    """One statement for one set of tables; there are few such sets, and each stays prepared."""
    number = iter(range(6, 6 + 2 * len(parts)))
    writes = ((_write_former if past else _write_now)(form(row), number) for row, past in parts)
    return f"with moved as ({MOVE}), {', '.join(chain(_write_log(), writes))} select from moved"


def _write_now(form: Form, number: Iterator[int]) -> str:
    names = ", ".join(map(quoted, form.columns))
    kept = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in form.columns if name != "id")
    return f"""{quoted(form.table)} as (
insert into gongzhi.{quoted(form.table)} ({LEDGER}, {names})
select $1, {names} from moved, json_to_recordset(${next(number)}::json) as r({form.types})
on conflict ({LEDGER}, id) do update set {kept})"""


def _write_former(form: Form, number: Iterator[int]) -> str:
    names = ", ".join(map(quoted, form.columns))
    rows, ends = f"${next(number)}::json", f"${next(number)}::bigint[]"
    return f"""{quoted(form.history)} as (
insert into gongzhi.{quoted(form.history)} ({LEDGER}, {names}, {UNTIL})
select $1, {names}, {UNTIL} from moved, rows from (
json_to_recordset({rows}) as ({form.types}), unnest({ends})) as r({names}, {UNTIL}))"""


def _write_log() -> Iterator[str]:
    for insert, name, number in zip(_log_inserts("moved"), ("log_now", "log_tag_now"), (4, 5), strict=True):
        yield f"{name} as ({insert.replace('$2', f'${number}')})"


def _log_inserts(once: str) -> Iterator[str]:
    given = {"leaf": "decode(leaf, 'base64')", "body": "body::json", "personal": "personal::json"}
    for table, columns in (("log", LOG_COLUMNS), ("log_tag", TAG_COLUMNS)):
        names = ", ".join(map(quoted, columns))
        values = ", ".join(given.get(name, quoted(name)) for name in columns)
        types = ", ".join(f"{quoted(n)} {'text' if n in given else kind}" for n, kind in columns.items())
        yield f"""insert into gongzhi.{table} ({LEDGER}, {names})
select $1, {values} from {once} as once, json_to_recordset($2::json) as r({types})"""
