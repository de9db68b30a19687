"""The demonstration: its figures are right, with evidence; played twice it is recorded once; nobody is named."""

from datetime import datetime
from typing import Any

import asyncpg
import pytest

from api.app import open_engine
from api.composition import services_over
from api.demo.checking import checked
from api.demo.figures import EXPECTED
from api.demo.loading import is_loaded, load
from api.demo.playing import COUNTIES, PastClock
from api.tokens import development_token
from domain.bodies import CHINA
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.ledgers import open_ledger
from infra.recorder import Recorder
from infra.settings import Settings
from infra.store import EventStore
from infra.trouble import Trouble
from tests.counties import Counties

pytestmark = pytest.mark.xdist_group("counties")  # recorded once, by one worker
TEXTS = """
select c.table_schema, c.table_name, c.column_name, c.data_type
from information_schema.columns c join information_schema.tables t using (table_schema, table_name)

where c.table_schema in ('gongzhi', 'public') and t.table_type = 'BASE TABLE'
and c.data_type in ('text', 'bytea', 'json', 'jsonb', 'ARRAY', 'character varying')
"""


@pytest.mark.parametrize("code", EXPECTED)
async def test_every_figure_is_right_and_has_its_evidence_br_88(code: str, counties: Counties) -> None:
    figures = await checked(counties.engine, code)
    assert [figure.key for figure in figures if not figure.right] == []
    assert {figure.key for figure in figures} == set(EXPECTED[code])


def test_at_least_twenty_figures_are_answered() -> None:
    assert sum(map(len, EXPECTED.values())) >= 20


@pytest.mark.parametrize("code", COUNTIES)
async def test_recording_it_twice_changes_nothing(code: str, counties: Counties) -> None:
    before = await counties.services.store.head(code)
    await load(counties.services, COUNTIES[code])
    assert await counties.services.store.head(code) == before


async def test_a_loading_that_was_cut_short_goes_on_where_it_was(
    databases: Databases, postgres: EmbeddedPostgres
) -> None:
    """Nobody gets a token meanwhile, whose grant of today would be in the way of what happened before."""
    county = COUNTIES["140430"]
    async with services_over(databases, Settings(home=postgres.home)) as services:
        clock = PastClock(datetime(county.opened.year, 1, 4, 9, tzinfo=CHINA))
        async with EventStore(services.writer_pool, services.keys, clock) as store:
            recorder = Recorder(store, services.keys, clock)
            name = "示范账本管理员"
            await open_ledger(recorder, county.code, county.name, "demo-administrator", admin_name=name, demo=True)
        assert not await is_loaded(services, county.code)
        with pytest.raises(Trouble, match="being loaded"):
            await development_token(services, county.code, "COUNTY", None, None)
        await load(services, county)
        assert await is_loaded(services, county.code)
        async with open_engine(services) as (engine, _):
            assert [figure.key for figure in await checked(engine, county.code) if not figure.right] == []


async def test_the_database_holds_no_personal_text_in_clear(counties: Counties) -> None:
    """BR-70: telephones of the demonstration appear in no column of any table, entries and read models included."""
    connection = await counties.services.databases.connect("gongzhi_owner")
    try:
        columns = await connection.fetch(TEXTS)
        assert {"event", "person", "log"} <= {column["table_name"] for column in columns}
        found = [str(column) for column in columns if await _holds(connection, column, "1990000")]
        assert found == []
        assert await connection.fetchval("select count(*) from person") > 0
    finally:
        await connection.close()


async def _holds(connection: asyncpg.Connection, column: Any, text: str) -> bool:
    name, table = column["column_name"], column["table_name"]
    shown = f"encode(\"{name}\", 'escape')" if column["data_type"] == "bytea" else f'"{name}"::text'
    schema = column["table_schema"]
    sql = f'select exists (select from {schema}."{table}" where position($1 in {shown}) > 0)'
    return bool(await connection.fetchval(sql, text))
