"""Lists as people ask for them: in an order, as of a day, and both as the ledger knew it then."""

import itertools
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from api.app import open_engine
from api.composition import services_over
from api.execution import Engine, Request
from api.identity import Viewer
from domain import committees, compounds, firms, grids, people, places, posts
from domain.events import Audience, Confidential, Event, Personal, Position, Ref
from domain.roles import Role
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.settings import Settings
from projections.projector import catch_up
from tests.histories import (
    BODY,
    COMMUNITY,
    COMPOUND,
    DAY,
    FIRM,
    GRID,
    LEDGER,
    LI,
    TOWN,
    WANG,
    Chronicle,
    opened,
    writer_of,
)
from tests.wire import fresh_databases

WORKER = posts.PostKind.GRID_WORKER
OTHER = Ref[Any]("firm:2")
FIRE = date(2025, 8, 14)
NAMES = ("永安小区", "外贸小区", "安居苑", "外贸小区")
MARKET = compounds.ServiceMode.MARKET

STAFF = Viewer(LEDGER, "person:staff", Role.COUNTY, Audience.STAFF)


def known_at_first() -> list[Event]:
    return [
        opened(),
        places.TownRegistered(TOWN, "古韩镇"),
        places.CommunityRegistered(COMMUNITY, TOWN, "外贸社区"),
        places.CompoundRegistered(COMPOUND, COMMUNITY, NAMES[0], divided=True),
        *(places.CompoundRegistered(Ref(f"compound:{n}"), COMMUNITY, NAMES[n], divided=True) for n in (2, 3)),
        places.CompoundRegistered(Ref("compound:4"), COMMUNITY, NAMES[1], divided=True),
        *(people.PersonRegistered(person, Personal(f"v1.{person}"), None) for person in (LI, WANG)),
        *(firms.FirmRegistered(firm, firm, f"91140423{firm}") for firm in (FIRM, OTHER)),
        grids.GridDelineated(GRID, COMMUNITY, "第一网格", DAY),
        posts.PostFilled(GRID, WANG, WORKER, full_time=True, since=DAY),
        compounds.ServiceModeSet(COMPOUND, MARKET, FIRM, DAY),
        committees.ManagementCommitteeFormed(BODY, COMPOUND, 7, 4, DAY, date(2028, 3, 1)),
    ]


def told_late() -> list[Event]:
    """Recorded after the fire, though it held before."""
    since, mistaken = date(2025, 8, 1), Position(len(known_at_first()) + 1)
    return [
        posts.PostFilled(GRID, LI, posts.PostKind.CHECKER, full_time=False, since=since),
        posts.PostVoided(mistaken, Confidential("误登"), GRID, LI, posts.PostKind.CHECKER, None, since, None),
        posts.PostVacated(GRID, WANG, WORKER, DAY, since),
        posts.PostFilled(GRID, LI, WORKER, full_time=True, since=since),
        compounds.ServiceModeSet(COMPOUND, MARKET, OTHER, since),
        committees.CommitteeDissolved(BODY, COMPOUND, DAY, since, late=False),
    ]


class Asked:
    def __init__(self, engine: Engine, before: int) -> None:
        self.engine, self.before = engine, before

    async def ask(self, query: str, viewer: Viewer | None = None, **variables: Any) -> Any:
        return json.loads((await self.engine.answer(Request(query, variables, viewer=viewer))).body)

    async def ledger(self, asked: str, viewer: Viewer | None = None, *, then: bool = False, **variables: Any) -> Any:
        moment = f", asKnownAt: {{position: {self.before}}}" if then else ""
        declared = "($d: Date!)" if "$d" in asked else ""
        query = f'query {declared} {{ ledger(code: "{LEDGER}"{moment}) {{ {asked} }} }}'
        answer = await self.ask(query, viewer, **variables)
        assert "errors" not in answer, answer
        return answer["data"]["ledger"]


@pytest.fixture(scope="module")
async def asked(
    postgres: EmbeddedPostgres, root: Address, migrated: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Asked]:
    async with fresh_databases(postgres, root) as databases:
        before = await _record(databases)
        settings = Settings(home=tmp_path_factory.mktemp("lists"))
        async with services_over(databases, settings) as services, open_engine(services) as (engine, _):
            yield Asked(engine, before)


