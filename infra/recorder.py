"""The shell around the rules: load what commands look at, decide, seal, record, and answer with receipts.

Whatever was recorded meanwhile is met by deciding again, so a clash is never seen by who acts. The same command id
gives the first receipts again; refusals are not remembered.
"""

import asyncio
import hmac
import json
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from domain.bodies import personal_fields, to_body
from domain.events import Ref, fields_of, is_person
from domain.execution import Command, Outcome, Tagged, execute, queries
from domain.ledgers import open_ledger
from domain.recording import Clash, CommandIdReused, CommandIdUnfit, LedgerUnknown, PersonErased, PositionConflict
from domain.refusals import Refusal
from infra.entries import EntryActor, NewEvent, Stamp, canonical, new_id
from infra.history import History, as_query
from infra.keys import KeyStore, Pair, SubjectErased, seal
from infra.outages import insist
from infra.store import ConditionFailed, EventStore, Issued, Known, Loaded

LONGEST_ID = 64
MOST_ATTEMPTS = 30
PATIENCE = 5.0

Clock = Callable[[], datetime]


class Receipt(NamedTuple):
    """One recorded event: where it stands, and what it is."""

    position: int
    type: str


class Receipts(NamedTuple):
    """What one command came to; without events if there was nothing to record."""

    node: Ref[Any]
    events: tuple[Receipt, ...]
    recorded_at: datetime | None
    position: int
    """Whoever reads at this position or later sees what the command came to."""


class Decided(NamedTuple):
    """A command that was not recorded before, and what it comes to."""

    command: Command
    digest: bytes
    outcome: Outcome


class Recorder:
    def __init__(self, store: EventStore, keys: KeyStore, clock: Clock) -> None:
        self.store, self.keys, self.clock = store, keys, clock
        self._lanes: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def record(self, ledger: str, commands: Sequence[Command]) -> list[Receipts]:
        """All of the commands or none: the first refusal is raised, with its command's id as a note."""
        for command in commands:
            check_id(command)
        if not commands:
            return []
        looked_at = as_query(query for command in commands for query in queries(command))
        digests = [fingerprint(command, await self._secret(ledger, "COMMANDS")) for command in commands]
        lane = self._busy_lane(ledger, looked_at)
        for attempt in range(MOST_ATTEMPTS):
            async with lane or nullcontext():
                try:
                    return await self._record(ledger, commands, digests, looked_at)
                except ConditionFailed as failed:
                    # Whoever clashed waits for the others that clash over the same, instead of clashing with them.
                    lane = self._lane(ledger, failed)
            await asyncio.sleep(random.uniform(0, 0.001 * attempt))  # noqa: S311 - only spreads the attempts
        raise Clash(MOST_ATTEMPTS)

    async def _record(
        self, ledger: str, commands: Sequence[Command], digests: Sequence[bytes], looked_at: DCBQuery
    ) -> list[Receipts]:
        nouns = [noun(command) for command in commands if command.expected is not None]
        ids = [command.id for command in commands]
        loaded = await self.store.load(ledger, looked_at, commands=ids, last_of=nouns)
        if loaded is None or (loaded.head == 0 and commands[0].decision is not open_ledger):
            raise LedgerUnknown(ledger)
        answers = {each.id: receipts_of(each) for each in loaded.commands.values()}
        decided = decide(commands, digests, loaded)
        if events := await self._sealed(ledger, decided):
            watched = DCBQuery([*looked_at.items, *(DCBQueryItem(tags=[tag]) for tag in nouns)])
            issued = [
                Issued(each.command.id, each.digest, each.outcome.node, len(each.outcome.events))
                for each in decided
                if each.outcome.events
            ]
            appended = await self.store.append(ledger, events, DCBAppendCondition(watched, loaded.head), issued)
            answers |= receipts(decided, appended.first, appended.recorded_at)
        answers |= {each.command.id: Receipts(each.outcome.node, (), None, loaded.head) for each in decided if not each.outcome.events}
        return [answers[command.id] for command in commands]

    async def _sealed(self, ledger: str, decided: Sequence[Decided]) -> list[NewEvent]:
        """The events as they are stored; the keys of what they seal are durable before anything is recorded."""
        new = [(tagged, each, new_id(each.command.now)) for each in decided for tagged in each.outcome.events]
        pairs = {pair for tagged, _, _ in new for pair in secrets_of(tagged)}
        keys = await self._data_keys(ledger, sorted(pairs)) if pairs else {}
        return [
            NewEvent(
                type(tagged.event).__name__,
                canonical(to_body(tagged.event) | sealed(ledger, id_, tagged, keys)),
                sorted(tagged.tags),
                id_,
                tagged.event.version,
                stamp(each),
            )
            for tagged, each, id_ in new
        ]

    async def _data_keys(self, ledger: str, pairs: Sequence[Pair]) -> Mapping[Pair, bytes]:
        try:
            return await insist(PATIENCE, lambda: self.keys.data_keys(ledger, pairs))
        except SubjectErased as erased:
            raise PersonErased(erased.subject) from erased

    async def _secret(self, ledger: str, purpose: str) -> bytes:
        return await insist(PATIENCE, lambda: self.keys.secret(ledger, purpose))
