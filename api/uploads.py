"""Taking evidence files in: hashed and looked at as they come, and stored for good before they are recorded."""

import asyncio
import base64
import contextlib
import re
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from uuid_utils import uuid7

from api.composition import Services
from api.contents import LEADING, NAMES, TYPES, begins_as
from api.downloads import Downloads, Kept
from api.errors import (
    BodyTooLarge,
    FileEmpty,
    FileKindUnfit,
    FileNotAsDeclared,
    FileNotAsSent,
    FilesBusy,
    FileTooSlow,
    PositionNotReached,
)
from api.execution import Engine
from api.identity import Viewer
from domain.bodies import CHINA
from domain.decisions import ThingExists
from domain.events import Audience, Ref
from domain.execution import Actor, Command
from domain.exhibits import DIGEST, DigestUnfit, MediaType, keep
from domain.grants import NotPermitted
from domain.recording import LedgerUnknown
from infra.arrivals import Arrival

__all__ = ["PATIENCE", "Uploads"]

PATIENCE = 30.0
"""For so many seconds nothing may come of a file that is being sent."""
VERY_LONG = 20
"""So many times as long may the whole file take."""
MOST = 64
"""So many files may come at once, each with a chunk in memory."""
ECHOED = 100
"""So much of what is not understood is told back."""
ALLOWED = """
select exists (select from "grant" where ledger = $1 and person = $2 and role = any($3)
    and since <= $4 and (until is null or until > $4)) as held"""
STATED = re.compile(r"sha-256=:?([A-Za-z0-9+/]{43}=):?", re.IGNORECASE)


class Uploads:
    def __init__(self, engine: Engine, services: Services, downloads: Downloads, patience: float) -> None:
        self.engine, self.recorder, self.downloads = engine, services.recorder, downloads
        self.files, self.arrivals = services.files, services.arrivals
        self.largest, self.patience = services.settings.largest, patience
        self._coming = 0

    async def take(self, http: Request, viewer: Viewer) -> Response:
        ledger = http.path_params["ledger"]
        if ledger != viewer.ledger:
            raise LedgerUnknown(ledger[:ECHOED])
        await self._check_may(viewer)
        media, stated = _media(http), _stated(http)
        self._check_length(http.headers.get("content-length", ""))
        async with self._one_more(), self.arrivals.arriving() as arrival:
            await self._receive(http, arrival, media)
            if stated not in {None, arrival.sha256}:
                raise FileNotAsSent(str(stated), arrival.sha256)
            kept = Kept(ledger, arrival.sha256, arrival.size, media)
            await self.files.keep(ledger, kept.sha256, arrival.path)
        return await self._record(kept, viewer)

    @contextlib.asynccontextmanager
    async def _one_more(self) -> AsyncIterator[None]:
        if self._coming >= MOST:
            raise FilesBusy(MOST)
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    def _check_length(self, told: str) -> None:
        """Before any of it is read; no number of that many digits is small."""
        if told.isdecimal() and (len(told) > len(str(self.largest)) or int(told) > self.largest):
            raise BodyTooLarge(self.largest)

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
        return _kept(await self.downloads.recorded(kept.ledger, kept.sha256), 200)


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


def _media(http: Request) -> MediaType:
    name = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if name not in TYPES or http.headers.get("content-encoding", "identity") != "identity":
        raise FileKindUnfit(name[:ECHOED], ", ".join(TYPES))
    return TYPES[name]


def _stated(http: Request) -> str | None:
    """The SHA-256 that the caller says the file has: in the address, or in a header (RFC 9530, and RFC 3230 before)."""
    if (given := http.query_params.get("sha256")) is not None:
        if DIGEST.fullmatch(given) is None:
            raise DigestUnfit(given[:ECHOED])
        return given
    headers = (http.headers.get(name, "") for name in ("content-digest", "repr-digest", "digest"))
    found = next(filter(None, map(STATED.search, headers)), None)
    return base64.b64decode(found[1]).hex() if found else None


def _check_leading(media: MediaType, leading: bytes, *, whole: bool) -> None:
    """As soon as there is enough of it to look at."""
    if whole and not begins_as(media, leading[:LEADING]):
        raise FileNotAsDeclared(NAMES[media])


def _kept(kept: Kept, status: int) -> Response:
    headers = {"Location": kept.url, "Cache-Control": "no-store"}
    return Response(kept.as_json(), status, headers, media_type="application/json")
