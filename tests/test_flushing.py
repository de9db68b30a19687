"""Flushing: one event or a thousand at a time, the rows are the same, and who comes second writes nothing."""

import random
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from infra.database import Databases
from projections.batches import Batches
from projections.flushing import Overtaken, flush
from projections.leases import take
from projections.projector import catch_up
from projections.reading import read
from tests.histories import LEDGER, Chronicle, county, dump, writer_of

HOLDER = "here"


def cuts(total: int, seed: int) -> Iterator[int]:
    chance = random.Random(seed)
    while total > 0:
        size = min(total, chance.choice((1, 1, 2, 3, 5, 8, 13)))
        yield size
        total -= size


async def project(connection: asyncpg.Connection, ledger: str, sizes: Iterator[int], capacity: int = 100) -> None:
    """Batches of these sizes, now and then by somebody who remembers nothing."""
    lease = await take(connection, ledger, HOLDER)
    batches, position = Batches(connection, ledger, blank=True, capacity=capacity), 0
    for size in sizes:
        stored = await read(connection, ledger, position, size)
        batch, stopped = await batches.make(stored, position)
        assert stopped is None
        await flush(connection, ledger, batch, lease)
        batches.written(batch)
        position = batch.position
        if position % 3 == 0 and capacity > 1:
            batches = Batches(connection, ledger, blank=False)


async def test_rows_do_not_depend_on_how_the_history_is_cut_into_batches(databases: Databases) -> None:
    connection = await writer_of(databases)
    events = list(county())
    whole = Chronicle("whole")
    await whole.record(connection, *events)
    await catch_up(connection, "whole")
    expected = await dump(connection, "whole")
    assert all(expected[table] for table in ("compound", "compound_history", "figure_history", "counted", "log"))
    for seed in range(5):
        ledger = f"cut-{seed}"
        await Chronicle(ledger).record(connection, *events)
        await project(connection, ledger, cuts(len(events), seed))
        assert await dump(connection, ledger) == expected, ledger
    await connection.close()


async def test_rows_do_not_depend_on_how_many_are_kept_at_hand(databases: Databases) -> None:
    connection = await writer_of(databases)
    events = list(county())
    for ledger, capacity in (("all", 100), ("hardly any", 1), ("none", 0)):
        await Chronicle(ledger).record(connection, *events)
        await project(connection, ledger, cuts(len(events), 4), capacity)
    everything = await dump(connection, "all")
    assert await dump(connection, "hardly any") == everything
    assert await dump(connection, "none") == everything
    await connection.close()


@pytest.mark.parametrize("lost", ["position", "holder", "epoch"])
async def test_who_comes_second_writes_nothing(databases: Databases, lost: str) -> None:
    connection = await writer_of(databases)
    await Chronicle().record(connection, *county())
    lease = await take(connection, LEDGER, HOLDER)
    batch, _ = await Batches(connection, LEDGER, blank=True).make(await read(connection, LEDGER, 0, 10), 0)
    other = {"position": 10, "holder": "somebody else", "epoch": uuid4()}
    await connection.execute(f"update projector set {lost} = $1", other[lost])
    before = await dump(connection)
    with pytest.raises(Overtaken):
        await flush(connection, LEDGER, batch, lease)
    assert await dump(connection) == before
    await connection.close()


async def test_the_body_in_the_log_is_the_one_that_was_stored(databases: Databases) -> None:
    connection = await writer_of(databases)
    chronicle = Chronicle()
    await chronicle.record(connection, *county())
    await project(connection, LEDGER, cuts(len(chronicle.known), 1))
    whole = "select entry, body::text from event join log using (ledger, position) where personal is null"
    rows = await connection.fetch(whole)
    assert rows
    assert all(f'"body":{row["body"]},'.encode() in row["entry"] for row in rows)
    await connection.close()
