"""Sheets and cells: files as counties have them are read, and what may mean two things is told, never guessed."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from api.importing import cells, sheets, workbooks
from api.importing.cells import CellUnfit, Formula
from api.importing.sheets import CSV, XLSX, FileUnusable, sheet_of, told_apart
from api.importing.workbooks import SINCE_1900, sheets_of, titles_of
from domain.compounds import ServiceMode

DAY = date(2025, 3, 1)
MIDNIGHT = datetime.combine(DAY, time())
"""As spreadsheets tell days."""
TEXT = "名称,起始日\r\n永安小区,2025-03-01\r\n"


def book_of(*rows: list[Any], merge: str | None = None, epoch: datetime | None = None) -> bytes:
    book, written = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    if epoch:
        book.epoch = epoch
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(written)
    return written.getvalue()


def only(data: bytes) -> Any:
    [sheet] = sheets_of(data, titles_of(data))
    return sheet


WRITTEN = (
    "2025-03-01",
    "2025/3/1",
    "2025年3月1日",
    "２０２５年３月１日",
    "2025.3.1",
    "20250301",
    " 2025-03-01 ",
    "45717",
)


@pytest.mark.parametrize("raw", [*WRITTEN, "2025-03-01 00:00:00", 20250301, 45717, 45717.0, MIDNIGHT, DAY])
def test_a_day_is_read_however_it_is_written(raw: Any) -> None:
    assert cells.day(raw, SINCE_1900) == DAY


def test_a_bare_number_is_a_day_in_a_workbook_only() -> None:
    with pytest.raises(CellUnfit, match="no date outside a workbook"):
        cells.day("45717", None)
    assert cells.day("20250301", None) == DAY


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("03/04/25", "told apart"),
        ("3-4-2025", "told apart"),
        ("2025-02-30", "no such day"),
        ("去年", "no date"),
        (3, "no date"),
        (MIDNIGHT.replace(hour=9), "time of day"),
        (True, "TRUE"),
        (Formula("=TODAY()"), "formula"),
    ],
)
def test_what_may_be_two_days_or_none_is_told(raw: Any, why: str) -> None:
    with pytest.raises(CellUnfit, match=why):
        cells.day(raw, SINCE_1900)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (" 永安小区　", "永安小区"),
        ("１号楼", "1号楼"),
        ("ＡＢ１", "AB1"),
        ("王某（示范）", "王某（示范）"),
        ("古韩  镇", "古韩 镇"),
        (1, "1"),
        (13800000000.0, "13800000000"),
        (1.5, "1.5"),
        ("e\u0301", "é"),
    ],
)
def test_a_text_is_read_as_people_see_it(raw: Any, text: str) -> None:
    assert cells.text(raw) == text


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("永安\u200b小区", "U\\+200B"),
        ("永安\x07小区", "U\\+0007"),
        ("\ufeff永安", "U\\+FEFF"),
        ("永安\n小区", "U\\+000A"),
        (911100006000373410.0, "15 digits"),
        (MIDNIGHT, "made a date"),
        (False, "TRUE or FALSE"),
        (Formula("=A1"), "formula"),
    ],
)
def test_what_cannot_be_seen_or_is_no_value_is_told(raw: Any, why: str) -> None:
    with pytest.raises(CellUnfit, match=why):
        cells.text(raw)


def test_numbers_yes_and_no_choices_and_lists() -> None:
    assert [cells.count(raw) for raw in (4, 4.0, "４", " 4 ")] == [4] * 4
    assert [cells.yes(raw) for raw in ("是", "Yes", True, 1, "专职")] == [True] * 5
    assert [cells.yes(raw) for raw in ("否", "no", False, 0, "兼职")] == [False] * 5
    assert {cells.choice(ServiceMode, raw) for raw in ("市场化", "MARKET", "by a property firm under contract")} == {
        ServiceMode.MARKET
    }
    assert list(cells.several("1号楼、2号楼, 3号楼；４号楼\n")) == ["1号楼", "2号楼", "3号楼", "4号楼"]
    assert list(cells.several(4)) == ["4"]
    for wrong, raw in ((cells.count, "四"), (cells.count, 4.5), (cells.count, -1), (cells.yes, "也许")):
        with pytest.raises(CellUnfit):
            wrong(raw)
    with pytest.raises(CellUnfit, match="there are: By a property firm"):
        cells.choice(ServiceMode, "好")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_is_read_in_any_encoding_that_is_in_use(encoding: str) -> None:
    sheet = sheet_of(TEXT.encode(encoding))
    assert sheet.header == (1, ("名称", "起始日"))
    assert sheet.lines == [(2, ("永安小区", "2025-03-01"))]


def test_a_list_in_no_encoding_is_refused() -> None:
    with pytest.raises(FileUnusable, match="neither UTF-8, UTF-16 nor GB18030"):
        sheet_of(b"\xff\xff\x80,\xff")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_blank_rows_and_comments_are_skipped_and_rows_keep_their_numbers(separator: str) -> None:
    text = "# 提示,\n\n a ,b\n,\n# x,y\n1, 2 \n".replace(",", separator)
    sheet = sheet_of(text.encode())
    assert sheet.header.number == 3
    assert sheet.lines == [(6, ("1", " 2 "))]


def test_broken_quotes_and_an_empty_list_are_refused() -> None:
    with pytest.raises(FileUnusable, match="Quotes"):
        sheet_of(b'a,b\n"1,2\n')
    with pytest.raises(FileUnusable, match="empty"):
        sheet_of(b"\n,\n")


def test_limits_hold_one_past_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "\n".join(map(str, range(sheets.MOST_ROWS)))
    assert len(sheet_of(f"n\n{rows}".encode()).lines) == sheets.MOST_ROWS
    with pytest.raises(FileUnusable, match="20000 rows"):
        sheet_of(f"n\n{rows}\n1".encode())
    row = ",".join("x" * sheets.MOST_COLUMNS)
    assert len(sheet_of(row.encode()).header.cells) == sheets.MOST_COLUMNS
    with pytest.raises(FileUnusable, match="60 columns"):
        sheet_of(f"{row},x".encode())
    with pytest.raises(FileUnusable, match="32767 characters"):
        sheet_of(b"n\n" + b"x" * (sheets.LONGEST_CELL + 1))
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (sheets.MOST_BYTES + 1))
    with pytest.raises(FileUnusable, match="bytes and may have"):
        told_apart(large)
    with pytest.raises(FileUnusable, match="60 columns"):
        only(book_of(["x"] * 61))
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert len(only(book_of(["n"], [1], [2])).lines) == 2
    with pytest.raises(FileUnusable, match="2 rows"):
        only(book_of(["n"], [1], [2], [3]))


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = io.BytesIO(book_of(["名称"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/more.xml", b"\0" * (workbooks.MOST_UNPACKED + 1))
    assert len(bomb.getvalue()) < sheets.MOST_BYTES
    with pytest.raises(FileUnusable, match="Unpacked"):
        titles_of(bomb.getvalue())


def test_a_workbook_is_read_with_its_numbers_dates_and_formulas() -> None:
    sheet = only(book_of(["名称", "起始日"], [None, None], ["a", MIDNIGHT], [1, "=A1"], ["#N/A", None]))
    assert [line.number for line in sheet.lines] == [3, 4, 5]
    assert sheet.lines[0].cells == ("a", MIDNIGHT)
    assert isinstance(sheet.lines[1].cells[1], Formula)
    assert isinstance(sheet.lines[2].cells[0], Formula)  # a fault is told, not skipped as a comment


def test_serial_numbers_count_from_the_epoch_of_the_workbook() -> None:
    sheet = only(book_of(["起始日"], [44255], epoch=CALENDAR_MAC_1904))
    assert cells.day(sheet.lines[0].cells[0], sheet.epoch) == DAY


def test_merged_cells_are_told_with_their_range() -> None:
    with pytest.raises(FileUnusable, match="merged cells: A2:B3"):
        only(book_of(["a", "b"], ["1", "2"], ["3", "4"], merge="A2:B3"))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.xls", sheets.OLD + b"\0" * 100, "old .xls format"),
        ("a.xlsx", sheets.OLD + sheets.ENCRYPTED, "encrypted"),
        ("a.xlsx", b"PDF", "no .xlsx or .csv"),
        ("a.pdf", b"%PDF", "no .xlsx or .csv"),
    ],
)
def test_what_is_no_spreadsheet_is_called_what_it_is(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileUnusable, match=why):
        told_apart(tmp_path / name)


def test_a_file_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(book_of(["名称"]))
    (tmp_path / "b.csv").write_text("名称\n")
    assert [told_apart(tmp_path / name)[0] for name in ("a.csv", "b.csv")] == [XLSX, CSV]
    with pytest.raises(FileUnusable, match="cannot be read"):
        told_apart(tmp_path / "none.csv")


@pytest.mark.parametrize("data", [sheets.ZIP + b"x" * 50, b"", book_of(["a"])[:200]])
def test_a_broken_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(FileUnusable, match="no sound"):
        titles_of(data)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(FileUnusable, match="no sound"):
        titles_of(other.getvalue())


def test_a_formula_in_a_list_is_told_like_one_in_a_workbook() -> None:
    sheet = sheet_of("名称,楼栋\n=1+1,2\n甲小区,=A1\n".encode())
    assert [[isinstance(cell, Formula) for cell in line.cells] for line in sheet.lines] == [
        [True, False],
        [False, True],
    ]
    with pytest.raises(CellUnfit) as refused:
        cells.text(sheet.lines[0].cells[0])
    assert "formula" in str(refused.value)
