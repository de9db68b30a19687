"""The web application: the engine behind `/graphql`, and what operators look at."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.catalogue import product
from api.execution import Engine
from api.failures import problem_of
from api.http import GraphQLEndpoint
from api.identity import DevelopmentIssuer, Identities
from api.operating import LedgerStatus, statuses
from api.pools import open_pools
from api.progress import following
from api.schema import product_schema
from api.services import Services

__all__ = ["create_app", "open_engine"]

Endpoint = Callable[[HttpRequest], Awaitable[Response]]
METRICS = "text/plain; version=0.0.4; charset=utf-8"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@contextlib.asynccontextmanager
async def open_engine(services: Services) -> AsyncIterator[tuple[Engine, Identities]]:
    """The engine over all audiences' pools, and who is who."""
    async with open_pools(services.databases) as pools, following(services.databases, pools) as progress:
        engine = Engine(product(), product_schema(), pools, progress, services.keys, services.recorder)
        development = not services.settings.production and services.settings.host in LOOPBACK
        issuer = await DevelopmentIssuer.of(services.keys) if development else None
        yield engine, Identities(pools, issuer)


@contextlib.asynccontextmanager
async def create_app(services: Services) -> AsyncIterator[Starlette]:
    """The application, for as long as its pools are open."""
    async with open_engine(services) as (engine, identities):
        yield Starlette(
            routes=[
                Route("/graphql", GraphQLEndpoint(engine, identities)),
                Route("/health/live", _live),
                Route("/health/ready", _ready(services)),
                Route("/metrics", _metrics(engine)),
            ]
        )


async def _live(_request: HttpRequest) -> Response:
    return JSONResponse({"live": True})


def _ready(services: Services) -> Endpoint:
    async def ready(_request: HttpRequest) -> Response:
        """Ready when the database answers; a projector that stands still is told and does not stop recording."""
        try:
            ledgers = await statuses(services)
        except Exception as error:  # noqa: BLE001 - told by number
            return JSONResponse({"ready": False, "code": problem_of(error).code}, 503, {"retry-after": "1"})
        return JSONResponse({"ready": True, "ledgers": [_said(each) for each in ledgers]})

    return ready


def _said(status: LedgerStatus) -> dict[str, object]:
    return {
        "ledger": status.ledger,
        "position": status.position,
        "lag": status.lag,
        "projector": "stopped" if status.failure else "running",
    }


def _metrics(engine: Engine) -> Endpoint:
    async def metrics(_request: HttpRequest) -> Response:
        return Response(generate_latest(engine.metrics.registry), media_type=METRICS)

    return metrics
