"""What must hold afterwards, read from the tables themselves with nothing of the event store in between."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import asyncpg

from infra.checkpoints import CheckpointRefused, Origin, verify
from infra.database import Databases
from infra.merkle import Frontier, leaf_hash, tree_hash
from tests.recording import LEDGER, keys_of
from tests.writers.following import Told

__all__ = ["Books", "read_books", "wrongs"]

MOST_TOLD = 5
"""So many violations of one kind are told; the rest will be like them."""
HEAD = "select position, frontier from head where ledger = $1"
NOTE = "select note from checkpoint where ledger = $1 order by position desc limit 1"
EVENTS = "select position, type, tags, entry from event where ledger = $1 order by position"
Acknowledged = Sequence[tuple[str, int, int]]
"""Command id, first and last position, as some process was told."""


class Stored(NamedTuple):
    """An event, and what it says of its append: which one it was, and on what condition."""

    position: int
    type: str
    tags: frozenset[str]
    entry: bytes
    wish: Mapping[str, Any]

    def matches(self, tags: Sequence[str], types: Sequence[str]) -> bool:
        return self.tags.issuperset(tags) and (not types or self.type in types)


class Books(NamedTuple):
    """All that is stored, and the key that checkpoints are signed by."""

    events: Sequence[Stored]
    position: int
    frontier: bytes
    note: str
    vkey: Any


async def read_books(databases: Databases) -> Books:
    vkey = (await (await keys_of(databases)).signing_key(LEDGER, Origin.of(LEDGER))).vkey
    connection = await databases.connect("gongzhi_owner")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            head, note = await connection.fetchrow(HEAD, LEDGER), await connection.fetchval(NOTE, LEDGER)
            rows = await connection.fetch(EVENTS, LEDGER)
    finally:
        await connection.close()
    assert head is not None
    return Books(list(map(_stored, rows)), head["position"], head["frontier"], note, vkey)


def wrongs(books: Books, acknowledged: Acknowledged, told: Told) -> Iterator[str]:
    """Everything that is not as it must be."""
    yield from islice(_gaps(books), MOST_TOLD)
    yield from _unproved(books)
    yield from islice(_not_as_acknowledged(books, acknowledged), MOST_TOLD)
    yield from islice(_not_as_followed(books, told), MOST_TOLD)
    yield from islice(_broken_conditions(books), MOST_TOLD)


def _stored(row: asyncpg.Record) -> Stored:
    entry = json.loads(row["entry"])
    return Stored(row["position"], row["type"], frozenset(row["tags"]), row["entry"], entry["body"])


def _gaps(books: Books) -> Iterator[str]:
    for n, event in enumerate(books.events, 1):
        if not event.position == json.loads(event.entry)["position"] == n:
            yield f"event {n} stands at {event.position}"
    if books.position != len(books.events):
        yield f"the head is {books.position} with {len(books.events)} events"


def _unproved(books: Books) -> Iterator[str]:
    leaves = [leaf_hash(event.entry) for event in books.events]
    if books.frontier != Frontier().extend(leaves).to_bytes():
        yield "the frontier is not that of the stored entries"
    try:
        signed = verify(books.note, books.vkey)
    except CheckpointRefused as refused:
        yield f"the checkpoint does not verify: {refused!r}"
        return
    if (signed.size, signed.root) != (len(leaves), tree_hash(leaves)):
        yield f"the last checkpoint is of {signed.size} events and another root than that of the stored entries"


def _not_as_acknowledged(books: Books, acknowledged: Acknowledged) -> Iterator[str]:
    """Each append is told to one process, once, and stands just where that was told."""
    stands = Counter((event.wish["id"], event.position - event.wish["n"]) for event in books.events)
    told = Counter({(id_, first): last - first + 1 for id_, first, last in acknowledged})
    ids = Counter(id_ for id_, *_ in acknowledged)
    yield from (f"{id_} was acknowledged {times} times" for id_, times in ids.items() if times > 1)
    for id_, first in sorted((stands - told) + (told - stands)):
        yield f"{id_} at {first}: {stands[id_, first]} events stored, {told[id_, first]} acknowledged"


def _not_as_followed(books: Books, told: Told) -> Iterator[str]:
    recorded = [(event.position, event.wish["id"], event.wish["n"]) for event in books.events]
    if len(told) != len(recorded):
        yield f"{len(told)} events were followed, of {len(recorded)}"
    for was, is_ in zip(told, recorded, strict=False):
        if tuple(was) != is_:
            yield f"followed: {was}, recorded: {is_}"


def _broken_conditions(books: Books) -> Iterator[str]:
    """No event that an append was not to come after stands between its position and the append."""
    last: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {
        (tuple(event.wish["tags"]), tuple(event.wish["types"])): 0 for event in books.events
    }
    waiting: list[Stored] = []
    for event in books.events:
        wish = event.wish
        if wish["n"] == 0:
            _note(last, waiting)
            waiting.clear()
            if (found := last[tuple(wish["tags"]), tuple(wish["types"])]) > wish["after"]:
                yield f"{wish['id']} at {event.position} was to come after nothing but {wish['after']}: {found}"
        waiting.append(event)


def _note(last: dict[tuple[tuple[str, ...], tuple[str, ...]], int], events: Sequence[Stored]) -> None:
    for item in last:
        for event in events:
            if event.matches(*item):
                last[item] = event.position
