"""Rows: what stands under which header, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from api.importing import cells
from api.importing.kinds import Column, Kind
from api.importing.references import Known
from api.importing.sheets import FileUnusable, Line, Sheet
from domain.execution import Command
from domain.words import Words

__all__ = ["Problem", "Row", "Step", "columns_of", "row_of"]

LONGEST_SHOWN = 60


class Problem(NamedTuple):
    """What is wrong with a cell, or, without a column, with the row."""

    sheet: str
    row: int
    column: str | None
    value: str
    words: Words
    code: str = "CELL_UNFIT"

    def as_json(self) -> dict[str, Any]:
        told = self._asdict()
        words = told.pop("words")
        return {**told, "zh": words.zh, "en": words.en}


class Step(NamedTuple):
    """A command of a row, and the thing that it registers or that is there already."""

    command: Command
    known: Known | None


@dataclass
class Row:
    """A row with what it comes to; who `waits` for a wrong row is not told to be wrong."""

    sheet: Sheet
    kind: Kind
    number: int
    raw: Mapping[str, Any]
    headers: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    wrong: bool = False
    waits: bool = False

    def problem(self, words: Words, column: str | None, code: str = "CELL_UNFIT") -> Problem:
        self.wrong = True
        column = column if column in self.headers else next(iter(self.headers), None)
        value = self.raw.get(column or "")
        shown = "" if value is None else str(value)
        header = self.headers.get(column or "")
        return Problem(self.sheet.title, self.number, header, shown[:LONGEST_SHOWN], words, code)


def row_of(sheet: Sheet, kind: Kind, columns: Mapping[int, Column], line: Line) -> Row:
    for n, cell in enumerate(line.cells):
        if n not in columns and not cells.is_blank(cell):
            raise FileUnusable(
                f"第 {line.number} 行第 {n + 1} 列有内容，但该列没有表头。",
                f"Row {line.number} has something in column {n + 1}, which has no header.",
            )
    raw = {column.name: line.cells[n] for n, column in columns.items() if n < len(line.cells)}
    headers = {column.name: str(sheet.header.cells[n]).strip() for n, column in columns.items()}
    return Row(sheet, kind, line.number, raw, headers)


def columns_of(sheet: Sheet, kind: Kind) -> dict[int, Column]:
    """Which column stands where; all that is wrong with the header at once."""
    names = {said: column for column in kind.columns for said in _sayings(column)}
    found: dict[int, Column] = {}
    wrong: list[Words] = []
    for n, header in enumerate(sheet.header.cells):
        if cells.is_blank(header):
            continue
        column = names.get(_plain(str(header)))
        if column is None:
            wrong.append(Words(f"unknown: {header}", f"不认识：{header}"))
        elif column in found.values():
            wrong.append(Words(f"twice: {header}", f"重复：{header}"))
        else:
            found[n] = column
    missing = [column for column in kind.columns if column.needed and column not in found.values()]
    wrong += [Words(f"missing: {column.en}", f"缺少：{column.zh}") for column in missing]
    if wrong:
        zh, en = "；".join(each.zh for each in wrong), "; ".join(each.en for each in wrong)
        there = "、".join(column.zh for column in kind.columns), ", ".join(column.en for column in kind.columns)
        where = f"{sheet.title} " if sheet.title else ""
        raise FileUnusable(
            f"{where}第 {sheet.header.number} 行表头有误：{zh}。可用表头：{there[0]}。",
            f"{where}The header in row {sheet.header.number} is wrong: {en}. There are: {there[1]}.",
        )
    return found


def _sayings(column: Column) -> Iterator[str]:
    yield from map(_plain, (column.name, column.zh, column.en, column.zh + column.en))


def _plain(header: str) -> str:
    return re.sub(r"[\s*＊_-]", "", header).casefold()
