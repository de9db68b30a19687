"""GraphQL over HTTP: what is in front of the engine. A body is bounded, UTF-8, JSON and shallow before it is read."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

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
from api.execution import Engine, Request
from api.identity import Identities
from api.limits import Limits

__all__ = ["GraphQLEndpoint", "language_of"]

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
OPENING, CLOSING = b"[{", b"]}"
NOT_WITH_JSON = 400
"""The one status that a client which only knows application/json is spared if its request was well-formed."""


class GraphQLEndpoint:
    """An ASGI endpoint: parse strictly, ask the engine, write its bytes."""

    def __init__(self, engine: Engine, identities: Identities) -> None:
        self.engine, self.identities = engine, identities

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        response = await self._respond(HttpRequest(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, http: HttpRequest) -> Response:
        language, media = language_of(http.headers.get("accept-language", "")), _media(http.headers.get("accept", ""))
        try:
            request = await self._request(http, language)
        except Problem as problem:
            return _told(problem, language, media)
        answer = await self.engine.answer(request)
        well_formed = not answer.executed and answer.status == NOT_WITH_JSON and media == JSON
        headers = {"retry-after": str(answer.retry_after)} if answer.retry_after is not None else None
        return Response(answer.body, 200 if well_formed else answer.status, headers, media)

    async def _request(self, http: HttpRequest, language: str) -> Request:
        if http.method != "POST":
            raise MethodNotAllowed
        if http.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise MediaTypeUnfit
        said = parsed(await body_of(http, self.engine.limits), self.engine.limits)
        viewer = await self.identities.viewer(http.headers.get("authorization"))
        return Request(**said, viewer=viewer, language=language)


async def body_of(http: HttpRequest, limits: Limits) -> bytes:
    """The whole body, read no further than it may be long."""
    declared = http.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limits.body:
        raise BodyTooLarge(limits.body)
    chunks, size = [], 0
    async for chunk in http.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.body:
            raise BodyTooLarge(limits.body)
    return b"".join(chunks)


def parsed(body: bytes, limits: Limits) -> dict[str, Any]:
    """Query, variables and operation name of a request's body, or what is wrong with it."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    if depth(body) > limits.json_depth:
        raise BodyTooDeep(limits.json_depth)
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BodyNotJson from None
    if isinstance(said, list):
        raise BatchNotAllowed
    return _checked(said)


def depth(body: bytes) -> int:
    """How deep JSON nests, told without parsing it; what is no JSON has some depth too."""
    if body.count(b"[") + body.count(b"{") < 2:  # noqa: PLR2004 - nothing within anything
        return 1
    deepest = level = 0
    for byte in STRINGS.sub(b"", body):
        if byte in OPENING:
            level += 1
            deepest = max(deepest, level)
        elif byte in CLOSING:
            level -= 1
    return deepest


def language_of(accepted: str) -> str:
    """The first of Chinese and English in Accept-Language, by quality; Chinese if neither is asked for."""
    best, chosen = 0.0, "zh"
    for part in accepted.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        if name[:2] in {"zh", "en"} and quality > best:
            best, chosen = quality, name[:2]
    return chosen


def _quality(parameters: str) -> float:
    found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameters)
    return float(found[1]) if found else 1.0


def _checked(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise RequestMalformed("body")
    if not isinstance(said.get("query"), str):
        raise RequestMalformed("query")
    for name, kind in (("variables", Mapping), ("operationName", str), ("extensions", Mapping)):
        if not isinstance(said.get(name), kind | None):
            raise RequestMalformed(name)
    return {
        "query": said["query"],
        "variables": said.get("variables") or {},
        "operation_name": said.get("operationName"),
    }


def _media(accept: str) -> str:
    return GRAPHQL if GRAPHQL in accept else JSON


def _told(problem: Problem, language: str, media: str) -> Response:
    headers = {} if problem.retry_after is None else {"retry-after": str(problem.retry_after)}
    if isinstance(problem, MethodNotAllowed):
        headers["allow"] = "POST"
    return Response(orjson.dumps({"errors": [problem.formatted(language)]}), problem.status, headers, media)
