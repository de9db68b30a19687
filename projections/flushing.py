"""Flushing: a batch to the database, in one statement, however large.

The position's compare-and-set comes first and all else depends on it: who lost it has written nothing. One statement
is there as a whole or not at all, so that a projector that falls asleep in the middle holds no lock.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

import asyncpg
import msgspec

from projections.ddl import quoted
from projections.folding import Batch
from projections.leases import LEASE, Lease
from projections.log import LOG_COLUMNS, TAG_COLUMNS
from projections.records import Form, form
from projections.rows import LEDGER, UNTIL, Row

__all__ = ["Overtaken", "flush"]

MOVE = """update gongzhi.projector
set position = $3, failure = null, failed_at = null, held_until = clock_timestamp() + $6::interval
where ledger = $1 and position = $2 and holder = $4 and epoch = $5
returning pg_notify('projected', $1 || ' ' || $3::bigint)"""
ROWS_AS_JSON = msgspec.json.Encoder(enc_hook=str)


class Overtaken(Exception):
    """Another projector moved this ledger's position, or its rows were exchanged."""


async def flush(connection: asyncpg.Connection, ledger: str, batch: Batch, lease: Lease) -> None:
    """Write the batch and move the position, or write nothing and raise `Overtaken`."""
    parts = list(_parts(batch))
    values = (value for _, _, values in parts for value in values)
    statement = _statement(tuple((row, past) for row, past, _ in parts))
    here = (ledger, batch.after, batch.position, lease.holder, lease.epoch, LEASE)
    if not await connection.fetch(statement, *here, _json(batch.log), _json(batch.tags), *values):
        raise Overtaken(ledger, batch.after)


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


@lru_cache(maxsize=500)
def _statement(parts: tuple[tuple[type[Row], bool], ...]) -> str:
    """One statement for one set of tables; of those there may be, few come often."""
    number = iter(range(9, 9 + 2 * len(parts)))
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
    given = {"leaf": "decode(leaf, 'base64')", "body": "body::json", "personal": "personal::json"}
    for table, columns, number in (("log", LOG_COLUMNS, 7), ("log_tag", TAG_COLUMNS, 8)):
        names = ", ".join(map(quoted, columns))
        values = ", ".join(given.get(name, quoted(name)) for name in columns)
        types = ", ".join(f"{quoted(n)} {'text' if n in given else kind}" for n, kind in columns.items())
        yield f"""{table}_now as (
insert into gongzhi.{table} ({LEDGER}, {names})
select $1, {values} from moved, json_to_recordset(${number}::json) as r({types}))"""
