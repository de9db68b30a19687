"""The event store: reads by query items, appends on a condition, in the DCB types of the `eventsourcing` library.

Nothing is returned of an append before it is durable. Reads see one snapshot: the events, the head, and whether
commands were recorded before belong together.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple, Self

import asyncpg
import msgspec
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBSequencedEvent
from eventsourcing.persistence import ProgrammingError

from domain.recording import LedgerUnknown
from infra.admission import BeyondHead, ConditionFailed
from infra.commits import Appended, Issued, Waiting
from infra.entries import Recorded, Stored, body_of, draft, recorded, stored
from infra.keys import KeyStore
from infra.matching import Watched, as_parameter, hits, is_storable, items_of, shapes_of
from infra.merkle import Frontier
from infra.outages import StoreUnavailable, connected, insist
from infra.tailing import Page, Waking, follow
from infra.writer import Writer

__all__ = [
    "Appended",
    "BeyondHead",
    "Boundary",
    "ConditionFailed",
    "EventStore",
    "Issued",
    "Known",
    "Loaded",
    "Read",
    "StoreUnavailable",
]

# Lists travel as JSON: PostgreSQL plans a JSON list the same whatever is in it, and so keeps its plan.
ANSWERED = """
select json_agg(json_build_object('id', c.id, 'digest', encode(c.digest, 'hex'), 'first', c.first, 'node', c.node,
    'types', (select json_agg(e.type order by e.position) from event e
              where e.ledger = $1 and e.position between c.first and c.last),
    'recorded_at', (select e.recorded_at from event e where e.ledger = $1 and e.position = c.first)))
from jsonb_array_elements_text($4) asked (id)
cross join lateral (select * from command k where k.ledger = $1 and k.id = asked.id offset 0) c"""
LAST = """
select json_object_agg(tag, position) filter (where position is not null) from (
    select tag, (select max(t.position) from event_tag t where t.ledger = $1 and t.tag = asked.tag) position
    from jsonb_array_elements_text($5) asked (tag)) last"""
LOG = "select leaf from event where ledger = $1 and position = 1"
COMMANDS = f", h.recorded_at, ({LOG}) log, ({ANSWERED}) answered, ({LAST}) last"
ENTRIES = "select entry from event where ledger = $1 and position > $2 order by position limit $3"

ESTABLISH = """
with made as (
    insert into head (ledger, position, frontier, recorded_at, demo) values ($1, 0, $2, 'epoch', $3)
    on conflict (ledger) do update set demo = excluded.demo where head.position = 0),
reacting as (insert into reactor (ledger, position) select $1, 0 where not $3 on conflict do nothing)
insert into projector (ledger, position) values ($1, 0) on conflict do nothing"""

Clock = Callable[[], datetime]


@cache
def reading(shapes: frozenset[str], more: str = "") -> str:
    """One row an event, the head on each; a row without event if there is none, no row if there is no ledger."""
    return f"""
select h.position head{more}, e.position, e.type, e.tags, e.entry from head h left join lateral (
    select e.* from (select distinct position from {hits(shapes)} matched order by 1 limit $3) found
    join event e on e.ledger = $1 and e.position = found.position) e on true
