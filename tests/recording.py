"""A real event store to record into: the writers, recorders and ledgers that tests act with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg

from domain.bodies import CHINA
from domain.decisions import Decision
from domain.execution import Actor, Command
from infra.checkpoints import Checkpoint, Origin, verify
from infra.database import Databases
from infra.entries import recorded
from infra.keys import KeyStore, open_keys
from infra.ledgers import open_ledger
from infra.merkle import Frontier, leaf_hash, tree_hash
from infra.recorder import Recorder
from infra.store import Clock, EventStore

KEK = bytes(range(32))
LEDGER = "140423"
SYSTEM = Actor()
NUMBERS = count(1)


def now() -> datetime:
    return datetime.now(UTC)


class Hands:
    """A clock that shows what it was set to."""

    def __init__(self, at: datetime = datetime(2025, 3, 1, 12, tzinfo=CHINA)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


async def keys_of(databases: Databases) -> KeyStore:
    return await open_keys(await databases.keys_pool(), KEK)


@asynccontextmanager
async def event_store(
    databases: Databases, clock: Clock = now, *, ledger: str | None = LEDGER, patience: float = 30
) -> AsyncIterator[EventStore]:
    """With room for a ledger, though nothing is recorded in it yet."""
    pool = await databases.pool("gongzhi_writer")
    async with EventStore(pool, await keys_of(databases), clock, patience=patience) as store:
        if ledger:
            await store.establish(ledger, demo=True)
        yield store


@asynccontextmanager
async def recorder_of(
    databases: Databases, clock: Clock = now, *, ledger: str | None = LEDGER, patience: float = 30
) -> AsyncIterator[Recorder]:
    """With a ledger that was opened, by the subject `admin`."""
    async with event_store(databases, clock, ledger=None, patience=patience) as store:
        recorder = Recorder(store, await keys_of(databases), clock)
        if ledger:
            await open_ledger(recorder, ledger, "襄垣县", "admin", demo=True)
        yield recorder


def command(decision: Decision, *, id: str | None = None, actor: Actor = SYSTEM, **inputs: Any) -> Command:
    """A wish of the system's own, now; its id is new unless given."""
    return Command(id or f"command-{next(NUMBERS)}", decision, inputs, actor, now())


async def check_log(databases: Databases, ledger: str = LEDGER, keys: KeyStore | None = None) -> Checkpoint:
    """The log is whole: no gap, every column as its entry says, tree and head as the entries make them, signed."""
    connection = await databases.connect("gongzhi_writer")
    try:
        rows = await connection.fetch("select * from event where ledger = $1 order by position", ledger)
        head = await connection.fetchrow("select * from head where ledger = $1", ledger)
        tags = await connection.fetch("select tag, type, position from event_tag where ledger = $1", ledger)
        note = await connection.fetchval(
            "select note from checkpoint where ledger = $1 order by position desc limit 1", ledger
        )
    finally:
        await connection.close()
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    assert sorted(map(tuple, tags)) == sorted(
        (tag, row["type"], row["position"]) for row in rows for tag in row["tags"]
    )
    for before, row in zip([None, *rows], rows, strict=False):
        check_row(row)
        assert before is None or before["recorded_at"] <= row["recorded_at"]
    leaves = [leaf_hash(row["entry"]) for row in rows]
    assert head is not None
    assert (head["position"], head["frontier"]) == (len(rows), Frontier().extend(leaves).to_bytes())
    key = await (keys or await keys_of(databases)).signing_key(ledger, Origin.of(ledger))
    checkpoint = verify(note, key.vkey)
    assert checkpoint.root == tree_hash(leaves[: checkpoint.size])
    return checkpoint


def check_row(row: asyncpg.Record) -> None:
    event = recorded(row["entry"])
    assert event.leaf == row["leaf"]
    for column in ("position", "type", "occurred_at", "recorded_at"):
        assert getattr(event, column) == row[column]
    assert list(event.tags) == row["tags"]
