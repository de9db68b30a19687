"""Group commit under contention, lost races and lost connections: everything once, in order, proved, without a gap."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem

from domain.recording import LedgerUnknown
from infra.checkpoints import Origin, verify
from infra.database import Databases
from infra.latest import Latest
from infra.matching import Item
from infra.store import Appended, ConditionFailed, EventStore, Issued, StoreUnavailable
from tests.cutting import folder, wired
from tests.recording import LEDGER, Hands, check_log, event_store, keys_of

__all__ = ["folder"]

BLOCKED = "select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'gongzhi_writer'"
NOTE = "select note from checkpoint where ledger = $1 order by position desc limit 1"


def reported(number: object = 1) -> DCBEvent:
    return DCBEvent("CaseReported", b'{"n":1}', [f"case:{number}", "compound:1"])


def unless(*tags: str, types: Sequence[str] = (), after: int = 0) -> DCBAppendCondition:
    return DCBAppendCondition(DCBQuery([DCBQueryItem(list(types), list(tags))]), after)


async def report(store: EventStore, number: object = 1, **more: Any) -> Appended:
    return await store.append(LEDGER, [reported(number)], unless(f"case:{number}"), **more)


async def insist(store: EventStore, number: int) -> Appended:
    """Append on what was read, until nobody was faster."""
    while True:
        read = await store.read(LEDGER, DCBQuery([DCBQueryItem([], ["compound:1"])]))
        try:
            return await store.append(LEDGER, [reported(number)], unless("compound:1", after=read.head or 0))
        except ConditionFailed:
            continue


async def eventually(connection: asyncpg.Connection, query: str, *args: object) -> Any:
    """The query's first value, as soon as it has one."""
    while (value := await connection.fetchval(query, *args)) is None:
        pass
    return value


async def test_fifty_at_once_on_one_thing_are_each_recorded_once(databases: Databases) -> None:
    async with event_store(databases) as store:
        appended = await asyncio.gather(*(insist(store, n) for n in range(50)))
    assert sorted(each.first for each in appended) == list(range(1, 51))
    assert (await check_log(databases)).size == 50


async def test_who_conflicts_fails_alone(databases: Databases) -> None:
    async with event_store(databases) as store:
        await report(store, 0)
        answers = await asyncio.gather(*(report(store, n % 10) for n in range(30)), return_exceptions=True)
    assert sum(isinstance(answer, Appended) for answer in answers) == 9
    assert sum(isinstance(answer, ConditionFailed) for answer in answers) == 21
    assert (await check_log(databases)).size == 10


async def test_two_writers_of_one_ledger_lose_races_and_nothing_else(databases: Databases) -> None:
    async with event_store(databases) as one, event_store(databases) as two:
        wishes = [insist((one, two)[n % 2], n) if n % 5 == 0 else report((one, two)[n % 2], n) for n in range(80)]
        appended = await asyncio.gather(*wishes)
    assert sorted(each.first for each in appended) == list(range(1, 81))
    await check_log(databases)


async def test_of_two_writers_on_one_condition_one_records(databases: Databases) -> None:
    async with event_store(databases) as one, event_store(databases) as two:
        for n in range(20):
            pair = await asyncio.gather(report(one, n), report(two, n), return_exceptions=True)
            assert sorted(type(each).__name__ for each in pair) == ["Appended", "ConditionFailed"]
    assert (await check_log(databases)).size == 20


async def test_a_writer_that_lost_two_races_locks_the_head(databases: Databases, folder: Path) -> None:
    watcher, others = await databases.main.connect(), list[asyncio.Task[Appended]]()
    async with wired(databases, folder, patience=10) as (wire, store), event_store(databases) as other:

        async def overtake() -> None:
            others.append(asyncio.create_task(report(other, len(others))))
            while not others[-1].done() and not await watcher.fetchval(BLOCKED):
                pass

        wire.before_commit = overtake
        appended = await report(store, "slow")
        assert [(await each).first for each in others] == [1, 2, 4]
    assert appended.first == 3
    assert (await check_log(databases)).size == 4
    await watcher.close()


