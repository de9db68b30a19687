"""`python -m tests.writers [--seconds 60] [--writers 3] [--json PATH]`: exit 1 if anything is not as it must be."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.bench.place import open_place
from tests.writers.contending import Report, contend

WIDTH = 120
"""Of the table where nobody watches."""
HEADINGS = ("进程 process", "已确认 acknowledged", "事件 events", "冲突 clashes")


def main(
    seconds: Annotated[float, typer.Option(help="Of writing. 写入秒数。")] = 60.0,
    writers: Annotated[int, typer.Option(help="Processes that write. 写入进程数。")] = 3,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the numbers here. 数值写入此文件。")] = None,
) -> None:
    """Several processes write one ledger, one follows it; then all is checked. 多进程写同一账本并核对。"""
    console = Console()
    report = asyncio.run(run(seconds, writers))
    (console if console.is_terminal else Console(width=WIDTH)).print(as_table(report))
    for wrong in report.wrongs:
        console.print(wrong, style="red", markup=False, highlight=False)
    if json_path:
        json_path.write_text(json.dumps(report.numbers(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(report.wrongs))


async def run(seconds: float, writers: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="gongzhi-writers-") as folder:
        async with open_place(Path(folder)) as place, place.databases() as databases:
            return await contend(databases, seconds, writers)


def as_table(report: Report) -> Table:
    wrong = f"{len(report.wrongs)} 违例 wrong"
    table = Table(title="共治 Gongzhi: one ledger, several writers 多进程写一账本", caption=wrong)
    for heading in HEADINGS:
        table.add_column(heading)
    for name, (acknowledged, clashes) in report.writers.items():
        events = sum(last - first + 1 for _, first, last in acknowledged)
        table.add_row(name, *(f"{n:,}" for n in (len(acknowledged), events, clashes)))
    table.add_row("跟随 follower", "", f"{report.followed:,}", "")
    return table


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
