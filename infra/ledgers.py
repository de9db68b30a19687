"""Ledgers as the operator has them: opened, listed, and, if only a demonstration, dropped."""

from datetime import date
from typing import Any, NamedTuple

import asyncpg

from domain.events import Ref
from domain.people import Person
from infra.database import Databases
from infra.recorder import Receipts, Recorder


class LedgerRow(NamedTuple):
    code: str
    position: int
    demo: bool
    recorded_at: Any


async def open_ledger(
    recorder: Recorder, code: str, name: str, admin_subject: str, *, demo: bool = False, since: date | None = None
) -> list[Receipts]:
    """Open a ledger: its first event, its first person, who is its first administrator."""
    raise NotImplementedError


async def person_of(recorder: Recorder, ledger: str, subject: str) -> Ref[Person]:
    """The person whom a subject of the identity provider is in this ledger, registered or not."""
    raise NotImplementedError


async def ledgers(pool: asyncpg.Pool) -> list[LedgerRow]:
    raise NotImplementedError


async def drop_demo(databases: Databases, code: str) -> None:
    raise NotImplementedError
