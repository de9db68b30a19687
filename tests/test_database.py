"""The ledger and the keys are found, made and opened; every connection acts as its role."""

import traceback
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from infra.address import Address, DatabaseMissing, LoginRefused, ServerUnreachable, UrlUnfit
from infra.database import Databases, Login, open_databases
from infra.embedded import EmbeddedPostgres
from infra.provision import EncodingUnfit, KeysNotPermitted, ServerTooOld, check
from infra.settings import Settings

pytestmark = pytest.mark.bare

NOWHERE = Path("/nonexistent")
WHO = "select current_user::text, session_user::text, current_setting('search_path')"
LOGINS: list[Login] = ["gongzhi_writer", "gongzhi_public", "gongzhi_parties", "gongzhi_staff", "gongzhi_legal"]


def external(dsn: str, keys_url: str | None = None) -> Settings:
    return Settings(home=NOWHERE, database_url=dsn, keys_url=keys_url)


async def database_of(address: Address) -> str:
    async with address.connection() as connection:
        return str(await connection.fetchval("select current_database()"))


async def migrations(address: Address) -> int:
    async with address.connection() as connection:
        return int(await connection.fetchval("select count(*) from public.migration"))


async def test_every_test_begins_with_two_migrated_databases(databases: Databases) -> None:
    assert await migrations(databases.main) >= 1
    assert await migrations(databases.keys) >= 1
    assert await database_of(databases.main) != await database_of(databases.keys)
    assert await databases.migrate() == []


@pytest.mark.parametrize("role", LOGINS)
async def test_a_pool_acts_as_its_role_and_cannot_build(databases: Databases, role: Login) -> None:
    pool = await databases.pool(role, min_size=1, max_size=2)
    assert tuple(await pool.fetchrow(WHO) or ()) == (role, "gongzhi", "gongzhi")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("create table mine (id text)")


async def test_resetting_the_role_goes_back_to_it_and_not_past_it(databases: Databases) -> None:
    connection = await databases.connect("gongzhi_public")
    await connection.execute("reset role; reset all")
    assert tuple(await connection.fetchrow(WHO) or ()) == ("gongzhi_public", "gongzhi", "gongzhi")
    await connection.close()


async def test_the_owner_builds_in_the_schema_by_its_short_name(databases: Databases) -> None:
    connection = await databases.connect("gongzhi_owner")
    await connection.execute("create table built (id text)")
    owner = "select tableowner::text from pg_tables where schemaname = 'gongzhi' and tablename = 'built'"
    assert await connection.fetchval(owner) == "gongzhi_owner"
    await connection.close()


async def test_an_operator_sees_which_role_a_connection_serves(databases: Databases) -> None:
    connection = await databases.connect("gongzhi_staff")
    assert await connection.fetchval("select current_setting('application_name')") == "gongzhi_staff"
    await connection.close()


async def test_times_are_written_in_beijing_time(databases: Databases) -> None:
    connection = await databases.connect("gongzhi_public")
    assert await connection.fetchval("select to_json(timestamptz '1988-07-01 00:00Z')") == '"1988-07-01T08:00:00+08:00"'
    await connection.close()


async def test_going_back_to_the_pool_asks_the_server_nothing(databases: Databases) -> None:
    pool = await databases.pool("gongzhi_public", max_size=1)
    asked: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query))
        await connection.fetchval("select 1")
    async with pool.acquire() as connection:
        await connection.fetchval("select 2")
    assert asked == ["select 1", "select 2"]


async def test_a_statement_stays_prepared_when_its_connection_goes_back(databases: Databases) -> None:
    pool = await databases.pool("gongzhi_public", max_size=1)
    long = "select 1 -- " + "x" * 40_000
    await pool.fetchval(long)
    assert await pool.fetchval("select count(*) from pg_prepared_statements where statement = $1", long) == 1


async def test_a_transaction_left_open_is_rolled_back(databases: Databases) -> None:
    pool = await databases.pool("gongzhi_owner", max_size=1)
    async with pool.acquire() as connection:
        await connection.execute("begin; create table forgotten (id text)")
    assert await pool.fetchval("select to_regclass('gongzhi.forgotten')") is None


async def test_the_keys_are_in_a_database_of_their_own(databases: Databases) -> None:
    pool = await databases.keys_pool()
    connection = await databases.connect_keys()
    assert await pool.fetchval("select current_database()") == await database_of(databases.keys)
    assert await connection.fetchval("select current_database()") == await database_of(databases.keys)
    await connection.close()


async def test_without_a_url_the_embedded_server_is_used_and_says_where_its_data_is(tmp_path: Path) -> None:
    home = tmp_path / "共治 数据"
    async with open_databases(Settings(home=home)) as first, open_databases(Settings(home=home)) as second:
        assert second.main.dsn == first.main.dsn
        assert second.where.count(str(home)) == 2
        assert await migrations(second.keys) >= 1
        assert await migrations(second.main) >= 1
    with pytest.raises(ServerUnreachable):
        await first.main.connect()


