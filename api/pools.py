"""Connections to read with, a pool for each audience: the database itself shows nobody more than their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import asyncpg

from api.reading import Fetch
from domain.events import Audience
from infra.database import Databases, Login, session
from infra.outages import UNREACHABLE
from projections.exchanging import STEADY

__all__ = ["Pools", "open_pools"]

SECONDS = 10
"""How long a statement may take."""
PATIENCE = 3.0
"""How long one waits for a connection."""
LOGINS: Mapping[Audience, Login] = {
    Audience.PUBLIC: "gongzhi_public",
    Audience.PARTIES: "gongzhi_parties",
    Audience.STAFF: "gongzhi_staff",
    Audience.LEGAL: "gongzhi_legal",
}


class Unreachable(Exception):
    """The database does not answer, or no connection is free."""


class Pools:
    def __init__(self, pools: Mapping[Audience, asyncpg.Pool]) -> None:
        self._pools = pools

    @contextlib.asynccontextmanager
    async def connection(self, audience: Audience) -> AsyncIterator[Any]:
        try:
            connection = await self._pools[audience].acquire(timeout=PATIENCE)
        except (TimeoutError, *UNREACHABLE) as error:
            raise Unreachable from error
        try:
            yield connection
        except asyncpg.QueryCanceledError:
            raise
        except UNREACHABLE as error:
            raise Unreachable from error
        finally:
            await self._pools[audience].release(connection)

    async def row(self, audience: Audience, sql: str, values: Sequence[Any]) -> Any:
        async with self.connection(audience) as connection:
            return await connection.fetchrow(sql, *values)

    def fetching(self, audience: Audience) -> Fetch:
        """Each statement on a connection of its own, as the rows are by then."""

        async def fetch(sql: str, *values: Any) -> Sequence[Any]:
            async with self.connection(audience) as connection:
                return list(await connection.fetch(sql, *values))

        return fetch

    @contextlib.asynccontextmanager
    async def snapshot(self, audience: Audience) -> AsyncIterator[Fetch]:
        """All statements see the same state; resolvers that run at once take turns."""
        async with (
            self.connection(audience) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(STEADY)
            snapshot = _Snapshot(connection)
            try:
                yield snapshot.fetch
            except BaseException:
                await snapshot.close(cancel=True)
                raise
            await snapshot.close()


class _Snapshot:
    """The executor gives up resolvers whose answer is no longer wanted, and they may still be asking when it is done.

    A statement of theirs ends all the same, since one that is cancelled spoils the transaction for the others."""

    def __init__(self, connection: Any) -> None:
        self._connection, self._turn, self._closed = connection, asyncio.Lock(), False
        self._running: set[asyncio.Task[Any]] = set()

    async def fetch(self, sql: str, *values: Any) -> Sequence[Any]:
        if self._closed:
            raise asyncio.CancelledError
        task = asyncio.create_task(self._run(sql, values))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def close(self, *, cancel: bool = False) -> None:
        self._closed = True
        for task in self._running if cancel else ():
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        async with self._turn:
            return list(await self._connection.fetch(sql, *values))


@contextlib.asynccontextmanager
async def open_pools(databases: Databases, *, size: int = 8, seconds: float = SECONDS) -> AsyncIterator[Pools]:
    """Opened with the application, closed with it; every statement ends after so many seconds."""
    async with contextlib.AsyncExitStack() as opened:
        pools = {}
        for audience, login in LOGINS.items():
            settings = {
                **session(login),
                "statement_timeout": str(int(seconds * 1000)),
                "default_transaction_read_only": "on",
            }
            pool = databases.main.pool(settings, min_size=1, max_size=size)
            pools[audience] = await opened.enter_async_context(pool)
        yield Pools(pools)
