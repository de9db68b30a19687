"""A commit: the entries of many appends, and the one statement that records them all or, if the head moved, nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from infra.checkpoints import SigningKey, checkpoint_text, sign
from infra.entries import TAG_BREAK, Draft, moment
from infra.matching import Watched
from infra.merkle import Frontier, leaf_hash

# $2 and $3 are the head that the entries were built on. Its frontier is compared too: a position alone could be
# that of another log, dropped and opened again.
COMMIT = f"""
with moved as (
    update head set position = $4, frontier = $5, recorded_at = $6
    where ledger = $1 and position = $2 and frontier = $3 returning position),
recorded as (
    insert into event (ledger, position, type, tags, occurred_at, recorded_at, entry, leaf)
    select $1, $2 + n, type, string_to_array(tags, '{TAG_BREAK}'), occurred_at, $6, entry, leaf
    from unnest($7::text[], $8::text[], $9::timestamptz[], $10::bytea[], $11::bytea[])
        with ordinality made (type, tags, occurred_at, entry, leaf, n)
    where exists (select from moved)
    returning position, type, tags),
tagged as (
    insert into event_tag (ledger, tag, type, position)
    select $1, tag, type, position from recorded cross join unnest(tags) tag),
answered as (
    insert into command (ledger, id, digest, first, last, node)
    select $1, id, digest, first, last, node
    from unnest($12::text[], $13::bytea[], $14::bigint[], $15::bigint[], $16::text[])
        made (id, digest, first, last, node)
    where exists (select from moved)),
signed as (
    insert into checkpoint (ledger, position, root, note, signed_at)
    select $1, $4, $17::bytea, $18::text, now() from moved where $18::text is not null
    on conflict do nothing)
select pg_notify('recorded', $1) from moved"""
# The head's row is shared, so that a head is signed before the next one is recorded or never: what was signed by a
# position is settled as soon as the position is recorded.
SIGN = """
insert into checkpoint (ledger, position, root, note, signed_at)
select ledger, position, $4, $5, now() from head where ledger = $1 and position = $2 and frontier = $3 for share
on conflict do nothing"""


class Issued(NamedTuple):
    """A command to remember: of an append's events, the next `events` are its own."""

    id: str
    digest: bytes
    node: str
    events: int


class Appended(NamedTuple):
    """Where an append's events stand, without a gap, and when they were recorded."""

    first: int
    last: int
    recorded_at: datetime


class Tip(NamedTuple):
    """The head that the next entries build on."""

    position: int
    frontier: Frontier
    recorded_at: datetime
    log: bytes | None
    """The leaf of the first event, if there is one: no other log has the same."""


@dataclass(slots=True, eq=False)
class Waiting:
    """An append that waits for its answer; one that is given up has a cancelled answer."""

    drafts: Sequence[Draft]
    watched: Sequence[Watched]
    log: bytes | None
    """The log that it was decided on, if it is to be no other."""
    commands: Sequence[Issued]
    answer: asyncio.Future[Appended]

    @property
    def is_over(self) -> bool:
        return self.answer.done()


@dataclass(slots=True, eq=False)
class Batch:
    """What one commit records, and the tip that it makes."""

    base: Tip
    tip: Tip
    appends: Sequence[tuple[Waiting, Appended]]
    drafts: Sequence[Draft]
    entries: Sequence[bytes]
    leaves: Sequence[bytes]
    note: str | None = field(default=None)

    def parameters(self, ledger: str) -> tuple[Any, ...]:
        base, tip = self.base, self.tip
        return (
            *(ledger, base.position, base.frontier.to_bytes()),
            *(tip.position, tip.frontier.to_bytes(), tip.recorded_at),
            [draft.type for draft in self.drafts],
            [TAG_BREAK.join(draft.tags) for draft in self.drafts],
            [draft.occurred_at for draft in self.drafts],
            *(self.entries, self.leaves),
            *_commands(self.appends),
            *(tip.frontier.root() if self.note else None, self.note),
        )

    def answer(self) -> None:
        for waiting, appended in self.appends:
            if not waiting.is_over:
                waiting.answer.set_result(appended)


def build(base: Tip, admitted: Sequence[Waiting], now: datetime) -> Batch:
    """The time of recording never goes back, whatever the clock does."""
    at = max(now, base.recorded_at)
    stamp, position = moment(at).encode(), base.position
    appends = []
    for waiting in admitted:
        first, position = position + 1, position + len(waiting.drafts)
        appends.append((waiting, Appended(first, position, at)))
    drafts = [draft for waiting in admitted for draft in waiting.drafts]
    entries = [draft.entry(n, stamp) for n, draft in enumerate(drafts, base.position + 1)]
    leaves = list(map(leaf_hash, entries))
    tip = Tip(position, base.frontier.extend(leaves), at, base.log or leaves[0])
    return Batch(base, tip, appends, drafts, entries, leaves)


def signed(tip: Tip, key: SigningKey) -> str:
    return sign(checkpoint_text(key.origin, tip.position, tip.frontier.root()), key)


def _commands(appends: Sequence[tuple[Waiting, Appended]]) -> tuple[list[Any], ...]:
    rows = []
    for waiting, (position, _, _) in appends:
        for command in waiting.commands:
            rows.append((command.id, command.digest, position, position + command.events - 1, command.node))
            position += command.events  # noqa: PLW2901
    return tuple(map(list, zip(*rows, strict=True))) or ([], [], [], [], [])
