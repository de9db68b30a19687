"""Running an import: tried out as a whole before anything is recorded, then recorded row by row in batches.

A row is recorded whole or not at all. Whatever stops an import, the same file imported again goes on with the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from api.advancing import advancing
from api.composition import Services
from api.importing.kinds import KINDS, Kind, Thing
from api.importing.planning import Importer, Plan, Problem, Row, Step, planned
from api.importing.references import Register, register_of
from api.importing.sheets import CSV, FileUnusable, Sheet, sheet_of, told_apart
from api.importing.workbooks import sheets_of, titles_of
from api.tokens import role_of, stand_in, stand_in_wishes
from domain.bodies import CHINA
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
from infra.ledgers import ledger_heads, person_of
from infra.receipts import fingerprint
from infra.sealing import Decided
from infra.store import Known as KnownCommand
from infra.store import StoreUnavailable
from infra.trouble import Trouble

__all__ = ["Imported", "Wanted", "import_file", "sheets_in"]

PERSON_ID = re.compile(r"([0-9A-Za-z_-]{1,40}):(person:[0-9A-Za-z_-]{1,100})")
BATCH = 200
"""Commands that are recorded, or looked up, together; a row's stay together."""
CONFLICT = Words(
    "This row was imported before with other values; correct what is recorded instead.",
    "此行曾以不同内容导入；请对已登记内容作更正，而非重新导入。",
)


@dataclass(frozen=True)
class Wanted:
    """What an operator asked for."""

    file: Path
    kind: str | None = None
    ledger: str | None = None
    subject: str | None = None
    roles: Sequence[str] = ()
    sheet: str | None = None
    dry_run: bool = False


@dataclass
class Imported:
    """What came of it, counted in rows."""

    ledger: str
    rows: int
    dry_run: bool
    there: int = 0
    recorded: int = 0
    left: int = 0
    problems: Sequence[Problem] = ()
    stopped: Words | None = None

    @property
    def exit_code(self) -> int:
        return 3 if self.stopped else 1 if self.problems else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "ledger": self.ledger,
            "dryRun": self.dry_run,
            "rows": self.rows,
            "recorded": self.recorded,
            "alreadyThere": self.there,
            "left": self.left,
            "problems": [each.as_json() for each in self.problems],
            "stopped": self.stopped and self.stopped._asdict(),
        }


async def import_file(services: Services, wanted: Wanted) -> Imported:
    """All rows or, if one is wrong, none; raises Trouble for a file that cannot be used as a whole."""
    ledger, demo = await _ledger(services, wanted.ledger)
    sheets = sheets_in(wanted.file, wanted.kind, wanted.sheet)
    secret = await services.recorder.secret(ledger, "IMPORTS")
    actor, before = await _actor(services, ledger, wanted, demo)
    importer = Importer(ledger, actor, secret, services.recorder.clock().astimezone(CHINA))
    register = await register_of(services, ledger)
    plan = planned(importer, register, sheets)
    trial = _Trial(services, importer, register, plan)
    await trial.run(before)
    result = Imported(ledger, len(plan.rows), wanted.dry_run, problems=plan.problems)
    result.there = sum(1 for row in plan.rows if not row.wrong and not row.waits and not trial.fresh(row))
    news = [row for row in plan.rows if trial.fresh(row)]
    if plan.problems or wanted.dry_run or not news:
        result.left = len(news)
        return result
    for role in before.roles:
        await stand_in(services, ledger, role, None, before.subject)
    await _recorded(services, ledger, result, [(row, trial.fresh(row)) for row in news])
    return result


def sheets_in(file: Path, kind: str | None, title: str | None = None) -> list[tuple[Sheet, Kind]]:
    """The sheet of a kind, or without one all sheets that are called by a kind, in the order in which kinds build on
    one another."""
    if kind is not None and kind not in KINDS:
        raise Trouble(
            f"没有种类 {kind}；可用：{'、'.join(KINDS)}。", f"There is no kind {kind}; there are: {', '.join(KINDS)}."
        )
    form, data = told_apart(file)
    if form == CSV:
        if kind is None:
            raise FileUnusable("请用 --kind 指明种类。", "Say with --kind what it lists.")
        return [(sheet_of(data), KINDS[kind])]
    chosen = _chosen(titles_of(data), kind, title)
    return list(zip(sheets_of(data, list(chosen)), chosen.values(), strict=True))


