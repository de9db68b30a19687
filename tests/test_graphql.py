"""The wire: what is sent to /graphql and what comes back, and that a refusal records nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from api.app import Profile
from api.tokens import stand_in
from domain.bodies import CHINA
from domain.roles import Role
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from tests.wire import LEDGER, OTHER, Wire, fresh_databases, serving

LEDGER_QUERY = "query ($code: ID!, $at: Position) { ledger(code: $code, atLeast: $at) { name position } }"
REGISTER_TOWN = """
mutation ($commandId: ID, $ledger: ID!, $name: String!, $expected: Position) {
  townRegister(commandId: $commandId, ledger: $ledger, name: $name, expectedPosition: $expected) {
    __typename
    ... on TownRecorded { node { id name history { totalCount edges { node { type } } } } receipts { position type } }
    ... on Refused { code rule path message details }
  }
}"""
REGISTER_COMMUNITY = """
mutation ($town: ID!) {
  communityRegister(town: $town, name: "C") {
    ... on CommunityRecorded { node { name town { name } } }
    ... on Refused { code path details }
  }
}"""

GIVE = """mutation ($person: ID!) {
  grantGive(person: $person, role: TOWN, since: "2025-01-01") { ... on GrantRecorded { node { id } } }
}"""
END = """mutation ($grant: ID!, $expected: Position) {
  grantEnd(grant: $grant, expectedPosition: $expected) {
    ... on GrantRecorded { node { until } }
    ... on Refused { code }
  }
}"""


def ended_today() -> str:
    return datetime.now(CHINA).date().isoformat()


@pytest.fixture(scope="module")
async def wire(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Wire]:
    async with fresh_databases(postgres, root) as databases, serving(databases, postgres.home) as opened:
        yield opened


def code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def register(wire: Wire, token: str | None, **given: Any) -> Any:
    answer = await wire.ask(REGISTER_TOWN, token, **{"ledger": LEDGER, "name": "古韩镇", **given})
    assert "errors" not in answer, answer
    return answer["data"]["townRegister"]


async def refused(wire: Wire, token: str | None, expected: str, **given: Any) -> Any:
    """Refused with this code, and nothing was recorded."""
    before = await wire.head()
    answer = await register(wire, token, **given)
    assert answer.get("code") == expected, answer
    assert await wire.head() == before
    return answer


async def test_a_query_is_answered_and_says_what_it_is_cited_by(wire: Wire) -> None:
    answer = await wire.ask(LEDGER_QUERY, code=LEDGER)
    assert answer["data"]["ledger"]["name"] == f"县{LEDGER}"
    assert answer["extensions"]["ledger"]["code"] == LEDGER
    assert answer["extensions"]["ledger"]["position"] == answer["data"]["ledger"]["position"]
    assert set(answer["extensions"]["ledger"]) == {"code", "position", "signed", "root", "projections"}


async def test_what_was_done_is_answered_with_the_position_that_it_was_read_at_br_81(wire: Wire) -> None:
    answer = await wire.ask(REGISTER_TOWN, await wire.token(), ledger=LEDGER, name="虒亭镇")
    cited, done = answer["extensions"]["ledger"], answer["data"]["townRegister"]
    assert cited["position"] >= done["receipts"][-1]["position"]
    query = "query ($id: ID!, $p: Position!) { node(id: $id, asKnownAt: {position: $p}) { id ... on Town { name } } }"
    again = await wire.ask(query, id=done["node"]["id"], p=cited["position"])
    assert again["data"]["node"] == {"id": done["node"]["id"], "name": "虒亭镇"}
    assert again["extensions"]["ledger"] == cited


async def test_of_what_was_refused_nothing_is_cited(wire: Wire) -> None:
    assert "extensions" not in await wire.ask(REGISTER_TOWN, None, ledger=LEDGER, name="x")


async def test_an_unknown_ledger_is_null(wire: Wire) -> None:
    assert await wire.ask(LEDGER_QUERY, code="000000") == {"data": {"ledger": None}}
    assert await wire.ask(LEDGER_QUERY, code="\0") == {"data": {"ledger": None}}


@pytest.mark.parametrize("id_", ["", "x", f"{LEDGER}:town:none", f"{LEDGER}:nothing:1", f"{OTHER}:town:1", "a:b:c:d\0"])
async def test_an_unknown_thing_is_null(wire: Wire, id_: str) -> None:
    answer = await wire.ask("query ($id: ID!) { node(id: $id) { id } }", id=id_)
    assert answer["data"] == {"node": None}


async def test_who_acts_reads_what_was_recorded_in_the_same_answer(wire: Wire) -> None:
    token = await wire.token()
    answer = await register(wire, token, name="襄垣镇")
    assert answer["node"]["name"] == "襄垣镇"
    assert answer["node"]["history"]["edges"] == [{"node": {"type": "TownRegistered"}}]
    [receipt] = answer["receipts"]
    assert receipt == {"position": await wire.head(), "type": "TownRegistered"}
    town = await wire.ask(REGISTER_COMMUNITY, await wire.token(Role.COUNTY), town=answer["node"]["id"])
    assert town["data"]["communityRegister"]["node"] == {"name": "C", "town": {"name": "襄垣镇"}}


async def test_the_same_command_sent_again_is_answered_with_the_first_receipts(wire: Wire) -> None:
    token, command = await wire.token(), uuid4().hex
    first = await register(wire, token, commandId=command)
    head = await wire.head()
    assert await register(wire, token, commandId=command) == first
    assert await wire.head() == head


async def test_the_same_command_id_with_another_body_is_refused(wire: Wire) -> None:
    token, command = await wire.token(), uuid4().hex
    await register(wire, token, commandId=command)
    await refused(wire, token, "COMMAND_ID_REUSED", commandId=command, name="其他")


async def test_nobody_acts_without_a_token(wire: Wire) -> None:
    answer = await refused(wire, None, "UNAUTHENTICATED")
    assert answer["message"].startswith("Sign in")


async def test_a_token_without_a_role_acts_in_any_granted_role(wire: Wire) -> None:
    assert (await register(wire, await wire.token(None)))["__typename"] == "TownRecorded"


async def test_a_role_that_may_not_is_refused_with_the_roles_that_may(wire: Wire) -> None:
    answer = await refused(wire, await wire.token(Role.GRID_WORKER), "NOT_PERMITTED")
    assert "COUNTY" in answer["details"]["needed"]


async def test_a_role_that_was_never_granted_is_refused(wire: Wire) -> None:
    await refused(wire, wire.issuer.issue(LEDGER, "person:nobody", Role.ADMINISTRATOR), "NOT_PERMITTED")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "e\u0301", "tab\there"])
async def test_a_text_that_is_not_fit_is_refused_with_its_field(wire: Wire, name: str) -> None:
    answer = await refused(wire, await wire.token(), "TEXT_UNFIT", name=name)
    assert (answer["path"], answer["rule"]) == (["name"], "BR-89")
    assert answer["details"]["length"] == len(name)


async def test_an_unfit_command_id_is_refused(wire: Wire) -> None:
    await refused(wire, await wire.token(), "COMMAND_ID_UNFIT", commandId="x" * 65)


@pytest.mark.parametrize("made", ["{0}:town:none", "{0}:compound:none", "{1}:town:none", "nonsense", "", "{0}:town:\0"])
async def test_a_thing_that_is_not_there_of_another_kind_or_of_another_ledger_is_not_found(
    wire: Wire, made: str
) -> None:
    token, id_ = await wire.token(Role.COUNTY), made.format(LEDGER, OTHER)  # the first token records its grant
    before = await wire.head()
    answer = (await wire.ask(REGISTER_COMMUNITY, token, town=id_))["data"]["communityRegister"]
    assert answer == {"code": "NOT_FOUND", "path": ["town"], "details": {"id": id_, "field": "town"}}
    assert await wire.head() == before


async def test_a_thing_of_another_ledger_is_not_found_though_it_is_there(wire: Wire) -> None:
    there = await wire.ask(REGISTER_TOWN, await wire.token(ledger=OTHER), ledger=OTHER, name="沁镇")
    id_ = there["data"]["townRegister"]["node"]["id"]
    answer = await wire.ask(REGISTER_COMMUNITY, await wire.token(), town=id_)
    assert answer["data"]["communityRegister"]["code"] == "NOT_FOUND"


async def test_another_ledger_is_unknown_to_whoever_signed_in_to_this_one(wire: Wire) -> None:
    await refused(wire, await wire.token(), "LEDGER_UNKNOWN", ledger=OTHER)


async def test_a_stale_expected_position_is_refused(wire: Wire) -> None:
    token = await wire.token()
    given = await wire.ask(GIVE, token, person=f"{LEDGER}:{await stand_in(wire.services, LEDGER, Role.TOWN)}")
    grant = given["data"]["grantGive"]["node"]["id"]
    stale = await wire.ask(END, token, grant=grant, expected=1)
    assert stale["data"]["grantEnd"]["code"] == "POSITION_CONFLICT"
    fresh = await wire.ask(END, token, grant=grant, expected=await wire.head())
    assert fresh["data"]["grantEnd"] == {"node": {"until": ended_today()}}


async def test_refusals_are_told_in_the_language_that_is_asked_for(wire: Wire) -> None:
    chinese = await wire.ask(REGISTER_TOWN, None, "zh-CN,en;q=0.5", ledger=LEDGER, name="x")
    assert chinese["data"]["townRegister"]["message"] == "请先登录；未作任何记录。"
    default = await wire.post({"query": REGISTER_TOWN, "variables": {"ledger": LEDGER, "name": "x"}})
    assert default.json() == chinese


async def test_a_query_waits_for_a_position_and_for_none_that_was_never_recorded_br_81(wire: Wire) -> None:
    head = await wire.head() or 0
    there = await wire.ask(LEDGER_QUERY, code=LEDGER, at=head)
    assert there["data"]["ledger"]["position"] >= head
    response = await wire.post({"query": LEDGER_QUERY, "variables": {"code": LEDGER, "at": head + 1000}})
    assert (response.status_code, code(response.json())) == (200, "POSITION_BEYOND_HEAD")
    assert response.json()["errors"][0]["extensions"]["details"] == {"position": head + 1000, "head": head}


async def test_a_time_that_has_not_come_is_an_error(wire: Wire) -> None:
    query = 'query ($c: ID!) { ledger(code: $c, asKnownAt: {time: "2199-01-01T00:00:00+08:00"}) { position } }'
    assert code(await wire.ask(query, c=LEDGER)) == "TIME_AHEAD"


@pytest.mark.parametrize("digits", [1001, 5000])
async def test_a_number_beyond_all_measure_is_told_so(wire: Wire, digits: int) -> None:
    query = f'{{ ledger(code: "{LEDGER}") {{ towns(first: {"9" * digits}) {{ totalCount }} }} }}'
    assert code(await wire.ask(query)) == "NUMBER_TOO_LONG"


async def test_an_earlier_answer_shows_the_head_that_was_signed_by_then(wire: Wire) -> None:
    query = "query ($c: ID!, $p: Position!) { ledger(code: $c, asKnownAt: {position: $p}) { checkpoint { position } } }"
    first = (await wire.ask(query, c=LEDGER, p=3))["data"]["ledger"]["checkpoint"]
    assert first["position"] == 3  # the opening is recorded at once
    assert (await wire.ask(query, c=LEDGER, p=1))["data"]["ledger"]["checkpoint"] == first


async def test_the_head_that_covers_an_answer_is_signed_within_a_second(wire: Wire) -> None:
    query = "query ($c: ID!, $p: Position!) { ledger(code: $c, asKnownAt: {position: $p}) { coveredBy { position } } }"
    for position in (1, 3):
        assert (await wire.ask(query, c=LEDGER, p=position))["data"]["ledger"]["coveredBy"] == {"position": 3}


async def test_a_position_beyond_the_head_is_an_error_with_the_head(wire: Wire) -> None:
    query = "query ($c: ID!, $p: Position!) { ledger(code: $c, asKnownAt: {position: $p}) { position } }"
    answer = await wire.ask(query, c=LEDGER, p=10**12)
    assert (code(answer), answer["data"]) == ("POSITION_BEYOND_HEAD", {"ledger": None})
    assert answer["errors"][0]["extensions"]["details"]["head"] <= (await wire.head() or 0)


async def test_staff_reads_names_in_clear_and_the_public_reads_none(wire: Wire) -> None:
    query = "query ($c: ID!) { ledger(code: $c) { people { totalCount edges { node { fullName } } } } }"
    staff = (await wire.ask(query, await wire.token(Role.COUNTY), c=LEDGER))["data"]["ledger"]["people"]
    assert "县级工作人员（开发）" in {edge["node"]["fullName"] for edge in staff["edges"]}
    public = (await wire.ask(query, c=LEDGER))["data"]["ledger"]["people"]
    assert public == {"totalCount": 0, "edges": []}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INSPECTOR, Role.GRID_WORKER])
async def test_who_does_not_deal_with_people_reads_no_names(wire: Wire, role: Role) -> None:
    """BR-77: the auditor sees that a person is known, not who it is; but for who asks."""
    query = """query ($c: ID!) {
        ledger(code: $c) { people { edges { node { id fullName } } } } viewer { person { id } } }"""
    told = (await wire.ask(query, await wire.token(role), c=LEDGER))["data"]
    others = [e["node"] for e in told["ledger"]["people"]["edges"] if e["node"]["id"] != told["viewer"]["person"]["id"]]
    assert others
    assert {other["fullName"] for other in others} == {None}


async def test_a_grant_over_a_place_opens_no_names_yet(wire: Wire) -> None:
    """People lie nowhere so far: names take a grant over the whole ledger."""
    town = (await register(wire, await wire.token()))["node"]["id"]
    person = await stand_in(wire.services, LEDGER, Role.COMMUNITY, town)
    await wire.settle()
    query = "query ($c: ID!) { ledger(code: $c) { people { edges { node { id fullName } } } } }"
    answer = await wire.ask(query, wire.issuer.issue(LEDGER, person, Role.COMMUNITY), c=LEDGER)
    named = {e["node"]["id"] for e in answer["data"]["ledger"]["people"]["edges"] if e["node"]["fullName"]}
    assert named == {f"{LEDGER}:{person}"}


async def test_an_erased_persons_name_is_null(wire: Wire) -> None:
    token, name = await wire.token(), "甲"
    query = """mutation ($c: ID!, $n: String!) {
        personRegister(ledger: $c, fullName: $n) { ... on PersonRecorded { node { id fullName } } } }"""
    node = (await wire.ask(query, token, c=LEDGER, n=name))["data"]["personRegister"]["node"]
    assert node["fullName"] == name
    await wire.services.keys.destroy(LEDGER, node["id"].removeprefix(f"{LEDGER}:"))
    answer = await wire.ask("query ($id: ID!) { node(id: $id) { ... on Person { fullName } } }", token, id=node["id"])
    assert answer["data"] == {"node": {"fullName": None}}


async def test_staff_of_one_ledger_is_a_stranger_in_another(wire: Wire) -> None:
    query = "query ($c: ID!) { ledger(code: $c) { people { totalCount } } viewer { audience } }"
    answer = await wire.ask(query, await wire.token(Role.COUNTY), c=OTHER)
    assert answer["data"]["ledger"]["people"] == {"totalCount": 0}


async def test_the_viewer_is_told_who_they_are(wire: Wire) -> None:
    query = "{ viewer { role audience person { fullName } ledger { code } } }"
    answer = (await wire.ask(query, await wire.token(Role.TOWN)))["data"]["viewer"]
    assert (answer["role"], answer["audience"], answer["ledger"]["code"]) == ("TOWN", "STAFF", LEDGER)
    assert (await wire.ask(query))["data"] == {"viewer": None}


BAD_BODIES = [
    (b"{", 400, "BODY_NOT_JSON"),
    (b"", 400, "BODY_NOT_JSON"),
    (b'{"query": "{ ledgers { code } }" \xff}', 400, "BODY_NOT_UTF8"),
    (b"[" * 100 + b"]" * 100, 400, "BODY_TOO_DEEP"),
    (b'{"query":"{a}","variables":' + b'{"a":' * 40 + b"1" + b"}" * 41, 400, "BODY_TOO_DEEP"),
    (b'{"query": "' + b"x" * (1 << 20) + b'"}', 413, "BODY_TOO_LARGE"),
    (b'[{"query": "{ ledgers { code } }"}]', 400, "BATCH_NOT_ALLOWED"),
    (b'"query"', 400, "REQUEST_MALFORMED"),
    (b"null", 400, "REQUEST_MALFORMED"),
    (b"{}", 400, "REQUEST_MALFORMED"),
    (b'{"query": 1}', 400, "REQUEST_MALFORMED"),
    (b'{"query": "{ ledgers { code } }", "variables": []}', 400, "REQUEST_MALFORMED"),
    (b'{"query": "{ ledgers { code } }", "operationName": 1}', 400, "REQUEST_MALFORMED"),
]


@pytest.mark.parametrize(("body", "status", "expected"), BAD_BODIES)
async def test_a_body_that_is_no_request_is_told_what_is_wrong(
    wire: Wire, body: bytes, status: int, expected: str
) -> None:
    answer = await wire.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, code(answer.json())) == (status, expected)
    assert {"en", "zh"} <= set(answer.json()["errors"][0]["extensions"])


async def test_a_body_that_does_not_say_its_length_is_read_no_further_than_it_may_be_long(wire: Wire) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * (1 << 16)

    answer = await wire.client.post("/graphql", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, code(answer.json())) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_what_a_form_of_another_site_could_send_is_not_taken(wire: Wire, media: str) -> None:
    answer = await wire.client.post(
        "/graphql", content=b'{"query":"{ ledgers { code } }"}', headers={"content-type": media}
    )
    assert (answer.status_code, code(answer.json())) == (415, "MEDIA_TYPE_UNFIT")


async def test_get_is_off_unless_switched_on(wire: Wire) -> None:
    answer = await wire.client.get("/graphql", params={"query": "{ ledgers { code } }"})
    assert (answer.status_code, answer.headers["allow"], code(answer.json())) == (405, "POST", "METHOD_NOT_ALLOWED")


BAD_DOCUMENTS = [
    ("{", "SYNTAX_INVALID"),
    ("{ nothing }", "DOCUMENT_INVALID"),
    ("{ ledgers { code ...F } } fragment F on Ledger { ...F }", "DOCUMENT_INVALID"),
    ("query A { ledgers { code } } query B { ledgers { code } }", "OPERATION_UNKNOWN"),
    ("query ($a: ID!) { ledger(code: $a) { code } }", "VARIABLES_INVALID"),
    (
        '{ ledger(code: "") { events { edges { node { ... on GrantEnded { grant { history { totalCount } } } } } } } }',
        None,
    ),
    ("{ ledgers { " + "code " * 5000 + "} }", "TOO_MANY_TOKENS"),
    ("{ ledgers { " + " ".join(f"a{n}: code" for n in range(101)) + "} }", "TOO_MANY_ALIASES"),
    ("{ ledgers { " + "code @skip(if: false) " * 101 + "} }", "TOO_MANY_DIRECTIVES"),
    ("{ ledgers { " + "code " * 101 + "} }", "TOO_MANY_FIELDS"),
    ("{ ledgers { " + "...{ " * 100 + "code" + " }" * 100 + " } }", None),
    ("{ ledgers " + "{ towns { edges { node " * 7 + "{ id }" + " } } }" * 7 + " }", "DOCUMENT_TOO_DEEP"),
    (
        "{ ledgers { towns(first: 500) { edges { node { communities(first: 500) { totalCount } } } } } }",
        "QUERY_TOO_COSTLY",
    ),
]


@pytest.mark.parametrize(("query", "expected"), BAD_DOCUMENTS)
async def test_a_query_that_is_wrong_or_too_large_is_told_so(wire: Wire, query: str, expected: str | None) -> None:
    answer = await wire.post({"query": query}, accept="application/graphql-response+json")
    if expected is None:
        assert answer.status_code == 200, answer.json()
    else:
        assert (answer.status_code, code(answer.json())) == (400, expected)
    lenient = await wire.post({"query": query}, accept="application/json")
    assert lenient.status_code == 200


@pytest.mark.parametrize(
    ("query", "english", "chinese"),
    [
        ("{", "The query is not written as GraphQL is: Syntax Error", "查询不符合 GraphQL 语法：Syntax Error"),
        ("{ nothing }", "The query does not fit the schema: Cannot query field", "查询与模式不符：Cannot query field"),
        ("query ($a: ID!) { ledger(code: $a) { code } }", "A variable does not fit", "变量不符合查询的要求：Variable"),
    ],
)
async def test_what_the_library_finds_wrong_is_told_in_both_languages(
    wire: Wire, query: str, english: str, chinese: str
) -> None:
    [told] = (await wire.ask(query))["errors"]
    assert told["message"] == told["extensions"]["en"]
    assert told["message"].startswith(english)
    [told] = (await wire.ask(query, language="zh"))["errors"]
    assert told["message"] == told["extensions"]["zh"]
    assert told["message"].startswith(chinese)
    assert told["locations"]


async def test_fragments_of_fragments_cannot_be_written_out_beyond_measure(wire: Wire) -> None:
    doubled = "".join(
        f"fragment F{n} on Community {{ a: town {{ communities {{ edges {{ node {{ ...F{n + 1} }} }} }} }} "
        f"b: town {{ communities {{ edges {{ node {{ ...F{n + 1} }} }} }} }} }}"
        for n in range(3)
    )
    query = "{ ledgers { communities(first: 1) { edges { node { ...F0 } } } } } fragment F3 on Community { id }"
    answer = await wire.post({"query": query + doubled})
    assert code(answer.json()) in {"QUERY_TOO_COSTLY", "TOO_MANY_FIELDS"}


async def test_a_page_that_is_too_long_is_an_error(wire: Wire) -> None:
    answer = await wire.ask("query ($c: ID!) { ledger(code: $c) { towns(first: 501) { totalCount } } }", c=LEDGER)
    assert code(answer) == "PAGE_UNFIT"
    assert answer["errors"][0]["path"] == ["ledger", "towns"]


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 5000])
async def test_a_token_that_is_none_is_not_taken(wire: Wire, token: str) -> None:
    answer = await wire.post({"query": "{ viewer { role } }"}, token)
    assert (answer.status_code, code(answer.json())) == (401, "TOKEN_INVALID")


async def test_a_subscription_is_not_answered_here(wire: Wire) -> None:
    answer = await wire.post({"query": "subscription { x }"})
    assert "errors" in answer.json()


async def test_introspection_is_answered_by_the_standard_executor_and_counted(wire: Wire) -> None:
    answer = await wire.ask("{ __schema { queryType { name } } }")
    assert answer["data"] == {"__schema": {"queryType": {"name": "Query"}}}
    metrics = (await wire.client.get("/metrics")).text
    assert 'gongzhi_graphql_fallbacks_total{reason="introspection"}' in metrics


async def test_operators_see_that_it_lives_and_is_ready(wire: Wire) -> None:
    assert (await wire.client.get("/health/live")).status_code == 200
    assert (await wire.client.get("/health/ready")).json()["ready"] is True


async def test_many_at_once_are_answered_each_for_itself(wire: Wire) -> None:
    token = await wire.token()
    names = [f"镇{n}" for n in range(20)]
    answers = await asyncio.gather(*(register(wire, token, name=name) for name in names))
    assert [answer["node"]["name"] for answer in answers] == names


async def test_switched_on_get_answers_queries_only(
    postgres: EmbeddedPostgres, root: Address, migrated: Databases
) -> None:
    profile = Profile(get=True, introspection=False)
    async with fresh_databases(postgres, root) as databases, serving(databases, postgres.home, profile) as open_wire:
        found = await open_wire.client.get("/graphql", params={"query": "{ ledgers { code } }"})
        assert found.json()["data"] == {"ledgers": [{"code": LEDGER}, {"code": OTHER}]}
        bad = await open_wire.client.get("/graphql", params={"query": "{ ledgers { code } }", "variables": "{"})
        assert code(bad.json()) == "REQUEST_MALFORMED"
        mutation = 'mutation { townRegister(ledger: "x", name: "y") { __typename } }'
        acted = await open_wire.client.get("/graphql", params={"query": mutation})
        assert (acted.status_code, code(acted.json())) == (405, "OPERATION_NOT_QUERY")
        hidden = await open_wire.post({"query": "{ __schema { queryType { name } } }"})
        assert code(hidden.json()) == "INTROSPECTION_OFF"
