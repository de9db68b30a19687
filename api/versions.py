"""Rows as they are, or as they were known at a position, in SQL.

What never changes is read from the current table, which then leads to each row's version of that time. What did change
is looked for twice, among the current rows and among the former ones, each with its own bound, order and limit.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from api.statement import At, Statement, quoted
from domain.events import Audience, is_confidential
from projections.rows import BORN, LEDGER, SINCE, UNTIL, Row, changing, columns, history_of, table_of

__all__ = ["Condition", "Page", "Versions", "by_key", "every", "source"]

A = "a"
"""The alias of the tables of `either`."""


class Condition(NamedTuple):
    """What rows have to satisfy; `sql` takes the alias of a row."""

    columns: tuple[str, ...]
    sql: Callable[[str], str]
    leads: bool = True
    """Whether an index serves it."""


class Page(NamedTuple):
    """How a list is ordered and cut."""

    order: Callable[[str], str]
    by: tuple[str, ...]
    size: str

    def last(self, a: str) -> str:
        return f" {self.order(a)} limit {self.size} + 1"


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

    def items(self, a: str, wanted: Sequence[Condition], page: Page, *, within: bool) -> str:
        """FROM and WHERE of a page; `within` a thing that they refer to there are few of them."""
        if not self.moves(wanted, page.by):
            return f"{self.by_key()} {a} where {every(wanted, a)}"
        if within or page.by != (BORN,):
            return f"({self.either(f' and {every(wanted, A)}{page.last(A)}')}) {a} where true"
        return f"({self._near(wanted, page)}) {a} where true"

    def total(self, a: str, wanted: Sequence[Condition], *beside: str) -> str:
        """FROM and WHERE of all, for whoever reads no column but those of the conditions and these."""
        names = {name for each in wanted for name in each.columns}.union(beside)
        if self.moves(wanted):
            return f"({self.either(f' and {every(wanted, A)}')}) {a} where true"
        rows = self.by_key() if self.at.known is None or names & changing(self.row) else self._lasting(sorted(names))
        return f"{rows} {a} where {every(wanted, a)}"

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
        known, names = self.at.known, _listed([LEDGER, BORN, *self._readable()], A)
        old = f"a.{BORN} <= {known} and a.{SINCE} <= {known}{rest}"
        former = f"select {names} from {self._then} a where a.{UNTIL} > {known} and {old}"
        return f"(select {names} from {self._now} a where {old}) union all ({former})"

    def _near(self, wanted: Sequence[Condition], page: Page) -> str:
        """Those not older than twice a page of such rows as there are now; the others only if these do not suffice.

        So neither the current rows that have changed since are passed over by the thousand, nor the former ones."""
        same, last = every(wanted, A), page.last(A)
        reach = f"a.{BORN} <= {self.at.known} and {same} order by a.{BORN} desc offset 2 * ({page.size} + 1) limit 1"
        bound = f"select coalesce((select a.{BORN} from {self._now} a where {reach}), 0) as {BORN}"
        near = self.either(f" and a.{BORN} >= (select {BORN} from bound) and {same}{last}")
        few = f"(select count(*) from near) <= {page.size}"
        rest = self.either(f" and a.{BORN} < (select {BORN} from bound) and {few} and {same}{last}")
        tables = f"bound as materialized ({bound}), near as materialized (select * from ({near}) a{last})"
        return f"with {tables} select * from near union all ({rest})"

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
        return [column.name for column in columns(self.row) if staff or not is_confidential(column)]

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
