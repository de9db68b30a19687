"""Titles as everybody reads them: who holds which from when to when; of a family its compound alone."""

from datetime import date
from typing import ClassVar

from domain import parties, people, places, titles
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, by, its, new, put


class Honour(Row, frozen=True, kw_only=True):
    """A title that is nominated for, held, or over.
    称号。"""

    id: Ref[titles.Honour]
    honour_kind: titles.HonourKind
    compound: Ref[places.Compound]
    titled: Ref[parties.PartyOrganisation] | None
    titled_family: Ref[people.Person] | None
    nominated_on: date
    awarded: date | None = None
    lapses_on: date | None = None
    ended: date | None = None

    on: ClassVar[Changes] = {
        titles.HonourNominated: new(),
        titles.HonourAwarded: put(awarded=its.since, lapses_on=its.lapses_on),
        titles.HonourRevoked: put(ended=its.ended),
        titles.HonourLapsed: put(ended=its.ended),
    }
    lists: ClassVar = (by("honour_kind"), by("compound"), by("titled"), by("titled_family"))


class HeldHonour(Row, frozen=True, kw_only=True):
    """A title as it is held, from a date to a date.
    称号的持有时期。"""

    id: str
    honour: Ref[titles.Honour]
    honour_kind: titles.HonourKind
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        titles.HonourAwarded: new(key=lambda e: f"{e.honour}@{e.since}"),
        titles.HonourRevoked: put(key=lambda e: f"{e.honour}@{e.since}", until=its.ended),
        titles.HonourLapsed: put(key=lambda e: f"{e.honour}@{e.since}", until=its.ended),
    }
    lists: ClassVar = (by("honour"), by("honour_kind"))
    orders: ClassVar = ("since",)


counts(
    "benchmarkBranches",
    "标杆小区党支部",
    "Benchmark Party branches",
    Honour,
    where=lambda row: (
        row.honour_kind is titles.HonourKind.BENCHMARK_BRANCH and row.awarded is not None and row.ended is None
    ),
    thing=lambda row: row.titled,
)
