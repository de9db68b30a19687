"""The projector: brings rows up to what was recorded, tells who waits, and stops at what it cannot take."""

import asyncio
import contextlib
import json
from typing import Any

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from domain import grants
from domain.events import Ref
from infra.database import Databases
from infra.ledgers import drop_demo
from projections import projector
from projections.folding import Stopped
from projections.hashing import state
from projections.leases import Held
from projections.projector import Hints, Projector, catch_up, listen
from projections.tables import Outdated
from tests.histories import BEGAN, DAY, INSERT, LEDGER, Chronicle, county, entry, opened, towns

UNKNOWN = Ref[Any]("grant:never-given")


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


async def test_of_two_projectors_one_is_at_work_and_the_other_waits(
    databases: Databases, writer: asyncpg.Connection
) -> None:
    chronicle, other = Chronicle(), await databases.connect("gongzhi_writer")
    await chronicle.record(writer, *county())
    first, second = Projector(writer, LEDGER, batch=3), Projector(other, LEDGER, batch=3)
    assert await first.catch_up() == len(chronicle.known)
    with pytest.raises(Held, match=first.holder):
        await second.catch_up()
    assert await catch_up(other, LEDGER) == len(chronicle.known)
    await first.release()
    await chronicle.record(writer, *towns("a"))
    assert await second.catch_up() == len(chronicle.known)
    with pytest.raises(Held):
        await first.catch_up()
    await other.close()


async def test_of_many_at_once_all_see_the_end(databases: Databases, writer: asyncpg.Connection) -> None:
    position = await Chronicle().record(writer, *county())
    others = [await databases.connect("gongzhi_writer") for _ in range(3)]
    assert await asyncio.gather(*(catch_up(other, LEDGER) for other in others)) == [position] * 3
    for other in others:
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
    told, hints = asyncio.Event(), Hints()
    hearer = await databases.connect("gongzhi_writer")
    await hearer.add_listener("projected", lambda *_: told.set())
    await listen(hearer, hints)
    task = asyncio.create_task(Projector(writer, LEDGER).run(hints))
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
    task = asyncio.create_task(Projector(writer, LEDGER).run(Hints()))
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
        "error": "RowMissing",
        "message": "Grant grant:never-given",
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


async def test_a_flush_that_takes_long_for_a_lease_makes_the_next_ones_smaller(
    databases: Databases, writer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    hearer = await databases.connect("gongzhi_public")
    await hearer.add_listener("projected", lambda _c, _pid, _channel, payload: told.put_nowait(str(payload)))
    chronicle, one = Chronicle(), Projector(writer, LEDGER, batch=8)
    await chronicle.record(writer, opened(), *towns(*map(str, range(16))))
    with monkeypatch.context() as slow:
        slow.setattr(projector, "SLOW", 0.0)
        await one.catch_up()
    assert [await told.get() for _ in range(6)] == [f"{LEDGER} {at}" for at in (8, 12, 14, 15, 16, 17)]
    await chronicle.record(writer, *towns(*map(str, range(16, 29))))
    await one.release()
    await one.catch_up()
    assert [await told.get() for _ in range(4)] == [f"{LEDGER} {at}" for at in (18, 20, 24, 30)]
    hearer.terminate()


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
async def test_rows_that_the_database_refuses_stop_the_ledger_at_their_event(
    databases: Databases, writer: asyncpg.Connection, batch: int
) -> None:
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


async def test_tables_of_another_release_are_left_alone(databases: Databases, writer: asyncpg.Connection) -> None:
    owner = await databases.connect("gongzhi_owner")
    await Chronicle().record(writer, opened(), *towns("a"))
    await owner.execute("update projection set fingerprint = 'newer' where name = 'town'")
    with pytest.raises(Outdated, match="town"):
        await catch_up(writer, LEDGER)
    assert await writer.fetch("select * from town") == []
    assert await writer.fetchval("select (position, holder) = (0, null) or holder is null from projector")
    await owner.close()


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
