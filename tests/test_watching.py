"""What the system does by itself is seen through GraphQL by the people whom it concerns, with what caused it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from api.app import open_engine
from api.composition import services_over, utc_now
from api.operating import STATUS, LedgerStatus, statuses
from api.projecting import project_all
from api.reacting import keep_reacting
from domain.bodies import CHINA
from domain.reactions import REACTIONS
from domain.roles import Role
from infra.database import Databases
from infra.ledgers import open_ledger
from infra.settings import Settings
from tests.acting import Acting
from tests.counties import Counties
from tests.histories import INSERT, entry

LEDGER = "w1"
MEMBERS = """query ($id: ID!) { node(id: $id) { ... on Grid { teamMembers { edges { node { teamRole until } } } } } }"""
COMMITTEE = """query ($id: ID!) { node(id: $id) { ... on Committee { filed filingMissed handoverMissed termPassed
    history { edges { node { __typename position correlation occurredAt actor { role } voidedBy { type position }
        causedBy { __typename position ... on OwnersCommitteeElected { seats } } } } } } } }"""
EVENTS = """query ($code: ID!, $types: [String!]) { ledger(code: $code) { events(types: $types) { edges { node {
    position correlation actor { role person { id } }
    causedBy { type position correlation causedBy { type } } } } } } }"""
FIGURES = """query ($code: ID!, $keys: [String!]) { ledger(code: $code) { figures(keys: $keys) { key value } } }"""
REACHED = "select exists (select from event where ledger = $1 and type = $2)"
PROJECTED = "select p.position = h.position from projector p join head h using (ledger) where ledger = $1"


class Ahead:
    """The time, or so much later."""

    by = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.by


class Town(Acting):
    """Town staff, who wait for what the system does."""

    async def see(self, event: str) -> None:
        async with asyncio.timeout(30):
            for query, *given in ((REACHED, event), (PROJECTED,)):
                while not await self.counties.services.writer_pool.fetchval(query, self.ledger, *given):
                    pass


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
async def town(databases: Databases, tmp_path: Path, clock: Ahead) -> AsyncIterator[Town]:
    settings = Settings(home=tmp_path)
    async with services_over(databases, settings) as services, open_engine(services) as (engine, _):
        await open_ledger(services.recorder, LEDGER, "县", "admin")
        counties = Counties(services, engine)
        working = asyncio.gather(project_all(databases), keep_reacting(databases, settings, clock))
        yield Town(counties, LEDGER, await counties.staff(Role.TOWN, ledger=LEDGER))
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


async def community_of(town: Town) -> str:
    county = Acting(town.counties, LEDGER, await town.counties.staff(Role.COUNTY, ledger=LEDGER))
    place = await county.do("townRegister", ledger=LEDGER, name="古韩镇")
    return await town.do("communityRegister", town=place, name="永安社区")


async def events_of(town: Acting, *types: str) -> list[dict[str, Any]]:
    answer = await town.ask(EVENTS, code=LEDGER, types=list(types))
    return [edge["node"] for edge in answer["ledger"]["events"]["edges"]]


async def test_who_leaves_a_post_is_seen_to_leave_the_team_q54(town: Town) -> None:
    community = await community_of(town)
    staff = Acting(town.counties, LEDGER, await town.counties.staff(Role.COMMUNITY, ledger=LEDGER))
    grid = await town.do("gridDelineate", community=community, name="第一网格", since="2025-03-01", buildings=[])
    worker = await town.do("personRegister", ledger=LEDGER, fullName="甲")
    post = {"grid": grid, "person": worker}
    await town.do("gridAppointWorker", **post, fullTime=True, since="2025-03-01")
    for role in ("GRID_WORKER", "VOLUNTEER"):
        await staff.do("gridJoinTeam", **post, teamRole=role, since="2025-03-01")
    await town.do("gridVacatePost", **post, postKind="GRID_WORKER", ended="2025-06-01")
    await town.see("ServiceTeamLeft")
    members = (await town.ask(MEMBERS, id=grid))["node"]["teamMembers"]["edges"]
    until = {each["node"]["teamRole"]: each["node"]["until"] for each in members}
    assert until == {"GRID_WORKER": "2025-06-01", "VOLUNTEER": None}
    [vacated], [left] = await events_of(town, "PostVacated"), await events_of(town, "ServiceTeamLeft")
    assert vacated["causedBy"] is None
    assert vacated["correlation"] == vacated["position"]
    at = vacated["position"]
    assert left["causedBy"] == {"type": "PostVacated", "position": at, "correlation": at, "causedBy": None}
    assert (left["correlation"], left["actor"]) == (at, {"role": None, "person": None})


async def test_a_filing_that_was_missed_is_seen_by_everybody_until_it_is_made_br_23(town: Town, clock: Ahead) -> None:
    compound = await town.do("compoundRegister", community=await community_of(town), name="外贸小区")
    today = utc_now().astimezone(CHINA).date()
    term = {"elected": f"{today}", "since": f"{today}", "until": f"{today.replace(year=today.year + 3, day=1)}"}
    committee = await town.do("committeeElect", compound=compound, seats=5, **term)
    anybody = Acting(town.counties, LEDGER, None)
    assert (await anybody.ask(COMMITTEE, id=committee))["node"]["filingMissed"] is None

    clock.by = timedelta(31)
    await town.see("FilingMissed")
    seen = (await anybody.ask(COMMITTEE, id=committee))["node"]
    assert seen["filingMissed"] == f"{today + timedelta(30)}"
    elected, missed = (edge["node"] for edge in seen["history"]["edges"])
    assert missed["causedBy"] == {"__typename": "OwnersCommitteeElected", "position": elected["position"], "seats": 5}
    assert missed["occurredAt"].startswith(f"{today + timedelta(31)}T00:00:00")
    assert missed["actor"] == {"role": None}
    assert await figure(anybody) == 1

    filed = {"compound": compound, "filed": f"{today + timedelta(31)}"}
    await town.do("compoundFileCommittee", **filed)
    seen = (await anybody.ask(COMMITTEE, id=committee))["node"]
    assert (seen["filed"], seen["filingMissed"]) == (filed["filed"], f"{today + timedelta(30)}")
    assert await figure(anybody) == 0


async def test_a_filing_made_in_time_and_recorded_late_was_not_missed_br_45(town: Town, clock: Ahead) -> None:
    compound = await town.do("compoundRegister", community=await community_of(town), name="外贸小区")
    today = utc_now().astimezone(CHINA).date()
    term = {"elected": f"{today}", "since": f"{today}", "until": f"{today.replace(year=today.year + 3, day=1)}"}
    committee = await town.do("committeeElect", compound=compound, seats=5, **term)
    clock.by = timedelta(40)
    await town.see("FilingMissed")
    assert await figure(town) == 1
    await town.do("compoundFileCommittee", compound=compound, filed=f"{today}")
    await town.see("LapseVoided")
    seen = (await town.ask(COMMITTEE, id=committee))["node"]
    assert (seen["filed"], seen["filingMissed"]) == (f"{today}", None)
    _, missed, filed, voided = (edge["node"] for edge in seen["history"]["edges"])
    assert missed["voidedBy"] == {"type": "LapseVoided", "position": voided["position"]}
    assert voided["causedBy"] == {"__typename": "CommitteeFiled", "position": filed["position"]}
    assert await figure(town) == 0


async def figure(by: Acting) -> int:
    [told] = (await by.ask(FIGURES, code=LEDGER, keys=["filingsMissed"]))["ledger"]["figures"]
    return int(told["value"])


async def test_an_operator_sees_how_far_reactions_are_and_what_stopped_them(town: Town, clock: Ahead) -> None:
    pool = town.counties.services.writer_pool
    await community_of(town)
    async with asyncio.timeout(30):
        while (await statuses(town.counties.services))[0].reactions != await reached(town):
            pass
    metrics = town.counties.engine.metrics
    metrics.reactions_are({LEDGER: (await town.head() or 0, await reached(town))})
    assert f'gongzhi_reactions_lag{{ledger="{LEDGER}"}} 0.0' in generate_latest(metrics.registry).decode()
    failure = {"position": 7, "type": "PostVacated", "reaction": "teams.follow_post", "error": "ZeroDivisionError: 0"}
    async with pool.acquire() as connection:
        rolled = connection.transaction()
        await rolled.start()
        await connection.execute("update reactor set failure = $1", json.dumps(failure))
        [row] = await connection.fetch(STATUS)
        await rolled.rollback()
    told = LedgerStatus(**dict(row) | {"failure": None, "reactions": json.loads(row["reactions"])})
    assert told.halted == "7 PostVacated → teams.follow_post: ZeroDivisionError: 0"
    assert told.as_health()["reactions"] == "stopped"
    newer = {"position": 7, "failure": None, "in_force": [*REACTIONS, "rooms.let"]}
    left = replace(told, reactions=newer)
    assert (left.halted, left.as_health()["reactions"]) == (None, "elsewhere")
    assert left.elsewhere == "另一版本的反应 reactions of another release: rooms.let"
    metrics.reactions_are({LEDGER: (told.position, told.reactions or {})})
    assert f'gongzhi_reactions_stopped{{ledger="{LEDGER}"}} 1.0' in generate_latest(metrics.registry).decode()


async def reached(town: Town) -> dict[str, Any]:
    told = {"position": await town.head(), "failure": None, "waiting": 0, "refused": 0}
    return told | {"in_force": sorted(REACTIONS)}


async def test_a_ledger_that_stands_still_holds_up_no_other(town: Town) -> None:
    services = town.counties.services
    await open_ledger(services.recorder, "w2", "县", "admin")
    owner = await services.databases.connect("gongzhi_owner")
    at, told = utc_now(), entry("w2", 4, "TownTwinned", {"town": "town:a"})
    await owner.execute(INSERT, "w2", 4, "TownTwinned", [], at, at, told, b"")
    await owner.execute("update head set position = 4 where ledger = 'w2'")
    await community_of(town)
    async with asyncio.timeout(30):
        while not (other := (await statuses(services))[1]).halted:
            pass
        while (await statuses(services))[0].reactions != await reached(town):
            pass
    assert other.halted == "4 TownTwinned → –: EventUnknown: TownTwinned"
    await owner.close()
