"""No event is changed: a later one corrects it, and whoever reads the old one sees that it was corrected (BR-84)."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from domain.corrections import AlreadyVoided, CorrectsNothing, Standing, check_on_record
from domain.decisions import Decision, TextUnfit
from domain.events import EVENTS, Confidential, Event, Position, Ref, fields_of
from domain.firms import CreditCodeInvalid, FirmCorrected, FirmRegistered, completed, correct
from domain.lapses import LapseVoided
from domain.places import (
    CommunityCorrected,
    CommunityRegistered,
    CompoundCorrected,
    CompoundRegistered,
    TownRegistered,
    correct_community,
    correct_compound,
    correct_town,
)
from domain.roles import Role
from domain.specification import Scenario, given
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from tests.county import C1, COUNTY, FIRM, K1, LIES_IN_C1, OTHER_FIRM, TOWN
from tests.wire import LEDGER, Wire, fresh_databases, serving

WHY = Confidential("录入有误")
CODE = completed("91140423MA0AAAAA1")
OTHER = completed("91140423MA0AAAAA2")


def position_of(registered: Event, *before: Event) -> Position:
    return Position((*COUNTY, *before).index(registered) + 1)


def of(kind: type[Event], thing: Ref[Any]) -> Position:
    """Where the county's event of this kind about a thing stands."""
    first = fields_of(kind)[0].name
    return position_of(next(e for e in COUNTY if isinstance(e, kind) and getattr(e, first) == thing))


RENAMED = [
    pytest.param(correct, "firm", FIRM, of(FirmRegistered, FIRM), {FIRM}, id="firm"),
    pytest.param(correct_town, "town", TOWN, of(TownRegistered, TOWN), {TOWN}, id="town"),
    pytest.param(correct_community, "community", C1, of(CommunityRegistered, C1), LIES_IN_C1, id="community"),
    pytest.param(correct_compound, "compound", K1, of(CompoundRegistered, K1), {K1, *LIES_IN_C1}, id="compound"),
]


@pytest.mark.parametrize(("decision", "kind", "thing", "position", "tags"), RENAMED)
def test_a_name_is_corrected_and_the_same_again_records_nothing_br_84(
    decision: Decision, kind: str, thing: Ref[Any], position: Position, tags: set[str]
) -> None:
    def named(scenario: Scenario, name: str, at: int = position) -> Scenario:
        inputs: dict[str, Any] = {kind: thing}
        return scenario.when(decision, corrects=at, reason=WHY, name=name, **inputs)

    corrected = named(given(*COUNTY), "正名").tagged(tags)
    assert [(type(e).__name__, e.name, e.corrects) for e in corrected.new] == [  # type: ignore[attr-defined]
        (f"{kind.title()}Corrected", "正名", position)
    ]
    named(corrected, "正名").then()
    assert len(named(corrected, "再正名").new) == 1
    named(corrected, "再正名", position + 1).refused(CorrectsNothing(position + 1, (position,)))


def test_a_firms_code_is_corrected_like_it_is_registered_br_84() -> None:
    at = of(FirmRegistered, FIRM)
    right = given(*COUNTY).when(correct, firm=FIRM, corrects=at, reason=WHY, credit_code=CODE)
    right.then(FirmCorrected(at, WHY, FIRM, "甲物业", CODE))
    both = right.when(correct, firm=FIRM, corrects=at, reason=WHY, name="正名")
    both.then(FirmCorrected(at, WHY, FIRM, "正名", CODE))
    right.when(correct, firm=FIRM, corrects=at, reason=WHY).then()
    wrong = given(*COUNTY).when(correct, firm=FIRM, corrects=at, reason=WHY, credit_code="91")
    wrong.refused(CreditCodeInvalid("91", 2))


@pytest.mark.parametrize("at", [0, 1, of(FirmRegistered, OTHER_FIRM), 10_000], ids=str)
def test_only_what_was_recorded_of_the_thing_itself_is_corrected_br_84(at: int) -> None:
    refused = given(*COUNTY).when(correct, firm=FIRM, corrects=at, reason=WHY, name="正名")
    refused.refused(CorrectsNothing(at, (of(FirmRegistered, FIRM),)))


