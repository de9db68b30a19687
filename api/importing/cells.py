"""Cells: what people type, as values. What may mean two things is not guessed but told.

Full-width digits and letters are read as plain ones, spaces around a text are ignored; numbers are texts where texts
are wanted and the other way round. Nothing that cannot be seen is taken.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from domain.decisions import UNREADABLE
from domain.words import Labelled, Words

__all__ = ["CellUnfit", "Formula", "choice", "count", "day", "is_blank", "several", "text", "yes"]

WIDE = {
    wide: wide - 0xFEE0
    for start, end in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for wide in range(start, end)
}
LONGEST_NUMBER = 9
EXACT = 10**15
"""Spreadsheets keep no more than fifteen digits of a number."""
SERIALS = range(20_000, 80_000)
"""Days of 1954 to 2119 as spreadsheets count them."""
DAY = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
PACKED = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
AMBIGUOUS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
SEPARATORS = re.compile(r"[、，,；;\r\n]+")
YES = frozenset({"是", "yes", "y", "true", "1", "√", "专职", "full-time"})
NO = frozenset({"否", "no", "n", "false", "0", "×", "兼职", "part-time"})


class Formula(str):
    """A cell that is a formula, or the fault that one came to."""

    __slots__ = ()


class CellUnfit(Exception):
    """Why a cell, or a row, cannot be taken, in both languages."""

    def __init__(self, en: str, zh: str, column: str | None = None) -> None:
        super().__init__(en)
        self.words, self.column = Words(en, zh), column


def is_blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def text(raw: Any) -> str:
    """The text as people see it."""
    match raw:
        case Formula():
            raise CellUnfit("This is a formula; a value is wanted: paste it as values.", "此格为公式，请粘贴为数值。")
        case bool():
            raise CellUnfit("A text is wanted, not TRUE or FALSE.", "应为文字，不是 TRUE 或 FALSE。")
        case date():
            raise CellUnfit(
                "The spreadsheet made a date of this; format the cell as text.",
                "表格软件已将其变为日期，请将单元格设为文本。",
            )
        case int() | float():
            return _number_as_text(raw)
    return _seen(unicodedata.normalize("NFC", str(raw).translate(WIDE)).strip())


def several(raw: Any) -> Iterator[str]:
    """The texts of a list that is separated by commas, semicolons, 、 or line ends."""
    if isinstance(raw, str) and not isinstance(raw, Formula):
        yield from (text(part) for part in SEPARATORS.split(raw) if part.strip())
    else:
        yield text(raw)


def day(raw: Any, epoch: date | None) -> date:
    """A day, however it is written, unless it may be two; `epoch` is what serial numbers count from, in a workbook."""
    match raw:
        case datetime():
            if (raw.hour, raw.minute, raw.second, raw.microsecond) != (0, 0, 0, 0):
                raise CellUnfit("A date is wanted, without a time of day.", "应为日期，不含时刻。")
            return raw.date()
        case date():
            return raw
    written = text(raw)
    if match := DAY.fullmatch(written) or PACKED.fullmatch(written):
        year, month, of_month = (part for part in match.groups() if part.isdigit())
        return _day(int(year), int(month), int(of_month))
    if written.isdigit() and int(written) in SERIALS:
        if epoch is None:
            raise CellUnfit(
                "A bare number is no date outside a workbook; write 2025-03-01.",
                "工作簿以外的纯数字不能识别为日期，请写作 2025-03-01。",
            )
        return epoch + timedelta(int(written))
    if AMBIGUOUS.fullmatch(written):
        raise CellUnfit(
            "Day, month and year cannot be told apart; write 2025-03-01.", "无法分辨年、月、日，请写作 2025-03-01。"
        )
    raise CellUnfit("This is no date; write 2025-03-01.", "不是日期，请写作 2025-03-01。")


def count(raw: Any) -> int:
    """A whole number that is not negative."""
    written = text(raw)
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER):
        raise CellUnfit("A whole number is wanted.", "应为整数。")
    return int(written)


def yes(raw: Any) -> bool:
    said = ("yes" if raw else "no") if isinstance(raw, bool) else text(raw).casefold()
    if said not in YES | NO:
        raise CellUnfit("Write 是 (yes) or 否 (no).", "请填“是”或“否”。")
    return said in YES


def choice(of: type[Labelled], raw: Any) -> Labelled:
    """One of a closed set, by its name or its words in either language."""
    said = text(raw).casefold()
    for each in of:
        if said in {each.name.casefold(), each.words.en.casefold(), each.words.zh.casefold()}:
            return each
    raise CellUnfit(
        f"There is no such choice; there are: {', '.join(each.words.en for each in of)}.",
        f"没有此选项；可选：{'、'.join(each.words.zh for each in of)}。",
    )


def _number_as_text(raw: float) -> str:
    if abs(raw) >= EXACT:
        raise CellUnfit(
            "The spreadsheet kept only 15 digits of this number; format the cell as text and type it again.",
            "表格软件只保留了此数的前 15 位，请将单元格设为文本后重新录入。",
        )
    return str(int(raw)) if raw == int(raw) else repr(raw)


def _seen(written: str) -> str:
    for each in written:
        if unicodedata.category(each) in UNREADABLE:
            raise CellUnfit(
                f"It has the hidden character U+{ord(each):04X}; delete it.",
                f"含有隐藏字符 U+{ord(each):04X}，请删除。",
            )
    return " ".join(written.split())


def _day(year: int, month: int, of_month: int) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise CellUnfit("There is no such day.", "没有这一天。") from None
