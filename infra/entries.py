"""Entries: the bytes that are stored and hashed, canonical JSON as RFC 8785 writes it, built once and never again.

Keys are sorted, numbers are integers, text is NFC; only `backdated` is left out where it does not apply. Sorted,
`position` and `recordedAt` are neighbours: all before and after them is encoded ahead, so a batch that lost a race is
cheap to build again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from unicodedata import is_normalized

import msgspec
from eventsourcing.dcb.api import DCBEvent
from uuid_utils import uuid7

from domain.bodies import CHINA
from domain.recording import EntryTooLarge
from infra.merkle import leaf_hash

LONGEST = 65_535  # C2SP tlog-tiles: an entry's length in its bundle is a uint16
STAMPED = len('9223372036854775807,"recordedAt":"2025-03-01T12:00:00.000000+08:00"')
SAFE = 2**53 - 1  # RFC 8785 §3.2.2.3: larger integers change in readers that know only doubles
TAG_BREAK = "\x1f"

_encode = msgspec.json.Encoder(order="sorted").encode


class EntryUnfit(Exception):
    """What should be recorded has no canonical form: a bug of whoever made it, not of a person who acts."""


class Canonical(bytes):
    """A JSON object in its canonical form."""

    __slots__ = ()


class EntryActor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acted; the system itself if there is no person. The format has room for organisations, none named yet."""

    grant: str | None = None
    organisation: str | None = None
    person: str | None = None
    role: str | None = None


SYSTEM = EntryActor()


class EntryBackdated(msgspec.Struct, frozen=True):
    """By which revision of the ledger's policy it may be dated back, and why it is."""

    policy: int
    reason: str


class Stamp(NamedTuple):
    """What an entry says of the command behind the event; for what follows from another, also that event and the first
    of the chain, each as `ledger:position`."""

    actor: EntryActor = SYSTEM
    occurred_at: datetime | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    backdated: EntryBackdated | None = None


UNSIGNED = Stamp()


