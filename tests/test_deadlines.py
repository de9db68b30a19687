"""Passing time enters as commands, each of which is decided once, whatever the clock does (BR-85)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from domain import committees, places
from domain.bodies import CHINA
from domain.decisions import Decision
from domain.events import Ref
from domain.reactions import REACTIONS
from infra.database import Databases
from infra.ledgers import open_ledger
from infra.reacting import Reactor
from infra.recorder import Recorder
from tests.recording import LEDGER, Hands, command, recorder_of

MARCH = datetime(2025, 3, 1, 12, tzinfo=CHINA)
DAY, LATER = date(2025, 3, 1), date(2028, 3, 1)
WATCHED = {name: each for name, each in REACTIONS.items() if name.startswith("lapses.")}


@dataclass(frozen=True)
class Clerk:
    """Records what people do on the day that the clock shows, and has the clock's process look at it."""

    pool: asyncpg.Pool
    recorder: Recorder
    hands: Hands
    compounds: tuple[Ref[Any], ...]

    async def do(self, decision: Decision, **inputs: Any) -> Ref[Any]:
        [receipts] = await self.recorder.record(LEDGER, [command(decision, **inputs)])
        return receipts.node

    async def elect(self, number: int = 0, elected: date = DAY) -> Ref[Any]:
        compound, term = self.compounds[number], {"since": elected, "until": LATER}
        return await self.do(committees.elect, compound=compound, seats=5, elected=elected, **term)

    async def tick(self, at: datetime | None = None) -> list[tuple[str, date, date]]:
        """What was recorded since, with the day on which it happened and the one on which it was recorded."""
        self.hands.at = at or self.hands.at
        before = await self.recorder.store.head(LEDGER) or 0
        await Reactor(self.pool, self.recorder, LEDGER, WATCHED).catch_up()
        new = await self.recorder.store.recorded(LEDGER, after=before)
        return [(e.type, e.occurred_at.astimezone(CHINA).date(), e.recorded_at.astimezone(CHINA).date()) for e in new]


@pytest.fixture
async def clerk(databases: Databases) -> AsyncIterator[Clerk]:
    hands = Hands(MARCH)
    async with recorder_of(databases, hands, ledger=None) as recorder:
        await open_ledger(recorder, LEDGER, "襄垣县", "admin")
        made = Clerk(await databases.pool("gongzhi_writer"), recorder, hands, ())
        town = await made.do(places.register_town, name="古韩镇")
        community = await made.do(places.register_community, town=town, name="永安社区")
        compounds = [await made.do(places.register_compound, community=community, name=f"小区{n}") for n in range(3)]
        yield Clerk(made.pool, recorder, hands, tuple(compounds))


def days(after: int, hour: int = 0) -> datetime:
    return datetime(2025, 3, 1, hour, tzinfo=CHINA) + timedelta(after)


async def test_a_last_day_that_goes_by_is_recorded_on_the_next_and_once_br_23(clerk: Clerk) -> None:
    await clerk.elect()
    assert await clerk.tick() == []
    assert await clerk.tick(days(30, 23)) == []
    missed = [("FilingMissed", days(31).date(), days(31).date())]
    assert await clerk.tick(days(31)) == missed
    assert await clerk.tick(days(31, 5)) == await clerk.tick(days(300)) == []


async def test_what_was_done_in_time_is_not_missed_br_23(clerk: Clerk) -> None:
    await clerk.elect()
    await clerk.tick()
    await clerk.do(committees.file_committee, compound=clerk.compounds[0], filed=days(30).date())
    assert await clerk.tick(days(31)) == []


async def test_after_forty_days_without_a_clock_each_missed_day_is_caught_up_in_order(clerk: Clerk) -> None:
    """Each as of its own day, and recorded when the ledger learned of it."""
    await clerk.elect(0, elected=days(-5).date())
    await clerk.elect(1, elected=days(-9).date())
    await clerk.elect(2)
    clerk.hands.at = days(45, 9)
    late = [("FilingMissed", days(day).date(), days(45).date()) for day in (22, 26, 31)]
    assert await clerk.tick() == late
    assert await clerk.tick() == []


async def test_what_was_missed_does_not_depend_on_when_the_clock_looked_br_23(clerk: Clerk) -> None:
    """Filed late while no clock ran, it was still missed."""
    await clerk.elect()
    clerk.hands.at = days(40)
    await clerk.do(committees.file_committee, compound=clerk.compounds[0], filed=days(35).date())
    assert await clerk.tick(days(45)) == [("FilingMissed", days(31).date(), days(45).date())]


async def test_a_filing_in_time_that_is_entered_late_voids_what_was_missed_br_23_br_84(
    clerk: Clerk,
) -> None:
    """At once, as a consequence of the entry; a late one leaves it as it is."""
    await clerk.elect(0)
    await clerk.elect(1)
    assert [kind for kind, *_ in await clerk.tick(days(31))] == ["FilingMissed", "FilingMissed"]
    clerk.hands.at = days(33)
    await clerk.do(committees.file_committee, compound=clerk.compounds[0], filed=days(20).date())
    await clerk.do(committees.file_committee, compound=clerk.compounds[1], filed=days(32).date())
    assert await clerk.tick() == [("LapseVoided", days(33).date(), days(33).date())]
    assert await clerk.tick(days(300)) == []