async def test_a_connection_killed_before_the_commit_loses_and_doubles_nothing(databases: Databases) -> None:
    other, killer = await databases.connect("gongzhi_writer"), await databases.main.connect()
    async with event_store(databases) as store:
        await report(store, 1)
        async with other.transaction():
            await other.fetch("select from head where ledger = $1 for update", LEDGER)
            waiting = asyncio.create_task(report(store, 2))
            pid = await eventually(killer, BLOCKED)
            assert await killer.fetchval("select pg_terminate_backend($1)", pid)
            again = await eventually(killer, f"{BLOCKED} and pid <> $1", pid)
            assert again != pid
        appended = await waiting
    assert (appended.first, appended.last) == (2, 2)
    assert (await check_log(databases)).size == 2
    await other.close()
    await killer.close()


@pytest.mark.parametrize("cuts", [1, 3])
async def test_a_commit_whose_answer_was_lost_is_answered_and_not_repeated(
    databases: Databases, folder: Path, cuts: int
) -> None:
    async with wired(databases, folder) as (wire, store):
        await report(store, 0)
        wire.cuts = cuts
        appended = await asyncio.gather(*(report(store, n) for n in range(1, 9)))
        assert sorted(each.first for each in appended) == list(range(2, 10))
        more = await report(store, 9)
    assert (wire.cuts, more.first) == (0, 10)
    assert (await check_log(databases)).size == 10


async def test_a_commit_that_was_given_up_and_comes_through_later_is_not_repeated(
    databases: Databases, folder: Path
) -> None:
    other, watcher = await databases.connect("gongzhi_writer"), await databases.main.connect()
    async with wired(databases, folder) as (wire, store):
        await report(store, 0)
        async with other.transaction():
            await other.fetch("select from head where ledger = $1 for update", LEDGER)
            waiting = asyncio.gather(*(report(store, n) for n in range(1, 6)))
            first = await eventually(watcher, BLOCKED)
            wire.snap()
            await eventually(watcher, f"{BLOCKED} and pid <> $1", first)
        appended = await waiting
    assert sorted(each.first for each in appended) == list(range(2, 7))
    assert (await check_log(databases)).size == 6
    await other.close()
    await watcher.close()


async def test_a_lost_answer_is_found_though_others_recorded_since(databases: Databases, folder: Path) -> None:
    async with wired(databases, folder) as (wire, store), event_store(databases) as other:
        for n in range(0, 30, 3):
            wire.cuts = 1
            first, *_ = await asyncio.gather(report(store, n), report(other, n + 1), report(other, n + 2))
            recorded = (await store.recorded(LEDGER, after=first.first - 1, limit=1))[0]
            assert f"case:{n}" in recorded.tags
            assert wire.cuts == 0
    assert (await check_log(databases)).size == 30


@pytest.mark.parametrize("trouble", ["is_down", "is_silent"])
async def test_while_the_database_does_not_answer_callers_are_told_and_afterwards_all_goes_on(
    databases: Databases, folder: Path, trouble: str
) -> None:
    async with wired(databases, folder, patience=1) as (wire, store):
        await report(store, 1)
        setattr(wire, trouble, True)
        reports = (report(store, n) for n in range(2, 30))
        answers = await asyncio.gather(*reports, store.read(LEDGER), store.head(LEDGER), return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoreUnavailable}
        setattr(wire, trouble, False)
        assert (await report(store, 30)).first == 2
    assert (await check_log(databases)).size == 2


async def test_who_gave_up_waiting_comes_again_and_is_recorded_once(databases: Databases) -> None:
    other = await databases.connect("gongzhi_writer")
    async with event_store(databases, patience=0.2) as store:
        await report(store, 1, commands=[Issued("one", b"1", "case:1", 1)])
        async with other.transaction():
            await other.fetch("select from head where ledger = $1 for update", LEDGER)
            answers = await asyncio.gather(*(report(store, n) for n in range(2, 6)), return_exceptions=True)
            assert {type(answer) for answer in answers} == {StoreUnavailable}
    async with event_store(databases) as store:
        # What was given up may have got through nevertheless, and then its condition fails.
        again = await asyncio.gather(*(report(store, n) for n in range(2, 6)), return_exceptions=True)
        assert {type(answer) for answer in again} <= {Appended, ConditionFailed}
        assert sorted(event.event.tags[0] for event in (await store.read(LEDGER)).events) == [
            f"case:{n}" for n in range(1, 6)
        ]
    assert (await check_log(databases)).size == 5
    await other.close()


async def test_the_first_event_is_signed_with_its_commit(databases: Databases) -> None:
    async with event_store(databases) as store:
        await report(store)
        assert (await check_log(databases)).size == 1


