"""Leases: of all projectors of a ledger the one at work, for as long as its lease runs by the database's clock.

A lease is renewed by all that its holder writes. One that ends later than any taken now was left by a clock that has
jumped back since, and keeps nobody off. Who lost a lease may not know it yet: each write asks for holder and epoch.
"""

import os
import socket
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import asyncpg

__all__ = ["HOLDER", "LEASE", "Held", "Lease", "bury", "give_back", "new_holder", "take"]

LEASE = timedelta(seconds=3)
"""So long after its holder's death nobody projects."""

# The head first: who drops a ledger locks it first too.
BEGIN = """
insert into gongzhi.projector (ledger, position)
select ledger, 0 from gongzhi.head where ledger = $1 for key share on conflict do nothing
"""
TAKE = """
update gongzhi.projector set holder = $2, held_until = clock_timestamp() + $3::interval
where ledger = $1 and (holder is null or holder = $2
    or held_until not between clock_timestamp() and clock_timestamp() + $3::interval)
returning position, epoch
"""
HOLDER = "select holder from gongzhi.projector where ledger = $1"
GIVE_BACK = """
update gongzhi.projector set holder = null, held_until = null where ledger = $1 and holder = $2
returning pg_notify('released', $1)
"""

GIVE_BACK_ALL = """
update gongzhi.projector set holder = null, held_until = null where starts_with(holder, $1)
returning pg_notify('released', ledger)
"""


class Held(Exception):
    """Another projector is at work on this ledger."""


class Lease(NamedTuple):
    """Leave to write, from a position on."""

    holder: str
    position: int
    epoch: UUID | None
    """None: there is no such ledger."""


def new_holder() -> str:
    """A name for one projector of one process, which tells an operator where that runs."""
    return _process(os.getpid()) + uuid4().hex[:8]


async def take(connection: asyncpg.Connection, ledger: str, holder: str) -> Lease:
    """The lease, taken or renewed. Raises `Held`."""
    for _ in range(2):
        if taken := await connection.fetchrow(TAKE, ledger, holder, LEASE):
            return Lease(holder, *taken)
        if other := await connection.fetchval(HOLDER, ledger):
            raise Held(ledger, other)
        await connection.execute(BEGIN, ledger)
    return Lease(holder, 0, None)


async def give_back(connection: asyncpg.Connection, ledger: str, holder: str) -> None:
    """So that another may go on at once."""
    await connection.execute(GIVE_BACK, ledger, holder)


async def bury(pool: asyncpg.Pool, pid: int) -> None:
    """Give back what a process of this machine held that is known to be dead."""
    await pool.execute(GIVE_BACK_ALL, _process(pid))


def _process(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/"
