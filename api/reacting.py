"""The reactors of all ledgers, beside the projectors: what follows from events, and from days that have come.

A ledger whose reaction raised stands still, loudly, and is tried again; recording and the other ledgers go on.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Sequence

import asyncpg
import structlog

from api.composition import Clock, utc_now
from infra.address import SESSION
from infra.consequences import Halted
from infra.database import Databases, session
from infra.kek import load_kek
from infra.keys import open_keys
from infra.reacting import PASSING, ReactionsUnknown, Reactor
from infra.recorder import Recorder
from infra.settings import Settings
from infra.store import EventStore
from infra.trouble import Trouble

__all__ = ["keep_reacting", "react_all"]

log = structlog.get_logger("reactor")
AT_ONCE = 4
"""Ledgers at a time; each takes a connection while it is at it, and recording takes others."""
PATIENCE = 5.0
"""Seconds before a ledger that stands still is tried again."""
POLL, PACE = 1.0, 0.1
"""Seconds: the longest without a look, and the shortest between two, since a busy ledger hints hundreds of times."""
PENDING = """
select h.ledger from head h join reactor r using (ledger)
where h.position > r.position or r.failure is not null
    or not exists (select from reaction x where x.ledger = h.ledger)
    or exists (select from deadline d where d.ledger = h.ledger and d.due <= $1)
order by h.ledger"""
ALL = "select ledger from reactor order by ledger"


async def keep_reacting(databases: Databases, settings: Settings, clock: Clock = utc_now) -> None:
    """For ever; whatever goes wrong is told, and tried again."""
    while True:
        try:
            async with (
                databases.keys.pool(SESSION, min_size=1, max_size=2) as keys_pool,
                databases.main.pool(session("gongzhi_writer"), min_size=1, max_size=2 * AT_ONCE + 1) as pool,
            ):
                keys = await open_keys(keys_pool, load_kek(settings.home))
                async with EventStore(pool, keys, clock) as store:
                    await react_all(pool, Recorder(store, keys, clock))
        except* (Trouble, *PASSING) as errors:
            log.warning("reactor lost its database", errors=[type(error).__name__ for error in errors.exceptions])
        except* Exception:
            log.exception("reacting failed")
        await asyncio.sleep(POLL)


async def react_all(pool: asyncpg.Pool, recorder: Recorder) -> None:
    """A turn for every ledger in which something has happened or a moment has come; at first, for each there is."""
    with recorder.store.waking.of(None) as wake:
        async with asyncio.TaskGroup() as group:
            turns = _Turns(group, pool, recorder)
            turns.give(await pool.fetch(ALL))
            while True:
                wake.clear()
                turns.give(await pool.fetch(PENDING, recorder.clock()))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL):  # wait_for of 3.11 may swallow a cancellation
                        await wake.wait()
                await asyncio.sleep(PACE)


class _Turns:
    """One at a time for a ledger, and none for a while where it stands still, so that nobody else waits for it."""

    def __init__(self, group: asyncio.TaskGroup, pool: asyncpg.Pool, recorder: Recorder) -> None:
        self._group, self._pool, self._recorder = group, pool, recorder
        self._room, self._not_before = asyncio.Semaphore(AT_ONCE), dict[str, float]()
        self._left = dict[str, Sequence[str]]()

    def give(self, ledgers: Sequence[asyncpg.Record]) -> None:
        for (ledger,) in ledgers:
            if self._not_before.get(ledger, 0) <= time.monotonic():
                self._not_before[ledger] = math.inf
                self._group.create_task(self._take(ledger))

    async def _take(self, ledger: str) -> None:
        rest = PATIENCE
        try:
            async with self._room:
                await Reactor(self._pool, self._recorder, ledger).catch_up()
            rest = 0
        except Halted as halted:
            told = {"position": halted.position, "type": halted.event, "reaction": halted.reaction}
            log.exception("reactions stopped", ledger=ledger, **told)
        except ReactionsUnknown as unknown:
            self._leave(ledger, unknown.names)
        except PASSING as error:
            log.warning("reacting is tried again", ledger=ledger, error=type(error).__name__)
            rest = POLL
        except Exception:
            log.exception("reacting failed", ledger=ledger)
        self._not_before[ledger] = time.monotonic() + rest

    def _leave(self, ledger: str, names: Sequence[str]) -> None:
        """Told once, since the release that has them may be at work for a long time."""
        if self._left.get(ledger) != names:
            self._left[ledger] = names
            log.warning("reactions are left to the release that has them", ledger=ledger, reactions=names)
