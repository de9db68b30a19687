"""A wire to PostgreSQL that is cut at a chosen moment: just before the server's answer to a commit arrives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from infra.address import Address
from infra.database import Databases, session
from infra.store import EventStore
from tests.recording import LEDGER, keys_of, now

ENTRY = b'"recordedAt"'  # a commit is on its way
DONE = b"SELECT 1\x00"  # the commit's one row; no other statement of a writer ends so


class Wire:
    """The answers to the next `cuts` commits never arrive, though the commits are durable.

    Down, it breaks when used; silent, what is sent gets lost."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self.cuts = 0
        self.is_down = self.is_silent = False
        self.before_commit: Callable[[], Awaitable[object]] | None = None
        self._ends: list[asyncio.StreamWriter] = []

    def snap(self) -> None:
        """Break off every connection; the server goes on with what it was told."""
        for end in self._ends:
            end.transport.abort()

    async def carry(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, forth = await asyncio.open_unix_connection(self._socket)
        self._ends += (back, forth)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._forward(client, forth))
                both.create_task(self._answer(server, back))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (back, forth):
                end.close()

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if self.is_down:
                break
            if self.is_silent:
                continue
            if self.before_commit and ENTRY in data:
                await self.before_commit()
            target.write(data)
            await target.drain()
        raise ConnectionResetError

    async def _answer(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if DONE in data and self.cuts:
                self.cuts -= 1
                raise ConnectionResetError
            target.write(data)
            await target.drain()
        raise ConnectionResetError


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="gz") as name:  # a socket's path may not be long
        yield Path(name)


@asynccontextmanager
async def wired_pool(databases: Databases, folder: Path) -> AsyncIterator[tuple[Wire, asyncpg.Pool]]:
    there = urlsplit(databases.main.dsn)
    host, port = parse_qs(there.query)["host"][0], parse_qs(there.query)["port"][0]
    wire = Wire(f"{host}/.s.PGSQL.{port}")
    server = await asyncio.start_unix_server(wire.carry, folder / f".s.PGSQL.{port}")
    address = Address(databases.main.dsn.replace(there.query, f"host={folder}&port={port}"))
    pool = address.pool(session("gongzhi_writer"), min_size=0, max_size=5)
    async with server, pool:
        yield wire, pool


@asynccontextmanager
async def wired(databases: Databases, folder: Path, *, patience: float = 30) -> AsyncIterator[tuple[Wire, EventStore]]:
    """An event store over a wire, with room for a ledger."""
    keys = await keys_of(databases)
    async with wired_pool(databases, folder) as (wire, pool), EventStore(pool, keys, now, patience=patience) as store:
        await store.establish(LEDGER, demo=True)
        yield wire, store
