"""Loading: the history of a ledger into bare tables, wherever the search path of the writing connection leads.

Former rows and the log are appended batch by batch; rows of today are held in memory and written once, at the end. If
they are too many, the tables are finished on the way and rows replaced as they change.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from msgspec.structs import astuple

from projections.batches import Batches
from projections.ddl import quoted
from projections.folding import Batch, Share
from projections.log import LOG_COLUMNS, TAG_COLUMNS
from projections.reading import read
from projections.records import form
from projections.rows import LEDGER, UNTIL, Row
from projections.scopes import Scope

__all__ = ["BATCH", "KEPT", "RARELY", "Loader", "seldom_collected"]

BATCH = 20_000
KEPT = 300_000
"""Rows of today that are held in memory, of all tables of a ledger together."""
RARELY = (100_000, 20, 50)
"""Folding makes many small objects and no cycles: collecting garbage as often as usual costs up to 15 µs an event."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """For as long as it folds."""
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class Loader:
    """Of one ledger; `reader` reads ahead while `writer` writes, and `finish` gives all tables their keys."""

    def __init__(
        self,
        reader: asyncpg.Connection,
        writer: asyncpg.Connection,
        ledger: str,
        scope: Scope,
        finish: Callable[[], Awaitable[None]],
        *,
        batch: int = BATCH,
        kept: int = KEPT,
    ) -> None:
        self._reader, self._writer, self._ledger, self._scope, self._finish = reader, writer, ledger, scope, finish
        self._batch, self._kept, self.position = batch, kept, 0
        self._batches = Batches(writer, ledger, blank=True, capacity=kept, scope=scope)
        self._held: dict[type[Row], dict[str, Row]] | None = {}

    async def load(self, upto: int, progress: Callable[[int], None] = lambda _: None) -> None:
        """Raises `Stopped` at an event that a projection cannot take."""
        stored = await self._read(upto)
        while stored:
            batch, stopped = await self._batches.make(stored, self.position)
            if stopped:
                raise stopped
            self.position = batch.position
            stored, _ = await asyncio.gather(self._read(upto), self._write(batch))
            self._batches.written(batch)
            if sum(map(len, (self._held or {}).values())) > self._kept:
                await self._finish()
                await self.settle()
            progress(self.position)

    async def settle(self) -> None:
        """Write what is held in memory."""
        held, self._held = self._held or {}, None
        for row, rows in held.items():
            await self._copy_rows(row, rows.values())
        self._batches = Batches(self._writer, self._ledger, blank=False, scope=self._scope)

    async def _read(self, upto: int) -> list[asyncpg.Record]:
        most = min(self._batch, upto - self.position)
        return await read(self._reader, self._ledger, self.position, most) if most > 0 else []

    async def _write(self, batch: Batch) -> None:
        await self._copy("log", LOG_COLUMNS, map(astuple, batch.log))
        await self._copy("log_tag", TAG_COLUMNS, map(astuple, batch.tags))
        for row, share in batch.shares.items():
            if row in self._scope.wanted:
                await self._copy_former(row, share)
            if self._held is None:
                await self._replace(row, share)
            else:
                self._held.setdefault(row, {}).update(share.now)

    async def _replace(self, row: type[Row], share: Share) -> None:
        if replaced := [key for key in share.now if share.loaded.get(key) is not None]:
            gone = f"delete from {quoted(form(row).table)} where {LEDGER} = $1 and id = any($2)"
            await self._writer.execute(gone, self._ledger, replaced)
        await self._copy_rows(row, share.now.values())

    async def _copy_rows(self, row: type[Row], rows: Iterable[Row]) -> None:
        await self._copy(form(row).table, form(row).columns, map(form(row).record, rows))

    async def _copy_former(self, row: type[Row], share: Share) -> None:
        record = form(row).record
        records = ((*record(former.row), former.until) for former in share.former)
        await self._copy(form(row).history, (*form(row).columns, UNTIL), records)

    async def _copy(self, table: str, columns: Iterable[str], records: Iterable[tuple[Any, ...]]) -> None:
        told = [(self._ledger, *record) for record in records]
        if told:
            await self._writer.copy_records_to_table(table, columns=(LEDGER, *columns), records=told)
