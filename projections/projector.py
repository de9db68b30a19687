"""The projector of one ledger: reads what was recorded, folds it, writes the rows and moves the ledger's position.

It stops, loudly, at an event that a projection cannot take: all before it stands, nothing is skipped, and recording
goes on. Whoever repairs the projection starts it again, and a success clears the failure.
"""

import asyncio
from contextlib import suppress

import asyncpg

from projections.batches import Batches
from projections.flushing import Overtaken, flush
from projections.folding import Batch, Stopped
from projections.reading import canonical, read

__all__ = ["Projector", "catch_up", "listen"]

BATCH = 5_000
"""Events a batch at most; a rebuild takes more."""

POLL = 1.0
# The head first: who drops a ledger locks it first too.
BEGIN = """
insert into gongzhi.projector (ledger, position)
select ledger, 0 from gongzhi.head where ledger = $1 for key share on conflict do nothing
"""
# What says nothing about the rows: the server, the connection, or who else was at work.
PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidCachedStatementError,
)
HERE = "select position from gongzhi.projector where ledger = $1"
FAILED = "update gongzhi.projector set failure = $3, failed_at = now() where ledger = $1 and position = $2"


class Projector:
    """Over a connection of its own that may write; a crash only repeats folding, so it does not wait for the disk."""

    def __init__(self, connection: asyncpg.Connection, ledger: str, *, batch: int = BATCH) -> None:
        self._connection, self._ledger, self._most = connection, ledger, batch
        self._position, self._size = 0, batch
        self._batches: Batches | None = None

    async def catch_up(self) -> int:
        """Project all that is recorded; the position reached. Raises `Stopped` at an event that cannot be taken."""
        while True:
            try:
                while await self._advance():
                    pass
            except Overtaken:
                self._batches = None
            except BaseException:
                self._batches = None
                raise
            else:
                return self._position

    async def run(self, wake: asyncio.Event) -> None:
        """Go on until stopped, waking at a hint, and after a second without one."""
        while True:
            wake.clear()
            await self.catch_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):  # wait_for of 3.11 may swallow a cancellation
                    await wake.wait()

    async def _advance(self) -> bool:
        """One batch; whether there may be more."""
        batches = self._batches or await self._begin()
        stored = await read(self._connection, self._ledger, self._position, self._size)
        if not stored:
            await self._check_position()
            return False
        batch, stopped = await batches.make(stored, self._position)
        if batch.position > self._position:
            if not await self._flush(batch, stored[0]):
                return True
            batches.written(batch)
            self._position = batch.position
        if stopped:
            await self._fail(stopped)
            raise stopped
        full, self._size = len(stored) == self._size, min(2 * self._size, self._most)
        return full

    async def _flush(self, batch: Batch, first: asyncpg.Record) -> bool:
        """Whether it is written. If the database refuses it, the next are smaller, until the event is found."""
        try:
            await flush(self._connection, self._ledger, batch)
        except PASSING:
            raise
        except asyncpg.PostgresError as error:
            if (events := batch.position - batch.after) > 1:
                self._size = events // 2
                return False
            stopped = Stopped(first["position"], first["type"], error.table_name or "log", error)
            await self._fail(stopped)
            raise stopped from error
        return True

    async def _check_position(self) -> None:
        """A ledger that was dropped and opened anew stands before where it stood."""
        if (await self._connection.fetchval(HERE, self._ledger) or 0) != self._position:
            raise Overtaken(self._ledger, self._position)

    async def _begin(self) -> Batches:
        """Nothing remembered from before holds: somebody else may have projected since."""
        self._size = self._most
        await self._connection.execute("set synchronous_commit = off")
        await self._connection.execute(BEGIN, self._ledger)
        self._position = await self._connection.fetchval(HERE, self._ledger) or 0
        self._batches = Batches(self._connection, self._ledger, blank=self._position == 0)
        return self._batches

    async def _fail(self, stopped: Stopped) -> None:
        told = {
            "position": stopped.position,
            "type": stopped.event,
            "projection": stopped.projection,
            "error": f"{type(stopped.error).__name__}: {stopped.error}",
        }
        await self._connection.execute(FAILED, self._ledger, self._position, canonical(told))


async def catch_up(connection: asyncpg.Connection, ledger: str) -> int:
    """Project all that is recorded in a ledger, once; the position reached."""
    return await Projector(connection, ledger).catch_up()


async def listen(connection: asyncpg.Connection, wake: asyncio.Event) -> None:
    """Set `wake` whenever something was recorded; a hint only, the poll is the truth."""
    await connection.add_listener("recorded", lambda *_: wake.set())
