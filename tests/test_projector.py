"""The projector: brings rows up to what was recorded, tells who waits, and stops at what it cannot take."""

import asyncio
import json

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from domain import people, places
from domain.events import Personal, Ref
from infra.database import Databases
from projections.folding import Stopped
from projections.hashing import state
from projections.projector import Projector, catch_up, listen
from projections.rebuilding import rebuild, rebuild_all
from tests.histories import COMMUNITY, LEDGER, TOWN, Chronicle, county, opened, writer_of

PROJECTOR = "select position, failure, failed_at from projector"


async def test_rows_are_brought_up_to_what_was_recorded(databases: Databases) -> None:
    connection = await writer_of(databases)
    position = await Chronicle().record(connection, *county())
    assert await catch_up(connection, LEDGER) == position
    assert await connection.fetchval("select position from projector") == position
    row = await connection.fetchrow("select name, problems, grid, divided from compound where id = 'compound:1'")
    assert tuple(row) == ("外贸小区", ["MIXED_POPULATION"], None, True)
    await connection.close()


async def test_a_ledger_that_does_not_exist_is_at_nought(databases: Databases) -> None:
    connection = await writer_of(databases)
    assert await catch_up(connection, "000000") == 0
    assert await connection.fetch(PROJECTOR) == []
    await connection.close()
