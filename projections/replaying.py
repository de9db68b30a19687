"""Replaying: a ledger's history folded again up to a position, into tables of one session that go when it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from projections.hashing import State, hashes
from projections.loading import Loader, seldom_collected
from projections.rebuilding import Connect, Progress
from projections.scopes import everything
from projections.tables import projections

__all__ = ["replay"]

ASIDE = "set search_path = pg_temp; set temp_buffers = '64MB'"


async def replay(connect: Connect, ledger: str, to: int, progress: Progress, save: Path | None = None) -> State:
    """The state at that position, and its rows in files if wished. Raises `Stopped`."""
    with seldom_collected():
        async with _connected(connect) as reader, _connected(connect) as writer:
            await writer.execute(ASIDE + ";" + "".join(each.sql for each in projections()))
            loader = Loader(reader, writer, ledger, everything(), lambda: _finish(writer))
            await loader.load(to, lambda done: progress(ledger, done, to))
            await loader.settle()
            async with writer.transaction(readonly=True):
                return State(loader.position, await hashes(writer, ledger, save))


async def _finish(writer: asyncpg.Connection) -> None:
    for each in projections():
        await writer.execute(each.finish)


@asynccontextmanager
async def _connected(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect()
    try:
        yield connection
    finally:
        connection.terminate()
