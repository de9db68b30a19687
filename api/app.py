"""The web application, put together from the services: GraphQL, and what operators look at."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.catalogue import product
from api.composition import Services
from api.execution import Engine
from api.failures import problem_of
from api.files import PATIENCE, FilesEndpoint
from api.http import GraphQLEndpoint
from api.identity import DevelopmentIssuer, Identities
from api.limits import LIMITS, Limits
from api.nullability import check_nullability
from api.operating import LedgerStatus, statuses
from api.pools import open_pools
from api.progress import following
from api.resultsheets import ResultSheets
from api.schema import product_schema
from infra.arrivals import FilesUnavailable
from infra.outages import UNREACHABLE

__all__ = ["Profile", "create_app", "open_engine"]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONG = 2.0
"""So long is the store of files waited for before it is told not to answer."""


@dataclass(frozen=True)
class Profile:
    """What a deployment switches on."""

    get: bool = False
    introspection: bool = True
    limits: Limits = LIMITS
    patience: float = PATIENCE
    """With a file that is being sent."""

    @classmethod
    def of(cls, services: Services) -> "Profile":
        return cls(introspection=not services.settings.production)


def create_app(services: Services, profile: Profile | None = None) -> Starlette:
    """The application; pools and listening begin with its lifespan and end with it."""
    chosen, face = profile or Profile.of(services), _Face(services)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with open_engine(services, chosen) as (engine, identities):
            face.engine, face.endpoint = engine, GraphQLEndpoint(engine, identities, get=chosen.get)
            face.files = FilesEndpoint(engine, identities, services, chosen.patience)
            face.sheets = ResultSheets(engine)
            services.arrivals.sweep()
            yield

    routes = [
        Route("/graphql", face.graphql, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Route("/files/{ledger}", face.take, methods=["PUT", "POST"]),
        Route("/files/{ledger}/{sha256}", face.give, methods=["GET", "HEAD"]),
        Route("/assemblies/{ledger}/{assembly}", face.sheet),
        Route("/health/live", face.live),
        Route("/health/ready", face.ready),
        Route("/metrics", face.metrics),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


@contextlib.asynccontextmanager
async def open_engine(services: Services, profile: Profile | None = None) -> AsyncIterator[tuple[Engine, Identities]]:
    """What answers, and what tells who asks; refuses to start over tables that the schema does not fit."""
    catalogue, schema, chosen = product(), product_schema(), profile or Profile.of(services)
    async with open_pools(services.databases) as pools, following(services.databases, pools) as progress:
        await check_nullability(catalogue, pools)
        engine = Engine(
            catalogue,
            schema,
            pools,
            progress,
            services.keys,
            services.recorder,
            chosen.limits,
            introspection=chosen.introspection,
        )
        yield engine, Identities(pools, await development_issuer(services))


async def development_issuer(services: Services) -> DevelopmentIssuer | None:
    """Only where nobody else can reach it, and never in production or beside a real issuer."""
    settings = services.settings
    if settings.production or settings.issuer or settings.host not in LOOPBACK:
        return None
    return await DevelopmentIssuer.of(services.keys)


class _Face:
    """What answers each address; the engine is there once the application has started."""

    engine: Engine
    endpoint: GraphQLEndpoint
    files: FilesEndpoint
    sheets: ResultSheets

    def __init__(self, services: Services) -> None:
        self.services = services

    async def graphql(self, request: Request) -> Response:
        return await self.endpoint.respond(request)

    async def take(self, request: Request) -> Response:
        return await self.files.take(request)

    async def give(self, request: Request) -> Response:
        return await self.files.give(request)

    async def sheet(self, request: Request) -> Response:
        return await self.sheets.give(request)

    async def live(self, _: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(self, _: Request) -> Response:
        """Ready when the database answers: without a projector or the files, recording and reading go on."""
        try:
            ledgers = await statuses(self.services)
        except Exception as error:  # noqa: BLE001 - told by number
            return JSONResponse({"ready": False, "code": problem_of(error).code}, 503, {"retry-after": "1"})
        files = await self._files_answer()
        degraded = not files or any(each.projector != "running" or each.halted for each in ledgers)
        told = {"ready": True, "degraded": degraded, "files": files, "ledgers": [each.as_health() for each in ledgers]}
        return JSONResponse(told)

    async def _files_answer(self) -> bool:
        try:
            async with asyncio.timeout(LONG):
                await self.services.files.check()
        except (FilesUnavailable, TimeoutError):
            return False
        return True

    async def metrics(self, _: Request) -> Response:
        """Where the database does not answer, nothing is told of ledgers rather than what was true before."""
        metrics, ledgers = self.engine.metrics, list[LedgerStatus]()
        with contextlib.suppress(asyncpg.PostgresError, *UNREACHABLE):
            ledgers = await statuses(self.services)
        metrics.ledgers_are({each.ledger: (each.position, each.projected, each.projector) for each in ledgers})
        reactions = {each.ledger: (each.position, each.reactions) for each in ledgers if each.reactions}
        metrics.reactions_are(reactions)
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
