"""The shell around the rules: see what commands look at, decide, seal, record, and answer with receipts.

What was recorded meanwhile is met by deciding again, so that nobody who acts sees a clash. The same command id gives
the first receipts again; refusals are not remembered.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple
from weakref import WeakValueDictionary

from domain.bodies import EventUnknown, purpose_of
from domain.execution import Command, Opening
from domain.ledgers import open_ledger
from domain.recording import Clash, LedgerUnknown, PersonErased
from domain.refusals import Refusal
from domain.states import Key
from infra.deciding import decide_all, looked_at
from infra.entries import NewEvent
from infra.folds import MOST, Folds, Held
from infra.keys import KeyStore, SubjectErased
from infra.matching import Item, Watched
from infra.outages import insist
from infra.receipts import Receipt, Receipts, recalled
from infra.sealing import Decided, keys_needed, sealed
from infra.seals import opened
from infra.store import Appended, Boundary, ConditionFailed, EventStore, Issued, Loaded

__all__ = ["Receipt", "Receipts", "Recorder"]

MOST_ATTEMPTS = 30
KEYS_PATIENCE = 5.0

Clock = Callable[[], datetime]


class Batch(NamedTuple):
    """Commands that are recorded together, and all that they look at."""

    ledger: str
    commands: Sequence[Command]
    keys: Sequence[Key]

    @property
    def expecting(self) -> list[str]:
        """The things of which a position is expected."""
        return [command.node for command in self.commands if command.expected is not None]


class Recorder:
    """What was seen lately is held, so that most commands are decided without reading; `held` views at most."""

    def __init__(self, store: EventStore, keys: KeyStore, clock: Clock, *, held: int = MOST) -> None:
        self.store, self.keys, self.clock = store, keys, clock
        self._folds = Folds(held)
        self._found: set[str] = set()
        self._lanes: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def record(self, ledger: str, commands: Sequence[Command]) -> list[Receipts]:
        """All of the commands or none, later ones seeing what earlier ones did.

        The first refusal is raised, with its command's id as a note where one is to blame; also StoreUnavailable."""
        if any(command.decision.veils for command in commands):
            secret = await self.secret(ledger, "VEILS")
            commands = [replace(command, secret=secret) for command in commands]
        batch = Batch(ledger, commands, looked_at(commands))
        lane = self._busy_lane(batch)
        for attempt in range(MOST_ATTEMPTS):
            async with lane or nullcontext():
                try:
                    return await self._record(batch) if commands else []
                except ConditionFailed as failed:
                    # Whoever clashed stands in line behind the others that did so over the same things.
                    lane = self._lane(ledger, failed.item.tags) if failed.item else lane
            await asyncio.sleep(random.uniform(0, 0.001 * attempt))  # noqa: S311 - other processes have lines too
        raise Clash(MOST_ATTEMPTS)

    async def secret(self, ledger: str, purpose: str) -> bytes:
        """A key for keyed hashes of this ledger; made for no ledger that there is not."""
        if ledger not in self._found and await self.store.head(ledger) is None:
            raise LedgerUnknown(ledger)
        self._found.add(ledger)
        return await insist(KEYS_PATIENCE, lambda: self.keys.secret(ledger, purpose))

    async def _record(self, batch: Batch) -> list[Receipts]:
        held = self._folds.recall(batch.ledger, batch.keys)
        if held.is_whole and not batch.expecting:
            # Whatever comes of it but a commit is not told before it is seen how things are now.
            with suppress(Refusal, ConditionFailed):
                if answers := await self._record_on(batch, held):
                    return answers
        loaded = await self._load(batch, held)
        if loaded is None or (loaded.head == 0 and batch.commands[0].decision is not open_ledger):
            raise LedgerUnknown(batch.ledger)
        if not held.is_of(loaded):
            self._folds.forget(batch.ledger)
            raise ConditionFailed(None)
        return await self._record_at(batch, self._folds.catch_up(batch.ledger, held, loaded), loaded)

    async def _record_on(self, batch: Batch, held: Held) -> list[Receipts] | None:
        """On what is held, which may be out of date: None unless each command is new and has something to record."""
        decided = await self._decide(batch, held)
        if not all(each.outcome.events for each in decided):
            return None
        answers = await self._append(batch, held, decided)
        return [answers[command.id] for command in batch.commands]

    async def _record_at(self, batch: Batch, held: Held, loaded: Loaded) -> list[Receipts]:
        """On what was loaded just now."""
        decided = await self._decide(batch, held, loaded)
        news = [each for each in decided if each.outcome.events]
        made = await self._append(batch, held, news, loaded.head) if news else {}
        # What one made may be why others need not.
        last = max([loaded.head, *(each.position for each in made.values())])
        answers = {each.id: recalled(each) for each in loaded.commands.values()}
        answers |= {each.command.id: Receipts(each.outcome.node, (), None, last) for each in decided} | made
        return [answers[command.id] for command in batch.commands]

    async def _load(self, batch: Batch, held: Held) -> Loaded | None:
        ids = [command.id for command in batch.commands]
        return await self.store.load(batch.ledger, held.watched, commands=ids, last_of=batch.expecting)

    async def _decide(self, batch: Batch, held: Held, loaded: Loaded | None = None) -> list[Decided]:
        """Also when the clock went back, nobody decides before what was recorded last."""
        secret, late = await self.secret(batch.ledger, "COMMANDS"), held.recorded_at
        commands = batch.commands
        if late is not None and self.clock() < late:
            commands = [replace(each, now=late) if each.now < late else each for each in commands]
        known = {each.id: each.digest for each in loaded.commands.values()} if loaded else {}
        latest, opening = loaded.last if loaded else {}, await self._opening(batch)
        return decide_all(commands, held.views, secret, known=known, latest=latest, opening=opening)

    async def _opening(self, batch: Batch) -> Opening:
        """What opens the seals that the batch's decisions ask to have opened, with the keys of the things they name."""
        asked = [(each.keys[name], why) for each in batch.commands for name, why in each.decision.openings]
        pairs = [(str(ref), purpose_of(why)) for keys, why in asked for key in keys for ref in key.refs]
        found = await insist(KEYS_PATIENCE, lambda: self.keys.find_keys(batch.ledger, pairs)) if pairs else {}
        return partial(opened, batch.ledger, found)

    async def _append(self, batch: Batch, held: Held, news: Sequence[Decided], head: int = 0) -> dict[str, Receipts]:
        """On condition that nothing that concerns what is held was recorded since, nor of what a position is expected
        after the head."""
        events = await self._sealed(batch.ledger, news)
        expected = [Watched(Item((tag,), ()), head) for tag in batch.expecting]
        boundary = Boundary([*held.watched, *expected], held.log)
        appended = await self.store.append(batch.ledger, events, boundary, list(map(_issued, news)))
        with suppress(EventUnknown):  # what is recorded is answered, whatever this release can make of it
            self._folds.go_on(batch.ledger, held, events, appended)
        return _receipts(news, appended)

    async def _sealed(self, ledger: str, decided: Sequence[Decided]) -> list[NewEvent]:
        """The events as they are stored; the keys of what they seal are durable before anything is recorded."""
        pairs = keys_needed(decided)
        try:
            keys = await insist(KEYS_PATIENCE, lambda: self.keys.data_keys(ledger, pairs)) if pairs else {}
        except SubjectErased as erased:
            raise PersonErased(erased.subject) from erased
        return sealed(ledger, decided, keys)

    def _busy_lane(self, batch: Batch) -> asyncio.Lock | None:
        lanes = (self._lanes.get((batch.ledger, *sorted(key.refs))) for key in batch.keys) if self._lanes else ()
        return next((lane for lane in lanes if lane and lane.locked()), None)

    def _lane(self, ledger: str, tags: Sequence[str]) -> asyncio.Lock:
        return self._lanes.setdefault((ledger, *tags), asyncio.Lock())


def _issued(decided: Decided) -> Issued:
    return Issued(decided.command.id, decided.digest, decided.outcome.node, len(decided.outcome.events))


def _receipts(decided: Sequence[Decided], appended: Appended) -> dict[str, Receipts]:
    found, position = {}, appended.first
    for command, _, outcome in decided:
        events = tuple(Receipt(n, type(tagged.event).__name__) for n, tagged in enumerate(outcome.events, position))
        position += len(events)
        found[command.id] = Receipts(outcome.node, events, appended.recorded_at, events[-1].position)
    return found