async def test_the_embedded_server_is_not_used_as_its_superuser(databases: Databases) -> None:
    async with databases.main.connection() as connection:
        assert await connection.fetchval("select rolsuper from pg_roles where rolname = session_user") is False


async def test_a_url_is_used_and_its_key_database_made_beside_it(
    empty: Address, root: Address, postgres: EmbeddedPostgres
) -> None:
    name = await database_of(empty)
    async with root.connection() as administrator:
        await administrator.execute("alter role gongzhi createdb")
        try:
            async with open_databases(external(empty.dsn)) as databases:
                assert await database_of(databases.keys) == f"{name}_keys"
                assert await migrations(databases.main) >= 1
                assert await migrations(databases.keys) >= 1
                assert f"{name}_keys" in databases.where
        finally:
            await administrator.execute("alter role gongzhi nocreatedb")
        async with open_databases(external(empty.dsn)) as databases:  # made already: no right is needed
            assert await database_of(databases.keys) == f"{name}_keys"
        await administrator.execute(f"drop database {name}_keys with (force)")


async def test_who_may_not_make_the_key_database_is_told_the_statement(empty: Address) -> None:
    name = await database_of(empty)
    with pytest.raises(KeysNotPermitted, match=f'CREATE DATABASE "{name}_keys" OWNER "gongzhi"'):
        async with open_databases(external(empty.dsn)):
            pass


async def test_the_keys_can_be_on_another_server(empty: Address, databases: Databases) -> None:
    async with open_databases(external(empty.dsn, databases.keys.dsn)) as opened:
        assert await database_of(opened.keys) == await database_of(databases.keys)


async def test_a_key_database_that_was_named_is_not_made(empty: Address, postgres: EmbeddedPostgres) -> None:
    with pytest.raises(DatabaseMissing, match="absent"):
        async with open_databases(external(empty.dsn, postgres.dsn("absent", "gongzhi"))):
            pass


async def test_a_database_of_another_encoding_is_refused(postgres: EmbeddedPostgres, root: Address) -> None:
    async with root.connection() as administrator:
        await administrator.execute(
            "create database latin template template0 encoding 'LATIN1' locale_provider libc locale 'C'"
        )
        with pytest.raises(EncodingUnfit, match="LATIN1"):
            await Databases(Address(postgres.dsn("latin", "postgres")), root, "").migrate()
        await administrator.execute("drop database latin with (force)")


async def test_a_server_too_old_is_refused(databases: Databases) -> None:
    async with databases.main.connection() as connection:
        await check(connection, "here", oldest=18)
        with pytest.raises(ServerTooOld, match="DATABASE_URL"):
            await check(connection, "here", oldest=19)


@pytest.mark.parametrize("trouble", [ServerUnreachable, DatabaseMissing, LoginRefused])
async def test_a_wrong_url_is_explained_without_its_password(
    trouble: type[Exception], postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    urls = {
        ServerUnreachable: f"postgresql://u:hush@/absent?host={quote(str(tmp_path), safe='')}",
        DatabaseMissing: postgres.dsn("absent", "gongzhi"),
        LoginRefused: postgres.dsn("postgres", "unheard_of"),
    }
    with pytest.raises(trouble) as caught:
        async with open_databases(external(urls[trouble])):
            pass
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(Address(urls[trouble]))


@pytest.mark.parametrize(
    "url",
    [
        *("postgresql://u:hu/sh@h/db", "postgresql://u:hu?sh@h/db", "postgresql://u:hu#sh@h/db"),
        *("postgresql://u:hu@sh@h/db", "postgresql://u:hu[sh@h/db", "postgresql://u:hu@sh/x@h/db"),
        *("postgresql://u:hu", "postgresql://u:hush@h:hush/db", "postgresql://h/db?password=hu@sh"),
        *("postgresql://u:hush@h1:1,h2:hush/db", "postgresql://u:hu\u2100sh@h/db"),
    ],
)
async def test_a_url_that_cannot_be_read_is_explained_without_any_part_of_its_password(url: str) -> None:
    with pytest.raises(UrlUnfit, match="%40") as caught:
        async with open_databases(external(url)):
            pass
    assert not {part for part in ("hu", "sh") if part in "".join(traceback.format_exception(caught.value)[-1:])}
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_several_hosts_are_told_by_their_names() -> None:
    url = "postgresql://u:hush@127.0.0.1:1,127.0.0.1:2/db"
    with pytest.raises(ServerUnreachable, match=r"127\.0\.0\.1:1,127\.0\.0\.1:2/db") as caught:
        async with open_databases(external(url)):
            pass
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://u:hush@h/db?sslmode=require", "h:5432/db"),
        ("postgresql://u:hu%40%2Fsh@a:1,b/db", "a:1,b:5432/db"),
        ("postgresql://u@[::1]/db", "[::1]:5432/db"),
        ("postgresql://[::1]:7/db", "[::1]:7/db"),
        ("postgresql:///db", "localhost:5432/db"),
    ],
)
def test_a_place_is_hosts_ports_and_database(url: str, place: str) -> None:
    assert Address(url).place == place
