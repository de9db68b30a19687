"""The two demonstration counties, recorded and projected once for a run."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from api.app import open_engine
from api.composition import Services, services_over
from api.demo.loading import load_missing
from api.execution import Engine
from api.identity import Viewer
from api.projecting import project_all
from api.tokens import stand_in
from domain.roles import Role
from infra.database import Databases
from infra.settings import Settings

__all__ = ["Counties", "open_counties"]


@dataclass(frozen=True)
class Counties:
    """What a test of the demonstration works with."""

    services: Services
    engine: Engine

    async def staff(self, role: Role = Role.COUNTY, scope: str | None = None, ledger: str = "140423") -> Viewer:
        """A signed-in stand-in who holds the role."""
        person = await stand_in(self.services, ledger, role, scope)
        return Viewer(ledger, person, role, role.audience, opens=role.deals_with_people and scope is None)


@contextlib.asynccontextmanager
async def open_counties(databases: Databases, home: Path, *, demo: bool = True) -> AsyncIterator[Counties]:
    """Recorded (unless without the demonstration), projected, and with a projector running for what tests add."""
    async with services_over(databases, Settings(home=home)) as services:
        if demo:
            await load_missing(services)
        projecting = asyncio.create_task(project_all(databases))
        try:
            async with open_engine(services) as (engine, _):
                yield Counties(services, engine)
        finally:
            projecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await projecting
    await databases.close()
