"""Leases: of several projectors of a ledger one is at work; another takes over when it is gone, and never two write."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from infra.address import Address
from infra.database import Databases
from projections.leases import HOLDER, LEASE, Held, bury, give_back, new_holder, take
from projections.projector import Projector
from tests.crash.served import until
from tests.histories import LEDGER, Chronicle, dump, opened, towns

PROJECT = Path(__file__).parents[1]
SOON = 5.0
"""Seconds within which another takes over."""


async def lease_ends(connection: asyncpg.Connection, after: timedelta) -> None:
    """Set the lease's end, as seen from now."""
    await connection.execute("update projector set held_until = clock_timestamp() + $1::interval", after)


async def test_a_lease_is_taken_renewed_and_given_back(writer: asyncpg.Connection) -> None:
    await Chronicle().record(writer, opened())
    first = await take(writer, LEDGER, "one")
    assert await take(writer, LEDGER, "one") == first
    with pytest.raises(Held, match="one"):
        await take(writer, LEDGER, "two")
    await give_back(writer, LEDGER, "two")
    with pytest.raises(Held):
        await take(writer, LEDGER, "two")
    await give_back(writer, LEDGER, "one")
    assert (await take(writer, LEDGER, "two")).epoch == first.epoch


async def test_a_ledger_that_does_not_exist_has_no_lease(writer: asyncpg.Connection) -> None:
    assert (await take(writer, "000000", "one")).epoch is None
    assert await writer.fetch("select * from projector") == []


@pytest.mark.parametrize(
    ("after", "free"),
    [
        (timedelta(seconds=-1), True),
        (LEASE * 0.9, False),
        (LEASE + timedelta(seconds=1), True),
        (timedelta(days=365), True),
    ],
    ids=["over", "running", "the clock jumped back a second", "the clock jumped back a year"],
)
async def test_a_lease_holds_others_off_only_while_it_can_run(
    writer: asyncpg.Connection,
    after: timedelta,
    *,
    free: bool,
) -> None:
    await Chronicle().record(writer, opened())
    await take(writer, LEDGER, "one")
    await lease_ends(writer, after)
    if free:
        assert (await take(writer, LEDGER, "two")).holder == "two"
    else:
        with pytest.raises(Held):
            await take(writer, LEDGER, "two")


async def test_who_works_renews_the_lease_and_a_clock_that_jumps_does_not_stop_it(writer: asyncpg.Connection) -> None:
    chronicle, one = Chronicle(), Projector(writer, LEDGER)
    await chronicle.record(writer, opened())
    for number, jump in enumerate((timedelta(0), timedelta(days=-1), timedelta(days=1))):
        await one.catch_up()
        await lease_ends(writer, jump)
        await chronicle.record(writer, *towns(str(number)))
        assert await one.catch_up() == len(chronicle.known)
        left = await writer.fetchval("select held_until - clock_timestamp() from projector")
        assert timedelta(0) < left <= LEASE


async def test_who_lost_the_lease_writes_nothing_though_nothing_else_was_written(
    databases: Databases, writer: asyncpg.Connection
) -> None:
    chronicle, one, other = Chronicle(), Projector(writer, LEDGER), await databases.connect("gongzhi_writer")
    await chronicle.record(writer, opened())
    await one.catch_up()
    await lease_ends(writer, timedelta(seconds=-1))
    await take(other, LEDGER, "two")
    await chronicle.record(writer, *towns("a"))
    before = await dump(writer)
    with pytest.raises(Held, match="two"):
        await one.catch_up()
    assert await dump(writer) == before
    await other.close()


async def test_what_a_dead_process_held_is_free_at_once(databases: Databases, writer: asyncpg.Connection) -> None:
    await Chronicle().record(writer, opened())
    pool = await databases.pool("gongzhi_writer")
    await take(writer, LEDGER, new_holder())
    await bury(pool, os.getpid() + 1)
    with pytest.raises(Held):
        await take(writer, LEDGER, "two")
    await bury(pool, os.getpid())
    assert (await take(writer, LEDGER, "two")).holder == "two"