def _chosen(titles: Sequence[str], kind: str | None, title: str | None) -> dict[str, Kind]:
    there = {each: known for known in KINDS.values() for each in titles if _is_called(each, known)}
    if kind is None:
        if not there:
            raise FileUnusable(
                "没有以种类命名的工作表，请用 --kind 指明。",
                "No sheet is called by a kind: say with --kind what it lists.",
            )
        return there
    mine = (
        [each for each in titles if each == title]
        if title
        else [each for each in titles if there.get(each) is KINDS[kind]]
    )
    mine = mine or (list(titles) if len(titles) == 1 and not title else [])
    if len(mine) != 1:
        raise FileUnusable(
            f"请用 --sheet 指明工作表：{'、'.join(titles)}。", f"Name the sheet with --sheet: {', '.join(titles)}."
        )
    return {mine[0]: KINDS[kind]}


def _is_called(title: str, kind: Kind) -> bool:
    return title.strip().casefold() in {kind.code, kind.zh, f"{kind.code} {kind.zh}"}


async def _ledger(services: Services, code: str | None) -> tuple[str, bool]:
    heads = {head.code: head.demo for head in await ledger_heads(services.writer_pool)}
    if code is None and len(heads) != 1:
        raise Trouble(
            f"请用 --ledger 指明账本：{'、'.join(heads) or '尚无账本'}。",
            f"Name the ledger with --ledger: {', '.join(heads) or 'there is none yet'}.",
        )
    code = code or next(iter(heads))
    if code not in heads:
        raise LedgerUnknown(code)
    return code, heads[code]


@dataclass(frozen=True)
class _Before:
    """What is recorded before the rows: in a demonstration, that a stand-in holds the roles."""

    commands: Sequence[Command] = ()
    roles: Sequence[Any] = ()
    subject: str | None = None


async def _actor(services: Services, ledger: str, wanted: Wanted, demo: bool) -> tuple[Actor, _Before]:  # noqa: FBT001
    roles = [role_of(each) for each in wanted.roles]
    only = roles[0] if len(roles) == 1 else None
    if wanted.subject and (match := PERSON_ID.fullmatch(wanted.subject)):
        if match[1] != ledger:
            raise Trouble("此人的编号属于另一账本。", "This person's id is of another ledger.")
        return Actor(Ref(match[2]), only), _Before()
    if not demo or not roles:
        if wanted.subject is None:
            raise Trouble(
                "请用 --as 指明已获授权的人员；示范账本可用 --role 由替身导入。",
                "Name with --as somebody who holds a grant; in a demonstration a stand-in imports, with --role.",
            )
        return Actor(await person_of(services.recorder, ledger, wanted.subject), only), _Before()
    subject = wanted.subject or "development import"
    wishes = [each for role in roles for each in await stand_in_wishes(services, ledger, role, None, subject)]
    person = await person_of(services.recorder, ledger, subject)
    return Actor(person, only), _Before(list({wish.id: wish for wish in wishes}.values()), roles, subject)


class _Trial:
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

    async def run(self, before: _Before) -> None:
        steps = [step for row in self._plan.rows if not row.wrong for step in row.steps]
        readable = [*before.commands, *(step.command for step in steps if self._is_readable(step.command))]
        for n in range(0, len(readable), BATCH):
            await self._load(readable[n : n + BATCH])
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


async def _recorded(
    services: Services, ledger: str, result: Imported, rows: Sequence[tuple[Row, list[Command]]]
) -> None:
    result.left, done = len(rows), 0
    total = sum(len(commands) for _, commands in rows)
    with advancing() as progress:
        for batch in _batches([commands for _, commands in rows]):
            now = services.recorder.clock().astimezone(CHINA)
            commands = [replace(command, now=now) for commands in batch for command in commands]
            try:
                await services.recorder.record(ledger, commands)
            except (Refusal, StoreUnavailable) as stopped:
                result.stopped = _told(stopped)
                return
            result.recorded, result.left, done = (
                result.recorded + len(batch),
                result.left - len(batch),
                done + len(commands),
            )
            progress(ledger, done, total)


def _batches(rows: Sequence[list[Command]]) -> Iterator[list[list[Command]]]:
    """Whole rows, with about so many commands."""
    batch: list[list[Command]] = []
    for commands in rows:
        if batch and sum(map(len, batch)) + len(commands) > BATCH:
            yield batch
            batch = []
        batch.append(commands)
    if batch:
        yield batch


def _told(stopped: Refusal | StoreUnavailable) -> Words:
    if isinstance(stopped, Refusal):
        return Words(stopped.message("en"), stopped.message("zh"))
    return Words("The database does not answer.", "数据库暂无响应。")
