"""The web application in process, over databases of its own, with a projector beside it: people who send requests."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from api.app import Profile, create_app
from api.composition import Services, services_over
from api.identity import DevelopmentIssuer
from api.projecting import project_all
from api.tokens import stand_in
from domain.roles import Role
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.ledgers import open_ledger
from infra.provision import USER
from infra.settings import Settings

__all__ = ["LEDGER", "OTHER", "Wire", "fresh_databases", "serving"]

LEDGER, OTHER = "140423", "140430"
NUMBERS = itertools.count(1)


@contextlib.asynccontextmanager
async def fresh_databases(postgres: EmbeddedPostgres, root: Address) -> AsyncIterator[Databases]:
    """Migrated databases for a whole module."""
    name = f"wire_{next(NUMBERS)}"
    async with root.connection() as connection:
        await connection.execute(f"create database {name} owner {USER} template {USER}")
        await connection.execute(f"create database {name}_keys owner {USER} template {USER}_keys")
    main, keys = (Address(postgres.dsn(each, USER)) for each in (name, f"{name}_keys"))
    opened = Databases(main, keys, "")
    try:
        yield opened
    finally:
        await opened.close()


@dataclass(frozen=True)
class Wire:
    """A client, and tokens for it."""

    client: httpx.AsyncClient
    services: Services
    issuer: DevelopmentIssuer

    async def token(self, role: Role | None = Role.ADMINISTRATOR, ledger: str = LEDGER) -> str:
        """Of a stand-in who really holds the role; without one, of somebody who holds all but names none."""
        person = await stand_in(self.services, ledger, role or Role.ADMINISTRATOR)
        await self.settle(ledger)
        return self.issuer.issue(ledger, person, role)

    async def settle(self, ledger: str = LEDGER) -> None:
        """Until all that is recorded can be read."""
        query = "query ($c: ID!, $p: Position) { ledger(code: $c, atLeast: $p) { code } }"
        await self.ask(query, c=ledger, p=await self.services.store.head(ledger))

    async def post(self, json: Any, token: str | None = None, **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {"authorization": f"Bearer {token}"} if token else {}
        return await self.client.post("/graphql", json=json, headers={**signed, **given})

    async def ask(self, query: str, token: str | None = None, language: str = "en", **variables: Any) -> Any:
        answer = await self.post({"query": query, "variables": variables}, token, accept_language=language)
        return answer.json()

    async def head(self) -> int | None:
        return await self.services.store.head(LEDGER)


@contextlib.asynccontextmanager
async def serving(
    databases: Databases, home: Path, profile: Profile | None = None, **settings: Any
) -> AsyncIterator[Wire]:
    """Two ledgers that are open, and the application that answers for them."""
    async with services_over(databases, Settings(home=home, **settings)) as services:
        for code in (LEDGER, OTHER):
            await open_ledger(services.recorder, code, f"县{code}", "admin", demo=True)
        projecting = asyncio.create_task(project_all(databases))
        app = create_app(services, profile)
        try:
            async with app.router.lifespan_context(app), _client(app) as client:
                wire = Wire(client, services, await DevelopmentIssuer.of(services.keys))
                for code in (LEDGER, OTHER):
                    await wire.settle(code)
                yield wire
        finally:
            projecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await projecting


def _client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
