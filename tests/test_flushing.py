"""Flushing: one statement or COPY, one event or a thousand at a time, the rows are the same."""

import random
from collections.abc import Iterator

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from infra.database import Databases
from projections.batches import Batches
from projections.flushing import Overtaken, flush, flush_by_copy, flush_by_statement
from projections.projector import catch_up
from projections.reading import read
from tests.histories import LEDGER, Chronicle, county, dump, writer_of

FLUSHES = {"statement": flush_by_statement, "copy": flush_by_copy, "either": flush}
BEGIN = "insert into projector (ledger, position) values ($1, 0)"


def cuts(total: int, seed: int) -> Iterator[int]:
    chance = random.Random(seed)
    while total > 0:
        size = min(total, chance.choice((1, 1, 2, 3, 5, 8, 13)))
        yield size
        total -= size


async def project(
    connection: asyncpg.Connection, ledger: str, sizes: Iterator[int], how: str, capacity: int = 100
) -> None:
    """Batches of these sizes, each written this way, now and then by somebody who remembers nothing."""
    await connection.execute(BEGIN, ledger)
    batches, position = Batches(connection, ledger, blank=True, capacity=capacity), 0
    for size in sizes:
        stored = await read(connection, ledger, position, size)
        batch, stopped = await batches.make(stored, position)
        assert stopped is None
        await FLUSHES[how](connection, ledger, batch)
        batches.written(batch)
        position = batch.position
        if position % 3 == 0 and capacity > 1:
            batches = Batches(connection, ledger, blank=False)


async def test_rows_do_not_depend_on_how_the_history_is_cut_into_batches_or_written(databases: Databases) -> None:
    connection = await writer_of(databases)
    events = list(county())
    whole = Chronicle("whole")
    await whole.record(connection, *events)
    await catch_up(connection, "whole")
    expected = await dump(connection, "whole")
    assert all(expected[table] for table in ("compound", "compound_history", "figure_history", "counted", "log"))
    ways = [(how, seed) for how in FLUSHES for seed in range(3)]
    for how, seed in ways:
        ledger = f"{how}-{seed}"
        await Chronicle(ledger).record(connection, *events)
        await project(connection, ledger, cuts(len(events), seed), how)
        assert await dump(connection, ledger) == expected, ledger
    await connection.close()


async def test_rows_do_not_depend_on_how_many_are_kept_at_hand(databases: Databases) -> None:
    connection = await writer_of(databases)
    events = list(county())
    for ledger, capacity in (("all", 100), ("hardly any", 1), ("none", 0)):
        await Chronicle(ledger).record(connection, *events)
        await project(connection, ledger, cuts(len(events), 4), "either", capacity)
    everything = await dump(connection, "all")
    assert await dump(connection, "hardly any") == everything
    assert await dump(connection, "none") == everything
    await connection.close()


@pytest.mark.parametrize("how", FLUSHES)
async def test_who_comes_second_writes_nothing(databases: Databases, how: str) -> None:
    connection = await writer_of(databases)
    await Chronicle().record(connection, *county())
    batches = Batches(connection, LEDGER, blank=True)
    batch, _ = await batches.make(await read(connection, LEDGER, 0, 10), 0)
    await catch_up(connection, LEDGER)
    before = await dump(connection)
    with pytest.raises(Overtaken):
        await FLUSHES[how](connection, LEDGER, batch)
    assert await dump(connection) == before
    await connection.close()


async def test_the_body_in_the_log_is_the_one_that_was_stored(databases: Databases) -> None:
    connection = await writer_of(databases)
    chronicle = Chronicle()
    await chronicle.record(connection, *county())
    await project(connection, LEDGER, cuts(len(chronicle.known), 1), "statement")
    whole = "select entry, body::text from event join log using (ledger, position) where personal is null"
    rows = await connection.fetch(whole)
    assert rows
    assert all(f'"body":{row["body"]},'.encode() in row["entry"] for row in rows)
    await connection.close()
