"""Receipts, and what makes a command the same command again: its id, and a keyed hash of what it says."""

import hmac
import json
import unicodedata
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from domain.events import Ref
from domain.execution import Command
from domain.recording import CommandIdUnfit
from infra.store import Known

LONGEST_ID = 64
BANNED = frozenset({"Cc", "Cs", "Zs", "Zl", "Zp"})


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


def recalled(known: Known) -> Receipts:
    """The first receipts, again."""
    events = tuple(Receipt(known.first + n, each) for n, each in enumerate(known.types))
    return Receipts(Ref(known.node), events, known.recorded_at, events[-1].position)


def check_id(command: Command) -> None:
    id_ = command.id
    fit = unicodedata.is_normalized("NFC", id_) and not any(unicodedata.category(each) in BANNED for each in id_)
    if not (fit and 0 < len(id_) <= LONGEST_ID):
        raise CommandIdUnfit(len(id_), LONGEST_ID)


def fingerprint(command: Command, secret: bytes) -> bytes:
    """Who wants what; keyed, since what people write could be guessed from a plain hash (BR-70)."""
    who = "nobody" if command.actor is None else command.actor.person or "system"
    given = {name: value for name, value in command.inputs.items() if value is not None}
    said = [command.decision.name, who, given, command.occurred]
    said += [command.backdated_reason] if command.backdated_reason else []
    return hmac.digest(secret, _encode(said).encode(), "sha256")


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(sort_keys=True, default=_plain).encode
