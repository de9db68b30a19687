"""A county for the benchmarks: commands of the domain, from its first town to the tenth revision of every file."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain import compounds, coverages, firms, grids, places
from domain.bodies import CHINA
from domain.compounds import CompoundFile, Origin, Problem, ServiceMode
from domain.decisions import Decision, new_ref
from domain.events import Ref
from domain.execution import Actor, Command
from infra.recorder import Recorder

__all__ = ["record_history"]

BATCH = 300
BUILDINGS = 4
COMMUNITIES = 9
EVENTS_EACH = 50
"""Of a compound, so that a longer history is of more compounds rather than of busier ones."""
BEGAN = datetime(2015, 1, 5, 9, tzinfo=CHINA)
SYSTEM = Actor()


@dataclass
class Chronicle:
    """Commands one after the other; months pass when told."""

    now: datetime = BEGAN
    commands: list[Command] = field(default_factory=list)
    number: int = 0

    def do(self, decision: Decision, **inputs: Any) -> Ref[Any]:
        self.number += 1
        command = Command(f"history-{self.number}", decision, inputs, SYSTEM, self.now)
        self.commands.append(command)
        return new_ref(decision.kind, command.id)

    def take(self) -> Iterator[Sequence[Command]]:
        """What was said since, in batches."""
        commands, self.commands = self.commands, []
        self.now += timedelta(days=30)
        for at in range(0, len(commands), BATCH):
            yield commands[at : at + BATCH]


async def record_history(recorder: Recorder, ledger: str, events: int) -> int:
    """At least so many events in a ledger that was just opened; the position reached."""
    position = 0
    for batch in _county(max(1, events // EVENTS_EACH)):
        receipts = await recorder.record(ledger, batch)
        position = max(position, *(each.position for each in receipts))
        if position >= events:
            break
    return position


def _county(size: int) -> Iterator[Sequence[Command]]:
    said = Chronicle()
    estates = _places(said, size)
    yield from said.take()
    providers = [said.do(firms.register, name=f"物业{n:02d}公司", credit_code=_credit_code(n)) for n in range(12)]
    for n, estate in enumerate(estates):
        _describe(said, n, estate)
        _serve(said, n, estate, providers, 0)
    yield from said.take()
    for month in itertools.count(1):
        for n, estate in enumerate(estates):
            _act(said, n, estate, providers, month)
        yield from said.take()


def _places(said: Chronicle, size: int) -> list[Ref[Any]]:
    """Compounds of four buildings, each compound one grid of two micro-grids."""
    town = said.do(places.register_town, name="示范镇")
    homes = [said.do(places.register_community, town=town, name=f"示范社区{n}") for n in range(COMMUNITIES)]
    return [_compound(said, homes[n % COMMUNITIES], n) for n in range(size)]


def _compound(said: Chronicle, home: Ref[Any], n: int) -> Ref[Any]:
    ref = said.do(places.register_compound, community=home, name=f"示范小区{n:05d}")
    covered = tuple(said.do(places.register_building, compound=ref, name=f"{b + 1}号楼") for b in range(BUILDINGS))
    since = said.now.date()
    grid = said.do(coverages.delineate, community=home, name=f"第{n}网格", since=since, buildings=covered)
    for m in (1, 2):
        said.do(grids.delineate_micro_grid, grid=grid, name=f"第{m}微网格", since=since)
    return ref


def _describe(said: Chronicle, n: int, estate: Ref[Any]) -> None:
    said.do(compounds.classify, compound=estate, origin=list(Origin)[n % len(Origin)])
    for file in CompoundFile:
        said.do(compounds.revise_file, compound=estate, file=file, reason="建档", text=f"{file.words.zh}（示范）")


def _act(said: Chronicle, n: int, estate: Ref[Any], providers: Sequence[Ref[Any]], month: int) -> None:
    """What happens to a compound in a month: mostly its files, now and then its problems or its service."""
    match (n + month) % 6:
        case 0:
            _serve(said, n, estate, providers, month)
        case 1:
            said.do(compounds.tag_problem, compound=estate, problem=list(Problem)[month % len(Problem)])
        case 2:
            said.do(compounds.clear_problem, compound=estate, problem=list(Problem)[(month - 1) % len(Problem)])
        case kind:
            file = CompoundFile.PARTY_BUILDING if kind == 3 else CompoundFile.BASIC
            text = f"{file.words.zh}，第{month}月更新：公共部位维修、网格与楼栋长联系方式均已核对。"
            said.do(compounds.revise_file, compound=estate, file=file, reason="定期更新", text=text)


def _serve(said: Chronicle, n: int, estate: Ref[Any], providers: Sequence[Ref[Any]], month: int) -> None:
    """Another way than the last time, as the rules want it."""
    mode = ServiceMode.MARKET if (n + month) // 6 % 2 else ServiceMode.COMMUNITY
    provider = providers[(n + month) % len(providers)] if mode is ServiceMode.MARKET else None
    said.do(compounds.set_service, compound=estate, provider=provider, service_mode=mode, since=said.now.date())


def _credit_code(number: int) -> str:
    head = f"91140423BEN{number:06d}"
    return next(head + check for check in firms.CHARACTERS if firms.is_credit_code(head + check))