where h.ledger = $1 order by e.position"""


class Read(NamedTuple):
    """Events in order; `head`: the last position read up to, as in the library."""

    events: list[DCBSequencedEvent]
    head: int | None


class Known(msgspec.Struct, frozen=True):
    """A command that was recorded before."""

    id: str
    digest: str
    first: int
    node: str
    types: tuple[str, ...]
    recorded_at: datetime


class Loaded(NamedTuple):
    """What commands look at, as of `head`."""

    head: int
    log: bytes | None
    """The leaf of the first event: no other log has the same."""
    recorded_at: datetime
    events: list[Stored]
    commands: Mapping[str, Known]
    last: Mapping[str, int]
    """The last position at which each of the tags asked for was carried."""


class Boundary(NamedTuple):
    """The condition of an append, with a position for each item, and the log that it was decided on."""

    watched: Sequence[Watched]
    log: bytes | None


class EventStore:
    """`async with EventStore(await databases.pool("gongzhi_writer"), keys, clock) as store`.

    Whatever takes longer than `patience` seconds is StoreUnavailable: then nobody knows whether it was recorded,
    and the same command may be sent again."""

    def __init__(self, pool: asyncpg.Pool, keys: KeyStore, clock: Clock, *, patience: float = 5.0) -> None:
        self._pool, self._keys, self._clock, self._patience = pool, keys, clock, patience
        self._writers: dict[str, Writer] = {}
        self.waking = Waking(pool)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Commit what waits, sign the last states, stop."""
        await asyncio.gather(self.waking.close(), *(writer.close() for writer in self._writers.values()))
        self._writers.clear()

    async def establish(self, ledger: str, *, demo: bool) -> None:
        """Make room for a ledger; there is one in earnest when its first event is recorded."""
        await self._fetch(ESTABLISH, ledger, Frontier().to_bytes(), demo)

    async def head(self, ledger: str) -> int | None:
        """The last position (0 before the first event), or None if there is no such ledger."""
        rows = await self._fetch("select position from head where ledger = $1", ledger)
        return rows[0]["position"] if rows else None

    async def read(
        self, ledger: str, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> Read:
        """Nothing, and no head, of a ledger that there is not; after a position that it has not reached, a head before
        that position."""
        items = items_of(query)
        asked = as_parameter([Watched(item, after or 0) for item in items])
        rows = await self._fetch(reading(shapes_of(items)), ledger, asked, limit)
        events = list(_sequenced(rows))
        if limit is not None:
            return Read(events, events[-1].position if events else None)
        return Read(events, rows[0]["head"] or None if rows else None)

    async def subscribe(
        self, ledger: str, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncGenerator[DCBSequencedEvent, None]:
        """The events after a position and then those to come, without end; who stops closes the generator.

        Raises LedgerUnknown, or BeyondHead if the log has no such position yet, or is another one by now."""
        items = items_of(query)
        statement = reading(shapes_of(items), f", ({LOG}) log")

        async def turn(position: int, most: int) -> Page | None:
            asked = as_parameter([Watched(item, position) for item in items])
            rows = await self._fetch(statement, ledger, asked, most)
            return Page(list(_sequenced(rows)), rows[0]["head"], rows[0]["log"]) if rows else None

        with self.waking.of(ledger) as wake:
            async for event in follow(turn, wake, ledger, after or 0):
                yield event

    async def recorded(self, ledger: str, *, after: int = 0, limit: int = 1000) -> list[Recorded]:
        """The events after a position, with all that their entries say."""
        return [recorded(row["entry"]) for row in await self._fetch(ENTRIES, ledger, after, limit)]

    async def load(
        self, ledger: str, watched: Sequence[Watched], *, commands: Sequence[str] = (), last_of: Sequence[str] = ()
    ) -> Loaded | None:
        """All in one round trip; None if there is no such ledger."""
        asked, tags = as_parameter(watched), filter(is_storable, last_of)
        statement = reading(shapes_of(item for item, _ in watched), COMMANDS)
        rows = await self._fetch(statement, ledger, asked, None, _json(commands), _json(tags))
        if (writer := self._writers.get(ledger)) and (not rows or rows[0]["head"] < writer.position):
            writer.distrust()
        if not rows:
            return None
        head, log, recorded_at, answered, last = (
            rows[0][name] for name in ("head", "log", "recorded_at", "answered", "last")
        )
        known = msgspec.json.decode(answered, type=list[Known]) if answered else []
        positions = msgspec.json.decode(last, type=dict[str, int]) if last else {}
        return Loaded(head, log, recorded_at, list(_stored(rows)), {each.id: each for each in known}, positions)

    async def append(
        self,
        ledger: str,
        events: Sequence[DCBEvent],
        condition: DCBAppendCondition | Boundary | None = None,
        commands: Sequence[Issued] = (),
    ) -> Appended:
        """All of the events, next to each other, or none.

        Raises ConditionFailed (BeyondHead if the log has no such position as `after` yet), LedgerUnknown,
        StoreUnavailable, EntryTooLarge, or EntryUnfit."""
        if not events:
            raise ProgrammingError("nothing to append")
        now = self._clock()
        drafts = [draft(ledger, event, now) for event in events]
        watched, log = _boundary(condition)
        try:
            async with asyncio.timeout(self._patience):
                writer = await self._writer(ledger)
                answer = asyncio.get_running_loop().create_future()
                await writer.put(Waiting(drafts, watched, log, commands, answer))
                return await answer  # type: ignore[no-any-return]
        except TimeoutError as error:
            raise StoreUnavailable from error

    async def _writer(self, ledger: str) -> Writer:
        """Only a ledger that there is has a writer."""
        if ledger not in self._writers:
            if await self.head(ledger) is None:
                raise LedgerUnknown(ledger)
            if ledger not in self._writers:
                self._writers[ledger] = Writer(ledger, self._pool, self._keys, self._clock, self._patience)
        return self._writers[ledger]

    async def _fetch(self, statement: str, ledger: str, *parameters: object) -> list[asyncpg.Record]:
        if not is_storable(ledger):
            return []

        async def ask() -> list[asyncpg.Record]:
            async with connected(self._pool, self._patience) as connection:
                return await connection.fetch(statement, ledger, *parameters)

        return await insist(self._patience, ask)


def _boundary(condition: DCBAppendCondition | Boundary | None) -> Boundary:
    if not isinstance(condition, DCBAppendCondition):
        return condition or Boundary((), None)
    items, after = items_of(condition.fail_if_events_match), condition.after or 0
    return Boundary([Watched(item, after) for item in items], None)


def _json(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(map(str, texts))).decode()


def _stored(rows: Iterable[asyncpg.Record]) -> Iterable[Stored]:
    for row in rows:
        if row["position"] is not None:
            yield stored(row["position"], row["entry"], row["type"], row["tags"])


def _sequenced(rows: Iterable[asyncpg.Record]) -> Iterable[DCBSequencedEvent]:
    for row in rows:
        if row["position"] is not None:
            yield DCBSequencedEvent(DCBEvent(row["type"], body_of(row["entry"]), row["tags"]), row["position"])
