"""`python -m tests.crash [--rounds 5] [--seconds 3] [--json PATH]`: rounds of each kind; exit 1 if one goes wrong."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tests.crash.rounds import GOAL, KINDS, Round, besieged

WIDTH = 150
"""Of the table where nobody watches."""
HEADINGS = (
    "轮 round", "强杀 kill", "已确认 acknowledged", "重试后 retried", "恢复 ready again, s", "位置 head",
    "已签 signed", "违例 wrong",
)  # fmt: skip


def main(
    rounds: Annotated[int, typer.Option(help="Of each kind. 每种轮数。")] = 5,
    seconds: Annotated[float, typer.Option(help="Of load in a round, besides the recovery. 每轮秒数。")] = 3.0,
    only: Annotated[str, typer.Option(help=f"Only one kind: {', '.join(KINDS)}. 只做一种。")] = "",
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the numbers here. 数值写入此文件。")] = None,
) -> None:
    """Kill under load, again and again, and look whether anything acknowledged was lost. 负载下反复强杀并核对。"""
    if only and only not in KINDS:
        raise typer.BadParameter(f"{only}: there are {', '.join(KINDS)}", param_hint="--only")
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    found, rest = asyncio.run(run(console, [only] if only else list(KINDS), rounds, seconds))
    console.print(as_table(found))
    for wrong in rest:
        console.print(wrong, style="red", markup=False, highlight=False)
    if json_path:
        told = {"goal": GOAL, "rounds": [each._asdict() for each in found], "wrongs": rest}
        json_path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(rest or any(each.wrongs for each in found)))


async def run(console: Console, kinds: list[str], rounds: int, seconds: float) -> tuple[list[Round], list[str]]:
    """The rounds, kinds taking turns, and what was wrong when all was over."""
    found = []
    async with besieged() as siege:
        for number in range(rounds * len(kinds)):
            found.append(await siege.play(kinds[number % len(kinds)], seconds))
            _tell(console, len(found), found[-1])
        rest = await siege.rebuilt() + (await siege.check())[1] + await siege.end()
        console.print(dict(siege.crowd.failures), highlight=False)
    return found, rest


def as_table(rounds: list[Round]) -> Table:
    table = Table(
        title="共治 Gongzhi: kill -9 under load 负载下强杀", caption=f"goal 要求: 0 wrong, ready ≤ {GOAL:g} s"
    )
    for heading in HEADINGS:
        table.add_column(heading)
    for number, each in enumerate(rounds, 1):
        table.add_row(*_cells(number, each))
    return table


def _cells(number: int, each: Round) -> list[str]:
    words, mark = KINDS[each.kind].words, "[green]✓[/]" if each.ready <= GOAL else "[red]✗[/]"
    numbers = [f"{n:,}" for n in (each.acknowledged, each.retried)]
    places = [f"{n:,}" for n in (each.head, each.signed)]
    wrong = f"[red]{len(each.wrongs)}[/]" if each.wrongs else "[green]0[/]"
    return [str(number), f"{words.zh} {words.en}", *numbers, f"{each.ready:.2f} {mark}", *places, wrong]


def _tell(console: Console, number: int, each: Round) -> None:
    words: Any = KINDS[each.kind].words
    said = f"{number}. {words.zh} {words.en}: {each.acknowledged} 已确认 acknowledged, {each.retried} 重试后 retried, "
    said += f"{each.ready:.2f} s 恢复 until ready again, 位置 head {each.head}, {len(each.wrongs)} 违例 wrong"
    console.print(said, highlight=False)
    for wrong in each.wrongs:
        console.print(f"   {wrong}", style="red", markup=False, highlight=False)


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
