"""What happened earlier is entered with a reason and within the ledger's policy (BR-82, BR-87)."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from domain.backdating import (
    DAYS,
    MOST_DAYS,
    BackdatedTooFar,
    BackdatingLimited,
    BackdatingUnexplained,
    NothingBackdated,
    OccurredAhead,
    limit_backdating,
)
from domain.bodies import CHINA
from domain.decisions import DateUnfit, TextUnfit
from domain.events import Ref
from domain.execution import Actor
from domain.firms import FirmRegistered, register
from domain.grants import GrantGiven
from domain.ledgers import ITSELF
from domain.refusals import Refusal
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.entries import Recorded, is_canonical
from tests.county import COUNTY, DAY, WANG
from tests.wire import LEDGER, Wire, fresh_databases, serving

CODE = "91350100M000100Y43"
WHY = "纸质台账补录"
HELD = GrantGiven(Ref("grant:county"), WANG, Role.COUNTY, None, DAY)
RUNS = GrantGiven(Ref("grant:runs"), WANG, Role.ADMINISTRATOR, None, DAY)


STAFF = Actor(WANG)


def registered(scenario: Scenario, occurred: datetime | None, reason: str | None, actor: Actor = STAFF) -> Scenario:
    given: dict[str, Any] = {"name": "丙物业", "credit_code": CODE, "occurred": occurred, "backdated_reason": reason}
    return scenario.when(register, actor=actor, **given)


def limited(*days: int) -> Scenario:
    policy = (BackdatingLimited(ITSELF, revision, each) for revision, each in enumerate(days, 1))
    return given(*COUNTY, HELD, RUNS, *policy)


def test_what_happened_yesterday_is_entered_with_a_reason_br_82() -> None:
    entered = registered(limited(), NOON - timedelta(days=1), WHY)
    entered.then(FirmRegistered(born("firm"), "丙物业", CODE))


def test_what_happens_now_needs_no_reason_br_82() -> None:
    registered(limited(), None, None).then(FirmRegistered(born("firm"), "丙物业", CODE))
    registered(limited(), NOON, None).then(FirmRegistered(born("firm"), "丙物业", CODE))


@pytest.mark.parametrize("reason", [None, "", "  ", "\n"])
def test_nothing_is_dated_back_without_a_reason_br_82(reason: str | None) -> None:
    before = NOON - timedelta(microseconds=1)
    registered(limited(), before, reason).refused(BackdatingUnexplained(reason, before, NOON))


def test_a_reason_is_a_text_like_any_other_br_89() -> None:
    registered(limited(), NOON - timedelta(days=1), "长" * 201).refused(TextUnfit("backdated_reason", 201, 200, True))  # noqa: FBT003


@pytest.mark.parametrize("occurred", [None, NOON, NOON.astimezone(UTC)])
def test_a_reason_without_an_earlier_time_is_refused_br_82(occurred: datetime | None) -> None:
    registered(limited(), occurred, WHY).refused(NothingBackdated(occurred, NOON))


def test_nothing_is_dated_ahead_by_anybody_br_82() -> None:
    ahead = NOON + timedelta(microseconds=1)
    for actor in (Actor(WANG), Actor()):
        registered(limited(), ahead, None, actor=actor).refused(OccurredAhead(ahead, NOON))


def test_a_time_before_the_calendar_of_the_ledger_is_no_time_br_89() -> None:
    registered(limited(), datetime(1899, 12, 31, tzinfo=CHINA), WHY).refused(DateUnfit)


MIDNIGHT = NOON.replace(hour=0)
LIMITS = [
    pytest.param((), MIDNIGHT - timedelta(days=DAYS), None, id="first moment of the default's last day"),
    pytest.param((), MIDNIGHT - timedelta(days=DAYS, microseconds=1), (DAYS + 1, DAYS, 0), id="the day before it"),
    pytest.param((7,), MIDNIGHT - timedelta(days=7), None, id="first moment of the last day"),
    pytest.param((7,), MIDNIGHT - timedelta(days=7, microseconds=1), (8, 7, 1), id="one microsecond too early"),
    pytest.param((7, 90), NOON - timedelta(days=90), None, id="the latest revision is the one that holds"),
    pytest.param((90, 7), NOON - timedelta(days=8), (8, 7, 2), id="a stricter revision holds at once"),
    pytest.param((0,), MIDNIGHT, None, id="none: the same day"),
    pytest.param((0,), MIDNIGHT - timedelta(microseconds=1), (1, 0, 1), id="none: not the day before"),
    pytest.param((10**9,), datetime(1900, 1, 2, tzinfo=CHINA), None, id="before the ledger was opened, if it allows"),
    pytest.param((7,), (MIDNIGHT - timedelta(days=7)).astimezone(UTC), None, id="days are those of China"),
]


@pytest.mark.parametrize(("days", "occurred", "beyond"), LIMITS)
def test_the_ledgers_policy_says_how_far_back_br_82_br_87(
    days: tuple[int, ...], occurred: datetime, beyond: tuple[int, int, int] | None
) -> None:
    entered = registered(limited(*days), occurred, WHY)
    if beyond is None:
        entered.then(FirmRegistered(born("firm"), "丙物业", CODE))
    else:
        entered.refused(BackdatedTooFar(occurred, *beyond))


def test_the_system_dates_as_it_has_to_br_85() -> None:
    long_ago = NOON - timedelta(days=3650)
    registered(limited(7), long_ago, None, actor=Actor()).then(FirmRegistered(born("firm"), "丙物业", CODE))


def test_the_administrator_limits_back_dating_revision_by_revision_br_87() -> None:
    def limit(scenario: Scenario, days: int) -> Scenario:
        return scenario.when(limit_backdating, actor=Actor(WANG), days=days)

    first = limit(limited(), 7).then(BackdatingLimited(ITSELF, 1, 7)).tagged({ITSELF})
    limit(first, 7).then()
    limit(first, 0).then(BackdatingLimited(ITSELF, 2, 0))
    limit(limited(), DAYS).then(BackdatingLimited(ITSELF, 1, DAYS))


REGISTER = """
mutation ($id: ID, $at: DateTime, $why: String) {
  firmRegister(commandId: $id, ledger: "140423", name: "丙物业", creditCode: "91350100M000100Y43",
      occurredAt: $at, backdatedReason: $why) {
    ... on FirmRecorded { receipts { position } }
    ... on Refused { code rule path message details }
  }
}"""
LIMIT = """
mutation ($days: Int!) {
  ledgerLimitBackdating(ledger: "140423", days: $days) {
    ... on LedgerRecorded { node { code backdatingDays } receipts { position type } }
    ... on Refused { code rule path details }
  }
}"""


@pytest.fixture(scope="module")
async def wire(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Wire]:
    async with fresh_databases(postgres, root) as databases, serving(databases, postgres.home) as opened:
        yield opened


def ago(**by: float) -> str:
    return (datetime.now(CHINA) - timedelta(**by)).isoformat()


async def firm(wire: Wire, **given: Any) -> Mapping[str, Any]:
    answer = await wire.ask(REGISTER, await wire.token(Role.COUNTY), **given)
    return dict(answer["data"]["firmRegister"])


async def limit(wire: Wire, days: int, role: Role = Role.ADMINISTRATOR) -> Mapping[str, Any]:
    answer = await wire.ask(LIMIT, await wire.token(role), days=days)
    return dict(answer["data"]["ledgerLimitBackdating"])


async def entry(wire: Wire, position: int) -> Recorded:
    (found,) = await wire.services.store.recorded(LEDGER, after=position - 1, limit=1)
    return found


async def test_the_entry_says_why_and_by_which_policy_br_82(wire: Wire) -> None:
    at = ago(days=2)
    [receipt] = (await firm(wire, at=at, why=WHY))["receipts"]
    found = await entry(wire, receipt["position"])
    assert found.backdated is not None
    assert (found.occurred_at, found.backdated.policy, found.backdated.reason) == (datetime.fromisoformat(at), 0, WHY)
    assert found.recorded_at - found.occurred_at > timedelta(days=2)


async def test_the_policy_of_the_day_stands_in_the_entry_br_87(wire: Wire) -> None:
    assert (await limit(wire, 3))["node"] == {"code": LEDGER, "backdatingDays": 3}
    answer = await limit(wire, 5)
    assert answer["node"] == {"code": LEDGER, "backdatingDays": 5}
    [receipt] = (await firm(wire, at=ago(days=5), why=WHY))["receipts"]
    found = await entry(wire, receipt["position"])
    assert found.backdated is not None
    policy = await entry(wire, answer["receipts"][0]["position"])
    assert (policy.type, policy.body["revision"]) == ("BackdatingLimited", found.backdated.policy)


async def test_entries_that_are_not_back_dated_have_no_such_member(wire: Wire) -> None:
    await firm(wire, at=ago(minutes=1), why=WHY)
    await firm(wire)
    connection = await wire.services.databases.connect("gongzhi_writer")
    rows = await connection.fetch("select entry from event where ledger = $1", LEDGER)
    await connection.close()
    assert all(is_canonical(row["entry"]) for row in rows)
    told = [json.loads(row["entry"]) for row in rows]
    assert {each["occurredAt"] < each["recordedAt"] for each in told if "backdated" in each} == {True}
    assert "backdated" not in told[-1]
    assert all(list(each) == sorted(each) for each in told)


REFUSED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("OCCURRED_AHEAD", "occurredAt", "BR-82", {"at": "2199-01-01T00:00:00+08:00", "why": WHY}),
    ("BACKDATING_UNEXPLAINED", "backdatedReason", "BR-82", {"at": ago(days=1)}),
    ("BACKDATING_UNEXPLAINED", "backdatedReason", "BR-82", {"at": ago(days=1), "why": " "}),
    ("NOTHING_BACKDATED", "occurredAt", "BR-82", {"why": WHY}),
    ("BACKDATED_TOO_FAR", "occurredAt", "BR-82", {"at": ago(days=3650), "why": WHY}),
    ("TEXT_UNFIT", "backdatedReason", "BR-89", {"at": ago(days=1), "why": "e\u0301"}),
    ("DATE_UNFIT", "occurredAt", "BR-89", {"at": "0001-01-02T00:00:00Z", "why": WHY}),
]


@pytest.mark.parametrize(("code", "path", "rule", "given"), REFUSED)
async def test_a_refused_date_records_nothing_and_is_told_in_both_languages_br_82(
    wire: Wire, code: str, path: str, rule: str, given: dict[str, Any]
) -> None:
    token, before, told = await wire.token(Role.COUNTY), await wire.head(), set()
    for language in ("en", "zh"):
        answer = (await wire.ask(REGISTER, token, language, **given))["data"]["firmRegister"]
        assert (answer["code"], answer["path"], answer["rule"]) == (code, [path], rule)
        assert answer["details"]
        told.add(answer["message"])
    assert len(told) == 2
    assert await wire.head() == before


async def test_only_the_administrator_limits_back_dating(wire: Wire) -> None:
    _, _, before = await wire.token(Role.COUNTY), await wire.token(), await wire.head()
    assert (await limit(wire, 9, Role.COUNTY))["code"] == "NOT_PERMITTED"
    for days in (-1, MOST_DAYS + 1):
        assert (await limit(wire, days))["code"] == "NUMBER_UNFIT"
    assert await wire.head() == before


async def test_the_same_command_with_another_reason_is_another_command_br_80(wire: Wire) -> None:
    at = ago(hours=1)
    first = await firm(wire, id="late", at=at, why=WHY)
    assert await firm(wire, id="late", at=at, why=WHY) == first
    assert (await firm(wire, id="late", at=at, why="另一事由"))["code"] == "COMMAND_ID_REUSED"


async def test_a_stricter_policy_and_what_it_forbids_never_cross_br_87(wire: Wire) -> None:
    """Each recorded act was allowed by the revision that was in force when it was recorded."""
    for days in (9, 8, 9, 8):
        token, at = await wire.token(Role.COUNTY), ago(days=9)
        acts = [wire.ask(REGISTER, token, at=at, why=WHY) for _ in range(6)]
        await asyncio.gather(limit(wire, days), *acts)
    events = await wire.services.store.recorded(LEDGER)
    revision = 0
    for event in events:
        revision = event.body["revision"] if event.type == "BackdatingLimited" else revision
        assert event.backdated is None or event.backdated.policy == revision


LATE = """query ($days: Int, $p: Position) { ledger(code: "140423", asKnownAt: {position: $p}) {
    events(backdatedDays: $days) { edges { node { position backdated { daysEarlier policy reason } } } } } }"""


async def late(wire: Wire, days: int, position: int | None, token: str | None = None) -> dict[int, Any]:
    answer = await wire.ask(LATE, token, days=days, p=position)
    found = [edge["node"] for edge in answer["data"]["ledger"]["events"]["edges"]]
    return {each["position"]: each["backdated"] for each in found}


async def test_inspectors_list_what_was_dated_back_and_everybody_sees_that_it_was_br_82(wire: Wire) -> None:
    await limit(wire, 30)
    [receipt] = (await firm(wire, at=ago(days=20), why=WHY))["receipts"]
    position, inspector = receipt["position"], await wire.token(Role.INSPECTOR)
    told = (await late(wire, 20, position, inspector))[position]
    assert (told["daysEarlier"], told["reason"]) == (20, WHY)
    assert (await late(wire, 20, position))[position] == {**told, "reason": None}
    assert position not in await late(wire, 21, position)
    assert position not in await late(wire, 0, position - 1)
    everything = await late(wire, 0, position)
    events = await wire.services.store.recorded(LEDGER)
    assert list(everything) == [each.position for each in events if each.backdated and each.position <= position]


LATE_ENTRIES = """query ($days: Int) { ledger(code: "140423") {
    events(daysLate: $days) { edges { node { position type daysLate } } } } }"""
OPEN = """mutation ($since: Date!) {
    recruitmentOpen(ledger: "140423", name: "公开招聘", openings: 1, since: $since, lastDay: $since) {
        ... on RecruitmentRecorded { receipts { position } } ... on Refused { code details } } }"""


async def test_what_began_long_before_it_was_entered_is_on_the_list_too_br_82(wire: Wire) -> None:
    """S10 step 2: `since` lies back and nobody said that it happened earlier."""
    await limit(wire, 30)
    [firm_] = (await firm(wire, at=ago(days=9), why=WHY))["receipts"]
    since = str(datetime.now(CHINA).date() - timedelta(40))
    token = await wire.token(Role.COUNTY)
    [begun] = (await wire.ask(OPEN, token, since=since))["data"]["recruitmentOpen"]["receipts"]

    async def told(days: int) -> dict[int, int]:
        edges = (await wire.ask(LATE_ENTRIES, token, days=days))["data"]["ledger"]["events"]["edges"]
        return {edge["node"]["position"]: edge["node"]["daysLate"] for edge in edges}

    assert (await told(0))[begun["position"]] == (await told(40))[begun["position"]] == 40
    assert begun["position"] not in await told(41)
    assert (await told(9))[firm_["position"]] == 9
    assert firm_["position"] not in await told(10)


async def test_the_database_itself_keeps_the_reason_from_the_public_br_70(wire: Wire) -> None:
    connection = await wire.services.databases.connect("gongzhi_public")
    await connection.fetch("select backdated_days, backdated_policy from log")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch("select backdated_reason from log")
    await connection.close()


def test_every_refusal_of_this_context_cites_its_rule() -> None:
    refusals: tuple[type[Refusal], ...] = (OccurredAhead, BackdatingUnexplained, NothingBackdated, BackdatedTooFar)
    assert {each.rule for each in refusals} == {"BR-82"}
