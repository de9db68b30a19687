"""The projector's process: one task a ledger folds what is recorded into rows, so that folding delays no answer.

A ledger whose projection raised stands still, loudly, and is tried again; recording and the other ledgers go on.
"""

import asyncio
import contextlib
import gc
import signal
import sys

import structlog

import projections.rooms  # noqa: F401 - what is to be projected
from api.logs import log_plainly
from api.reacting import keep_reacting
from infra.database import Databases, open_databases
from infra.mortal import die_with
from infra.outages import UNREACHABLE
from infra.settings import Settings
from infra.trouble import Trouble
from projections.folding import Stopped
from projections.loading import RARELY
from projections.projector import PASSING, Hints, Projector, listen
from projections.tables import Outdated

__all__ = ["main", "project_all"]

log = structlog.get_logger("projector")
PATIENCE = 5.0
"""Seconds before a ledger that stands still, or a lost connection, is tried again."""
LOOK = 1.0
LOST = (Trouble, *UNREACHABLE, *PASSING)
HEADS = "select ledger from gongzhi.head order by ledger"


def main(parent: str) -> None:
    """Run until told to stop, or until the parent is gone; started and watched by `gongzhi serve`."""
    die_with(int(parent))
    log_plainly()
    gc.set_threshold(*RARELY)
    try:
        asyncio.run(_run())
    except KeyboardInterrupt:
        pass
    except Trouble as trouble:
        sys.exit(str(trouble))


async def _run() -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        settings = Settings.from_environment()
        async with open_databases(settings) as databases, asyncio.TaskGroup() as group:
            group.create_task(project_all(databases))
            group.create_task(keep_reacting(databases, settings))


async def project_all(databases: Databases) -> None:
    """A task for every ledger there is or will be."""
    tasks: dict[str, asyncio.Task[None]] = {}
    async with asyncio.TaskGroup() as group:
        while True:
            with contextlib.suppress(*LOST):
                for ledger in await _ledgers(databases):
                    if ledger not in tasks:
                        tasks[ledger] = group.create_task(_keep_projecting(databases, ledger))
            await asyncio.sleep(LOOK)


async def _ledgers(databases: Databases) -> list[str]:
    connection = await databases.connect("gongzhi_owner")
    try:
        return [row["ledger"] for row in await connection.fetch(HEADS)]
    finally:
        await connection.close()


async def _keep_projecting(databases: Databases, ledger: str) -> None:
    while True:
        try:
            await _project(databases, ledger)
        except Stopped as stopped:
            log.exception("projection stopped", ledger=ledger, **stopped.told)
        except Outdated as outdated:
            log.warning("projections are declared otherwise", ledger=ledger, projections=outdated.args)
        except LOST as error:
            log.warning("projector lost its database", ledger=ledger, error=type(error).__name__)
            await asyncio.sleep(LOOK / 5)
            continue
        except Exception:
            log.exception("projecting failed", ledger=ledger)
        await asyncio.sleep(PATIENCE)


async def _project(databases: Databases, ledger: str) -> None:
    """Until stopped; then whoever waits for this ledger may go on at once."""
    hints = Hints()
    connection = await databases.connect("gongzhi_owner")
    try:
        await listen(connection, hints)
        projector = Projector(connection, ledger)
        try:
            await projector.run(hints)
        finally:
            with contextlib.suppress(*LOST):
                await projector.release()
    finally:
        connection.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
