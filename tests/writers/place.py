"""Where the processes meet: the databases that the parent made, told to its children by their environment."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from infra.address import Address
from infra.database import Databases

__all__ = ["databases_given", "running"]

PROJECT = Path(__file__).parents[2]
MAIN, KEYS = "WRITERS_MAIN", "WRITERS_KEYS"


@asynccontextmanager
async def databases_given() -> AsyncIterator[Databases]:
    databases = Databases(Address(os.environ[MAIN]), Address(os.environ[KEYS]), "")
    try:
        yield databases
    finally:
        await databases.close()


@asynccontextmanager
async def running(databases: Databases, module: str, *arguments: str) -> AsyncIterator[Process]:
    """A process of this package, whose standard output is what it has to say; it does not outlive the block."""
    given = {**os.environ, MAIN: databases.main.dsn, KEYS: databases.keys.dsn}
    command = (sys.executable, "-m", f"tests.writers.{module}", *arguments)
    process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, env=given, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
