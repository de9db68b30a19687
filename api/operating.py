"""What an operator asks of the data: how far ledgers and their read models are, and rebuilding them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress, TaskID

from api.demo.loading import COLUMNS
from api.services import Services
from projections.rebuilding import Progress as Told
from projections.rebuilding import rebuild

__all__ = ["LedgerStatus", "rebuild_ledgers", "statuses"]

STATUS = """
select h.ledger, h.demo, h.position, h.recorded_at, coalesce(p.position, 0) projected, p.failure,
    c.position checkpoint, c.signed_at
from head h left join projector p using (ledger) left join lateral (
    select position, signed_at from checkpoint c where c.ledger = h.ledger order by position desc limit 1) c on true
where h.position > 0 order by h.ledger
"""


@dataclass(frozen=True)
class LedgerStatus:
    """One ledger: what is recorded, projected and signed, each as a position."""

    ledger: str
    demo: bool
    position: int
    recorded_at: datetime
    projected: int
    failure: str | None
    checkpoint: int | None
    signed_at: datetime | None

    @property
    def lag(self) -> int:
        """Events recorded that people cannot read yet."""
        return self.position - self.projected

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "lag": self.lag}


async def statuses(services: Services) -> list[LedgerStatus]:
    return [LedgerStatus(**row) for row in await services.writer_pool.fetch(STATUS)]


async def rebuild_ledgers(services: Services, ledgers: list[str]) -> dict[str, int]:
    """Rebuild every projection of these ledgers from event 1, with progress; the positions reached."""
    console, reached = Console(stderr=True), {}
    connection = await services.databases.connect("gongzhi_owner")
    try:
        with Progress(*COLUMNS, console=console, disable=not console.is_terminal) as bar:
            for ledger in ledgers:
                reached[ledger] = await rebuild(connection, ledger, _shown(bar, bar.add_task(ledger, total=None)))
    finally:
        await connection.close()
    return reached


def _shown(bar: Progress, task: TaskID) -> Told:
    return lambda _, done, total: bar.update(task, completed=done, total=total)
