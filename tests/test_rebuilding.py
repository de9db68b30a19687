"""Rebuilding: beside what is read, from event 1, the very same rows; then exchanged in an instant."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import projections.rooms  # noqa: F401
from domain import grants
from domain.events import Ref
from infra.database import Databases
from infra.ledgers import drop_demo
from projections.exchanging import STEADY
from projections.folding import Stopped
from projections.hashing import state
from projections.projector import Projector, catch_up
from projections.rebuilding import Connect, RebuildRunning, rebuild
from projections.tables import NEXT, PAST, existing
from projections.tables import projections as read_models
from tests.histories import DAY, LEDGER, Chronicle, county, dump, opened

PROJECT = Path(__file__).parents[1]
ALL = [each.name for each in read_models()]


async def left(connection: asyncpg.Connection) -> set[str]:
    return {table for schema in (NEXT, PAST) for table in await existing(connection, schema)}


async def test_rebuilt_read_models_have_the_very_same_rows_br_86(writer: asyncpg.Connection, connect: Connect) -> None:
    chronicle, events, steps = Chronicle(), list(county()), list[tuple[str, int, int]]()
    one = Projector(writer, LEDGER, batch=4)
    for at in range(0, len(events), 7):
        await chronicle.record(writer, *events[at : at + 7])
        await one.catch_up()
    rows, before = await dump(writer), await state(writer, LEDGER)
    assert await rebuild(connect, ALL, lambda *step: steps.append(step)) == tuple(ALL)
    assert (await dump(writer), await state(writer, LEDGER)) == (rows, before)
    assert steps == [(LEDGER, len(events), len(events))]
    assert await left(writer) == set()


@pytest.mark.parametrize("name", [*ALL[:3], "figure", "counted", "log"])
async def test_one_read_model_is_rebuilt_alone(writer: asyncpg.Connection, connect: Connect, name: str) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    rows = await dump(writer)
    tables = next(each.tables for each in read_models() if each.name == name)
    before = await _oids(writer)
    await writer.execute(f'delete from "{tables[0]}"')
    assert await rebuild(connect, [name]) == (name,)
    assert await dump(writer) == rows
    after = await _oids(writer)
    assert {table for table, oid in after.items() if oid != before[table]} == set(tables)


async def _oids(connection: asyncpg.Connection) -> dict[str, int]:
    found = "select relname, oid from pg_class where relkind = 'r' and relnamespace = 'gongzhi'::regnamespace"
    return dict(map(tuple, await connection.fetch(found)))


async def test_all_ledgers_are_rebuilt(writer: asyncpg.Connection, connect: Connect) -> None:
    expected = {}
    for ledger in ("140423", "140430"):
        await Chronicle(ledger).record(writer, *county())
        await catch_up(writer, ledger)
        expected[ledger] = await dump(writer, ledger)
    await rebuild(connect, ALL)
    assert {ledger: await dump(writer, ledger) for ledger in expected} == expected


async def test_a_rebuild_goes_as_far_as_what_is_read(writer: asyncpg.Connection, connect: Connect) -> None:
    chronicle, events, one = Chronicle(), list(county()), Projector(writer, LEDGER)
    await chronicle.record(writer, *events[:20])
    await one.catch_up()
    rows = await dump(writer)
    await chronicle.record(writer, *events[20:])
    await rebuild(connect, ALL)
    assert await dump(writer) == rows
    assert await one.catch_up() == len(events)
    rows = await dump(writer)
    await rebuild(connect, ALL)
    assert await dump(writer) == rows


async def test_a_rebuild_that_cannot_finish_leaves_all_as_it_was(writer: asyncpg.Connection, connect: Connect) -> None:
    ended = grants.GrantEnded(Ref("grant:never-given"), Ref("person:li"), None, DAY)
    await Chronicle().record(writer, opened(), ended)
    with pytest.raises(Stopped):
        await catch_up(writer, LEDGER)
    await writer.execute("update projector set position = 2")
    before = await dump(writer)
    with pytest.raises(Stopped):
        await rebuild(connect, ALL)
    assert await dump(writer) == before
    assert await left(writer) != set()


async def test_one_rebuild_at_a_time_and_what_a_dead_one_left_is_cleared(
    writer: asyncpg.Connection, connect: Connect
) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    rows, begun = await dump(writer), asyncio.Event()
    first = asyncio.create_task(rebuild(connect, ALL, lambda *_: begun.set(), batch=1))
    await begun.wait()
    assert await left(writer)
    with pytest.raises(RebuildRunning):
        await rebuild(connect, ["town"])
    waiting = asyncio.create_task(rebuild(connect, ALL, wait=True))
    first.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await first
    assert await waiting == tuple(ALL)
    assert await dump(writer) == rows
    assert await left(writer) == set()


async def test_a_ledger_dropped_and_opened_anew_meanwhile_is_rebuilt_from_its_beginning(
    databases: Databases, writer: asyncpg.Connection, connect: Connect
) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    begun = asyncio.Event()
    going = asyncio.create_task(rebuild(connect, ALL, lambda *_: begun.set(), batch=1))
    await begun.wait()
    await drop_demo(databases, LEDGER)
    await Chronicle().record(writer, *list(county())[:5])
    await catch_up(writer, LEDGER)
    rows = await dump(writer)
    await going
    assert await dump(writer) == rows


async def test_the_live_projector_goes_on_during_a_rebuild(
    databases: Databases, writer: asyncpg.Connection, connect: Connect
) -> None:
    chronicle, events, one = Chronicle(), list(county()), Projector(writer, LEDGER, batch=3)
    recorder = await databases.connect("gongzhi_writer")
    await chronicle.record(recorder, *events[:20])
    await one.catch_up()
    going = asyncio.create_task(rebuild(connect, ALL, batch=2))
    for at in range(20, len(events), 4):
        await chronicle.record(recorder, *events[at : at + 4])
        assert await one.catch_up() == len(chronicle.known)
    await going
    assert await one.catch_up() == len(events)
    rows = await dump(writer)
    await rebuild(connect, ALL)
    assert await dump(writer) == rows
    await recorder.close()


FOUND = """
select (select position from projector), (select count(*) from log), (select count(*) from log_tag),
    (select count(*) from town), (select count(*) from compound), (select count(*) from compound_history),
    (select sum(value) from figure), (select string_agg(name, ',' order by id) from compound)
