"""A ledger is opened once, with its first administrator; demonstrations can be dropped, real ledgers never."""

import asyncio
from dataclasses import replace
from datetime import date

import asyncpg
import pytest

from domain import ledgers, people
from domain.decisions import new_ref
from domain.events import Personal
from domain.execution import Actor
from domain.grants import NotPermitted
from domain.recording import LedgerCodeUnfit, LedgerExists, LedgerUnknown, NotADemo
from infra.database import Databases
from infra.ledgers import drop_demo, ledger_heads, open_ledger, person_of
from infra.merkle import Frontier
from infra.recorder import Receipt
from projections.projector import Projector
from tests.histories import writer_of
from tests.recording import LEDGER, Hands, check_log, command, keys_of, recorder_of

pytestmark = pytest.mark.bare

BLOCKED = "select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = $1"
HELD = "select exists (select from pg_locks where relation = $1::regclass and not granted)"


async def eventually(connection: asyncpg.Connection, query: str, *args: object) -> None:
    """As soon as the query has a value."""
    while await connection.fetchval(query, *args) is None:
        pass


async def test_a_ledger_begins_with_its_opening_and_its_first_administrator(databases: Databases) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        receipts = await open_ledger(recorder, LEDGER, "襄垣县", "liu", since=date(2025, 1, 1))
        assert [event for each in receipts for event in each.events] == [
            Receipt(1, "LedgerOpened"),
            Receipt(2, "PersonRegistered"),
            Receipt(3, "GrantGiven"),
        ]
        opened, _, given = await recorder.store.recorded(LEDGER)
        assert (opened.body["code"], opened.body["name"], opened.body["demo"]) == (LEDGER, "襄垣县", False)
        assert (given.body["role"], given.body["scope"], given.body["since"]) == ("ADMINISTRATOR", None, "2025-01-01")
        assert given.body["person"] == await person_of(recorder, LEDGER, "liu") == receipts[1].node
    assert (await check_log(databases)).size == 3


