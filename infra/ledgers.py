"""Ledgers as an operator has them: opened with their first administrator, listed, and, if demonstrations, dropped."""

import hmac
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import asyncpg

from domain import grants, ledgers, people
from domain.bodies import CHINA
from domain.decisions import new_ref
from domain.events import Personal, Ref
from domain.execution import Actor, Command
from domain.people import Person
from domain.recording import CommandIdReused, LedgerCodeUnfit, LedgerExists, LedgerUnknown, NotADemo
from domain.roles import Role
from infra.database import Databases
from infra.entries import recorded
from infra.recorder import Receipts, Recorder

LONGEST_CODE = 20
CODE = re.compile(f"[0-9A-Za-z_-]{{1,{LONGEST_CODE}}}")
# Of every table of the schema, read models included; the head last, since others refer to it.
TABLES = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'ledger'
where c.relnamespace = 'gongzhi'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname = 'head', c.relname"""
FIRST = "select entry from event where ledger = $1 and position = 1"
# Whoever reacts holds the reactor's row while it records; whoever projects holds the projector's until its rows are
# written: before and after the head, always in this order.
LOCKS = (
    "select ledger from reactor where ledger = $1 for update",
    "select demo from head where ledger = $1 for update",
    "select ledger from projector where ledger = $1 for update",
)
# Secrets stay, for other processes hold them and a ledger opened anew may go on with them. Processes that hold data
# keys learn from the generation that they are gone.
DROP_KEYS = """
with keys as (delete from data_key where ledger = $1),
subjects as (delete from data_subject where ledger = $1),
signing as (delete from signing_key where ledger = $1)
insert into generation (ledger, number) values ($1, 1)
on conflict (ledger) do update set number = generation.number + 1"""


class LedgerHead(NamedTuple):
    """A ledger that there is, and how far it goes."""

    code: str
    position: int
    recorded_at: datetime
    demo: bool


async def open_ledger(
    recorder: Recorder,
    code: str,
    name: str,
    admin_subject: str,
    *,
    admin_name: str | None = None,
    demo: bool = False,
    since: date | None = None,
) -> list[Receipts]:
    """Receipts of the opening, of the first person and of the grant that makes that person its administrator.

    Opening it again in the same words changes nothing and gives the same receipts; in others, LedgerExists."""
    if not CODE.fullmatch(code):
        raise LedgerCodeUnfit(code, LONGEST_CODE)
    await recorder.store.establish(code, demo=demo)
    now, admin = recorder.clock(), await subject_id(recorder, code, admin_subject)
    since = since or await _opened_on(recorder, code, now)
    wishes: Sequence[tuple[str, Any, dict[str, Any]]] = (
        (ledgers.OPENING, ledgers.open_ledger, {"code": code, "name": name, "demo": demo}),
        (admin, people.register, {"full_name": Personal(admin_name or admin_subject)}),
        (
            "first-administrator",
            grants.give,
            {
                "person": new_ref("person", admin),
                "role": Role.ADMINISTRATOR,
                "since": since,
            },
        ),
    )
    commands = [Command(id_, decision, inputs, Actor(), now) for id_, decision, inputs in wishes]
    try:
        return await recorder.record(code, commands)
    except CommandIdReused as reused:
        raise LedgerExists(code) from reused


async def _opened_on(recorder: Recorder, code: str, now: datetime) -> date:
    first = await recorder.store.recorded(code, limit=1)
    return (first[0].occurred_at if first else now).astimezone(CHINA).date()


async def person_of(recorder: Recorder, ledger: str, subject: str) -> Ref[Person]:
    """Who a subject of the identity provider is in this ledger, registered or not."""
    return new_ref("person", await subject_id(recorder, ledger, subject))


async def ledger_heads(pool: asyncpg.Pool) -> list[LedgerHead]:
    rows = await pool.fetch("select ledger, position, recorded_at, demo from head where position > 0 order by ledger")
    return [LedgerHead(*row) for row in rows]


async def drop_demo(databases: Databases, code: str) -> None:
    """Remove a demonstration with all that was derived from it and the keys of its people; refuses a real ledger.

    Its head is only a note made before it was opened: what it was opened as stands in its first event."""
    connection = await databases.connect("gongzhi_owner")
    try:
        async with connection.transaction():
            _, demo, _ = [await connection.fetchval(lock, code) for lock in LOCKS]
            first = await connection.fetchval(FIRST, code)
            if demo is None:
                raise LedgerUnknown(code)
            if not demo or (first and not recorded(first).body["demo"]):
                raise NotADemo(code)
            for (table,) in await connection.fetch(TABLES):
                await connection.execute(f'delete from "{table}" where ledger = $1', code)
            await _drop_keys(databases, code)
    finally:
        await connection.close()


async def _drop_keys(databases: Databases, code: str) -> None:
    keys = await databases.connect_keys()
    try:
        await keys.execute(DROP_KEYS, code)
    finally:
        await keys.close()


async def subject_id(recorder: Recorder, ledger: str, subject: str) -> str:
    """The command that registers the subject; keyed, so that nobody can tell from an id whose it is."""
    secret = await recorder.secret(ledger, "SUBJECTS")
    return "subject-" + hmac.digest(secret, subject.encode(), "sha256").hex()[:40]
