"""The projector: brings rows up to what was recorded, tells who waits, and stops at what it cannot take."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from domain import grants, places
from domain.events import Event, Ref
from infra.database import Databases
from infra.ledgers import drop_demo
from projections import flushing, projector
from projections.folding import Stopped
from projections.hashing import state
from projections.projector import Projector, catch_up, listen
from projections.rebuilding import rebuild, rebuild_all
from tests.histories import BEGAN, DAY, INSERT, LEDGER, Chronicle, county, dump, entry, opened, writer_of

UNKNOWN = Ref[Any]("grant:never-given")


@pytest.fixture
async def writer(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    connection = await writer_of(databases)
    yield connection
    connection.terminate()


def towns(*names: str) -> list[Event]:
    return [places.TownRegistered(Ref(f"town:{name}"), name) for name in names]


async def test_rows_are_brought_up_to_what_was_recorded(writer: asyncpg.Connection) -> None:
    position = await Chronicle().record(writer, *county())
    assert await catch_up(writer, LEDGER) == position
    assert await writer.fetchval("select position from projector") == position
    row = await writer.fetchrow(
        "select name, problems, divided, party_organisation from compound where id = 'compound:1'"
    )
    assert row is not None
    assert tuple(row) == ("外贸小区", ["MIXED_POPULATION"], True, "party_organisation:branch")


async def test_a_ledger_that_does_not_exist_is_at_nought(writer: asyncpg.Connection) -> None:
    assert await catch_up(writer, "000000") == 0
    assert await writer.fetch("select * from projector") == []


async def test_what_is_recorded_later_is_taken_up_from_where_it_stands(writer: asyncpg.Connection) -> None:
    chronicle, one = Chronicle(), Projector(writer, LEDGER, batch=2)
    await chronicle.record(writer, opened(), *towns("a", "b", "c"))
    assert await one.catch_up() == 4
    await chronicle.record(writer, *towns("d"))
    assert await one.catch_up() == 5
    assert await writer.fetchval("select count(*) from town") == 4


async def test_one_ledger_is_none_of_anothers_business(writer: asyncpg.Connection) -> None:
    await Chronicle("140423").record(writer, opened("140423"), *towns("a"))
    await Chronicle("140430").record(writer, opened("140430"), *towns("a", "b"))
    assert (await catch_up(writer, "140423"), await catch_up(writer, "140430")) == (2, 3)
    counts = await writer.fetch("select ledger, count(*) from town group by ledger order by ledger")
    assert list(map(tuple, counts)) == [("140423", 1), ("140430", 2)]


async def test_of_two_projectors_one_writes_and_the_other_follows(
    databases: Databases, writer: asyncpg.Connection
) -> None:
    chronicle, other = Chronicle(), await databases.connect("gongzhi_writer")
    first, second = Projector(writer, LEDGER, batch=3), Projector(other, LEDGER, batch=3)
    await chronicle.record(writer, opened(), *towns("a"))
    assert (await first.catch_up(), await second.catch_up()) == (2, 2)
    await chronicle.record(writer, *(event for event in county() if not isinstance(event, type(opened()))))
    reached = await asyncio.gather(first.catch_up(), second.catch_up())
    assert set(reached) == {len(chronicle.known)}
    rows = await dump(writer)
    await rebuild(writer, LEDGER)
    assert await dump(writer) == rows
    await other.close()


async def test_who_waits_is_told_the_ledger_and_its_position(databases: Databases, writer: asyncpg.Connection) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    hearer = await databases.connect("gongzhi_public")
    await hearer.add_listener("projected", lambda _c, _pid, _channel, payload: told.put_nowait(str(payload)))
    await Chronicle().record(writer, opened(), *towns("a"))
    await catch_up(writer, LEDGER)
    assert await asyncio.wait_for(told.get(), 5) == f"{LEDGER} 2"
    hearer.terminate()


async def test_a_hint_wakes_the_projector(
    databases: Databases, writer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "POLL", 3600)
    told, wake = asyncio.Event(), asyncio.Event()
    hearer = await databases.connect("gongzhi_writer")
    await hearer.add_listener("projected", lambda *_: told.set())
    await listen(hearer, wake)
    task = asyncio.create_task(Projector(writer, LEDGER).run(wake))
    await Chronicle().record(hearer, opened())
    await hearer.execute("notify recorded")
    await asyncio.wait_for(told.wait(), 5)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert await hearer.fetchval("select position from projector") == 1
    hearer.terminate()


async def test_without_a_hint_it_looks_by_itself(
    databases: Databases, writer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "POLL", 0.01)
    told = asyncio.Event()
    hearer = await databases.connect("gongzhi_writer")
    await hearer.add_listener("projected", lambda *_: told.set())
    task = asyncio.create_task(Projector(writer, LEDGER).run(asyncio.Event()))
    await Chronicle().record(hearer, opened())
    await asyncio.wait_for(told.wait(), 5)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    hearer.terminate()


async def failing(writer: asyncpg.Connection) -> Chronicle:
    """The fourth event ends a grant that nobody gave: its row is missing."""
    chronicle = Chronicle()
    await chronicle.record(
        writer, opened(), *towns("a", "b"), grants.GrantEnded(UNKNOWN, Ref("person:li"), None, DAY), *towns("c")
    )
    return chronicle


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
async def test_a_projection_that_raises_stops_the_ledger_right_there(writer: asyncpg.Connection, batch: int) -> None:
    await failing(writer)
    one = Projector(writer, LEDGER, batch=batch)
    for _ in range(2):
        with pytest.raises(
            Stopped, match=r"position 4, GrantEnded, projection Grant: RowMissing: Grant grant:never-given"
        ):
            await one.catch_up()
    row = await writer.fetchrow("select position, failure, failed_at from projector")
    assert row is not None
    assert (row["position"], row["failed_at"] is not None) == (3, True)
    assert json.loads(row["failure"]) == {
        "position": 4,
        "type": "GrantEnded",
        "projection": "Grant",
        "error": "RowMissing: Grant grant:never-given",
    }
    assert await writer.fetchval("select array_agg(name order by name) from town") == ["a", "b"]
    assert await writer.fetchval("select max(position) from log") == 3


async def test_a_repaired_ledger_goes_on_and_the_failure_is_cleared(writer: asyncpg.Connection) -> None:
    await failing(writer)
    with pytest.raises(Stopped):
        await catch_up(writer, LEDGER)
    given = "insert into \"grant\" values ($1, $2, 'person:li', 'COUNTY', null, $3, null, 1, 1)"
    await writer.execute(given, LEDGER, UNKNOWN, DAY)
    assert await catch_up(writer, LEDGER) == 5
    assert await writer.fetchval("select (failure, failed_at) is null from projector")


@pytest.mark.parametrize("large", [0, 1000])
@pytest.mark.parametrize("batch", [1, 2, 5, 100])
async def test_rows_that_the_database_refuses_stop_the_ledger_at_their_event(
    databases: Databases, writer: asyncpg.Connection, batch: int, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "LARGE", large)
    owner = await databases.connect("gongzhi_owner")
    await owner.execute("alter table town add constraint no_d check (name <> 'd')")
    await Chronicle().record(writer, opened(), *towns("a", "b", "c", "d", "e", "f"))
    one = Projector(writer, LEDGER, batch=batch)
    for _ in range(2):
        with pytest.raises(Stopped, match="position 5, TownRegistered, projection town: CheckViolationError"):
            await one.catch_up()
        told = await writer.fetchrow("select position, failure from projector")
        assert told is not None
        assert (told["position"], json.loads(told["failure"])["projection"]) == (4, "town")
    await owner.execute("alter table town drop constraint no_d")
    assert await one.catch_up() == 7
    assert await writer.fetchval("select (failure, failed_at) is null from projector")
    assert await writer.fetchval("select array_agg(name order by name) from town") == list("abcdef")
    await owner.close()


async def test_a_ledger_opened_anew_is_projected_from_its_beginning(
    databases: Databases, writer: asyncpg.Connection
) -> None:
    one = Projector(writer, LEDGER)
    await Chronicle().record(writer, opened(), *towns("a", "b", "c"))
    assert await one.catch_up() == 4
    await drop_demo(databases, LEDGER)
    assert await one.catch_up() == 0
    await Chronicle().record(writer, opened(), *towns("d"))
    assert await one.catch_up() == 2
    assert await writer.fetchval("select array_agg(name) from town") == ["d"]


async def insert(writer: asyncpg.Connection, position: int, told: bytes, kind: str = "TownRegistered") -> None:
    await writer.execute(INSERT, LEDGER, position, kind, [], BEGAN, BEGAN, told, b"")


async def test_an_event_of_a_newer_release_stops_the_ledger(writer: asyncpg.Connection) -> None:
    await Chronicle().record(writer, opened(), *towns("a"))
    await insert(writer, 3, entry(LEDGER, 3, "TownTwinned", {"town": "town:a"}), "TownTwinned")
    with pytest.raises(Stopped, match="position 3, TownTwinned, projection log: EventUnknown"):
        await catch_up(writer, LEDGER)
    assert await writer.fetchval("select position from projector") == 2


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{}",
        entry(LEDGER, 4, "TownRegistered", {"town": "town:b", "name": "b"}),
        entry("140430", 3, "TownRegistered", {"town": "town:b", "name": "b"}),
    ],
    ids=["no JSON", "no entry", "another position", "another ledger"],
)
async def test_an_entry_that_is_not_what_its_place_calls_for_stops_the_ledger(
    writer: asyncpg.Connection, told: bytes
) -> None:
    await Chronicle().record(writer, opened(), *towns("a"))
    await insert(writer, 3, told)
    with pytest.raises(Stopped, match="position 3, TownRegistered, projection log"):
        await catch_up(writer, LEDGER)
    assert await writer.fetchval("select position from projector") == 2


async def test_a_rebuilt_ledger_has_the_very_same_rows(writer: asyncpg.Connection) -> None:
    chronicle, events, steps = Chronicle(), list(county()), list[tuple[str, int, int]]()
    one = Projector(writer, LEDGER, batch=4)
    for at in range(0, len(events), 7):
        await chronicle.record(writer, *events[at : at + 7])
        await one.catch_up()
    rows, before = await dump(writer), await state(writer, LEDGER)
    assert await rebuild(writer, LEDGER, lambda *step: steps.append(step)) == len(events)
    assert (await dump(writer), await state(writer, LEDGER)) == (rows, before)
    assert steps == [(LEDGER, 0, len(events)), (LEDGER, len(events), len(events))]


async def test_readers_see_the_old_rows_until_the_new_ones_are_there(
    databases: Databases, writer: asyncpg.Connection
) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    reader = await databases.connect("gongzhi_public")
    counted = "select count(*) from compound"
    async with writer.transaction():
        await rebuild(writer, LEDGER)
        await writer.execute("delete from compound where id = 'compound:1'")
        assert await reader.fetchval(counted) == 2
    assert await reader.fetchval(counted) == 1
    await reader.close()


async def test_a_rebuild_that_cannot_finish_leaves_all_as_it_was(writer: asyncpg.Connection) -> None:
    await failing(writer)
    with pytest.raises(Stopped):
        await catch_up(writer, LEDGER)
    before = await dump(writer)
    with pytest.raises(Stopped):
        await rebuild(writer, LEDGER)
    assert await dump(writer) == before
    assert await writer.fetchval("select position from projector") == 3


async def test_a_projector_at_work_goes_on_after_a_rebuild(writer: asyncpg.Connection) -> None:
    chronicle, one = Chronicle(), Projector(writer, LEDGER)
    events = list(county())
    await chronicle.record(writer, *events[:20])
    await one.catch_up()
    await chronicle.record(writer, *events[20:40])
    assert await rebuild(writer, LEDGER) == 40
    await chronicle.record(writer, *events[40:])
    assert await one.catch_up() == len(events)
    rows = await dump(writer)
    await rebuild(writer, LEDGER)
    assert await dump(writer) == rows


async def test_all_ledgers_are_rebuilt_into_new_tables(databases: Databases, writer: asyncpg.Connection) -> None:
    expected = {}
    for ledger in ("140423", "140430"):
        await Chronicle(ledger).record(writer, *county())
        await catch_up(writer, ledger)
        expected[ledger] = await dump(writer, ledger)
    owner = await databases.connect("gongzhi_owner")
    await rebuild_all(owner)
    assert {ledger: await dump(writer, ledger) for ledger in expected} == expected
    await owner.close()


async def test_the_state_hash_leaves_personal_fields_out_and_nothing_else(writer: asyncpg.Connection) -> None:
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    before = await state(writer, LEDGER)
    await writer.execute("update person set full_name = 'erased', phone = null")
    await writer.execute("update log set personal = null")
    assert await state(writer, LEDGER) == before
    await writer.execute("update compound set name = 'x' where id = 'compound:1'")
    changed = await state(writer, LEDGER)
    assert {table for table, digest in changed.hashes.items() if digest != before.hashes[table]} == {"compound"}
