"""Workbooks: the sheets of an .xlsx file, read as a stream, so that what is too large is given up early."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from api.importing.cells import Formula
from api.importing.sheets import FileUnusable, Line, Sheet, guarded

__all__ = ["sheets_of", "titles_of"]

MOST_UNPACKED = 100 * 2**20
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+[0-9]+:[A-Z]+[0-9]+)\"")
SINCE_1900, SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)


def titles_of(data: bytes) -> list[str]:
    with _opened(data) as book:
        return [sheet.title for sheet in book.worksheets]


def sheets_of(data: bytes, titles: Sequence[str]) -> list[Sheet]:
    """Those sheets, in this order."""
    with _opened(data) as book:
        epoch = SINCE_1904 if book.epoch == CALENDAR_MAC_1904 else SINCE_1900
        return [_sheet(book[title], epoch, data) for title in titles]


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Whatever a broken file makes the reader raise is one trouble to whoever has the file."""
    try:
        _check_unpacked(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of formats and validations, which are not read
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            yield book
            book.close()
    except FileUnusable:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        SyntaxError,
        EOFError,
        OSError,
    ) as error:
        raise FileUnusable(
            f"这不是完好的 .xlsx 表格（{type(error).__name__}）。",
            f"This is no sound .xlsx spreadsheet ({type(error).__name__}).",
        ) from error


def _check_unpacked(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise FileUnusable(
            f"文件解压后为 {unpacked} 字节，上限 {MOST_UNPACKED} 字节。",
            f"Unpacked, the file has {unpacked} bytes and may have {MOST_UNPACKED}.",
        )


def _sheet(sheet: Any, epoch: date, data: bytes) -> Sheet:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        merged = [each.decode() for each in MERGED.findall(archive.read(sheet._worksheet_path.lstrip("/")))]  # noqa: SLF001
    if merged:
        raise FileUnusable(
            f"表 {sheet.title} 有合并单元格：{'、'.join(merged[:20])}，请取消合并并逐格填写。",
            f"The sheet {sheet.title} has merged cells: {', '.join(merged[:20])}; unmerge them and fill each cell.",
        )
    sheet.reset_dimensions()  # what the file says of its own size need not be so
    return guarded(sheet.title, _numbered(sheet.iter_rows()), epoch)


def _numbered(rows: Iterator[tuple[Any, ...]]) -> Iterator[Line]:
    for number, cells in enumerate(rows, 1):
        yield Line(number, [Formula(cell.value) if cell.data_type in {"f", "e"} else cell.value for cell in cells])
