"""Exchanging: tables that were built aside take the place of those that are read, in one short transaction.

Projectors wait first, readers only while names are changed: whoever is reading is never waited for longer than others
can wait behind us. Who reads by several statements in one snapshot begins with `STEADY`, since a snapshot does not see
rows of tables that came after it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from itertools import chain
from typing import NamedTuple
from uuid import UUID

import asyncpg

from projections.ddl import quoted
from projections.tables import LIVE, NEXT, PAST, Projection, existing, recorded

__all__ = ["STEADY", "Follow", "Here", "ReadersBusy", "exchange", "here"]

STEADY = f"lock table {LIVE}.projection in access share mode"
"""No rows are exchanged until the transaction ends; to be said before its snapshot is taken."""

PATIENCE = 900.0
"""Seconds of trying, since what was built would have to be built again."""
SHORTEST, LONGEST = 0.05, 0.4
"""Seconds for a lock that readers may have to wait behind, and twice as many for all of them: longer each time that we
gave way. Less than `deadlock_timeout`, a second, after which a reader that holds one table and waits for another would
be the one to fail."""
VACUUM = 5
"""Seconds for a vacuum to end: PostgreSQL ends one that started by itself once it is waited for so long as that."""
BUSY = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError)

HERE = "select ledger, position, epoch from gongzhi.projector order by ledger"
# Heads before projectors, as everybody locks them: a ledger may be dropped meanwhile.
STAND_STILL = f"""
set local lock_timeout = '{VACUUM}s';
set local idle_in_transaction_session_timeout = '10s';
select from gongzhi.head for key share;
lock table gongzhi.projector in exclusive mode;
"""
NEW_EPOCH = """
update gongzhi.projector set epoch = gen_random_uuid(), failure = null, failed_at = null
returning pg_notify('recorded', ledger)
"""


class ReadersBusy(Exception):
    """The tables were in use all the time, so that the new rows could not take their place."""


class Here(NamedTuple):
    """How far a ledger's rows are, and in which epoch."""

    position: int
    epoch: UUID


Follow = Callable[[Mapping[str, Here]], Awaitable[None]]


async def here(connection: asyncpg.Connection) -> dict[str, Here]:
    return {ledger: Here(position, epoch) for ledger, position, epoch in await connection.fetch(HERE)}


async def exchange(connection: asyncpg.Connection, made: Collection[Projection], follow: Follow) -> None:
    """Within a transaction to be committed at once; `follow` brings the new rows to where the old ones are."""
    patience, until = SHORTEST, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            async with connection.transaction():
                await connection.execute(STAND_STILL)
                await follow(await here(connection))
                return await _exchange(connection, made, patience)
        except BUSY:
            patience = min(2 * patience, LONGEST)
            await asyncio.sleep(random.uniform(1, 3) * patience)  # noqa: S311 - so as not to meet the same reader
            await follow(await here(connection))
    raise ReadersBusy


async def _exchange(connection: asyncpg.Connection, made: Collection[Projection], patience: float) -> None:
    old = await existing(connection, LIVE)
    names = [quoted(table) for each in made for table in each.tables]
    # These first, while nobody waits behind us: a vacuum may be at work on them.
    await connection.execute(f"lock table {', '.join(f'{NEXT}.{table}' for table in names)} in access exclusive mode")
    gone = [quoted(table) for each in made for table in each.tables if table in old]
    locks = ", ".join(f"{LIVE}.{table}" for table in ("projection", *gone))
    await connection.execute(f"lock table {locks} in share update exclusive mode")  # no vacuum, and nobody waits for us
    moves = chain(_moves(gone, LIVE, PAST), _moves(names, NEXT, LIVE))
    milliseconds = int(1000 * patience)
    await connection.execute(f"""
        set local lock_timeout = {milliseconds};
        set local statement_timeout = {2 * milliseconds};
        lock table {locks} in access exclusive mode;
        set local statement_timeout = 0;
        {"".join(moves)}""")
    await recorded(connection, made)
    await connection.execute(NEW_EPOCH)


def _moves(tables: Collection[str], source: str, target: str) -> Iterator[str]:
    return (f"alter table {source}.{table} set schema {target};" for table in tables)
