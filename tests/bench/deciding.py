"""Clients who act: each append is a command that is loaded for, decided, sealed and recorded, as a mutation is."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Self

from domain import compounds, places
from domain.compounds import CompoundFile
from domain.decisions import Decision, new_ref
from domain.events import Ref
from domain.execution import Actor, Command
from infra.ledgers import open_ledger
from infra.recorder import Recorder
from tests.bench.workload import NUMBERS, TEXT

__all__ = ["DecidingClients"]

LEDGER = "140430"
SYSTEM = Actor()


class DecidingClients:
    """Each has a compound of its own, and revises its file again and again."""

    def __init__(self, recorder: Recorder, estates: list[Ref[Any]]) -> None:
        self._recorder, self._estates = recorder, estates

    @classmethod
    async def of(cls, recorder: Recorder, clients: int) -> Self:
        await open_ledger(recorder, LEDGER, "沁县", "admin", demo=True)
        town = _command(places.register_town, name="定昌镇")
        home = _command(places.register_community, town=_born(town), name="示范社区")
        homes = [_command(places.register_compound, community=_born(home), name=f"小区{n}") for n in range(clients)]
        await recorder.record(LEDGER, [town, home, *homes])
        return cls(recorder, [_born(command) for command in homes])

    async def rate(self, seconds: float) -> float:
        """Events a second."""
        begun = time.perf_counter()
        counts = await asyncio.gather(*(self._act_until(estate, begun + seconds) for estate in self._estates))
        return sum(counts) / (time.perf_counter() - begun)

    async def _act_until(self, estate: Ref[Any], until: float) -> int:
        done = 0
        while not done or time.perf_counter() < until:
            text = f"{TEXT}{next(NUMBERS)}"
            revise = _command(compounds.revise_file, compound=estate, file=CompoundFile.BASIC, reason="更新", text=text)
            await self._recorder.record(LEDGER, [revise])
            done += 1
        return done


def _command(decision: Decision, **inputs: Any) -> Command:
    return Command(f"command-{next(NUMBERS)}", decision, inputs, SYSTEM, datetime.now(UTC))


def _born(command: Command) -> Ref[Any]:
    return new_ref(command.decision.kind, command.id)
