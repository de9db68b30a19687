"""Processes of the product and of the benchmarks: started, waited for until they answer, told to stop."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.client import Client

__all__ = ["ProcessFailed", "answered", "running"]

PROJECT = Path(__file__).parents[2]
FOREIGN = ("DATABASE_URL", "GONGZHI_KEYS_URL", "GONGZHI_ISSUER", "GONGZHI_AUDIENCE", "GONGZHI_PRODUCTION")
PATIENCE = 120.0
SAID = "said.txt"


class ProcessFailed(Exception):
    """It ended otherwise than it should, or did not answer in time."""


@asynccontextmanager
async def running(*arguments: str, home: Path, **environment: str) -> AsyncIterator[Process]:
    """Python with these arguments, with nothing of the product's settings but these."""
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    settings = inherited | {"GONGZHI_HOME": str(home)} | environment
    with (home / SAID).open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=PROJECT, env=settings, stdout=said, stderr=said
        )
    try:
        yield process
    except ProcessFailed as failed:
        failed.add_note((home / SAID).read_text("utf-8", "replace")[-2000:])
        raise
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def answered(process: Process, port: int, request: bytes) -> None:
    """Return once the request is answered well."""
    until = time.perf_counter() + PATIENCE
    while not await _answers(port, request):
        if process.returncode is not None or time.perf_counter() > until:
            raise ProcessFailed(process.returncode)
        await asyncio.sleep(0.01)


async def _answers(port: int, request: bytes) -> bool:
    try:
        async with Client.connected(port) as client:
            return (await client.ask(request)).status == 200
    except (OSError, EOFError):
        return False
