"""Where the ledger and the keys live: found or made, and fit to be used, before anything is migrated."""

from __future__ import annotations

import contextlib

import asyncpg

from infra.address import Address, DatabaseMissing
from infra.embedded import EmbeddedPostgres
from infra.trouble import Trouble

USER = "gongzhi"  # of the embedded server: no superuser, so that it is used as an external one would be
KEYS_SUFFIX = "_keys"
OLDEST = 15


class ServerTooOld(Trouble):
    def __init__(self, place: str, version: int) -> None:
        super().__init__(
            f"{place} 是 PostgreSQL {version}，须为 {OLDEST} 或更高版本：请升级，或不设 DATABASE_URL 而用内置数据库。",
            f"{place} is PostgreSQL {version} and has to be {OLDEST} or later: upgrade it, "
            "or leave DATABASE_URL unset for the embedded one.",
        )


class EncodingUnfit(Trouble):
    def __init__(self, place: str, encoding: str) -> None:
        super().__init__(
            f"{place} 的编码是 {encoding}，须为 UTF8：请用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 重建。",
            f"{place} is encoded in {encoding} and has to be UTF8: "
            "make it again with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
        )


class KeysNotPermitted(Trouble):
    def __init__(self, name: str, user: str) -> None:
        sql = f'CREATE DATABASE "{name}" OWNER "{user}";'
        super().__init__(
            f"用户 {user} 无权创建密钥库：请管理员执行 {sql} "
            "或用 GONGZHI_KEYS_URL 指定别处的库（最好在另一台服务器）。",
            f"The user {user} may not create the key database: have an administrator run {sql} "
            "or name one elsewhere in GONGZHI_KEYS_URL (best on another server).",
        )


async def embedded(server: EmbeddedPostgres, keys_url: str | None) -> tuple[Address, Address, str]:
    """The ledger, the keys, and a sentence that says where they are."""
    root = Address(server.dsn("postgres", "postgres"))
    async with root.connection() as connection:
        with contextlib.suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            await connection.execute(f"CREATE ROLE {USER} LOGIN CREATEROLE")
        for name in (USER, USER + KEYS_SUFFIX):
            await _create(connection, name, USER)
        version = connection.get_server_version()
    main, keys = (Address(server.dsn(name, USER)) for name in (USER, USER + KEYS_SUFFIX))
    where = (
        f"使用内置 PostgreSQL {version.major}，数据在 {server.home}。"
        f"Using the embedded PostgreSQL {version.major}; its data is in {server.home}."
    )
    return main, Address(keys_url) if keys_url else keys, where


async def external(database_url: str, keys_url: str | None) -> tuple[Address, Address, str]:
    main = Address(database_url)
    async with main.connection() as connection:
        version = connection.get_server_version()
        name = str(await connection.fetchval("SELECT current_database()"))
    keys = Address(keys_url) if keys_url else Address(database_url, name + KEYS_SUFFIX)
    await _found_or_made(main, keys, may_make=keys_url is None)
    where = (
        f"使用外部 PostgreSQL {version.major}：账本 {main.place}，密钥 {keys.place}。"
        f"Using PostgreSQL {version.major}: ledger {main.place}, keys {keys.place}."
    )
    return main, keys, where


async def check(connection: asyncpg.Connection, place: str, *, oldest: int = OLDEST) -> None:
    version = connection.get_server_version().major
    if version < oldest:
        raise ServerTooOld(place, version)
    encoding = str(connection.get_settings().server_encoding)
    if encoding != "UTF8":
        raise EncodingUnfit(place, encoding)


async def _found_or_made(main: Address, keys: Address, *, may_make: bool) -> None:
    try:
        async with keys.connection():
            return
    except DatabaseMissing:
        if not may_make:
            raise
    async with main.connection() as connection:
        user = str(await connection.fetchval("SELECT current_user"))
        try:
            await _create(connection, str(keys.database), user)
        except asyncpg.InsufficientPrivilegeError:
            raise KeysNotPermitted(str(keys.database), user) from None


async def _create(connection: asyncpg.Connection, name: str, owner: str) -> None:
    """From template0, which nobody can be connected to, so that it cannot be busy."""
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        return
    text = "SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L', $1::text, $2::text, 'UTF8')"
    statement = str(await connection.fetchval(text, name, owner))
    with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):  # by another starter
        await connection.execute(statement)
