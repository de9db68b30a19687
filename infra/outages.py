"""When PostgreSQL does not answer: what counts as that, how long one tries, and what the caller is told."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

T = TypeVar("T")
Connection = asyncpg.Connection | PoolConnectionProxy
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25

# Not "this statement is wrong" but "this server, now": connections, shutdown, disk, memory, a standby.
UNREACHABLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)


class StoreUnavailable(Exception):
    """The ledger's database does not answer; send the same command, with the same id, again.
    账本数据库暂无响应，请以同一命令编号重试。"""

    retry_after = 1


@asynccontextmanager
async def connected(pool: asyncpg.Pool, seconds: float) -> AsyncIterator[Connection]:
    """A connection for so long; in trouble it is thrown away, since giving it back would wait for the server."""
    async with asyncio.timeout(seconds):
        connection = await pool.acquire()
        try:
            yield connection
        except (asyncio.CancelledError, *UNREACHABLE):
            with suppress(asyncpg.InterfaceError):  # closed already, and so no longer ours
                connection.terminate()
            raise
        finally:
            await pool.release(connection)


@asynccontextmanager
async def transaction(pool: asyncpg.Pool, seconds: float) -> AsyncIterator[Connection]:
    """Committed unless it raises; given up, it is not rolled back either, since that would wait for the server."""
    async with connected(pool, seconds) as connection:
        made = connection.transaction()
        await made.start()
        try:
            yield connection
        except Exception:
            if not connection.is_closed():
                await made.rollback()
            raise
        await made.commit()


async def insist(patience: float, ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until answered; StoreUnavailable when patience ends. For what may be asked twice."""
    pauses = Pauses()
    try:
        async with asyncio.timeout(patience):
            while True:
                try:
                    return await ask()
                except UNREACHABLE:
                    await pauses.rest()
    except TimeoutError as error:
        raise StoreUnavailable from error


class Pauses:
    """Longer after each failure, and never in step with others."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    async def rest(self) -> None:
        await asyncio.sleep(self._next * random.uniform(0.5, 1))  # noqa: S311 - spreads load, guards nothing
        self._next = min(2 * self._next, LONGEST_PAUSE)
