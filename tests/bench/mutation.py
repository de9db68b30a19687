"""T7: one client acts over HTTP and is answered with the row as it now reads, by all that `gongzhi serve` runs."""

import itertools
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from domain.words import Words
from infra.database import Databases
from tests.bench.bare import median_of
from tests.bench.client import AnsweredBadly, Client, request
from tests.bench.measuring import Comparison, Sizes, at_most, take_turns
from tests.crash.served import served

__all__ = ["measure"]

LEDGER = "bench"
NUMBERS = itertools.count(1)
MUTATION = """
mutation ($ledger: ID!, $name: String!) {
  done: townRegister(ledger: $ledger, name: $name) { ... on TownRecorded { node { id name } } ... on Refused { code } }
}"""
QUERY = "query ($ledger: ID!) { ledger(code: $ledger) { towns(first: 1) { edges { node { id name } } } } }"


async def measure(_: Databases, sizes: Sizes) -> list[Comparison]:
    async with _acting() as (client, token):
        contestants = {
            "act": lambda: median_of(lambda: _act(client, token), sizes.seconds),
            "read": lambda: median_of(lambda: _read(client, token), sizes.seconds),
        }
        found = await take_turns(sizes.rounds, contestants)
    what = Words("mutation until its row is read, one client, p50", "变更至其行可读，单客户端，中位延迟")
    reading = Words("a query for a row, same server", "同一服务器查询一行")
    return [
        Comparison("T7", what, "ms", found["act"], goal=at_most(6)),
        Comparison("T7", what, "ms", found["act"], reading, found["read"]),
    ]


@asynccontextmanager
async def _acting() -> AsyncIterator[tuple[Client, str]]:
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        async with served(Path(folder)) as server:
            await server.told("ledger", "open", LEDGER, "--name", "县", "--admin", "admin")
            token = await server.told("token", "--ledger", LEDGER, "--role", "ADMINISTRATOR", "--subject", "admin")
            await server.start()
            async with Client.connected(server.port) as client:
                yield client, token


async def _act(client: Client, token: str) -> None:
    name = f"镇{next(NUMBERS)}"
    said = await _ask(client, token, MUTATION, name=name)
    if said["done"].get("node", {}).get("name") != name:
        raise AnsweredBadly(said)


async def _read(client: Client, token: str) -> None:
    said = await _ask(client, token, QUERY)
    if not said["ledger"]["towns"]["edges"]:
        raise AnsweredBadly(said)


async def _ask(client: Client, token: str, query: str, **variables: str) -> dict[str, Any]:
    reply = await client.ask(request("/graphql", query, {"ledger": LEDGER, **variables}, token))
    told = json.loads(reply.body)
    if reply.status != 200 or "errors" in told:
        raise AnsweredBadly(reply)
    return told["data"]  # type: ignore[no-any-return]
