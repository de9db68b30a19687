"""Templates: an empty list of a kind, or a workbook with a sheet for each, told in both languages.

Rows that begin with # and a space are never imported: the hints and the example stand in such rows.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from api.importing.kinds import Column, Kind, Thing
from api.importing.listing import KINDS
from api.importing.sheets import COMMENT
from domain.words import Labelled
from infra.trouble import Trouble

__all__ = ["example", "write_template"]


def write_template(file: Path | None, code: str | None) -> str:
    """Write it, unless there is such a file already; what was done, in both languages."""
    if file is None:
        raise Trouble(
            "请给出要导入的文件，或用 --template 生成模板。", "Give a file to import, or --template to write one."
        )
    if code is not None and code not in KINDS:
        raise Trouble(
            f"没有种类 {code}；可用：{'、'.join(KINDS)}。", f"There is no kind {code}; there are: {', '.join(KINDS)}."
        )
    kinds = [KINDS[code]] if code else list(KINDS.values())
    if file.suffix.lower() == ".csv" and len(kinds) == 1:
        data = _csv(kinds[0])
    elif file.suffix.lower() == ".xlsx":
        data = _workbook(kinds)
    else:
        raise Trouble(
            "模板须为 .xlsx；指明 --kind 时也可为 .csv。", "A template is an .xlsx file, or with --kind also .csv."
        )
    try:
        with file.open("xb") as made:
            made.write(data)
    except OSError as error:
        raise Trouble(
            f"不能写入 {file}（{error.strerror}）。", f"{file} cannot be written ({error.strerror})."
        ) from None
    return f"模板已写入 {file}。The template is in {file}."


def example(kind: Kind) -> list[str]:
    """A row as it is to be filled in."""
    return [column.example for column in kind.columns]


def _rows(kind: Kind) -> Iterator[list[str]]:
    yield [f"{column.zh} {column.en}{' *' if column.needed else ''}" for column in kind.columns]
    yield _commented([_hint(column) for column in kind.columns])
    yield _commented(example(kind))


def _commented(row: Sequence[str]) -> list[str]:
    return [f"{COMMENT}{row[0]}", *row[1:]]


def _hint(column: Column) -> str:
    needed = "必填 needed" if column.needed else "可不填 may be blank"
    return f"{column.hint}（{needed}）" if column.hint else f"{_form(column.of)}（{needed}）"


def _form(of: Any) -> str:
    if isinstance(of, Thing):
        return "名称或编号，多个以、分隔 names or ids" if of.many else "名称或编号 name or id"
    if isinstance(of, type) and issubclass(of, Labelled):
        return "、".join(f"{each.words.zh} {each.words.en}" for each in of)
    return {date: "日期 date 2025-03-01", bool: "是/否 yes/no", int: "整数 whole number"}.get(of, "文字 text")


def _csv(kind: Kind) -> bytes:
    """With a byte-order mark, by which spreadsheets know the encoding."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(_rows(kind))
    return written.getvalue().encode("utf-8-sig")


def _workbook(kinds: Sequence[Kind]) -> bytes:
    book, written = Workbook(), io.BytesIO()
    if book.active:
        book.remove(book.active)
    for kind in kinds:
        sheet = book.create_sheet(f"{kind.code} {kind.zh}")
        for row in _rows(kind):
            sheet.append(row)
        for n, column in enumerate(kind.columns, 1):
            head = sheet.cell(1, n)
            head.font, head.comment = Font(bold=True), Comment(_hint(column), "gongzhi")
            letter = get_column_letter(n)
            sheet.column_dimensions[letter].width = 24
            sheet.column_dimensions[letter].number_format = "@" if column.of is str else "General"
        sheet.freeze_panes = "A2"
    book.save(written)
    return written.getvalue()
