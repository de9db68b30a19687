"""Rebuilding: read models from the first event again, in a schema of their own beside those that are read.

The live projector goes on meanwhile, and readers read. A rebuild that ends in the middle has changed nothing that
anybody reads; the next one starts over.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import asyncpg

from projections.ddl import quoted
from projections.exchanging import Here, exchange, here
from projections.flushing import Overtaken
from projections.loading import BATCH, KEPT, Loader, seldom_collected
from projections.rows import table_of
from projections.scopes import scope
from projections.tables import NEXT, PAST, Projection, changed, existing, projections

__all__ = ["Connect", "Progress", "RebuildRunning", "rebuild"]

Connect = Callable[[], Awaitable[asyncpg.Connection]]
"""A connection of the tables' owner, of one's own."""
Progress = Callable[[str, int, int], None]
"""Ledger, events done, events in all."""

SMALL = 1_000
"""So few events may be left when the rows are exchanged, while the live projector waits."""
# No other schema, so that what is read is never written to. A crash only means to start over: no waiting for disk.
BUILDING = f"""
set search_path = {NEXT};
set synchronous_commit = off;
set maintenance_work_mem = '256MB';
"""
TURN = "set local idle_in_transaction_session_timeout = 0; lock table gongzhi.rebuilding in exclusive mode"


class RebuildRunning(Exception):
    """Another process is rebuilding already."""


async def rebuild(
    connect: Connect,
    names: Collection[str] | None = None,
    progress: Progress | None = None,
    *,
    wait: bool = False,
    batch: int = BATCH,
    kept: int = KEPT,
) -> tuple[str, ...]:
    """Rebuild these projections of all ledgers, or those that are declared otherwise than they were made; which.

    Raises `Stopped` at an event that one of them cannot take, and `RebuildRunning` unless it may wait for its turn."""
    with seldom_collected():
        return await _in_turn(connect, names, progress or _silent, wait=wait, batch=batch, kept=kept)


async def _in_turn(
    connect: Connect, names: Collection[str] | None, progress: Progress, *, wait: bool, batch: int, kept: int
) -> tuple[str, ...]:
    async with _connections(connect) as (keeper, reader, writer):
        async with keeper.transaction():
            await _take_turn(keeper, wait=wait)
            wanted = await changed(keeper) if names is None else [each for each in projections() if each.name in names]
            if wanted:
                await _rebuild(keeper, Shadow(reader, writer, wanted, progress, batch=batch, kept=kept))
        await _clear(writer)
    return tuple(each.name for each in wanted)


async def _rebuild(keeper: asyncpg.Connection, shadow: "Shadow") -> None:
    """From the beginning again if a ledger was dropped meanwhile, and perhaps opened anew."""
    while True:
        try:
            await shadow.build()
            await exchange(keeper, shadow.wanted, shadow.follow)
        except Overtaken:
            continue
        return


class Shadow:
    """Tables that nobody reads yet, filled from the histories of all ledgers as far as the live ones are."""

    def __init__(
        self,
        reader: asyncpg.Connection,
        writer: asyncpg.Connection,
        wanted: Collection[Projection],
        progress: Progress,
        *,
        batch: int,
        kept: int,
    ) -> None:
        self._reader, self._writer, self.wanted, self._progress = reader, writer, wanted, progress
        self._batch, self._kept = batch, kept
        self._scope = scope({each.name for each in wanted})
        folded = {each.name for each in wanted} | {table_of(row) for row in self._scope.folded}
        self._made = [each for each in projections() if each.name in folded]
        self._ledgers: dict[str, tuple[Here, Loader]] = {}
        self._finished = False

    async def build(self) -> None:
        """From nothing to so near behind the live tables that the rest takes an instant."""
        await _clear(self._writer)
        self._ledgers, self._finished = {}, False
        await self._writer.execute("".join(each.sql for each in self._made))
        await self.follow(await here(self._reader))
        await self._finish()
        while await self._behind() > SMALL:
            await self.follow(await here(self._reader))

    async def follow(self, live: Mapping[str, Here]) -> None:
        """Fold as far as the live tables are. Raises `Overtaken` if a ledger is not the one that was folded."""
        for ledger, there in live.items():
            begun, loader = self._ledgers.setdefault(ledger, (there, self._loader(ledger)))
            if begun.epoch != there.epoch:
                raise Overtaken(ledger, loader.position)
            await loader.load(there.position, partial(self._tell, ledger, there.position))
            await loader.settle()
        if dropped := self._ledgers.keys() - live.keys():
            raise Overtaken(min(dropped), 0)

    def _tell(self, ledger: str, of: int, done: int) -> None:
        self._progress(ledger, done, of)

    def _loader(self, ledger: str) -> Loader:
        return Loader(self._reader, self._writer, ledger, self._scope, self._finish, batch=self._batch, kept=self._kept)

    async def _behind(self) -> int:
        live = await here(self._reader)
        return sum(there.position - self._done(ledger) for ledger, there in live.items())

    def _done(self, ledger: str) -> int:
        return self._ledgers[ledger][1].position if ledger in self._ledgers else 0

    async def _finish(self) -> None:
        """Keys and indexes, which are made faster over what is there than row by row."""
        if not self._finished:
            todo = reversed(self._made)  # the log first, which takes longest
            await asyncio.gather(*(_finish(each, todo) for each in (self._reader, self._writer)))
            self._finished = True


async def _finish(connection: asyncpg.Connection, todo: Iterator[Projection]) -> None:
    """One after the other, whatever is not begun yet."""
    for each in todo:
        await connection.execute(each.finish)
        await connection.execute("".join(f"analyze {quoted(table)};" for table in each.tables))


async def _take_turn(keeper: asyncpg.Connection, *, wait: bool) -> None:
    try:
        await keeper.execute(TURN if wait else f"{TURN} nowait")
    except asyncpg.LockNotAvailableError:
        raise RebuildRunning from None


@asynccontextmanager
async def _connections(connect: Connect) -> AsyncIterator[list[asyncpg.Connection]]:
    """One that keeps the turn and exchanges, one that reads events, one that writes what nobody reads yet."""
    async with AsyncExitStack() as opened:
        connections = [await connect() for _ in range(3)]
        for each in connections:
            opened.callback(each.terminate)
        for each in connections[1:]:
            await each.execute(BUILDING)
        yield connections


async def _clear(connection: asyncpg.Connection) -> None:
    """What a rebuild left, or one that ended in the middle; at once, since each commit that drops waits for disk."""
    for schema in (NEXT, PAST):
        if left := [f"{schema}.{quoted(table)}" for table in await existing(connection, schema)]:
            await connection.execute(f"drop table if exists {', '.join(left)}")


def _silent(_ledger: str, _done: int, _total: int) -> None:
    """Nobody watches."""
