"""The projector of one ledger: reads what was recorded, folds it, writes the rows and moves the ledger's position.

It stops, loudly, at an event that a projection cannot take: all before it stands, nothing is skipped, and recording goes
on. Whoever repairs the projection starts it again, and a success clears the failure.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import asyncpg
import msgspec

from projections.counting import count, counted_keys, movements
from projections.figures import FIGURES, Counted, Figure
from projections.flushing import Overtaken, flush
from projections.folding import Batch, Stopped, fold, wanted
from projections.memory import Memory
from projections.reading import Recorded, read, recorded

__all__ = ["Projector", "catch_up", "listen"]

BATCH = 5_000
"""Events a batch at most; a rebuild takes more."""

POLL = 1.0
HERE = "select position from gongzhi.projector where ledger = $1"
BEGIN = """
insert into gongzhi.projector (ledger, position)
select ledger, 0 from gongzhi.head where ledger = $1 on conflict do nothing
"""
FAILED = "update gongzhi.projector set failure = $2, failed_at = now() where ledger = $1 and position = $3"


class Projector:
    """Over a connection of its own, of the writer; `synchronous_commit` is off there, as a crash only repeats folding."""

    def __init__(self, connection: asyncpg.Connection, ledger: str, *, batch: int = BATCH) -> None:
        self.connection, self.ledger, self.batch = connection, ledger, batch
        self._position: int | None = None
        self._memory = Memory()

    async def catch_up(self) -> int:
        """Project all that is recorded; the position reached. Raises `Stopped` at an event that cannot be taken."""
        while True:
            with contextlib.suppress(Overtaken):
                while await self._advance():
                    pass
                return self._position or 0
            self._forget()

    async def run(self, wake: asyncio.Event) -> None:
        """Go on for ever, waking at a hint or after a second."""
        while True:
            wake.clear()
            await self.catch_up()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), POLL)

    async def _advance(self) -> bool:
        """One batch; False if there was nothing."""
        after = await self._begin() if self._position is None else self._position
        stored = await read(self.connection, self.ledger, after, self.batch)
        try:
            await self._project(stored, after)
        except Stopped as stopped:
            await self._fail(stored, stopped, after)
            raise
        return bool(stored)
