"""`python -m tests.writers.writing NAME SECONDS`: one process that appends on conditions that partly clash.

Each event says in its body on what condition it was appended, so that anybody can see later whether it was kept.
"""

import asyncio
import json
import random
import sys
import time
from itertools import count
from typing import Any, NamedTuple

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem

from infra.entries import canonical
from infra.store import ConditionFailed, EventStore, Issued
from tests.recording import LEDGER, event_store
from tests.writers.place import databases_given

__all__ = ["CLOSED", "Wish"]

CLIENTS = 8
TYPES = ("MoneyPaidIn", "MoneyPaidOut", "InterestPaid")
CLOSED = "BooksClosed"
"""The type of the last event of all."""
TAGS = tuple(f"account:{n}" for n in range(30)) + tuple(f"branch:{n}" for n in range(3))
STALE, SHARED = 0.1, 0.05
"""The part of the appends that are decided on an old position, and that all processes want under one command id."""


class Wish(NamedTuple):
    """An append: so many events, under one command id, unless something matched after a position."""

    id: str
    events: int
    tags: tuple[str, ...]
    types: tuple[str, ...]
    after: int

    def event(self, n: int, type_: str, tags: list[str]) -> DCBEvent:
        return DCBEvent(type_, canonical({**self._asdict(), "n": n}), tags)


def wished(chance: random.Random, id_: str, head: int) -> Wish:
    tags, types = (
        chance.sample(TAGS, chance.choice([0, 1, 1, 1, 1, 1, 1, 2, 2])),
        chance.sample(TYPES, chance.randint(0, 2)),
    )
    after = max(0, head - chance.randint(1, 50)) if chance.random() < STALE else head
    return Wish(id_, chance.choice([1, 1, 1, 2, 5]), tuple(sorted(tags)), tuple(sorted(types)), after)


class Writing:
    """What one process appended, as it was told, and how often somebody was faster."""

    def __init__(self, name: str, store: EventStore) -> None:
        self._store, self._name = store, name
        self._chance, self._numbers = random.Random(name), count(1)
        self.acknowledged: list[tuple[str, int, int]] = []
        self.clashes = 0

    async def go_on(self, until: float) -> None:
        while time.monotonic() < until:
            n = next(self._numbers)
            id_ = f"shared-{n}" if self._chance.random() < SHARED else f"{self._name}-{n}"
            await self._append(wished(self._chance, id_, await self._store.head(LEDGER) or 0))

    async def _append(self, wish: Wish) -> None:
        query = DCBQuery([DCBQueryItem(list(wish.types), list(wish.tags))])
        events = [wish.event(n, self._chance.choice(TYPES), self._tags()) for n in range(wish.events)]
        issued = [Issued(wish.id, bytes(32), "account:0", wish.events)]
        try:
            told = await self._store.append(LEDGER, events, DCBAppendCondition(query, wish.after), issued)
        except ConditionFailed:
            self.clashes += 1
        else:
            self.acknowledged.append((wish.id, told.first, told.last))

    def _tags(self) -> list[str]:
        return self._chance.sample(TAGS, self._chance.randint(1, 3))


async def write(name: str, seconds: float) -> dict[str, Any]:
    async with databases_given() as databases, event_store(databases, ledger=None) as store:
        writing = Writing(name, store)
        await asyncio.gather(*(writing.go_on(time.monotonic() + seconds) for _ in range(CLIENTS)))
    return {"acknowledged": writing.acknowledged, "clashes": writing.clashes}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(write(sys.argv[1], float(sys.argv[2])))))  # noqa: T201 - for who started it
