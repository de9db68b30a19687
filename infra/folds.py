"""Folds: the views that commands looked at lately, each with the position up to which it is folded.

A stale view is no danger: who decides on it appends on condition that nothing was recorded since, or catches up before
anything is told. At most so many are kept; what was used longest ago is forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from domain.bodies import from_body
from domain.memo import memo
from domain.states import Key, State, handled
from domain.views import History, Tagged, View, seen, unseen
from infra.commits import Appended
from infra.entries import NewEvent, Stored
from infra.matching import Item, Watched
from infra.store import Loaded

__all__ = ["MOST", "Fold", "Folds", "Held"]

MOST = 20_000
_body = msgspec.json.Decoder(dict[str, Any]).decode


class Fold(NamedTuple):
    """A view, and the position of the ledger that it is of."""

    view: View
    position: int


class Held(NamedTuple):
    """What is held of the keys that were asked for, and of which log."""

    log: bytes | None
    recorded_at: datetime | None
    """The latest time at which something was recorded, as far as is known."""
    folds: Mapping[Key, Fold]

    @property
    def views(self) -> dict[Key, View]:
        return {key: fold.view for key, fold in self.folds.items()}

    @property
    def is_whole(self) -> bool:
        """Whether all of it was seen before."""
        return all(fold.position for fold in self.folds.values())

    @property
    def watched(self) -> list[Watched]:
        """What must not have happened since, for the views to hold still; all of it, for those to catch up."""
        return [
            Watched(item, fold.position) for key, fold in self.folds.items() if (item := _item(key.state, key.refs))
        ]

    def is_of(self, loaded: Loaded) -> bool:
        """Whether it is of the log that was loaded from, and not of one that had the ledger's name before."""
        return self.log in {None, loaded.log} and all(fold.position <= loaded.head for fold in self.folds.values())


class Folds:
    """Of all ledgers; a log is known by the leaf of its first event, which no other log has."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._logs: dict[str, tuple[bytes, datetime]] = {}
        self._folds: dict[tuple[bytes, Key], Fold] = {}

    def __len__(self) -> int:
        return len(self._folds)

    def recall(self, ledger: str, keys: Iterable[Key]) -> Held:
        """As it is held; what is not has seen nothing."""
        log, recorded_at = self._logs.get(ledger, (None, None))
        return Held(log, recorded_at, {key: self._recall(log, key) or Fold(unseen(key), 0) for key in keys})

    def forget(self, ledger: str) -> None:
        """That is another log now."""
        self._logs.pop(ledger, None)

    def catch_up(self, ledger: str, held: Held, loaded: Loaded) -> Held:
        """After what was recorded since; `held` is what the events were loaded after."""
        history = History((each.position, _tagged(each)) for each in loaded.events)
        return self._keep(ledger, loaded.log, loaded.recorded_at, _go_on(held, history, loaded.head))

    def go_on(self, ledger: str, held: Held, events: Sequence[NewEvent], appended: Appended) -> None:
        """After an append on condition that nothing else that concerns `held` was recorded before."""
        recorded = [
            Stored(n, e.type, e.version, frozenset(e.tags), e.data) for n, e in enumerate(events, appended.first)
        ]
        history = History((each.position, _tagged(each)) for each in recorded)
        self._keep(ledger, held.log, appended.recorded_at, _go_on(held, history, appended.last))

    def _keep(self, ledger: str, log: bytes | None, recorded_at: datetime, folds: Mapping[Key, Fold]) -> Held:
        if log is not None:
            before, at = self._logs.get(ledger, (log, recorded_at))
            self._logs[ledger] = (log, max(at, recorded_at) if before == log else recorded_at)
            for key, fold in folds.items():
                self._folds[log, key] = max(self._folds.pop((log, key), fold), fold, key=_position)
            while len(self._folds) > self._most:
                del self._folds[next(iter(self._folds))]
        return Held(log, recorded_at, folds)

    def _recall(self, log: bytes | None, key: Key) -> Fold | None:
        if log is None or (fold := self._folds.pop((log, key), None)) is None:
            return None
        self._folds[log, key] = fold
        return fold


def _go_on(held: Held, history: History, position: int) -> dict[Key, Fold]:
    return {
        key: Fold(seen(key, view, history.after(before, key)), position) for key, (view, before) in held.folds.items()
    }


def _position(fold: Fold) -> int:
    return fold.position


def _item(state: type[State], refs: Sequence[str]) -> Item | None:
    types = _types(state)
    return Item(tuple(sorted(map(str, refs))), types) if types else None


@memo
def _types(state: type[State]) -> tuple[str, ...]:
    return tuple(sorted(event.__name__ for event in handled(state)))


def _tagged(stored: Stored) -> Tagged:
    return Tagged(from_body(stored.type, _body(stored.body), stored.version), stored.tags, stored.position)
