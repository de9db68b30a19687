"""What is compiled answers as the standard executor does, construct by construct and for random operations."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from api.catalogue import Catalogue
from api.execution import Engine, Request
from api.identity import Viewer
from api.pools import open_pools
from api.progress import following
from api.schema import make_schema
from domain.events import Audience
from domain.roles import Role
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.keys import open_keys
from infra.provision import USER
from projections.tables import ensure_tables
from tests.operations import operation
from tests.village import catalogue
from tests.village_data import fill

ROLES = {Audience.STAFF: Role.TOWN, Audience.PARTIES: Role.FIRM, Audience.LEGAL: Role.LEGAL}


class Both:
    """The same schema over the same rows, once compiled and once not."""

    def __init__(self, made: Catalogue, *parts: Any) -> None:
        self.schema = make_schema(made)
        self.compiled = Engine(made, self.schema, *parts)
        self.plain = Engine(made, self.schema, *parts, compiled=False)

    async def ask(self, query: str, audience: Audience = Audience.PUBLIC, **variables: Any) -> Any:
        """The answer, which has to be the same either way, and compiled."""
        before = self.failures()
        viewer = None
        if audience is not Audience.PUBLIC:
            viewer = Viewer("t1", "person:1", ROLES[audience], audience)
        request = Request(query, variables, viewer=viewer)
        fast, plain = await self.compiled.answer(request), await self.plain.answer(request)
        got, expected = orjson.loads(fast.body), orjson.loads(plain.body)
        if len(got.get("errors", ())) + len(expected.get("errors", ())) > 1:
            # Which of two errors nulls their parent first is chance, so only what is left is compared.
            got["errors"] = expected["errors"] = bool(got.get("errors")) == bool(expected.get("errors"))
        assert got == expected, query
        assert self.failures() == before, query
        return orjson.loads(fast.body)

    async def data(self, query: str, audience: Audience = Audience.PUBLIC, **variables: Any) -> Any:
        answer = await self.ask(query, audience, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def failures(self) -> float:
        """How many statements the database refused."""
        return self.fallbacks("statement failed")

    def fallbacks(self, reason: str) -> float:
        return float(self.compiled.metrics.fallbacks.labels(reason)._value.get())


@pytest.fixture(scope="module")
async def village_databases(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Databases]:
    """One pair of databases for the whole module: its rows are never changed."""
    async with root.connection() as connection:
        await connection.execute(f"create database village owner {USER} template {USER}")
        await connection.execute(f"create database village_keys owner {USER} template {USER}_keys")
    opened = Databases(*(Address(postgres.dsn(name, USER)) for name in ("village", "village_keys")), "")
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def village(village_databases: Databases) -> AsyncIterator[Both]:
    owner = await village_databases.connect("gongzhi_owner")
    await ensure_tables(owner)
    await fill(owner)
    await owner.close()
    keys = await open_keys(await village_databases.keys_pool(), b"k" * 32)
    async with open_pools(village_databases, size=2) as pools, following(village_databases, pools) as progress:
        yield Both(catalogue(), pools, progress, keys)


async def test_a_ledger_tells_its_code_name_and_position(village: Both) -> None:
    answer = await village.ask('{ ledger(code: "t1") { __typename id code name demo position } }')
    assert answer["data"]["ledger"] == {
        "__typename": "Ledger",
        "id": "t1:ledger:t1",
        "code": "t1",
        "name": "县",
        "demo": True,
        "position": 40,
    }
    assert answer["extensions"]["ledger"]["position"] == 40


EXAMPLES = int(os.environ.get("GONGZHI_DIFFERENTIAL", "100"))
PHASES = [Phase.generate, Phase.shrink] if os.environ.get("SHRINK") else [Phase.generate]


@pytest.mark.parametrize("audience", list(Audience))
async def test_random_operations_answer_the_same(village: Both, audience: Audience) -> None:
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=PHASES
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        made = operation(data.draw, village.schema, data.draw(st.integers(2, 5)))
        note(made.query)
        note(str(made.variables))
        asyncio.run_coroutine_threadsafe(village.ask(made.query, audience, **made.variables), loop).result()

    await asyncio.to_thread(check)
