"""Trying: all commands of a plan decided as if they were recorded, so that whatever refuses one is told beforehand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from api.composition import Services
from api.importing.importers import Before
from api.importing.kinds import Thing
from api.importing.planning import Importer, Plan
from api.importing.references import Register
from api.importing.rows import Row, Step
from domain.events import Ref
from domain.execution import Actor, Command, decide
from domain.grants import NotPermitted
from domain.recording import LedgerUnknown
from domain.refusals import Refusal
from domain.states import Key
from domain.views import View
from domain.words import Words
from infra.deciding import Unfolding
from infra.folds import Folds
from infra.receipts import fingerprint
from infra.sealing import Decided
from infra.store import Known as KnownCommand
from infra.trouble import Trouble

__all__ = ["Trial"]

TOGETHER = 200
"""Commands that are looked up together."""
CONFLICT = Words(
    "This row was imported before with other values; correct what is recorded instead.",
    "此行曾以不同内容导入；请对已登记内容作更正，而非重新导入。",
)


class Trial:
    """All commands decided on what is there, each seeing what those before it did; what refuses them is told."""

    def __init__(self, services: Services, importer: Importer, register: Register, plan: Plan) -> None:
        self._services, self._importer, self._register, self._plan = services, importer, register, plan
        self._views: dict[Key, View] = {}
        self._known: dict[str, KnownCommand] = {}
        self._lost: set[str] = set()
        self._fresh: set[str] = set()

    def fresh(self, row: Row) -> list[Command]:
        """The row's commands that have something to record."""
        return [step.command for step in row.steps if step.command.id in self._fresh]

    async def run(self, before: Before) -> None:
        steps = [step for row in self._plan.rows if not row.wrong for step in row.steps]
        readable = [*before.commands, *(step.command for step in steps if self._is_readable(step.command))]
        for n in range(0, len(readable), TOGETHER):
            await self._load(readable[n : n + TOGETHER])
        secret = await self._services.recorder.secret(self._importer.ledger, "COMMANDS")
        unfolding, refused = Unfolding(self._views), 0
        for command in before.commands:
            if command.id not in self._known:
                self._decided(unfolding, command)
        for row in (row for row in self._plan.rows if not row.wrong):
            for step in row.steps:
                try:
                    await self._try(unfolding, row, step, secret)
                except Refusal as refusal:
                    refused += isinstance(refusal, NotPermitted)
                    self._tell(row, step, refusal)
        if refused and refused == len([row for row in self._plan.rows if row.steps]):
            raise Trouble(
                "此人现有授权不允许导入其中任何一行，请核对 --as、--role 和授权范围。",
                "No grant of this person allows any of the rows: check --as, --role and where the grant reaches.",
            )

    def _is_readable(self, command: Command) -> bool:
        try:
            return bool(command.looked_at)
        except Refusal:
            return False

    async def _load(self, commands: Sequence[Command]) -> None:
        folds, keys = Folds(1_000_000), {key for command in commands for key in command.looked_at}
        held = folds.recall(self._importer.ledger, [key for key in keys if key not in self._views])
        ids = [command.id for command in commands]
        loaded = await self._services.store.load(self._importer.ledger, held.watched, commands=ids)
        if loaded is None:
            raise LedgerUnknown(self._importer.ledger)
        self._views |= folds.catch_up(self._importer.ledger, held, loaded).views
        self._known |= loaded.commands

    async def _try(self, unfolding: Unfolding, row: Row, step: Step, secret: bytes) -> None:
        command = step.command
        if row.wrong or row.waits or self._lost & set(_named(command)):
            row.waits = True
            self._lose(step)
        elif known := self._known.get(command.id):
            if not await self._is_same(command, known, secret) and not self._is_so(unfolding, step):
                self._plan.problems.append(row.problem(CONFLICT, _changed(row), "COMMAND_ID_REUSED"))
        elif not (step.known and step.known.there) and self._decided(unfolding, command):
            self._fresh.add(command.id)

    def _decided(self, unfolding: Unfolding, command: Command) -> bool:
        outcome = decide(command, unfolding.of(command.looked_at))
        unfolding.add(Decided(command, b"", outcome))
        return bool(outcome.events)

    async def _is_same(self, command: Command, known: KnownCommand, secret: bytes) -> bool:
        """Whoever recorded it."""
        if fingerprint(command, secret).hex() == known.digest:
            return True
        [entry] = await self._services.store.recorded(self._importer.ledger, after=known.first - 1, limit=1)
        theirs = Actor(Ref(entry.actor.person) if entry.actor.person else None)
        return fingerprint(replace(command, actor=theirs), secret).hex() == known.digest

    def _is_so(self, unfolding: Unfolding, step: Step) -> bool:
        """Whether there would be nothing to record, though the command was given with other values."""
        if step.known is not None:
            return False
        try:
            return not decide(step.command, unfolding.of(step.command.looked_at)).events
        except Refusal:
            return False

    def _tell(self, row: Row, step: Step, refusal: Refusal) -> None:
        told = {name: self._shown(value) for name, value in refusal.details.items()}
        words = Words(refusal.message("en", told), refusal.message("zh", told))
        self._plan.problems.append(row.problem(words, _column(row, refusal), refusal.code))
        self._lose(step)

    def _lose(self, step: Step) -> None:
        if step.known and not step.known.there:
            self._lost.add(step.known.ref)

    def _shown(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return "、".join(str(self._shown(each)) for each in value)
        known = self._register.things.get(value) if isinstance(value, str) else None
        return known.name if known else value


def _named(command: Command) -> list[str]:
    return [
        ref
        for value in command.inputs.values()
        for ref in (value if isinstance(value, tuple) else (value,))
        if isinstance(ref, Ref)
    ]


def _column(row: Row, refusal: Refusal) -> str | None:
    """The column at fault: the one that the refusal names, or that has one of its values; dates only of refusals that
    are about nothing else."""
    named, details = refusal.details.get("field"), list(refusal.details.values())
    if named in row.headers:
        return str(named)
    if any(isinstance(value, Ref) for value in details):
        details = [value for value in details if not isinstance(value, date)]
    for name, value in row.values.items():
        if any(each is not None and each in details for each in (value if isinstance(value, tuple) else (value,))):
            return name
    things = (
        column.name for column in row.kind.columns if column.name in row.kind.key and isinstance(column.of, Thing)
    )
    return next(things, next(iter(row.kind.key), None))


def _changed(row: Row) -> str | None:
    """The first column that is no part of what the row is known by."""
    others = [
        column.name
        for column in row.kind.columns
        if column.name not in row.kind.key and row.values.get(column.name) is not None
    ]
    return next((name for name in reversed(others) if name in row.headers), None)
