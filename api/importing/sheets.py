"""Sheets: spreadsheets and lists separated by commas, as rows with the numbers that people see.

What a file is, is told by its first bytes and not by its name. Files that cannot be read whole are refused with what
to do about it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from api.importing.cells import Formula, is_blank
from infra.trouble import Trouble

__all__ = ["CSV", "FileUnusable", "Line", "Sheet", "guarded", "sheet_of", "told_apart"]

MOST_BYTES = 20 * 2**20
MOST_ROWS = 20_000
MOST_COLUMNS = 60
WIDEST = 1_000
"""Columns that are formatted, but empty, count beyond this."""
LONGEST_CELL = 32_767
"""As spreadsheets have it."""
CSV, XLSX = "csv", "xlsx"
ZIP, OLD = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
COMMENT = "# "
"""What a row begins with that is not to be read; a building may well be called #1."""


class FileUnusable(Trouble):
    """The file as a whole cannot be imported."""


class Line(NamedTuple):
    """A row with the number that people see beside it."""

    number: int
    cells: Sequence[Any]


class Sheet(NamedTuple):
    """A header and the rows below it, without blank ones and comments."""

    title: str
    header: Line
    lines: Sequence[Line]
    epoch: date | None = None


def told_apart(path: Path) -> tuple[str, bytes]:
    """What the file is, with its bytes."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise FileUnusable(
            f"不能读取 {path}（{error.strerror}）。", f"{path} cannot be read ({error.strerror})."
        ) from None
    if size > MOST_BYTES:
        raise FileUnusable(
            f"文件为 {size} 字节，上限 {MOST_BYTES} 字节，请拆分。",
            f"The file has {size} bytes and may have {MOST_BYTES}: split it.",
        )
    if data.startswith(OLD):
        raise _old(data)
    if data.startswith(ZIP):
        return XLSX, data
    if path.suffix.lower() not in {".csv", ".txt"}:
        raise FileUnusable("这不是 .xlsx 或 .csv 表格。", "This is no .xlsx or .csv spreadsheet.")
    return CSV, data


def _old(data: bytes) -> FileUnusable:
    if ENCRYPTED in data:
        return FileUnusable(
            "表格有密码，请去除密码后再导入。", "The spreadsheet is encrypted: save it without a password."
        )
    return FileUnusable(
        "这是旧格式 .xls，请另存为 .xlsx 再导入。", "This is the old .xls format: save it as .xlsx and import that."
    )


def sheet_of(data: bytes) -> Sheet:
    """The one sheet of a list separated by commas, semicolons or tabs."""
    written = _decoded(data)
    first = next((line for line in written.splitlines() if not is_blank(line) and not line.startswith(COMMENT)), "")
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)
    return guarded("", _numbered(rows))


def guarded(title: str, rows: Iterable[Line], epoch: date | None = None) -> Sheet:
    """The rows, if there are not too many, below the first that is not blank."""
    kept: list[Line] = []
    for number, cells in rows:
        filled = max((n for n, cell in enumerate(cells, 1) if not is_blank(cell)), default=0)
        if filled or len(cells) > WIDEST:
            _check_size(title, number, max(filled, len(cells) - WIDEST))
        first = next((cell for cell in cells if not is_blank(cell)), COMMENT)
        if not str(first).lstrip().startswith(COMMENT):
            kept.append(Line(number, tuple(cells[:filled])))
    if not kept:
        raise FileUnusable(f"表{title}中没有内容。", f"The sheet {title!r} is empty.")
    return Sheet(title, kept[0], kept[1:], epoch)


def _check_size(title: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS + 1:
        raise FileUnusable(
            f"表 {title} 超过 {MOST_ROWS} 行，请拆分。", f"The sheet {title} has more than {MOST_ROWS} rows: split it."
        )
    if columns > MOST_COLUMNS:
        raise FileUnusable(
            f"表 {title} 第 {rows} 行超过 {MOST_COLUMNS} 列。",
            f"Row {rows} of the sheet {title} has more than {MOST_COLUMNS} columns.",
        )


def _numbered(rows: Iterator[list[str]]) -> Iterator[Line]:
    try:
        for number, cells in enumerate(rows, 1):
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise FileUnusable(
                    f"第 {number} 行有超过 {LONGEST_CELL} 字的单元格。",
                    f"A cell in row {number} has more than {LONGEST_CELL} characters.",
                )
            yield Line(number, [Formula(cell) if cell.lstrip().startswith("=") else cell for cell in cells])
    except csv.Error as error:
        raise FileUnusable(f"引号不成对或分隔有误：{error}。", f"Quotes or separators are broken: {error}.") from None


def _decoded(data: bytes) -> str:
    """As UTF-8, UTF-16 or GB18030 (with it GBK and GB 2312), in this order."""
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnusable(
        "文件编码无法识别，请另存为 UTF-8 的 .csv 或 .xlsx。",
        "The text is neither UTF-8, UTF-16 nor GB18030: save it as UTF-8 or as .xlsx.",
    )


def _encodings(data: bytes) -> Sequence[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if b"\0" in data:  # no text of the others has it; the separators tell which half comes first
        little = len(re.findall(rb"[\x09\x0a\x2c]\x00", data)) >= len(re.findall(rb"\x00[\x09\x0a\x2c]", data))
        return ("utf-16-le",) if little else ("utf-16-be",)
    return ("utf-8", "gb18030")
