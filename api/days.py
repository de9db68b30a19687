"""As of a day: which rows hold then in the world, whatever the ledger knew of it by then (that is `asKnownAt`)."""

from collections.abc import Iterator
from datetime import date

from api.declared import Argument, optional
from api.selections import Getter
from api.statement import At, Statement, quoted
from api.versions import Condition, source
from projections.gaps import gaps_of
from projections.rows import BORN, LEDGER, Row, dated, voidable

__all__ = ["day_arguments", "holding"]

WORDS = (
    "Only what holds on this day, as known now or at asKnownAt; none: whenever it holds.\n"
    "仅限该日有效者（依现在或 asKnownAt 当时所知）；空为不限。"
)


def day_arguments(row: type[Row]) -> Iterator[Argument]:
    if dated(row) or gaps_of(row):
        yield Argument("asOf", optional(date), WORDS)


def holding(statement: Statement, at: At, row: type[Row], day: Getter | None) -> Iterator[Condition]:
    if day is None or not dated(row):
        return
    on = statement.parameter(day, "date")
    if row.until_next:
        read = ("since", BORN, "id", row.until_next)
        yield Condition(read, lambda a: _is_last(statement, at, row, a, on), leads=False)
    else:
        void = ("voided",) if voidable(row) else ()
        yield Condition(("since", *row.ends, *void), lambda a: _not_over(row, a, on), leads=False)


def _not_over(row: type[Row], a: str, on: str) -> str:
    end = f"coalesce({', '.join(f'{a}.{quoted(name)}' for name in row.ends)})"
    void = f" and not {a}.voided" if voidable(row) else ""
    return f"{a}.since <= {on} and coalesce({on} < {end}, true){void}"


def _is_last(statement: Statement, at: At, row: type[Row], a: str, on: str) -> str:
    """None of the same began later and by that day; of one day the one that was born last."""
    s, of = statement.alias(), quoted(row.until_next)
    same = f"{s}.{LEDGER} = {a}.{LEDGER} and {s}.{of} = {a}.{of} and {s}.since <= {on}"
    later = f"({s}.since, {s}.{BORN}, {s}.id) > ({a}.since, {a}.{BORN}, {a}.id)"
    return f"{a}.since <= {on} and not exists (select from {source(statement, at, row)} {s} where {same} and {later})"