def test_a_correction_is_not_corrected_itself_but_what_it_corrects_br_84() -> None:
    at = of(FirmRegistered, FIRM)
    corrected = given(*COUNTY, FirmCorrected(at, WHY, FIRM, "正名", CODE))
    last = len(COUNTY) + 1
    corrected.when(correct, firm=FIRM, corrects=last, reason=WHY, name="再正名").refused(CorrectsNothing(last, (at,)))
    corrected.when(correct, firm=FIRM, corrects=at, reason=WHY, name="再正名").then(
        FirmCorrected(at, WHY, FIRM, "再正名", CODE)
    )


@pytest.mark.parametrize("reason", ["", " ", "长" * 201])
def test_a_correction_says_why_br_84(reason: str) -> None:
    refused = given(*COUNTY).when(
        correct_community, community=C1, corrects=of(CommunityRegistered, C1), reason=reason, name="正名"
    )
    refused.refused(TextUnfit)


def test_what_is_not_recorded_yet_cannot_be_corrected_yet_br_84() -> None:
    standing = Standing[Event]().noted(FirmRegistered(FIRM, "甲", CODE), 0)
    with pytest.raises(CorrectsNothing):
        standing.at(0)


def test_what_was_voided_is_told_with_where_br_84() -> None:
    with pytest.raises(AlreadyVoided) as refusal:
        check_on_record(7, {8}, {7: 9})
    assert refusal.value.details == {"position": 7, "voided_at": 9}


def test_events_that_correct_or_void_are_named_so_and_say_why_br_84() -> None:
    for event in EVENTS.values():
        names = {field.name for field in fields_of(event)}
        assert ("corrects" in names, "voids" in names) == (
            event.__name__.endswith("Corrected"),
            event.__name__.endswith("Voided"),
        )
        by_itself = event is LapseVoided  # its cause says why
        assert by_itself or "reason" in names or not names & {"corrects", "voids"}


def test_the_scenarios_facts_are_what_they_say() -> None:
    assert CommunityCorrected(Position(3), WHY, C1, "正名").corrects == of(CommunityRegistered, C1)
    assert CompoundCorrected(of(CompoundRegistered, K1), WHY, K1, "正名").compound == K1
    assert of(CommunityRegistered, C1) == position_of(CommunityRegistered(C1, TOWN, "永安社区"))


REGISTER = """mutation ($ledger: ID!, $name: String!, $code: String!) {
  firmRegister(ledger: $ledger, name: $name, creditCode: $code) {
    ... on FirmRecorded { node { id } receipts { position } }
    ... on Refused { code }
  }
}"""
CORRECT = """mutation ($firm: ID!, $at: Position!, $why: String!, $name: String) {
  firmCorrect(firm: $firm, corrects: $at, reason: $why, name: $name) {
    ... on FirmRecorded { node { name } receipts { position type } }
    ... on Refused { code rule path message details }
  }
}"""
BETWEEN = """query ($firm: ID!, $m: Moment) { node(id: $firm, asKnownAt: $m) { ... on Firm {
    name history { edges { node { __typename position
        correctedBy { totalCount edges { node { position body ... on FirmCorrected { name reason
            corrects { position ... on FirmRegistered { name } } } } } }
        voidedBy { position }
    } } } } } }"""


@pytest.fixture(scope="module")
async def wire(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Wire]:
    async with fresh_databases(postgres, root) as databases, serving(databases, postgres.home) as opened:
        yield opened


async def firm(wire: Wire, token: str, name: str = "错名") -> tuple[str, int]:
    """A firm, and where it was registered."""
    answer = await wire.ask(REGISTER, token, ledger=LEDGER, name=name, code=CODE)
    recorded = answer["data"]["firmRegister"]
    return str(recorded["node"]["id"]), int(recorded["receipts"][0]["position"])


async def corrected(wire: Wire, token: str | None, id_: str, at: int, **given: Any) -> Mapping[str, Any]:
    answer = await wire.ask(CORRECT, token, **{"firm": id_, "at": at, "why": WHY, "name": "正名", **given})
    return dict(answer["data"]["firmCorrect"])


async def read(
    wire: Wire, id_: str, position: int | None = None, token: str | None = None
) -> tuple[str, dict[str, Any]]:
    """A firm's name, and its events by type, as known then."""
    moment = None if position is None else {"position": position}
    answer = (await wire.ask(BETWEEN, token, firm=id_, m=moment))["data"]["node"]
    return answer["name"], {edge["node"]["__typename"]: edge["node"] for edge in answer["history"]["edges"]}