"""


async def test_readers_find_the_old_rows_or_the_new_ones_and_never_an_error(
    databases: Databases, writer: asyncpg.Connection, connect: Connect
) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    new = await writer.fetchrow(FOUND)
    await writer.execute("update compound set name = 'old'")
    await writer.execute("delete from town")
    await writer.execute("delete from log_tag where position > 10")
    old, seen, stop = await writer.fetchrow(FOUND), asyncio.Queue[Any](), asyncio.Event()
    readers = [asyncio.create_task(reads(databases, stop, seen)) for reads in (_reads, _reads, _reads_in_a_snapshot)]
    assert {await seen.get() for _ in range(20)} == {old}
    await rebuild(connect, ALL)
    assert {await seen.get() for _ in range(seen.qsize() + 3)} == {old, new}
    assert {await seen.get() for _ in range(20)} == {new}
    stop.set()
    await asyncio.gather(*readers)


async def _reads(databases: Databases, stop: asyncio.Event, seen: asyncio.Queue[Any]) -> None:
    """Over and over by the same prepared statement."""
    connection = await databases.connect("gongzhi_staff")
    while not stop.is_set():
        seen.put_nowait(await connection.fetchrow(FOUND))
    await connection.close()


async def _reads_in_a_snapshot(databases: Databases, stop: asyncio.Event, seen: asyncio.Queue[Any]) -> None:
    """Twice in one snapshot, of which the first touches no read model."""
    connection = await databases.connect("gongzhi_staff")
    while not stop.is_set():
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(STEADY)
            await connection.fetchval("select max(position) from projector")
            await asyncio.sleep(0.01)
            seen.put_nowait(await connection.fetchrow(FOUND))
    await connection.close()


async def test_a_long_read_delays_the_exchange_and_not_other_readers(
    databases: Databases, writer: asyncpg.Connection, connect: Connect
) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    slow, quick = await databases.connect("gongzhi_public"), await databases.connect("gongzhi_public")
    before, longest = await _oids(writer), 0.0
    async with slow.transaction(isolation="repeatable_read"):
        await slow.execute(STEADY)
        await slow.fetch("select position from projector")
        going = asyncio.create_task(rebuild(connect, ["compound"]))
        loop = asyncio.get_running_loop()
        for _ in range(40):
            begun = loop.time()
            await quick.fetch("select * from compound")
            longest = max(longest, loop.time() - begun)
            await asyncio.sleep(0.02)
        assert await _oids(writer) == before
        assert await slow.fetchval("select count(*) from compound") == 2
    await going
    assert await _oids(writer) != before
    assert longest < 2.5
    for each in (slow, quick):
        await each.close()


BUILD = """
import asyncio, signal, sys
import projections.rooms
from infra.address import Address
from infra.database import Databases
from functools import partial
from projections.rebuilding import rebuild
from projections.tables import projections

