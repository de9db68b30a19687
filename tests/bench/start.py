"""T10: how long the demo counties take to load into an empty home, and how soon a server on them answers again."""

import tempfile
import time
from pathlib import Path

from domain.words import Words
from infra.database import Databases
from tests.bench.client import free_port, request
from tests.bench.measuring import Comparison, Sizes, at_most
from tests.bench.processes import ProcessFailed, answered, running

__all__ = ["measure"]

GONGZHI = ("-c", "from api.cli import main; main()")
QUESTION = request("/graphql", "{ ledgers { code position } }")


async def measure(_: Databases, sizes: Sizes) -> list[Comparison]:
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        home = Path(folder)
        loading = await _load(home)
        starts = tuple([await _start(home) for _ in range(sizes.rounds)])
    load = Words("load the demo counties into an empty home", "在空目录中载入示范县")
    start = Words("warm start of `gongzhi serve` until it answers", "再次启动服务至可应答")
    return [
        Comparison("T10", start, "s", starts, goal=at_most(2)),
        Comparison("T10", load, "s", (loading,), goal=at_most(30)),
    ]


async def _load(home: Path) -> float:
    begun = time.perf_counter()
    async with running(*GONGZHI, "demo", home=home) as process:
        if code := await process.wait():
            raise ProcessFailed(code)
    return time.perf_counter() - begun


async def _start(home: Path) -> float:
    port, begun = free_port(), time.perf_counter()
    async with running(*GONGZHI, "serve", "--port", str(port), home=home) as process:
        await answered(process, port, QUESTION)
        return time.perf_counter() - begun
