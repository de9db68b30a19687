"""Recording a demonstration: batches through the decisions, at the hours they happened, with progress."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.demo import qin, xiangyuan
from api.demo.script import Script, batches
from domain.bodies import CHINA
from infra.keys import KeyStore
from infra.ledgers import open_ledger
from infra.recorder import Recorder
from infra.store import EventStore

__all__ = ["COUNTIES", "County", "PastClock", "play"]

BATCH = 250
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class County:
    """A county of the demonstration: its name, the day its ledger opened, and who writes its script."""

    code: str
    name: str
    opened: date
    write: Callable[[Script], None]


COUNTIES: Mapping[str, County] = {
    county.code: county
    for county in (
        County("140423", "襄垣县", date(2022, 1, 4), xiangyuan.write),
        County("140430", "沁县", date(2023, 1, 4), qin.write),
    )
}


@dataclass
class PastClock:
    """The recording clock of a demonstration: it shows what the script says."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def play(store: Callable[[PastClock], EventStore], keys: KeyStore, county: County, progress: Progress) -> int:
    """Record a county's history, or what of it is missing; the ledger's last position.

    Command ids are the script's, so playing twice records once."""
    clock = PastClock(datetime(county.opened.year, county.opened.month, county.opened.day, 9, tzinfo=CHINA))
    async with store(clock) as opened:
        recorder = Recorder(opened, keys, clock)
        name = "示范账本管理员"
        opening = await open_ledger(
            recorder, county.code, county.name, "demo-administrator", admin_name=name, demo=True
        )
        ledger, administrator = (receipts.node for receipts in opening[:2])
        script = Script(ledger, administrator, county.opened + timedelta(days=1))
        county.write(script)
        done = 0
        for batch in batches(script.commands, BATCH):
            clock.now = max(clock.now, batch[-1].now)
            await recorder.record(county.code, batch)
            done += len(batch)
            progress(done, len(script.commands))
        return await opened.head(county.code) or 0