def tell(*step):
    print(*step, flush=True)
    signal.pause()

databases = Databases(Address(sys.argv[1]), Address(sys.argv[1]), "")
connect = partial(databases.connect, "gongzhi_owner")
asyncio.run(rebuild(connect, [each.name for each in projections()], tell, batch=5))
"""


async def test_a_rebuild_killed_in_the_middle_changed_nothing_and_the_next_starts_over(
    databases: Databases, writer: asyncpg.Connection, connect: Connect
) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    rows = await dump(writer)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BUILD, databases.main.dsn), cwd=PROJECT, stdout=PIPE
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).split()[:2] == [LEDGER.encode(), b"5"]
    with pytest.raises(RebuildRunning):
        await rebuild(connect, ALL)
    process.kill()
    await process.wait()
    assert await dump(writer) == rows
    assert await left(writer)
    assert await rebuild(connect, ALL, wait=True) == tuple(ALL)
    assert await dump(writer) == rows
    assert await left(writer) == set()


async def image(connection: asyncpg.Connection) -> dict[str, str]:
    """The bytes of every table, as COPY writes them, in the order of its primary key."""
    tables: dict[str, str] = {}
    for table in (table for each in read_models() for table in each.tables):
        key = await connection.fetchval(KEY, f'"{table}"')
        out = BytesIO()
        await connection.copy_from_query(f'select * from "{table}" order by {key}', output=out, format="binary")
        tables[table] = sha256(out.getvalue()).hexdigest()
    return tables


KEY = """
select string_agg(quote_ident(a.attname), ', ' order by k.at) from pg_index i
join lateral unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality k (attnum, at) on true
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
where i.indisprimary and i.indrelid = $1::regclass
"""


@pytest.fixture
async def told(databases: Databases, writer: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """A county that was projected as it was recorded, a few events at a time."""
    chronicle, events, one = Chronicle(), list(county()), Projector(writer, LEDGER, batch=3)
    for at in range(0, len(events), 5):
        await chronicle.record(writer, *events[at : at + 5])
        await one.catch_up()
    owner = await databases.connect("gongzhi_owner")
    yield owner
    await owner.close()


@given(
    batch=st.sampled_from((1, 2, 3, 7, 50, 1000)),
    kept=st.sampled_from((0, 1, 10, 10_000)),
    names=st.just(ALL) | st.lists(st.sampled_from(ALL), min_size=1, unique=True),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_tables_are_the_same_to_the_byte_however_they_were_made_br_86(
    told: asyncpg.Connection, connect: Connect, batch: int, kept: int, names: list[str]
) -> None:
    """Live in small steps, rebuilt in batches of any size, in memory or not, all of them or some."""
    before, hashes = await image(told), await state(told, LEDGER)
    await rebuild(connect, names, batch=batch, kept=kept)
    assert await image(told) == before
    assert await state(told, LEDGER) == hashes
