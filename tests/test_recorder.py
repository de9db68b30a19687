"""Commands are recorded once, whole or not at all, with personal text sealed, and clashes stay inside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBEvent

from domain import committees, grants, people, places
from domain.decisions import TextUnfit, ThingUnknown, new_ref
from domain.events import Personal, Ref
from domain.execution import Actor, Command, Unauthenticated
from domain.grants import GrantOver, NotPermitted
from domain.people import Person
from domain.recording import (
    CommandIdReused,
    CommandIdUnfit,
    EntryTooLarge,
    LedgerUnknown,
    PersonErased,
    PositionConflict,
)
from domain.refusals import Refusal
from domain.roles import Role
from infra.database import Databases
from infra.ledgers import open_ledger, person_of
from infra.outages import StoreUnavailable
from infra.recorder import Receipt, Recorder
from infra.seals import tokens_in, unseal_all
from tests.cutting import folder, wired
from tests.recording import LEDGER, Hands, check_log, command, event_store, keys_of, now, recorder_of

pytestmark = pytest.mark.bare

__all__ = ["folder"]

TODAY = date(2025, 3, 1)
LIU = "刘芳"
OPENED = 3
"""Events of a ledger that was just opened."""


@pytest.fixture
async def recorder(databases: Databases) -> AsyncIterator[Recorder]:
    async with recorder_of(databases) as opened:
        yield opened


def registration(id: str = "liu", name: str = LIU, **more: Any) -> Command:
    return command(people.register, id=id, full_name=Personal(name), **more)


def grant(id: str, person: Ref[Person], *, role: Role = Role.COUNTY, **more: Any) -> Command:
    return command(grants.give, id=id, person=person, role=role, since=TODAY, **more)


async def positions(recorder: Recorder) -> int:
    return await recorder.store.head(LEDGER) or 0


async def test_receipts_say_what_was_recorded_and_where(recorder: Recorder) -> None:
    liu, given = await recorder.record(LEDGER, [registration(), grant("grant", new_ref("person", "liu"))])
    assert (liu.node, given.node) == (new_ref("person", "liu"), new_ref("grant", "grant"))
    assert (liu.events, given.events) == ((Receipt(4, "PersonRegistered"),), (Receipt(5, "GrantGiven"),))
    assert (liu.position, given.position) == (4, 5)
    events = await recorder.store.recorded(LEDGER, after=OPENED)
    assert [event.recorded_at for event in events] == [liu.recorded_at, given.recorded_at]
    assert [event.command_id for event in events] == ["liu", "grant"]


async def test_entries_name_who_acted_in_which_role_by_which_grant(recorder: Recorder) -> None:
    admin = await person_of(recorder, LEDGER, "admin")
    await recorder.record(LEDGER, [registration(actor=Actor(admin))])
    (event,) = await recorder.store.recorded(LEDGER, after=OPENED)
    first = new_ref("grant", "first-administrator")
    assert (event.actor.person, event.actor.role, event.actor.grant) == (admin, "ADMINISTRATOR", first)
    assert event.actor.organisation is None


async def test_what_happened_earlier_is_dated_so(recorder: Recorder) -> None:
    yesterday = datetime.now().astimezone() - timedelta(days=1)
    await recorder.record(LEDGER, [replace(registration(), occurred=yesterday)])
    (event,) = await recorder.store.recorded(LEDGER, after=OPENED)
    assert event.occurred_at == yesterday < event.recorded_at


async def test_the_same_command_again_gets_the_first_receipts(recorder: Recorder) -> None:
    batch = [registration(), grant("grant", new_ref("person", "liu"))]
    first = await recorder.record(LEDGER, batch)
    assert await recorder.record(LEDGER, batch) == first
    assert await recorder.record(LEDGER, batch[1:]) == first[1:]
    assert await recorder.record(LEDGER, [*batch, *batch]) == [*first, *first]
    assert await positions(recorder) == OPENED + 2


async def test_the_same_command_from_many_at_once_is_recorded_once(recorder: Recorder) -> None:
    answers = await asyncio.gather(*(recorder.record(LEDGER, [registration()]) for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert await positions(recorder) == OPENED + 1


async def test_the_same_command_through_two_processes_is_recorded_once(databases: Databases) -> None:
    async with recorder_of(databases) as one, recorder_of(databases) as two:
        for n in range(10):
            first, second = await asyncio.gather(
                *(each.record(LEDGER, [registration(f"liu-{n}")]) for each in (one, two))
            )
            assert first == second
        assert await positions(one) == OPENED + 10


async def test_a_command_id_is_not_used_for_anything_else(recorder: Recorder) -> None:
    await recorder.record(LEDGER, [registration()])
    for other in (
        registration(name="王强"),
        registration(phone=Personal("13900000000")),
        registration(actor=Actor(Ref("person:other"))),
        replace(registration(), actor=None),
        replace(registration(), occurred=now()),
        grant("liu", new_ref("person", "liu")),
    ):
        with pytest.raises(CommandIdReused):
            await recorder.record(LEDGER, [other])
    assert await positions(recorder) == OPENED + 1


async def test_nor_for_two_things_in_one_batch(recorder: Recorder) -> None:
    with pytest.raises(CommandIdReused):
        await recorder.record(LEDGER, [registration(), registration(name="王强")])
    assert await positions(recorder) == OPENED


async def test_a_refusal_is_not_remembered(recorder: Recorder) -> None:
    unregistered = grant("grant", new_ref("person", "liu"))
    with pytest.raises(ThingUnknown):
        await recorder.record(LEDGER, [unregistered])
    await recorder.record(LEDGER, [registration()])
    assert (await recorder.record(LEDGER, [unregistered]))[0].position == OPENED + 2


async def test_of_a_batch_with_one_refusal_nothing_is_recorded(recorder: Recorder) -> None:
    wishes = [registration(f"person-{n}", name="刘芳" if n != 7 else " ") for n in range(10)]
    with pytest.raises(TextUnfit) as refusal:
        await recorder.record(LEDGER, wishes)
    assert refusal.value.__notes__ == ["person-7"]
    assert await positions(recorder) == OPENED
    loaded = await recorder.record(LEDGER, [wishes[0]])
    assert loaded[0].position == OPENED + 1


async def test_later_commands_of_a_batch_see_what_earlier_ones_did(recorder: Recorder) -> None:
    liu, role = new_ref("person", "liu"), {"role": Role.TOWN}
    batch = [
        registration(),
        grant("grant", liu, role=Role.ADMINISTRATOR),
        command(grants.give, id="by-liu", actor=Actor(liu), person=liu, since=TODAY, **role),
        command(grants.end, id="end", grant=new_ref("grant", "by-liu")),
    ]
    assert [each.position for each in await recorder.record(LEDGER, batch)] == [4, 5, 6, 7]
    with pytest.raises(GrantOver):
        await recorder.record(LEDGER, [command(grants.end, grant=new_ref("grant", "by-liu"))])


async def test_who_has_nothing_to_record_since_one_before_did_reads_at_the_position_of_the_batch(
    recorder: Recorder,
) -> None:
    town, community, compound = (new_ref(kind, kind) for kind in ("town", "community", "compound"))
    term: dict[str, Any] = {"since": TODAY, "until": date(2028, 3, 1)}
    batch = [
        command(places.register_town, id="town", name="古韩镇"),
        command(places.register_community, id="community", town=town, name="永安社区"),
        command(places.register_compound, id="compound", community=community, name="永安小区"),
        command(committees.elect, compound=compound, seats=5, elected=TODAY, **term),
        *(command(committees.file_committee, compound=compound, filed=TODAY) for _ in range(2)),
    ]
    *_, filed, again = await recorder.record(LEDGER, batch)
    assert (len(filed.events), again.events) == (1, ())
    assert again.position == filed.position == await recorder.store.head(LEDGER)


async def test_an_empty_batch_is_nothing(recorder: Recorder) -> None:
    assert await recorder.record(LEDGER, []) == []


async def test_of_fifty_at_once_who_end_a_grant_one_ends_it(recorder: Recorder) -> None:
    await recorder.record(LEDGER, [registration(), grant("grant", new_ref("person", "liu"))])
    answers = await asyncio.gather(
        *(recorder.record(LEDGER, [command(grants.end, grant=new_ref("grant", "grant"))]) for _ in range(50)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, GrantOver) for answer in answers) == 49
    assert await positions(recorder) == OPENED + 3


async def test_a_clash_never_reaches_who_acts(databases: Databases) -> None:
    async with recorder_of(databases) as one, recorder_of(databases) as two:
        admin = await person_of(one, LEDGER, "admin")
        wishes = [grant(f"grant-{n}", admin, actor=Actor(admin)) for n in range(50)]
        answers = await asyncio.gather(*((one, two)[n % 2].record(LEDGER, [wish]) for n, wish in enumerate(wishes)))
        assert sorted(each.position for (each,) in answers) == list(range(4, 54))
    await check_log(databases)


async def test_who_expects_a_position_is_told_what_came_after(recorder: Recorder) -> None:
    await recorder.record(LEDGER, [registration(), grant("grant", new_ref("person", "liu"))])
    end = command(grants.end, grant=new_ref("grant", "grant"))
    with pytest.raises(PositionConflict) as conflict:
        await recorder.record(LEDGER, [replace(end, expected=4)])
    assert (conflict.value.expected, conflict.value.actual) == (4, 5)
    assert (await recorder.record(LEDGER, [replace(end, expected=5)]))[0].position == 6


async def test_of_many_who_expect_the_same_position_one_acts(recorder: Recorder) -> None:
    await recorder.record(LEDGER, [registration(), grant("grant", new_ref("person", "liu"))])
    wishes = [replace(command(grants.end, grant=new_ref("grant", "grant")), expected=5) for _ in range(20)]
    answers = await asyncio.gather(*(recorder.record(LEDGER, [wish]) for wish in wishes), return_exceptions=True)
    assert sum(isinstance(answer, PositionConflict) for answer in answers) == 19
    assert {answer.actual for answer in answers if isinstance(answer, PositionConflict)} == {6}


async def test_who_expects_a_position_is_told_though_the_rules_look_at_none_of_what_came_between(
    databases: Databases, folder: Path
) -> None:
    note = DCBEvent("NoteTaken", b"{}", [new_ref("grant", "grant")])
    async with wired(databases, folder) as (wire, store), event_store(databases) as other:
        recorder = Recorder(store, await keys_of(databases), now)
        await open_ledger(recorder, LEDGER, "襄垣县", "admin")
        await recorder.record(LEDGER, [registration(), grant("grant", new_ref("person", "liu"))])

        async def overtake() -> None:
            wire.before_commit = None
            await other.append(LEDGER, [note])

        wire.before_commit = overtake
        with pytest.raises(PositionConflict) as conflict:
            await recorder.record(LEDGER, [replace(command(grants.end, grant=new_ref("grant", "grant")), expected=5)])
    assert (conflict.value.expected, conflict.value.actual) == (5, 6)


async def test_who_repeats_a_command_with_its_old_expectation_gets_the_first_receipts(recorder: Recorder) -> None:
    await recorder.record(LEDGER, [registration(), grant("grant", new_ref("person", "liu"))])
    end = replace(command(grants.end, grant=new_ref("grant", "grant")), expected=5)
    assert await recorder.record(LEDGER, [end]) == await recorder.record(LEDGER, [end])


async def test_personal_text_is_nowhere_in_the_ledger_in_clear(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        await recorder.record(LEDGER, [registration(name="欧阳慧敏", phone=Personal("13903550001"))])
    connection = await databases.connect("gongzhi_owner")
    for (table,) in await connection.fetch(
        "select relname from pg_class where relnamespace = 'gongzhi'::regnamespace and relkind = 'r'"
    ):
        for (row,) in await connection.fetch(f'select row_to_json(t)::text from "{table}" t'):
            assert not any(
                text in row for text in ("欧阳慧敏", "13903550001", "欧阳慧敏".encode().hex(), b"13903550001".hex())
            )
    await connection.close()


async def test_the_sealed_text_opens_with_the_keys_of_its_person(databases: Databases) -> None:
    async with recorder_of(databases) as recorder:
        (liu,) = await recorder.record(LEDGER, [registration(phone=Personal("13903550001"))])
        read = await recorder.store.read(LEDGER, after=OPENED)
        data = read.events[0].event.data
        assert tokens_in(data) == {(str(liu.node), "IDENTITY"), (str(liu.node), "CONTACT")}
        clear = unseal_all(LEDGER, data, await recorder.keys.find_keys(LEDGER, list(tokens_in(data))))
    assert '"full_name":"刘芳"' in clear.decode()
    assert '"phone":"13903550001"' in clear.decode()


async def test_nothing_personal_is_recorded_of_an_erased_person(recorder: Recorder) -> None:
    await recorder.keys.destroy(LEDGER, str(new_ref("person", "liu")))
    with pytest.raises(PersonErased):
        await recorder.record(LEDGER, [registration()])
    assert await positions(recorder) == OPENED


async def test_an_unfit_command_id_is_refused(recorder: Recorder) -> None:
    for id_ in ("", "x" * 65, "a b", "a\n", "\0", "e\u0301", "\ud800"):
        with pytest.raises(CommandIdUnfit):
            await recorder.record(LEDGER, [replace(registration(), id=id_)])


async def test_a_command_id_of_64_chinese_characters_is_fit(recorder: Recorder) -> None:
    assert (await recorder.record(LEDGER, [registration("甲" * 64)]))[0].position == OPENED + 1


async def test_a_ledger_that_there_is_not_is_unknown(recorder: Recorder) -> None:
    for code in ("140430", "", "14\0", "\ud800", "x" * 500):
        with pytest.raises(LedgerUnknown):
            await recorder.record(code, [registration()])


async def test_nothing_comes_before_the_opening_of_a_ledger(recorder: Recorder) -> None:
    await recorder.store.establish("140430", demo=True)
    with pytest.raises(LedgerUnknown):
        await recorder.record("140430", [registration()])
    assert await recorder.store.head("140430") == 0


async def test_what_the_rules_refuse_is_told_and_not_recorded(recorder: Recorder) -> None:
    wishes: list[tuple[Command, type[Refusal]]] = [
        (replace(registration(), actor=None), Unauthenticated),
        (registration(actor=Actor(Ref("person:nobody"))), NotPermitted),
        (grant("grant", Ref("person:\0")), ThingUnknown),
        (grant("grant", Ref("person:\ud800")), ThingUnknown),
        (registration(name="\ud800"), TextUnfit),
    ]
    for wish, refusal in wishes:
        with pytest.raises(refusal):
            await recorder.record(LEDGER, [wish])
    assert await positions(recorder) == OPENED


async def test_history_over_years_is_recorded_at_its_times(databases: Databases) -> None:
    hands = Hands()
    async with recorder_of(databases, hands) as recorder:
        for n in range(3):
            await recorder.record(LEDGER, [replace(registration(f"liu-{n}"), now=hands.turn(days=300))])
        events = await recorder.store.recorded(LEDGER, after=OPENED)
    assert [event.recorded_at - events[0].recorded_at for event in events] == [
        timedelta(days=300 * n) for n in range(3)
    ]
    await check_log(databases)


async def test_commands_whose_answers_are_lost_are_recorded_once(databases: Databases, folder: Path) -> None:
    async with wired(databases, folder, patience=1) as (wire, store):
        recorder = Recorder(store, await keys_of(databases), now)
        await open_ledger(recorder, LEDGER, "襄垣县", "admin")
        wishes = [registration(f"liu-{n}") for n in range(8)]
        wire.is_silent = True
        records = (recorder.record(LEDGER, [wish]) for wish in wishes)
        answers = await asyncio.gather(*records, return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoreUnavailable}
        wire.is_silent, wire.cuts = False, 2
        first = await asyncio.gather(*(recorder.record(LEDGER, [wish]) for wish in wishes))
        assert await asyncio.gather(*(recorder.record(LEDGER, [wish]) for wish in wishes)) == first
    assert (await check_log(databases)).size == OPENED + 8


def test_every_refusal_of_recording_says_it_in_both_languages() -> None:
    for refusal in (CommandIdUnfit(70, 64), EntryTooLarge(70_000, 65_535), PositionConflict(4, 5)):
        for language in ("zh", "en"):
            assert any(str(number) in refusal.message(language) for number in refusal.details.values())
