"""Running an import: tried out as a whole before anything is recorded, then recorded row by row in batches.

A row is recorded whole or not at all. Whatever stops an import, the same file imported again goes on with the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.advancing import advancing
from api.composition import Services
from api.importing.importers import Wanted, actor_of, ledger_of
from api.importing.kinds import Kind
from api.importing.listing import KINDS
from api.importing.planning import Importer, planned
from api.importing.references import register_of
from api.importing.rows import Problem, Row
from api.importing.sheets import CSV, FileUnusable, Sheet, sheet_of, told_apart
from api.importing.trying import Trial
from api.importing.workbooks import sheets_of, titles_of
from api.tokens import stand_in
from domain.bodies import CHINA
from domain.execution import Command
from domain.refusals import Refusal
from domain.words import Words
from infra.store import StoreUnavailable
from infra.trouble import Trouble

__all__ = ["Imported", "Wanted", "import_file", "sheets_in"]

BATCH = 200
"""Commands that are recorded together; a row's stay together."""


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
    ledger, demo = await ledger_of(services, wanted.ledger)
    sheets = sheets_in(wanted.file, wanted.kind, wanted.sheet)
    secret = await services.recorder.secret(ledger, "IMPORTS")
    actor, before = await actor_of(services, ledger, wanted, demo)
    importer = Importer(ledger, actor, secret, services.recorder.clock().astimezone(CHINA))
    register = await register_of(services, ledger)
    plan = planned(importer, register, sheets)
    trial = Trial(services, importer, register, plan)
    await trial.run(before)
    order = {sheet.title: n for n, (sheet, _) in enumerate(sheets)}
    plan.problems.sort(key=lambda problem: (order[problem.sheet], problem.row))
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
