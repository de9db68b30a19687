"""PostgreSQL by itself, over one connection: what the same rows cost in a table like that of the events."""

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any, Self

import asyncpg

from infra.database import Databases
from infra.entries import NewEvent, draft, moment
from infra.merkle import leaf_hash
from tests.bench.workload import TYPE, body, tags

__all__ = ["Bare", "median_of"]

BATCH = 5_000
LEDGER = "140423"
TABLES = {"copied": "event", "copied_tag": "event_tag", "copied_command": "command", "single": "event"}
INSERT = "insert into single values ($1, $2, $3, $4, $5, $6, $7, $8)"


class Bare:
    """Tables of its own."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._positions = count(1)
        self._row = _row()

    @classmethod
    @asynccontextmanager
    async def of(cls, databases: Databases) -> AsyncIterator[Self]:
        connection = await databases.connect("gongzhi_owner")
        try:
            for table, pattern in TABLES.items():
                await connection.execute(f"create table {table} (like {pattern} including all)")
            yield cls(connection)
        finally:
            await connection.close()

    async def rate(self, seconds: float, *, all_rows: bool = False) -> float:
        """Events a second, each batch copied and committed by itself; with all the rows that we keep of an event."""
        begun, done = time.perf_counter(), 0
        while not done or time.perf_counter() < begun + seconds:
            rows = list(islice(self._rows(), BATCH))
            async with self._connection.transaction():
                await self._copy("copied", rows)
                if all_rows:
                    await self._copy("copied_tag", [(LEDGER, tag, TYPE, row[1]) for row in rows for tag in row[3]])
                    await self._copy(
                        "copied_command", [(LEDGER, f"c{row[1]}", row[7], row[1], row[1], "") for row in rows]
                    )
            done += BATCH
        return done / (time.perf_counter() - begun)

    async def latency(self, seconds: float) -> float:
        """The median of the milliseconds that one row takes, inserted and committed by itself."""
        insert = await self._connection.prepare(INSERT)
        return await median_of(lambda: insert.fetch(*next(self._rows())), seconds)

    async def _copy(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        await self._connection.copy_records_to_table(table, records=rows)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        return ((LEDGER, position, *self._row) for position in self._positions)


async def median_of(act: Callable[[], Awaitable[object]], seconds: float) -> float:
    """Act again and again, one after the other; milliseconds."""
    until = time.perf_counter() + seconds
    taken: list[float] = []
    while not taken or time.perf_counter() < until:
        begun = time.perf_counter()
        await act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def _row() -> tuple[Any, ...]:
    """What the store would write for an event of the workload, all but the position."""
    now = datetime.now(UTC)
    made = draft(LEDGER, NewEvent(TYPE, body(1, 1), tags(1)), now)
    entry = made.entry(1, moment(now).encode())
    return (TYPE, tags(1), now, now, entry, leaf_hash(entry))
