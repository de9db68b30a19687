"""The projector of one ledger: reads what was recorded, folds it, writes the rows and moves the ledger's position.

It stops, loudly, at an event that a projection cannot take: all before it stands, nothing is skipped, and recording
goes on. Whoever repairs the projection starts it again, and a success clears the failure.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg

from projections.batches import Batches
from projections.flushing import Overtaken, flush
from projections.folding import Batch, Stopped
from projections.leases import LEASE, Held, Lease, give_back, new_holder, take
from projections.reading import canonical, read
from projections.tables import Outdated, changed

__all__ = ["PASSING", "Hints", "Projector", "catch_up", "listen"]

BATCH = 5_000
"""Events a batch at most; a rebuild takes more."""

SLOW = LEASE.total_seconds() / 3
"""Seconds of a flush after which the next are smaller: a lease runs from the beginning of what renews it."""

POLL = 1.0
LOOK = 0.1
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
"""What says nothing about the rows: the server, the connection, or who else was at work."""
THROUGH = """
select p.position from gongzhi.projector p join gongzhi.head h using (ledger)
where ledger = $1 and p.position >= h.position
"""
FAILED = """
update gongzhi.projector set failure = $4, failed_at = clock_timestamp()
where ledger = $1 and position = $2 and holder = $3
"""


@dataclass(frozen=True)
class Hints:
    """What the database tells; a poll is the truth."""

    recorded: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)


class Projector:
    """Over a connection of its own that may write; a crash only repeats folding, so it does not wait for the disk."""

    def __init__(self, connection: asyncpg.Connection, ledger: str, *, batch: int = BATCH) -> None:
        self._connection, self._ledger, self._most = connection, ledger, batch
        self._lease, self._size = Lease(new_holder(), 0, None), batch
        self._batches: Batches | None = None

    @property
    def holder(self) -> str:
        return self._lease.holder

    async def catch_up(self) -> int:
        """Project all that is recorded; the position reached.

        Raises `Stopped` at an event that cannot be taken, `Held` if another is at work."""
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
                return self._lease.position

    async def run(self, hints: Hints) -> None:
        """Go on until stopped, waking at a hint, and after a second without one; wait while another is at work."""
        while True:
            for hint in (hints.recorded, hints.released):
                hint.clear()
            awaited, patience = hints.recorded, POLL
            try:
                await self.catch_up()
            except Held:
                awaited, patience = hints.released, POLL / 2
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):  # wait_for of 3.11 may swallow a cancellation
                    await awaited.wait()

    async def release(self) -> None:
        """Let another go on at once."""
        self._batches = None
        await give_back(self._connection, self._ledger, self.holder)

    async def _advance(self) -> bool:
        """One batch; whether there may be more."""
        batches = self._batches or await self._begin()
        stored = await read(self._connection, self._ledger, self._lease.position, self._size)
        if not stored:
            await self._renew()
            return False
        full = len(stored) == self._size
        batch, stopped = await batches.make(stored, self._lease.position)
        if batch.position > batch.after:
            if not await self._flush(batch, stored[0]):
                return True
            batches.written(batch)
            self._lease = self._lease._replace(position=batch.position)
        if stopped:
            await self._fail(stopped)
            raise stopped
        return full

    async def _flush(self, batch: Batch, first: asyncpg.Record) -> bool:
        """Whether it is written. If the database refuses it, the next are smaller, until the event is found."""
        events, begun = batch.position - batch.after, time.monotonic()
        try:
            await flush(self._connection, self._ledger, batch, self._lease)
        except PASSING:
            raise
        except asyncpg.PostgresError as error:
            if events > 1:
                self._size = events // 2
                return False
            stopped = Stopped(first["position"], first["type"], error.table_name or "log", error)
            await self._fail(stopped)
            raise stopped from error
        slow = time.monotonic() - begun > SLOW
        self._size = max(1, events // 2) if slow else min(2 * self._size, self._most)
        return True

    async def _renew(self) -> None:
        """A ledger that was dropped and opened anew, or whose rows were exchanged, is of another epoch."""
        if await take(self._connection, self._ledger, self.holder) != self._lease:
            raise Overtaken(self._ledger, self._lease.position)

    async def _begin(self) -> Batches:
        """Nothing remembered from before holds: somebody else may have projected since.

        The lease first: if the tables are exchanged after they were looked at, its epoch is over."""
        await self._connection.execute("set synchronous_commit = off")
        self._lease = await take(self._connection, self._ledger, self.holder)
        if stale := await changed(self._connection):
            raise Outdated(*(each.name for each in stale))
        self._batches = Batches(self._connection, self._ledger, blank=self._lease.position == 0)
        return self._batches

    async def _fail(self, stopped: Stopped) -> None:
        where = self._ledger, self._lease.position, self.holder
        await self._connection.execute(FAILED, *where, canonical(stopped.told | {"message": str(stopped.error)}))


async def catch_up(connection: asyncpg.Connection, ledger: str) -> int:
    """Project all that is recorded in a ledger, once, or wait for whoever is at work on it; the position reached."""
    projector = Projector(connection, ledger)
    try:
        while True:
            try:
                return await projector.catch_up()
            except Held:
                if (through := await connection.fetchval(THROUGH, ledger)) is not None:
                    return int(through)
                await asyncio.sleep(LOOK)
    finally:
        await projector.release()


async def listen(connection: asyncpg.Connection, hints: Hints) -> None:
    """Hear that something was recorded, or that a ledger is free."""
    await connection.add_listener("recorded", lambda *_: hints.recorded.set())
    await connection.add_listener("released", lambda *_: hints.released.set())
