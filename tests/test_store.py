"""The contract of event stores, kept by ours on PostgreSQL and by the library's in memory alike."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing

import asyncpg
import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, ProgrammingError

from domain.events import Ref
from domain.recording import LedgerUnknown
from infra.database import Databases
from infra.entries import EntryUnfit
from infra.ledgers import drop_demo
from infra.matching import Item, Watched
from infra.store import BeyondHead, Boundary, ConditionFailed, EventStore, Issued
from infra.tailing import Waking
from tests.memory import Facade, MemoryStore, Store
from tests.recording import LEDGER, event_store

pytestmark = pytest.mark.bare

TYPES = ["CaseReported", "CaseClosed", "CaseReturned"]
KILL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gongzhi_writer'"
TAGS = [f"case:{n}" for n in range(3)] + [f"firm:{n}" for n in range(3)]


@pytest.fixture
async def ours(databases: Databases) -> AsyncIterator[EventStore]:
    async with event_store(databases) as opened:
        yield opened


@pytest.fixture(params=["postgresql", "memory"])
def store(request: pytest.FixtureRequest) -> Store:
    return MemoryStore(LEDGER) if request.param == "memory" else request.getfixturevalue("ours")


def event(type_: str, *tags: str) -> DCBEvent:
    return DCBEvent(type_, b'{"n":1}', list(tags))


def query(*items: tuple[list[str], list[str]]) -> DCBQuery:
    return DCBQuery([DCBQueryItem(types, tags) for types, tags in items])


def chosen(chance: random.Random, of: list[str], most: int) -> list[str]:
    return chance.sample(of, chance.randint(0, most))


async def test_positions_count_from_one_without_a_gap(store: Store) -> None:
    assert await store.head(LEDGER) == 0
    first = await store.append(LEDGER, [event("CaseReported", "case:1")])
    second = await store.append(LEDGER, [event("CaseClosed", "case:1"), event("CaseReported", "case:2")])
    assert (first.first, first.last, second.first, second.last) == (1, 1, 2, 3)
    assert await store.head(LEDGER) == 3


async def test_an_empty_append_is_a_programming_error(store: Store) -> None:
    with pytest.raises(ProgrammingError):
        await store.append(LEDGER, [])


async def test_a_failed_condition_records_nothing(store: Store) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1")])
    with pytest.raises(IntegrityError):
        await store.append(LEDGER, [event("CaseReported", "case:1")] * 3, DCBAppendCondition(query(([], ["case:1"]))))
    assert await store.head(LEDGER) == 1


async def test_of_many_at_once_on_one_condition_exactly_one_is_recorded(store: Store) -> None:
    condition = DCBAppendCondition(query((["CaseClosed"], ["case:1"])), after=0)
    answers = await asyncio.gather(
        *(store.append(LEDGER, [event("CaseClosed", "case:1", f"firm:{n}")], condition) for n in range(20)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 19
    assert await store.head(LEDGER) == 1


@pytest.mark.parametrize("seed", range(8))
async def test_random_appends_and_queries_agree_with_the_library(store: Store, seed: int) -> None:
    chance, model = random.Random(seed), InMemoryDCBRecorder()
    for _ in range(60):
        asked = query(*((chosen(chance, TYPES, 2), chosen(chance, TAGS, 3)) for _ in range(chance.randint(0, 3))))
        after = chance.choice([None, chance.randint(0, model.read().head or 0)])
        events = [event(chance.choice(TYPES), *sorted(chosen(chance, TAGS, 4))) for _ in range(chance.randint(1, 3))]
        condition = DCBAppendCondition(asked, after)
        try:
            expected: int | None = model.append(events, condition)
        except IntegrityError:
            expected = None
        try:
            assert (await store.append(LEDGER, events, condition)).last == expected
        except IntegrityError:
            assert expected is None
        limit = chance.choice([None, 0, 1, 5])
        response = model.read(asked, after=after, limit=limit)
        assert await store.read(LEDGER, asked, after=after, limit=limit) == (list(response), response.head)
    assert await store.read(LEDGER) == (list(model.read()), model.read().head)


async def test_what_was_never_recorded_is_not_found_whatever_its_text(store: Store) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1")])
    strange = query(([], ["case:\0"]), ([], ["case:\ud800"]), (["\0"], []), (["x' or '1'='1"], ["case:1"]))
    assert (await store.read(LEDGER, strange)).events == []
    await store.append(LEDGER, [event("CaseReported")], DCBAppendCondition(strange))


async def test_a_ledger_that_there_is_not_has_no_head_and_no_events(store: Store) -> None:
    for code in ("140430", "14\0", "\ud800"):
        assert await store.head(code) is None
        assert await store.read(code) == ([], None)


@pytest.mark.parametrize("case", ["_test_append_read", "_test_append_subscribe"])
async def test_the_library_s_own_recorder_tests_pass(store: Store, case: str) -> None:
    facade = Facade(store, LEDGER, asyncio.get_running_loop())
    await asyncio.to_thread(getattr(DCBRecorderTestCase(), case), facade)


async def test_a_query_without_items_and_an_item_without_tags_and_types_match_everything(store: Store) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1"), event("CaseClosed")])
    for everything in (None, DCBQuery(), query(([], [])), query((["CaseReported"], []), ([], []))):
        assert [each.position for each in (await store.read(LEDGER, everything)).events] == [1, 2]
    for everything in (DCBQuery(), query(([], []))):
        with pytest.raises(IntegrityError):
            await store.append(LEDGER, [event("CaseReported")], DCBAppendCondition(everything, after=1))
        await store.append(
            LEDGER, [event("CaseReported")], DCBAppendCondition(everything, after=await store.head(LEDGER))
        )


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([(["CaseReported"], [])], [1, 3, 4]),
        ([(["CaseReported", "CaseReturned"], [])], [1, 3, 4, 5]),
        ([([], ["case:1"])], [1, 2, 4]),
        ([([], ["case:1", "firm:1"])], [2, 4]),
        ([(["CaseReported"], ["case:1", "firm:1"])], [4]),
        ([(["CaseReported", "CaseClosed"], ["firm:1", "case:1"])], [2, 4]),
        ([([], ["case:1", "case:2"])], []),
        ([(["CaseClosed"], ["case:1"]), (["CaseReturned"], [])], [2, 5]),
        ([(["CaseUnheard"], [])], []),
    ],
)
async def test_an_event_matches_that_carries_all_the_tags_and_is_of_one_of_the_types(
    store: Store, items: list[tuple[list[str], list[str]]], found: list[int]
) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1"), event("CaseClosed", "case:1", "firm:1")])
    await store.append(LEDGER, [event("CaseReported", "case:2"), event("CaseReported", "case:1", "firm:1", "firm:2")])
    await store.append(LEDGER, [event("CaseReturned")])
    asked = query(*items)
    for after in range(6):
        later = [position for position in found if position > after]
        assert [each.position for each in (await store.read(LEDGER, asked, after=after)).events] == later
        assert [each.position for each in (await store.read(LEDGER, asked, after=after, limit=1)).events] == later[:1]
    last = found[-1] if found else 0
    for after in range(last):
        with pytest.raises(IntegrityError):
            await store.append(LEDGER, [event("CaseClosed")], DCBAppendCondition(asked, after))
    assert (await store.append(LEDGER, [event("NoteTaken")], DCBAppendCondition(asked, last))).first == 6


async def test_who_decided_on_a_position_that_is_not_there_yet_records_nothing(store: Store) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1")])
    for asked in (DCBQuery(), query((["CaseClosed"], ["case:9"]))):
        with pytest.raises(BeyondHead):
            await store.append(LEDGER, [event("CaseClosed")], DCBAppendCondition(asked, after=2))
    assert await store.head(LEDGER) == 1


async def test_who_reads_after_the_head_is_told_where_it_is(store: Store) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1")])
    assert await store.read(LEDGER, after=7) == ([], 1)


async def test_who_follows_gets_each_event_once_and_in_order(store: Store) -> None:
    asked, told = query((["CaseReported"], []), ([], ["case:1"])), list[int]()
    await store.append(LEDGER, [event("CaseReported"), event("CaseClosed"), event("CaseClosed", "case:1")] * 200)
    async with aclosing(store.subscribe(LEDGER, asked, after=2)) as events:
        async for each in events:
            told.append(each.position)
            if each.position == 600:
                for _ in range(200):
                    await store.append(LEDGER, [event("CaseClosed", "firm:1"), event("CaseReported", "case:1")])
            if each.position == 1000:
                break
    assert told == [n for n in range(3, 601) if n % 3 != 2] + list(range(602, 1001, 2))


async def test_nobody_follows_from_where_a_ledger_has_not_been_yet(store: Store) -> None:
    await store.append(LEDGER, [event("CaseReported", "case:1")])
    with pytest.raises(BeyondHead):
        await anext(store.subscribe(LEDGER, after=2))


async def test_events_of_types_that_nobody_here_knows_are_kept_and_told_like_any(store: Store) -> None:
    await store.append(LEDGER, [event("RatingGivenByTheNextRelease", "case:1")])
    read = await store.read(LEDGER, query(([], ["case:1"])))
    async with aclosing(store.subscribe(LEDGER)) as events:
        assert [await anext(events)] == read.events
    assert read.events[0].event.type == "RatingGivenByTheNextRelease"


# Ours alone


async def test_a_condition_on_a_thing_holds_for_a_writer_that_has_just_begun(databases: Databases) -> None:
    async with event_store(databases) as one, event_store(databases) as other:
        last = (await one.append(LEDGER, [event("CaseReported", "case:1")])).last
        thing = Item((Ref("case:1"),), ())
        with pytest.raises(ConditionFailed):
            await other.append(LEDGER, [event("CaseClosed", "case:1")], Boundary([Watched(thing, last - 1)], None))
        assert (await other.append(LEDGER, [event("CaseClosed")], Boundary([Watched(thing, last)], None))).first > last


async def test_who_follows_does_not_notice_that_connections_are_lost(ours: EventStore, databases: Databases) -> None:
    killer, told = await databases.main.connect(), list[int]()
    await ours.append(LEDGER, [event("CaseReported")])
    async with aclosing(ours.subscribe(LEDGER)) as events:
        async for each in events:
            told.append(each.position)
            if len(told) % 3 == 0:
                await killer.fetch(KILL)
            if len(told) == 15:
                break
            await ours.append(LEDGER, [event("CaseReported")])
    assert told == list(range(1, 16))
    await killer.close()


@pytest.mark.parametrize("ledger", [LEDGER, None], ids=["one ledger", "any"])
async def test_whoever_waits_is_woken_though_listening_failed_as_nobody_foresaw(
    databases: Databases, ours: EventStore, ledger: str | None
) -> None:
    errors = [ValueError("once")]

    async def fail_once(_: object) -> None:
        if errors:
            raise errors.pop()

    async with asyncpg.create_pool(databases.main.dsn, min_size=1, max_size=1, setup=fail_once) as pool:
        waking = Waking(pool)
        with waking.of(ledger) as wake:
            async with asyncio.timeout(10):
                await wake.wait()
                wake.clear()
                await ours.append(LEDGER, [event("CaseReported")])
                await wake.wait()
        await waking.close()


async def test_who_follows_learns_that_the_ledger_is_gone_or_another(ours: EventStore, databases: Databases) -> None:
    await ours.append(LEDGER, [DCBEvent("LedgerOpened", b'{"demo":true}')])
    async with aclosing(ours.subscribe(LEDGER)) as one, aclosing(ours.subscribe(LEDGER)) as two:
        await anext(one)
        await anext(two)
        await drop_demo(databases, LEDGER)
        with pytest.raises(LedgerUnknown):
            await anext(one)
        await ours.establish(LEDGER, demo=True)
        await ours.append(LEDGER, [event("CaseReported"), event("CaseReported")])
        with pytest.raises(BeyondHead):
            await anext(two)


async def test_nothing_is_appended_to_a_ledger_that_there_is_not(ours: EventStore) -> None:
    for code in ("140430", "14\0"):
        with pytest.raises(LedgerUnknown):
            await ours.append(code, [event("CaseReported")])


async def test_what_has_no_canonical_form_is_not_recorded(ours: EventStore) -> None:
    with pytest.raises(EntryUnfit):
        await ours.append(LEDGER, [event("CaseReported"), DCBEvent("CaseReported", b"{ }")])
    assert await ours.head(LEDGER) == 0


async def test_a_command_is_remembered_with_what_it_recorded(ours: EventStore) -> None:
    events = [event("CaseReported", "case:1"), event("CaseClosed", "case:1"), event("CaseReported", "case:2")]
    issued = [Issued("one", b"1", "case:1", 2), Issued("two", b"2", "case:2", 1)]
    appended = await ours.append(LEDGER, events, commands=issued)
    loaded = await ours.load(LEDGER, (), commands=["two", "one", "three"], last_of=["case:1", "case:9"])
    assert loaded is not None
    assert {id_: (known.digest, known.first, known.node, known.types) for id_, known in loaded.commands.items()} == {
        "one": ("31", 1, "case:1", ("CaseReported", "CaseClosed")),
        "two": ("32", 3, "case:2", ("CaseReported",)),
    }
    assert {known.recorded_at for known in loaded.commands.values()} == {appended.recorded_at}
    assert (loaded.head, loaded.last, loaded.events) == (3, {"case:1": 2}, [])


async def test_a_command_recorded_before_fails_alone(ours: EventStore) -> None:
    await ours.append(LEDGER, [event("CaseReported", "case:1")], commands=[Issued("one", b"1", "case:1", 1)])
    answers = await asyncio.gather(
        *(
            ours.append(LEDGER, [event("CaseReported", f"case:{n}")], commands=[Issued(id_, b"1", "case:1", 1)])
            for n, id_ in enumerate(["two", "one", "three", "three"])
        ),
        return_exceptions=True,
    )
    assert [isinstance(answer, ConditionFailed) for answer in answers] == [False, True, False, True]
    assert await ours.head(LEDGER) == 3


async def test_one_event_with_the_same_command_twice_is_a_bug_of_its_own_only(ours: EventStore) -> None:
    twice = [Issued("one", b"1", "case:1", 1), Issued("one", b"1", "case:1", 1)]
    bad, good = await asyncio.gather(
        ours.append(LEDGER, [event("CaseReported"), event("CaseReported")], commands=twice),
        ours.append(LEDGER, [event("CaseReported", "case:2")]),
        return_exceptions=True,
    )
    assert isinstance(bad, Exception)
    assert not isinstance(good, BaseException)
    assert await ours.head(LEDGER) == 1