async def test_the_first_administrator_acts_and_nobody_else(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        wish = command(people.register, full_name=Personal("刘芳"))
        with pytest.raises(NotPermitted):
            await recorder.record(LEDGER, [replace(wish, actor=Actor(await person_of(recorder, LEDGER, "liu")))])
        admin = Actor(await person_of(recorder, LEDGER, "admin"))
        assert (await recorder.record(LEDGER, [replace(wish, actor=admin)]))[0].position == 4


async def test_opened_again_in_the_same_words_it_is_the_same_ledger(databases: Databases) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        openings = (open_ledger(recorder, LEDGER, "襄垣县", "liu", since=date(2025, 1, 1)) for _ in range(5))
        first, *others = await asyncio.gather(*openings)
        assert others == [first] * 4
        assert await recorder.store.head(LEDGER) == 3


@pytest.mark.parametrize(("name", "subject"), [("沁县", "liu"), ("襄垣县", "wang")])
async def test_opened_again_in_other_words_it_exists(databases: Databases, name: str, subject: str) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        await open_ledger(recorder, LEDGER, "襄垣县", "liu")
        with pytest.raises(LedgerExists):
            await open_ledger(recorder, LEDGER, name, subject)
        assert await recorder.store.head(LEDGER) == 3


async def test_a_code_that_could_not_stand_in_an_id_is_refused(databases: Databases) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        for code in ("", "1" * 21, "14 0423", "14/0423", "14:0423", "县", "140423\n"):
            with pytest.raises(LedgerCodeUnfit):
                await open_ledger(recorder, code, "襄垣县", "liu")
            assert await recorder.store.head(code) is None


async def test_a_subject_is_another_person_in_another_ledger_and_always_the_same_in_one(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        await open_ledger(recorder, "140430", "沁县", "admin")
        here, there = [await person_of(recorder, code, "admin") for code in (LEDGER, "140430")]
        assert here != there
    async with recorder_of(databases) as recorder:
        assert await person_of(recorder, LEDGER, "admin") == here


async def test_a_ledger_that_there_is_not_has_no_people_and_leaves_no_secret(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        with pytest.raises(LedgerUnknown):
            await person_of(recorder, "140430", "admin")
    connection = await databases.connect_keys()
    assert await connection.fetchval("select count(*) from secret where ledger = '140430'") == 0
    await connection.close()


async def test_ledgers_are_listed_with_their_heads(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        await open_ledger(recorder, "140430", "沁县", "liu")
        await recorder.store.establish("140400", demo=False)
    heads = await ledger_heads(await databases.pool("gongzhi_public"))
    assert [(head.code, head.position, head.demo) for head in heads] == [(LEDGER, 3, True), ("140430", 3, False)]


async def test_a_dropped_demonstration_leaves_nothing_but_secrets(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        await open_ledger(recorder, "140430", "沁县", "liu")
    await drop_demo(databases, LEDGER)
    assert await traces(databases, LEDGER) == {"generation", "secret"}
    assert (await check_log(databases, "140430")).size == 3
    with pytest.raises(LedgerUnknown):
        await drop_demo(databases, LEDGER)


async def test_a_real_ledger_is_not_dropped(databases: Databases) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        await open_ledger(recorder, LEDGER, "襄垣县", "liu")
    with pytest.raises(NotADemo):
        await drop_demo(databases, LEDGER)
    assert (await check_log(databases)).size == 3


async def test_a_dropped_demonstration_is_opened_anew_while_its_server_runs(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        await drop_demo(databases, LEDGER)
        with pytest.raises(LedgerUnknown):
            await recorder.record(LEDGER, [command(people.register, full_name=Personal("刘芳"))])
        again = await open_ledger(recorder, LEDGER, "襄垣县", "liu", demo=True)
        assert again[1].node == await person_of(recorder, LEDGER, "liu")
        (liu,) = await recorder.record(LEDGER, [command(people.register, id="liu", full_name=Personal("刘芳"))])
        assert (liu.node, liu.position) == (new_ref("person", "liu"), 4)
    assert (await check_log(databases)).size == 4


async def test_an_opening_that_was_cut_short_is_taken_up_again(databases: Databases) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        await recorder.store.establish(LEDGER, demo=True)
        await open_ledger(recorder, LEDGER, "襄垣县", "liu", demo=False)
    connection = await databases.connect("gongzhi_public")
    assert await connection.fetchval("select demo from head") is False
    await connection.close()


async def traces(databases: Databases, code: str) -> set[str]:
    """The tables that know of a ledger."""
    found = set()
    for connection in (await databases.connect("gongzhi_owner"), await databases.connect_keys()):
        tables = await connection.fetch(
            "select relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'ledger' "
            "join pg_namespace n on n.oid = c.relnamespace and nspname in ('gongzhi', 'public') where relkind = 'r'"
        )
        found |= {
            t for (t,) in tables if await connection.fetchval(f'select count(*) from "{t}" where ledger = $1', code)
        }
        await connection.close()
    return found


def test_the_empty_frontier_is_that_of_the_empty_tree() -> None:
    assert Frontier.from_bytes(bytes(8)) == Frontier()


async def test_keys_of_another_ledger_outlive_a_drop(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        await open_ledger(recorder, "140430", "沁县", "liu")
        person = await person_of(recorder, "140430", "liu")
    await drop_demo(databases, LEDGER)
    assert await (await keys_of(databases)).find_keys("140430", [(str(person), "IDENTITY")])


async def test_a_ledger_opened_in_earnest_is_not_dropped_though_its_head_says_demo(databases: Databases) -> None:
    async with recorder_of(databases, ledger=None) as recorder:
        await recorder.store.establish(LEDGER, demo=False)
        await recorder.store.establish(LEDGER, demo=True)
        await recorder.record(LEDGER, [command(ledgers.open_ledger, code=LEDGER, name="襄垣县", demo=False)])
    with pytest.raises(NotADemo):
        await drop_demo(databases, LEDGER)
    assert (await check_log(databases)).size == 1


async def test_opened_again_on_a_later_day_it_is_the_same_ledger(databases: Databases) -> None:
    hands = Hands()
    async with recorder_of(databases, hands, ledger=None) as recorder:
        first = await open_ledger(recorder, LEDGER, "襄垣县", "liu")
        hands.turn(days=40)
        assert await open_ledger(recorder, LEDGER, "襄垣县", "liu") == first
        assert (await recorder.store.recorded(LEDGER))[2].body["since"] == "2025-03-01"


async def test_a_ledger_dropped_while_its_rows_are_written_leaves_none(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        projector = Projector(projecting := await writer_of(databases), LEDGER)
        watcher = await databases.main.connect()
        assert await projector.catch_up() == 3
        await recorder.record(LEDGER, [command(people.register, full_name=Personal("刘芳"))])
        async with projecting.transaction():
            assert await projector.catch_up() == 4
            dropping = asyncio.create_task(drop_demo(databases, LEDGER))
            await eventually(watcher, BLOCKED, "gongzhi_owner")
        await dropping
        assert await projector.catch_up() == 0
    assert await traces(databases, LEDGER) == {"generation", "secret"}
    await projecting.close()
    await watcher.close()


@pytest.mark.parametrize("at_work", [False, True])
async def test_whoever_projects_while_a_ledger_is_dropped_finds_none(databases: Databases, *, at_work: bool) -> None:
    async with recorder_of(databases) as recorder:
        projector = Projector(projecting := await writer_of(databases), LEDGER)
        keys, watcher = await databases.connect_keys(), await databases.main.connect()
        if at_work:
            assert await projector.catch_up() == 3
            await recorder.record(LEDGER, [command(people.register, full_name=Personal("刘芳"))])
        async with keys.transaction():
            await keys.execute("lock table data_key")
            dropping = asyncio.create_task(drop_demo(databases, LEDGER))
            while not await keys.fetchval(HELD, "data_key"):
                pass
            catching_up = asyncio.create_task(projector.catch_up())
            await eventually(watcher, BLOCKED, "gongzhi_writer")
        await dropping
        assert await catching_up == 0
    assert await traces(databases, LEDGER) == {"generation", "secret"}
    for connection in (projecting, keys, watcher):
        await connection.close()
