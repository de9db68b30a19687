"""`python -m tests.writers.following`: one process that follows the ledger until it is closed, and tells what it was
given."""

import asyncio
import json
from contextlib import aclosing

from tests.recording import LEDGER, event_store
from tests.writers.place import databases_given
from tests.writers.writing import CLOSED

__all__ = ["Told"]

Told = list[tuple[int, str, int]]
"""Position, command id and number in its append, as they came."""


async def follow() -> Told:
    told: Told = []
    async with (
        databases_given() as databases,
        event_store(databases, ledger=None) as store,
        aclosing(store.subscribe(LEDGER)) as events,
    ):
        async for each in events:
            body = json.loads(each.event.data)
            told.append((each.position, body["id"], body["n"]))
            if each.event.type == CLOSED:
                break
    return told


if __name__ == "__main__":
    print(json.dumps(asyncio.run(follow())))  # noqa: T201 - for who started it
