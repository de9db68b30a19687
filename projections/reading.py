"""Reading: the stored entries of a ledger, as they are in the event store, back to events of the domain."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from domain.bodies import from_body, present
from domain.events import Event

__all__ = ["Entry", "Recorded", "Undecodable", "body", "canonical", "decoded", "read"]

ENCODER = msgspec.json.Encoder(enc_hook=str, order="sorted")
READ = """
select position, type, entry, leaf from gongzhi.event
where ledger = $1 and position > $2 order by position limit $3
"""


class Undecodable(ValueError):
    """A stored entry is not the one that its ledger and position call for."""


class By(msgspec.Struct, frozen=True, gc=False):
    """Who acted: nobody, if the system did."""

    person: str | None = None
    role: str | None = None
    grant: str | None = None


class Why(msgspec.Struct, frozen=True, gc=False):
    """Of a back-dated event: the revision of the policy that allowed it, and the reason."""

    policy: int
    reason: str


class Entry(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What of a stored entry is read here; its body stays as the bytes that were stored."""

    ledger: str
    position: int
    type: str
    tags: tuple[str, ...]
    actor: By
    occurred_at: datetime
    recorded_at: datetime
    command_id: str | None
    body: msgspec.Raw
    version: int
    backdated: Why | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event as recorded."""

    position: int
    entry: Entry
    event: Event
    leaf: bytes


ENTRIES = msgspec.json.Decoder(Entry)
BODIES = msgspec.json.Decoder(dict[str, Any])


async def read(connection: asyncpg.Connection, ledger: str, after: int, most: int) -> list[asyncpg.Record]:
    """The next stored entries: position, type, entry, leaf."""
    return await connection.fetch(READ, ledger, after, most)


def decoded(stored: Iterable[asyncpg.Record], ledger: str, after: int) -> Iterator[Recorded]:
    """The events from the one after `after` on; raises at the first that is amiss or unknown to this release."""
    for expected, (_, _, bytes_, leaf) in enumerate(stored, after + 1):
        entry = ENTRIES.decode(bytes_)
        if (entry.ledger, entry.position) != (ledger, expected):
            raise Undecodable(f"{entry.ledger} {entry.position} stands in the place of {ledger} {expected}")
        yield Recorded(expected, entry, from_body(entry.type, BODIES.decode(entry.body), entry.version), leaf)


def body(entry: Entry) -> Mapping[str, Any]:
    """The body as the present version of the event has it."""
    return present(entry.type, BODIES.decode(entry.body), entry.version)


def canonical(value: Any) -> str:
    """JSON with sorted keys and nothing between."""
    return ENCODER.encode(value).decode()
