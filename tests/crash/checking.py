"""What must hold after any crash, read from the databases themselves with nothing of the server in between."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import asyncpg

from infra.checkpoints import Checkpoint, CheckpointRefused, Origin, Vkey, verify
from infra.database import Databases
from infra.entries import Entry, parse
from infra.merkle import Frontier, leaf_hash, tree_hash
from tests.crash.clients import Acknowledged

__all__ = ["Books", "read_books", "wrongs"]

MOST_TOLD = 5
"""So many violations of one kind are told; the rest will be like them."""
WISHED = {"TownRegistered", "CommunityRegistered", "CompoundRegistered", "GridDelineated", "GridCoverageBegan"}
"""What nobody but our clients had recorded."""
PUBLIC = "select public from signing_key where ledger = $1 and origin = $2"
LOGGED = "select position from log where ledger = $1 order by position"


class Books(NamedTuple):
    """All that is stored of a ledger, in one snapshot, and the key that its checkpoints are signed by."""

    events: list[asyncpg.Record]
    commands: Mapping[str, asyncpg.Record]
    head: asyncpg.Record
    note: str
    key: Vkey
    projected: int
    logged: list[int]

    @property
    def signed(self) -> Checkpoint:
        return verify(self.note, self.key)


async def read_books(databases: Databases, ledger: str) -> Books:
    keys, main = await databases.connect_keys(), await databases.connect("gongzhi_owner")
    try:
        public = await keys.fetchval(PUBLIC, ledger, Origin.of(ledger))
        async with main.transaction(isolation="repeatable_read", readonly=True):
            events = await main.fetch("select * from event where ledger = $1 order by position", ledger)
            commands = await main.fetch("select * from command where ledger = $1", ledger)
            head = await main.fetchrow("select * from head where ledger = $1", ledger)
            note = await main.fetchval(
                "select note from checkpoint where ledger = $1 order by position desc limit 1", ledger
            )
            projected = await main.fetchval("select position from projector where ledger = $1", ledger)
            logged = [row["position"] for row in await main.fetch(LOGGED, ledger)]
    finally:
        await keys.close()
        await main.close()
    assert head is not None
    by_id = {row["id"]: row for row in commands}
    return Books(events, by_id, head, note, Vkey(Origin.of(ledger), public), projected, logged)


def wrongs(books: Books, acknowledged: Mapping[str, Acknowledged]) -> Iterator[str]:
    """Everything that is not as it must be."""
    entries = [parse(row["entry"]) for row in books.events]
    yield from islice(_out_of_place(books, entries), MOST_TOLD)
    yield from _unproved(books)
    yield from islice(_not_as_told(books, entries, acknowledged), MOST_TOLD)
    yield from islice(_not_asked_for(books, entries, acknowledged), MOST_TOLD)
    if books.logged != list(range(1, books.projected + 1)):
        yield f"projected up to {books.projected}, and {len(books.logged)} rows in the log"


def _out_of_place(books: Books, entries: list[Entry]) -> Iterator[str]:
    for n, (row, entry) in enumerate(zip(books.events, entries, strict=True), 1):
        if (row["position"], entry.position) != (n, n):
            yield f"event {n} stands at {row['position']} and says {entry.position}"
        if row["leaf"] != leaf_hash(row["entry"]) or row["type"] != entry.type:
            yield f"event {n} is not as its entry says"
    if books.head["position"] != len(entries):
        yield f"the head is {books.head['position']} with {len(entries)} events"


def _unproved(books: Books) -> Iterator[str]:
    leaves = [leaf_hash(row["entry"]) for row in books.events]
    if books.head["frontier"] != Frontier().extend(leaves).to_bytes():
        yield "the frontier is not that of the stored entries"
    try:
        signed = books.signed
    except CheckpointRefused as refused:
        yield f"the checkpoint does not verify: {refused!r}"
        return
    if signed.size > len(leaves) or signed.root != tree_hash(leaves[: signed.size]):
        yield f"the checkpoint of {signed.size} has another root than the stored entries"


def _not_as_told(books: Books, entries: list[Entry], acknowledged: Mapping[str, Acknowledged]) -> Iterator[str]:
    """Each receipt names an event that stands just there, and its command stands for just these."""
    for id_, (wanted, told, *_) in acknowledged.items():
        for position, type_ in told.receipts:
            found = entries[position - 1] if position <= len(entries) else None
            if found is None or (found.type, found.command_id) != (type_, id_):
                yield f"{id_} was told {type_} at {position}, where there is {found and (found.type, found.command_id)}"
        row, positions = books.commands.get(id_), [position for position, _ in told.receipts]
        if row is None or [row["first"], row["last"]] != [positions[0], positions[-1]]:
            yield f"{id_} was told {positions}, and remembered is {row and (row['first'], row['last'])}"
        elif not wanted.node.endswith(f":{row['node']}"):
            yield f"{id_} is remembered for {row['node']}, not {wanted.node}"


def _not_asked_for(books: Books, entries: list[Entry], acknowledged: Mapping[str, Acknowledged]) -> Iterator[str]:
    """Nothing is recorded twice: every event belongs to its command's one place, every command of ours was told."""
    for entry in entries:
        row = books.commands.get(entry.command_id or "")
        if row is None or not row["first"] <= entry.position <= row["last"]:
            yield f"event {entry.position} is recorded outside the place of its command {entry.command_id}"
    asked = {entry.command_id for entry in entries if entry.type in WISHED}
    yield from (f"{id_} is recorded and was never acknowledged" for id_ in sorted(map(str, asked - {*acknowledged})))
