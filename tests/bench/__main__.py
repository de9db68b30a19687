"""`python -m tests.bench [--json PATH] [--only T1,T2]`: run the benchmarks and print the table, whatever it says."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from infra.database import Databases
from tests.bench import append, mutation, past, queries, rebuild, start
from tests.bench.measuring import Comparison, Sizes
from tests.bench.place import open_place
from tests.bench.table import as_json, as_table

DEFAULT = Sizes()
TARGETS: dict[str, Callable[[Databases, Sizes], Awaitable[list[Comparison]]]] = {
    "T1": append.by_many,
    "T2": append.by_one,
    "T3": queries.measure,
    "T5": past.measure,
    "T6": rebuild.measure,
    "T7": mutation.measure,
    "T10": start.measure,
}

WIDTH = 150
"""Of the table where nobody watches."""
app = typer.Typer(add_completion=False)
notes = Console(stderr=True)


@app.command()
def main(
    only: Annotated[str, typer.Option(help="Targets, like T1,T2; all if not given. 只测这些目标。")] = "",
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the numbers here. 数值写入此文件。")] = None,
    rounds: Annotated[int, typer.Option(help="How often they take turns. 轮数。")] = DEFAULT.rounds,
    seconds: Annotated[float, typer.Option(help="Of each contestant in a round. 每轮每方秒数。")] = DEFAULT.seconds,
    events: Annotated[int, typer.Option(help="Of the histories. 历史的事件数。")] = DEFAULT.events,
) -> None:
    """Measure, and print a table of ratios. 运行基准测试，打印比率表。"""
    sizes = Sizes(rounds=rounds, seconds=seconds, events=events)
    wanted = [name.strip().upper() for name in only.split(",") if name.strip()] or list(TARGETS)
    if unknown := [name for name in wanted if name not in TARGETS]:
        raise typer.BadParameter(f"{', '.join(unknown)}: there are {', '.join(TARGETS)}", param_hint="--only")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the server runs
        found, failed = runner.run(measure(wanted, sizes))
    console = Console()
    Console(width=console.width if console.is_terminal else WIDTH).print(as_table(found))
    if json_path:
        json_path.write_text(json.dumps(as_json(found, sizes), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if failed:
        notes.print(f"未测成 not measured: {', '.join(failed)}", style="red")
        raise typer.Exit(1)


async def measure(wanted: Iterable[str], sizes: Sizes) -> tuple[list[Comparison], list[str]]:
    """What was measured, and which targets could not be."""
    found: list[Comparison] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        async with open_place(Path(folder)) as place:
            for name in wanted:
                try:
                    with notes.status(f"{name} …"):
                        async with place.databases() as databases:
                            found += await TARGETS[name](databases, sizes)
                except Exception:  # noqa: BLE001 - told, and the others are measured all the same
                    notes.print_exception()
                    failed.append(name)
    return found, failed


if __name__ == "__main__":
    app()
