"""Tables: made from the declarations, readable by the right roles, and rebuilt when a declaration changes."""

import asyncio
import importlib
import sys
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import projections.rooms  # noqa: F401
from infra.database import Databases
from projections.projector import catch_up
from projections.rebuilding import rebuild
from projections.rows import ROWS, columns, history_of, public_columns, table_of
from projections.sources import reached, sources
from projections.tables import ensure_tables, row_classes
from projections.tables import projections as read_models
from tests.histories import LEDGER, Chronicle, county, dump, writer_of

CONSTRAINTS = """
select c.relname, array_agg(a.attname order by k.at) from pg_index i join pg_class c on c.oid = i.indrelid
join lateral unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality k (attnum, at) on true
join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
where i.indisunique and c.relnamespace = 'gongzhi'::regnamespace group by c.relname, i.indexrelid
"""
UNSORTED = """
select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_collation l on l.oid = a.attcollation
where c.relnamespace = 'gongzhi'::regnamespace and c.relkind = 'r' and a.attnum > 0 and l.collname <> 'C'
"""
READABLE = "select has_column_privilege($1, 'gongzhi.' || quote_ident($2), $3, 'select')"
INDEXES = "select indexdef from pg_indexes where schemaname = 'gongzhi' and tablename = $1"


@pytest.fixture
async def owner(databases: Databases) -> Any:
    connection = await databases.connect("gongzhi_owner")
    yield connection
    await connection.close()


async def test_every_projection_has_its_tables_and_their_history(owner: asyncpg.Connection) -> None:
    assert await ensure_tables(owner) == ()
    there = {row[0] for row in await owner.fetch("select tablename from pg_tables where schemaname = 'gongzhi'")}
    assert {table for row in row_classes() for table in (table_of(row), history_of(row))} | {"log", "log_tag"} <= there
    assert {row[0] for row in await owner.fetch("select name from projection")} == {each.name for each in read_models()}


async def test_making_them_again_changes_nothing(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    before = await owner.fetch("select oid from pg_class order by oid")
    assert await ensure_tables(owner) == ()
    assert await owner.fetch("select oid from pg_class order by oid") == before


async def test_servers_that_start_at_once_make_them_once_between_them(databases: Databases) -> None:
    starting = [await databases.connect("gongzhi_owner") for _ in range(4)]
    for _ in range(20):
        assert await asyncio.gather(*map(ensure_tables, starting)) == [()] * 4
    for each in starting:
        await each.close()


async def test_the_ledger_comes_first_in_every_key(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    keys = {name: names for name, names in await owner.fetch(CONSTRAINTS) if name != "projection"}
    assert {name for name, names in keys.items() if names[0] != "ledger"} == set()
    assert keys["compound"] == ["ledger", "id"]
    assert keys["compound_history"] == ["ledger", "id", "known_since"]
    assert (
        await owner.fetch("select from pg_class where relkind = 'S' and relnamespace = 'gongzhi'::regnamespace") == []
    )


async def test_only_texts_that_people_wrote_are_sorted_their_way(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    free = {(table_of(row), c.name) for row in row_classes() for c in columns(row) if c.type is str and c.name != "id"}
    found = {(table.removesuffix("_history"), name) for table, name in await owner.fetch(UNSORTED)}
    assert {each for each in found if each[0] in {table for table, _ in free}} == free


async def test_each_audience_reads_its_rows_and_no_sealed_column(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    for row in ROWS:
        public = {column.name for column in public_columns(row)}
        for audience in type(row.audience):
            role, sees = f"gongzhi_{audience.name.lower()}", audience.sees(row.audience)
            staff = audience.sees(type(audience).STAFF)
            for table in (table_of(row), history_of(row)):
                for name in ("ledger", "born", "known_since", *(column.name for column in columns(row))):
                    expected = sees and (staff or name in public or name not in {c.name for c in columns(row)})
                    assert await owner.fetchval(READABLE, role, table, name) is expected, (role, table, name)


async def test_lists_have_indexes_and_history_has_them_where_a_column_changes(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    now = " ".join(row[0] for row in await owner.fetch(INDEXES, "compound"))
    then = " ".join(row[0] for row in await owner.fetch(INDEXES, "compound_history"))
    assert "(ledger, community, born DESC)" in now
    assert "gin (problems)" in now
    assert "gin (problems)" in then
    assert "(ledger, origin, born DESC, known_since, known_until)" in then
    assert "community" not in then


async def test_orders_have_indexes_two_where_there_are_nulls(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    now = " ".join(row[0] for row in await owner.fetch(INDEXES, "grid"))
    then = " ".join(row[0] for row in await owner.fetch(INDEXES, "grid_history"))
    assert '(ledger, name COLLATE "C", born)' in now
    assert "(ledger, until, born)" in now
    assert "(ledger, until DESC NULLS LAST, born DESC)" in now
    assert "(ledger, until, born)" in then
    assert "name" not in then


async def test_a_changed_declaration_is_reported_until_it_is_rebuilt(
    databases: Databases, owner: asyncpg.Connection
) -> None:
    writer = await writer_of(databases)
    await Chronicle().record(writer, *county())
    await catch_up(writer, LEDGER)
    rows = await dump(writer)
    await owner.execute("update projection set fingerprint = 'older' where name = 'compound'")
    await owner.execute("alter table compound drop column origin")
    await owner.execute("drop table post")
    await owner.execute("delete from projection where name = 'post'")
    for _ in range(2):
        assert await ensure_tables(owner) == ("compound", "post")
        assert await writer.fetch("select * from post") == []
    assert await rebuild(partial(databases.connect, "gongzhi_owner")) == ("compound", "post")
    assert await ensure_tables(owner) == ()
    assert await dump(writer) == rows
    await writer.close()


async def test_a_changed_declaration_before_any_event_is_simply_made_anew(owner: asyncpg.Connection) -> None:
    await ensure_tables(owner)
    await owner.execute("update projection set fingerprint = 'older' where name = 'compound'")
    await owner.execute("alter table compound drop column origin")
    assert await ensure_tables(owner) == ()
    assert await owner.fetch("select origin from compound") == []


def test_a_fingerprint_is_the_same_for_the_same_declarations() -> None:
    assert read_models() == read_models()
    assert len({each.fingerprint for each in read_models()}) == len(read_models())


def test_a_declaration_depends_on_the_rules_that_it_imports_however_far_away() -> None:
    assert {"projections.compounds", "domain.chains", "domain.parties", "domain.words"} <= set(
        reached("projections.compounds")
    )
    assert "domain.chains" in reached("projections.posts", "projections.chains")
    assert not [name for name in reached("projections.log") if name.partition(".")[0] not in {"domain", "projections"}]


def test_a_changed_rule_changes_what_depends_on_it_and_a_comment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, seen = ("house", "house.declared", "house.kinds", "house.rules"), []
    for n, rule in enumerate(("KINDS = {1}", "KINDS = {1}  # the first", "KINDS = {1, 2}")):
        folder = tmp_path / str(n)
        (folder / "house").mkdir(parents=True)
        (folder / "house" / "__init__.py").touch()
        (folder / "house" / "kinds.py").write_text(rule)
        (folder / "house" / "rules.py").write_text("from house.kinds import KINDS")
        (folder / "house" / "declared.py").write_text("from house import rules")
        with monkeypatch.context() as patch:
            patch.syspath_prepend(folder)
            importlib.import_module("house.declared")
            assert reached("house.declared") == names
            seen.append(sources("house.declared"))
        for name in names:
            del sys.modules[name]
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]
