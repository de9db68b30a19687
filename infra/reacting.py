"""One ledger's reactor: takes its events in order, has the system act on them, and on the days that they named.

Whoever reacts holds the reactor's row; its position moves when all that follows from an event is recorded, or refused
for good. A crash in between repeats it, and the ids of the commands derive from the event, so each happens once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

import asyncpg
import structlog

from domain.bodies import CHINA, EventUnknown
from domain.events import EVENTS
from domain.reactions import REACTIONS, Reaction
from domain.recording import Clash
from domain.refusals import Refusal
from infra.consequences import NOBODY, Consequence, Halted, Taken, command_of, consequences_of, types_of
from infra.outages import UNREACHABLE, Connection, StoreUnavailable, connected, transaction
from infra.recorder import Recorder

__all__ = ["PASSING", "Halted", "ReactionsUnknown", "Reactor"]

log = structlog.get_logger("reactor")
BATCH, FEW = 1_000, 50
"""Events read at a time: of the past; and to come, where the rest is read again after each that is acted on."""
PASSING = (Clash, StoreUnavailable, *UNREACHABLE)
"""What says nothing about a reaction, and is tried again."""
PATIENCE = 60.0
"""Seconds that a step may take; a host that vanished keeps the row for half of them."""
HERE = """
select position, set_config('idle_in_transaction_session_timeout', $2, true)
from reactor where ledger = $1 for update skip locked"""
IN_FORCE = "select name, after, since from reaction where ledger = $1"
ENACT = "insert into reaction (ledger, name, after, since) values ($1, $2, $3, $4)"
NEXT = """
select position, type, case when type = any($3) then entry end entry
from event where ledger = $1 and position > $2 order by position limit $4"""
PAST = """
select position, type, entry from event
where ledger = $1 and position > $2 and position <= $3 and type = any($4) order by position limit $5"""
ENTRY = "select position, type, entry from event where ledger = $1 and position = $2"
MOVE = "update reactor set position = $2 where ledger = $1"
WAIT = """
insert into deadline (ledger, position, reaction, number, due) values ($1, $2, $3, $4, $5) on conflict do nothing"""
FIRST_DUE = """
select position, reaction, number, due from deadline
where ledger = $1 and due <= $2 and reaction = any($3) order by due, position, reaction, number limit 1"""
MET = "delete from deadline where ledger = $1 and position = $2 and reaction = $3 and number = $4"
REFUSED = """
insert into reaction_refused (ledger, position, reaction, number, code, told) values ($1, $2, $3, $4, $5, $6)
on conflict (ledger, position, reaction, number) do update set code = excluded.code, told = excluded.told"""
FAILED = "update reactor set failure = $2, failed_at = now() where ledger = $1"
MENDED = "update reactor set failure = null, failed_at = null where ledger = $1 and failure is not null"


class InForce(NamedTuple):
    """From where on a reaction acts: events after a position, days from one on."""

    after: int
    since: date


class Here(NamedTuple):
    """As whoever holds the row finds it."""

    position: int
    in_force: dict[str, InForce]


Work = Callable[[Connection, Here], Awaitable[bool]]
"""Does something while the row is held, and says whether there may be more of it."""


class Elsewhere(Exception):
    """Somebody else holds the row, or there is none."""


class ReactionsUnknown(Exception):
    """In force are reactions that this release does not have, and it would pass over what they are to get."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(*names)
        self.names = names


