"""A script of dated commands; ids of things follow from the command ids, so later lines may name earlier things."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from domain import grants, people
from domain.bodies import CHINA
from domain.decisions import Decision, new_ref
from domain.events import Ref
from domain.execution import Actor, Command
from domain.roles import Role

__all__ = ["Script"]

OPENING_HOUR = time(9, tzinfo=CHINA)


@dataclass
class Script:
    """Lines are added in the order of their days. `actor` acts until another does; the day is set by `on`."""

    ledger: Ref[Any]
    administrator: Ref[Any]
    day: date
    actor: Actor = field(init=False)
    commands: list[Command] = field(default_factory=list)
    people: int = 0

    def __post_init__(self) -> None:
        self.actor = Actor(self.administrator)

    def on(self, day: date) -> None:
        """The following lines happen on that day, one second apart."""
        self.day = max(day, self.day)

    def do(self, decision: Decision, line: str, **inputs: Any) -> Ref[Any]:
        """Take a decision; `line` names it for ever. Returns the thing born, if one is."""
        command_id = f"demo-{line}"
        self.commands.append(Command(command_id, decision, inputs, self.actor, self._now()))
        return new_ref(decision.kind, command_id)

    def person(self, line: str, title: str) -> Ref[Any]:
        """A placeholder person: the articles name nobody, and neither does the demonstration."""
        self.people += 1
        full_name = f"{title}{self.people:04d}（示范）"
        return self.do(people.register, f"person-{line}", full_name=full_name, phone=f"1990000{self.people:04d}")

    def staff(self, line: str, title: str, role: Role, scope: Ref[Any] | None = None) -> Actor:
        """A person with a role over a place (none: the whole ledger), who can then act."""
        before, self.actor = self.actor, Actor(self.administrator)
        person = self.person(line, title)
        self.do(grants.give, f"grant-{line}", person=person, role=role, scope=scope, since=self.day)
        self.actor = before
        return Actor(person, role)

    def _now(self) -> datetime:
        same_day = sum(1 for c in reversed(self.commands[-1:]) if c.now.date() == self.day)
        start = datetime.combine(self.day, OPENING_HOUR)
        return self.commands[-1].now + timedelta(seconds=1) if same_day else start


def batches(commands: Sequence[Command], size: int) -> list[Sequence[Command]]:
    """Runs of at most `size` commands of one day: what is recorded together."""
    runs: list[list[Command]] = []
    for command in commands:
        if not runs or len(runs[-1]) == size or runs[-1][0].now.date() != command.now.date():
            runs.append([])
        runs[-1].append(command)
    return list(runs)
