"""The log as people read it: one row an event, and where each tag occurs.

What is for staff, confidential text and which person somebody is, stands apart from the body that all may read; why it
was dated back is for staff too (BR-82). The rows never change: what corrects or voids an event is found by the position
that it names (BR-84). Each carries its audience, and the database itself shows nobody more than their own; what is
sealed carries none.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time

import msgspec

from domain.backdating import days_between
from domain.bodies import CHINA
from domain.events import Event, fields_of, is_for_staff
from domain.memo import memo
from projections.reading import Recorded, body, canonical

__all__ = ["LOG", "LOG_COLUMNS", "LOG_KEYS", "STAFF_COLUMNS", "TAG_COLUMNS", "LogRow", "TagRow", "log_row", "tag_rows"]

LOG_COLUMNS = {
    "position": "bigint",
    "type": "text",
    "tags": "text[]",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "role": "text",
    "person": "text",
    "grant": "text",
    "command_id": "text",
    "caused_by": "bigint",
    "correlation": "bigint",
    "body": "json",
    "personal": "json",
    "leaf": "bytea",
    "audience": "text",
    "backdated_days": "bigint",
    "backdated_policy": "bigint",
    "backdated_reason": "text",
    "days_late": "bigint",
    "corrects": "bigint",
    "voids": "bigint",
}
STAFF_COLUMNS = frozenset({"personal", "backdated_reason"})
TAG_COLUMNS = {"tag": "text", "position": "bigint", "audience": "text"}

SEALED = "SEALED"
"""The audience of what nobody reads: no policy lets it through."""

LOG = """
create table log (
    ledger text collate "C" not null,
    position bigint not null,
    type text collate "C" not null,
    tags text[] collate "C" not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    role text collate "C",
    person text collate "C",
    "grant" text collate "C",
    command_id text collate "C",
    caused_by bigint,
    correlation bigint not null,
    body json not null,
    personal json,
    leaf bytea not null,
    audience text collate "C" not null,
    backdated_days bigint,
    backdated_policy bigint,
    backdated_reason text,
    days_late bigint,
    corrects bigint,
    voids bigint
);
create table log_tag (
    ledger text collate "C" not null,
    tag text collate "C" not null,
    position bigint not null,
    audience text collate "C" not null
);
"""

LOG_KEYS = """
alter table log add primary key (ledger, position);
alter table log_tag add primary key (ledger, tag, position) include (audience);
create index on log (ledger, type, position);
create index on log (ledger, recorded_at, position);
create index on log (ledger, position) where backdated_days is not null;
create index on log (ledger, position) where days_late is not null;
create index on log (ledger, corrects, position) where corrects is not null;
create index on log (ledger, voids) where voids is not null;
"""


class LogRow(msgspec.Struct, frozen=True, gc=False):
    """A row of `log`, in the order of its columns; JSON as text."""

    position: int
    type: str
    tags: tuple[str, ...]
    occurred_at: datetime
    recorded_at: datetime
    role: str | None
    person: str | None
    grant: str | None
    command_id: str | None
    caused_by: int | None
    correlation: int
    body: str
    personal: str | None
    leaf: bytes
    audience: str
    backdated_days: int | None
    backdated_policy: int | None
    backdated_reason: str | None
    days_late: int | None
    corrects: int | None
    voids: int | None


class TagRow(msgspec.Struct, frozen=True, gc=False):
    """A row of `log_tag`."""

    tag: str
    position: int
    audience: str


def log_row(recorded: Recorded) -> LogRow:
    entry, kind = recorded.entry, type(recorded.event)
    public, personal = _parted(recorded)
    actor, why = entry.actor, entry.backdated
    return LogRow(
        entry.position,
        entry.type,
        entry.tags,
        entry.occurred_at,
        entry.recorded_at,
        actor.role,
        actor.person,
        actor.grant,
        entry.command_id,
        _position(entry.causation_id),
        _position(entry.correlation_id) or entry.position,
        public,
        personal,
        recorded.leaf,
        _audience(kind),
        days_between(entry.occurred_at, entry.recorded_at) if why else None,
        None if why is None else why.policy,
        None if why is None else why.reason,
        _days_late(recorded),
        getattr(recorded.event, "corrects", None),
        getattr(recorded.event, "voids", None),
    )


def tag_rows(recorded: Recorded) -> Iterator[TagRow]:
    entry, audience = recorded.entry, _audience(type(recorded.event))
    return (TagRow(tag, entry.position, audience) for tag in entry.tags)


def _audience(event: type[Event]) -> str:
    return SEALED if event.sealed else event.audience.name


def _days_late(recorded: Recorded) -> int | None:
    """How many days before it was recorded begins or ends what it says, or happened; None: none, or by itself."""
    entry = recorded.entry
    if entry.actor.person is None and entry.actor.role is None:
        return None
    day = _effective(recorded.event, entry.recorded_at.astimezone(CHINA).date())
    first = entry.occurred_at if day is None else min(entry.occurred_at, datetime.combine(day, time(), CHINA))
    return max(days_between(first, entry.recorded_at), 0) or None


TELLING = ("ended", "issued_on", "told_on", "since")
"""What says from when on something holds or no longer does, the first that an event has; otherwise when it was done."""
STILL_TO_COME = re.compile(r"(^|_)(due|until|effective|by|last_day|(expires|lapses|closes|opens)_(at|on))(_|$)")
"""Days that were ahead when it happened."""


def _effective(event: Event, today: date) -> date | None:
    """The day that it tells of; none of what corrects or voids another event, which is done when it is recorded."""
    if getattr(event, "corrects", None) or getattr(event, "voids", None):
        return None
    told = {name: value for name in _days(type(event)) if (value := getattr(event, name)) is not None}
    days = {name: each.astimezone(CHINA).date() if isinstance(each, datetime) else each for name, each in told.items()}
    first = next((days[name] for name in TELLING if name in days), None)
    return first or max((day for day in days.values() if day <= today), default=None)


@memo
def _days(event: type[Event]) -> tuple[str, ...]:
    """Its fields that are days or moments, but for those that were ahead."""
    days = (each.name for each in fields_of(event) if each.type in {date, datetime} and not each.many)
    return tuple(name for name in days if not STILL_TO_COME.search(name))


def _position(address: str | None) -> int | None:
    """Of `ledger:position`, which is always of the same ledger."""
    return int(address.rpartition(":")[2]) if address else None


def _parted(recorded: Recorded) -> tuple[str, str | None]:
    """The body without what is for staff, and that alone; one without such is shown as it is stored."""
    entry, kind = recorded.entry, type(recorded.event)
    apart = _for_staff(kind)
    if not apart and entry.version == kind.version:
        return bytes(entry.body).decode(), None
    whole = body(entry)
    public = canonical({name: value for name, value in whole.items() if name not in apart})
    return public, canonical({name: value for name, value in whole.items() if name in apart}) if apart else None


@memo
def _for_staff(event: type[Event]) -> frozenset[str]:
    return frozenset(field.name for field in fields_of(event) if is_for_staff(field))
