"""`python -m tests.bench.server PORT`: one server process in which the contestants of T3 have a path each."""

import asyncio
import copy
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Route

from api.app import open_engine
from api.composition import open_services
from api.execution import Engine
from api.http import GraphQLEndpoint
from infra.settings import Settings
from tests.bench.client import HOST
from tests.bench.handwritten import Handwritten

__all__ = ["COMPILED", "HANDWRITTEN", "STANDARD"]

COMPILED, HANDWRITTEN, STANDARD = "/compiled", "/handwritten", "/standard"


async def serve(port: int) -> None:
    async with open_services(Settings.from_environment()) as services, open_engine(services) as (engine, identities):
        engines = {COMPILED: engine, HANDWRITTEN: Handwritten(engine), STANDARD: _uncompiled(engine)}
        app = Starlette(routes=[Route(path, GraphQLEndpoint(each, identities)) for path, each in engines.items()])
        config = uvicorn.Config(app, host=HOST, port=port, log_level="warning", access_log=False)
        await uvicorn.Server(config).serve()


def _uncompiled(engine: Engine) -> Engine:
    """The way that is gone where a query cannot be compiled; documents stay parsed and validated."""
    plain = copy.copy(engine)
    plain.compiled = False
    return plain


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))
