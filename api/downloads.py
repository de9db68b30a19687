"""Giving evidence files back, to those who may: each is compared with its digest on the way out.

The last of it is held back until all was read and found to be what was kept, so that no wrong answer is ever whole.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256 as hashing

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.contents import NAMES
from api.errors import FileDamaged, FileUnknown
from api.execution import Engine
from api.identity import Viewer
from api.ranges import RangeUnfit, has_it, range_of
from domain.events import Audience
from domain.exhibits import DIGEST, MediaType
from infra.files import FileMissing, Files

__all__ = ["Downloads", "Kept"]

log = structlog.get_logger("files")
KEPT = "select size, media_type from exhibit where ledger = $1 and sha256 = $2"


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


class Downloads:
    def __init__(self, engine: Engine, files: Files) -> None:
        self.engine, self.files = engine, files

    async def give(self, http: Request, viewer: Viewer) -> Response:
        """To staff and parties of the ledger, if it is recorded there; who else asks does not learn whether it is."""
        ledger, sha256 = http.path_params["ledger"], http.path_params["sha256"]
        may = ledger == viewer.ledger and viewer.audience.sees(Audience.PARTIES)
        if not may or DIGEST.fullmatch(sha256) is None:
            raise FileUnknown
        kept = await self.recorded(ledger, sha256)
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

    async def recorded(self, ledger: str, sha256: str) -> Kept:
        """As the ledger has it, or FileUnknown."""
        row = await self.engine.pools.row(Audience.STAFF, KEPT, [ledger, sha256])
        if row is None:
            raise FileUnknown
        return Kept(ledger, sha256, row["size"], MediaType[row["media_type"]])

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


async def _begun(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Once the first of it is there, so that what is wrong before then is told and not broken off."""
    first = await anext(body)

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for chunk in body:
            yield chunk

    return all_of_it()


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
