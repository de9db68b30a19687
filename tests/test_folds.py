"""What was seen lately saves reading and is never believed blindly: with it or without, commands come to the same."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBEvent

from domain import compounds, coverages, grants, people, places
from domain.compounds import CompoundFile
from domain.decisions import Decision, ThingUnknown, new_ref
from domain.events import Personal, Ref
from domain.execution import Actor, Command
from domain.grants import GrantOver, NotPermitted
from domain.recording import CommandIdReused, LedgerUnknown, PositionConflict
from domain.refusals import Refusal
from domain.roles import Role
from infra.database import Databases
from infra.folds import MOST
from infra.ledgers import drop_demo, open_ledger
from infra.matching import Item, Watched
from infra.recorder import Receipts, Recorder
from infra.store import BeyondHead, Boundary, EventStore, Loaded
from tests.recording import LEDGER, Hands, check_log, command, keys_of, now

pytestmark = pytest.mark.bare

TODAY = date(2025, 3, 1)
TOWN, COMMUNITY, COMPOUND = (new_ref(kind, kind) for kind in ("town", "community", "compound"))
OTHER = "140430"


class CountingStore(EventStore):
    """An event store that knows how often it was read for commands."""

    loads = 0

    async def load(
        self, ledger: str, watched: Sequence[Watched], *, commands: Sequence[str] = (), last_of: Sequence[str] = ()
    ) -> Loaded | None:
        self.loads += 1
        return await super().load(ledger, watched, commands=commands, last_of=last_of)


@asynccontextmanager
async def recorder_holding(
    databases: Databases, held: int = MOST, clock: Any = now
) -> AsyncIterator[tuple[Recorder, CountingStore]]:
    pool = await databases.pool("gongzhi_writer", min_size=0, max_size=3)
    async with CountingStore(pool, await keys_of(databases), clock, patience=30) as store:
        yield Recorder(store, await keys_of(databases), clock, held=held), store


async def open_place(recorder: Recorder, ledger: str = LEDGER) -> None:
    await open_ledger(recorder, ledger, "襄垣县", "admin", demo=True)
    town = command(places.register_town, id="town", name="古韩镇")
    community = command(places.register_community, id="community", town=TOWN, name="新区社区")
    compound = command(places.register_compound, id="compound", community=COMMUNITY, name="外贸小区")
    await recorder.record(ledger, [town, community, compound])


def revision(n: int, **more: Any) -> Command:
    return command(
        compounds.revise_file,
        id=f"file-{n}",
        compound=COMPOUND,
        file=CompoundFile.BASIC,
        reason="更新",
        text=f"{n}",
        **more,
    )


async def test_who_goes_on_with_a_thing_reads_nothing(databases: Databases) -> None:
    async with recorder_holding(databases) as (recorder, store):
        await open_place(recorder)
        before = store.loads
        for n in range(20):
            [told] = await recorder.record(LEDGER, [revision(n)])
            assert told.position == 7 + n
        assert store.loads == before + 1  # what files there are had not been asked before
    await check_log(databases)


async def test_a_refusal_is_not_told_before_it_is_looked_up(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, _), recorder_holding(databases) as (two, _):
        await open_place(one)
        home = new_ref("community", "c2")
        wish = command(places.register_compound, id="k2", community=home, name="永安小区")
        with pytest.raises(ThingUnknown):
            await one.record(LEDGER, [wish])
        await two.record(LEDGER, [command(places.register_community, id="c2", town=TOWN, name="西街社区")])
        assert (await one.record(LEDGER, [wish]))[0].position == 8


async def test_what_another_process_did_is_seen_before_anything_is_decided_on_it(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, _), recorder_holding(databases) as (two, _):
        await open_place(one)
        given = command(grants.give, id="grant", person=new_ref("person", "liu"), role=Role.TOWN, since=TODAY)
        await one.record(LEDGER, [command(people.register, id="liu", full_name=Personal("刘芳")), given])
        await two.record(LEDGER, [command(grants.end, grant=new_ref("grant", "grant"))])
        with pytest.raises(GrantOver):
            await one.record(LEDGER, [command(grants.end, grant=new_ref("grant", "grant"))])
        register = command(people.register, full_name=Personal("王强"), actor=Actor(new_ref("person", "liu")))
        with pytest.raises(NotPermitted):
            await one.record(LEDGER, [register])


async def test_a_known_command_gets_its_first_receipts_though_nothing_is_read(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, _), recorder_holding(databases) as (two, _):
        await open_place(one)
        first = await one.record(LEDGER, [revision(1)])
        await two.record(LEDGER, [revision(2)])
        assert await two.record(LEDGER, [revision(1)]) == first
        assert await one.record(LEDGER, [revision(2), revision(1)]) == [
            *(await two.record(LEDGER, [revision(2)])),
            *first,
        ]
        for recorder in (one, two):
            with pytest.raises(CommandIdReused):
                await recorder.record(LEDGER, [replace(revision(3), id="file-1")])
        assert await one.store.head(LEDGER) == 8


async def test_a_ledger_dropped_and_opened_anew_is_not_answered_from_what_was(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, _), recorder_holding(databases) as (two, _):
        await open_place(one)
        await one.record(LEDGER, [revision(1)])
        await drop_demo(databases, LEDGER)
        with pytest.raises(LedgerUnknown):
            await one.record(LEDGER, [revision(2)])
        await open_ledger(two, LEDGER, "襄垣县", "admin", demo=True)
        for n in range(20):  # more than before, so that every position that is held is one of the new log too
            await two.record(LEDGER, [command(places.register_town, name=f"镇{n}")])
        with pytest.raises(ThingUnknown):
            await one.record(LEDGER, [revision(2)])
        await open_place(two)
        assert (await one.record(LEDGER, [revision(2)]))[0].position == 27
    await check_log(databases)


async def test_what_was_decided_on_another_log_is_not_appended(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, store):
        await open_place(one)
        loaded = await store.load(LEDGER, ())
        assert loaded is not None
        note = DCBEvent("NoteTaken", b"{}", [TOWN])
        for boundary in (Boundary((), bytes(32)), Boundary([Watched(Item((TOWN,), ()), 7)], loaded.log)):
            with pytest.raises(BeyondHead):
                await store.append(LEDGER, [note], boundary)
        assert (await store.append(LEDGER, [note], Boundary((), loaded.log))).first == 7


async def test_no_more_is_held_than_there_is_room_for_and_the_rest_is_read_again(databases: Databases) -> None:
    async with recorder_holding(databases, held=8) as (recorder, store):
        await open_place(recorder)
        towns = [new_ref("town", f"town-{n}") for n in range(20)]
        for n in range(20):
            await recorder.record(LEDGER, [command(places.register_town, id=f"town-{n}", name=f"镇{n}")])
            assert len(recorder._folds) <= 8  # noqa: SLF001 - the bound itself
        before = store.loads
        for town in (towns[-1], towns[0], towns[-1]):
            await recorder.record(LEDGER, [command(places.register_community, town=town, name="社区")])
        assert store.loads == before + 3
        assert len(recorder._folds) <= 8  # noqa: SLF001 - the bound itself


@pytest.mark.parametrize("seed", range(6))
async def test_with_what_is_held_and_without_commands_come_to_the_same(databases: Databases, seed: int) -> None:
    """Two recorders take turns on one ledger, one that holds nothing does the same on another."""
    chance, hands = random.Random(seed), Hands()
    async with (
        recorder_holding(databases, clock=hands) as (one, _),
        recorder_holding(databases, held=chance.choice([4, MOST]), clock=hands) as (two, _),
        recorder_holding(databases, held=0, clock=hands) as (plain, _),
    ):
        await open_place(one)
        await open_place(plain, OTHER)
        for _ in range(60):
            hands.turn(minutes=chance.choice([1, 1, 1, -30]))
            batch = [wish(chance, hands) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
            found = await outcome(chance.choice([one, two]), LEDGER, batch)
            assert found == await outcome(plain, OTHER, batch)
    await check_log(databases)
    assert len(plain._folds) == 0  # noqa: SLF001 - so it was without


async def test_what_is_held_survives_any_number_at_once(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, _), recorder_holding(databases) as (two, _):
        await open_place(one)
        answers = await asyncio.gather(*((one, two)[n % 2].record(LEDGER, [revision(n)]) for n in range(60)))
        assert sorted(each.position for (each,) in answers) == list(range(7, 67))
        again = await asyncio.gather(*((two, one)[n % 2].record(LEDGER, [revision(n)]) for n in range(60)))
        assert again == answers
    await check_log(databases)


def wish(chance: random.Random, hands: Hands) -> Command:
    """One of few things that few people want of few things, so that much of it meets."""
    n, m = chance.randint(0, 60), chance.randint(0, 3)
    person: Ref[Any] = new_ref("person", f"person-{m}")
    actor = chance.choice([Actor(), Actor(), Actor(), Actor(person)])
    wishes: list[tuple[Decision, dict[str, Any]]] = [
        (people.register, {"full_name": Personal(f"人{m}")}),
        (grants.give, {"person": person, "role": Role.ADMINISTRATOR, "since": TODAY, "until": None}),
        (grants.give, {"person": person, "role": Role.COMMUNITY, "scope": COMMUNITY, "since": TODAY}),
        (grants.end, {"grant": new_ref("grant", f"c-{chance.randint(0, 60)}")}),
        (places.register_compound, {"community": COMMUNITY, "name": f"小区{m}"}),
        (compounds.revise_file, {"compound": COMPOUND, "file": CompoundFile.BASIC, "reason": "更新", "text": f"{m}"}),
        (
            coverages.divide_compound,
            {"compound": chance.choice([COMPOUND, new_ref("compound", f"c-{n}")]), "since": TODAY},
        ),
    ]
    made, inputs = chance.choice(wishes)
    id_ = f"person-{m}" if made is people.register else f"c-{n}"
    expected = chance.choice([None, None, None, None, chance.randint(3, 60)])
    return Command(id_, made, inputs, actor, hands.at, expected=expected)


async def outcome(recorder: Recorder, ledger: str, batch: Sequence[Command]) -> Any:
    """What is told; of refusals also the numbers and who is to blame."""
    try:
        told: list[Receipts] = await recorder.record(ledger, batch)
    except Refusal as refusal:
        return type(refusal), refusal.details, refusal.__notes__
    return told, await recorder.store.head(ledger)


async def test_a_position_is_expected_of_how_things_are_now(databases: Databases) -> None:
    async with recorder_holding(databases) as (one, _), recorder_holding(databases) as (two, _):
        await open_place(one)
        await one.record(LEDGER, [revision(1)])
        await two.record(LEDGER, [revision(2)])
        with pytest.raises(PositionConflict) as conflict:
            await one.record(LEDGER, [replace(revision(3), expected=7)])
        assert (conflict.value.expected, conflict.value.actual) == (7, 8)
