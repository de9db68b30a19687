"""`gongzhi serve`: one process answers, its child projects; both end together, and a dead child is started again."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable

import structlog
import uvicorn

from api.app import create_app
from api.demo.loading import load_missing
from api.services import Services, open_services
from infra.settings import Settings

__all__ = ["serve"]

log = structlog.get_logger("serve")
AGAIN = 1.0
Tell = Callable[[str], None]


async def serve(settings: Settings, *, demo: bool, tell: Tell) -> None:
    """Serve until stopped; `tell` gets the sentences for people."""
    async with open_services(settings) as services:
        tell(services.databases.where)
        if demo:
            await load_missing(services)
        async with projector(services):
            config = uvicorn.Config(
                create_app(services),
                host=settings.host,
                port=settings.port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=5,
            )
            await _answer(uvicorn.Server(config), settings, tell)


async def _answer(server: uvicorn.Server, settings: Settings, tell: Tell) -> None:
    answering = asyncio.create_task(server.serve())
    while not server.started and not answering.done():  # noqa: ASYNC110 - uvicorn tells by a flag
        await asyncio.sleep(0.01)
    if server.started:
        root = f"http://{settings.host}:{settings.port}"
        tell(f"就绪 Ready: {root}/graphql · {root}/health/ready · {root}/metrics")
    await answering


@contextlib.asynccontextmanager
async def projector(services: Services) -> AsyncIterator[None]:
    """The projector's process beside this one, for as long as this one."""
    watching = asyncio.create_task(_keep(services))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _keep(services: Services) -> None:
    """Told the database's address, the child never starts an embedded one of its own."""
    environment = {**os.environ, "DATABASE_URL": services.databases.main.dsn}
    while True:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.projecting", str(os.getpid()), env=environment
        )
        try:
            log.error("projector ended, starting it again", code=await child.wait())
        except asyncio.CancelledError:
            child.terminate()
            await child.wait()
            raise
        await asyncio.sleep(AGAIN)
