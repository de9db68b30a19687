"""The table that people read, and the same numbers as JSON."""

import os
import platform
import statistics
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.table import Table

from tests.bench.measuring import Comparison, Series, Sizes

__all__ = ["as_json", "as_table"]

TITLE = "共治 Gongzhi: median (min-max) 中位数（最小-最大）"
HEADINGS = ("目标 target", "项目 what", "本项目 ours", "对照 against", "对照值 theirs", "比率 ratio", "要求 goal")
MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}


def as_table(comparisons: Iterable[Comparison]) -> Table:
    table = Table(title=TITLE, caption="ratio = ours / theirs 比率 = 本项目 / 对照")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for each in comparisons:
        other = f"{each.other.en}\n{each.other.zh}" if each.other else "-"
        table.add_row(
            each.target,
            f"{each.what.en}\n{each.what.zh}",
            f"{_spread(each.ours)}\n{each.unit}",
            other,
            _spread(each.theirs),
            _spread(each.ratios),
            f"{each.goal or ''} {MARKS[each.is_met]}",
            end_section=True,
        )
    return table


def as_json(comparisons: Iterable[Comparison], sizes: Sizes) -> dict[str, Any]:
    """Nothing in it names the machine."""
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    return {"machine": machine, "sizes": asdict(sizes), "targets": list(map(_as_json, comparisons))}


def _as_json(each: Comparison) -> dict[str, Any]:
    return {
        "target": each.target,
        "what": each.what.en,
        "unit": each.unit,
        "ours": _summary(each.ours),
        "against": each.other and each.other.en,
        "theirs": _summary(each.theirs),
        "ratio": _summary(each.ratios),
        "goal": str(each.goal) if each.goal else None,
        "met": each.is_met,
    }


def _summary(series: Series) -> dict[str, Any] | None:
    if not series:
        return None
    return {"min": min(series), "median": statistics.median(series), "max": max(series), "rounds": series}


def _spread(series: Series) -> str:
    if not series:
        return "-"
    low, middle, high = min(series), statistics.median(series), max(series)
    return f"[bold]{_number(middle)}[/] ({_number(low)}-{_number(high)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
