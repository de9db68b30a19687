"""Batches: stored entries of one ledger to what they do to its read models, with the rows that this takes."""

from collections.abc import Sequence

import asyncpg

from projections.counting import count, counted_keys, movements
from projections.figures import FIGURES, Counted, Figure
from projections.folding import Batch, Stopped, fold, planned, wanted
from projections.memory import CAPACITY, Memory
from projections.reading import Recorded, decoded
from projections.rows import Row
from projections.scopes import Scope, everything

__all__ = ["Batches"]


class Batches:
    """Folds the runs of events of one ledger, one after the other, over one connection."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        ledger: str,
        *,
        blank: bool,
        capacity: int = CAPACITY,
        scope: Scope | None = None,
    ) -> None:
        self._connection, self._ledger, self._scope = connection, ledger, scope or everything()
        self._memory = Memory(blank=blank, capacity=capacity)

    async def make(self, stored: Sequence[asyncpg.Record], after: int) -> tuple[Batch, Stopped | None]:
        """The batch of these entries; if a projection cannot take one, the batch of those before it, and why."""
        events, stopped = _decoded(stored, self._ledger, after)
        while True:
            try:
                return await self._fold(events, after), stopped
            except Stopped as error:
                stopped = error
                events = [event for event in events if event.position < error.position]

    def written(self, batch: Batch) -> None:
        """The batch is in the database now: its rows are what the next one starts from."""
        self._memory.learn(batch)

    async def _fold(self, events: list[Recorded], after: int) -> Batch:
        steps = planned(events, self._scope)
        loaded = await self._memory.rows(self._connection, self._ledger, wanted(steps))
        batch = fold(events, steps, after, loaded, log=self._scope.log)
        moved = movements(batch)
        if moved or (after == 0 and self._scope.figures):
            keys: dict[type[Row], set[str]] = {Counted: counted_keys(moved), Figure: set(FIGURES)}
            rows = await self._memory.rows(self._connection, self._ledger, keys)
            count(batch, moved, rows[Counted], rows[Figure])
        return batch


def _decoded(stored: Sequence[asyncpg.Record], ledger: str, after: int) -> tuple[list[Recorded], Stopped | None]:
    events: list[Recorded] = []
    try:
        for event in decoded(stored, ledger, after):
            events.append(event)  # noqa: PERF402 - those before the one that raises are wanted
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the event cannot be taken
        position, kind, _, _ = stored[len(events)]
        return events, Stopped(position, kind, "log", error)
    return events, None
