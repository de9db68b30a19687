"""Tables: made from the declarations, and known by fingerprints that tell when they must be rebuilt."""

import hashlib
from collections.abc import Collection
from typing import NamedTuple

import asyncpg

from domain.events import EVENTS, Audience
from projections.ddl import log_walls, quoted, reader, sql_of
from projections.figures import FIGURES, Counted, Figure
from projections.log import LOG, LOG_COLUMNS, STAFF_COLUMNS
from projections.rows import Row, declared, history_of, table_of
from projections.sources import sources

__all__ = ["Projection", "ensure_tables", "projections", "remake", "row_classes"]

MACHINERY = "1"
"""Raise it when the machinery itself makes other rows of the same events."""

PROJECTION = """
create table if not exists gongzhi.projection (
    name text collate "C" primary key,
    fingerprint text collate "C" not null,
    declared_at timestamptz not null default now()
);
grant select on gongzhi.projection to gongzhi_writer, gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
"""
RECORDED = """
insert into gongzhi.projection (name, fingerprint) values ($1, $2)
on conflict (name) do update set fingerprint = excluded.fingerprint, declared_at = now()
"""
EXISTING = "select tablename from pg_tables where schemaname = 'gongzhi'"


class Projection(NamedTuple):
    """One read model: its tables, the SQL that makes them, and a digest of all that its rows depend on."""

    name: str
    tables: tuple[str, ...]
    sql: str
    fingerprint: str


def row_classes() -> tuple[type[Row], ...]:
    """All row classes, the machinery's own included."""
    return (*declared(), Figure, Counted)


def projections() -> tuple[Projection, ...]:
    """All read models that the code declares."""
    return (*map(_of_row, row_classes()), _log())


async def ensure_tables(connection: asyncpg.Connection) -> tuple[str, ...]:
    """Make what is missing, as the owner; names the projections that must be rebuilt before they are read."""
    async with connection.transaction():
        await connection.execute(PROJECTION)
        await connection.execute("lock table gongzhi.projection in exclusive mode")
        stale = await _stale(connection)
        if await connection.fetchval("select exists (select from gongzhi.projector where position > 0)"):
            await _make_missing(connection)
            return tuple(each.name for each in stale)
        await remake(connection, {each.name for each in stale})
        return ()


async def remake(connection: asyncpg.Connection, names: Collection[str]) -> None:
    """Drop these projections' tables and make them anew, empty; within the transaction that fills them."""
    for each in projections():
        if each.name in names:
            await _make(connection, each)
            await connection.execute(RECORDED, each.name, each.fingerprint)


async def _stale(connection: asyncpg.Connection) -> list[Projection]:
    rows = await connection.fetch("select name, fingerprint from gongzhi.projection")
    known = {row["name"]: row["fingerprint"] for row in rows}
    return [each for each in projections() if known.get(each.name) != each.fingerprint]


async def _make_missing(connection: asyncpg.Connection) -> None:
    """Empty for now, so that a reader finds nothing rather than an error; their fingerprints stay unrecorded."""
    there = {table for (table,) in await connection.fetch(EXISTING)}
    for each in projections():
        if not there.issuperset(each.tables):
            await _make(connection, each)


async def _make(connection: asyncpg.Connection, projection: Projection) -> None:
    for table in projection.tables:
        await connection.execute(f"drop table if exists gongzhi.{quoted(table)}")
    await connection.execute(projection.sql)


def _of_row(row: type[Row]) -> Projection:
    sql, code = sql_of(row), _counted_sources() if row in {Figure, Counted} else sources(row.__module__)
    return Projection(table_of(row), (table_of(row), history_of(row)), sql, _fingerprint(sql, *code))


def _log() -> Projection:
    readers = ", ".join(map(reader, Audience))
    staff = ", ".join(reader(audience) for audience in Audience if audience.sees(Audience.STAFF))
    public = ", ".join(quoted(name) for name in ("ledger", *LOG_COLUMNS) if name not in STAFF_COLUMNS)
    grants = f"""
grant select, insert, update, delete on gongzhi.log, gongzhi.log_tag to gongzhi_writer;
grant select ({public}) on gongzhi.log to {readers};
grant select on gongzhi.log to {staff};
grant select on gongzhi.log_tag to {readers};
"""
    sql = LOG + grants + log_walls(("log", "log_tag"))
    changed = {event.__module__ for event in EVENTS.values() if event.version > 1}
    return Projection("log", ("log", "log_tag"), sql, _fingerprint(sql, *sources("projections.log", *changed)))


def _counted_sources() -> tuple[str, ...]:
    specs = [f"{s.key} {s.unit.name} {s.of} {s.over}" for s in FIGURES.values()]
    modules = {s.row.__module__ for s in FIGURES.values() if s.row} | {
        function.__module__ for s in FIGURES.values() for function in (s.where, s.thing) if function
    }
    return (*specs, *sources(*modules))


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join((MACHINERY, *parts)).encode()).hexdigest()
