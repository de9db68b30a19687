"""Folding: events and the rows they concern to changed rows, with every former version at its exact position.

Pure. A row that one event changes twice has one version of it; a row left as it was has none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec

from domain.events import Event
from domain.memo import memo
from projections.changes import Plan
from projections.figures import counting
from projections.log import LogRow, TagRow, log_row, tag_rows
from projections.reading import Recorded
from projections.rows import ROWS, Row, plans
from projections.scopes import Scope, everything

__all__ = ["Batch", "Former", "Share", "Step", "Stopped", "Transition", "fold", "planned", "wanted"]

Loaded = Mapping[type[Row], Mapping[str, Row | None]]


class Former(msgspec.Struct, frozen=True, gc=False):
    """A version of a row that no longer holds, and the position from which on it does not."""

    row: Any
    until: int


class Transition(msgspec.Struct, frozen=True, gc=False):
    """One event's effect on one row that figures count."""

    position: int
    row: type[Row]
    before: Any
    after: Any


class Share:
    """One table's part of a batch: what was there, what is there now, what was in between."""

    __slots__ = ("former", "loaded", "now")

    def __init__(self, loaded: Mapping[str, Any]) -> None:
        self.loaded = loaded
        self.now: dict[str, Any] = {}
        self.former: list[Former] = []

    def get(self, key: str) -> Any:
        return self.now.get(key) or self.loaded.get(key)

    def put(self, before: Any, after: Any, position: int) -> None:
        if before is not None and before.known_since < position:
            self.former.append(Former(before, position))
        self.now[after.id] = after


@dataclass(slots=True)
class Batch:
    """What a run of events does to a ledger's read models, from after `after` through `position`."""

    after: int
    position: int
    shares: dict[type[Row], Share] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    log: list[LogRow] = field(default_factory=list)
    tags: list[TagRow] = field(default_factory=list)


class Stopped(Exception):
    """A projection cannot take an event; whatever is before the event stands."""

    def __init__(self, position: int, event: str, projection: str, error: Exception) -> None:
        super().__init__(position, event, projection, error)
        self.position, self.event, self.projection, self.error = position, event, projection, error

    @property
    def told(self) -> dict[str, Any]:
        """What an operator is told: where, at what, and what kind of error."""
        return {
            "position": self.position,
            "type": self.event,
            "projection": self.projection,
            "error": type(self.error).__name__,
        }

    def __str__(self) -> str:
        told = f"{type(self.error).__name__}: {self.error}"
        return f"position {self.position}, {self.event}, projection {self.projection}: {told}"


class Step(msgspec.Struct, frozen=True, gc=False):
    """One event's concern with rows of one class."""

    recorded: Recorded
    plan: Plan
    keys: Iterable[str]
    counted: bool


def planned(events: Iterable[Recorded], scope: Scope | None = None) -> list[Step]:
    """What there is to do, in the order of events and declarations."""
    wanted = scope or everything()
    return [
        Step(recorded, plan, _keys(recorded, plan), counted)
        for recorded in events
        for plan, counted in _plans(type(recorded.event), wanted)
    ]


def wanted(steps: Iterable[Step]) -> dict[type[Row], set[str]]:
    """The keys of all rows that may change."""
    found: dict[type[Row], set[str]] = {}
    for step in steps:
        found.setdefault(step.plan.row, set()).update(step.keys)
    return found


def fold(events: Sequence[Recorded], steps: Iterable[Step], after: int, loaded: Loaded, *, log: bool = True) -> Batch:
    """The batch of these events, which come right after position `after`."""
    batch = Batch(after, events[-1].position if events else after)
    shares = batch.shares = {row: Share(rows) for row, rows in loaded.items()}
    for step in steps:
        try:
            _apply(step, shares[step.plan.row], batch.transitions)
        except Exception as error:
            raise _stopped(step.recorded, step.plan, error) from error
    if log:
        batch.log = [log_row(recorded) for recorded in events]
        # by tag, as the index has them
        batch.tags = sorted((tag for recorded in events for tag in tag_rows(recorded)), key=attrgetter("tag"))
    return batch


def _apply(step: Step, share: Share, transitions: list[Transition]) -> None:
    recorded, plan = step.recorded, step.plan
    for key in step.keys:
        before = share.get(key)
        after = plan.apply(before, key, recorded.event, recorded.entry)
        if after is not before:
            share.put(before, after, recorded.position)
            if step.counted:
                transitions.append(Transition(recorded.position, plan.row, before, after))


@memo
def _plans(event: type[Event], scope: Scope) -> tuple[tuple[Plan, bool], ...]:
    """What happens to rows at this event type, in the order of declaration, and whether figures count the rows."""
    rows = (row for row in ROWS if row in scope.folded)
    return tuple((p, scope.figures and bool(counting(row))) for row in rows for p in plans(row) if p.event is event)


def _keys(recorded: Recorded, plan: Plan) -> Iterable[str]:
    try:
        return plan.keys(recorded.event)
    except Exception as error:
        raise _stopped(recorded, plan, error) from error


def _stopped(recorded: Recorded, plan: Plan, error: Exception) -> Stopped:
    return Stopped(recorded.position, recorded.entry.type, plan.row.__name__, error)
