"""`gongzhi serve` as people run it: processes of its own, over an embedded database in a home of its own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import httpx

from infra.address import Address
from infra.database import Databases
from infra.pidfile import PORT, PidFile
from infra.provision import KEYS_SUFFIX, USER
from tests.bench.client import HOST, free_port

__all__ = ["Said", "Served", "ServerFailed", "family_of", "running", "served", "until"]

GONGZHI = (sys.executable, "-c", "from api.cli import main; main()")
PROJECT = Path(__file__).parents[2]
PROCESSES = ("/bin/ps", "-A", "-o", "pid=,ppid=,stat=,args=")
PROJECTS = "api.projecting"
OURS = ("GONGZHI_", "DATABASE_URL")
PATIENCE = 60.0


class ServerFailed(Exception):
    """A command of the product ended otherwise than it should, or was not ready in time."""


class Said(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    text: str


class Served:
    """The server over one home and one port, however often it is killed and started again."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.log = home.with_suffix(".log")
        self.url = f"http://{HOST}:{port}"
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def postmaster(self) -> int | None:
        """The process id of the database's server, if it runs and is a child of ours."""
        found = PidFile.of(self.home / "pgdata")
        return found.pid if found and found.pid in family_of(self.pid) and found.answers() else None

    @property
    def projector(self) -> int | None:
        """The process id of the child that projects."""
        return next((pid for pid, parent, command in _processes() if parent == self.pid and PROJECTS in command), None)

    async def gongzhi(self, *arguments: str) -> Said:
        """Run a command of the product to its end."""
        process = await self._spawn(*arguments, out=PIPE)
        text, _ = await process.communicate()
        return Said(process.returncode or 0, text.decode())

    async def told(self, *arguments: str) -> str:
        """What a command that must succeed says."""
        code, text = await self.gongzhi(*arguments)
        if code:
            raise ServerFailed(arguments[0], code, text)
        return text.strip()

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await self._spawn("serve", "--port", str(self.port), out=log.fileno())
        await self.ready()

    async def ready(self) -> None:
        """Wait until it says that it is."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=PATIENCE) as http:

            async def answers() -> bool:
                if self._process is None or self._process.returncode is not None:
                    raise ServerFailed("serve", self._process and self._process.returncode, self.told_last())
                with contextlib.suppress(httpx.TransportError):
                    return (await http.get("/health/ready")).status_code == httpx.codes.OK
                return False

            await until(answers, "the server is ready")

    async def kill(self) -> None:
        """As the kernel does when memory runs out: no goodbye."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def kill_postmaster(self) -> None:
        await self._kill_one(lambda: self.postmaster, "the database")

    async def kill_projector(self) -> None:
        await self._kill_one(lambda: self.projector, "the projector")

    async def _kill_one(self, of: Callable[[], int | None], what: str) -> None:
        """End a child of the server and wait until there is another one."""
        killed = of()
        if killed is None:
            raise ServerFailed(f"{what} does not run", self.told_last())
        os.kill(killed, signal.SIGKILL)

        async def another() -> bool:
            return of() not in {None, killed}

        await until(another, f"{what} is started again")

    async def stop(self) -> int:
        """Ask it to end, as a service manager does; its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    def databases(self) -> Databases:
        """As the server has them; for looking, since nothing here starts or keeps them."""
        found = PidFile.of(self.home / "pgdata")
        if found is None:
            raise ServerFailed("no database to look at", self.told_last())
        host = quote(str(found.sockets), safe="")
        main, keys = (f"postgresql://{USER}@/{name}?host={host}&port={PORT}" for name in (USER, USER + KEYS_SUFFIX))
        return Databases(Address(main), Address(keys), "")

    def told_last(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    async def _spawn(self, *arguments: str, out: int) -> Process:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        environment |= {"GONGZHI_HOME": str(self.home), "COLUMNS": "200"}
        return await asyncio.create_subprocess_exec(
            *GONGZHI, *arguments, cwd=PROJECT, env=environment, stdin=DEVNULL, stdout=out, stderr=STDOUT
        )


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    """Not started yet; whatever happens, nothing of it runs on afterwards."""
    server = Served(folder / "home", free_port())
    try:
        yield server
    finally:
        if server._process is not None and server._process.returncode is None:  # noqa: SLF001 - its own maker
            await server.stop()


def family_of(pid: int) -> frozenset[int]:
    """The process and all that descend from it."""
    children = defaultdict(list)
    for found, parent, _ in _processes():
        children[parent].append(found)
    family, further = {pid}, [pid]
    while further:
        born = children[further.pop()]
        family.update(born)
        further += born
    return frozenset(family)


def running(pids: frozenset[int]) -> frozenset[int]:
    """Which of these still run."""
    return pids & {pid for pid, _, _ in _processes()}


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Other processes are waited for by asking them again and again."""
    deadline = time.monotonic() + PATIENCE
    while not await holds():
        if time.monotonic() > deadline:
            raise ServerFailed(f"not in {PATIENCE:.0f} s: {what}")
        await asyncio.sleep(0.02)


def _processes() -> list[tuple[int, int, str]]:
    """Each process's id, its parent's, and its command; without the dead that nobody has asked after."""
    asked = subprocess.run(PROCESSES, capture_output=True, text=True, check=True)
    rows = (line.split(None, 3) for line in asked.stdout.splitlines())
    return [(int(pid), int(parent), command) for pid, parent, state, command in rows if state[0] != "Z"]
