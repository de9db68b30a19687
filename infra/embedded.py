"""The embedded PostgreSQL: one supervisor per home, and as many other processes as like may use its server.

Whoever gets the lock supervises; the rest use that server, and one of them takes over when its supervisor leaves.
The kernel stops a server when the *thread* that started it ends; so the supervisor is a thread that starts it and
lives as long, and `attach_or_start` may be called from a thread of any length.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import quote

from infra.pidfile import FAREWELL, PORT, PidFile
from infra.postmaster import PostgresFailed, Postmaster, Running
from infra.sockets import remove_short, socket_folder
from infra.trouble import Trouble

log = logging.getLogger("gongzhi.postgres")

SOON = 0.2  # seconds: what a killed server left behind is gone within moments, and people wait

TUNING: Mapping[str, str] = MappingProxyType({
    "shared_buffers": "256MB",
    "max_connections": "100",
    "work_mem": "16MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "synchronous_commit": "on",
    "fsync": "on",
    "jit": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
})  # fmt: skip


class HomeUnusable(Trouble):
    def __init__(self, home: Path, why: OSError) -> None:
        super().__init__(
            f"数据目录 {home} 不能使用（{why}）：请检查其所有者与磁盘，或改设 GONGZHI_HOME。",
            f"The data folder {home} cannot be used ({why}): see who owns it and the disk, or set GONGZHI_HOME.",
        )


class ServerSilent(Trouble):
    def __init__(self, home: Path, seconds: float) -> None:
        super().__init__(
            f"等了 {seconds:.0f} 秒，{home} 的数据库仍未就绪：请看其中的 postgres.log，以及正在使用它的 gongzhi 进程。",
            f"After {seconds:.0f} s the database in {home} is not ready: see its postgres.log, "
            "and whether another gongzhi process holds it.",
        )


class EmbeddedPostgres:
    def __init__(self, home: Path, *, tuning: Mapping[str, str] = TUNING, patience: float = 300) -> None:
        self.home = home.resolve()
        self._server = Postmaster(self.home, tuning)
        self._patience = patience
        self._sockets: Path | None = None
        self._lock: int | None = None
        self._leaving = threading.Event()
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, name="postgres-supervisor", daemon=True)

    @property
    def owns(self) -> bool:
        """Whether this process supervises the server, rather than using another's."""
        return self._lock is not None

    @property
    def pid(self) -> int | None:
        """The process id of the server now running, whoever supervises it."""
        found = PidFile.of(self._server.data)
        return found.pid if found and found.answers() else None

    def dsn(self, database: str, user: str) -> str:
        """Only after `attach_or_start`; the same for as long as any process uses the home."""
        folder = quote(str(self._sockets), safe="")
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={folder}&port={PORT}"

    def attach_or_start(self) -> Self:
        """Return when the server answers; blocks, so from a coroutine call it in a thread."""
        self._thread.start()
        try:
            self._ready.result(self._patience)
        except TimeoutError:
            self.stop()
            raise ServerSilent(self.home, self._patience) from None
        return self

    def stop(self) -> None:
        """Stop the server if it is ours; a process that still uses it starts it again as its own."""
        self._leaving.set()
        if self._thread.is_alive():
            self._thread.join()

    def __enter__(self) -> Self:
        return self.attach_or_start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _live(self) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._seize() or self._follow():
                self._supervise()
        except OSError as error:
            self._fail(HomeUnusable(self.home, error))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits, or logged
            self._fail(error)
        finally:
            self._release()
            if not self._ready.done():  # told to leave before it came up
                self._ready.set_exception(ServerSilent(self.home, 0))

    def _fail(self, error: BaseException) -> None:
        if self._ready.done():
            log.critical("PostgreSQL is no longer supervised", exc_info=error)
        else:
            self._ready.set_exception(error)

    def _announce(self) -> None:
        if not self._ready.done():
            self._ready.set_result(None)

    def _seize(self) -> bool:
        lock = os.open(self.home / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _follow(self) -> bool:
        """Use another's server until we leave (False) or its supervisor does (True: the lock is ours)."""
        while not self._leaving.wait(0.1):
            found = PidFile.of(self._server.data)
            if found and found.answers():
                self._sockets = found.sockets
                self._announce()
            if self._seize():
                log.warning("The supervisor of PostgreSQL left; this process takes over %s", self.home)
                return True
        return False

    def _supervise(self) -> None:
        self._server.create()
        self._sockets = socket_folder(self.home, self._server.account)
        if orphan := PidFile.of(self._server.data):
            orphan.retire()
        try:
            while running := self._launch(self._sockets):
                self._announce()
                self._watch(running.process)
        finally:
            remove_short(self._sockets)  # before the lock goes: whoever takes over makes it anew

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            if self._leaving.wait(0.1):
                _end(process)
                return
        log.error("PostgreSQL died with status %s; starting it again", process.returncode)

    def _launch(self, sockets: Path) -> Running | None:
        """A server that is ready, or None when we leave. Once one has run, this never gives up and says so."""
        pause, deadline = 0.05, time.monotonic() + self._patience
        while not self._leaving.wait(0):
            try:
                return self._started(sockets)
            except (PostgresFailed, OSError) as failure:
                passes = isinstance(failure, PostgresFailed) and failure.passes and time.monotonic() < deadline
                if not (passes or self._ready.done()):
                    raise
                log.error("PostgreSQL does not start yet: %s", failure)  # noqa: TRY400 - expected, no trace wanted
            self._leaving.wait(pause)
            pause = min(2 * pause, SOON if passes else 15)
        return None

    def _started(self, sockets: Path) -> Running | None:
        running = self._server.start(sockets)
        while not self._server.is_ready(running):
            if self._leaving.wait(0.01):
                _end(running.process)
                return None
        return running


def _end(process: subprocess.Popen[bytes]) -> None:
    for wish, patience in FAREWELL:
        process.send_signal(wish)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
