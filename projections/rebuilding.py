"""Rebuilding: a ledger's read models from its first event again, in one transaction: readers see the old or the new.

Whoever projects meanwhile waits for the position and then starts from where the rebuild came to.
"""

from collections.abc import Callable

import asyncpg

from projections.batches import Batches
from projections.ddl import quoted
from projections.flushing import copy
from projections.reading import read
from projections.tables import projections, remake

__all__ = ["Progress", "rebuild", "rebuild_all"]

BATCH = 20_000
Progress = Callable[[str, int, int], None]
"""Ledger, events done, events in all."""

BEGIN = """
insert into gongzhi.projector (ledger, position)
select ledger, 0 from gongzhi.head where ledger = $1 for key share
on conflict (ledger) do update set position = 0
"""
MOVE = """
update gongzhi.projector set position = $2, failure = null, failed_at = null where ledger = $1
returning pg_notify('projected', $1 || ' ' || $2::bigint)
"""
HEAD = "select position from gongzhi.head where ledger = $1"


async def rebuild(connection: asyncpg.Connection, ledger: str, progress: Progress | None = None) -> int:
    """Rebuild all projections of a ledger; the position reached. Raises `Stopped`, leaving all as it was."""
    async with connection.transaction():
        await connection.execute(BEGIN, ledger)
        for table in (table for each in projections() for table in each.tables):
            await connection.execute(f"delete from gongzhi.{quoted(table)} where ledger = $1", ledger)
        return await _fill(connection, ledger, progress or _silent)


async def rebuild_all(connection: asyncpg.Connection, progress: Progress | None = None) -> None:
    """Make all tables anew, as the owner, and fill them for every ledger: when a declaration changed."""
    async with connection.transaction():
        # Heads before projectors, as everybody locks them: a ledger may be dropped meanwhile.
        await connection.execute("select from gongzhi.head for key share")
        await connection.execute("lock table gongzhi.projector in exclusive mode")
        await remake(connection, {each.name for each in projections()})
        for (ledger,) in await connection.fetch("select ledger from gongzhi.head order by ledger"):
            await connection.execute(BEGIN, ledger)
            await _fill(connection, ledger, progress or _silent)


async def _fill(connection: asyncpg.Connection, ledger: str, progress: Progress) -> int:
    total = await connection.fetchval(HEAD, ledger) or 0
    batches, position = Batches(connection, ledger, blank=True), 0
    progress(ledger, position, total)
    while stored := await read(connection, ledger, position, BATCH):
        batch, stopped = await batches.make(stored, position)
        if stopped:
            raise stopped
        await copy(connection, ledger, batch)
        batches.written(batch)
        position = batch.position
        progress(ledger, position, max(total, position))
    await connection.execute(MOVE, ledger, position)
    return position


def _silent(_ledger: str, _done: int, _total: int) -> None:
    """Nobody watches."""
