"""A ledger is opened once, with its first administrator; demonstrations can be dropped, real ledgers never."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from domain import people
from domain.decisions import new_ref
from domain.events import Personal
from domain.execution import Actor
from domain.grants import NotPermitted
from domain.recording import LedgerCodeUnfit, LedgerExists, LedgerUnknown, NotADemo
from infra.database import Databases
from infra.ledgers import drop_demo, ledger_heads, open_ledger, person_of
from infra.merkle import Frontier
from infra.recorder import Receipt
from tests.recording import LEDGER, check_log, command, keys_of, recorder_of


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
