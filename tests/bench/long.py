"""A long history at once: events as the store writes them, straight into its table, folded by the real projector.

Compounds are founded first and then change, month by month, so that half-way back there are as many as now.
"""

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import asyncpg

from domain import compounds, coverages, firms, grids, ledgers, places
from domain.bodies import CHINA, to_body
from domain.compounds import CompoundFile, Origin, Problem, ServiceMode
from domain.events import Confidential, Event, Ref
from infra.database import Databases
from projections.rebuilding import rebuild
from projections.tables import ensure_tables, projections
from tests.histories import HEAD, entry

__all__ = ["FIRMS", "LEDGER", "communities_of", "compounds_of", "make_history"]

LEDGER = "140423"
BEGAN = datetime(2015, 1, 5, 9, tzinfo=CHINA)
SINCE = BEGAN.date()
EVENTS_EACH, BUILDINGS = 50, 4
FIRMS = 12
BATCH = 20_000
AS_FAR = "insert into gongzhi.projector (ledger, position) values ($1, $2)"
"""A rebuild brings read models as far as they were."""
COMPOUNDS_EACH = 80
"""Of a community."""
TOWN = Ref[Any]("town:1")
COLUMNS = ("ledger", "position", "type", "tags", "occurred_at", "recorded_at", "entry", "leaf")
Told = tuple[Event, tuple[Ref[Any], ...]]
"""An event and the places that lie around it."""


def compounds_of(events: int) -> int:
    return max(1, events // EVENTS_EACH)


def communities_of(events: int) -> int:
    return -(-compounds_of(events) // COMPOUNDS_EACH)


async def make_history(databases: Databases, owner: asyncpg.Connection, events: int) -> None:
    """Record and project so many events, as the owner of the tables."""
    await ensure_tables(owner)
    told = enumerate(itertools.islice(_county(events), events), 1)
    while batch := list(itertools.islice(told, BATCH)):
        rows = [_stored(position, *each) for position, each in batch]
        await owner.copy_records_to_table("event", schema_name="gongzhi", columns=COLUMNS, records=rows)
    await owner.execute(HEAD, LEDGER, events, BEGAN)
    await owner.execute(AS_FAR, LEDGER, events)
    await rebuild(partial(databases.connect, "gongzhi_owner"), [each.name for each in projections()])


def _stored(position: int, event: Event, around: Iterable[Ref[Any]]) -> tuple[Any, ...]:
    at, kind, tags = BEGAN + timedelta(minutes=position), type(event).__name__, sorted(around)
    bytes_ = entry(LEDGER, position, kind, to_body(event), tags=tags, at=at)
    return LEDGER, position, kind, tags, at, at, bytes_, sha256(b"\0" + bytes_).digest()


def _county(events: int) -> Iterator[Told]:
    estates = [Ref[Any](f"compound:{n}") for n in range(compounds_of(events))]
    yield ledgers.LedgerOpened(Ref(f"ledger:{LEDGER}"), LEDGER, "示范县", demo=True), ()
    yield places.TownRegistered(TOWN, "示范镇"), (TOWN,)
    for n in range(communities_of(events)):
        yield places.CommunityRegistered(_community(n), TOWN, f"示范社区{n:03d}"), (_community(n), TOWN)
    for n in range(FIRMS):
        yield firms.FirmRegistered(_firm(n), f"物业{n:02d}公司", f"91140423BEN{n:06d}X"), (_firm(n),)
    for n, estate in enumerate(estates):
        around = estate, _community(n // COMPOUNDS_EACH), TOWN
        yield from ((event, around) for event in _founding(n, estate, around[1]))
    for month in itertools.count():
        for n, estate in enumerate(estates):
            yield _change(n, estate, month), (estate, _community(n // COMPOUNDS_EACH), TOWN)


def _founding(n: int, estate: Ref[Any], home: Ref[Any]) -> Iterator[Event]:
    grid = Ref[Any](f"grid:{n}")
    yield places.CompoundRegistered(estate, home, f"示范小区{n * 7919 % 100_000:05d}", divided=True)
    yield compounds.CompoundOriginClassified(estate, list(Origin)[n % len(Origin)])
    yield grids.GridDelineated(grid, home, f"第{n}网格", SINCE)
    for b in range(BUILDINGS):
        yield places.BuildingRegistered(Ref(f"building:{n}-{b}"), estate, home, f"{b + 1}号楼")
        yield coverages.GridCoverageBegan(Ref(f"building:{n}-{b}"), grid, SINCE)


def _change(n: int, estate: Ref[Any], month: int) -> Event:
    day = date(2016 + month // 12, month % 12 + 1, 1)
    match (n + month) % 4:
        case 0:
            mode = ServiceMode.MARKET if (n + month) // 4 % 2 else ServiceMode.COMMUNITY
            provider = _firm((n // 8 + month) % FIRMS) if mode is ServiceMode.MARKET else None
            return compounds.ServiceModeSet(estate, mode, provider, day)
        case 1:
            return compounds.CompoundProblemTagged(estate, list(Problem)[month // 4 % len(Problem)])
        case 2:
            return compounds.CompoundProblemCleared(estate, list(Problem)[month // 4 % len(Problem)])
        case _:
            return compounds.CompoundFileRevised(
                estate, CompoundFile.BASIC, month + 1, Confidential("定期更新"), "公共部位已维修。"
            )


def _community(n: int) -> Ref[Any]:
    return Ref(f"community:{n}")


def _firm(n: int) -> Ref[Any]:
    return Ref(f"firm:{n}")