def test_every_projector_has_a_name_of_its_own_that_tells_its_process() -> None:
    names = {new_holder() for _ in range(3)}
    assert len(names) == 3
    assert all(f"/{os.getpid()}/" in name for name in names)


@asynccontextmanager
async def projecting(databases: Databases) -> AsyncIterator[Process]:
    """A projector's process, as `gongzhi serve` starts it."""
    addresses = {"DATABASE_URL": databases.main.dsn, "GONGZHI_KEYS_URL": databases.keys.dsn}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.projecting", str(os.getpid())),
        cwd=PROJECT,
        env={**os.environ, **addresses},
        stderr=DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def held_by(connection: asyncpg.Connection, process: Process) -> float:
    """Seconds until the process is at work."""
    begun = time.monotonic()
    asked = "select holder like $2 and held_until > clock_timestamp() from projector where ledger = $1"
    await until(partial(connection.fetchval, asked, LEDGER, f"%/{process.pid}/%"), "the lease is taken")
    return time.monotonic() - begun


async def read_through(connection: asyncpg.Connection, position: int) -> None:
    asked = "select position >= $2 from projector where ledger = $1"
    await until(partial(connection.fetchval, asked, LEDGER, position), "all is projected")


async def waits(root: Address, databases: Databases) -> None:
    """Until some process has asked for the lease and been told who holds it."""
    asked = "select count(*) > 0 from pg_stat_activity where query = $1 and state = 'idle' and datname = $2"
    async with databases.main.connection() as here, root.connection() as connection:
        name = await here.fetchval("select current_database()")
        await until(partial(connection.fetchval, asked, HOLDER, name), "somebody waits")


async def test_another_process_takes_over_from_one_that_was_killed(
    databases: Databases, root: Address, writer: asyncpg.Connection
) -> None:
    chronicle = Chronicle()
    await chronicle.record(writer, opened())
    async with projecting(databases) as first:
        await held_by(writer, first)
        async with projecting(databases) as second:
            await read_through(writer, await chronicle.record(writer, *towns("a")))
            await waits(root, databases)
            first.kill()
            assert await held_by(writer, second) < SOON
            await read_through(writer, await chronicle.record(writer, *towns("b")))


async def test_after_a_clean_stop_another_process_takes_over_at_once(
    databases: Databases, root: Address, writer: asyncpg.Connection
) -> None:
    await Chronicle().record(writer, opened())
    async with projecting(databases) as first:
        await held_by(writer, first)
        async with projecting(databases) as second:
            await waits(root, databases)
            first.terminate()
            assert await first.wait() == 0
            assert await held_by(writer, second) < LEASE.total_seconds() / 2


async def test_a_projector_that_slept_through_its_lease_wakes_up_and_writes_nothing(
    databases: Databases, root: Address, writer: asyncpg.Connection
) -> None:
    chronicle = Chronicle()
    await chronicle.record(writer, opened())
    async with projecting(databases) as first:
        await held_by(writer, first)
        async with projecting(databases) as second:
            first.send_signal(signal.SIGSTOP)
            await held_by(writer, second)
            second.send_signal(signal.SIGSTOP)
            position = await chronicle.record(writer, *towns("a"))
            before = await dump(writer)
            async with renewing(databases):
                first.send_signal(signal.SIGCONT)
                await waits(root, databases)
            assert await dump(writer) == before
            second.send_signal(signal.SIGCONT)
            await read_through(writer, position)
            assert first.returncode is None


@asynccontextmanager
async def renewing(databases: Databases) -> AsyncIterator[None]:
    """In the name of a holder that cannot do so itself."""
    connection = await databases.connect("gongzhi_writer")

    async def renew() -> None:
        while True:
            await lease_ends(connection, LEASE)
            await asyncio.sleep(LEASE.total_seconds() / 10)

    await lease_ends(connection, LEASE)
    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        connection.terminate()
