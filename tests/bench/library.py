"""The `eventsourcing` library's own PostgreSQL recorder of events with tags, and how fast it appends from threads."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from typing import NamedTuple

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from infra.address import Address
from tests.bench.workload import NUMBERS, TYPE, body, condition, tags

__all__ = ["LibraryClients", "Parts", "library_recorder", "parts_of"]


class Parts(NamedTuple):
    """Of an address, as the library wants them."""

    dbname: str
    host: str
    port: str
    user: str
    password: str


def parts_of(address: Address) -> Parts:
    known = conninfo_to_dict(address.dsn)
    return Parts(*(str(known.get(name, "")) for name in Parts._fields))


@contextmanager
def library_recorder(address: Address, threads: int) -> Iterator[PostgresDCBRecorderTT]:
    """With its tables made, and a connection for every thread."""
    with PostgresDatastore(*parts_of(address), pool_size=threads) as datastore:
        datastore.pool.wait()
        recorder = PostgresDCBRecorderTT(datastore)
        recorder.create_table()
        yield recorder


class LibraryClients:
    """As many clients as threads, each of which goes on where it was."""

    def __init__(self, recorder: PostgresDCBRecorderTT, threads: int) -> None:
        self._recorder, self._threads = recorder, threads
        self._last: dict[int, int] = {}

    def rate(self, seconds: float) -> float:
        """Events a second."""
        begun = time.perf_counter()
        with ThreadPoolExecutor(self._threads) as pool:
            done = sum(pool.map(self._append, range(self._threads), repeat(begun + seconds)))
        return done / (time.perf_counter() - begun)

    def _append(self, client: int, until: float) -> int:
        done = 0
        while not done or time.perf_counter() < until:
            event = DCBEvent(TYPE, body(client, next(NUMBERS)), tags(client))
            self._last[client] = self._recorder.append([event], condition(client, self._last.get(client, 0)))
            done += 1
        return done
