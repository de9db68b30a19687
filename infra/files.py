"""Where evidence lies: each ledger's files by the SHA-256 of their bytes, in a folder or in an S3-compatible store.

A file that `keep` has taken is durable. Whoever reads gets what lies there, and compares it with the digest.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from typing import Protocol
from urllib.parse import urlsplit

from obstore import delete_async, get_async, head_async, put_async
from obstore import list as listing
from obstore.exceptions import BaseError
from obstore.store import S3Store

from infra.arrivals import CHUNK, Arrivals, FilesUnavailable, unavailable
from infra.settings import Settings

__all__ = ["Bucket", "FileMissing", "Files", "Folder", "bucket", "open_files"]

PART, PARTS_AT_ONCE = 5 << 20, 2
"""What S3 takes as a part of a large file, and how many are on the way: so much memory does one file take."""
PATIENCE = 10.0
"""For so many seconds a bucket may say nothing."""
LONG = timedelta(minutes=30)
"""So long may a request take that goes on, for whoever reads may be slow."""
REMOTE = (OSError, BaseError)


class FileMissing(Exception):
    """No file with this digest lies in the store."""


class Files(Protocol):
    async def keep(self, ledger: str, sha256: str, settled: Path) -> None:
        """Take a file that has come in, as the one with this digest; durable when this returns."""

    async def size(self, ledger: str, sha256: str) -> int:
        """How many bytes lie there, or FileMissing."""

    def read(self, ledger: str, sha256: str) -> AsyncIterator[bytes]:
        """What lies there, by chunks, or FileMissing."""

    async def drop(self, ledger: str) -> None:
        """Remove all files of a ledger."""

    async def check(self) -> None:
        """FilesUnavailable, unless the store answers."""


class Folder:
    """`<root>/<ledger>/ab/abcd…`: files are moved in whole, so that nobody ever sees half of one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def keep(self, ledger: str, sha256: str, settled: Path) -> None:
        with unavailable():
            await asyncio.to_thread(_move, settled, self._path(ledger, sha256), self.root)

    async def size(self, ledger: str, sha256: str) -> int:
        with unavailable():
            try:
                return (await asyncio.to_thread(self._path(ledger, sha256).stat)).st_size
            except FileNotFoundError:
                raise FileMissing(sha256) from None

    async def read(self, ledger: str, sha256: str) -> AsyncIterator[bytes]:
        with unavailable():
            try:
                file = await asyncio.to_thread(self._path(ledger, sha256).open, "rb")
            except FileNotFoundError:
                raise FileMissing(sha256) from None
            with file:
                while chunk := await asyncio.to_thread(file.read, CHUNK):
                    yield chunk

    async def drop(self, ledger: str) -> None:
        with unavailable():
            if (folder := self.root / ledger).is_dir():
                await asyncio.to_thread(rmtree, folder)

    async def check(self) -> None:
        with unavailable():
            await asyncio.to_thread(self.root.mkdir, parents=True, exist_ok=True)
            if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(self.root)

    def _path(self, ledger: str, sha256: str) -> Path:
        return self.root / ledger / sha256[:2] / sha256


class Bucket:
    """`<ledger>/ab/abcd…` in a bucket; a file is sent from the disk, in parts where it is large."""

    def __init__(self, store: S3Store, patience: float = PATIENCE) -> None:
        self.store, self.patience = store, patience

    async def keep(self, ledger: str, sha256: str, settled: Path) -> None:
        with unavailable(REMOTE):
            parts = 1 + (await asyncio.to_thread(settled.stat)).st_size // PART
            async with asyncio.timeout(parts * self.patience):
                await put_async(
                    self.store, _key(ledger, sha256), settled, chunk_size=PART, max_concurrency=PARTS_AT_ONCE
                )

    async def size(self, ledger: str, sha256: str) -> int:
        with unavailable(REMOTE):
            try:
                async with asyncio.timeout(self.patience):
                    return int((await head_async(self.store, _key(ledger, sha256)))["size"])
            except FileNotFoundError:
                raise FileMissing(sha256) from None

    async def read(self, ledger: str, sha256: str) -> AsyncIterator[bytes]:
        with unavailable(REMOTE):
            try:
                async with asyncio.timeout(self.patience):
                    found = await get_async(self.store, _key(ledger, sha256))
            except FileNotFoundError:
                raise FileMissing(sha256) from None
            chunks = aiter(found.stream(min_chunk_size=CHUNK))
            while chunk := await self._next(chunks):
                yield chunk

    async def drop(self, ledger: str) -> None:
        with unavailable(REMOTE):
            async for page in listing(self.store, ledger):
                await delete_async(self.store, [each["path"] for each in page])

    async def check(self) -> None:
        with unavailable(REMOTE):
            async with asyncio.timeout(self.patience):
                async for _ in listing(self.store, "health", chunk_size=1):
                    break

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        async with asyncio.timeout(self.patience):
            return bytes(chunk) if (chunk := await anext(chunks, None)) is not None else None


def open_files(settings: Settings) -> tuple[Files, Arrivals]:
    """The store, and where files come in: on the disk beside the folder, so that they can be moved."""
    local = settings.home / "files"
    arrivals = Arrivals(local / ".arriving")  # no ledger is called so
    return (bucket(settings.files_url) if settings.files_url else Folder(local)), arrivals


def bucket(url: str, patience: float = PATIENCE) -> Bucket:
    """`s3://bucket/prefix`; keys, region and endpoint are of the environment (AWS_…)."""
    where = urlsplit(url)
    plain = os.environ.get("AWS_ENDPOINT_URL", os.environ.get("AWS_ENDPOINT", "")).startswith("http://")
    try:
        store = S3Store(
            where.netloc,
            prefix=where.path.strip("/") or None,
            client_options={"allow_http": plain, "connect_timeout": timedelta(seconds=3), "timeout": LONG},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=patience)},
        )
    except (BaseError, ValueError) as error:
        raise FilesUnavailable(error) from error
    return Bucket(store, patience)


def _key(ledger: str, sha256: str) -> str:
    return f"{ledger}/{sha256[:2]}/{sha256}"


def _move(settled: Path, path: Path, root: Path) -> None:
    """Into place, with each new folder on the way; the names are durable too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    settled.replace(path)
    for folder in (path.parent, path.parent.parent, root, root.parent):
        _settle(folder)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