async def test_whoever_reads_the_old_event_sees_by_what_it_was_corrected_br_84(wire: Wire) -> None:
    token = await wire.token(Role.COUNTY)
    id_, at = await firm(wire, token)
    recorded = await corrected(wire, token, id_, at)
    assert recorded["node"] == {"name": "正名"}
    [receipt] = recorded["receipts"]
    name, events = await read(wire, id_)
    assert name == "正名"
    [edge] = events["FirmRegistered"]["correctedBy"]["edges"]
    assert (edge["node"]["position"], edge["node"]["name"]) == (receipt["position"], "正名")
    assert edge["node"]["corrects"] == {"position": at, "name": "错名"}
    assert events["FirmCorrected"]["correctedBy"]["totalCount"] == 0
    assert {each["voidedBy"] for each in events.values()} == {None}


async def test_why_something_was_corrected_is_for_staff_br_70_br_84(wire: Wire) -> None:
    """As a field, in the body, and where a correction is listed with what it corrects."""
    token = await wire.token(Role.COUNTY)
    id_, at = await firm(wire, token)
    await corrected(wire, token, id_, at)
    for reader, reason, told in ((token, WHY, {"reason": WHY}), (None, None, {})):
        _, events = await read(wire, id_, token=reader)
        [edge] = events["FirmRegistered"]["correctedBy"]["edges"]
        body = {"firm": id_.partition(":")[2], "name": "正名", "credit_code": CODE, "corrects": at}
        assert (edge["node"]["reason"], edge["node"]["body"]) == (reason, {**body, **told})
        assert edge["node"]["name"] == "正名"


async def test_as_known_before_the_correction_the_old_name_stands_br_83_br_84(wire: Wire) -> None:
    token = await wire.token(Role.COUNTY)
    id_, at = await firm(wire, token)
    last = (await corrected(wire, token, id_, at))["receipts"][0]["position"]
    name, events = await read(wire, id_, last - 1)
    assert (name, list(events)) == ("错名", ["FirmRegistered"])
    assert events["FirmRegistered"]["correctedBy"] == {"totalCount": 0, "edges": []}
    assert (await read(wire, id_, last))[0] == "正名"
    assert (await read(wire, id_, last))[1]["FirmRegistered"]["correctedBy"]["totalCount"] == 1


async def test_a_refused_correction_records_nothing_and_is_told_in_both_languages_br_84(wire: Wire) -> None:
    token = await wire.token(Role.COUNTY)
    (id_, at), (_, other) = await firm(wire, token), await firm(wire, token, "另一企业")
    clerk, before = await wire.token(Role.COMMUNITY), await wire.head()
    nothing = await corrected(wire, token, id_, other)
    assert (nothing["code"], nothing["rule"]) == ("CORRECTS_NOTHING", "BR-84")
    assert nothing["details"] == {"position": other, "possible": [at]}
    query = {"query": CORRECT, "variables": {"firm": id_, "at": other, "why": WHY}}
    told = (await wire.post(query, token, accept_language="zh")).json()["data"]["firmCorrect"]["message"]
    assert told != nothing["message"]
    assert (await corrected(wire, token, id_, at, why=""))["path"] == ["reason"]
    assert (await corrected(wire, token, id_, at, name=""))["path"] == ["name"]
    assert (await corrected(wire, token, id_, 10**12))["code"] == "NUMBER_UNFIT"
    assert (await corrected(wire, clerk, id_, at))["code"] == "NOT_PERMITTED"
    assert (await corrected(wire, None, id_, at))["code"] == "UNAUTHENTICATED"
    assert await wire.head() == before


async def test_what_was_corrected_may_be_corrected_again_br_84(wire: Wire) -> None:
    token = await wire.token(Role.COUNTY)
    id_, at = await firm(wire, token)
    first = await corrected(wire, token, id_, at)
    again = await corrected(wire, token, id_, at, name="再正名")
    _, events = await read(wire, id_)
    assert [edge["node"]["name"] for edge in events["FirmRegistered"]["correctedBy"]["edges"]] == ["正名", "再正名"]
    assert again["receipts"][0]["position"] > first["receipts"][0]["position"]
    name, _ = await read(wire, id_, first["receipts"][0]["position"])
    assert name == "正名"
