"""Loading the demonstration: record what is missing, with a progress bar, and project it."""

from rich.console import Console
from rich.progress import Progress

from api.advancing import COLUMNS
from api.composition import Services
from api.demo.playing import COUNTIES, County, play
from infra.ledgers import ledger_heads
from infra.store import EventStore
from projections.projector import catch_up

__all__ = ["load", "load_missing"]


async def load_missing(services: Services) -> None:
    """The counties that have no ledger yet."""
    there = {head.code for head in await ledger_heads(services.writer_pool)}
    for county in COUNTIES.values():
        if county.code not in there:
            await load(services, county)


async def load(services: Services, county: County) -> int:
    """Record a county and bring its read models up to date; its last position."""
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
    connection = await services.databases.connect("gongzhi_owner")
    try:
        return await catch_up(connection, county.code)
    finally:
        await connection.close()
