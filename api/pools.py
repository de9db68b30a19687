"""Connections to read with, a pool for each audience: the database itself shows nobody more than their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import asyncpg

from api.reading import Fetch
from domain.events import Audience
from infra.database import Databases, Role, session
from infra.outages import UNREACHABLE

__all__ = ["Pools", "open_pools"]

SECONDS = 10
"""How long a statement may take."""
PATIENCE = 3.0
"""How long one waits for a connection."""
ROLES: Mapping[Audience, Role] = {
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
        """All statements see the same state; resolvers that run at once take turns.

        The executor gives up resolvers whose answer is no longer wanted; their statements end all the same, since a
        cancelled one would spoil the snapshot for the others."""
        turn, running = asyncio.Lock(), set[asyncio.Task[Any]]()
        async with self.connection(audience) as connection:
            async with connection.transaction(isolation="repeatable_read", readonly=True):

                async def run(sql: str, values: Sequence[Any]) -> Sequence[Any]:
                    async with turn:
                        return list(await connection.fetch(sql, *values))

                async def fetch(sql: str, *values: Any) -> Sequence[Any]:
                    task = asyncio.create_task(run(sql, values))
                    running.add(task)
                    task.add_done_callback(running.discard)
                    return await asyncio.shield(task)

                try:
                    yield fetch
                except BaseException:
                    for task in running:
                        task.cancel()
                    raise
                finally:
                    await asyncio.gather(*running, return_exceptions=True)


@contextlib.asynccontextmanager
async def open_pools(databases: Databases, *, size: int = 8, seconds: float = SECONDS) -> AsyncIterator[Pools]:
    """Opened with the application, closed with it; every statement ends after so many seconds."""
    async with contextlib.AsyncExitStack() as opened:
        pools = {}
        for audience, role in ROLES.items():
            settings = {
                **session(role),
                "statement_timeout": str(int(seconds * 1000)),
                "default_transaction_read_only": "on",
            }
            pool = databases.main.pool(settings, min_size=1, max_size=size)
            pools[audience] = await opened.enter_async_context(pool)
        yield Pools(pools)
