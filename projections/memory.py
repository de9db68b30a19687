"""Memory: the rows that a projector keeps at hand, so that a busy row is not read again at every batch.

Two generations of each table: when the young one is full it becomes the old one, and what was not touched since then is
forgotten.
"""

from collections.abc import Iterable, Mapping

import asyncpg

from projections.folding import Batch
from projections.records import form
from projections.rows import Row

__all__ = ["Memory"]

CAPACITY = 50_000
"""Rows of one table in each of the two generations."""

Rows = dict[str, Row | None]
"""By key; None is known to be missing."""


class Memory:
    """The rows of one ledger. `blank` says that there were none at all in the beginning."""

    def __init__(self, *, blank: bool = False, capacity: int = CAPACITY) -> None:
        self._shelves: dict[type[Row], _Shelf] = {}
        self._blank, self._capacity = blank, capacity

    async def rows(
        self, connection: asyncpg.Connection, ledger: str, wanted: Mapping[type[Row], Iterable[str]]
    ) -> dict[type[Row], Rows]:
        """The rows of these keys, of each table in one SELECT where any is not at hand."""
        return {row: await self._rows(connection, ledger, row, keys) for row, keys in wanted.items()}

    def learn(self, batch: Batch) -> None:
        """Take in what a batch made of the rows, once it is written."""
        for row, share in batch.shares.items():
            self._shelf(row).keep(share.now)

    async def _rows(self, connection: asyncpg.Connection, ledger: str, row: type[Row], keys: Iterable[str]) -> Rows:
        shelf = self._shelf(row)
        found, missing = shelf.recall(keys)
        if missing:
            read = dict.fromkeys(missing) if shelf.whole else await _read(connection, ledger, row, missing)
            shelf.keep(read)
            found.update(read)
        return found

    def _shelf(self, row: type[Row]) -> "_Shelf":
        if row not in self._shelves:
            self._shelves[row] = _Shelf(self._capacity, whole=self._blank)
        return self._shelves[row]


class _Shelf:
    """The rows of one table; whole while no row was ever forgotten of a table that began empty."""

    def __init__(self, capacity: int, *, whole: bool) -> None:
        self._young: Rows = {}
        self._old: Rows = {}
        self._capacity, self.whole = capacity, whole

    def recall(self, keys: Iterable[str]) -> tuple[Rows, list[str]]:
        found: Rows = {}
        missing: list[str] = []
        for key in keys:
            if key in self._young:
                found[key] = self._young[key]
            elif key in self._old:
                found[key] = self._young[key] = self._old[key]
            else:
                missing.append(key)
        return found, missing

    def keep(self, rows: Mapping[str, Row | None]) -> None:
        self._young.update(rows)
        if len(self._young) > self._capacity:
            self.whole = self.whole and not self._old
            self._old, self._young = self._young, {}


async def _read(connection: asyncpg.Connection, ledger: str, row: type[Row], keys: list[str]) -> Rows:
    how = form(row)
    rows = map(how.read, await connection.fetch(how.select, ledger, keys))
    return {**dict.fromkeys(keys), **{each.id: each for each in rows}}  # type: ignore[attr-defined]
