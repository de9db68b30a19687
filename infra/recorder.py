"""The shell around the rules: load what commands look at, decide, seal, record, and answer with receipts.

What was recorded meanwhile is met by deciding again, so that nobody who acts sees a clash. The same command id gives
the first receipts again; refusals are not remembered.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from weakref import WeakValueDictionary

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from domain.execution import Command, Query, execute, queries
from domain.ledgers import open_ledger
from domain.recording import Clash, CommandIdReused, LedgerUnknown, PersonErased
from domain.refusals import Refusal
from infra.entries import NewEvent
from infra.history import History, as_query
from infra.keys import KeyStore, SubjectErased
from infra.outages import insist
from infra.receipts import Receipt, Receipts, check_id, fingerprint, recalled
from infra.sealing import Decided, keys_needed, sealed
from infra.store import Appended, ConditionFailed, EventStore, Issued, Loaded

__all__ = ["Receipt", "Receipts", "Recorder"]

MOST_ATTEMPTS = 30
KEYS_PATIENCE = 5.0

Clock = Callable[[], datetime]


class Recorder:
    def __init__(self, store: EventStore, keys: KeyStore, clock: Clock) -> None:
        self.store, self.keys, self.clock = store, keys, clock
        self._found: set[str] = set()
        self._lanes: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def record(self, ledger: str, commands: Sequence[Command]) -> list[Receipts]:
        """All of the commands or none, later ones seeing what earlier ones did.

        The first refusal is raised, with its command's id as a note where one is to blame; also StoreUnavailable."""
        looked_at = as_query(query for command in commands for query in _checked_queries(command))
        lane = self._busy_lane(ledger, looked_at)
        for attempt in range(MOST_ATTEMPTS):
            async with lane or nullcontext():
                try:
                    return await self._record(ledger, commands, looked_at) if commands else []
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

    async def _record(self, ledger: str, commands: Sequence[Command], looked_at: DCBQuery) -> list[Receipts]:
        nouns = [command.node for command in commands if command.expected is not None]
        ids = [command.id for command in commands]
        loaded = await self.store.load(ledger, looked_at, commands=ids, last_of=nouns)
        if loaded is None or (loaded.head == 0 and commands[0].decision is not open_ledger):
            raise LedgerUnknown(ledger)
        decided = _decide(commands, loaded, await self.secret(ledger, "COMMANDS"))
        answers = {each.id: recalled(each) for each in loaded.commands.values()}
        answers |= {each.command.id: Receipts(each.outcome.node, (), None, loaded.head) for each in decided}
        if news := [each for each in decided if each.outcome.events]:
            watched = [*looked_at.items, *(DCBQueryItem(tags=[tag]) for tag in nouns)]
            condition = DCBAppendCondition(DCBQuery(watched), loaded.head)
            events = await self._sealed(ledger, news)
            answers |= _receipts(news, await self.store.append(ledger, events, condition, list(map(_issued, news))))
        return [answers[command.id] for command in commands]

    async def _sealed(self, ledger: str, decided: Sequence[Decided]) -> list[NewEvent]:
        """The events as they are stored; the keys of what they seal are durable before anything is recorded."""
        pairs = keys_needed(decided)
        try:
            keys = await insist(KEYS_PATIENCE, lambda: self.keys.data_keys(ledger, pairs)) if pairs else {}
        except SubjectErased as erased:
            raise PersonErased(erased.subject) from erased
        return sealed(ledger, decided, keys)

    def _busy_lane(self, ledger: str, looked_at: DCBQuery) -> asyncio.Lock | None:
        lanes = (self._lanes.get((ledger, *item.tags)) for item in looked_at.items)
        return next((lane for lane in lanes if lane and lane.locked()), None)

    def _lane(self, ledger: str, tags: Sequence[str]) -> asyncio.Lock:
        return self._lanes.setdefault((ledger, *tags), asyncio.Lock())


@contextmanager
def _naming(command: Command) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        refusal.add_note(command.id)
        raise


def _checked_queries(command: Command) -> Iterator[Query]:
    with _naming(command):
        check_id(command)
        yield from queries(command)


def _decide(commands: Sequence[Command], loaded: Loaded, secret: bytes) -> list[Decided]:
    """What those commands come to that were not recorded before."""
    history = History(loaded.events)
    seen: dict[str, str] = {each.id: each.digest for each in loaded.commands.values()}
    done = set(seen)
    decided: list[Decided] = []
    for command in commands:
        with _naming(command):
            digest = fingerprint(command, secret)
            if seen.setdefault(command.id, digest.hex()) != digest.hex():
                raise CommandIdReused(command.id)
            if command.id in done:
                continue
            outcome = execute(command, history.of(queries(command)), loaded.last.get(command.node, 0))
        for tagged in outcome.events:
            history.add(tagged)
        done.add(command.id)
        decided.append(Decided(command, digest, outcome))
    return decided


def _issued(decided: Decided) -> Issued:
    return Issued(decided.command.id, decided.digest, decided.outcome.node, len(decided.outcome.events))


def _receipts(decided: Sequence[Decided], appended: Appended) -> dict[str, Receipts]:
    found, position = {}, appended.first
    for command, _, outcome in decided:
        events = tuple(Receipt(n, type(tagged.event).__name__) for n, tagged in enumerate(outcome.events, position))
        position += len(events)
        found[command.id] = Receipts(outcome.node, events, appended.recorded_at, events[-1].position)
    return found