async def test_a_clock_that_jumps_ahead_and_back_does_nothing_twice(clerk: Clerk) -> None:
    await clerk.elect(0)
    ahead = await clerk.tick(days(400))
    assert [kind for kind, *_ in ahead] == ["FilingMissed"]
    for at in (days(1), days(31), days(32), days(-700), days(400), days(401)):
        assert await clerk.tick(at) == []


async def test_a_clock_that_jumped_back_still_finds_what_falls_due(clerk: Clerk) -> None:
    """The time of recording does not go back with it."""
    await clerk.elect(0)
    assert await clerk.tick(days(20)) == []
    assert await clerk.tick(days(2)) == []
    await clerk.do(places.register_town, name="侯堡镇")
    assert await clerk.tick(days(31)) == [("FilingMissed", days(31).date(), days(31).date())]


async def test_what_is_recorded_after_a_clock_jumped_ahead_and_back_is_watched_too(clerk: Clerk) -> None:
    """The time of recording stays ahead, and yet the last day is still to come."""
    assert await clerk.tick(days(400)) == []
    await clerk.do(places.register_town, name="侯堡镇")
    clerk.hands.at = days(2)
    await clerk.elect(0)
    assert await clerk.tick() == []
    assert await clerk.tick(days(31)) == [("FilingMissed", days(31).date(), days(400).date())]


async def test_several_clocks_find_each_day_once(clerk: Clerk) -> None:
    for number in range(3):
        await clerk.elect(number)
    await clerk.tick()
    clerk.hands.at = days(31)
    before = await clerk.recorder.store.head(LEDGER) or 0
    clocks = [Reactor(clerk.pool, clerk.recorder, LEDGER, WATCHED) for _ in range(4)]
    for _ in range(10):
        await asyncio.gather(*(each.catch_up() for each in clocks))
    assert [e.type for e in await clerk.recorder.store.recorded(LEDGER, after=before)] == ["FilingMissed"] * 3


async def test_a_day_that_was_over_when_its_event_was_recorded_is_history(clerk: Clerk) -> None:
    """Who enters an election of last year goes on to enter its filing."""
    await clerk.elect(0, elected=days(-30).date())
    await clerk.elect(1, elected=days(-32).date())
    await clerk.elect(2, elected=days(-400).date())
    assert await clerk.tick(days(1)) == [("FilingMissed", days(1).date(), days(1).date())]
    assert await clerk.tick(days(50)) == []


async def test_a_new_rule_waits_for_days_to_come_and_not_for_days_gone_by(clerk: Clerk) -> None:
    """Of elections before it was in force, those whose last day is still ahead are watched."""
    reactor = Reactor(clerk.pool, clerk.recorder, LEDGER, {})
    await clerk.elect(0)
    clerk.hands.at = days(5)
    await clerk.elect(1, elected=days(5).date())
    await reactor.catch_up()
    clerk.hands.at = days(33)
    assert await clerk.tick() == []
    assert await clerk.tick(days(36)) == [("FilingMissed", days(36).date(), days(36).date())]


async def test_a_management_committee_that_sits_on_after_the_last_day_br_20(clerk: Clerk) -> None:
    term = {"since": DAY, "until": date(2027, 3, 1)}
    compound = clerk.compounds[0]
    await clerk.do(committees.form, compound=compound, seats=7, owner_seats=4, **term)
    await clerk.elect(0)
    await clerk.do(committees.file_committee, compound=compound, filed=days(10).date())
    assert await clerk.tick(days(40)) == []
    assert await clerk.tick(days(41)) == [("HandoverMissed", days(41).date(), days(41).date())]


async def test_a_term_that_runs_out_while_the_body_sits_br_22_br_24(clerk: Clerk) -> None:
    term = {"since": DAY, "until": date(2027, 3, 1)}
    gone = await clerk.do(committees.form, compound=clerk.compounds[1], seats=7, owner_seats=4, **term)
    await clerk.do(committees.form, compound=clerk.compounds[0], seats=7, owner_seats=4, **term)
    await clerk.tick()
    await clerk.do(committees.dissolve, committee=gone, ended=date(2027, 3, 1))
    assert await clerk.tick(datetime(2027, 2, 28, 23, 59, tzinfo=CHINA)) == []
    until = date(2027, 3, 1)
    assert await clerk.tick(datetime(2027, 3, 1, tzinfo=CHINA)) == [("CommitteeTermPassed", until, until)]


async def test_rebuilding_and_replaying_decide_nothing(clerk: Clerk) -> None:
    """All of it is met again: nothing is recorded twice."""
    await clerk.elect(0)
    await clerk.tick()
    assert len(await clerk.tick(days(31))) == 1
    await clerk.pool.execute("update reactor set position = 0 where ledger = $1", LEDGER)
    clerk.hands.at = days(60)
    assert await clerk.tick() == []
