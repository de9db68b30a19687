"""How far the read models are, by ledger, and waiting for them: a hint from the database, a poll as the truth."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg

from api.pools import Pools, Unreachable
from domain.events import Audience
from infra.database import Databases
from infra.outages import UNREACHABLE
from infra.trouble import Trouble

__all__ = ["Progress", "following"]

PATIENCE = 5.0
POLL = 0.25
AGAIN = 1.0
HERE = "select position from projector where ledger = $1"


class Progress:
    """`look` asks the database for a ledger's position, None if there is no such ledger."""

    def __init__(self, look: Callable[[str], Awaitable[int | None]]) -> None:
        self._look = look
        self._positions: dict[str, int] = {}
        self._moved: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def learn(self, ledger: str, position: int) -> None:
        self._positions[ledger] = position
        self._moved.pop(ledger, asyncio.Event()).set()

    def forget(self) -> None:
        """What was heard over a lost connection may not hold."""
        self._positions.clear()

    def passed(self, ledger: str, position: int) -> bool:
        """Whether it was heard that the position can be read."""
        return self._positions.get(ledger, -1) >= position

    async def reached(self, ledger: str, position: int, patience: float = PATIENCE) -> bool:
        """Wait until the position can be read; False when patience ends, or at once if there is no such ledger."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not self.passed(ledger, position):
                    moved = self._moved[ledger]
                    found = await self._look(ledger)
                    if found is None:
                        return False
                    if found >= position:
                        return True
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(moved.wait(), POLL)
                return True
        return False


@contextlib.asynccontextmanager
async def following(databases: Databases, pools: Pools) -> AsyncIterator[Progress]:
    """Progress that listens for as long as the application runs."""

    async def look(ledger: str) -> int | None:
        row = await pools.row(Audience.PUBLIC, HERE, [ledger])
        return None if row is None else int(row["position"])

    progress = Progress(look)
    listening = asyncio.create_task(_listen(databases, progress))
    try:
        yield progress
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _listen(databases: Databases, progress: Progress) -> None:
    """On a connection of its own, made again when it is lost; without it, polling does."""
    while True:
        with contextlib.suppress(Trouble, Unreachable, *UNREACHABLE):
            connection = await databases.connect("gongzhi_public")
            try:
                await _until_lost(connection, progress)
            finally:
                connection.terminate()
        progress.forget()
        await asyncio.sleep(AGAIN)


async def _until_lost(connection: asyncpg.Connection, progress: Progress) -> None:
    lost = asyncio.Event()

    def heard(*told: Any) -> None:
        ledger, _, position = str(told[-1]).rpartition(" ")
        progress.learn(ledger, int(position))

    connection.add_termination_listener(lambda _: lost.set())
    await connection.add_listener("projected", heard)
    await lost.wait()
