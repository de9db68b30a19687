"""What a query may cost: to compile, to keep and to answer, however small its text is."""

import time
import tracemalloc

import orjson
import pytest

from api.documents import Documents
from api.errors import QueryTooCostly
from api.execution import Request
from api.limits import LIMITS
from domain.events import Audience
from tests.counties import Counties

pytestmark = pytest.mark.xdist_group("counties")  # recorded once, by one worker


def nested(counties: Counties, types: int, levels: int, first: int) -> str:
    """Fragments on so many types of events, and the same again in what each event follows from."""
    public = [name for name, event in counties.engine.catalogue.events.items() if event.audience is Audience.PUBLIC]
    fragments = " ".join(f"... on {name} {{ position }}" for name in public[:types])
    inner = "position"
    for _ in range(levels):
        inner = f"position {fragments} causedBy {{ {inner} }}"
    return f'{{ ledger(code: "140423") {{ events(first: {first}) {{ edges {{ node {{ {inner} }} }} }} }} }}'


def fallbacks(counties: Counties) -> float:
    return float(counties.engine.metrics.fallbacks.labels("too large")._value.get())  # noqa: SLF001


async def test_a_small_query_that_would_be_large_in_sql_is_answered_one_by_one_and_soon(counties: Counties) -> None:
    query, before = nested(counties, 20, 4, 1), fallbacks(counties)
    tracemalloc.start()
    started = time.process_time()
    answer = orjson.loads((await counties.engine.answer(Request(query, {}))).body)
    used, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    node = answer["data"]["ledger"]["events"]["edges"][0]["node"]
    assert (node, fallbacks(counties)) == ({"position": 1, "causedBy": None}, before + 1)
    assert used < 3  # traced, which is slower by much
    assert peak < 50_000_000


async def test_what_is_read_one_by_one_may_be_less(counties: Counties) -> None:
    wide = nested(counties, 20, 4, 500)
    deep = wide.replace("node { position", "node { correctedBy { edges { node { position } } } position", 1)
    assert await refusal(counties, wide) is None
    assert await refusal(counties, deep) == ("QUERY_TOO_COSTLY", counties.engine.limits.plain)


async def test_of_a_query_that_costs_much_the_argument_that_is_amiss_is_told(counties: Counties) -> None:
    query = '{ ledger(code: "140423") { towns(first: 501) { edges { node { communities { edges { cursor } } } } } } }'
    assert await refusal(counties, query) == ("PAGE_UNFIT", 500)


async def refusal(counties: Counties, query: str) -> tuple[str, int] | None:
    told = orjson.loads((await counties.engine.answer(Request(query, {}))).body).get("errors")
    return told and (told[0]["extensions"]["code"], told[0]["extensions"]["details"]["most"])


REPORT = 'gridCoverage(asOf: "2025-03-01")'
INNER = "uncovered { ... on Building { history(first: 2) { totalCount } } }"
COSTS = {
    "a list without pages": (f"{REPORT} {{ uncovered {{ ... on Building {{ id }} }} }}", 21),
    "what is in one": (f"{REPORT} {{ {INNER} }}", 1 + 20 * (1 + 1 + 20)),
    "an empty page": ("compounds(first: 0) { edges { node { name } } }", 3),
    "a total": ("compounds(first: 0) { totalCount }", 21),
    "groups": ("compounds(first: 0) { groups(by: ORIGIN, first: 10) { count } }", 31),
    "changes": ("changes(first: 0) { edges { cursor } }", 22),
}


@pytest.mark.parametrize("name", COSTS)
async def test_what_is_read_costs_though_little_of_it_is_answered(counties: Counties, name: str) -> None:
    asked, cost = COSTS[name]
    query = f'{{ node(id: "x") {{ ... on Community {{ {asked} }} }} }}'
    operation = counties.engine.documents.get(query).operation(None)
    values = operation.values({})
    operation.weigh(values, LIMITS._replace(cost=1 + cost))
    with pytest.raises(QueryTooCostly) as raised:
        operation.weigh(values, LIMITS._replace(cost=cost))
    assert raised.value.cost == 1 + cost


async def test_documents_are_forgotten_by_what_their_plans_take(counties: Counties) -> None:
    engine = counties.engine
    kept, engine.documents = engine.documents, Documents(engine.schema, engine.limits, most=200_000)
    try:
        wide, small = nested(counties, 20, 2, 1), '{ ledger(code: "140423") { code } }'
        document = engine.documents.get(small)
        await engine.answer(Request(small, {}))
        assert engine.documents.get(small) is document
        await engine.answer(Request(wide, {}))
        assert engine.documents.get(small) is not document
    finally:
        engine.documents = kept
