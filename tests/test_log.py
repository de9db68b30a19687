"""The log: one row an event, and nobody is shown more than their own."""

import json
from datetime import datetime
from typing import Any

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from infra.database import Databases, Login
from projections.projector import catch_up
from tests.histories import COMMUNITY, COMPOUND, LEDGER, LI, Chronicle, county, writer_of

STAFF_ONLY = {"PersonRegistered", "GrantGiven", "GrantEnded"}
READERS: dict[Login, bool] = {
    "gongzhi_public": False,
    "gongzhi_parties": False,
    "gongzhi_staff": True,
    "gongzhi_legal": True,
}


@pytest.fixture
async def projected(databases: Databases) -> Any:
    connection = await writer_of(databases)
    await Chronicle().record(connection, *county())
    await catch_up(connection, LEDGER)
    yield databases
    connection.terminate()


async def fetch(databases: Databases, role: Login, statement: str, *values: Any) -> list[asyncpg.Record]:
    connection = await databases.connect(role)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


async def test_every_event_has_a_row_with_what_its_entry_says(projected: Databases) -> None:
    rows = await fetch(
        projected,
        "gongzhi_writer",
        "select l.*, e.entry, e.leaf as bytes from log l join event e using (ledger, position)",
    )
    assert len(rows) == len(list(county()))
    for row in rows:
        told = json.loads(row["entry"])
        assert (row["type"], row["tags"], row["command_id"], row["leaf"]) == (
            *(told["type"], told["tags"], told["commandId"]),
            row["bytes"],
        )
        assert (row["role"], row["person"], row["grant"]) == ("COUNTY", LI, None)
        assert row["occurred_at"] == datetime.fromisoformat(told["occurredAt"])
        assert json.loads(row["body"]) | json.loads(row["personal"] or "{}") == told["body"]


@pytest.mark.parametrize(("role", "staff"), READERS.items())
async def test_the_database_shows_a_reader_its_own_events_only(
    projected: Databases, role: Login, *, staff: bool
) -> None:
    rows = await fetch(projected, role, "select type, audience from log")
    assert {row["type"] for row in rows} >= {"LedgerOpened", "CompoundRegistered"}
    assert bool({row["type"] for row in rows} & STAFF_ONLY) is staff
    tags = await fetch(projected, role, "select tag from log_tag where tag like 'grant:%'")
    assert bool(tags) is staff


@pytest.mark.parametrize(("role", "staff"), READERS.items())
async def test_sealed_fields_are_for_staff(projected: Databases, role: Login, *, staff: bool) -> None:
    if staff:
        rows = await fetch(projected, role, "select personal from log where type = 'PersonRegistered'")
        assert {name for row in rows for name in json.loads(row["personal"])} == {"person", "full_name", "phone"}
    else:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(projected, role, "select personal from log")


async def test_the_public_body_of_an_event_says_nothing_of_people(projected: Databases) -> None:
    rows = await fetch(projected, "gongzhi_staff", "select body::text from log where type = 'PersonRegistered'")
    assert {row["body"] for row in rows} == {"{}"}
    rows = await fetch(projected, "gongzhi_public", "select body::text from log where type = 'PostFilled'")
    assert rows
    assert not any("person" in row["body"] for row in rows)


async def test_the_history_of_a_thing_is_found_by_its_tag(projected: Databases) -> None:
    history = """
    select type from log_tag join log using (ledger, position) where ledger = $1 and tag = $2 order by position
    """
    types = [row["type"] for row in await fetch(projected, "gongzhi_public", history, LEDGER, COMPOUND)]
    assert types[:2] == ["CompoundRegistered", "CompoundDivided"]
    assert "PlaceAttached" in types
    assert len(await fetch(projected, "gongzhi_public", history, LEDGER, COMMUNITY)) > len(types)


@pytest.mark.parametrize("role", READERS)
async def test_no_reader_writes(projected: Databases, role: Login) -> None:
    for statement in (
        "delete from log",
        "update compound set name = 'x'",
        "insert into log_tag values ('', '', 1, '')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(projected, role, statement)
