"""GraphQL over HTTP: guards in front, then the engine; a browser's form cannot send what is taken here.

Follows the GraphQL-over-HTTP draft: application/graphql-response+json tells wrong requests by status, application/json
answers every well-formed one with 200.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.errors import (
    BatchNotAllowed,
    BodyNotJson,
    BodyNotUtf8,
    BodyTooDeep,
    BodyTooLarge,
    MediaTypeUnfit,
    MethodNotAllowed,
    Problem,
    RequestMalformed,
)
from api.execution import Answer, Engine, Request
from api.failures import problem_of
from api.identity import Identities
from api.languages import language_of
from api.limits import Limits

__all__ = ["GraphQLEndpoint"]

RESPONSE, JSON = "application/graphql-response+json", "application/json"
STRINGS, BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL), re.compile(rb"[\[{}\]]")


class GraphQLEndpoint:
    """The address of the API; GET, for queries only, where it is switched on."""

    def __init__(self, engine: Engine, identities: Identities, *, get: bool = False) -> None:
        self.engine, self.identities, self.get = engine, identities, get

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(HttpRequest(scope, receive))
        await response(scope, receive, send)

    async def respond(self, http: HttpRequest) -> Response:
        language = language_of(http.headers.get("accept-language"))
        media = _media(http.headers.get("accept"))
        try:
            given = await self._given(http)
            viewer = await self.identities.viewer(http.headers.get("authorization"))
            request = _request(given, viewer, language, only_queries=http.method == "GET")
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - told as a problem, logged if it is none
            return _refusal(problem_of(error), language, media)
        return _response(await self.engine.answer(request), media, language)

    async def _given(self, http: HttpRequest) -> Mapping[str, Any]:
        if http.method == "GET" and self.get:
            return _from_query(http)
        if http.method != "POST":
            raise MethodNotAllowed
        if http.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise MediaTypeUnfit
        return parsed(await _body(http, self.engine.limits.body), self.engine.limits)


async def _body(http: HttpRequest, most: int) -> bytes:
    """The whole body, unless it says or turns out to be too large."""
    length = http.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise BodyTooLarge(most)
    chunks, size = [], 0
    async for chunk in http.stream():
        size += len(chunk)
        if size > most:
            raise BodyTooLarge(most)
        chunks.append(chunk)
    return b"".join(chunks)


def parsed(body: bytes, limits: Limits) -> Mapping[str, Any]:
    """The JSON object of a request; depth is looked at before anything recurses into it."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise BodyNotUtf8 from error
    if body.count(b"{") + body.count(b"[") > limits.json_depth < depth(body):
        raise BodyTooDeep(limits.json_depth)
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyNotJson from error
    if isinstance(given, list):
        raise BatchNotAllowed
    if not isinstance(given, dict):
        raise RequestMalformed("query")
    return given


def depth(body: bytes) -> int:
    """How deep brackets are nested outside strings."""
    deepest = now = 0
    for bracket in BRACKETS.findall(STRINGS.sub(b"", body)):
        now += 1 if bracket in b"[{" else -1
        deepest = max(deepest, now)
    return deepest


def _from_query(http: HttpRequest) -> Mapping[str, Any]:
    given: dict[str, Any] = dict(http.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            try:
                given[name] = orjson.loads(given[name])
            except orjson.JSONDecodeError as error:
                raise RequestMalformed(name) from error
    return given


def _request(given: Mapping[str, Any], viewer: Any, language: str, *, only_queries: bool) -> Request:
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise RequestMalformed("query")
    if not isinstance(variables, dict | None):
        raise RequestMalformed("variables")
    if not isinstance(name, str | None):
        raise RequestMalformed("operationName")
    if not isinstance(given.get("extensions"), dict | None):
        raise RequestMalformed("extensions")
    return Request(query, variables or {}, name, viewer, language, only_queries)


def _media(accept: str | None) -> str:
    """What to answer in; whoever says nothing is taken to be an old client."""
    return RESPONSE if accept and RESPONSE in accept.lower() else JSON


def _refusal(problem: Problem, language: str, media: str) -> Response:
    told = problem.formatted(language)
    answer = Answer(
        orjson.dumps({"errors": [told]}), executed=False, status=problem.status, retry_after=problem.retry_after
    )
    return _response(answer, media, language, well_formed=False)


def _response(answer: Answer, media: str, language: str, *, well_formed: bool = True) -> Response:
    lenient = media == JSON and well_formed and answer.status == 400  # noqa: PLR2004 - as the draft says for this media type
    headers = {
        "Vary": "Accept, Accept-Language, Authorization",
        "Content-Language": language,
        "Cache-Control": "no-store",
    }
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    if answer.status == 405:  # noqa: PLR2004
        headers["Allow"] = "POST"
    if answer.status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return Response(answer.body, 200 if lenient else answer.status, headers, media_type=f"{media}; charset=utf-8")