class Reactor:
    """Remembers nothing but what the database does, so that any number may be at work and any may die."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        recorder: Recorder,
        ledger: str,
        reactions: Mapping[str, Reaction] = REACTIONS,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._pool, self._recorder, self._ledger, self._reactions = pool, recorder, ledger, reactions
        self._patience = patience

    async def catch_up(self) -> None:
        """React to all that is recorded and to all that is due; raises `Halted` where it cannot go on.

        Neither waits for the other. Returns at once while somebody else is reacting; raises `ReactionsUnknown` where it
        is for another release to."""
        halted = dict[Work, Halted]()
        with suppress(Elsewhere):
            while await self._round(halted):
                pass
            if not halted:
                await self._step(self._mended)
        for error in halted.values():
            async with connected(self._pool, self._patience) as connection:
                await connection.execute(FAILED, self._ledger, error.as_json())
            raise error

    async def _round(self, halted: dict[Work, Halted]) -> bool:
        """A step of each work that goes on; whether there may be more."""
        more = False
        for work in (self._advance, self._meet_first):
            if work not in halted:
                try:
                    more |= await self._step(work)
                except Halted as error:
                    halted[work] = error
        return more

    async def _step(self, work: Work) -> bool:
        """Done and committed, or nothing of it; whether there may be more. Raises `Elsewhere`."""
        async with transaction(self._pool, self._patience) as connection:
            position = await connection.fetchval(HERE, self._ledger, f"{self._patience / 2:.0f}s")
            if position is None:
                raise Elsewhere
            return await work(connection, await self._found(connection, position))

    async def _found(self, connection: Connection, position: int) -> Here:
        """Asked once the row is held, so that nothing comes into force meanwhile."""
        rows = await connection.fetch(IN_FORCE, self._ledger)
        in_force = {row["name"]: InForce(row["after"], row["since"]) for row in rows}
        if unknown := sorted(in_force.keys() - self._reactions.keys()):
            raise ReactionsUnknown(unknown)
        return Here(position, in_force)

    async def _advance(self, connection: Connection, here: Here) -> bool:
        position = here.position
        reached = await self._react(connection, position, await self._enact(connection, here))
        if reached > position:
            await connection.execute(MOVE, self._ledger, reached)
        return reached > position

    async def _mended(self, connection: Connection, _: Here) -> bool:
        await connection.execute(MENDED, self._ledger)
        return False

    async def _enact(self, connection: Connection, here: Here) -> dict[str, InForce]:
        """What is declared acts from here on, and what was not before also waits for the days that past events name."""
        position, found = here
        if new := {name: each for name, each in self._reactions.items() if name not in found}:
            since = InForce(position, self._today() if position else date.min)  # of a ledger's first day on, all of it
            await connection.executemany(ENACT, [(self._ledger, name, *since) for name in new])
            await self._look_back(connection, position, new, dict.fromkeys(new, since))
            return found | dict.fromkeys(new, since)
        return found

    async def _look_back(
        self, connection: Connection, until: int, new: Mapping[str, Reaction], in_force: Mapping[str, InForce]
    ) -> None:
        after, types = 0, types_of(new)
        while rows := await connection.fetch(PAST, self._ledger, after, until, types, BATCH):
            for row in rows:
                taken, consequences = consequences_of(self._ledger, row, new)
                await self._wait(connection, taken, consequences, in_force)
            after = rows[-1]["position"]

    async def _react(self, connection: Connection, after: int, in_force: Mapping[str, InForce]) -> int:
        """Up to and with the first event that is acted on; the position reached."""
        reached = after
        for row in await connection.fetch(NEXT, self._ledger, after, types_of(self._reactions), FEW):
            try:
                acted = await self._take(connection, row, in_force)
            except Halted:
                if reached > after:
                    return reached  # what is before it stands; the next step meets it first
                raise
            reached = row["position"]
            if acted:
                break
        return reached

    async def _take(self, connection: Connection, row: asyncpg.Record, in_force: Mapping[str, InForce]) -> bool:
        """Whether anything was done at once."""
        if row["type"] not in EVENTS:
            raise Halted(row["position"], row["type"], NOBODY, EventUnknown(row["type"]))
        if row["entry"] is None:
            return False
        taken, consequences = consequences_of(self._ledger, row, self._reactions)
        await self._wait(connection, taken, consequences, in_force)
        now = [each for each in consequences if each.act.on is None and each.position > in_force[each.reaction].after]
        for each in now:
            await self._do(connection, taken, each)
        return bool(now)

    async def _wait(
        self, connection: Connection, taken: Taken, consequences: Sequence[Consequence], in_force: Mapping[str, InForce]
    ) -> None:
        """A day that was over when its event was recorded is history: whoever recorded it knew."""
        recorded = min(taken.recorded_on, self._today())  # the time of recording stays ahead after a clock was
        for each in consequences:
            due = each.act.due
            if due is not None and due.astimezone(CHINA).date() >= max(recorded, in_force[each.reaction].since):
                await self._wait_for(connection, each, due)

    async def _wait_for(self, connection: Connection, consequence: Consequence, due: datetime) -> None:
        await connection.execute(WAIT, self._ledger, *consequence[:3], due)

    async def _meet_first(self, connection: Connection, _: Here) -> bool:
        """Whether a moment had come."""
        row = await connection.fetchrow(FIRST_DUE, self._ledger, self._recorder.clock(), list(self._reactions))
        if row is None:
            return False
        position, name, number, _ = row
        [stored] = await connection.fetch(ENTRY, self._ledger, position)
        taken, consequences = consequences_of(self._ledger, stored, {name: self._reactions[name]})
        await connection.execute(MET, self._ledger, position, name, number)
        if wished := next((each for each in consequences if each.number == number), None):
            await self._meet(connection, taken, wished)
        else:
            log.warning("reaction wishes nothing more", ledger=self._ledger, position=position, reaction=name)
        return True

    async def _meet(self, connection: Connection, taken: Taken, wished: Consequence) -> None:
        """At the moment that the reaction names by now, which may be another one than it was."""
        if (due := wished.act.due) and due > self._recorder.clock():
            await self._wait_for(connection, wished, due)
        else:
            await self._do(connection, taken, wished)

    async def _do(self, connection: Connection, taken: Taken, consequence: Consequence) -> None:
        """Record what follows; that a rule refuses it is an outcome too, and final."""
        position, reaction, number, _ = consequence
        secret = await self._recorder.secret(self._ledger, "REACTIONS")
        command = command_of(consequence, taken.cause, self._recorder.clock(), secret)
        try:
            await self._recorder.record(self._ledger, [command])
        except PASSING:
            raise
        except Refusal as refusal:
            told = {"ledger": self._ledger, "position": position, "reaction": reaction, "code": refusal.code}
            log.warning("reaction refused", **told)
            await connection.execute(REFUSED, self._ledger, position, reaction, number, refusal.code, str(refusal))
        except Exception as error:
            raise Halted(position, type(taken.event).__name__, reaction, error) from error

    def _today(self) -> date:
        return self._recorder.clock().astimezone(CHINA).date()
