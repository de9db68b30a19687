"""Planning: from the rows of sheets to commands, or to all that is wrong with the rows, told together.

A command's id is a keyed digest of ledger, kind and what its row is known by: the same row has the same id whenever it
is imported, and nobody can guess from an id what somebody is called.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from api.importing import cells
from api.importing.cells import CellUnfit
from api.importing.kinds import Column, Kind, Thing, Wish
from api.importing.references import Known, Register, Within
from api.importing.rows import Problem, Row, Step, columns_of, row_of
from api.importing.sheets import FileUnusable, Sheet
from domain.decisions import new_ref
from domain.events import Personal, Ref
from domain.execution import Actor, Command
from domain.states import ancestors
from domain.words import Labelled

__all__ = ["Importer", "Plan", "planned"]

MOST_COMMANDS = 50_000


class Importer(NamedTuple):
    """Who imports where, and the secret that command ids are made with."""

    ledger: str
    actor: Actor
    secret: bytes
    now: datetime


@dataclass
class Plan:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Unclear(Exception):
    """What a cell means hangs on another that is wrong, or on a row that is."""


def planned(importer: Importer, register: Register, sheets: Sequence[tuple[Sheet, Kind]]) -> Plan:
    """Later rows may name what earlier ones register."""
    planner = _Planner(importer, register)
    for sheet, kind in sheets:
        columns = columns_of(sheet, kind)
        for line in sheet.lines:
            planner.take(row_of(sheet, kind, columns, line))
    return planner.plan


class _Planner:
    def __init__(self, importer: Importer, register: Register) -> None:
        self.importer, self.register = importer, register
        self.plan = Plan()
        self._first: dict[str, tuple[str, int]] = {}
        self._commands = 0

    def take(self, row: Row) -> None:
        self.plan.rows.append(row)
        self._read(row)
        if not row.wrong and not row.waits:
            try:
                self._wish(row)
            except CellUnfit as unfit:
                self.plan.problems.append(row.problem(unfit.words, unfit.column))
        if row.wrong or row.waits:
            self._lose(row)

    def _read(self, row: Row) -> None:
        unclear: set[str] = set()
        for column in row.kind.columns:
            try:
                row.values[column.name] = self._value(row, column, unclear)
            except _Unclear:
                row.waits = True
                unclear.add(column.name)
            except CellUnfit as unfit:
                self.plan.problems.append(row.problem(unfit.words, column.name))
                unclear.add(column.name)

    def _value(self, row: Row, column: Column, unclear: set[str]) -> Any:
        raw, of = row.raw.get(column.name), column.of
        if cells.is_blank(raw):
            if column.needed:
                raise CellUnfit("This has to be filled in.", "此项必填。")
            return None
        if isinstance(of, Thing):
            return self._things(row, of, raw, unclear)
        if of is tuple:
            return tuple(cells.several(raw))
        if isinstance(of, type) and issubclass(of, Labelled):
            return cells.choice(of, raw)
        if of is date:
            return cells.day(raw, row.sheet.epoch)
        return {bool: cells.yes, int: cells.count}.get(of, cells.text)(raw)

    def _things(self, row: Row, of: Thing, raw: Any, unclear: set[str]) -> Any:
        told = list(cells.several(raw)) if of.many else [cells.text(raw)]
        columns = {column.name: column for column in row.kind.columns}
        doubtful = {kind for name in unclear if isinstance(columns[name].of, Thing) for kind in columns[name].of.kinds}
        if doubtful & {outer for kind in of.kinds for outer in ancestors(kind)} or (of.by and unclear):
            raise _Unclear
        kinds = tuple(of.by(row.values)) if of.by else of.kinds
        found = [self.register.find(kinds, each, _within(row.values)) for each in told]
        if any(known.lost for known in found):
            raise _Unclear
        refs = tuple(dict.fromkeys(known.ref for known in found))
        return refs if of.many else refs[0]

    def _wish(self, row: Row) -> None:
        wishes = row.kind.of(row.values, self.register)
        try:
            wish = next(wishes)
            while True:
                wish = wishes.send(self._step(row, wish))
        except StopIteration:
            return

    def _step(self, row: Row, wish: Wish) -> Known:
        line = _line(self.importer, wish)
        self._check_new(row, wish, line)
        inputs = {name: _sealing(wish, name, value) for name, value in wish.inputs.items()}
        command = Command(line, wish.decision, inputs, self.importer.actor, self.importer.now)
        births = command.decision.births(line, inputs)
        known = next((self._known(wish, ref) for ref in births.values()), None)
        row.steps.append(Step(command, known))
        return known or Known(command.node, {}, {})

    def _check_new(self, row: Row, wish: Wish, line: str) -> None:
        column = _told_by(wish)
        if line in self._first:
            sheet, number = self._first[line]
            where = f"{sheet} " if sheet != row.sheet.title else ""
            raise CellUnfit(
                f"Rows {where}{number} and {row.number} are of the same.",
                f"与{where}第 {number} 行重复（本行为第 {row.number} 行）。",
                column,
            )
        self._first[line] = row.sheet.title, row.number
        self._commands += 1
        if self._commands > MOST_COMMANDS:
            raise FileUnusable(
                f"超过 {MOST_COMMANDS} 项，请拆分。",
                f"More than {MOST_COMMANDS} things would be recorded: split the file.",
            )

    def _known(self, wish: Wish, ref: Ref[Any]) -> Known:
        """What is there already, if it is as the row has it; else what the row will register."""
        there = self.register.same(ref.kind, wish.key)
        if there is None:
            return self.register.add(Known(ref, dict(wish.inputs), self._around(ref.kind, wish.inputs), there=False))
        for name, value in wish.inputs.items():
            if name in there.facts and there.facts[name] != value:
                told = _shown(there.facts[name])
                raise CellUnfit(
                    f"It is there already, with {told}; the file does not correct what is recorded.",
                    f"已登记为“{told}”，与本行不符；导入不更正已登记内容。",
                    name,
                )
        return there

    def _around(self, kind: str, inputs: Mapping[str, Any]) -> dict[str, str]:
        around: dict[str, str] = {}
        for value in inputs.values():
            if isinstance(value, Ref):
                known = self.register.things.get(value)
                around |= {**(known.around if known else {}), value.kind: value}
        return {each: place for each, place in around.items() if each in ancestors(kind)}

    def _lose(self, row: Row) -> None:
        """What the row would have registered, so that rows that name it are not wrong for that."""
        for step in row.steps:
            if step.known and not step.known.there:
                step.known.lost = True
        texts = {name: value for name, value in row.values.items() if isinstance(value, str)}
        if not row.steps and any(p.born for p in row.kind.decision.parameters):
            kind = row.kind.decision.kind
            ref = new_ref(kind, f"lost {row.sheet.title} {row.number}")
            self.register.add(Known(ref, texts, self._around(kind, row.values), there=False, lost=True))


def _within(values: Mapping[str, Any]) -> Within:
    """The places that the row has named so far, by kind."""
    found: dict[str, set[str]] = {}
    for value in values.values():
        for ref in value if isinstance(value, tuple) else (value,):
            if isinstance(ref, Ref):
                found.setdefault(ref.kind, set()).add(ref)
    return {kind: frozenset(refs) for kind, refs in found.items()}


def _line(importer: Importer, wish: Wish) -> str:
    said = json.dumps([importer.ledger, wish.kind, *map(_shown, wish.key.values())], ensure_ascii=False)
    return "import-" + hmac.digest(importer.secret, said.encode(), "sha256").hex()[:40]


def _told_by(wish: Wish) -> str | None:
    """The column by which people know the row."""
    texts = [name for name, value in wish.key.items() if isinstance(value, str) and not isinstance(value, Ref)]
    return next(iter(texts or wish.key), None)


def _sealing(wish: Wish, name: str, value: Any) -> Any:
    parameter = next(p for p in wish.decision.parameters if p.name == name)
    return Personal(value) if parameter.value and parameter.value.type is Personal else value


def _shown(value: Any) -> str:
    if isinstance(value, Labelled):
        return value.words.zh
    if isinstance(value, Enum):
        return value.name
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
