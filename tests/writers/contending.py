"""The contention: writers and a follower started, waited for, and what they say held against what is stored."""

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

from eventsourcing.dcb.api import DCBAppendCondition

from infra.database import Databases
from infra.store import EventStore
from tests.recording import LEDGER, event_store
from tests.writers.checking import Acknowledged, read_books, wrongs
from tests.writers.following import Told
from tests.writers.place import running
from tests.writers.writing import CLOSED, Wish

__all__ = ["Report", "contend"]

PATIENCE = 60.0


class ProcessFailed(Exception):
    """It ended otherwise than it should."""


class Report(NamedTuple):
    """What each writer was told and how often it clashed, how many events were followed, and what is wrong."""

    writers: Mapping[str, tuple[Acknowledged, int]]
    followed: int
    wrongs: list[str]

    def numbers(self) -> dict[str, Any]:
        told = {name: {"appends": len(acked), "clashes": clashes} for name, (acked, clashes) in self.writers.items()}
        return {"writers": told, "followed": self.followed, "wrongs": self.wrongs}


async def contend(databases: Databases, seconds: float, writers: int) -> Report:
    names = [f"writer-{n}" for n in range(1, writers + 1)]
    async with event_store(databases) as store, AsyncExitStack() as stack:
        follower = await stack.enter_async_context(running(databases, "following"))
        writing = [await stack.enter_async_context(running(databases, "writing", name, str(seconds))) for name in names]
        answers = await asyncio.gather(*(_said(process, seconds + PATIENCE) for process in writing))
        found = {name: (said["acknowledged"], said["clashes"]) for name, said in zip(names, answers, strict=True)}
        last = await _close(store)
        told: Told = await _said(follower, PATIENCE)
    acknowledged = [*(each for acknowledged, _ in found.values() for each in acknowledged), last]
    return Report(found, len(told), list(wrongs(await read_books(databases), acknowledged, told)))


async def _close(store: EventStore) -> tuple[str, int, int]:
    """The last event, which ends the follower."""
    wish = Wish("closed", 1, (), (), await store.head(LEDGER) or 0)
    told = await store.append(LEDGER, [wish.event(0, CLOSED, [])], DCBAppendCondition(after=wish.after))
    return wish.id, told.first, told.last


async def _said(process: Process, patience: float) -> Any:
    async with asyncio.timeout(patience):
        said, _ = await process.communicate()
    if process.returncode:
        raise ProcessFailed(process.returncode)
    return json.loads(said)
