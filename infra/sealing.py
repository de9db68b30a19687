"""From what was decided to what is stored: bodies in canonical JSON, personal text sealed under its person's keys."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from domain.bodies import personal_fields, to_body
from domain.events import Event
from domain.execution import Command, Outcome, Tagged
from infra.entries import EntryActor, EntryBackdated, NewEvent, Stamp, canonical, new_id
from infra.seals import Pair, seal


class Decided(NamedTuple):
    """A command and what it comes to."""

    command: Command
    digest: bytes
    outcome: Outcome


def keys_needed(decided: Iterable[Decided]) -> list[Pair]:
    """Whose keys, for what purposes; in one order, so that two who make the same keys never wait for each other."""
    events = (tagged.event for each in decided for tagged in each.outcome.events)
    return sorted({(person, purpose) for event in events for _, person, purpose in _personal(event)})


def sealed(ledger: str, decided: Iterable[Decided], keys: Mapping[Pair, bytes]) -> list[NewEvent]:
    return [
        _new_event(ledger, tagged, new_id(each.command.now), _stamp(each), keys)
        for each in decided
        for tagged in each.outcome.events
    ]


def _new_event(ledger: str, tagged: Tagged, id_: str, stamp: Stamp, keys: Mapping[Pair, bytes]) -> NewEvent:
    event, body = tagged.event, to_body(tagged.event)
    for field, person, purpose in _personal(event):
        close = partial(_seal, ledger, id_, field, person, purpose, keys[person, purpose])
        body[field] = tuple(map(close, body[field])) if isinstance(body[field], tuple) else close(body[field])
    return NewEvent(type(event).__name__, canonical(body), sorted(tagged.tags), id_, event.version, stamp)


def _seal(ledger: str, id_: str, field: str, person: str, purpose: str, key: bytes, text: str) -> str:  # noqa: PLR0917
    return seal(ledger, person, purpose, id_, field, text, key)


def _personal(event: Event) -> Iterator[tuple[str, str, str]]:
    """Each personal field that says something: its name, whose key seals it, its purpose."""
    for name, purpose, owner in personal_fields(type(event)):
        if getattr(event, name) is not None:
            yield name, str(getattr(event, owner)), purpose


def _stamp(decided: Decided) -> Stamp:
    command, outcome = decided.command, decided.outcome
    person = command.actor.person if command.actor and not command.decision.hides_actor else None
    actor = EntryActor(
        grant=outcome.grant and str(outcome.grant),
        person=person and str(person),
        role=outcome.role.name if outcome.role else None,
    )
    backdated = EntryBackdated(*outcome.backdated) if outcome.backdated else None
    first, cause = (command.cause.first, command.cause.event) if command.cause else (None, None)
    return Stamp(actor, command.occurred or command.now, command.id, first, cause, backdated)
