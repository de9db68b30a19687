"""The composition root's parts: databases, keys and the event store, opened together and closed together."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import asyncpg
import structlog

import domain.rooms  # noqa: F401 - all contexts are loaded before anything is derived from them
import projections.rooms  # noqa: F401
from api.advancing import advancing
from infra.arrivals import Arrivals
from infra.database import Databases, open_databases
from infra.files import Files, open_files
from infra.kek import load_kek
from infra.keys import KeyStore, open_keys
from infra.recorder import Recorder
from infra.settings import Settings
from infra.store import EventStore
from infra.trouble import Trouble
from projections.exchanging import PATIENCE, ReadersBusy
from projections.folding import Stopped
from projections.rebuilding import RebuildRunning
from projections.rebuilding import rebuild as rebuild_changed
from projections.tables import Outdated, ensure_tables

__all__ = ["Services", "open_services", "services_over", "told_plainly"]

log = structlog.get_logger("services")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Services:
    """What commands and the server work with; everything is closed with `open_services`."""

    settings: Settings
    databases: Databases
    keys: KeyStore
    store: EventStore
    recorder: Recorder
    writer_pool: asyncpg.Pool
    files: Files
    arrivals: Arrivals

    async def connecting(self) -> asyncpg.Connection:
        """A connection of the tables' owner, closed by who asked."""
        return await self.databases.connect("gongzhi_owner")


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def open_services(settings: Settings, clock: Clock = utc_now, *, rebuild: bool = True) -> AsyncIterator[Services]:
    """Open (and where missing make) the databases, their tables and the keys."""
    async with (
        open_databases(settings) as databases,
        services_over(databases, settings, clock, rebuild=rebuild) as services,
    ):
        yield services


@contextlib.asynccontextmanager
async def services_over(
    databases: Databases, settings: Settings, clock: Clock = utc_now, *, rebuild: bool = True
) -> AsyncIterator[Services]:
    """The same over databases that are open already."""
    await make_tables(databases, rebuild=rebuild)
    keys = await open_keys(await databases.keys_pool(max_size=4), load_kek(settings.home))
    pool = await databases.pool("gongzhi_writer", max_size=8)
    async with EventStore(pool, keys, clock) as store:
        yield Services(settings, databases, keys, store, Recorder(store, keys, clock), pool, *open_files(settings))


async def make_tables(databases: Databases, *, rebuild: bool) -> None:
    """The read models' tables as the projections declare them; if wished, what was declared otherwise before is
    rebuilt from event 1, while whoever runs already goes on reading it."""
    connection = await databases.connect("gongzhi_owner")
    try:
        stale = await ensure_tables(connection)
    finally:
        await connection.close()
    if stale:
        log.warning("projections changed", projections=stale, rebuilding=rebuild)
    if stale and rebuild:
        with advancing() as progress, told_plainly():
            await rebuild_changed(partial(databases.connect, "gongzhi_owner"), progress=progress, wait=True)


@contextlib.contextmanager
def told_plainly() -> Iterator[None]:
    """What may come between an operator's work and its end, as troubles of the operator's."""
    try:
        yield
    except Stopped as stopped:
        raise Trouble(f"读模型停在一条无法处理的事件：{stopped}", f"A projection cannot go on: {stopped}") from stopped
    except Outdated as outdated:
        names = outdated.args
        raise Trouble(
            f"读模型 {'、'.join(names)} 不是按本版本建立的：请先执行 gongzhi rebuild。",
            f"The projections {', '.join(names)} are not as this release makes them: run gongzhi rebuild first.",
        ) from None
    except RebuildRunning:
        raise Trouble(
            "另一个进程正在重建读模型：请等它结束后再试。",
            "Another process is rebuilding the projections: try again when it is done.",
        ) from None
    except ReadersBusy:
        raise Trouble(
            f"新的读模型已建好，但 {PATIENCE / 60:.0f} 分钟内旧表始终被占用（长时间读取、备份或清理），未能替换；"
            "读者仍读旧表，下次重建从头开始。请等占用结束（见 pg_locks）再试。",
            f"The new read models were ready, but for {PATIENCE / 60:.0f} minutes the old tables were in use (a long "
            "read, a backup, a vacuum) and could not be replaced; people go on reading the old ones, and the next "
            "rebuild starts over. Try again when that has ended (see pg_locks).",
        ) from None
