"""Memory: the rows that a projector keeps at hand, so that a busy row is not read again at every batch.

Two generations: when the young one is full it becomes the old one, and what was not touched since then is forgotten.
"""

from collections.abc import Iterable, Mapping

import asyncpg

from projections.folding import Batch
from projections.records import form
from projections.rows import Row

__all__ = ["Memory"]

CAPACITY = 100_000
"""Rows in each of the two generations."""

Slot = tuple[type[Row], str]


class Memory:
    """Rows of one ledger; None is known to be missing. `blank` says that there were no rows at all in the beginning."""

    def __init__(self, *, blank: bool = False, capacity: int = CAPACITY) -> None:
        self._young: dict[Slot, Row | None] = {}
        self._old: dict[Slot, Row | None] = {}
        self._whole, self._capacity = blank, capacity

    async def rows(
        self, connection: asyncpg.Connection, ledger: str, wanted: Mapping[type[Row], Iterable[str]]
    ) -> dict[type[Row], dict[str, Row | None]]:
        """The rows of these keys, of each table in one SELECT where any is not at hand."""
        found: dict[type[Row], dict[str, Row | None]] = {}
        for row, keys in wanted.items():
            slots = found[row] = {}
            missing = [key for key in keys if not self._recall((row, key), slots)]
            slots.update(dict.fromkeys(missing))
            if missing and not self._whole:
                rows = map(form(row).read, await connection.fetch(form(row).select, ledger, missing))
                slots.update({each.id: each for each in rows})  # type: ignore[attr-defined]
            self._keep({(row, key): slots[key] for key in missing})
        return found

    def learn(self, batch: Batch) -> None:
        """Take in what a batch made of the rows, once it is written."""
        for row, share in batch.shares.items():
            self._keep({(row, key): now for key, now in share.now.items()})

    def _recall(self, slot: Slot, into: dict[str, Row | None]) -> bool:
        for generation in (self._young, self._old):
            if slot in generation:
                into[slot[1]] = self._young[slot] = generation[slot]
                return True
        return False

    def _keep(self, rows: Mapping[Slot, Row | None]) -> None:
        self._young.update(rows)
        if len(self._young) > self._capacity:
            self._whole = self._whole and not self._old
            self._old, self._young = self._young, {}
