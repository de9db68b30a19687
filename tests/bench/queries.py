"""T3: fifty compounds of one origin, with community and firm, over HTTP from one server process."""

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from api.composition import open_services
from domain.compounds import Origin
from domain.words import Words
from infra.database import Databases
from infra.ledgers import open_ledger
from infra.settings import Settings
from projections.projector import catch_up
from tests.bench.client import Client, free_port, rate, request
from tests.bench.handwritten import QUERY
from tests.bench.history import record_history
from tests.bench.measuring import Comparison, Contestant, Sizes, at_least, take_turns
from tests.bench.processes import answered, running
from tests.bench.server import COMPILED, HANDWRITTEN, STANDARD
from tests.recording import LEDGER

__all__ = ["measure"]

CLIENTS = (1, 32)
PATHS = (COMPILED, HANDWRITTEN, STANDARD)


class AnswersDiffer(Exception):
    """The contestants do not do the same work."""


async def measure(databases: Databases, sizes: Sizes) -> list[Comparison]:
    asked = {path: [_request(path, origin) for origin in Origin] for path in PATHS}
    async with _server(databases, sizes) as port:
        await _check(port, asked)
        found = await take_turns(sizes.rounds, _contestants(port, asked, sizes.seconds))
    return [line for clients in CLIENTS for line in _lines(clients, found)]


def _contestants(port: int, asked: dict[str, list[bytes]], seconds: float) -> dict[tuple[str, int], Contestant]:
    return {
        (path, clients): partial(rate, port, clients, requests, seconds)
        for clients in CLIENTS
        for path, requests in asked.items()
    }


def _lines(clients: int, found: dict[tuple[str, int], tuple[float, ...]]) -> list[Comparison]:
    what = Words(
        f"50 of a filtered list, {clients} client{'s' * (clients > 1)}", f"筛选列表取 50 项，{clients} 个客户端"
    )
    by_hand = Words("hand-written SQL, same server", "手写 SQL，同一服务器")
    standard = Words("the standard executor, with caches", "标准执行器，含缓存")
    ours, hand, plain = (found[path, clients] for path in PATHS)
    return [
        Comparison("T3", what, "requests/s", ours, by_hand, hand, at_least(0.9)),
        Comparison("T3", what, "requests/s", ours, standard, plain, at_least(6)),
    ]


@asynccontextmanager
async def _server(databases: Databases, sizes: Sizes) -> AsyncIterator[int]:
    """Its port; on a county of its own."""
    main, keys, port = databases.main.dsn, databases.keys.dsn, free_port()
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        home = Path(folder)
        await _record(Settings(home=home, database_url=main, keys_url=keys), sizes.events // 2)
        arguments = ("-m", "tests.bench.server", str(port))
        async with running(*arguments, home=home, DATABASE_URL=main, GONGZHI_KEYS_URL=keys) as process:
            await answered(process, port, _request(COMPILED, Origin.COMMERCIAL))
            yield port


async def _record(settings: Settings, events: int) -> None:
    async with open_services(settings) as services:
        await open_ledger(services.recorder, LEDGER, "襄垣县", "admin", demo=True)
        await record_history(services.recorder, LEDGER, events)
        connection = await services.databases.connect("gongzhi_owner")
        try:
            await catch_up(connection, LEDGER)
            await connection.execute("vacuum analyze")
        finally:
            await connection.close()


async def _check(port: int, asked: dict[str, list[bytes]]) -> None:
    """All say the same, and say something."""
    async with Client.connected(port) as client:
        for requests in zip(*asked.values(), strict=True):
            replies = [await client.ask(each) for each in requests]
            if {reply.status for reply in replies} != {200}:
                raise AnswersDiffer(replies)
            first, *others = [json.loads(reply.body) for reply in replies]
            if "errors" in first or any(other != first for other in others):
                raise AnswersDiffer(first, *others)


def _request(path: str, origin: Origin) -> bytes:
    return request(path, QUERY, {"code": LEDGER, "origin": origin.name})
