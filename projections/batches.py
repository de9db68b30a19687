"""Batches: stored entries of one ledger to what they do to its read models; one is written while the next is made."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, ParamSpec, TypeVar

import asyncpg

from projections.counting import count, counted_keys, movements
from projections.figures import FIGURES, Counted, Figure
from projections.folding import Batch, Stopped, fold, planned, wanted
from projections.memory import Memory
from projections.reading import Recorded, decoded, read
from projections.rows import Row

__all__ = ["Batches", "Step", "Write"]

P = ParamSpec("P")
T = TypeVar("T")
Write = Callable[[Batch], Coroutine[Any, Any, None]]


class Step(NamedTuple):
    """The ledger's read models are at a position; if no further, then because a projection cannot take an event."""

    position: int
    stopped: Stopped | None


class Batches:
    """Folds the events of one ledger over a connection that nobody else uses meanwhile."""

    def __init__(self, connection: asyncpg.Connection, ledger: str, *, blank: bool) -> None:
        self._connection, self._ledger = connection, ledger
        self._memory = Memory(blank=blank)
        self._writing: asyncio.Task[None] | None = None

    async def run(self, after: int, most: int, write: Write) -> AsyncIterator[Step]:
        """Make batches of so many events at most and write them, until there are no more; a step for each written."""
        stored = await read(self._connection, self._ledger, after, most)
        try:
            while stored:
                batch, stopped = await self.make(stored, after)
                if self._writing:
                    await self._idle()
                    yield Step(after, None)
                more = len(stored) == most and stopped is None
                stored = await read(self._connection, self._ledger, batch.position, most) if more else []
                if batch.position > after:
                    self._writing = asyncio.create_task(write(batch))
                    self.written(batch)
                after = batch.position
                if not stored:
                    await self._idle()
                    yield Step(after, stopped)
        finally:
            await self._abandon()

    async def make(self, stored: Sequence[asyncpg.Record], after: int) -> tuple[Batch, Stopped | None]:
        """The batch of these entries; if a projection cannot take one, the batch of those before it, and why."""
        events, stopped = await self._aside(_decoded, stored, self._ledger, after)
        while True:
            try:
                return await self._fold(events, after), stopped
            except Stopped as error:
                stopped = error
                events = [event for event in events if event.position < error.position]

    def written(self, batch: Batch) -> None:
        """The batch is in the database, or will be before anything is read: its rows are what the next starts from."""
        self._memory.learn(batch)

    async def _fold(self, events: list[Recorded], after: int) -> Batch:
        steps = await self._aside(planned, events)
        loaded = await self._memory.rows(self._idle, self._ledger, wanted(steps))
        batch = await self._aside(fold, events, steps, after, loaded)
        moved = await self._aside(movements, batch)
        if moved or after == 0:
            keys: dict[type[Row], set[str]] = {Counted: counted_keys(moved), Figure: set(FIGURES)}
            rows = await self._memory.rows(self._idle, self._ledger, keys)
            await self._aside(count, batch, moved, rows[Counted], rows[Figure])
        return batch

    async def _aside(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """In a thread while a batch is being written, so that neither waits for the other."""
        if self._writing is None:
            return function(*args, **kwargs)
        return await asyncio.to_thread(function, *args, **kwargs)

    async def _idle(self) -> asyncpg.Connection:
        """The connection, once nothing is being written on it."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            await writing
        return self._connection

    async def _abandon(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing


def _decoded(stored: Sequence[asyncpg.Record], ledger: str, after: int) -> tuple[list[Recorded], Stopped | None]:
    events: list[Recorded] = []
    try:
        for event in decoded(stored, ledger, after):
            events.append(event)  # noqa: PERF402 - those before the one that raises are wanted
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the event cannot be taken
        position, kind, _, _ = stored[len(events)]
        return events, Stopped(position, kind, "log", error)
    return events, None
