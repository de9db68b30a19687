"""Numbered, forward-only migrations: each in a transaction of its own, recorded with the digest of its file.

What was applied is never edited, and a database is never opened by code older than itself. Processes that start at
once take turns at the lock of the `migration` table.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from infra.trouble import Trouble

SQL = Path(__file__).with_name("sql")
LEDGER, KEYS = SQL / "ledger", SQL / "keys"
FASTER = (asyncpg.UniqueViolationError, asyncpg.DuplicateTableError, asyncpg.DuplicateObjectError)
"""What another starter's table may look like, from its row type to its name."""
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


class MigrationEdited(Trouble):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"迁移文件 {name} 在执行之后被改动：请恢复原文件，改动写成新的迁移。",
            f"The migration {name} was edited after it was applied: restore it, and write a new one for the change.",
        )


class MigrationMissing(Trouble):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"缺少编号为 {number:04} 的迁移文件：编号须连续，请恢复该文件或重新安装。",
            f"The migration {number:04} is missing: numbers leave no gap; restore the file or install again.",
        )


class MigrationMisnamed(Trouble):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"迁移文件 {name} 命名有误：应为 0001_<内容>.sql，且编号不得重复。",
            f"The migration {name} is misnamed: it should be 0001_<what>.sql, with a number of its own.",
        )


class DatabaseNewer(Trouble):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"数据库比程序新（已执行 {name}）：请升级 gongzhi，不要用旧版本打开它。",
            f"The database is newer than this program (it has {name}): upgrade gongzhi; do not open it with this.",
        )


class MigrationNotPermitted(Trouble):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"执行迁移 {name} 的权限不足（{why}）：数据库用户须是该库的所有者并有 CREATEROLE 权限，"
            "并能取用已有的 gongzhi_* 角色，请管理员执行 "
            "ALTER ROLE <用户> CREATEROLE; ALTER DATABASE <库> OWNER TO <用户>; GRANT <已有角色> TO <用户>;",
            f"The migration {name} was not permitted ({why}): the user must own the database, "
            "have CREATEROLE and be a member of the gongzhi_* roles that exist; have an administrator run "
            "ALTER ROLE <user> CREATEROLE; ALTER DATABASE <database> OWNER TO <user>; GRANT <existing role> TO <user>;",
        )


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


async def migrate(connection: asyncpg.Connection, folder: Path, *, schema: str = "public") -> list[str]:
    """Bring the database up to the folder; the names that were applied by this call."""
    migrations = read(folder)
    table = f'"{schema}".migration'
    await _make_table(connection, table)
    applied: list[str] = []
    while name := await _step(connection, table, migrations):
        applied.append(name)
    return applied


def read(folder: Path) -> list[Migration]:
    found = [_parsed(path) for path in sorted(folder.glob("*.sql"))]
    for expected, migration in enumerate(found, start=1):
        if migration.number < expected:
            raise MigrationMisnamed(migration.name)
        if migration.number > expected:
            raise MigrationMissing(expected)
    return found


def _parsed(path: Path) -> Migration:
    named = NAME.fullmatch(path.name)
    if named is None:
        raise MigrationMisnamed(path.name)
    return Migration(int(named[1]), path.name, path.read_text("utf-8"))  # line ends read alike everywhere


async def _make_table(connection: asyncpg.Connection, table: str) -> None:
    if await connection.fetchval("SELECT to_regclass($1)", table):
        return
    with contextlib.suppress(*FASTER):
        try:
            await connection.execute(
                f"CREATE TABLE {table} (number int PRIMARY KEY, name text NOT NULL,"
                " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
        except asyncpg.InsufficientPrivilegeError as error:
            raise MigrationNotPermitted(table, str(error)) from error


async def _step(connection: asyncpg.Connection, table: str, migrations: Sequence[Migration]) -> str | None:
    async with connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        rows = await connection.fetch(f"SELECT name, checksum FROM {table} ORDER BY number")
        _check([(row["name"], row["checksum"]) for row in rows], migrations)
        if len(rows) == len(migrations):
            return None
        migration = migrations[len(rows)]
        await _apply(connection, table, migration)
        return migration.name


def _check(applied: Sequence[tuple[str, str]], migrations: Sequence[Migration]) -> None:
    for (name, checksum), migration in zip(applied, migrations, strict=False):
        if (name, checksum) != (migration.name, migration.checksum):
            raise MigrationEdited(name)
    if len(applied) > len(migrations):
        raise DatabaseNewer(applied[-1][0])


async def _apply(connection: asyncpg.Connection, table: str, migration: Migration) -> None:
    """Recorded first: the file may end as another role or with another search path."""
    await connection.execute(
        f"INSERT INTO {table} (number, name, checksum) VALUES ($1, $2, $3)",
        *(migration.number, migration.name, migration.checksum),
    )
    try:
        await connection.execute(migration.sql)
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationNotPermitted(migration.name, str(error)) from error
    except asyncpg.PostgresError as error:
        error.add_note(f"in the migration {migration.name}")
        raise
