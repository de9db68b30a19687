"""Where it is measured: a PostgreSQL of its own, tuned as the product tunes it, and fresh databases for each target."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.provision import USER, embedded

__all__ = ["Place", "open_place"]

NUMBERS = count(1)


@dataclass(frozen=True)
class Place:
    server: EmbeddedPostgres

    @asynccontextmanager
    async def databases(self) -> AsyncIterator[Databases]:
        """Two that nobody has used, migrated; what those before left to write is written first."""
        names = [f"bench_{next(NUMBERS)}{suffix}" for suffix in ("", "_keys")]
        root = Address(self.server.dsn("postgres", "postgres"))
        async with root.connection() as connection:
            for name in names:
                await connection.execute(f"create database {name} owner {USER} template template0")
            await connection.execute("checkpoint")
        main, keys = (Address(self.server.dsn(name, USER)) for name in names)
        opened = Databases(main, keys, "")
        await opened.migrate()
        try:
            yield opened
        finally:
            await opened.close()
            async with root.connection() as connection:
                for name in names:
                    await connection.execute(f"drop database {name} with (force)")


@asynccontextmanager
async def open_place(home: Path) -> AsyncIterator[Place]:
    with EmbeddedPostgres(home) as server:
        await embedded(server, None)  # makes the role
        yield Place(server)
