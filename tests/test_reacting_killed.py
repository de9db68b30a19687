"""Killed between one command and the next, again and again, what reacts loses nothing and repeats nothing."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.composition import Services, services_over
from domain import coverages, people, places, posts, teams
from domain.decisions import new_ref
from domain.events import Personal
from domain.execution import Command
from domain.posts import PostKind
from domain.teams import TeamRole
from infra.database import Databases
from infra.ledgers import open_ledger
from infra.settings import Settings
from tests.county import DAY, days
from tests.recording import LEDGER, command

pytestmark = pytest.mark.bare

CHECKERS = 40
KILLS = 3
LEFT = "select count(*) from event where ledger = $1 and type = 'ServiceTeamLeft'"
DONE = "select r.position = h.position from reactor r join head h using (ledger) where ledger = $1"


def vacations() -> list[list[Command]]:
    """Checkers of a grid and of its team, and then each leaves the post."""
    town, community, grid = (new_ref(kind, kind) for kind in ("town", "community", "grid"))
    place = [
        command(places.register_town, id="town", name="古韩镇"),
        command(places.register_community, id="community", town=town, name="永安社区"),
        command(coverages.delineate, id="grid", community=community, name="第一网格", since=DAY, buildings=()),
    ]
    staff, leaving = list[Command](), list[Command]()
    for n in range(CHECKERS):
        post: dict[str, Any] = {"grid": grid, "person": new_ref("person", f"p{n}")}
        staff += [
            command(people.register, id=f"p{n}", full_name=Personal(f"排查员{n}")),
            command(posts.appoint_checker, id=f"c{n}", **post, since=DAY),
            command(teams.join_team, id=f"j{n}", **post, team_role=TeamRole.CHECKER, since=DAY),
        ]
        leaving.append(command(posts.vacate_post, id=f"v{n}", **post, post_kind=PostKind.CHECKER, ended=days(9)))
    return [place, staff, leaving]


@asynccontextmanager
async def reacting(services: Services) -> AsyncIterator[asyncio.subprocess.Process]:
    """The very process that `gongzhi serve` keeps beside it; killed in the end."""
    address = {"DATABASE_URL": services.databases.main.dsn, "GONGZHI_HOME": str(services.settings.home)}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.projecting", str(os.getpid())), env={**os.environ, **address}
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def until(pool: asyncpg.Pool, query: str, wanted: int) -> None:
    async with asyncio.timeout(90):
        while await pool.fetchval(query, LEDGER) < wanted:
            pass


async def test_killed_between_commands_each_reaction_happens_once(databases: Databases, tmp_path: Path) -> None:
    async with services_over(databases, Settings(home=tmp_path)) as services:
        await open_ledger(services.recorder, LEDGER, "襄垣县", "admin")
        for batch in vacations():
            await services.recorder.record(LEDGER, batch)
        pool, seen = services.writer_pool, list[int]()
        for _ in range(KILLS):
            async with reacting(services):
                await until(pool, LEFT, (seen[-1] if seen else 0) + 1)
            seen.append(await pool.fetchval(LEFT, LEDGER))
        assert seen[0] < CHECKERS
        async with reacting(services), reacting(services):
            await until(pool, f"select ({DONE})::int", 1)
        recorded = await services.store.recorded(LEDGER)
        left = Counter(each.body["person"] for each in recorded if each.type == "ServiceTeamLeft")
        assert left == {new_ref("person", f"p{n}"): 1 for n in range(CHECKERS)}
        assert [each.position for each in recorded] == list(range(1, len(recorded) + 1))
