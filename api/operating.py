"""What an operator asks of the data: how far ledgers and their read models are, and rebuilding them."""

import contextlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from api.advancing import advancing
from api.composition import Services
from domain.reactions import REACTIONS
from domain.recording import LedgerUnknown
from infra.ledgers import ledger_heads
from infra.trouble import Trouble
from projections.hashing import State, state, versions
from projections.projector import catch_up
from projections.rebuilding import rebuild
from projections.replaying import replay
from projections.tables import Outdated, projections

__all__ = ["LedgerStatus", "ProjectionUnknown", "Replayed", "live_state", "rebuild_projections", "replayed", "statuses"]

STATUS = """
select h.ledger, h.demo, h.position, h.recorded_at, coalesce(p.position, 0) projected,
    case when p.held_until > clock_timestamp() then p.holder end holder, p.failure, p.failed_at,
    c.position checkpoint, c.signed_at, (
        select json_build_object('position', r.position, 'failure', r.failure::json,
            'waiting', (select count(*) from deadline d where d.ledger = h.ledger),
            'refused', (select count(*) from reaction_refused x where x.ledger = h.ledger),
            'in_force', (select coalesce(json_agg(name order by name), '[]') from reaction x where x.ledger = h.ledger))
        from reactor r where r.ledger = h.ledger) reactions
from head h left join projector p using (ledger) left join lateral (
    select position, signed_at from checkpoint c where c.ledger = h.ledger order by position desc limit 1) c on true
where h.position > 0 order by h.ledger
"""


class ProjectionUnknown(Trouble):
    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"没有名为 {name} 的读模型。现有：{'、'.join(known)}。",
            f"There is no projection {name}. There are: {', '.join(known)}.",
        )


class PositionAhead(Trouble):
    def __init__(self, ledger: str, position: int, head: int) -> None:
        super().__init__(
            f"账本 {ledger} 只记录到位置 {head}，没有位置 {position}。",
            f"Ledger {ledger} is recorded up to position {head}; there is no position {position}.",
        )


class FolderUnfit(Trouble):
    def __init__(self, folder: Path, why: OSError) -> None:
        super().__init__(
            f"不能在 {folder} 中保存（{why.strerror}）：请换一个可以写入的目录。",
            f"Nothing can be saved in {folder} ({why.strerror}): choose a folder that can be written to.",
        )


@dataclass(frozen=True)
class LedgerStatus:
    """One ledger: what is recorded, projected and signed, each as a position; who projects, or why nobody can."""

    ledger: str
    demo: bool
    position: int
    recorded_at: datetime
    projected: int
    holder: str | None
    failure: dict[str, Any] | None
    failed_at: datetime | None
    checkpoint: int | None
    signed_at: datetime | None
    reactions: dict[str, Any] | None
    """Up to which position the system acted, for how many days it waits, how often a rule refused, what stopped it,
    and the names of what is in force."""

    @property
    def halted(self) -> str | None:
        """Where and why no reaction goes on, in a line."""
        failure = self.reactions and self.reactions["failure"]
        return "{position} {type} → {reaction}: {error}".format_map(failure) if failure else None

    @property
    def elsewhere(self) -> str | None:
        """What of another release is in force, so that reacting is left to it, in a line."""
        unknown = [name for name in self.reactions["in_force"] if name not in REACTIONS] if self.reactions else []
        return f"另一版本的反应 reactions of another release: {', '.join(unknown)}" if unknown else None

    @property
    def lag(self) -> int:
        """Events recorded that people cannot read yet."""
        return self.position - self.projected

    @property
    def projector(self) -> str:
        """Whether somebody is projecting; who stopped is tried again from time to time."""
        return "stopped" if self.failure else "running" if self.holder else "absent"

    @property
    def stands(self) -> str | None:
        """Where and why the projector stands still, in a line."""
        if self.failure is None:
            return None
        return "{position} {type} → {projection}: {error}".format_map(self.failure)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "lag": self.lag, "projector": self.projector}

    def as_health(self) -> dict[str, Any]:
        """For everybody: not who projects, nor what the error quotes of the event."""
        failure = self.failure and {name: self.failure[name] for name in ("position", "type", "projection", "error")}
        told = {"ledger": self.ledger, "position": self.position, "projected": self.projected, "lag": self.lag}
        reactions = self.reactions and ("stopped" if self.halted else "elsewhere" if self.elsewhere else "running")
        return {**told, "projector": self.projector, "failure": failure, "reactions": reactions}


async def statuses(services: Services) -> list[LedgerStatus]:
    rows = [dict(row) for row in await services.writer_pool.fetch(STATUS)]
    told = ({name: json.loads(row[name] or "null") for name in ("failure", "reactions")} for row in rows)
    return [LedgerStatus(**row | each) for row, each in zip(rows, told, strict=True)]


async def live_state(services: Services, ledger: str) -> State:
    """What the read models of a ledger say, in one number for each table."""
    async with services.writer_pool.acquire() as connection:
        return await state(connection, ledger)


async def rebuild_projections(services: Services, name: str | None) -> tuple[str, ...]:
    """Rebuild a projection, or all, of every ledger from event 1, with progress; the names."""
    known = [each.name for each in projections()]
    if name is not None and name not in known:
        raise ProjectionUnknown(name, known)
    with advancing() as progress:
        names = await rebuild(services.connecting, known if name is None else [name], progress)
    with contextlib.suppress(Outdated):  # others may still be declared otherwise
        await _catch_up(services)
    return names


async def _catch_up(services: Services) -> None:
    """Where no server runs, nobody else would."""
    connection = await services.connecting()
    try:
        for head in await ledger_heads(services.writer_pool):
            await catch_up(connection, head.code)
    finally:
        await connection.close()


@dataclass(frozen=True)
class Replayed:
    """A ledger folded again from event 1; `live` is what people read at the same position, if that was asked for."""

    ledger: str
    state: State
    live: State | None

    @property
    def differing(self) -> list[str]:
        """The tables that do not say what the history says."""
        told = self.live.hashes if self.live else self.state.hashes
        return [table for table, digest in self.state.hashes.items() if told[table] != digest]

    def as_json(self) -> dict[str, Any]:
        told = {"ledger": self.ledger, "position": self.state.position, "hashes": self.state.hashes}
        compared = {"equal": not self.differing, "differing": self.differing} if self.live else {}
        return {**told, "versions": versions(), **compared}


async def replayed(services: Services, ledger: str, to: int | None, save: Path | None) -> Replayed:
    """Fold the history up to a position; without one, as far as what people read, and compare."""
    if save:
        _make(save)
    heads = {head.code: head.position for head in await ledger_heads(services.writer_pool)}
    if ledger not in heads:
        raise LedgerUnknown(ledger)
    if to is not None and to > heads[ledger]:
        raise PositionAhead(ledger, to, heads[ledger])
    live = await live_state(services, ledger) if to is None else None
    with advancing() as progress:
        found = await replay(services.connecting, ledger, live.position if live else to or 0, progress, save)
    return Replayed(ledger, found, live)


def _make(folder: Path) -> None:
    """Tried out, rather than to fail when all is folded."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise FolderUnfit(folder, error) from None
