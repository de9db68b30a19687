"""What follows from an event happens once, in order, from where it came into force on, whoever dies meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain import places
from domain.bodies import CHINA
from domain.places import CommunityRegistered, CompoundRegistered, TownRegistered
from domain.reactions import Act, Reaction, act, act_at, act_on
from infra.consequences import Halted
from infra.database import Databases, session
from infra.entries import parse
from infra.ledgers import drop_demo, open_ledger
from infra.reacting import PASSING, ReactionsUnknown, Reactor
from infra.recorder import Recorder
from projections.tables import ensure_tables
from tests.cutting import folder, wired_pool
from tests.histories import INSERT, entry
from tests.recording import LEDGER, Hands, check_log, command, recorder_of

pytestmark = pytest.mark.bare

__all__ = ["folder"]
OTHER = "140430"


def found_community(event: TownRegistered) -> Iterator[Act]:
    """A town has a community of its own name.
    乡镇设同名社区。"""
    yield act(places.register_community, town=event.town, name=event.name)


def found_compound(event: CommunityRegistered) -> Iterator[Act]:
    """A community has a compound, and a building, which an undivided compound cannot have.
    社区设小区。"""
    yield act(places.register_compound, community=event.community, name=event.name, divided=False)


def number_building(event: CompoundRegistered) -> Iterator[Act]:
    """Two buildings of each compound, in one go.
    小区设两栋楼。"""
    for number in (1, 2):
        yield act(places.register_building, compound=event.compound, name=f"{number}")


def stumble(event: TownRegistered) -> Iterator[Act]:
    """Cannot take a town of that name.
    遇到该乡镇即出错。"""
    if event.name == "毒":
        raise ZeroDivisionError(event.name)
    yield from ()


def all_of(*functions: Any) -> dict[str, Reaction]:
    return {function.__name__: Reaction(function) for function in functions}


CHAIN = all_of(found_community, found_compound, number_building)


@dataclass(frozen=True)
class Clerk:
    """Records, and has a reactor react."""

    databases: Databases
    pool: asyncpg.Pool
    recorder: Recorder
    hands: Hands
    ledger: str = LEDGER

    async def town(self, *names: str) -> None:
        for name in names:
            await self.recorder.record(self.ledger, [command(places.register_town, id=name, name=name)])

    def reactor(self, reactions: Mapping[str, Reaction] = CHAIN, **patience: float) -> Reactor:
        return Reactor(self.pool, self.recorder, self.ledger, reactions, **patience)

    async def withdraw(self, reaction: str) -> None:
        """As an operator does it who wants it no more."""
        owner = await self.databases.connect("gongzhi_owner")
        await owner.execute("delete from deadline where reaction = $1", reaction)
        await owner.execute("delete from reaction where name = $1", reaction)
        await owner.close()

    async def told(self) -> list[tuple[str, str | None]]:
        """The events after the opening: what they are, and what they are called."""
        recorded = await self.recorder.store.recorded(self.ledger)
        return [(each.type, each.body.get("name")) for each in recorded[3:]]

    async def types(self) -> list[str]:
        return [type_ for type_, _ in await self.told()]


@asynccontextmanager
async def clerk_of(databases: Databases, *, demo: bool = False) -> AsyncIterator[Clerk]:
    hands = Hands()
    async with recorder_of(databases, hands, ledger=None) as recorder:
        for ledger in (LEDGER, OTHER):
            await open_ledger(recorder, ledger, "襄垣县", "admin", demo=demo)
        yield Clerk(databases, await databases.pool("gongzhi_writer"), recorder, hands)


@pytest.fixture
async def clerk(databases: Databases) -> AsyncIterator[Clerk]:
    async with clerk_of(databases) as made:
        yield made


async def test_what_follows_is_recorded_by_the_system_with_what_caused_it(clerk: Clerk) -> None:
    await clerk.town("古韩镇")
    await clerk.reactor().catch_up()
    rows = await clerk.pool.fetch(
        "select entry from event where ledger = $1 and position > 3 order by position", LEDGER
    )
    told = [parse(row["entry"]) for row in rows]
    assert [each.type for each in told] == ["TownRegistered", "CommunityRegistered", "CompoundRegistered"]
    town, community, compound = told
    assert (town.causation_id, town.correlation_id) == (None, None)
    assert (community.causation_id, community.correlation_id) == ("140423:4", "140423:4")
    assert (compound.causation_id, compound.correlation_id) == ("140423:5", "140423:4")
    assert (compound.actor.person, compound.actor.role, compound.actor.grant) == (None, None, None)
    await check_log(clerk.databases)


async def test_however_often_it_is_repeated_it_happens_once(clerk: Clerk) -> None:
    await clerk.town("甲", "乙")
    await clerk.reactor().catch_up()
    before = await clerk.told()
    for position in (3, 0, 4, 5):
        await clerk.pool.execute("update reactor set position = $1 where ledger = $2", position, LEDGER)
        await clerk.reactor().catch_up()
        assert await clerk.told() == before
    assert len(before) == 6


async def test_a_refusal_is_final_remembered_and_holds_nothing_up(clerk: Clerk) -> None:
    """Of an undivided compound no building is registered (BR-60)."""
    await clerk.town("甲", "乙")
    await clerk.reactor().catch_up()
    assert sorted(await clerk.types()) == sorted(["TownRegistered", "CommunityRegistered", "CompoundRegistered"] * 2)
    refused = await clerk.pool.fetch("select position, reaction, number, code from reaction_refused order by 1, 3")
    assert [tuple(row)[1:] for row in refused] == [("number_building", n, "COMPOUND_UNDIVIDED") for n in (0, 1)] * 2
    row = await clerk.pool.fetchrow("select position, failure from reactor where ledger = $1", LEDGER)
    assert row is not None
    assert tuple(row) == (await clerk.recorder.store.head(LEDGER), None)


async def test_of_two_at_work_one_reacts_and_all_happens_once(clerk: Clerk) -> None:
    names = [f"镇{n}" for n in range(12)]
    await clerk.town(*names)

    async def insist() -> None:
        for _ in range(30):
            await clerk.reactor().catch_up()

    await asyncio.gather(*(insist() for _ in range(4)))
    await clerk.reactor().catch_up()
    told = await clerk.told()
    assert {name for kind, name in told if kind == "CompoundRegistered"} == set(names)
    assert len(told) == 3 * len(names)


@asynccontextmanager
async def falling_silent(clerk: Clerk, folder: Path) -> AsyncIterator[tuple[Clerk, Mapping[str, Reaction]]]:
    """Whose wire goes silent while the row is held, and what makes it so."""
    async with wired_pool(clerk.databases, folder) as (wire, pool):

        def fall_silent(event: TownRegistered) -> Iterator[Act]:
            wire.is_silent = True
            yield from found_community(event)

        yield replace(clerk, pool=pool), {"found": Reaction(fall_silent)}
        wire.snap()


async def test_a_server_that_falls_silent_is_given_up(clerk: Clerk, folder: Path) -> None:
    await clerk.town("甲")
    async with falling_silent(clerk, folder) as (silent, found), asyncio.timeout(20):
        with pytest.raises(PASSING):
            await silent.reactor(found, patience=1).catch_up()
    await clerk.reactor({"found": Reaction(found_community)}).catch_up()
    assert await clerk.types() == ["TownRegistered", "CommunityRegistered"]


async def test_whoever_vanishes_holds_the_row_for_half_of_its_patience(clerk: Clerk, folder: Path) -> None:
    await clerk.town("甲")
    async with falling_silent(clerk, folder) as (vanished, found):
        task = asyncio.create_task(vanished.reactor(found, patience=8).catch_up())
        async with asyncio.timeout(7):
            while "CommunityRegistered" not in await clerk.types():
                pass
            while await clerk.pool.fetchval("select position from reactor where ledger = $1", LEDGER) < 5:
                await clerk.reactor({"found": Reaction(found_community)}).catch_up()
        with pytest.raises(PASSING):
            await task


async def test_a_new_reaction_leaves_history_alone(clerk: Clerk) -> None:
    await clerk.town("旧")
    await clerk.reactor({}).catch_up()
    await clerk.town("新")
    await clerk.reactor(all_of(found_community)).catch_up()
    assert [name for kind, name in await clerk.told() if kind == "CommunityRegistered"] == ["新"]
    in_force = await clerk.pool.fetch("select name, after, since from reaction where ledger = $1", LEDGER)
    assert [tuple(row) for row in in_force] == [("found_community", 4, date(2025, 3, 1))]


async def test_what_a_newer_release_has_in_force_is_left_to_it_until_it_is_withdrawn(clerk: Clerk) -> None:
    """The former release, still at work, moves past nothing, and what it has itself waits with the rest."""
    former, newer = all_of(found_compound), all_of(found_compound, found_community, found_on_day)
    await clerk.reactor(newer).catch_up()
    await clerk.town("甲")
    with pytest.raises(ReactionsUnknown) as left:
        await clerk.reactor(former).catch_up()
    assert left.value.names == ["found_community", "found_on_day"]
    assert await clerk.types() == ["TownRegistered"]
    await clerk.reactor(newer).catch_up()
    assert await clerk.types() == ["TownRegistered", "CommunityRegistered", "CompoundRegistered"]
    clerk.hands.turn(days=1)
    with pytest.raises(ReactionsUnknown):
        await clerk.reactor(former).catch_up()
    await clerk.withdraw("found_community")
    await clerk.withdraw("found_on_day")
    await clerk.town("乙")
    await clerk.reactor(former).catch_up()
    assert (await clerk.types())[3:] == ["TownRegistered"]


async def test_what_was_recorded_before_the_first_reactor_is_reacted_to_in_a_new_ledger(clerk: Clerk) -> None:
    await clerk.town("甲")
    await clerk.reactor(all_of(found_community)).catch_up()
    assert await clerk.types() == ["TownRegistered", "CommunityRegistered"]


async def test_a_demonstration_is_not_reacted_to_until_it_is_loaded(databases: Databases) -> None:
    async with clerk_of(databases, demo=True) as clerk:
        await clerk.town("甲")
        await clerk.reactor().catch_up()
        assert await clerk.types() == ["TownRegistered"]
        assert await clerk.pool.fetch("select * from reactor") == []


async def test_a_reaction_that_raises_stops_its_ledger_right_there_and_no_other(clerk: Clerk) -> None:
    poison = CHAIN | all_of(stumble)
    await clerk.town("甲", "毒", "乙")
    for _ in range(2):
        with pytest.raises(Halted):
            await clerk.reactor(poison).catch_up()
    row = await clerk.pool.fetchrow("select position, failure, failed_at from reactor where ledger = $1", LEDGER)
    assert row is not None
    assert (row["position"], row["failed_at"] is not None) == (4, True)
    assert json.loads(row["failure"]) == {
        "position": 5,
        "type": "TownRegistered",
        "reaction": "stumble",
        "error": "ZeroDivisionError: 毒",
    }
    other = Clerk(clerk.databases, clerk.pool, clerk.recorder, clerk.hands, OTHER)
    await other.town("丙")
    await other.reactor(poison).catch_up()
    assert "CompoundRegistered" in await other.types()
    await clerk.withdraw("stumble")
    await clerk.reactor().catch_up()
    assert await clerk.pool.fetchval(
        "select failure is null and failed_at is null from reactor where ledger = $1", LEDGER
    )
    assert len([kind for kind in await clerk.types() if kind == "CompoundRegistered"]) == 3


def stumble_later(event: TownRegistered) -> Iterator[Act]:
    """Asks, on the next day, for what cannot be done.
    次日办理无法办理之事。"""
    yield act_on(date(2025, 3, 2), places.register_community, town=event.town, label=event.name)


def found_on_day(event: TownRegistered) -> Iterator[Act]:
    """The same, as it can be done.
    次日设同名社区。"""
    yield act_on(date(2025, 3, 2), places.register_community, town=event.town, name=event.name)


def found_second(event: TownRegistered) -> Iterator[Act]:
    """On that day, a community of another name.
    次日另设社区。"""
    yield act_on(date(2025, 3, 2), places.register_community, town=event.town, name=f"{event.name}二")


async def test_a_day_that_cannot_be_met_holds_no_event_up_and_is_met_once_it_can(clerk: Clerk) -> None:
    await clerk.town("甲")
    later = all_of(found_community, stumble_later)
    await clerk.reactor(later).catch_up()
    clerk.hands.turn(days=1)
    await clerk.town("乙", "丙")
    with pytest.raises(Halted) as halted:
        await clerk.reactor(later).catch_up()
    assert (halted.value.position, halted.value.reaction) == (4, "stumble_later")
    assert (await clerk.types()).count("CommunityRegistered") == 3
    assert await clerk.pool.fetchval("select failure is not null from reactor where ledger = $1", LEDGER)
    mended = all_of(found_community) | {"stumble_later": Reaction(found_second)}
    await clerk.reactor(mended).catch_up()
    assert ("CommunityRegistered", "甲二") in await clerk.told()
    assert await clerk.pool.fetchval("select (failure, failed_at) is null from reactor where ledger = $1", LEDGER)
    assert await clerk.pool.fetchval("select count(*) from deadline") == 0


async def test_an_event_that_cannot_be_taken_holds_no_day_up(clerk: Clerk) -> None:
    both = all_of(found_on_day, stumble)
    await clerk.town("甲", "毒")
    with pytest.raises(Halted):
        await clerk.reactor(both).catch_up()
    clerk.hands.turn(days=1)
    with pytest.raises(Halted) as halted:
        await clerk.reactor(both).catch_up()
    assert (halted.value.position, halted.value.reaction) == (5, "stumble")
    assert ("CommunityRegistered", "甲") in await clerk.told()


async def test_what_failed_is_not_mended_by_who_only_found_somebody_at_work(clerk: Clerk) -> None:
    """Whose last look comes just after the other let go."""
    await clerk.town("毒")
    with pytest.raises(Halted):
        await clerk.reactor(all_of(stumble)).catch_up()
    other, looks = await clerk.databases.connect("gongzhi_writer"), count(1)
    await other.execute("begin; select * from reactor for update")

    async def look(_: object) -> None:
        if next(looks) == 3:
            await other.execute("rollback")

    login = session("gongzhi_writer")
    async with asyncpg.create_pool(clerk.databases.main.dsn, min_size=1, server_settings=login, setup=look) as pool:
        await replace(clerk, pool=pool).reactor(all_of(stumble)).catch_up()
    await other.close()
    assert await clerk.pool.fetchval("select failure is not null from reactor where ledger = $1", LEDGER)


async def test_what_waits_is_met_by_what_the_reaction_now_says(clerk: Clerk) -> None:
    """Of a wish that was mended, only what it now is happens; of one that was dropped, nothing does."""
    await clerk.town("甲")
    await clerk.reactor(all_of(stumble_later, found_on_day)).catch_up()
    clerk.hands.turn(days=1)
    now = {"stumble_later": Reaction(found_second), "found_on_day": Reaction(stumble)}
    await clerk.reactor(now).catch_up()
    assert await clerk.told() == [("TownRegistered", "甲"), ("CommunityRegistered", "甲二")]
    assert await clerk.pool.fetchval("select count(*) from deadline") == 0


def found_late(event: TownRegistered) -> Iterator[Act]:
    """The same, a week later.
    一周后设同名社区。"""
    yield act_on(date(2025, 3, 9), places.register_community, town=event.town, name=event.name)


@pytest.mark.parametrize(("before", "after"), [(found_on_day, found_late), (found_late, found_on_day)])
async def test_a_day_that_a_reaction_now_names_otherwise_is_met(clerk: Clerk, before: Any, after: Any) -> None:
    """A later one when it has come; an earlier one when the former has, since only then is it looked at."""
    await clerk.town("甲")
    await clerk.reactor({"found": Reaction(before)}).catch_up()
    clerk.hands.turn(days=1)
    for _ in range(2):
        await clerk.reactor({"found": Reaction(after)}).catch_up()
        assert await clerk.types() == ["TownRegistered"]
    clerk.hands.turn(days=7)
    await clerk.reactor({"found": Reaction(after)}).catch_up()
    assert await clerk.types() == ["TownRegistered", "CommunityRegistered"]
    assert await clerk.pool.fetchval("select count(*) from deadline") == 0


@pytest.mark.parametrize("first", [{}, None], ids=["enacted on the day", "recorded on the day"])
async def test_what_is_due_today_is_done_today(clerk: Clerk, first: Mapping[str, Reaction] | None) -> None:
    if first is not None:
        await clerk.town("甲")
        await clerk.reactor(first).catch_up()
    clerk.hands.turn(days=1)
    if first is None:
        await clerk.town("甲")
    await clerk.reactor(all_of(found_on_day)).catch_up()
    assert await clerk.types() == ["TownRegistered", "CommunityRegistered"]


def found_at_two(event: TownRegistered) -> Iterator[Act]:
    """At two o'clock the same day, a community of the town's name.
    当日十四时设同名社区。"""
    yield act_at(datetime(2025, 3, 1, 14, tzinfo=CHINA), places.register_community, town=event.town, name=event.name)


async def test_what_is_due_at_a_moment_is_done_then_and_not_before_br_85(clerk: Clerk) -> None:
    await clerk.town("甲")
    clerk.hands.turn(hours=1, minutes=59)
    await clerk.reactor(all_of(found_at_two)).catch_up()
    assert await clerk.types() == ["TownRegistered"]
    clerk.hands.turn(minutes=1)
    await clerk.reactor(all_of(found_at_two)).catch_up()
    assert await clerk.types() == ["TownRegistered", "CommunityRegistered"]
    [done] = [each for each in await clerk.recorder.store.recorded(LEDGER) if each.type == "CommunityRegistered"]
    assert done.occurred_at == datetime(2025, 3, 1, 14, tzinfo=CHINA)


async def test_an_event_of_a_newer_release_stops_the_ledger(clerk: Clerk) -> None:
    """Passed over, what a newer release would do about it would never be done."""
    await clerk.town("甲")
    at, told = datetime(2025, 3, 1, 12, tzinfo=CHINA), entry(LEDGER, 5, "TownTwinned", {"town": "town:a"})
    await clerk.pool.execute(INSERT, LEDGER, 5, "TownTwinned", [], at, at, told, b"")
    with pytest.raises(Halted) as halted:
        await clerk.reactor(all_of(stumble)).catch_up()
    assert (halted.value.position, halted.value.event, halted.value.reaction) == (5, "TownTwinned", "–")
    assert await clerk.pool.fetchval("select position from reactor where ledger = $1", LEDGER) == 4


async def test_a_command_id_cannot_be_used_up_beforehand(clerk: Clerk) -> None:
    await clerk.town("甲")
    await clerk.reactor(all_of(found_community)).catch_up()
    ids = await clerk.pool.fetch("select id from command where ledger = $1 and id like 'reaction-%'", LEDGER)
    other = Clerk(clerk.databases, clerk.pool, clerk.recorder, clerk.hands, OTHER)
    await other.town("甲")
    await other.reactor(all_of(found_community)).catch_up()
    others = await clerk.pool.fetch("select id from command where ledger = $1 and id like 'reaction-%'", OTHER)
    assert len(ids) == len(others) == 1
    assert ids != others


async def test_a_dropped_demonstration_takes_its_reactions_along(databases: Databases) -> None:
    async with clerk_of(databases, demo=True) as clerk:
        await clerk.pool.execute("insert into reactor (ledger, position) values ($1, 3)", LEDGER)
        await clerk.town("甲")
        await clerk.reactor().catch_up()
        owner = await databases.connect("gongzhi_owner")
        await ensure_tables(owner)
        await drop_demo(databases, LEDGER)
        for table in ("reactor", "reaction", "deadline", "reaction_refused"):
            assert await owner.fetchval(f"select count(*) from {table} where ledger = $1", LEDGER) == 0
        await owner.close()
