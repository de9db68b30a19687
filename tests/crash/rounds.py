"""Rounds of load with a kill in the middle, each followed by a look at everything that must hold."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import httpx

import projections.rooms  # noqa: F401 - the tables whose state is compared
from domain.words import Words
from projections.hashing import State, state
from tests.crash.checking import Books, read_books, wrongs
from tests.crash.clients import Acknowledged, Crowd, wish
from tests.crash.served import Served, ServerFailed, family_of, running, served, until

__all__ = ["GOAL", "KINDS", "Round", "Siege", "besieged"]

LEDGER = "crash"
OPENED = f'{{ ledger(code: "{LEDGER}", atLeast: 3) {{ position }} }}'
"""From then on, whoever opened it may be recognised."""
APPOINT = """mutation ($person: ID!) {
  grantGive(commandId: "appoint", person: $person, role: TOWN, since: "2025-01-01") { __typename }
}"""
CLIENTS = 8
ASKED_AGAIN = 200
"""So many of a round's commands are sent once more after it, besides those that met trouble."""
GOAL = 5.0
"""Seconds until commands are acknowledged again."""


class Round(NamedTuple):
    """What came of one."""

    kind: str
    acknowledged: int
    retried: int
    """Acknowledged after more than one attempt."""
    ready: float
    """Seconds from the kill to the end of the longest silence after it."""
    head: int
    signed: int
    wrongs: tuple[str, ...]


class Siege:
    """A server under load, and everything it ever acknowledged."""

    def __init__(self, server: Served, crowd: Crowd, town: str) -> None:
        self.server, self.crowd, self.town = server, crowd, town

    async def play(self, kind: str, seconds: float) -> Round:
        told, before = set(self.crowd.acknowledged), Before(family_of(self.server.pid), self.server.projector)
        async with self.crowd.at_work(CLIENTS, self.town):
            await asyncio.sleep(seconds * random.uniform(0.3, 0.7))
            struck = time.monotonic()
            await KINDS[kind].strike(self.server)
            await self.server.ready()
            await asyncio.sleep(seconds / 2)
        new = [each for id_, each in self.crowd.acknowledged.items() if id_ not in told]
        await self._ask_again(new)
        books, found = await self.check()
        found += KINDS[kind].afterwards(self.server, before)
        retried = sum(each.attempts > 1 for each in new)
        times = [struck, *sorted(each.at for each in new if each.at > struck)]
        return Round(kind, len(new), retried, _silence(times), len(books.events), books.signed.size, tuple(found))

    async def check(self) -> tuple[Books, list[str]]:
        """When the read models have caught up; what was held against the server until now is taken off its account."""
        books = await self._caught_up()
        found = [*wrongs(books, self.crowd.acknowledged), *(f"{n} × {what}" for what, n in self.crowd.faults.items())]
        self.crowd.faults.clear()
        return books, found

    async def rebuilt(self) -> list[str]:
        """Tables that are another when they are rebuilt from the first event."""
        before = await self._state()
        await self.server.told("rebuild")
        after = await self._state()
        tables = [table for table, found in before.hashes.items() if after.hashes[table] != found]
        return [f"{table} is another when rebuilt" for table in tables]

    async def end(self) -> list[str]:
        """What is wrong with the way the server ends when it is told to."""
        family = family_of(self.server.pid)
        code = await self.server.stop()
        found = [f"the server ended with {code}"] if code else []
        if left := running(family):
            found.append(f"processes of the stopped server still run: {sorted(left)}")
        return found

    async def _ask_again(self, new: list[Acknowledged]) -> None:
        troubled = [each.wish for each in new if each.attempts > 1]
        smooth = [each.wish for each in new if each.attempts == 1]
        await self.crowd.ask_again([*troubled, *random.sample(smooth, min(ASKED_AGAIN, len(smooth)))])

    async def _caught_up(self) -> Books:
        found: list[Books] = []

        async def caught_up() -> bool:
            found[:] = [await read_books(self.server.databases(), LEDGER)]
            return found[0].projected == len(found[0].events)

        await until(caught_up, "the read models are at the head")
        return found[0]

    async def _state(self) -> State:
        connection = await self.server.databases().connect("gongzhi_owner")
        try:
            return await state(connection, LEDGER)
        finally:
            await connection.close()


@asynccontextmanager
async def besieged() -> AsyncIterator[Siege]:
    """A server over an empty home, with a ledger in which somebody of a town acts."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-crash-") as folder:
        async with served(Path(folder)) as server:
            await server.told("ledger", "open", LEDGER, "--name", "县", "--admin", "admin")
            roles = ("ADMINISTRATOR", "TOWN")
            first, crowd = [Crowd(server.url, LEDGER, await _token(server, role)) for role in roles]
            await server.start()
            await _appoint(first)
            wanted = wish(LEDGER, "townRegister", "town", "town-1", ledger=LEDGER, name="镇")
            await first.fulfil(wanted)
            crowd.acknowledged, crowd.faults = first.acknowledged, first.faults
            yield Siege(server, crowd, wanted.node)


async def _token(server: Served, role: str) -> str:
    return await server.told("token", "--ledger", LEDGER, "--role", role, "--subject", "admin")


async def _appoint(first: Crowd) -> None:
    """The administrator serves in the town too."""
    async with httpx.AsyncClient(base_url=first.url, headers=first.headers, trust_env=False) as http:
        await http.post("/graphql", json={"query": OPENED})
        told = (await http.post("/graphql", json={"query": "{ viewer { person { id } } }"})).json()
        given = {"person": told["data"]["viewer"]["person"]["id"]}
        answer = await http.post("/graphql", json={"query": APPOINT, "variables": given})
        if answer.json()["data"]["grantGive"]["__typename"] != "GrantRecorded":
            raise ServerFailed("grantGive", answer.status_code, answer.text)


class Before(NamedTuple):
    """Which processes there were before the kill."""

    family: frozenset[int]
    projector: int | None


class Kind(NamedTuple):
    words: Words
    strike: Callable[[Served], Awaitable[None]]
    afterwards: Callable[[Served, Before], list[str]]
    """What is wrong with the processes that there are then."""


async def _kill_server(server: Served) -> None:
    await server.kill()
    await server.start()


def _none_left(_: Served, before: Before) -> list[str]:
    left = running(before.family)
    return [f"processes of the killed server still run: {sorted(left)}"] if left else []


def _same_projector(server: Served, before: Before) -> list[str]:
    return [] if server.projector == before.projector else ["the projector did not outlive its database"]


KINDS: Mapping[str, Kind] = {
    "database": Kind(Words("kill -9 of PostgreSQL", "强杀数据库"), Served.kill_postmaster, _same_projector),
    "projector": Kind(Words("kill -9 of the projector", "强杀投影进程"), Served.kill_projector, lambda *_: []),
    "server": Kind(Words("kill -9 of the server", "强杀服务进程"), _kill_server, _none_left),
}


def _silence(times: list[float]) -> float:
    """Old connections may still answer for a moment after a kill, so what counts is when the longest silence ends."""
    gaps = [(after - before, after) for before, after in pairwise(times)]
    return max(gaps)[1] - times[0] if gaps else float("inf")
