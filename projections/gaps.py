"""Gaps: what is missing on a day, as a live list: `grids(gap: WITHOUT_WORKER, asOf: "2025-08-14")`.

A gap belongs to a row class and says, in SQL, which of its rows have it on a day. `{on}` stands for the day, `{a}` for
the row and `{Post}` for the rows of that class, each as known at the moment asked for, so that both times are right at
once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.events import Audience
from domain.words import Words
from projections.rows import LEDGER, Misdeclared, Row, columns, voidable

__all__ = ["GAPS", "Gap", "asked", "doubled", "gap", "gaps_of", "placed", "without"]


@dataclass(frozen=True, eq=False)
class Gap:
    """One thing that may be missing of rows of a class."""

    name: str
    words: Words
    row: type[Row]
    sql: str
    reads: tuple[type[Row], ...] = ()
    """The row classes that the SQL reads beside; all of them public, or the list tells who is in them."""
    columns: tuple[str, ...] = ("id",)
    """The columns of the row that the SQL reads."""
    held: bool = True
    """Whether only rows that hold on the day can have it."""


GAPS: list[Gap] = []


def gap(
    row: type[Row],
    name: str,
    zh: str,
    en: str,
    sql: str,
    *,
    reads: tuple[type[Row], ...] = (),
    columns: tuple[str, ...] = ("id",),
    held: bool = True,
) -> Gap:
    """Rows that satisfy the SQL on a day."""
    seen_by = Audience.PUBLIC if row.own else row.audience
    if any(not seen_by.sees(each.audience) for each in reads):
        raise Misdeclared(f"{row.__name__}: the gap {name} would tell of rows that not everybody sees")
    if any((each.row, each.name) == (row, name) for each in GAPS):
        raise Misdeclared(f"{row.__name__}: two gaps named {name}")
    GAPS.append(made := Gap(name, Words(en, zh), row, sql, reads, columns, held))
    return made


def without(row: type[Row], name: str, zh: str, en: str, *, what: type[Row], by: str, where: str = "true") -> Gap:
    """Rows that no row of another class refers to, through a column, on a day; `where` narrows that class, as `x`."""
    return gap(row, name, zh, en, f"not exists (select from {holding(what, by, where)})", reads=(what,))


def doubled(row: type[Row], name: str, zh: str, en: str, *, same: tuple[str, ...], where: str = "true") -> Gap:
    """Rows that have the same in some columns as another that is there on the day; `where` narrows them."""
    alike = " and ".join(f"x.{column} = {{a}}.{column}" for column in same)
    holds = _holds(row) if any(column.name == "since" for column in columns(row)) else "true"
    others = f"{{{row.__name__}}} x where x.{LEDGER} = {{a}}.{LEDGER} and x.id <> {{a}}.id and {alike} and {holds}"
    return gap(row, name, zh, en, f"{where} and exists (select from {others})", reads=(row,), columns=("id", *same))


def holding(what: type[Row], by: str, where: str = "true") -> str:
    """FROM and WHERE of the rows `x` of a class that refer to the row and hold on the day."""
    named = f"x.{LEDGER} = {{a}}.{LEDGER} and x.{by} = {{a}}.id"
    return f"{{{what.__name__}}} x where {named} and {_holds(what)} and {where}"


def _holds(what: type[Row]) -> str:
    """Whether a row `x` of a class holds on the day."""
    end = f"coalesce({', '.join(f'x.{name}' for name in what.ends)})"
    void = " and not x.voided" if voidable(what) else ""
    return f"x.since <= {{on}} and coalesce({{on}} < {end}, true){void}"


def gaps_of(row: type[Row]) -> dict[str, Gap]:
    return {each.name: each for each in GAPS if each.row is row}


def asked(row: type[Row], value: Any) -> Gap | None:
    """The gap of this name, or member of the list's own enum; None: none is asked for."""
    return gaps_of(row)[getattr(value, "name", value)] if value else None


def placed(of: Gap, sources: Mapping[str, str], *, a: str, on: str) -> str:
    """The gap's condition with everything in its place."""
    return f"({of.sql.format(**sources, a=a, on=on)})"
