"""Evidence files over HTTP: `PUT /files/<ledger>` keeps one, `GET /files/<ledger>/<sha256>` gives it back.

A file lies in the store for good before it is recorded, so that nothing recorded is missing; it is compared with its
digest on the way out, and the last of it is held back until it is found to be the same.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from hashlib import sha256 as hashing
from typing import Any

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from uuid_utils import uuid7

from api.commands import refused
from api.composition import Services
from api.contents import LEADING, NAMES, TYPES, begins_as
from api.errors import (
    BodyTooLarge,
    FileDamaged,
    FileEmpty,
    FileKindUnfit,
    FileNotAsDeclared,
    FileNotAsSent,
    FileTooSlow,
    FileUnknown,
    PositionNotReached,
    Problem,
)
from api.execution import Engine
from api.failures import problem_of
from api.identity import Identities, Viewer
from api.languages import language_of
from api.ranges import RangeUnfit, has_it, range_of
from domain.bodies import CHINA
from domain.decisions import ThingExists
from domain.events import Audience, Ref
from domain.execution import Actor, Command, Unauthenticated
from domain.exhibits import DIGEST, DigestUnfit, MediaType, keep
from domain.grants import NotPermitted
from domain.recording import Clash, LedgerUnknown
from domain.refusals import Refusal
from infra.arrivals import Arrival
from infra.files import FileMissing

__all__ = ["FilesEndpoint"]

log = structlog.get_logger("files")
PATIENCE = 30.0
"""For so many seconds nothing may come of a file that is being sent."""
VERY_LONG = 20
"""So many times as long may the whole file take."""
STATUSES: dict[type[Refusal], int] = {Unauthenticated: 401, NotPermitted: 403, LedgerUnknown: 404, DigestUnfit: 400}
CONFLICT = 409
ALLOWED = """
select exists (select from "grant" where ledger = $1 and person = $2 and role = any($3)
    and since <= $4 and (until is null or until > $4)) as held"""
KEPT = "select size, media_type from exhibit where ledger = $1 and sha256 = $2"
STATED = re.compile(r"sha-256=:?([A-Za-z0-9+/]{43}=):?", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """A file as the ledger has it."""

    ledger: str
    sha256: str
    size: int
    media: MediaType

    @property
    def url(self) -> str:
        return f"/files/{self.ledger}/{self.sha256}"

    def as_json(self) -> bytes:
        told = {"id": f"{self.ledger}:exhibit:{self.sha256}", "sha256": self.sha256, "size": self.size}
        return orjson.dumps({**told, "mediaType": self.media.name, "url": self.url})


class FilesEndpoint:
    """Both addresses; whatever is wrong is told as GraphQL tells it, with a status of HTTP."""

    def __init__(self, engine: Engine, identities: Identities, services: Services, patience: float = PATIENCE) -> None:
        self.engine, self.identities, self.recorder = engine, identities, services.recorder
        self.files, self.arrivals = services.files, services.arrivals
        self.largest, self.patience = services.settings.largest, patience

    async def take(self, http: Request) -> Response:
        return await self._answered(http, self._take)

    async def give(self, http: Request) -> Response:
        return await self._answered(http, self._give)

    async def _answered(self, http: Request, answer: Callable[[Request, Viewer], Any]) -> Response:
        language = language_of(http.headers.get("accept-language"))
        try:
            response: Response = await answer(http, await self._caller(http))
        except ClientDisconnect:
            return Response(status_code=400)
        except Refusal as refusal:
            self.engine.metrics.files_refused.labels(refusal.code).inc()
            return _refusal(refusal, language, http.path_params["ledger"])
        except Exception as error:  # noqa: BLE001 - told as a problem, logged if it is none
            problem = problem_of(error)
            self.engine.metrics.files_refused.labels(problem.code).inc()
            return _problem(problem, language)
        return response

    async def _caller(self, http: Request) -> Viewer:
        viewer = await self.identities.viewer(http.headers.get("authorization"))
        if viewer is None:
            raise Unauthenticated
        return viewer

    async def _take(self, http: Request, viewer: Viewer) -> Response:
        ledger = http.path_params["ledger"]
        if ledger != viewer.ledger:
            raise LedgerUnknown(ledger[:200])
        await self._check_may(viewer)
        media, stated = _media(http), _stated(http)
        length = http.headers.get("content-length", "")
        if length.isdigit() and (len(length) > 18 or int(length) > self.largest):  # noqa: PLR2004 - too long to be read
            raise BodyTooLarge(self.largest)
        async with self.arrivals.arriving() as arrival:
            await self._receive(http, arrival, media)
            if stated not in {None, arrival.sha256}:
                raise FileNotAsSent(str(stated), arrival.sha256)
            kept = Kept(ledger, arrival.sha256, arrival.size, media)
            await self.files.keep(ledger, kept.sha256, arrival.path)
        return await self._record(kept, viewer)

    async def _check_may(self, viewer: Viewer) -> None:
        """Whoever may not is told before the file is sent; the rules have the last word when it is recorded."""
        roles = [role.name for role in keep.roles if viewer.role in {None, role}]
        today = self.recorder.clock().astimezone(CHINA).date()
        row = await self.engine.pools.row(Audience.STAFF, ALLOWED, [viewer.ledger, viewer.person, roles, today])
        if not row["held"]:
            held = () if viewer.role is None else (viewer.role.name,)
            raise NotPermitted(tuple(sorted(role.name for role in keep.roles)), held)

    async def _receive(self, http: Request, arrival: Arrival, media: MediaType) -> None:
        leading, looked = b"", False
        async for chunk in _patiently(http.stream(), self.patience):
            if arrival.size + len(chunk) > self.largest:
                raise BodyTooLarge(self.largest)
            if not looked:
                leading += chunk[:LEADING]
                looked = len(leading) >= LEADING
                _check_leading(media, leading, whole=looked)
            await arrival.take(chunk)
        if not arrival.size:
            raise FileEmpty
        _check_leading(media, leading, whole=True)
        await arrival.settle()

    async def _record(self, kept: Kept, viewer: Viewer) -> Response:
        given = {"sha256": kept.sha256, "size": kept.size, "media_type": kept.media}
        actor, now = Actor(Ref(viewer.person), viewer.role), self.recorder.clock().astimezone(CHINA)
        try:
            [receipts] = await self.recorder.record(kept.ledger, [Command(str(uuid7()), keep, given, actor, now)])
        except ThingExists:
            return await self._kept_before(kept)
        self.engine.metrics.files.labels("kept").inc()
        await self.engine.progress.reached(kept.ledger, receipts.position)
        return _kept(kept, 201)

    async def _kept_before(self, kept: Kept) -> Response:
        """As it was recorded first, by whomever."""
        head = await self.recorder.store.head(kept.ledger) or 0
        if not await self.engine.progress.reached(kept.ledger, head):
            raise PositionNotReached(kept.ledger, head)
        self.engine.metrics.files.labels("known").inc()
        return _kept(await self._recorded(kept.ledger, kept.sha256), 200)

    async def _recorded(self, ledger: str, sha256: str) -> Kept:
        row = await self.engine.pools.row(Audience.STAFF, KEPT, [ledger, sha256])
        if row is None:
            raise FileUnknown
        return Kept(ledger, sha256, row["size"], MediaType[row["media_type"]])

    async def _give(self, http: Request, viewer: Viewer) -> Response:
        """To staff and parties of the ledger, if it is recorded there; who else asks does not learn whether it is."""
        ledger, sha256 = http.path_params["ledger"], http.path_params["sha256"]
        may = ledger == viewer.ledger and viewer.audience.sees(Audience.PARTIES)
        if not may or DIGEST.fullmatch(sha256) is None:
            raise FileUnknown
        kept = await self._recorded(ledger, sha256)
        headers, etag = _headers(kept), f'"{sha256}"'
        if has_it(http.headers, etag):
            return Response(status_code=304, headers=headers)
        await self._check_there(kept)
        whole = headers | {"Content-Length": str(kept.size), "Content-Type": NAMES[kept.media]}
        if http.method == "HEAD":
            return Response(headers=whole)
        try:
            part = range_of(http.headers, kept.size, etag)
        except RangeUnfit:
            return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{kept.size}"})
        start, stop = part or (0, kept.size)
        body = await _begun(self._verified(kept, start, stop))
        self.engine.metrics.files.labels("served").inc()
        if part is None:
            return StreamingResponse(body, headers=whole)
        some = {"Content-Length": str(stop - start), "Content-Range": f"bytes {start}-{stop - 1}/{kept.size}"}
        return StreamingResponse(body, 206, whole | some)

    async def _check_there(self, kept: Kept) -> None:
        try:
            size = await self.files.size(kept.ledger, kept.sha256)
        except FileMissing:
            size = None
        if size != kept.size:
            raise self._damaged(kept)

    async def _verified(self, kept: Kept, start: int, stop: int) -> AsyncIterator[bytes]:
        """What was asked for; the last of it when all was read and found to be what was kept."""
        digest, at, held = hashing(), 0, b""
        async for chunk in self.files.read(kept.ledger, kept.sha256):
            digest.update(chunk)
            wanted = chunk[max(start - at, 0) : max(stop - at, 0)]
            at += len(chunk)
            if wanted and held:
                yield held
            held = wanted or held
        if digest.hexdigest() != kept.sha256:
            raise self._damaged(kept)
        yield held

    def _damaged(self, kept: Kept) -> FileDamaged:
        log.error("file damaged", ledger=kept.ledger, sha256=kept.sha256)
        self.engine.metrics.files.labels("damaged").inc()
        return FileDamaged(kept.sha256)


async def _patiently(stream: AsyncIterator[bytes], patience: float) -> AsyncIterator[bytes]:
    """Until its end, or until nothing came for so long, or not all of it for very long."""
    chunks, clock = aiter(stream), asyncio.get_running_loop().time
    ends = clock() + VERY_LONG * patience
    while True:
        try:
            async with asyncio.timeout_at(min(clock() + patience, ends)):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise FileTooSlow(int(patience)) from None
        yield chunk


async def _begun(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Once the first of it is there, so that what is wrong before then is told and not broken off."""
    first = await anext(body)

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for chunk in body:
            yield chunk

    return all_of_it()


