"""The two databases that the program opens, ledger and keys, embedded or on a server of yours."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import asyncpg

from infra import provision
from infra.address import SESSION, Address, QuietConnection
from infra.embedded import EmbeddedPostgres
from infra.migrations import KEYS, LEDGER, migrate
from infra.settings import Settings

Login = Literal[
    "gongzhi_owner", "gongzhi_writer", "gongzhi_public", "gongzhi_parties", "gongzhi_staff", "gongzhi_legal"
]


@dataclass
class Databases:
    """`where` is a sentence for people. Pools are closed with it; own connections are closed by who asked."""

    main: Address
    keys: Address
    where: str
    _opened: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack, repr=False)

    async def pool(self, login: Login, *, min_size: int = 1, max_size: int = 10) -> asyncpg.Pool:
        """Connections to the ledger that act as the login from their first moment."""
        pool = self.main.pool(session(login), min_size=min_size, max_size=max_size)
        return await self._opened.enter_async_context(pool)

    async def keys_pool(self, *, min_size: int = 1, max_size: int = 10) -> asyncpg.Pool:
        pool = self.keys.pool(SESSION, min_size=min_size, max_size=max_size)
        return await self._opened.enter_async_context(pool)

    async def connect(self, login: Login) -> QuietConnection:
        """For LISTEN, SET and whatever else may not be shared."""
        return await self.main.connect(session(login))

    async def connect_keys(self) -> QuietConnection:
        return await self.keys.connect()

    async def migrate(self) -> list[str]:
        """The names that were applied now, by one of all the processes that start at once."""
        return await _migrate(self.main, LEDGER) + await _migrate(self.keys, KEYS)

    async def close(self) -> None:
        await self._opened.aclose()


def session(login: Login) -> dict[str, str]:
    """A role given at the start outlives RESET ROLE, and costs no statement.

    The writer's statements are few and alike, and a plan made while the tables were empty would be made anew for
    thousands of calls; compiled queries are short, so JIT only costs."""
    planning = {"plan_cache_mode": "force_generic_plan"} if login == "gongzhi_writer" else {}
    return {**SESSION, **planning, "jit": "off", "application_name": login, "role": login, "search_path": "gongzhi"}


async def _migrate(address: Address, folder: Path) -> list[str]:
    async with address.connection() as connection:
        await provision.check(connection, address.place)
        return await migrate(connection, folder)


@contextlib.asynccontextmanager
async def open_databases(settings: Settings) -> AsyncIterator[Databases]:
    """Found or started, made where missing, checked, migrated."""
    async with contextlib.AsyncExitStack() as opened:
        if settings.database_url:
            places = await provision.external(settings.database_url, settings.keys_url)
        else:
            server = EmbeddedPostgres(settings.home)
            opened.push_async_callback(asyncio.to_thread, server.stop)
            await asyncio.to_thread(server.attach_or_start)
            places = await provision.embedded(server, settings.keys_url)
        databases = Databases(*places)
        opened.push_async_callback(databases.close)
        await databases.migrate()
        yield databases
