"""A database and how to reach it; what goes wrong on the way is told in words, never with the password."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import asyncpg

from infra.trouble import Trouble

# A pool tells each failed try to have its least number of connections again, with a trace, while whoever asks is
# answered and the server's supervisor logs what happened.
logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
SESSION: Mapping[str, str] = {"application_name": "gongzhi", "timezone": "<+08>-08"}


class ServerUnreachable(Trouble):
    def __init__(self, place: str, why: str) -> None:
        super().__init__(
            f"连不上 PostgreSQL {place}（{why}）：请检查 DATABASE_URL 与 GONGZHI_KEYS_URL、网络和服务器是否运行。",
            f"PostgreSQL at {place} cannot be reached ({why}): "
            "see DATABASE_URL and GONGZHI_KEYS_URL, the network, and whether the server runs.",
        )


class LoginRefused(Trouble):
    def __init__(self, place: str, why: str) -> None:
        super().__init__(
            f"PostgreSQL {place} 拒绝登录（{why}）：请检查连接地址中的用户名和密码。",
            f"PostgreSQL at {place} refuses the login ({why}): see the user and password in the URL.",
        )


class UrlUnfit(Trouble):
    def __init__(self) -> None:
        super().__init__(
            "DATABASE_URL 或 GONGZHI_KEYS_URL 无法识别：须如 postgresql://用户:密码@主机:5432/gongzhi，"
            "用户名和密码中的 @ / ? # : % 须写作 %40 %2F %3F %23 %3A %25。",
            "DATABASE_URL or GONGZHI_KEYS_URL cannot be understood: write it like "
            "postgresql://user:password@host:5432/gongzhi, "
            "and @ / ? # : % in the user and the password as %40 %2F %3F %23 %3A %25.",
        )


class DatabaseMissing(Trouble):
    def __init__(self, place: str) -> None:
        super().__init__(
            f"数据库 {place} 不存在：请管理员先用 CREATE DATABASE … OWNER <用户> 创建它。",
            f"The database {place} does not exist: have an administrator CREATE DATABASE … OWNER <user> first.",
        )


class QuietConnection(asyncpg.Connection):
    """Going back to its pool costs no round trip: nobody changes a pooled session, so nothing needs resetting.

    An open transaction is still rolled back. LISTEN and SET belong on a connection of one's own (`Databases.connect`).
    """

    def get_reset_query(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Address:
    dsn: str = field(repr=False)  # holds the password
    database: str | None = None
    """In place of the one that the DSN names."""

    def __post_init__(self) -> None:
        """A stray @ means that part of a password stands where a host is looked for, and would be told as one."""
        authority, rest = _taken_apart(self.dsn)
        if authority.count("@") > 1 or "@" in rest:
            raise UrlUnfit

    @property
    def place(self) -> str:
        """Hosts, ports and database; of nothing that stands before the @."""
        authority, rest = _taken_apart(self.dsn)
        hosts = ",".join(map(_with_port, authority.rpartition("@")[2].split(",")))
        return f"{hosts}/{self.database or re.split('[?#]', rest)[0].strip('/')}"

    async def connect(self, settings: Mapping[str, str] = SESSION) -> QuietConnection:
        try:
            return await asyncpg.connect(
                self.dsn,
                database=self.database,
                server_settings=dict(settings),
                connection_class=QuietConnection,
                timeout=30,
            )
        except asyncpg.InvalidCatalogNameError:
            raise DatabaseMissing(self.place) from None
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise LoginRefused(self.place, str(error)) from None
        except (OSError, asyncpg.PostgresError) as error:
            raise ServerUnreachable(self.place, str(error) or type(error).__name__) from error
        except ValueError:  # of the URL; it may quote any part of it
            raise UrlUnfit from None
        except asyncpg.InterfaceError as error:
            raise ServerUnreachable(self.place, str(error) or type(error).__name__) from error

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[QuietConnection]:
        connection = await self.connect()
        try:
            yield connection
        finally:
            await connection.close()

    def pool(self, settings: Mapping[str, str], *, min_size: int, max_size: int) -> asyncpg.Pool:
        """Compiled queries are long and few: every statement stays prepared for the life of its connection."""
        return asyncpg.create_pool(
            self.dsn,
            database=self.database,
            server_settings=dict(settings),
            connection_class=QuietConnection,
            min_size=min_size,
            max_size=max_size,
            statement_cache_size=512,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=256 * 1024,
        )


def _taken_apart(url: str) -> tuple[str, str]:
    """User, password and hosts; and all after them."""
    after = url.partition("://")[2]
    authority = re.split("[/?#]", after, maxsplit=1)[0]
    return authority, after[len(authority) :]


def _with_port(host: str) -> str:
    return host if re.search(r":\d+$", host) and not host.endswith("]") else f"{host or 'localhost'}:5432"
