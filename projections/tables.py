"""Tables: made from the declarations, and known by fingerprints that tell when they must be rebuilt."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from domain.events import EVENTS, Audience
from projections.ddl import finish_of, log_walls, quoted, reader, tables_of
from projections.figures import FIGURES, Counted, Figure
from projections.log import LOG, LOG_COLUMNS, LOG_KEYS, STAFF_COLUMNS
from projections.owning import ensure_owning
from projections.rows import Row, declared, history_of, table_of
from projections.sources import sources

__all__ = [
    "LIVE",
    "NEXT",
    "PAST",
    "Outdated",
    "Projection",
    "changed",
    "ensure_tables",
    "existing",
    "projections",
    "recorded",
    "row_classes",
]

Connection = asyncpg.Connection | PoolConnectionProxy
LIVE, NEXT, PAST = "gongzhi", "gongzhi_next", "gongzhi_past"
"""The schemas of what is read, of what is being built, and of what was read until it was replaced."""

MACHINERY = "1"
"""Raise it when the machinery itself makes other rows of the same events."""

RECORDED = """
insert into gongzhi.projection (name, fingerprint) values ($1, $2)
on conflict (name) do update set fingerprint = excluded.fingerprint, declared_at = clock_timestamp()
"""
EXISTING = "select tablename from pg_tables where schemaname = $1"


class Outdated(Exception):
    """The tables were made by another release's declarations: only that release may write to them."""


class Projection(NamedTuple):
    """One read model: its tables, the SQL that makes and that finishes them, a digest of what its rows depend on."""

    name: str
    tables: tuple[str, ...]
    sql: str
    finish: str
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
        await connection.execute("lock table gongzhi.projection in exclusive mode")
        await ensure_owning(connection)
        stale = await changed(connection)
        if await connection.fetchval("select exists (select from gongzhi.projector where position > 0)"):
            await _make_missing(connection)
            return tuple(each.name for each in stale)
        for each in stale:
            await _make(connection, each)
        await recorded(connection, stale)
        return ()


async def changed(connection: Connection) -> list[Projection]:
    """What the code declares otherwise than the tables were made."""
    rows = await connection.fetch("select name, fingerprint from gongzhi.projection")
    known = {row["name"]: row["fingerprint"] for row in rows}
    return [each for each in projections() if known.get(each.name) != each.fingerprint]


async def recorded(connection: asyncpg.Connection, made: Iterable[Projection]) -> None:
    """Note that the tables are now as the code declares them."""
    await connection.executemany(RECORDED, [(each.name, each.fingerprint) for each in made])


async def existing(connection: asyncpg.Connection, schema: str) -> frozenset[str]:
    """The tables that there are in a schema."""
    return frozenset(table for (table,) in await connection.fetch(EXISTING, schema))


async def _make_missing(connection: asyncpg.Connection) -> None:
    """Empty for now, so that a reader finds nothing rather than an error; their fingerprints stay unrecorded."""
    there = await existing(connection, LIVE)
    for each in projections():
        if not there.issuperset(each.tables):
            await _make(connection, each)


async def _make(connection: asyncpg.Connection, projection: Projection) -> None:
    for table in projection.tables:
        await connection.execute(f"drop table if exists {LIVE}.{quoted(table)}")
    await connection.execute(projection.sql + projection.finish)


def _of_row(row: type[Row]) -> Projection:
    sql, finish = tables_of(row), finish_of(row)
    code = _counted_sources() if row in {Figure, Counted} else sources(row.__module__)
    return Projection(table_of(row), (table_of(row), history_of(row)), sql, finish, _fingerprint(sql, finish, *code))


def _log() -> Projection:
    readers = ", ".join(map(reader, Audience))
    staff = ", ".join(reader(audience) for audience in Audience if audience.sees(Audience.STAFF))
    public = ", ".join(quoted(name) for name in ("ledger", *LOG_COLUMNS) if name not in STAFF_COLUMNS)
    grants = f"""
grant select, insert, update, delete on log, log_tag to gongzhi_writer;
grant select ({public}) on log to {readers};
grant select on log to {staff};
grant select on log_tag to {readers};
"""
    finish = LOG_KEYS + grants + log_walls(("log", "log_tag"))
    former = {event.__module__ for event in EVENTS.values() if event.version > 1}
    fingerprint = _fingerprint(LOG, finish, *sources("projections.log", *former))
    return Projection("log", ("log", "log_tag"), LOG, finish, fingerprint)


def _counted_sources() -> tuple[str, ...]:
    specs = [f"{s.key} {s.unit.name} {s.of} {s.over}" for s in FIGURES.values()]
    modules = {s.row.__module__ for s in FIGURES.values() if s.row} | {
        function.__module__ for s in FIGURES.values() for function in (s.where, s.thing) if function
    }
    return (*specs, *sources(*modules))


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join((MACHINERY, *parts)).encode()).hexdigest()