@dataclass
class NewEvent(DCBEvent):
    """An event to append; `data` is its body in canonical JSON."""

    id: str = ""
    version: int = 1
    stamp: Stamp = UNSIGNED


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An entry taken apart, its fields in their order."""

    actor: EntryActor
    backdated: EntryBackdated | msgspec.UnsetType = msgspec.UNSET
    body: msgspec.Raw
    causation_id: str | None
    command_id: str | None
    correlation_id: str | None
    id: str
    ledger: str
    occurred_at: str
    position: int
    recorded_at: str
    tags: list[str]
    type: str
    version: int


class Recorded(NamedTuple):
    """An event as readers get it."""

    position: int
    type: str
    tags: tuple[str, ...]
    occurred_at: datetime
    recorded_at: datetime
    id: str
    actor: EntryActor
    command_id: str | None
    body: dict[str, Any]
    leaf: bytes
    backdated: EntryBackdated | None = None


class Stored(NamedTuple):
    """An event as decisions get it; `version` is that of the shape it was recorded in."""

    position: int
    type: str
    version: int
    tags: frozenset[str]
    body: bytes


class _Before(msgspec.Struct, rename="camel"):
    actor: EntryActor
    body: msgspec.Raw
    causation_id: str | None
    command_id: str | None
    correlation_id: str | None
    id: str
    ledger: str
    occurred_at: str
    backdated: EntryBackdated | msgspec.UnsetType = msgspec.UNSET


class _After(msgspec.Struct):
    tags: Sequence[str]
    type: str
    version: int


class _Told(msgspec.Struct):
    body: msgspec.Raw
    version: int


_entry_of = msgspec.json.Decoder(Entry).decode
_told_by = msgspec.json.Decoder(_Told).decode


class Draft(NamedTuple):
    """An event whose entry lacks only its position and the time of recording."""

    type: str
    tags: tuple[str, ...]
    occurred_at: datetime
    before: bytes
    after: bytes

    def entry(self, position: int, recorded_at: bytes) -> bytes:
        return b'%b%d,"recordedAt":"%b",%b' % (self.before, position, recorded_at, self.after)


def draft(ledger: str, event: DCBEvent, now: datetime) -> Draft:
    """Raises EntryTooLarge, or EntryUnfit if the data is no canonical JSON object."""
    new = event if isinstance(event, NewEvent) else NewEvent(event.type, event.data, event.tags)
    tags, occurred = tuple(sorted(set(map(str, new.tags)))), new.stamp.occurred_at or now
    before, after = _halves(ledger, new, tags, occurred)
    _check_text(before, after, (*tags, new.type))
    if (size := len(before) + STAMPED + 1 + len(after)) > LONGEST:
        raise EntryTooLarge(size, LONGEST)
    return Draft(new.type, tags, occurred, before, after)


def new_id(now: datetime) -> str:
    """A UUIDv7 of this time."""
    return str(uuid7(nanoseconds=int(now.timestamp() * 1000) * 1_000_000))


def canonical(body: Mapping[str, Any]) -> Canonical:
    _check(body)
    try:
        return Canonical(_encode(body))
    except (TypeError, UnicodeEncodeError) as error:
        raise EntryUnfit(str(error)) from error


def moment(at: datetime) -> str:
    """A time as entries write it: +08:00, always with microseconds."""
    return at.astimezone(CHINA).isoformat(timespec="microseconds")


def parse(entry: bytes) -> Entry:
    """Raises EntryUnfit if these bytes are no entry."""
    try:
        return _entry_of(entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryUnfit(str(error)) from error


def body_of(entry: bytes) -> bytes:
    """The body alone, as it stands in the entry."""
    return bytes(_told_by(entry).body)


def stored(position: int, entry: bytes, type_: str, tags: Sequence[str]) -> Stored:
    """What decisions look at, of an entry whose type and tags stand beside it."""
    told = _told_by(entry)
    return Stored(position, type_, told.version, frozenset(tags), bytes(told.body))


def recorded(entry: bytes) -> Recorded:
    parsed = parse(entry)
    return Recorded(
        parsed.position,
        parsed.type,
        tuple(parsed.tags),
        datetime.fromisoformat(parsed.occurred_at),
        datetime.fromisoformat(parsed.recorded_at),
        parsed.id,
        parsed.actor,
        parsed.command_id,
        msgspec.json.decode(parsed.body),
        leaf_hash(entry),
        parsed.backdated or None,
    )


def is_canonical(entry: bytes) -> bool:
    """Whether these are the very bytes that their content is written as."""
    try:
        parsed = parse(entry)
        _checked(bytes(parsed.body))
    except EntryUnfit:
        return False
    return _encode(parsed) == entry and is_normalized("NFC", entry.decode())


def _halves(ledger: str, new: NewEvent, tags: tuple[str, ...], occurred: datetime) -> tuple[bytes, bytes]:
    stamp, body = new.stamp, new.data if type(new.data) is Canonical else _checked(new.data)
    ids = (stamp.causation_id, stamp.command_id, stamp.correlation_id, new.id or new_id(occurred))
    backdated = stamp.backdated or msgspec.UNSET
    try:
        before = _encode(_Before(stamp.actor, msgspec.Raw(body), *ids, ledger, moment(occurred), backdated))
        after = _encode(_After(tags, new.type, new.version))
    except UnicodeEncodeError as error:
        raise EntryUnfit("half a surrogate pair is no text") from error
    return before[:-1] + b',"position":', after[1:]


def _checked(data: bytes) -> Canonical:
    try:
        body = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryUnfit("the body is no JSON") from error
    if not isinstance(body, dict) or (found := canonical(body)) != data:
        raise EntryUnfit("the body is not in canonical form")
    return found


def _check_text(before: bytes, after: bytes, names: tuple[str, ...]) -> None:
    """JSON's own characters combine with nothing, so the text is NFC if the whole is."""
    if not (before.isascii() and after.isascii()) and not is_normalized("NFC", (before + after).decode()):
        raise EntryUnfit("the text is not NFC")
    if any("\0" in name or TAG_BREAK in name for name in names):
        raise EntryUnfit("a tag or type has a character that the store keeps for itself")


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            fit = -SAFE <= value <= SAFE
        case list() | tuple():
            fit = True
            for each in value:
                _check(each)
        case dict():
            fit = all(isinstance(key, str) and key.isascii() for key in value)
            _check(list(value.values()))
        case _:
            fit = False
    if not fit:
        raise EntryUnfit(f"{value!r} is not what entries are made of")
