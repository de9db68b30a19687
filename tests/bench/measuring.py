"""Measuring: contestants take turns, so that what slows the machine slows them alike; what counts is their ratio."""

import asyncio
import os
import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from domain.words import Words

__all__ = ["Comparison", "Contestant", "Goal", "Series", "Sizes", "at_least", "at_most", "take_turns"]

Series = tuple[float, ...]
"""One measurement a round."""

K = TypeVar("K")
Contestant = Callable[[], Awaitable[float]]
"""Does its work once and says how fast, or how long, it was."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    rounds: int = 5
    seconds: float = 2.0
    """Of each contestant in each round, where it is time that ends it."""
    clients: int = 256
    threads: int = 16
    events: int = 50_000
    """At least so many are folded by a rebuild; lists are read from half as many. T5 is meant for 1,000,000."""


class Goal(NamedTuple):
    """What is wanted of a ratio; of our own number where there is nobody to compare with."""

    limit: float
    is_least: bool

    def holds(self, number: float) -> bool:
        return number >= self.limit if self.is_least else number <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.limit:,g}"


def at_least(limit: float) -> Goal:
    return Goal(limit, is_least=True)


def at_most(limit: float) -> Goal:
    return Goal(limit, is_least=False)


@dataclass(frozen=True)
class Comparison:
    """A line of the table: what we and, if anybody, another one did in the same rounds."""

    target: str
    what: Words
    unit: str
    ours: Series
    other: Words | None = None
    theirs: Series = ()
    goal: Goal | None = None

    @property
    def ratios(self) -> Series:
        return tuple(our / their for our, their in zip(self.ours, self.theirs, strict=True)) if self.other else ()

    @property
    def is_met(self) -> bool | None:
        """None where nothing is wanted."""
        return self.goal and self.goal.holds(statistics.median(self.ratios or self.ours))


async def take_turns(
    rounds: int, contestants: Mapping[K, Contestant], settle: Callable[[], Awaitable[object]] | None = None
) -> dict[K, Series]:
    """What each measured, round by round, every other round backwards; what one leaves to be written is written
    before the next begins."""
    found: dict[K, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for _ in range(rounds):
        for name in names:
            await asyncio.to_thread(os.sync)
            if settle:
                await settle()
            found[name].append(await contestants[name]())
        names.reverse()
    return {name: tuple(measured) for name, measured in found.items()}
