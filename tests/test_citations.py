"""What was answered while a position was the head is answered again, byte for byte, when that position is asked for."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import orjson
import pytest

from api.app import open_engine
from api.composition import Services, services_over
from api.demo.playing import BATCH, COUNTIES, PastClock
from api.demo.script import Script, batches
from api.execution import Engine, Request
from api.identity import Viewer
from domain.bodies import CHINA
from domain.events import Audience
from domain.roles import Role
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.ledgers import open_ledger
from infra.recorder import Recorder
from infra.settings import Settings
from infra.store import EventStore
from projections.projector import catch_up
from tests.operations import KNOWN, Operation, Vocabulary, operation

COUNTY = COUNTIES["140430"]
QUERIES = 200
ROLES = {Audience.STAFF: Role.COUNTY, Audience.PARTIES: Role.FIRM, Audience.LEGAL: Role.LEGAL}
TAGS = "select distinct tag from log_tag where ledger = $1 order by tag"
LOG = "select type, recorded_at from log where ledger = $1 order by position"


class Asked(NamedTuple):
    """A query, who asked it, at which head, and what the answer was."""

    made: Operation
    viewer: Viewer | None
    head: int
    body: bytes


@pytest.fixture
async def services(databases: Databases, postgres: EmbeddedPostgres) -> AsyncIterator[Services]:
    async with services_over(databases, Settings(home=postgres.home)) as opened:
        yield opened


async def test_an_answer_is_the_same_for_ever_byte_for_byte_br_88(services: Services) -> None:
    clock = PastClock(datetime(COUNTY.opened.year, 1, 4, 9, tzinfo=CHINA))
    async with EventStore(services.writer_pool, services.keys, clock) as store, open_engine(services) as (engine, _):
        recorder = Recorder(store, services.keys, clock)
        opening = await open_ledger(recorder, COUNTY.code, COUNTY.name, "admin", demo=True)
        ledger, administrator = (receipts.node for receipts in opening[:2])
        script = Script(ledger, administrator, COUNTY.opened + timedelta(days=1))
        COUNTY.write(script)
        asked: list[Asked] = []
        *most, last = batches(script.commands, BATCH)
        for number, batch in enumerate((*most, last)):
            clock.now = max(clock.now, batch[-1].now)
            await recorder.record(COUNTY.code, batch)
            head = await projected(services.databases)
            if batch is not last:
                asked += await answers(engine, administrator, head, number, -(-QUERIES // len(most)))
        assert len({each.head for each in asked}) == len(most)
        assert len(asked) >= QUERIES
        assert (
            len([each for each in asked if b'"extensions":' in each.body and b'"errors":' not in each.body])
            > QUERIES / 3
        )
        for each in asked:
            if not each.body.startswith(b'{"data"'):
                continue  # of two things that are wrong with a request, either may be told
            known = {"position": each.head}
            again = await engine.answer(
                Request(each.made.query, {**each.made.variables, KNOWN: known}, viewer=each.viewer)
            )
            assert settled(again.body) == settled(each.body), each


async def projected(databases: Databases) -> int:
    connection = await databases.connect("gongzhi_owner")
    try:
        return await catch_up(connection, COUNTY.code)
    finally:
        await connection.close()


async def answers(engine: Engine, person: str, head: int, stop: int, count: int) -> list[Asked]:
    """Of so many random queries, by every audience in turn."""
    asked, words = [], await vocabulary(engine, head)
    for number, audience in zip(range(count), [*Audience] * count, strict=False):
        made = operation(Random(f"{stop} {number}"), engine.schema, words, known=True)
        viewer = None
        if audience is not Audience.PUBLIC:
            viewer = Viewer(COUNTY.code, person, ROLES[audience], audience, opens=True)
        answer = await engine.answer(Request(made.query, made.variables, viewer=viewer))
        asked.append(Asked(made, viewer, head, answer.body))
    return asked


async def vocabulary(engine: Engine, head: int) -> Vocabulary:
    """What is there by now."""
    fetch = engine.pools.fetching(Audience.LEGAL)
    tags = [row["tag"] for row in await fetch(TAGS, COUNTY.code)]
    log = await fetch(LOG, COUNTY.code)
    return Vocabulary(
        codes=[COUNTY.code] * 9 + ["zz"],
        ids=[f"{COUNTY.code}:{tag}" for tag in tags] + ["x"],
        tags=tags,
        types=sorted({row["type"] for row in log}),
        keys=list(engine.catalogue.figures),
        instants=[row["recorded_at"].isoformat() for row in log[::50]],
        head=head,
        rows=engine.catalogue.rows,
        fields=["name", "until", "secretary"],
    )


def settled(body: bytes) -> object:
    """As it is; but which of several errors is told is chance where each of them makes the same parent null."""
    told = orjson.loads(body) if b'"errors":' in body else {}
    if len(told.get("errors", ())) < 2:
        return body
    return {**told, "errors": sorted(error["extensions"]["code"] for error in told["errors"])}
