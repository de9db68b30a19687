"""What follows from a stored event: the acts of every reaction to it, each known by the same name for ever."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hmac import digest
from typing import Any, NamedTuple

import asyncpg
import msgspec

from domain.bodies import CHINA, from_body
from domain.events import Event
from domain.execution import Actor, Cause, Command
from domain.reactions import Act, Happened, Reaction
from infra.entries import Entry, parse

__all__ = ["NOBODY", "Consequence", "Halted", "Taken", "command_of", "consequences_of", "types_of"]

NOBODY = "–"
"""In place of a reaction's name: the event itself could not be read."""
SYSTEM = Actor()


class Halted(Exception):
    """A reaction cannot take an event, or nobody knows the event; all before it stands, nothing is passed over."""

    def __init__(self, position: int, event: str, reaction: str, error: Exception) -> None:
        super().__init__(position, event, reaction, error)
        self.position, self.event, self.reaction, self.error = position, event, reaction, error

    def as_json(self) -> str:
        told = {"position": self.position, "type": self.event, "reaction": self.reaction}
        return json.dumps({**told, "error": f"{type(self.error).__name__}: {self.error}"}, ensure_ascii=False)


class Taken(NamedTuple):
    """A stored event, read for reactions."""

    event: Event
    happened: Happened
    cause: Cause

    @property
    def recorded_on(self) -> date:
        return self.happened.recorded_at.astimezone(CHINA).date()


class Consequence(NamedTuple):
    """The act that is `number` of those that a reaction makes of the event at a position."""

    position: int
    reaction: str
    number: int
    act: Act


def consequences_of(
    ledger: str, row: asyncpg.Record, reactions: Mapping[str, Reaction]
) -> tuple[Taken, list[Consequence]]:
    """Of position, type and entry; raises `Halted`."""
    name = NOBODY
    try:
        taken, found = _taken(ledger, parse(row["entry"])), []
        for name, each in reactions.items():
            if type(taken.event) in each.events:
                acts = enumerate(each.acts(taken.event, taken.happened))
                found += [Consequence(row["position"], name, number, act) for number, act in acts]
    except Exception as error:
        raise Halted(row["position"], row["type"], name, error) from error
    return taken, found


def command_of(consequence: Consequence, cause: Cause, now: datetime, secret: bytes) -> Command:
    """The same for every repetition but for `now`; its id is keyed, so that nobody can use it up beforehand."""
    act = consequence.act
    said = json.dumps([*consequence[:3], act.on and act.on.isoformat()])
    id_ = "reaction-" + digest(secret, said.encode(), "sha256").hex()[:40]
    return Command(id_, act.decision, act.inputs, SYSTEM, now, act.due, cause=cause)


def types_of(reactions: Mapping[str, Reaction]) -> list[str]:
    """The names of the events that any of them gets."""
    return sorted({event.__name__ for event in _events(reactions)})


def _events(reactions: Mapping[str, Reaction]) -> Iterator[type[Any]]:
    return (event for each in reactions.values() for event in each.events)


def _taken(ledger: str, entry: Entry) -> Taken:
    occurred, recorded = map(datetime.fromisoformat, (entry.occurred_at, entry.recorded_at))
    happened = Happened(ledger, entry.position, frozenset(entry.tags), occurred, recorded)
    address = f"{ledger}:{entry.position}"
    cause = Cause(address, entry.correlation_id or address)
    return Taken(from_body(entry.type, msgspec.json.decode(entry.body), entry.version), happened, cause)
