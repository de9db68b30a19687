"""A wire to PostgreSQL that is cut at a chosen moment: just before the server's answer to a commit arrives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from infra.address import Address
from infra.database import Databases, session

DONE = b"SELECT 1\x00"  # the commit's one row; no other statement of a writer ends so


class Wire:
    """The answers to the next `cuts` commits never arrive, though the commits are durable.

    Down, it breaks when used; silent, what is sent gets lost."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self.cuts = 0
        self.is_down = self.is_silent = False

    async def carry(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, forth = await asyncio.open_unix_connection(self._socket)
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


@asynccontextmanager
async def wired(databases: Databases, folder: Path) -> AsyncIterator[tuple[Wire, asyncpg.Pool]]:
    """A writer's pool over a wire."""
    there = urlsplit(databases.main.dsn)
    host, port = parse_qs(there.query)["host"][0], parse_qs(there.query)["port"][0]
    wire = Wire(f"{host}/.s.PGSQL.{port}")
    server = await asyncio.start_unix_server(wire.carry, folder / f".s.PGSQL.{port}")
    address = Address(databases.main.dsn.replace(there.query, f"host={folder}&port={port}"))
    pool = address.pool(session("gongzhi_writer"), min_size=0, max_size=5)
    async with server, pool:
        yield wire, pool
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), 5)
