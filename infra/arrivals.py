"""Files on their way in: written aside and hashed as they come, so that the store only ever gets whole ones.

Whoever receives a file holds a lock on it, so that what a killed process left behind is told from what is still coming.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from infra.trouble import Trouble

__all__ = ["CHUNK", "Arrival", "Arrivals", "FilesUnavailable", "unavailable"]

CHUNK = 1 << 18
"""So many bytes are written, and read, at a time."""


class FilesUnavailable(Trouble):
    """The store of files does not answer, or has no room."""

    def __init__(self, why: Exception) -> None:
        super().__init__(f"文件存储不可用：{why}", f"The store of files cannot be used: {why}")


@contextlib.contextmanager
def unavailable(kinds: tuple[type[Exception], ...] = (OSError,)) -> Iterator[None]:
    """What the disk or the network says, as FilesUnavailable."""
    try:
        yield
    except kinds as error:
        raise FilesUnavailable(error) from error


class Arrival:
    """One file that is coming in: no more than a chunk of it waits in memory."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.size = path, 0
        self._file, self._waiting, self._hash = file, bytearray(), sha256()

    @property
    def sha256(self) -> str:
        """Of what was settled."""
        return self._hash.hexdigest()

    async def take(self, chunk: bytes) -> None:
        self._waiting += chunk
        self.size += len(chunk)
        if len(self._waiting) >= CHUNK:
            await self._write()

    async def settle(self) -> None:
        """All of it is on the disk, and is there when the power comes back."""
        await self._write()
        with unavailable():
            await asyncio.to_thread(os.fsync, self._file.fileno())

    async def _write(self) -> None:
        waiting, self._waiting = self._waiting, bytearray()
        with unavailable():
            await asyncio.to_thread(self._append, waiting)

    def _append(self, waiting: bytearray) -> None:
        self._hash.update(waiting)
        self._file.write(waiting)
        self._file.flush()


class Arrivals:
    """The folder where files come in; it may be shared by several processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.asynccontextmanager
    async def arriving(self) -> AsyncIterator[Arrival]:
        """A file to write to; gone in the end, unless the store has taken it."""
        path = self.folder / uuid4().hex
        with unavailable():
            self.folder.mkdir(parents=True, exist_ok=True)
            file = path.open("xb")  # buffered: closing it waits for whoever still writes
        try:
            with unavailable():
                fcntl.flock(file, fcntl.LOCK_EX)
            yield Arrival(path, file)
        finally:
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                path.unlink()

    def sweep(self) -> int:
        """Remove what nobody receives any more; how many those were."""
        return sum(map(_abandoned, self.folder.iterdir())) if self.folder.is_dir() else 0


def _abandoned(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except OSError:  # somebody receives it, or has just removed it
        return False
    return True
