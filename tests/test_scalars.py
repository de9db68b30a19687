"""Each scalar gives the same JSON from Python and from SQL, and reads back what it wrote."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import asyncpg
import orjson
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.scalars import SCALARS, Position, parse_date, parse_decimal, parse_instant, parse_position, spelling
from api.values import Column
from domain.events import Audience, Field, Hundredths
from infra.address import Address

BIG = 2**62
ZONES = [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-11, minutes=-30))]
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.sampled_from(ZONES))  # noqa: DTZ001 - given
VALUES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (Position, st.integers(0, BIG)),
    (Hundredths, st.integers(-BIG, BIG)),
    (date, st.dates()),
    (datetime, INSTANTS | INSTANTS.map(lambda each: each.replace(microsecond=0))),
    (int, st.integers(-(2**31), 2**31 - 1)),
    (str, TEXTS),
    (bool, st.booleans()),
    (float, st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**31), 2**31).map(float)),
    (Audience, st.sampled_from(Audience)),
]


@pytest.fixture(scope="module")
async def sql(root: Address) -> AsyncIterator[asyncpg.Connection]:
    async with root.connection() as connection:
        yield connection


def written(kind: Any, value: Any) -> Any:
    """As the API serialises it."""
    serialize: Callable[[Any], Any] = getattr(SCALARS.get(kind), "serialize", None) or (lambda plain: plain)
    return orjson.loads(orjson.dumps(value.name if isinstance(value, Audience) else serialize(value)))


@pytest.mark.parametrize(("kind", "values"), VALUES, ids=[kind.__name__ for kind, _ in VALUES])
async def test_python_and_sql_write_the_same(
    kind: Any, values: st.SearchStrategy[Any], sql: asyncpg.Connection
) -> None:
    spelled, loop = spelling(kind), asyncio.get_running_loop()
    query = f"select json_build_object('v', {spelled.sql(f'$1::{spelled.cast}')})::text"

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(values)
    def check(value: Any) -> None:
        stored = value.name if isinstance(value, Audience) else value
        told = asyncio.run_coroutine_threadsafe(sql.fetchval(query, stored), loop).result()
        assert orjson.loads(told)["v"] == written(kind, value)
        assert spelled.python(stored) == value

    await asyncio.to_thread(check)


@pytest.mark.parametrize(("kind", "values"), VALUES, ids=[kind.__name__ for kind, _ in VALUES])
async def test_python_and_sql_write_the_same_lists(
    kind: Any, values: st.SearchStrategy[Any], sql: asyncpg.Connection
) -> None:
    column, loop = Column(Field("v", kind, None, many=True, optional=True)), asyncio.get_running_loop()
    query = f"select json_build_object('v', {column.json('t')})::text from (select $1::{spelling(kind).cast}[] as v) t"

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.none() | st.lists(values, max_size=3))
    def check(value: list[Any] | None) -> None:
        stored = None if value is None else [each.name if isinstance(each, Audience) else each for each in value]
        told = asyncio.run_coroutine_threadsafe(sql.fetchval(query, stored), loop).result()
        assert orjson.loads(told)["v"] == (None if value is None else [written(kind, each) for each in value])
        assert column.value({"v": stored}) == value

    await asyncio.to_thread(check)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_decimal_reads_what_it_wrote(hundredths: int) -> None:
    assert parse_decimal(written(Hundredths, hundredths)) == hundredths


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.sampled_from(ZONES)))  # noqa: DTZ001
def test_a_moment_reads_what_it_wrote(value: datetime) -> None:
    assert parse_instant(written(datetime, value)) == value


@given(st.dates())
def test_a_day_reads_what_it_wrote(value: date) -> None:
    assert parse_date(written(date, value)) == value


@pytest.mark.parametrize(("text", "hundredths"), [("83.30", 8330), ("-0.05", -5), ("0", 0), ("24000.5", 2400050)])
def test_amounts_are_read_exactly(text: str, hundredths: int) -> None:
    assert parse_decimal(text) == hundredths


WRONG: list[tuple[Callable[[Any], Any], list[Any]]] = [
    (parse_decimal, [83.3, 83, "", "1.234", ".5", "1.", "1e3", " 1", "８", "9" * 14, None, "NaN"]),
    (parse_position, [-1, 2**63, "1", 1.0, True, None]),
    (parse_date, ["2025-02-30", "20250301", "2025-3-1", "2025-W09-6", 20250301, "２025-03-01", ""]),
    (
        parse_instant,
        ["2025-03-01T12:00:00", "2025-03-01", "0001-01-01T00:00:00+14:00", "2025-03-01T24:00:00Z", 0, "now"],
    ),
]


@pytest.mark.parametrize(("parse", "value"), [(parse, value) for parse, values in WRONG for value in values])
def test_what_is_not_in_form_is_refused(parse: Callable[[Any], Any], value: Any) -> None:
    with pytest.raises(GraphQLError):
        parse(value)
