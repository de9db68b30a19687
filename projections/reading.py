"""Reading: the stored entries of a ledger, as they are in the event store, back to events of the domain."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from domain.bodies import from_body
from domain.events import Event

__all__ = ["Entry", "Recorded", "Undecodable", "canonical", "decode", "read"]


class Undecodable(ValueError):
    """A stored entry is not what it says it is."""


class By(msgspec.Struct, frozen=True, gc=False):
    """Who acted: nobody, if the system did."""

    person: str | None = None
    role: str | None = None
    grant: str | None = None


class Entry(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What of a stored entry is read here; its body stays as the bytes that were stored."""

    ledger: str
    position: int
    type: str
    tags: tuple[str, ...]
    actor: By
    occurred_at: datetime
    recorded_at: datetime
    command_id: str
    body: msgspec.Raw


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event as recorded."""

    entry: Entry
    body: dict[str, Any]
    event: Event
    leaf: bytes

    @property
    def position(self) -> int:
        return self.entry.position


ENTRIES = msgspec.json.Decoder(Entry)
BODIES = msgspec.json.Decoder(dict[str, Any])
CANONICAL = msgspec.json.Encoder(order="sorted")
READ = """
select position, entry, leaf from gongzhi.event where ledger = $1 and position > $2 order by position limit $3
"""

Stored = tuple[int, bytes, bytes]


async def read(connection: asyncpg.Connection, ledger: str, after: int, most: int) -> list[Any]:
    """The next stored entries: (position, entry, leaf)."""
    return await connection.fetch(READ, ledger, after, most)


def decode(stored: Iterable[Any]) -> Iterable[Recorded]:
    """Events, one by one; raises at the one that this release does not know."""
    for _, bytes_, leaf in stored:
        entry = ENTRIES.decode(bytes_)
        body = BODIES.decode(entry.body)
        yield Recorded(entry, body, from_body(entry.type, body), leaf)


def canonical(value: Any) -> str:
    return CANONICAL.encode(value).decode()
