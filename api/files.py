"""Evidence files over HTTP: `PUT /files/<ledger>` keeps one, `GET /files/<ledger>/<sha256>` gives it back."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.commands import refused
from api.composition import Services
from api.downloads import Downloads
from api.errors import Problem
from api.execution import Engine
from api.failures import problem_of
from api.identity import Identities, Viewer
from api.languages import language_of
from api.lingering import Body, Lingering
from api.uploads import PATIENCE, Uploads
from domain.execution import Unauthenticated
from domain.exhibits import DigestUnfit, keep
from domain.grants import NotPermitted
from domain.recording import Clash, LedgerUnknown
from domain.refusals import Refusal

__all__ = ["PATIENCE", "FilesEndpoint"]

STATUSES: dict[type[Refusal], int] = {Unauthenticated: 401, NotPermitted: 403, LedgerUnknown: 404, DigestUnfit: 400}
CONFLICT = 409


class FilesEndpoint:
    """Both addresses; whatever is wrong is told as GraphQL tells it, with a status of HTTP."""

    def __init__(self, engine: Engine, identities: Identities, services: Services, patience: float = PATIENCE) -> None:
        self.metrics, self.identities = engine.metrics, identities
        self._downloads = Downloads(engine, services.files)
        self._uploads = Uploads(engine, services, self._downloads, patience)

    async def take(self, http: Request) -> Response:
        body = Body(http)
        answer = await self._answered(body.http, self._uploads.take)
        return Lingering(answer, body) if body.is_coming else answer

    async def give(self, http: Request) -> Response:
        return await self._answered(http, self._downloads.give)

    async def _answered(self, http: Request, answer: Callable[[Request, Viewer], Awaitable[Response]]) -> Response:
        language = language_of(http.headers.get("accept-language"))
        try:
            return await answer(http, await self._caller(http))
        except ClientDisconnect:
            return Response(status_code=400)
        except Refusal as refusal:
            self.metrics.files_refused.labels(refusal.code).inc()
            return _refusal(refusal, language, http.path_params["ledger"])
        except Exception as error:  # noqa: BLE001 - told as a problem, logged if it is none
            problem = problem_of(error)
            self.metrics.files_refused.labels(problem.code).inc()
            return _problem(problem, language)

    async def _caller(self, http: Request) -> Viewer:
        viewer = await self.identities.viewer(http.headers.get("authorization"))
        if viewer is None:
            raise Unauthenticated
        return viewer


def _refusal(refusal: Refusal, language: str, ledger: str) -> Response:
    told = refused(refusal, keep, language, ledger)
    extensions = {"code": told.code, "rule": told.rule, "details": told.details}
    entry = {"message": told.message, "extensions": {name: each for name, each in extensions.items() if each}}
    status = STATUSES.get(type(refusal), CONFLICT)
    return _told(entry, status, language, retry_after=1 if isinstance(refusal, Clash) else None)


def _problem(problem: Problem, language: str) -> Response:
    return _told(problem.formatted(language), problem.status, language, retry_after=problem.retry_after)


def _told(entry: dict[str, Any], status: int, language: str, retry_after: int | None) -> Response:
    """What is left of a body that is not wanted is not read: the connection ends with the answer."""
    headers = {"Content-Language": language, "Cache-Control": "no-store", "Connection": "close"}
    headers["Vary"] = "Accept-Language, Authorization"
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps({"errors": [entry]}), status, headers, media_type="application/json")