async def _record(databases: Databases) -> int:
    """The position before what was told late."""
    writer, chronicle = await writer_of(databases), Chronicle()
    before = await chronicle.record(writer, *known_at_first())
    await chronicle.record(writer, *told_late())
    await catch_up(writer, LEDGER)
    await writer.close()
    return before


FOUR = [
    pytest.param(FIRE, False, "as now known", id="then, as known now"),
    pytest.param(FIRE, True, "as then known", id="then, as known then"),
    pytest.param(DAY, False, "as then known", id="before, as known now"),
    pytest.param(DAY, True, "as then known", id="before, as known then"),
]


@pytest.mark.parametrize(("day", "then", "answer"), FOUR)
async def test_who_was_responsible_on_a_day_and_who_was_thought_to_be(
    asked: Asked, *, day: date, then: bool, answer: str
) -> None:
    """The day in the world and the moment of the ledger are asked for apart, and both are answered (S10)."""
    query = """posts(asOf: $d) { totalCount edges { node { since } } }
        propertyServices(asOf: $d) { totalCount edges { node { provider { name } } } }
        committees(asOf: $d) { totalCount }"""
    found = await asked.ledger(query, STAFF, then=then, d=str(day))
    late = answer == "as now known"
    assert found["posts"] == {"totalCount": 1, "edges": [{"node": {"since": "2025-08-01" if late else str(DAY)}}]}
    firm = OTHER if late else FIRM
    assert found["propertyServices"] == {"totalCount": 1, "edges": [{"node": {"provider": {"name": firm}}}]}
    assert found["committees"]["totalCount"] == (0 if late else 1)


async def test_the_day_is_the_first_and_not_the_last_on_which_something_holds(asked: Asked) -> None:
    days = ["2025-02-28", "2025-03-01", "2025-07-31", "2025-08-01"]
    query = "posts(asOf: $d) { edges { node { since } } }"
    found = [(await asked.ledger(query, d=day))["posts"]["edges"] for day in days]
    assert [[edge["node"]["since"] for edge in edges] for edges in found] == [
        [],
        ["2025-03-01"],
        ["2025-03-01"],
        ["2025-08-01"],
    ]


async def test_a_firm_of_a_compound_is_found_through_the_compound(asked: Asked) -> None:
    query = """compounds { edges { node {
        name propertyServices(asOf: $d) { edges { node { provider { name } } } } } } }"""
    served = {
        edge["node"]["name"]: [each["node"]["provider"]["name"] for each in edge["node"]["propertyServices"]["edges"]]
        for edge in (await asked.ledger(query, d=str(FIRE)))["compounds"]["edges"]
    }
    assert served == {NAMES[0]: [OTHER], NAMES[1]: [], NAMES[2]: []}


ORDERS = {"NAME_ASC": sorted(NAMES), "NAME_DESC": sorted(NAMES, reverse=True)}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 3])
async def test_pages_of_an_order_go_through_all_items_once(asked: Asked, order: str, size: int) -> None:
    query = """compounds(orderBy: %s, first: %d%s) {
        pageInfo { hasNextPage endCursor } edges { node { id name } } }"""
    met, after = [], ""
    for _ in itertools.count():
        page = (await asked.ledger(query % (order, size, after)))["compounds"]
        met += [(edge["node"]["name"], edge["node"]["id"]) for edge in page["edges"]]
        after = f", after: {json.dumps(page['pageInfo']['endCursor'], ensure_ascii=False)}"
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert [name for name, _ in met] == ORDERS[order]
    assert len(set(met)) == len(NAMES)


@pytest.mark.parametrize("order", ["UNTIL_ASC", "UNTIL_DESC"])
async def test_what_has_no_value_comes_last_either_way(asked: Asked, order: str) -> None:
    found = (await asked.ledger(f"posts(orderBy: {order}) {{ edges {{ node {{ until }} }} }}"))["posts"]["edges"]
    assert [edge["node"]["until"] for edge in found] == ["2025-08-01", None, None]


async def test_what_was_voided_is_listed_and_never_held(asked: Asked) -> None:
    query = "all: posts(postKind: CHECKER) { totalCount } then: posts(postKind: CHECKER, asOf: $d) { totalCount }"
    found = await asked.ledger(query, d=str(FIRE))
    assert (found["all"]["totalCount"], found["then"]["totalCount"]) == (1, 0)


