"""Rows of the village, made by chance: nulls, microseconds, big numbers, Chinese, quotes, several versions each."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from domain.bodies import to_body
from domain.events import Confidential, Event, Field, Hundredths, Personal, Position, Ref, fields_of, is_for_staff
from projections import grants, ledgers, people
from projections.ddl import finish_of, tables_of
from projections.figures import Counted, Figure
from projections.rows import Row, changing, columns, history_of, table_of
from tests.operations import Vocabulary
from tests.village import EVENT_TYPES, ROWS, CottageBuilt, CottageVoided

LEDGERS = ("t1", "t2")
HEAD, SIGNED = 40, 38
FIRST = 3
"""So many of each kind are there from the first event on, as what is referred to by all."""
START = datetime(2025, 3, 1, 4, tzinfo=UTC)
COUNTS = {"hamlet": 2, "cottage": 7, "lodger": 4, "hedge": 2, "lane": 3, "stay": 9, "roof": 9, "person": 2, "grant": 2}
IDS = {kind: [f"{kind}:{n}" for n in range(count)] for kind, count in COUNTS.items()}
DAYS = [date(2025, 3, 1), date(2025, 3, 2), date(2025, 6, 30), date(999, 12, 31)]
TEXTS = ["", "a", '"q" \\ \n', "襄垣县 🏠", "$1 {a} %s ' '' :x"]
INSTANTS = [
    START,
    START + timedelta(microseconds=5),
    START + timedelta(microseconds=500_000),
    START.replace(year=1, day=2),
]
NUMBERS = [0, 1, -7, 2**31 - 1]
AMOUNTS = [0, 5, -5, 8330, 10**15 + 1]


TAGS = [tag for tags in IDS.values() for tag in tags]
VOCABULARY = Vocabulary(
    codes=["t1", "t1", "t1", "t2", "zz", "\0"],
    ids=[f"{ledger}:{tag}" for ledger in ("t1", "t1", "t1", "t2", "zz") for tag in TAGS] + ["", "t1", "t1:", "x:y:z\0"],
    tags=TAGS,
    types=["CottageBuilt", "CottageLet", "LedgerOpened", "no"],
    keys=["cottages", "open", "never", "share", "none", "ground", "meanGround", "leastGround", "leastOfNone", "no"],
    instants=[each.isoformat() for each in (*INSTANTS[:2], START.replace(hour=5))],
    head=HEAD,
    rows=ROWS,
    fields=["colour", "hamlet", "spots", "fullName"],
)


async def fill(owner: asyncpg.Connection) -> None:
    """Tables and rows, as the owner of all tables."""
    chance = random.Random(20)
    for row in ROWS:
        await owner.execute(tables_of(row) + finish_of(row))
    for ledger in LEDGERS:
        await _machinery(owner, ledger)
        one = {"code": ledger, "name": "县", "demo": True, "backdating_days": 30}
        await _insert(owner, ledgers.Ledger, ledger, [(1, None, {"id": f"ledger:{ledger}", **one})])
        for row, ids in _rows():
            for id_ in ids:
                await _insert(owner, row, ledger, _versions(chance, row, id_))
        await _figures(owner, ledger)
        for position in range(1, HEAD + 1):
            await _event(owner, chance, ledger, position)


def _rows() -> Iterator[tuple[type[Row], list[str]]]:
    hamlet, cottage, lodger, tally, lane, stay, roof = ROWS
    yield from ((hamlet, IDS["hamlet"]), (cottage, IDS["cottage"]), (lodger, IDS["lodger"]))
    yield from ((tally, IDS["cottage"][:3]), (lane, IDS["lane"]))
    yield from ((stay, IDS["stay"]), (roof, IDS["roof"]))
    yield from ((people.Person, IDS["person"]), (grants.Grant, IDS["grant"]))


async def _machinery(owner: asyncpg.Connection, ledger: str) -> None:
    await owner.execute("insert into head values ($1, $2, '', now(), true)", ledger, HEAD)
    await owner.execute("insert into projector (ledger, position) values ($1, $2)", ledger, HEAD)
    signed = START + timedelta(seconds=1, microseconds=20)
    for position, root in ((3, b"\3"), (SIGNED, b"\7"), *(((HEAD, b"\x08"),) if ledger == LEDGERS[0] else ())):
        note = f"gongzhi/{ledger}\n{position}\n"
        await owner.execute(
            "insert into checkpoint values ($1, $2, $3, $4, $5)", ledger, position, root * 32, note, signed
        )


def _versions(chance: random.Random, row: type[Row], id_: str) -> list[tuple[int, int | None, dict[str, Any]]]:
    """Since, until and values; columns that are not declared to change stay as they were at first."""
    first = [1] if int(id_.rpartition(":")[2]) < FIRST else [chance.randint(1, HEAD - 5)]
    starts = sorted({*first, *chance.sample(range(first[0], HEAD + 1), chance.randint(0, 3))})
    ends = [*starts[1:], None]
    still = {name: value for name, value in _values(chance, row).items() if name not in changing(row)}
    told = [{"id": id_, **_values(chance, row), **still} for _ in starts]
    return list(zip(starts, ends, told, strict=True))


def _values(chance: random.Random, row: type[Row]) -> dict[str, Any]:
    return {column.name: value(chance, column, text=True) for column in columns(row)[1:]}


def value(chance: random.Random, field: Field, *, text: bool) -> Any:
    """A value for a field: as a column holds it, or as the domain has it."""
    if field.optional and chance.random() < 0.4:
        return None
    if field.many:
        return tuple(_one(chance, field, text=text) for _ in range(chance.randint(0, 3)))
    return _one(chance, field, text=text)


def _one(chance: random.Random, field: Field, *, text: bool) -> Any:
    if field.type is Ref:
        if field.of is Any:
            return Ref(chance.choice(IDS[chance.choice(["hamlet", "cottage", "lodger", "hedge"])]))
        return Ref(chance.choice(IDS[chance.choice(field.kinds)][:FIRST]))
    if hasattr(field.type, "__members__"):
        member = chance.choice(list(field.type.__members__.values()))
        return member.name if text else member
    plain: dict[Any, list[Any]] = {
        str: TEXTS,
        Personal: TEXTS,
        Confidential: TEXTS,
        bool: [True, False],
        int: NUMBERS,
        Position: list(range(1, HEAD + 2)),
        Hundredths: AMOUNTS,
        date: DAYS,
        datetime: INSTANTS,
    }
    return chance.choice(plain[field.type])


async def _insert(
    owner: asyncpg.Connection, row: type[Row], ledger: str, versions: list[tuple[int, int | None, dict[str, Any]]]
) -> None:
    born = versions[0][0]
    for since, until, values in versions:
        stamps = {"ledger": ledger, "born": born, "known_since": since} | (
            {} if until is None else {"known_until": until}
        )
        table = table_of(row) if until is None else history_of(row)
        await _insert_into(owner, table, stamps | values)


async def _insert_into(owner: asyncpg.Connection, table: str, values: dict[str, Any]) -> None:
    names, holes = ", ".join(f'"{name}"' for name in values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await owner.execute(f'insert into "{table}" ({names}) values ({holes})', *values.values())


async def _figures(owner: asyncpg.Connection, ledger: str) -> None:
    counts = [(1, 5, {"value": 0}), (5, 20, {"value": 3}), (20, None, {"value": 7})]
    shares = [(5, 20, {"value": 1, "denominator": 3}), (20, None, {"value": 2, "denominator": 3})]
    grounds = [(5, 20, {"value": 8333}), (20, None, {"value": 16667})]
    means = [(since, until, {**value, "denominator": 3}) for since, until, value in grounds]
    numbers = {"cottages": counts, "open": [counts[0], (5, None, {"value": 2})], "share": shares}
    for key, versions in {**numbers, "ground": grounds, "meanGround": means}.items():
        filled = [(since, until, {"id": key, "denominator": None, **values}) for since, until, values in versions]
        await _insert(owner, Figure, ledger, filled)
    for n, (key, thing, now) in enumerate(
        [
            ("cottages", "a", 1),
            ("cottages", "b", 0),
            ("open", "a", 2),
            ("open", "c", 1),
            ("leastGround", "a", 1),
            ("leastGround", "b", 0),
        ]
    ):
        one = {"id": f"{key}|{thing}", "figure": key, "thing": thing, "position": 3 + n, "amount": 5005 - n}
        await _insert(owner, Counted, ledger, [(3 + n, 25, {**one, "n": 1}), (25, None, {**one, "n": now})])


async def _event(owner: asyncpg.Connection, chance: random.Random, ledger: str, position: int) -> None:
    kind = chance.choice(EVENT_TYPES)
    event: Event = kind(**{f.name: value(chance, f, text=False) for f in fields_of(kind)})
    if isinstance(event, CottageVoided):
        event = CottageVoided(Position(position - 1), event.cottage)  # nothing is voided twice
    body = to_body(event)
    sealed = {
        field.name: body.pop(field.name) for field in fields_of(kind) if is_for_staff(field) and field.name in body
    }
    if kind is CottageBuilt and position % 3 == 0:
        del body["rooms"], body["colours"], body["hedge"]  # as an earlier shape had it
    tags = sorted({*chance.sample(IDS["cottage"], 2), chance.choice(IDS["hamlet"])})
    at = START + timedelta(minutes=position, microseconds=position % 2)
    row = {
        "ledger": ledger,
        "position": position,
        "type": kind.__name__,
        "tags": tags,
        "occurred_at": at - timedelta(days=1),
    }
    row |= {"recorded_at": at, "role": chance.choice(["TOWN", None]), "person": chance.choice(["person:1", None])}
    row |= {"grant": None, "command_id": f"c{position}", "leaf": bytes([position]) * 32, "audience": kind.audience.name}
    if chance.random() < 0.4:
        row |= {"backdated_days": chance.randint(0, 40), "backdated_policy": chance.randint(0, 2)}
        row["backdated_reason"] = chance.choice(TEXTS)
    row |= {"corrects": getattr(event, "corrects", None), "voids": getattr(event, "voids", None)}
    follows = position > 3 and position % 2 == 0
    row |= {"caused_by": position - 3 if follows else None, "correlation": 1 if follows else position}
    row |= {"body": json.dumps(body, ensure_ascii=False), "personal": json.dumps(sealed) if sealed else None}
    await _insert_into(owner, "log", row)
    for tag in tags:
        one = {"ledger": ledger, "tag": tag, "position": position, "audience": kind.audience.name}
        await _insert_into(owner, "log_tag", one)
