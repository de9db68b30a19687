"""T6: every projection from event 1, with all row history, against the library's projection runner."""

import time
from functools import partial
from itertools import cycle, islice

import asyncpg
from eventsourcing.dcb.api import DCBEvent

import projections.rooms  # noqa: F401 - all of them are rebuilt
from domain.words import Words
from infra.database import Databases
from infra.entries import body_of
from projections.projector import catch_up
from projections.rebuilding import rebuild
from projections.tables import ensure_tables
from projections.tables import projections as read_models
from tests.bench.history import record_history
from tests.bench.measuring import Comparison, Sizes, at_least, take_turns
from tests.bench.stock import StockRunner
from tests.bench.workload import TYPE
from tests.recording import LEDGER, recorder_of

__all__ = ["measure"]

FASTEST = 5_000
"""Events a second that nobody's runner reaches with a transaction for each: so many are there to be projected."""
REVISIONS = "select entry, tags from event where ledger = $1 and type = $2 order by position"


async def measure(databases: Databases, sizes: Sizes) -> list[Comparison]:
    async with recorder_of(databases) as recorder:
        await record_history(recorder, LEDGER, sizes.events)
    connection = await databases.connect("gongzhi_owner")
    try:
        await ensure_tables(connection)
        position = await catch_up(connection, LEDGER)
        stock = await _stock(databases, connection, sizes)
        contestants = {"ours": lambda: _rebuild(databases, position), "stock": lambda: stock.rate(sizes.seconds)}
        found = await take_turns(sizes.rounds, contestants, settle=lambda: _settle(connection))
    finally:
        await connection.close()
    what = Words(
        f"rebuild of {sizes.events:,} events, all rows and history", f"重建 {sizes.events:,} 个事件，含全部历史"
    )
    runner = Words("the library's runner, the rows of one event type", "库自带投影运行器，仅一类事件的读模型")
    return [
        Comparison("T6", what, "events/s", found["ours"], runner, found["stock"], at_least(100)),
        Comparison("T6", what, "events/s", found["ours"], goal=at_least(15_000)),
    ]


async def _rebuild(databases: Databases, position: int) -> float:
    begun = time.perf_counter()
    await rebuild(partial(databases.connect, "gongzhi_owner"), [each.name for each in read_models()])
    return position / (time.perf_counter() - begun)


async def _stock(databases: Databases, connection: asyncpg.Connection, sizes: Sizes) -> StockRunner:
    """With enough events for all rounds, over and over the same revisions."""
    rows = await connection.fetch(REVISIONS, LEDGER, TYPE)
    events = [DCBEvent(TYPE, body_of(row["entry"]), row["tags"]) for row in rows]
    stock = StockRunner(databases.main)
    stock.store(list(islice(cycle(events), int(sizes.rounds * sizes.seconds * FASTEST) + 1000)))
    return stock


async def _settle(connection: asyncpg.Connection) -> None:
    """What the last rebuild replaced is cleared away first, as it is by itself when there is more time between."""
    await connection.execute("vacuum analyze")
