"""State hashes: what the read models of a ledger say, in one number each, for whoever replays the same events.

SHA-256 over one line of canonical JSON a row, in the order of the primary key; personal columns are left out, so that
an erasure changes nothing. It holds at a position and for a version: the fingerprint of the declaration.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from domain.bodies import CHINA
from projections.ddl import quoted
from projections.exchanging import STEADY
from projections.log import LOG_COLUMNS, TAG_COLUMNS
from projections.reading import canonical
from projections.rows import BORN, LEDGER, SINCE, UNTIL, history_of, public_columns, table_of
from projections.tables import Outdated, changed, projections, row_classes

__all__ = ["State", "hashes", "state", "versions"]

Connection = asyncpg.Connection | PoolConnectionProxy
POSITION = "select position from gongzhi.projector where ledger = $1"


class State(NamedTuple):
    """The hash of each table at a position."""

    position: int
    hashes: dict[str, str]


async def state(connection: Connection, ledger: str) -> State:
    """The state of a ledger's read models, in one snapshot. Raises `Outdated` where a rebuild is due."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(STEADY)
        if stale := await changed(connection):
            raise Outdated(*(each.name for each in stale))
        position = await connection.fetchval(POSITION, ledger)
        return State(position or 0, await hashes(connection, ledger))


async def hashes(connection: Connection, ledger: str, save: Path | None = None) -> dict[str, str]:
    """Of the tables on the connection's search path, within its transaction; what is hashed goes to a file each."""
    return {table: await _hash(connection, ledger, table, save) for table in _tables()}


def versions() -> dict[str, str]:
    """Of each table the fingerprint of this release's declaration, which makes the rows that are hashed."""
    return {table: each.fingerprint for each in projections() for table in each.tables}


def _tables() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of each table the key and the columns that everybody of its audience may read."""
    tables: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for row in row_classes():
        names = tuple(column.name for column in public_columns(row))
        tables[table_of(row)] = ("id",), (*names, BORN, SINCE)
        tables[history_of(row)] = ("id", SINCE), (*names, BORN, SINCE, UNTIL)
    tables["log"] = ("position",), tuple(name for name in LOG_COLUMNS if name != "personal")
    tables["log_tag"] = ("tag", "position"), tuple(TAG_COLUMNS)
    return tables


async def _hash(connection: Connection, ledger: str, table: str, save: Path | None) -> str:
    digest = hashlib.sha256()
    with ExitStack() as opened:
        file = opened.enter_context((save / f"{table}.jsonl").open("wb")) if save else None
        async for line in _lines(connection, ledger, table):
            digest.update(line)
            if file:
                file.write(line)
    return digest.hexdigest()


async def _lines(connection: Connection, ledger: str, table: str) -> AsyncIterator[bytes]:
    key, columns = _tables()[table]
    listed, order = ", ".join(map(quoted, columns)), ", ".join(map(quoted, key))
    statement = f"select {listed} from {quoted(table)} where {LEDGER} = $1 order by {order}"
    async for record in connection.cursor(statement, ledger, prefetch=1000):
        yield canonical({name: _plain(value) for name, value in record.items()}).encode() + b"\n"


def _plain(value: Any) -> Any:
    """Times are told in +08:00, whatever the session's zone."""
    return value.astimezone(CHINA).isoformat() if hasattr(value, "astimezone") else value
