"""Clients that want things done over HTTP, and send the same command again, with its id, until it is acknowledged.

They pause less than `Retry-After` asks, to press where it hurts. Some commands are sent twice at once.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count, zip_longest
from typing import Any, NamedTuple

import httpx

from domain.decisions import new_ref

__all__ = ["Acknowledged", "Crowd", "Told", "Wish", "wish"]

PAUSE = 0.1
PATIENCE = 60.0
MOST_FAULTS = 10
"""Answers that should not be, after which a client gives up what it wanted."""
HANGS = 20.0
DOUBLED = 0.1
"""The part of the commands that are sent twice at once."""
TOGETHER = 8
TYPES = {"divided": "Boolean!", "name": "String!", "fullName": "String!", "since": "Date!", "compounds": "[ID!]"}
ANSWER = "... on {}Recorded {{ node {{ id }} receipts {{ position type }} }} ... on Refused {{ code message }}"


class Fault(Exception):
    """An answer that nobody should get, or none at all."""


class Wish(NamedTuple):
    """A mutation that somebody wants, and the thing that it brings into being."""

    id: str
    node: str
    body: dict[str, Any]


class Told(NamedTuple):
    """An acknowledgement: what stands where."""

    node: str | None
    receipts: tuple[tuple[int, str], ...]


class Acknowledged(NamedTuple):
    """A wish come true: what the client was told, after how many attempts, and when."""

    wish: Wish
    told: Told
    attempts: int
    at: float


def wish(ledger: str, field: str, kind: str, id_: str, /, **arguments: Any) -> Wish:
    given = {"commandId": id_, **arguments}
    declared = ", ".join(f"${name}: {TYPES.get(name, 'ID!')}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    query = f"mutation({declared}) {{ done: {field}({passed}) {{ {ANSWER.format(kind.capitalize())} }} }}"
    return Wish(id_, f"{ledger}:{new_ref(kind, id_)}", {"query": query, "variables": given})


class Crowd:
    """What the clients have in common: where they ask, what they were told, and what should not have happened."""

    def __init__(self, url: str, ledger: str, token: str) -> None:
        self.url, self.ledger, self.headers = url, ledger, {"authorization": f"Bearer {token}"}
        self.acknowledged: dict[str, Acknowledged] = {}
        self.faults: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self._names = count(1)

    @asynccontextmanager
    async def at_work(self, clients: int, town: str) -> AsyncIterator[None]:
        """So many clients, each on a connection of its own; at the end each finishes what it began."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._act(town, over))
            try:
                yield
            finally:
                over.set()

    async def fulfil(self, wanted: Wish) -> None:
        """One wish, by a client of its own."""
        async with self._http() as http:
            await self._fulfil(http, wanted)

    async def ask_again(self, wishes: Sequence[Wish]) -> None:
        """A command acknowledged long ago is answered as at first."""
        async with self._http() as http:
            for some in zip_longest(*[iter(wishes)] * TOGETHER):
                await asyncio.gather(*(self._fulfil(http, each) for each in some if each))

    async def _act(self, town: str, over: asyncio.Event) -> None:
        async with self._http() as http:
            while not over.is_set():
                for wanted in self._lap(town, next(self._names)):
                    await self._fulfil(http, wanted)
                    if over.is_set():
                        return

    def _lap(self, town: str, lap: int) -> Iterator[Wish]:
        """A community, two compounds, a person, whose name is sealed, and a grid: three events at once."""

        def make(field: str, kind: str, n: int = 1, **arguments: Any) -> Wish:
            return wish(self.ledger, field, kind, f"{kind}-{lap}-{n}", **arguments)

        community = make("communityRegister", "community", town=town, name=f"社区{lap}")
        place = community.node
        compounds = [
            make("compoundRegister", "compound", n, community=place, name=f"小区{lap}-{n}", divided=False)
            for n in (1, 2)
        ]
        covered = [each.node for each in compounds]
        yield from (community, *compounds)
        yield make("personRegister", "person", ledger=self.ledger, fullName=f"居民{lap}")
        yield make("gridDelineate", "grid", community=place, name=f"网格{lap}", since="2025-03-01", compounds=covered)

    async def _fulfil(self, http: httpx.AsyncClient, wanted: Wish) -> None:
        times = 2 if random.random() < DOUBLED else 1
        await asyncio.gather(*(self._insist(http, wanted) for _ in range(times)))

    async def _insist(self, http: httpx.AsyncClient, wanted: Wish) -> None:
        deadline, faults = time.monotonic() + PATIENCE, 0
        for attempt in count(1):
            try:
                if told := await self._ask(http, wanted):
                    self._note(Acknowledged(wanted, told, attempt, time.monotonic()))
                    return
            except Fault as fault:
                faults += 1
                self.faults[str(fault)] += 1
            if time.monotonic() > deadline or faults == MOST_FAULTS:
                self.faults["a command was never acknowledged"] += 1
                return
            await asyncio.sleep(random.uniform(0, PAUSE))

    async def _ask(self, http: httpx.AsyncClient, wanted: Wish) -> Told | None:
        try:
            return self._read(await http.post("/graphql", json=wanted.body))
        except httpx.ReadTimeout:
            raise Fault(f"no answer in {HANGS:.0f} s") from None
        except httpx.TransportError as error:
            self.failures[type(error).__name__] += 1
        return None

    def _read(self, answer: httpx.Response) -> Told | None:
        """What was acknowledged; None if it is to be asked for again, and Fault if that was not said properly."""
        said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        done = (said.get("data") or {}).get("done")
        if answer.status_code == httpx.codes.OK and done and "receipts" in done:
            node = done["node"] and done["node"]["id"]
            return Told(node, tuple((each["position"], each["type"]) for each in done["receipts"]))
        retry = [error["extensions"].get("retryAfter") for error in said.get("errors", ())]
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "retry-after" in answer.headers:
            self.failures["503"] += 1
        elif answer.status_code == httpx.codes.OK and retry and all(retry):
            self.failures["told to retry"] += 1
        else:
            raise Fault(f"HTTP {answer.status_code}: {answer.text[:200]}")
        return None

    def _note(self, now: Acknowledged) -> None:
        first = self.acknowledged.setdefault(now.wish.id, now)
        if first.told.receipts != now.told.receipts or not first.told.receipts:
            self.faults[f"{now.wish.id} was told {first.told} and then {now.told}"] += 1
        if now.told.node not in {None, now.wish.node}:
            self.faults[f"{now.wish.id} made {now.told.node}, not {now.wish.node}"] += 1

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers=self.headers, timeout=HANGS, trust_env=False)
