"""T1 and T2: appending, by many clients and by one, against the library's recorder, a bare COPY and a bare insert."""

import asyncio
import time

from domain.words import Words
from infra.database import Databases
from infra.entries import NewEvent, Stamp
from infra.recorder import Recorder
from infra.store import EventStore, Issued
from tests.bench.bare import BATCH, Bare, median_of
from tests.bench.deciding import DecidingClients
from tests.bench.library import LibraryClients, library_recorder
from tests.bench.measuring import Comparison, Sizes, at_least, at_most, take_turns
from tests.bench.workload import NUMBERS, TYPE, body, condition, tags
from tests.recording import LEDGER, event_store, keys_of, now

__all__ = ["by_many", "by_one"]

DIGEST = bytes(32)


class StoreClients:
    """Clients of the event store in one process, each of which goes on where it was."""

    def __init__(self, store: EventStore, clients: int) -> None:
        self._store, self._clients = store, clients
        self._last: dict[int, int] = {}

    async def rate(self, seconds: float) -> float:
        """Events a second."""
        begun = time.perf_counter()
        counts = await asyncio.gather(*(self._append_until(n, begun + seconds) for n in range(self._clients)))
        return sum(counts) / (time.perf_counter() - begun)

    async def latency(self, seconds: float) -> float:
        """The median of one client's milliseconds."""
        return await median_of(lambda: self._append(0), seconds)

    async def _append_until(self, client: int, until: float) -> int:
        done = 0
        while not done or time.perf_counter() < until:
            await self._append(client)
            done += 1
        return done

    async def _append(self, client: int) -> None:
        number, own = next(NUMBERS), tags(client)
        command = f"command-{number}"
        event = NewEvent(TYPE, body(client, number), own, stamp=Stamp(command_id=command))
        issued, wanted = Issued(command, DIGEST, own[1], 1), condition(client, self._last.get(client, 0))
        self._last[client] = (await self._store.append(LEDGER, [event], wanted, [issued])).last


async def by_many(databases: Databases, sizes: Sizes) -> list[Comparison]:
    """T1."""
    async with Bare.of(databases) as bare, event_store(databases) as store:
        with library_recorder(databases.main, sizes.threads) as recorder:
            deciding = await DecidingClients.of(Recorder(store, await keys_of(databases), now), sizes.clients)
            ours, theirs = StoreClients(store, sizes.clients), LibraryClients(recorder, sizes.threads)
            found = await take_turns(
                sizes.rounds,
                {
                    "ours": lambda: ours.rate(sizes.seconds),
                    "library": lambda: asyncio.to_thread(theirs.rate, sizes.seconds),
                    "copy": lambda: bare.rate(sizes.seconds),
                    "copy of all": lambda: bare.rate(sizes.seconds, all_rows=True),
                    "deciding": lambda: deciding.rate(sizes.seconds),
                },
            )
    what = Words(f"append, {sizes.clients} clients", f"追加，{sizes.clients} 个客户端")
    library = Words(f"the library's recorder, {sizes.threads} threads", f"库自带记录器，{sizes.threads} 线程")
    decided = Words(f"load, decide and append, {sizes.clients} clients", f"读取、决定并追加，{sizes.clients} 个客户端")
    copy = Words(f"bare COPY, {BATCH:,} rows each", f"裸 COPY，每批 {BATCH:,} 行")
    all_rows = Words("COPY of all the same rows, tags and commands too", "相同各表数据的 COPY，含标签与命令")
    return [
        Comparison("T1", what, "events/s", found["ours"], library, found["library"], at_least(30)),
        Comparison("T1", what, "events/s", found["ours"], copy, found["copy"], at_least(0.25)),
        Comparison("T1", what, "events/s", found["ours"], all_rows, found["copy of all"]),
        Comparison("T1", decided, "events/s", found["deciding"], library, found["library"]),
    ]


async def by_one(databases: Databases, sizes: Sizes) -> list[Comparison]:
    """T2."""
    async with Bare.of(databases) as bare, event_store(databases) as store:
        ours = StoreClients(store, 1)
        contestants = {"ours": lambda: ours.latency(sizes.seconds), "bare": lambda: bare.latency(sizes.seconds)}
        found = await take_turns(sizes.rounds, contestants)
    what = Words("append, one client, p50", "追加，单客户端，中位延迟")
    bare_insert = Words("bare insert of one row", "裸插入一行")
    return [Comparison("T2", what, "ms", found["ours"], bare_insert, found["bare"], at_most(2))]
