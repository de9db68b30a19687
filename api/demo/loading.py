"""Loading the demonstration: record what is missing, with a progress bar, and project it."""

from rich.console import Console
from rich.progress import Progress

from api.advancing import COLUMNS
from api.composition import Services
from api.demo.playing import COUNTIES, County, play
from infra.ledgers import ledger_heads
from infra.store import EventStore
from projections.projector import catch_up

__all__ = ["is_loaded", "load", "load_missing"]

LIVE = """
insert into reactor (ledger, position) select ledger, position from head where ledger = $1 on conflict do nothing"""
LOADED = "select exists (select from reactor where ledger = $1)"
"""What is reacted to was recorded whole; a loading that was cut short goes on where it was."""


async def load_missing(services: Services) -> None:
    """The counties that have no ledger yet, or not all of it."""
    others = {head.code for head in await ledger_heads(services.writer_pool) if not head.demo}
    for county in COUNTIES.values():
        if county.code not in others and not await is_loaded(services, county.code):
            await load(services, county)


async def is_loaded(services: Services, code: str) -> bool:
    return bool(await services.writer_pool.fetchval(LOADED, code))


async def load(services: Services, county: County) -> int:
    """Record a county and bring its read models up to date; its last position.

    Its history is of other years: what happens from now on is what the system reacts to."""
    console = Console(stderr=True)
    with Progress(*COLUMNS, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"{county.name} {county.code}", total=None)
        position = await play(
            lambda clock: EventStore(services.writer_pool, services.keys, clock),
            services.keys,
            county,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if not console.is_terminal:
        console.print(f"{county.name} {county.code}: {position} events recorded", highlight=False)
    await services.writer_pool.execute(LIVE, county.code)
    connection = await services.databases.connect("gongzhi_owner")
    try:
        position = await catch_up(connection, county.code)
        await connection.execute("analyze")  # or the first queries are planned for tables that were still small
        return position
    finally:
        await connection.close()
