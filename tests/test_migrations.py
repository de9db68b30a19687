"""Migrations go forward, once each, and are never edited."""

import asyncio
import itertools
from pathlib import Path

import asyncpg
import pytest

from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.migrations import (
    LEDGER,
    DatabaseNewer,
    MigrationEdited,
    MigrationMisnamed,
    MigrationMissing,
    MigrationNotPermitted,
    migrate,
)

ROLES = {"gongzhi_owner", "gongzhi_writer", "gongzhi_public", "gongzhi_parties", "gongzhi_staff", "gongzhi_legal"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_places.sql").write_text("create table place (id text);\ncreate table grid (id text);\n")
    (tmp_path / "0002_firms.sql").write_text("create table firm (id text);\n")
    return tmp_path


async def recorded(connection: asyncpg.Connection) -> list[str]:
    return [row["name"] for row in await connection.fetch("select name from public.migration order by number")]


async def tables(connection: asyncpg.Connection) -> set[str]:
    rows = await connection.fetch("select tablename::text from pg_tables where schemaname = 'public'")
    return {row["tablename"] for row in rows} - {"migration"}


async def test_each_is_applied_once_in_the_order_of_numbers(empty: Address, folder: Path) -> None:
    async with empty.connection() as connection:
        assert await migrate(connection, folder) == ["0001_places.sql", "0002_firms.sql"]
        assert await migrate(connection, folder) == []
        (folder / "0003_cases.sql").write_text("create table matter (id text)")
        assert await migrate(connection, folder) == ["0003_cases.sql"]
        assert await tables(connection) == {"place", "grid", "firm", "matter"}
        assert await recorded(connection) == ["0001_places.sql", "0002_firms.sql", "0003_cases.sql"]


async def test_processes_that_start_at_once_apply_each_once_between_them(empty: Address, folder: Path) -> None:
    async def start() -> list[str]:
        async with empty.connection() as connection:
            return await migrate(connection, folder)

    applied = await asyncio.gather(*(start() for _ in range(6)))
    assert sorted(itertools.chain(*applied)) == ["0001_places.sql", "0002_firms.sql"]


async def test_the_record_can_live_in_another_schema(empty: Address, folder: Path) -> None:
    async with empty.connection() as connection:
        await connection.execute("create schema kept")
        await migrate(connection, folder, schema="kept")
        assert await connection.fetchval("select count(*) from kept.migration") == 2


async def test_an_edited_file_is_refused_before_anything_is_applied(empty: Address, folder: Path) -> None:
    async with empty.connection() as connection:
        await migrate(connection, folder)
        (folder / "0001_places.sql").write_text("create table place (id text, name text);")
        (folder / "0003_cases.sql").write_text("create table matter (id text)")
        with pytest.raises(MigrationEdited, match=r"0001_places\.sql"):
            await migrate(connection, folder)
        assert "matter" not in await tables(connection)


async def test_a_renamed_file_counts_as_edited(empty: Address, folder: Path) -> None:
    async with empty.connection() as connection:
        await migrate(connection, folder)
        (folder / "0002_firms.sql").rename(folder / "0002_companies.sql")
        with pytest.raises(MigrationEdited, match=r"0002_firms\.sql"):
            await migrate(connection, folder)


async def test_other_line_ends_are_no_edit(empty: Address, folder: Path) -> None:
    async with empty.connection() as connection:
        await migrate(connection, folder)
        path = folder / "0001_places.sql"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert await migrate(connection, folder) == []


async def test_a_number_may_not_be_left_out(empty: Address, folder: Path) -> None:
    (folder / "0004_cases.sql").write_text("create table matter (id text)")
    async with empty.connection() as connection:
        with pytest.raises(MigrationMissing, match="0003"):
            await migrate(connection, folder)
        assert await tables(connection) == set()


@pytest.mark.parametrize("name", ["0002_again.sql", "cases.sql", "3_cases.sql", "0003-cases.sql", "0000_zero.sql"])
async def test_a_name_says_number_and_content_and_no_number_twice(empty: Address, folder: Path, name: str) -> None:
    (folder / name).write_text("create table matter (id text)")
    async with empty.connection() as connection:
        with pytest.raises(MigrationMisnamed):
            await migrate(connection, folder)


async def test_a_database_newer_than_the_code_is_not_touched(empty: Address, folder: Path) -> None:
    async with empty.connection() as connection:
        await migrate(connection, folder)
        (folder / "0002_firms.sql").unlink()
        with pytest.raises(DatabaseNewer, match=r"0002_firms\.sql"):
            await migrate(connection, folder)


async def test_one_that_fails_leaves_nothing_of_itself_and_all_before_it(empty: Address, folder: Path) -> None:
    (folder / "0003_cases.sql").write_text("create table matter (id text); select 1 / 0;")
    async with empty.connection() as connection:
        with pytest.raises(asyncpg.DivisionByZeroError) as caught:
            await migrate(connection, folder)
        assert caught.value.__notes__ == ["in the migration 0003_cases.sql"]
        assert await tables(connection) == {"place", "grid", "firm"}
        assert await recorded(connection) == ["0001_places.sql", "0002_firms.sql"]


async def test_the_first_makes_the_roles_and_a_schema_that_only_the_owner_builds_in(empty: Address) -> None:
    async with empty.connection() as connection:
        await migrate(connection, LEDGER)
        for role in ROLES:
            await connection.execute(f"set role {role}")
            usable = await connection.fetchrow(
                "select has_schema_privilege('gongzhi', 'usage'), has_schema_privilege('gongzhi', 'create')"
            )
            assert tuple(usable or ()) == (True, role == "gongzhi_owner")


async def test_nobody_can_log_in_as_a_role(root: Address, migrated: Databases) -> None:
    async with root.connection() as connection:
        rows = await connection.fetch("select rolname::text from pg_roles where rolname = any($1)", list(ROLES))
        assert {row["rolname"] for row in rows} == ROLES
        able = await connection.fetch(
            "select rolname::text from pg_roles where rolname = any($1) and (rolcanlogin or rolsuper)", list(ROLES)
        )
        assert able == []


async def test_a_user_who_may_not_take_the_roles_is_told_what_to_ask_for(
    empty: Address, postgres: EmbeddedPostgres, root: Address
) -> None:
    async with empty.connection() as connection, root.connection() as administrator:
        database = str(await connection.fetchval("select current_database()"))
        await administrator.execute(f"create role {database}_owner login")
        await administrator.execute(f"alter database {database} owner to {database}_owner")
    async with Address(postgres.dsn(database, f"{database}_owner")).connection() as connection:
        with pytest.raises(MigrationNotPermitted, match="CREATEROLE"):
            await migrate(connection, LEDGER)
        assert await recorded(connection) == []


async def test_a_user_who_does_not_own_the_database_is_told_so(
    empty: Address, postgres: EmbeddedPostgres, root: Address, folder: Path
) -> None:
    async with empty.connection() as connection, root.connection() as administrator:
        database = str(await connection.fetchval("select current_database()"))
        await administrator.execute(f"create role {database}_guest login")
    async with Address(postgres.dsn(database, f"{database}_guest")).connection() as connection:
        with pytest.raises(MigrationNotPermitted, match="OWNER TO"):
            await migrate(connection, folder)
