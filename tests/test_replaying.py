"""Replaying: the history folded again says what people read, or which table says otherwise."""

from hashlib import sha256
from pathlib import Path

import asyncpg

import projections.rooms  # noqa: F401
from projections.hashing import state, versions
from projections.projector import Projector, catch_up
from projections.rebuilding import Connect
from projections.replaying import replay
from projections.tables import NEXT, existing
from projections.tables import projections as read_models
from tests.histories import LEDGER, Chronicle, county, dump

EVENTS = list(county())


def silent(*_: object) -> None:
    """Nobody watches."""


async def test_the_state_at_any_position_is_what_was_read_there(writer: asyncpg.Connection, connect: Connect) -> None:
    chronicle, one, there = Chronicle(), Projector(writer, LEDGER), {}
    for at in range(0, len(EVENTS), 11):
        await chronicle.record(writer, *EVENTS[at : at + 11])
        position = await one.catch_up()
        there[position] = await state(writer, LEDGER)
    rows = await dump(writer)
    for position, expected in there.items():
        assert await replay(connect, LEDGER, position, silent) == expected
    assert await dump(writer) == rows
    assert await existing(writer, NEXT) == frozenset()


async def test_a_row_that_the_history_does_not_call_for_is_found(writer: asyncpg.Connection, connect: Connect) -> None:
    await Chronicle().record(writer, *EVENTS)
    position = await catch_up(writer, LEDGER)
    await writer.execute("update compound set name = 'x' where id = 'compound:1'")
    live, again = await state(writer, LEDGER), await replay(connect, LEDGER, position, silent)
    assert [table for table in live.hashes if live.hashes[table] != again.hashes[table]] == ["compound"]


async def test_saved_rows_are_what_is_hashed(writer: asyncpg.Connection, connect: Connect, tmp_path: Path) -> None:
    await Chronicle().record(writer, *EVENTS)
    found = await replay(connect, LEDGER, len(EVENTS), silent, tmp_path)
    digests = {path.stem: sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert digests == found.hashes
    assert (tmp_path / "town.jsonl").read_text("utf-8").startswith('{"born":2,"id":"town:1",')


async def test_progress_is_told_and_every_table_has_a_version(writer: asyncpg.Connection, connect: Connect) -> None:
    await Chronicle().record(writer, *EVENTS)
    steps: list[tuple[str, int, int]] = []
    found = await replay(connect, LEDGER, 10, lambda *step: steps.append(step))
    assert (found.position, steps) == (10, [(LEDGER, 10, 10)])
    assert versions().keys() == found.hashes.keys() == {table for each in read_models() for table in each.tables}
