"""What is compiled answers as the standard executor does, construct by construct and for random operations."""

import os
from collections.abc import AsyncIterator
from itertools import pairwise
from random import Random
from typing import Any

import orjson
import pytest

from api.catalogue import Catalogue
from api.execution import Engine, Request
from api.identity import Viewer
from api.limits import LIMITS
from api.pools import Pools, open_pools
from api.progress import PATIENCE, Progress, following
from api.schema import make_schema
from domain.events import Audience
from domain.roles import Role
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.keys import KeyStore, open_keys
from infra.provision import USER
from projections.tables import ensure_tables
from tests.operations import operation
from tests.village import catalogue
from tests.village_data import HEAD, IDS, SIGNED, VOCABULARY, fill

ROLES = {Audience.STAFF: Role.TOWN, Audience.PARTIES: Role.FIRM, Audience.LEGAL: Role.LEGAL}


class Both:
    """The same schema over the same rows, once compiled and once not."""

    def __init__(self, made: Catalogue, pools: Pools, progress: Progress, keys: KeyStore) -> None:
        self.schema, wide = make_schema(made), LIMITS._replace(plain=LIMITS.cost)
        self.compiled = Engine(made, self.schema, pools, progress, keys, limits=wide)
        self.plain = Engine(made, self.schema, pools, progress, keys, limits=wide, compiled=False)

    async def ask(self, query: str, audience: Audience = Audience.PUBLIC, **variables: Any) -> Any:
        """The answer, which has to be the same either way, and compiled."""
        before = self.failures()
        viewer = None
        if audience is not Audience.PUBLIC:
            viewer = Viewer("t1", "person:1", ROLES[audience], audience, opens=True)
        request = Request(query, variables, viewer=viewer)
        fast, plain = await self.compiled.answer(request), await self.plain.answer(request)
        got, expected = orjson.loads(fast.body), orjson.loads(plain.body)
        if len(got.get("errors", ())) + len(expected.get("errors", ())) > 1:
            # Which of two errors nulls their parent first is chance, so only what is left is compared.
            got["errors"] = expected["errors"] = bool(got.get("errors")) == bool(expected.get("errors"))
        assert got == expected, query
        assert self.failures() == before, query
        return orjson.loads(fast.body)

    async def data(self, query: str, audience: Audience = Audience.PUBLIC, **variables: Any) -> Any:
        answer = await self.ask(query, audience, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def failures(self) -> float:
        """How many statements the database refused."""
        return self.fallbacks("statement failed")

    def fallbacks(self, reason: str) -> float:
        return float(self.compiled.metrics.fallbacks.labels(reason)._value.get())  # noqa: SLF001


@pytest.fixture(scope="module")
async def village_databases(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Databases]:
    """One pair of databases for the whole module: its rows are never changed."""
    async with root.connection() as connection:
        await connection.execute(f"create database village owner {USER} template {USER}")
        await connection.execute(f"create database village_keys owner {USER} template {USER}_keys")
    main, keys = (Address(postgres.dsn(name, USER)) for name in ("village", "village_keys"))
    opened = Databases(main, keys, "")
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def village(village_databases: Databases) -> AsyncIterator[Both]:
    owner = await village_databases.connect("gongzhi_owner")
    await ensure_tables(owner)
    await fill(owner)
    await owner.close()
    keys = await open_keys(await village_databases.keys_pool(), b"k" * 32)
    async with open_pools(village_databases, size=2) as pools, following(village_databases, pools) as progress:
        yield Both(catalogue(), pools, progress, keys)


async def test_a_ledger_tells_its_code_name_and_position(village: Both) -> None:
    answer = await village.ask('{ ledger(code: "t1") { __typename id code name demo position } }')
    assert answer["data"]["ledger"] == {
        "__typename": "Ledger",
        "id": "t1:ledger:t1",
        "code": "t1",
        "name": "县",
        "demo": True,
        "position": HEAD,
    }
    cited = answer["extensions"]["ledger"]
    assert (cited["code"], cited["position"], cited["signed"], cited["root"]) == ("t1", HEAD, SIGNED, "07" * 32)


COTTAGE = """ fragment C on CottageRow {
    id colour colours area areas built seen sights days floors open note notes secret hedge hedges
    hamlet { id name } otherHamlet { name } lodger { id } thing { __typename id } things { __typename id }
    neighbours { id } cottageTally { visits } history { totalCount }
    spot { __typename ... on Node { id } ... on HamletRow { name } ... on CottageRowSpot { ... on LodgerRow { id } } }
    spots { ... on CottageRow { a: colour lanes { totalCount } } ... on HamletRow { lanesAsEnd { totalCount } } } }"""
CONSTRUCTS = {
    "every column": "{ ledger(code: $l) { cottages { edges { cursor node { ...C } } } } }" + COTTAGE,
    "one thing": '{ a: node(id: "t1:cottage:1") { id ...C } b: ledger(code: $l) { code } }' + COTTAGE,
    "a thing of no kind": '{ ledger(code: $l) { code } node(id: "t1:hedge:0") { id } }',
    "reverse lists": """{ ledger(code: $l) { hamletRows { edges { node { name
        cottages(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } }
        cottagesAsOtherHamlet { edges { node { otherHamlet { id } } } }
        lanes { edges { cursor node { hamlet { name } } } } } } } } }""",
    "gaps of a day": """{ ledger(code: $l) {
        a: cottages(gap: WITHOUT_STAY, asOf: "2025-03-01") { totalCount edges { node { id } } }
        b: cottages(gap: WITHOUT_WIDE_STAY, asOf: "2025-03-01", first: 2) {
            edges { cursor } groups(by: COLOUR) { count } }
        c: stays(gap: OVERSTAYED, asOf: "2025-03-09", orderBy: UNTIL_ASC) { edges { node { beds } } }
        hamletRows { edges { node { cottages(gap: WITHOUT_STAY, asOf: "2025-03-05") { totalCount } } } } } }""",
    "reports of many": """{ ledger(code: $l) { cottages { edges { node {
        stayed(asOf: "2025-03-09") { beds cottage { id } assigned { position type } } } } } } }""",
    "only a total": "{ ledger(code: $l) { cottages(open: true) { totalCount } } }",
    "only whether there is more": "{ ledger(code: $l) { cottages(first: 1) { pageInfo { hasNextPage } } } }",
    "an empty page": """{ ledger(code: $l) {
        cottages(first: 0) { edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor } } } }""",
    "filters": """{ ledger(code: $l) {
        a: cottages(colour: RED) { totalCount } b: cottages(colours: BLUE) { totalCount }
        c: cottages(hamlet: "t1:hamlet:1", built: "2025-03-01") { totalCount }
        d: cottages(hamlet: "t2:hamlet:1") { totalCount } e: cottages(thing: "nonsense") { totalCount }
        f: cottages(area: "83.30") { totalCount } g: cottages(note: null) { totalCount } } }""",
    "orders": """{ ledger(code: $l) { a: cottages(orderBy: NOTE_DESC, first: 3) { edges { cursor node { note } } }
        b: cottages(orderBy: BUILT_ASC) { edges { cursor } } c: cottages(colour: RED, orderBy: SEEN_ASC, first: 2) {
        pageInfo { hasNextPage endCursor } } d: cottages(orderBy: AREA_DESC, open: true) { edges { cursor } } } }""",
    "as of a day": """{ ledger(code: $l) { stays(asOf: "2025-03-02") { totalCount edges { node { since until gone } } }
        roofs(asOf: "2025-03-02") { totalCount edges { node { since cottage { id } } } }
        cottages { edges { node { stays(asOf: "2025-03-01", orderBy: SINCE_DESC) { totalCount }
        roofs(asOf: "2025-06-30") { edges { node { since } } } } } } } }""",
    "groups and measures": """{ ledger(code: $l) { cottages(open: true) { groups(by: COLOUR) { value label count }
        colours: groups(by: COLOURS) { value count } lodgers: groups(by: LODGER) { thing { __typename id } count }
        areas: groups(by: AREA, first: 2) { value } built: groups(by: BUILT) { label }
        measures { floors { sum min max } area { sum min max __typename } } }
        lodgers { groups(by: COTTAGE) { value count thing { id } } } stays { measures { __typename } } } }""",
    "events of all types": """{ ledger(code: $l) { events { totalCount edges { cursor node {
        __typename position type occurredAt recordedAt leafHash body actor { role person { id } grant { id } }
        ... on CottageBuilt { cottage { id } hamlet { name } area areas built seen floors rooms colours open
            thing { id } neighbours { id } hedge colour spot { ... on Node { id } } spots { id } }
        ... on CottageLet { cottage { id } lodger { fullName } fullName things { __typename } }
        ... on CottagePainted { colour } } } } } }""",
    "events by type and tag": """{ ledger(code: $l) {
        a: events(types: ["CottageBuilt"]) { totalCount } b: events(tags: ["cottage:1"]) { totalCount }
        c: events(tags: ["cottage:1", "hamlet:0"], types: []) { edges { node { position } } }
        d: events(after: "20", first: 3) { pageInfo { hasPreviousPage hasNextPage } edges { cursor } } } }""",
    "back-dated events": """{ ledger(code: $l) {
        a: events(backdatedDays: 7) { totalCount edges { node { backdated { daysEarlier policy reason __typename } } } }
        b: events(backdatedDays: 0, types: ["CottageBuilt"], tags: ["hamlet:0"]) { edges { cursor } }
        c: events(backdatedDays: null) { totalCount edges { node { backdated { daysEarlier } } } } } }""",
    "corrections": """{ ledger(code: $l) { events { edges { node { position
        correctedBy(first: 2) { totalCount edges { cursor node { __typename position ... on CottageCorrected {
            corrects { position correctedBy { totalCount } } also { __typename position voidedBy { position } } } } } }
        voidedBy { __typename position backdated { reason } ... on CottageVoided { voids { position } } }
        } } } } }""",
    "figures": """{ ledger(code: $l) { figures { key label unit value numerator denominator
        events(first: 2) { totalCount edges { node { position } } } } some: figures(keys: ["share"]) { value } } }""",
    "changes": """{ ledger(code: $l) { changes { totalCount } cottages { edges { node { changes {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node {
        position recordedAt field label before after event { __typename position ... on CottageLet { fullName } } } }
        } } } } } }""",
    "changes between moments": """query ($l: ID!, $from: Moment = {position: 6}) { ledger(code: $l) { code }
        node(id: "t1:cottage:2") { id changes(from: $from, to: {time: "2025-03-01T12:35:00+08:00"}, first: 4) {
            totalCount edges { cursor node { field before after position } } }
            more: changes(after: "9.colour", to: {position: 30}) {
                edges { cursor } pageInfo { hasPreviousPage } } } }""",
    "all ledgers": "{ ledgers { code position checkpoint { position root note signedAt } } }",
    "a nested fragment": """{ ...A } fragment A on Query { ledger(code: $l) { ...B code } }
        fragment B on Ledger { cottages(first: 1) { edges { node { ...C } } } }
        fragment C on Node { id ... on CottageRow { colour } }""",
    "conditions": """query ($l: ID!, $yes: Boolean = true) { ledger(code: $l) {
        code @include(if: $yes) name @skip(if: $yes) ... @include(if: false) { demo } } }""",
    "the same field twice": "{ ledger(code: $l) { cottages { totalCount } cottages { edges { cursor } } } }",
    "more than fifty fields": f"{{ ledger(code: $l) {{ {' '.join(f'a{n}: position' for n in range(99))} }} }}",
    "the viewer": "{ ledger(code: $l) { code } viewer { role audience person { id fullName } ledger { code } } }",
}
MOMENTS = [None, {"position": 1}, {"position": 17}, {"position": HEAD}, {"time": "2025-03-01T12:20:00+08:00"}]


def prepared(query: str, *, moment: bool) -> str:
    """Its ledger and moment as variables."""
    at = query.replace("code: $l", "code: $l, asKnownAt: $m") if moment else query
    declared = "$l: ID!, $m: Moment" if moment else "$l: ID!"
    if query.startswith("query ("):
        return at.replace("$l: ID!", declared, 1)
    return f"query ({declared}) {at}"


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("name", [name for name in CONSTRUCTS if "$l" in CONSTRUCTS[name]])
async def test_each_construct_answers_the_same(village: Both, name: str, audience: Audience) -> None:
    query = CONSTRUCTS[name]
    await village.data(prepared(query, moment=False), audience, l="t1")
    for moment in MOMENTS:
        await village.data(prepared(query, moment=True), audience, l="t1", m=moment)


async def test_all_ledgers_answer_the_same(village: Both) -> None:
    answer = await village.ask(CONSTRUCTS["all ledgers"])
    assert [ledger["code"] for ledger in answer["data"]["ledgers"]] == ["t1", "t2"]
    assert [each["code"] for each in answer["extensions"]["ledgers"]] == ["t1", "t2"]


CITED = {
    "one ledger twice": ('{ a: ledger(code: "t1") { code } b: node(id: "t1:cottage:1") { id } }', "ledger", [HEAD]),
    "its head twice": (
        '{ a: ledger(code: "t1") { code } b: ledger(code: "t1", asKnownAt: {position: 40}) { code } }',
        "ledger",
        [HEAD],
    ),
    "two moments": (
        '{ a: ledger(code: "t1", asKnownAt: {position: 9}) { code } b: ledger(code: "t1") { code } }',
        "ledgers",
        [9, HEAD],
    ),
    "two ledgers": (
        """{ a: ledger(code: "t2") { code }
            b: ledger(code: "t1", asKnownAt: {time: "2025-03-01T12:20:00+08:00"}) { code } }""",
        "ledgers",
        [HEAD, 20],
    ),
    "all at a time": ('{ ledgers(asKnownAt: {time: "2025-03-01T12:20:00+08:00"}) { position } }', "ledgers", [20, 20]),
    "all and one": ('{ ledgers(asKnownAt: {position: 7}) { code } node(id: "t1:x") { id } }', "ledgers", [7, 7, HEAD]),
    "one that is not there": ('{ ledger(code: "zz") { code } }', None, None),
    "one of two that is not there": ('{ ledger(code: "zz") { code } node(id: "t1:x") { id } }', "ledger", [HEAD]),
    "who asks then": ("{ viewer(asKnownAt: {position: 5}) { ledger { position } } }", "ledger", [5]),
}


@pytest.mark.parametrize("name", CITED)
async def test_an_answer_is_cited_by_every_ledger_and_moment_that_it_was_read_at(village: Both, name: str) -> None:
    query, key, positions = CITED[name]
    answer = await village.ask(query, Audience.STAFF)
    assert "errors" not in answer, answer
    cited = answer.get("extensions", {})
    assert list(cited) == ([] if key is None else [key])
    entries = [cited["ledger"]] if key == "ledger" else cited.get("ledgers")
    assert (None if key is None else [each["position"] for each in entries]) == positions


WAITING = {
    "ledger": 'query ($p: Position) { a: ledger(code: "t1", atLeast: $p) { code } }',
    "ledgers": "query ($p: Position) { a: ledgers(atLeast: $p) { code } }",
    "node": 'query ($p: Position) { a: node(id: "t1:cottage:1", atLeast: $p) { id } }',
    "viewer": "query ($p: Position) { a: viewer(atLeast: $p) { audience } }",
}


@pytest.mark.parametrize("field", WAITING)
async def test_every_root_waits_for_what_is_recorded_and_for_nothing_else(
    village: Both, village_databases: Databases, field: str
) -> None:
    assert (await village.data(WAITING[field], Audience.STAFF, p=HEAD))["a"]
    beyond = await village.ask(WAITING[field], Audience.STAFF, p=HEAD + 10**9)
    assert beyond["errors"][0]["extensions"]["code"] == "POSITION_BEYOND_HEAD"
    assert beyond["errors"][0]["extensions"]["details"] == {"position": HEAD + 10**9, "head": HEAD}
    owner = await village_databases.connect("gongzhi_owner")
    await owner.execute("update head set position = position + 1")
    village.compiled.patience = village.plain.patience = 0.05
    try:
        behind = await village.ask(WAITING[field], Audience.STAFF, p=HEAD + 1)
        assert behind["errors"][0]["extensions"]["code"] == "POSITION_NOT_REACHED"
        assert behind["errors"][0]["extensions"]["retryAfter"] == 1
        known = WAITING[field].replace("atLeast: $p", "asKnownAt: {position: $p}").replace("Position)", "Position!)")
        told = (await village.ask(known, Audience.STAFF, p=HEAD + 1))["errors"][0]["extensions"]["code"]
        assert told == ("POSITION_BEYOND_HEAD" if field == "ledgers" else "POSITION_NOT_REACHED")
    finally:
        village.compiled.patience = village.plain.patience = PATIENCE
        await owner.execute("update head set position = position - 1")
        await owner.close()


@pytest.mark.parametrize("field", WAITING)
@pytest.mark.parametrize("position", [0, 1, HEAD, HEAD + 1, 2**63 - 1])
async def test_every_root_answers_as_known_at_a_position_or_says_that_it_is_not_there(
    village: Both, field: str, position: int
) -> None:
    query = WAITING[field].replace("atLeast: $p", "asKnownAt: {position: $p}").replace("$p: Position", "$p: Position!")
    answer = await village.ask(query, Audience.STAFF, p=position)
    codes = [each["extensions"]["code"] for each in answer.get("errors", ())]
    assert codes == (["POSITION_BEYOND_HEAD"] if position > HEAD else [])


@pytest.mark.parametrize("position", [-1, 2**63, 1.5, "1"])
async def test_what_is_no_position_is_refused_with_the_request(village: Both, position: Any) -> None:
    for query in WAITING.values():
        answer = await village.ask(query, Audience.STAFF, p=position)
        assert answer["errors"][0]["extensions"]["code"] == "VARIABLES_INVALID"


async def test_of_a_ledger_that_is_not_there_nobody_waits_for_anything(village: Both) -> None:
    assert await village.data('{ ledger(code: "zz", atLeast: 5) { code } }') == {"ledger": None}


async def test_a_head_signed_later_changes_no_answer_about_its_position(
    village: Both, village_databases: Databases
) -> None:
    query = '{ ledger(code: "t1", asKnownAt: {position: 30}) { checkpoint { position } } }'
    before = (await village.compiled.answer(Request(query, {}))).body
    owner = await village_databases.connect("gongzhi_owner")
    await owner.execute("insert into checkpoint values ('t1', 30, $1, 'later', now())", b"\1" * 32)
    try:
        after = (await village.compiled.answer(Request(query, {}))).body
    finally:
        await owner.execute("delete from checkpoint where ledger = 't1' and position = 30")
        await owner.close()
    assert before == after


async def test_nothing_of_the_constructs_is_left_to_the_standard_executor(village: Both) -> None:
    reasons = {each.labels["reason"] for each in samples(village) if each.value and each.name.endswith("_total")}
    assert reasons <= {"argument", "position beyond head"}


def samples(village: Both) -> Any:
    [family] = village.compiled.metrics.fallbacks.collect()
    return family.samples


async def test_pages_go_through_all_items_once(village: Both) -> None:
    query = """query ($a: String) { ledger(code: "t1") {
        cottages(first: 3, after: $a) { pageInfo { hasNextPage endCursor } edges { node { id } } } } }"""
    ids, after, more = [], None, True
    while more:
        page = (await village.data(query, a=after))["ledger"]["cottages"]
        ids += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert sorted(ids) == sorted(f"t1:{id_}" for id_ in IDS["cottage"])


async def test_staff_sees_what_the_public_does_not(village: Both) -> None:
    query = """{ ledger(code: "t1") { lodgers { totalCount edges { node { fullName } } }
        cottages { edges { node { secret lodger { id } } } } } }"""
    public = (await village.data(query))["ledger"]
    staff = (await village.data(query, Audience.STAFF))["ledger"]
    assert public["lodgers"] == {"totalCount": 0, "edges": []}
    assert staff["lodgers"]["totalCount"] == len(IDS["lodger"])
    assert {edge["node"]["secret"] for edge in public["cottages"]["edges"]} == {None}
    assert any(edge["node"]["lodger"] for edge in staff["cottages"]["edges"])
    assert not any(edge["node"]["lodger"] for edge in public["cottages"]["edges"])


async def test_events_are_shown_to_whom_they_are_for(village: Both) -> None:
    query = '{ ledger(code: "t1") { events { edges { node { type } } } } }'
    seen = {}
    for audience in Audience:
        answer = await village.data(query, audience)
        seen[audience] = {edge["node"]["type"] for edge in answer["ledger"]["events"]["edges"]}
    public = {"CottageBuilt", "CottageCorrected"}
    parties = {*public, "CottagePainted", "CottageVoided"}
    assert seen[Audience.PUBLIC] == public
    assert seen[Audience.PARTIES] == parties
    assert seen[Audience.STAFF] == seen[Audience.LEGAL] == {*parties, "CottageLet"}


async def test_a_time_is_the_same_position_for_every_audience(village: Both) -> None:
    query = '{ ledger(code: "t1", asKnownAt: {time: "2025-03-01T12:20:00+08:00"}) { position } }'
    positions = {(await village.data(query, audience))["ledger"]["position"] for audience in Audience}
    assert positions == {20}


async def test_an_answer_of_the_past_is_the_same_again(village: Both) -> None:
    query = prepared(CONSTRUCTS["every column"], moment=True)
    request = Request(query, {"l": "t1", "m": {"position": 17}})
    first, second = [await village.compiled.answer(request) for _ in range(2)]
    assert first.body == second.body
    assert b'"position" : 17' in first.body


async def test_a_label_is_in_the_language_that_is_asked_for(village: Both) -> None:
    query = '{ ledger(code: "t1") { figures(keys: ["open"]) { label } } }'
    for language, label in (("en", "Open ones"), ("zh", "开放")):
        answer = await village.compiled.answer(Request(query, {}, language=language))
        assert orjson.loads(answer.body)["data"]["ledger"]["figures"] == [{"label": label}]


CHANGES = """query ($i: ID!, $from: Moment, $to: Moment, $first: Int, $after: String, $known: Moment) {
    node(id: $i, asKnownAt: $known) { changes(from: $from, to: $to, first: $first, after: $after) { totalCount
        pageInfo { hasNextPage endCursor } edges { cursor node { position field before after } } } } }"""


async def changes(village: Both, audience: Audience = Audience.STAFF, **given: Any) -> list[dict[str, Any]]:
    found = (await village.data(CHANGES, audience, **{"i": "t1:cottage:1", "first": 500, **given}))["node"]["changes"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def test_changes_lead_from_the_birth_of_a_row_to_what_it_is_now(village: Both) -> None:
    told: dict[str, Any] = {}
    for change in await changes(village):
        assert told.get(change["field"]) == change["before"] != change["after"]
        told[change["field"]] = change["after"]
    query = """{ node(id: "t1:cottage:1") { ... on CottageRow {
        colour colours area areas built seen days floors open note notes hedge hedges hamlet { id } } } }"""
    now = (await village.data(query, Audience.STAFF))["node"]
    assert {name: told.get(name) for name in now} == {**now, "hamlet": now["hamlet"]["id"]}


async def test_changes_between_two_moments_are_those_after_the_first_up_to_the_second(village: Both) -> None:
    whole = await changes(village)
    positions = sorted({change["position"] for change in whole})
    assert len(positions) > 1
    for start, end in pairwise(positions):
        given: dict[str, Any] = {"from": {"position": start}, "to": {"position": end}}
        between = await changes(village, **given)
        assert between == [change for change in whole if change["position"] == end]
    then = await changes(village, known={"position": positions[0]})
    assert then == [change for change in whole if change["position"] == positions[0]]


async def test_changes_go_page_by_page_through_all_of_them(village: Both) -> None:
    found, after = [], None
    for _ in range(100):
        page = (await village.data(CHANGES, Audience.STAFF, i="t1:cottage:1", first=3, after=after))["node"]["changes"]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == await changes(village)


async def test_changes_never_tell_personal_text_nor_what_the_caller_may_not_see(village: Both) -> None:
    staff, public = [[], []]
    for number in range(7):
        staff += await changes(village, Audience.LEGAL, i=f"t1:cottage:{number}")
        public += await changes(village, Audience.PUBLIC, i=f"t1:cottage:{number}")
    assert {change["field"] for change in staff} >= {"lodger", "spots", "things"}
    assert "secret" not in {change["field"] for change in staff}
    assert "lodger" not in {change["field"] for change in public}
    assert ":lodger:" not in str(public)
    assert ":lodger:" in str(staff)


AMISS: list[tuple[dict[str, Any], str, dict[str, int] | None]] = [
    ({"from": {"position": 9}, "to": {"position": 8}}, "MOMENTS_REVERSED", {"start": 9, "end": 8}),
    ({"to": {"position": HEAD + 1}}, "POSITION_BEYOND_HEAD", {"position": HEAD + 1, "head": HEAD}),
    ({"from": {"position": HEAD + 1}}, "POSITION_BEYOND_HEAD", {"position": HEAD + 1, "head": HEAD}),
    ({"to": {"position": 8}, "known": {"position": 7}}, "POSITION_BEYOND_HEAD", {"position": 8, "head": 7}),
    ({"from": {"time": "2130-01-01T00:00:00+08:00"}}, "TIME_AHEAD", None),
    ({"after": "3.nothing"}, "CURSOR_INVALID", None),
    ({"first": 501}, "PAGE_UNFIT", None),
]


@pytest.mark.parametrize(("given", "code", "details"), AMISS)
async def test_moments_of_changes_that_are_amiss_are_told_with_their_numbers(
    village: Both, given: dict[str, Any], code: str, details: dict[str, int] | None
) -> None:
    answer = await village.ask(CHANGES, Audience.STAFF, i="t1:cottage:2", **given)
    assert answer["errors"][0]["extensions"]["code"] == code
    assert details is None or answer["errors"][0]["extensions"]["details"] == details


async def test_what_was_not_born_yet_is_null(village: Both) -> None:
    sql = "select id, born from cottage_row where ledger = 't1' order by born desc limit 1"
    latest = await village.compiled.pools.row(Audience.STAFF, sql, [])
    query = "query ($p: Position!, $i: ID!) { node(id: $i, asKnownAt: {position: $p}) { id } }"
    id_ = f"t1:{latest['id']}"
    assert await village.data(query, p=latest["born"] - 1, i=id_) == {"node": None}
    assert await village.data(query, p=latest["born"], i=id_) == {"node": {"id": id_}}


async def test_a_row_that_refers_to_nothing_is_our_fault_and_told_by_a_number(
    village: Both, village_databases: Databases
) -> None:
    owner = await village_databases.connect("gongzhi_owner")
    await owner.execute("insert into lane values ('t1', 'astray', 'hamlet:9', 'cottage:1', 1, 1)")
    query = '{ ledger(code: "t1") { lanes { edges { node { hamlet { id } } } } } }'
    try:
        failed = village.failures()
        answer = orjson.loads((await village.compiled.answer(Request(query, {}))).body)
    finally:
        await owner.execute("delete from lane where id = 'astray'")
        await owner.close()
    assert answer["data"] == {"ledger": None}
    assert village.failures() == failed + 1
    assert answer["errors"][0]["extensions"]["code"] == "FAILED"


EXAMPLES = int(os.environ.get("GONGZHI_DIFFERENTIAL", "500")) // len(Audience)
"""Operations for each audience."""


@pytest.mark.parametrize("audience", list(Audience))
async def test_random_operations_answer_the_same(village: Both, audience: Audience) -> None:
    for number in range(EXAMPLES):
        made = operation(Random(f"{audience.name} {number}"), village.schema, VOCABULARY)
        await village.ask(made.query, audience, **made.variables)
