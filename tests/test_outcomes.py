"""A commit of which nobody was told, since its backend was killed: asked again, the command gets its first receipts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from domain import places
from domain.decisions import new_ref
from domain.execution import Command
from infra.address import Address
from infra.database import Databases
from infra.outages import StoreUnavailable
from infra.recorder import Receipt
from tests.recording import LEDGER, Hands, check_log, command, recorder_of

COMMITTED = """
select pid from pg_stat_activity
where wait_event = 'SyncRep' and application_name = 'gongzhi_writer' and datname = current_database()"""
OPENED = 3


def town(name: str) -> Command:
    return command(places.register_town, id=name, name=name)


@asynccontextmanager
async def waiting_for_nobody(root: Address) -> AsyncIterator[None]:
    """Commits are durable here and then wait for a standby that there is not, so that none is ever answered."""
    async with root.connection() as connection:
        await connection.execute("alter system set synchronous_standby_names = 'nobody'")
        await _reload(connection, "nobody")
        try:
            yield
        finally:
            await connection.execute("alter system reset synchronous_standby_names")
            await _reload(connection, "")


async def _reload(connection: asyncpg.Connection, wanted: str) -> None:
    await connection.execute("select pg_reload_conf()")
    while await connection.fetchval("show synchronous_standby_names") != wanted:
        pass


async def committed(watcher: asyncpg.Connection) -> int:
    """The backend that has committed and cannot say so."""
    while (pid := await watcher.fetchval(COMMITTED)) is None:
        pass
    return int(pid)


async def test_a_commit_killed_when_it_was_durable_is_answered_and_not_repeated(
    databases: Databases, root: Address
) -> None:
    watcher = await databases.main.connect()
    async with recorder_of(databases) as one, recorder_of(databases) as two:
        async with waiting_for_nobody(root):
            recording = asyncio.create_task(one.record(LEDGER, [town("古韩镇")]))
            assert await watcher.fetchval("select pg_terminate_backend($1)", await committed(watcher))
            first = await recording
        assert [each.events for each in first] == [(Receipt(OPENED + 1, "TownRegistered"),)]
        assert await one.record(LEDGER, [town("古韩镇")]) == first
        assert await two.record(LEDGER, [town("古韩镇")]) == first
    assert (await check_log(databases)).size == OPENED + 1
    await watcher.close()


async def test_who_gave_up_before_the_kill_is_told_by_any_process_what_became_of_it(
    databases: Databases, root: Address
) -> None:
    watcher = await databases.main.connect()
    async with recorder_of(databases) as one, recorder_of(databases) as two:
        await one.record(LEDGER, [town("古韩镇")])
        async with recorder_of(databases, patience=0.5) as hasty:
            async with waiting_for_nobody(root):
                with pytest.raises(StoreUnavailable):
                    await hasty.record(LEDGER, [town("夏店镇")])
                await watcher.fetch(f"select pg_terminate_backend(pid) from ({COMMITTED}) told")
            answers = [await each.record(LEDGER, [town("夏店镇")]) for each in (hasty, two, one)]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][0].node == new_ref("town", "夏店镇")
        assert answers[0][0].position == OPENED + 2
    assert (await check_log(databases)).size == OPENED + 2
    await watcher.close()


async def test_when_the_clock_goes_back_an_hour_neither_records_nor_decisions_do(databases: Databases) -> None:
    hands = Hands()
    async with recorder_of(databases, hands) as recorder:
        noon = hands.turn(minutes=1)
        await recorder.record(LEDGER, [_at(hands, town("古韩镇"))])
        hands.turn(hours=-1)
        await recorder.record(LEDGER, [_at(hands, town("夏店镇"))])
        hands.turn(hours=2)
        await recorder.record(LEDGER, [_at(hands, town("虒亭镇"))])
        events = await recorder.store.recorded(LEDGER, after=OPENED)
    assert [each.recorded_at for each in events] == [noon, noon, noon + timedelta(hours=1)]
    assert [each.occurred_at for each in events] == [noon, noon, noon + timedelta(hours=1)]
    await check_log(databases)


def _at(hands: Hands, wish: Command) -> Command:
    """As an API would: now, by the same clock."""
    return Command(wish.id, wish.decision, wish.inputs, wish.actor, hands.at)
