"""T10: how long the demo counties take to load into an empty home, and how soon a server on them answers again."""

import asyncio
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from domain.words import Words
from infra.database import Databases
from tests.bench.client import Client, free_port, request
from tests.bench.measuring import Comparison, Sizes, at_most

__all__ = ["measure"]

GONGZHI = (sys.executable, "-c", "from api.cli import main; main()")
PROJECT = Path(__file__).parents[2]
QUESTION = request("{ ledgers { code position } }")
SILENT = ("DATABASE_URL", "GONGZHI_KEYS_URL", "GONGZHI_ISSUER", "GONGZHI_PRODUCTION")
PATIENCE = 120.0


class CommandFailed(Exception):
    """A command of the product ended otherwise than it should, or said nothing in time."""


async def measure(_: Databases, sizes: Sizes) -> list[Comparison]:
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        home = Path(folder)
        loading = await _load(home)
        starts = tuple([await _start(home) for _ in range(sizes.rounds)])
    load = Words("load the demo counties into an empty home", "在空目录中载入示范县")
    start = Words("warm start of `gongzhi serve` until it answers", "再次启动服务至可应答")
    return [
        Comparison("T10", start, "s", starts, goal=at_most(2)),
        Comparison("T10", load, "s", (loading,), goal=at_most(30)),
    ]


async def _load(home: Path) -> float:
    begun = time.perf_counter()
    async with _running(home, "demo") as process:
        if code := await process.wait():
            raise CommandFailed("demo", code)
    return time.perf_counter() - begun


async def _start(home: Path) -> float:
    port, begun = free_port(), time.perf_counter()
    async with _running(home, "serve", "--port", str(port)) as process:
        while not await _answers(port):
            if process.returncode is not None or time.perf_counter() > begun + PATIENCE:
                raise CommandFailed("serve", process.returncode)
            await asyncio.sleep(0.01)
        return time.perf_counter() - begun


async def _answers(port: int) -> bool:
    try:
        async with Client.connected(port) as client:
            return (await client.ask(QUESTION)).status == 200
    except (OSError, EOFError):
        return False


@asynccontextmanager
async def _running(home: Path, *arguments: str) -> AsyncIterator[Process]:
    """A command of the product with nothing but a home; told to stop and waited for at the end."""
    environment = {name: value for name, value in os.environ.items() if name not in SILENT}
    environment["GONGZHI_HOME"] = str(home)
    process = await asyncio.create_subprocess_exec(
        *GONGZHI, *arguments, cwd=PROJECT, env=environment, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()
