"""Rows as they are, or as they were known at a position, in SQL.

What never changes is read from the current table, which then leads to each row's version of that time. What did change
is looked for twice, among the current rows and among the former ones, each with its own bound, order and limit.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from api.statement import At, Statement, quoted
from domain.events import Audience, Personal
from projections.rows import BORN, LEDGER, SINCE, UNTIL, Row, changing, columns, history_of, table_of

__all__ = ["Condition", "Versions", "by_key", "source"]


class Condition(NamedTuple):
    """What rows have to satisfy; `sql` takes the alias of a row."""

    columns: tuple[str, ...]
    sql: Callable[[str], str]
    leads: bool = True
    """Whether an index serves it."""


def source(statement: Statement, at: At, row: type[Row]) -> str:
    """The rows of a class, for whoever says beside it which of them are wanted."""
    lists, versions = {each.column for each in row.lists}, Versions(statement, at, row)
    if at.known is None or not lists or lists - changing(row):
        return versions.by_key()
    return f"({versions.either()})"


def by_key(statement: Statement, at: At, row: type[Row]) -> str:
    """The same, for whoever wants one of an id."""
    return Versions(statement, at, row).by_key()


class Versions(NamedTuple):
    """The rows of a class, at a moment."""

    statement: Statement
    at: At
    row: type[Row]

    def items(self, a: str, wanted: Sequence[Condition], last: Callable[[str], str], by: tuple[str, ...] = ()) -> str:
        """FROM and WHERE of a page; `last` is its order, `by` these columns, and its limit, of an alias."""
        if self.moves(wanted, by):
            rest = f" and {every(wanted, 'a')}{last('a')}"
            return f"({self.either(rest)}) {a} where true"
        return f"{self.by_key()} {a} where {every(wanted, a)}"

    def total(self, a: str, wanted: Sequence[Condition], *beside: str) -> str:
        """FROM and WHERE of all, for whoever reads no column but those of the conditions and these."""
        names = {name for each in wanted for name in each.columns}.union(beside)
        if self.at.known is None or self.moves(wanted) or names & changing(self.row):
            return self.all(a, wanted)
        return f"{self._lasting(sorted(names))} {a} where {every(wanted, a)}"

    def all(self, a: str, wanted: Sequence[Condition]) -> str:
        """FROM and WHERE of all, in no order."""
        return self.items(a, wanted, lambda _: "")

    def moves(self, wanted: Iterable[Condition], by: tuple[str, ...] = ()) -> bool:
        """Whether what leads to the rows may not be what it was then."""
        leading = {name for each in wanted if each.leads for name in each.columns}.union(by)
        return self.at.known is not None and not changing(self.row).isdisjoint(leading)

    def by_key(self) -> str:
        """Driven by the current rows: for points, and for lists by what never changes."""
        names, changes = [LEDGER, BORN, *self._readable()], changing(self.row)
        moving = [name for name in names if name in changes]
        if self.at.known is None:
            return f"(select {_listed(names)} from {self._now})"
        if not moving:
            return self._lasting(names)
        selected = f"{_listed((n for n in names if n not in changes), 'n')}, {_listed(moving, 'v')}"
        then = f"{self._now} n cross join lateral ({self._version(moving)}) v where n.{BORN} <= {self.at.known}"
        return f"(select {selected} from {then})"

    def either(self, rest: str = "") -> str:
        """The current rows that are old enough and the former ones of that time, both as `a`."""
        known, names = self.at.known, _listed([LEDGER, BORN, *self._readable()], "a")
        old = f"a.{BORN} <= {known} and a.{SINCE} <= {known}{rest}"
        former = f"select {names} from {self._then} a where a.{UNTIL} > {known} and {old}"
        return f"(select {names} from {self._now} a where {old}) union all ({former})"

    def _lasting(self, names: Iterable[str]) -> str:
        """Only columns that never change: a row has a version at every position since it was born."""
        return f"(select {_listed(names, 'n')} from {self._now} n where n.{BORN} <= {self.at.known})"

    def _version(self, names: Sequence[str]) -> str:
        """The one version of `n`: it itself, or else the last former one that is old enough."""
        known = self.at.known
        same = f"h.{LEDGER} = n.{LEDGER} and h.id = n.id and h.{SINCE} <= {known} order by h.{SINCE} desc limit 1"
        former = f"select {_listed(names, 'h')} from {self._then} h where n.{SINCE} > {known} and {same}"
        return f"select {_listed(names, 'n')} where n.{SINCE} <= {known} union all ({former})"

    def _readable(self) -> list[str]:
        staff = self.statement.sees(Audience.STAFF)
        return [column.name for column in columns(self.row) if staff or column.type is not Personal]

    @property
    def _now(self) -> str:
        return quoted(table_of(self.row))

    @property
    def _then(self) -> str:
        return quoted(history_of(self.row))


def every(wanted: Iterable[Condition], a: str) -> str:
    return " and ".join(each.sql(a) for each in wanted)


def _listed(names: Iterable[str], alias: str = "") -> str:
    return ", ".join(f"{alias}.{quoted(name)}" if alias else quoted(name) for name in names)