@pytest.mark.parametrize("refused", ["compounds(after: $c)", "communities(orderBy: NAME_ASC, after: $c)"])
async def test_a_cursor_of_another_order_or_another_list_is_refused(asked: Asked, refused: str) -> None:
    page = await asked.ledger("compounds(orderBy: NAME_ASC) { edges { cursor } }")
    cursor = page["compounds"]["edges"][0]["cursor"]
    text = f'query ($c: String!) {{ ledger(code: "{LEDGER}") {{ {refused} {{ totalCount }} }} }}'
    answer = await asked.ask(text, c=cursor)
    assert answer["errors"][0]["extensions"]["code"] == "CURSOR_INVALID"


async def test_an_order_may_be_a_variable(asked: Asked) -> None:
    query = f"""query ($o: CompoundOrder) {{ ledger(code: "{LEDGER}") {{
        compounds(orderBy: $o) {{ edges {{ node {{ name }} }} }} }} }}"""
    for order in ("NAME_ASC", "NAME_DESC", "NAME_ASC"):
        answer = await asked.ask(query, o=order)
        names = [edge["node"]["name"] for edge in answer["data"]["ledger"]["compounds"]["edges"]]
        assert names == ORDERS[order]


async def test_a_list_is_counted_by_a_reference_an_enum_or_each_of_many(asked: Asked) -> None:
    query = """compounds {
        home: groups(by: COMMUNITY) { value label count thing { ... on Community { name } } }
        mode: groups(by: SERVICE_MODE) { value label count thing { id } }
        problems: groups(by: PROBLEMS) { count } first: groups(by: SERVICE_MODE, first: 1) { count } }"""
    found = (await asked.ledger(query))["compounds"]
    home = f"{LEDGER}:{COMMUNITY}"
    assert found["home"] == [{"value": home, "label": home, "count": 4, "thing": {"name": "外贸社区"}}]
    assert found["mode"] == [
        {"value": None, "label": None, "count": 3, "thing": None},
        {"value": "MARKET", "label": MARKET.words.zh, "count": 1, "thing": None},
    ]
    assert (found["problems"], found["first"]) == ([], [{"count": 3}])


@pytest.mark.parametrize(("day", "then", "answer"), FOUR)
async def test_what_is_counted_is_of_the_day_and_as_known_then(
    asked: Asked, *, day: date, then: bool, answer: str
) -> None:
    query = """posts(asOf: $d) { groups(by: PERSON) { value count } }
        committees(asOf: $d) { measures { seats { sum min max } partySeats { sum } } }"""
    found = await asked.ledger(query, STAFF, then=then, d=str(day))
    late = answer == "as now known"
    assert found["posts"]["groups"] == [{"value": f"{LEDGER}:{LI if late else WANG}", "count": 1}]
    seats = {"sum": None, "min": None, "max": None} if late else {"sum": 7, "min": 7, "max": 7}
    assert found["committees"]["measures"] == {"seats": seats, "partySeats": {"sum": None}}


async def test_whom_the_public_is_not_shown_it_does_not_find_by_asking_br_70(asked: Asked) -> None:
    query = f"""posts {{ groups(by: PERSON) {{ value }} edges {{ cursor node {{ person {{ id }} }} }} }}
        held: posts(person: "{LEDGER}:{WANG}") {{ totalCount }}
        events(tags: ["{WANG}"]) {{ totalCount }} public: events(tags: ["{GRID}"]) {{ totalCount }}"""
    public, staff = await asked.ledger(query), await asked.ledger(query, STAFF)
    assert "person:" not in json.dumps(public)
    assert (public["posts"]["groups"], public["held"]["totalCount"], public["events"]["totalCount"]) == ([], 0, 0)
    assert [group["value"] for group in staff["posts"]["groups"]] == [f"{LEDGER}:{LI}", f"{LEDGER}:{WANG}"]
    assert staff["held"]["totalCount"] == 1
    assert staff["events"]["totalCount"] >= 2
    assert public["public"]["totalCount"] == staff["public"]["totalCount"] > 0


async def test_groups_cost_as_many_as_they_may_be(asked: Asked) -> None:
    query = f"""{{ ledger(code: "{LEDGER}") {{ communities(first: 500) {{ edges {{ node {{
        compounds {{ groups(by: ORIGIN, first: 500) {{ count }} }} }} }} }} }} }}"""
    answer = await asked.ask(query)
    assert answer["errors"][0]["extensions"]["code"] == "QUERY_TOO_COSTLY"
