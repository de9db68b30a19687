"""Exchanging: a rebuild gets its turn against vacuums, and readers wait for nothing that only it wants."""

import asyncio
from collections.abc import Mapping
from functools import partial

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from infra.database import Databases
from projections import exchanging
from projections.exchanging import LONGEST, VACUUM, Here, ReadersBusy, exchange
from projections.projector import catch_up
from projections.rebuilding import rebuild
from projections.tables import LIVE, NEXT
from projections.tables import projections as read_models
from tests.crash.served import until
from tests.histories import LEDGER, Chronicle, county, writer_of

ALL = [each.name for each in read_models()]
TOWN = next(each for each in read_models() if each.name == "town")
WAITED_FOR = "select exists (select from pg_locks where relation = $1::regclass and not granted)"
CATALOGUE = (
    """select relname, relkind, relacl::text, relrowsecurity, relforcerowsecurity, reloptions, relowner::regrole::text
    from pg_class where relnamespace = 'gongzhi'::regnamespace order by 1""",
    """select relname, attnum, attname, attacl::text, attnotnull, attcollation, atttypid::regtype::text
    from pg_attribute join pg_class c on c.oid = attrelid
    where relnamespace = 'gongzhi'::regnamespace and relkind = 'r' and attnum > 0 order by 1, 2""",
    """select tablename, policyname, permissive, roles::text, cmd, qual, with_check
    from pg_policies where schemaname = 'gongzhi' order by 1, 2""",
    "select tablename, indexname, indexdef from pg_indexes where schemaname = 'gongzhi' order by 1, 2",
    """select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'gongzhi'::regnamespace order by 1, 2""",
)


async def catalogue(connection: asyncpg.Connection) -> list[list[asyncpg.Record]]:
    return [await connection.fetch(each) for each in CATALOGUE]


async def nowhere(_: Mapping[str, Here]) -> None:
    """The new rows are as far as they need to be."""


async def test_a_rebuild_leaves_grants_policies_indexes_constraints_and_owners_as_they_were(
    databases: Databases,
) -> None:
    writer = await writer_of(databases)
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    before = await catalogue(writer)
    assert all(before)
    await rebuild(partial(databases.connect, "gongzhi_owner"), ALL)
    for now, then in zip(await catalogue(writer), before, strict=True):
        assert now == then
    writer.terminate()


async def test_it_is_waited_for_until_an_autovacuum_gives_way(databases: Databases) -> None:
    """`deadlock_timeout` is when PostgreSQL looks whom it waits for, and ends a vacuum that started by itself; a reader
    that waits behind us never waits so long, or it would be found to be in a deadlock."""
    connection = await databases.connect("gongzhi_owner")
    looked = await connection.fetchval("select setting::int from pg_settings where name = 'deadlock_timeout'")
    assert 2 * 1000 * LONGEST < looked < 1000 * VACUUM
    await connection.close()


async def test_readers_do_not_wait_while_somebody_is_at_work_on_the_new_tables(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "SHORTEST", LONGEST)
    await (await writer_of(databases)).close()
    keeper, other, reader = [await databases.connect("gongzhi_owner") for _ in range(3)]
    await other.execute(f"set search_path = {NEXT}; {TOWN.sql} {TOWN.finish}")

    async def exchanged() -> None:
        async with keeper.transaction():
            await exchange(keeper, [TOWN], nowhere)

    async with other.transaction():
        await other.execute("lock table town in share update exclusive mode")  # as a vacuum does
        going = asyncio.create_task(exchanged())
        await until(lambda: reader.fetchval(WAITED_FOR, f"{NEXT}.town"), "the exchange waits for the new table")
        await reader.execute("set lock_timeout = '50ms'")
        assert await reader.fetch("select * from town") == []
    await going
    assert await other.fetchval(f"select to_regclass('{NEXT}.town') is null and to_regclass('{LIVE}.town') is not null")
    for each in (keeper, other, reader):
        await each.close()


async def test_the_new_rows_follow_for_as_long_as_the_old_tables_are_in_use(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "LONGEST", 0.05)
    await (await writer_of(databases)).close()
    keeper, other = [await databases.connect("gongzhi_owner") for _ in range(2)]
    await other.execute(f"set search_path = {NEXT}; {TOWN.sql} {TOWN.finish}")
    reading, followed = other.transaction(), 0

    async def follow(_: Mapping[str, Here]) -> None:
        nonlocal followed
        followed += 1
        if followed == 6:
            await reading.rollback()

    await reading.start()
    await other.execute(f"lock table {LIVE}.town in access share mode")
    with monkeypatch.context() as impatient:
        impatient.setattr(exchanging, "PATIENCE", 0.01)
        with pytest.raises(ReadersBusy):
            await exchange(keeper, [TOWN], nowhere)
    async with keeper.transaction():
        await exchange(keeper, [TOWN], follow)
    assert followed >= 6
    assert await other.fetchval(f"select to_regclass('{NEXT}.town') is null")
    for each in (keeper, other):
        await each.close()
