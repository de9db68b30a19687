"""Advancing: how far long work over ledgers has come, as a bar on a terminal and as plain lines otherwise."""

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from projections.rebuilding import Progress as Told

__all__ = ["COLUMNS", "advancing"]

COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
SELDOM = 2.0
"""Seconds between two lines where nobody watches a bar."""


@contextlib.contextmanager
def advancing(console: Console | None = None) -> Iterator[Told]:
    """Called with a ledger, events done and events in all; written to standard error, so that results stay clean."""
    shown = console or Console(stderr=True)
    if not shown.is_terminal:
        yield _Lines(shown).tell
        return
    with Progress(*COLUMNS, console=shown) as bar:
        yield _Bars(bar).tell


class _Bars:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def tell(self, ledger: str, done: int, total: int) -> None:
        if ledger not in self._tasks:
            self._tasks[ledger] = self._bar.add_task(ledger, total=total)
        self._bar.update(self._tasks[ledger], completed=done, total=total)


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: dict[str, float] = {}

    def tell(self, ledger: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now > self._told.get(ledger, 0) + SELDOM:
            self._told[ledger] = now
            self._console.print(f"{ledger}: {done}/{total}", highlight=False)