def _media(http: Request) -> MediaType:
    name = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if name not in TYPES or http.headers.get("content-encoding", "identity") != "identity":
        raise FileKindUnfit(name[:100], ", ".join(TYPES))
    return TYPES[name]


def _stated(http: Request) -> str | None:
    """The SHA-256 that the caller says the file has: in the address, or in a header (RFC 9530, and RFC 3230 before)."""
    if (given := http.query_params.get("sha256")) is not None:
        if DIGEST.fullmatch(given) is None:
            raise DigestUnfit(given[:100])
        return given
    headers = (http.headers.get(name, "") for name in ("content-digest", "repr-digest", "digest"))
    found = next(filter(None, map(STATED.search, headers)), None)
    return base64.b64decode(found[1]).hex() if found else None


def _check_leading(media: MediaType, leading: bytes, *, whole: bool) -> None:
    """As soon as there is enough of it to look at."""
    if whole and not begins_as(media, leading[:LEADING]):
        raise FileNotAsDeclared(NAMES[media])


def _headers(kept: Kept) -> dict[str, str]:
    return {
        "ETag": f'"{kept.sha256}"',
        "Cache-Control": "private, immutable",
        "Vary": "Authorization",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Content-Disposition": "attachment",
    }


def _kept(kept: Kept, status: int) -> Response:
    headers = {"Location": kept.url, "Cache-Control": "no-store"}
    return Response(kept.as_json(), status, headers, media_type="application/json")


def _refusal(refusal: Refusal, language: str, ledger: str) -> Response:
    told = refused(refusal, keep, language, ledger)
    extensions = {"code": told.code, "rule": told.rule, "details": told.details}
    entry = {"message": told.message, "extensions": {name: each for name, each in extensions.items() if each}}
    status = STATUSES.get(type(refusal), CONFLICT)
    return _told(entry, status, language, retry_after=1 if isinstance(refusal, Clash) else None)


def _problem(problem: Problem, language: str) -> Response:
    return _told(problem.formatted(language), problem.status, language, retry_after=problem.retry_after)


def _told(entry: dict[str, Any], status: int, language: str, retry_after: int | None) -> Response:
    """The rest of a body that is not wanted is not read: the connection ends with the answer."""
    headers = {"Content-Language": language, "Cache-Control": "no-store", "Connection": "close"}
    headers["Vary"] = "Accept-Language, Authorization"
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps({"errors": [entry]}), status, headers, media_type="application/json")
