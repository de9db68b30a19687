"""Owners of one compound on the wire: a roster, an assembly that is open, and people who vote in their own name."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.bodies import CHINA
from infra.recorder import Recorder
from tests.acting import Acting
from tests.hometown import Hometown, of, own_name

__all__ = ["Calendar", "Voters", "all_of", "rostered"]

AT_ONCE = 8
"""No more than a slow machine answers in time."""


class Calendar:
    """The clock of a recorder, ahead of the true one; it begins at ten o'clock of a morning, far from midnight."""

    def __init__(self, recorder: Recorder) -> None:
        now = datetime.now(CHINA)
        self.ahead = now.replace(hour=10, minute=0) + timedelta(days=1) - now
        recorder.clock = self

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_(self, days: float) -> None:
        self.ahead += timedelta(days=days)

    def day(self, after: int = 0) -> str:
        return (self().astimezone(CHINA).date() + timedelta(days=after)).isoformat()

    def moment(self, days: float) -> str:
        return (self().astimezone(CHINA) + timedelta(days=days)).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Voters:
    """A frozen roster and those on it."""

    home: Hometown
    compound: str
    roster: str
    owners: Sequence[Acting]


async def all_of(acts: Iterable[Awaitable[Any]], at_once: int = AT_ONCE) -> list[Any]:
    """All of them, so many at once, in their order."""
    gate = asyncio.Semaphore(at_once)

    async def one(act: Awaitable[Any]) -> Any:
        async with gate:
            return await act

    return await asyncio.gather(*map(one, acts))


async def rostered(home: Hometown, owners: int, several: int, area: str = "100.00") -> Voters:
    """A draft of a unit each, and of one unit more for the first `several`."""
    compound = home.compounds[0]
    people = await all_of(own_name(home, f"业主{n:04}") for n in range(1, owners + 1))
    roster = await home.staff.do("ownersRosterDraft", compound=compound)
    units = [(f"U{n:04}", owner) for n, owner in enumerate([*people, *people[:several]], 1)]
    measured = {"ownersRoster": roster, "measuredArea": area, "areaSource": "REGISTER"}
    await all_of(
        home.staff.do("ownersRosterEnterUnit", **measured, unitNo=number, owner=of(owner)) for number, owner in units
    )
    return Voters(home, compound, roster, people)
