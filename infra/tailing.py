"""Following a ledger: what was recorded, and then what is, each event once and in order.

What is read by position is the truth; NOTIFY only wakes who waits, and a look every second does without it. A lost
connection, or an outage of any length, delays what is told and changes nothing of it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import asyncpg
from eventsourcing.dcb.api import DCBSequencedEvent

from domain.recording import LedgerUnknown
from infra.admission import BeyondHead
from infra.outages import UNREACHABLE, StoreUnavailable

__all__ = ["Page", "Waking", "follow"]

log = logging.getLogger("gongzhi.waking")
POLL = 1.0
PAGE = 500


class Page(NamedTuple):
    """The next events after a position, the head as of then, and the leaf of the log's first event."""

    events: list[DCBSequencedEvent]
    head: int
    log: bytes | None


Turn = Callable[[int, int], Awaitable[Page | None]]
"""Reads a page: after a position, so many; None if there is no such ledger."""


async def follow(turn: Turn, wake: asyncio.Event, ledger: str, after: int) -> AsyncIterator[DCBSequencedEvent]:
    """Without end. Raises LedgerUnknown if there is no such ledger (any more), BeyondHead if it never was so far,
    or is not the log that it was."""
    position, log = after, None
    while True:
        wake.clear()
        try:
            page = await turn(position, PAGE)
        except StoreUnavailable:
            continue
        if page is None:
            raise LedgerUnknown(ledger)
        if page.head < position or log not in {None, page.log}:
            raise BeyondHead(None)
        for each in page.events:
            yield each
        full, log = len(page.events) == PAGE, page.log
        position = page.events[-1].position if full else page.head
        if not full:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await wake.wait()


class Waking:
    """One connection that listens for all who follow; made again when it is lost."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._sleepers: dict[str | None, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def of(self, ledger: str | None) -> Iterator[asyncio.Event]:
        """Set whenever something may have been recorded in it; none: in any."""
        wake = asyncio.Event()
        self._sleepers.setdefault(ledger, set()).add(wake)
        self._task = self._task or asyncio.create_task(self._listen(), name="waking")
        try:
            yield wake
        finally:
            self._sleepers[ledger].discard(wake)
            if not self._sleepers[ledger]:
                del self._sleepers[ledger]

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                await self._until_lost()
            except UNREACHABLE:
                pass
            except Exception:
                log.exception("Listening is tried again")
            await asyncio.sleep(POLL)

    async def _until_lost(self) -> None:
        lost = asyncio.Event()
        connection = await self._pool.acquire()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener("recorded", self._heard)
            for ledger in list(self._sleepers):
                self._wake(ledger)
            await lost.wait()
        finally:
            with contextlib.suppress(asyncpg.InterfaceError):
                connection.terminate()
            await self._pool.release(connection)

    def _heard(self, *told: Any) -> None:
        self._wake(str(told[-1]))
        self._wake(None)

    def _wake(self, ledger: str | None) -> None:
        for wake in self._sleepers.get(ledger, ()):
            wake.set()