async def test_a_second_passes_between_signatures_and_the_last_state_gets_one(databases: Databases) -> None:
    connection = await databases.connect("gongzhi_public")
    async with event_store(databases) as store:
        await report(store, 1)
        await report(store, 2)
        assert (await check_log(databases)).size == 1
        signed = await eventually(connection, "select position from checkpoint where position = 2")
        assert signed == 2
        assert (await check_log(databases)).size == 2
    await connection.close()


async def test_a_process_signs_what_it_recorded_before_it_ends(databases: Databases) -> None:
    async with event_store(databases) as store:
        for n in range(5):
            await report(store, n)
    assert (await check_log(databases)).size == 5


async def test_the_time_of_recording_never_goes_back(databases: Databases) -> None:
    hands = Hands()
    async with event_store(databases, hands) as store:
        noon = hands.at
        times = [(await report(store, 1)).recorded_at]
        hands.turn(hours=-1)
        times += [(await report(store, 2)).recorded_at]
        hands.turn(hours=3)
        times += [(await report(store, 3)).recorded_at]
    async with event_store(databases, lambda: noon) as store:
        times += [(await report(store, 4)).recorded_at]
    assert times == [noon, noon, noon + timedelta(hours=2), noon + timedelta(hours=2)]
    await check_log(databases)


async def test_listeners_are_woken_once_a_commit_with_the_ledger_alone(databases: Databases) -> None:
    listener = await databases.connect("gongzhi_public")
    heard: asyncio.Queue[object] = asyncio.Queue()
    await listener.add_listener("recorded", lambda *message: heard.put_nowait(message[-1]))
    async with event_store(databases) as store:
        await store.append(LEDGER, [reported(1), reported(2), reported(3)])
        await store.append(LEDGER, [reported(4)])
    assert [await heard.get(), await heard.get(), heard.qsize()] == [LEDGER, LEDGER, 0]
    await listener.close()


async def test_a_ledger_that_was_dropped_is_unknown_and_may_be_opened_anew(databases: Databases) -> None:
    owner = await databases.connect("gongzhi_owner")
    tables = ["checkpoint", "projector", "event_tag", "event", "command", "head"]
    async with event_store(databases) as store:
        for n in range(3):
            await report(store, n)
        await owner.execute(";".join(f"delete from {table}" for table in tables))
        with pytest.raises(LedgerUnknown):
            await report(store, 3)
        await store.establish(LEDGER, demo=True)
        async with event_store(databases) as other:
            for n in range(10, 13):  # as many as before, so that only the tree tells the two logs apart
                await report(other, n)
        assert (await report(store, 0)).first == 4
    assert (await check_log(databases)).size == 4
    await owner.close()


async def test_several_ledgers_are_apart(databases: Databases) -> None:
    async with event_store(databases) as store:
        await store.establish("140430", demo=True)
        codes = [LEDGER, "140430"] * 10
        await asyncio.gather(*(store.append(code, [reported(n)]) for n, code in enumerate(codes)))
    for code in set(codes):
        assert (await check_log(databases, code)).size == 10


async def test_another_process_s_key_is_the_same_key(databases: Databases) -> None:
    connection = await databases.connect("gongzhi_public")
    keys = [(await (await keys_of(databases)).signing_key(LEDGER, Origin.of(LEDGER))).vkey for _ in range(2)]
    async with event_store(databases) as store:
        await report(store)
    assert verify(await connection.fetchval(NOTE, LEDGER), keys[0]) == verify(
        await connection.fetchval(NOTE, LEDGER), keys[1]
    )
    await connection.close()


@pytest.mark.parametrize("seed", range(20))
def test_what_memory_says_of_lately_is_so(seed: int) -> None:
    chance = random.Random(seed)
    tags, types = ["a", "b", "c"], ["X", "Y"]
    since = chance.randint(0, 20)
    events = [(chance.choice(types), set(chance.sample(tags, chance.randint(0, 3)))) for _ in range(60)]
    latest = Latest(since, room=chance.choice([1, 8, 1000]))
    for position, event in list(enumerate(events, 1))[since:]:
        latest.note(*event, position)
    for _ in range(300):
        asked = chance.sample(tags, chance.randint(0, 2)), chance.sample(types, chance.randint(0, 2))
        item, after = Item(tuple(asked[0]), tuple(asked[1])), chance.randint(0, 60)
        said = latest.newer(item, after)
        truth = any(item.matches(*event) for event in events[after:])
        assert said in (truth, None)
        assert said is not None or after < latest.since or len(item.tags) > 1
