"""Reports: what is counted when asked, about one thing as of a day; declared as SQL over rows.

In `sql`, `{Building}` stands for the rows of that class as they were known at the moment asked for, `{ledger}`, `{id}`
and `{on}` for the ledger, the thing's tag and the day. It gives one row, with a column for each field; or `many`, in
the order of their column `n` and then of what they tell.
"""

from typing import ClassVar
from typing import get_type_hints as hints

from domain.events import Field, field_of
from domain.memo import memo
from projections.rows import Row

__all__ = ["REPORTS", "Report", "placed", "report_fields"]

REPORTS: list[type["Report"]] = []


class Report:
    """Base of reports: `of` is the row class of the things reported on, `name` the field that gives it."""

    of: ClassVar[type[Row]]
    name: ClassVar[str]
    rows: ClassVar[tuple[type[Row], ...]]
    """The row classes that the SQL reads; for whoever may not see one of them there is no report."""
    sql: ClassVar[str]
    many: ClassVar[bool] = False
    """Whether it is a list; its SQL then has a column `n` too."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        REPORTS.append(cls)


@memo
def report_fields(report: type[Report]) -> tuple[Field, ...]:
    """The columns of the one row that a report gives: its annotations, but for the class's own."""
    own = {name: hint for name, hint in hints(report).items() if name not in Report.__annotations__}
    return tuple(field_of(name, hint) for name, hint in own.items())


def placed(report: type[Report], sources: dict[str, str], *, ledger: str, id_: str, on: str) -> str:
    """The report's SQL with everything in its place."""
    rows = report.sql.format(**sources, ledger=ledger, id=id_, on=on)
    return f"select * from ({rows}) r order by {_order(report)}" if report.many else rows


def _order(report: type[Report]) -> str:
    """By `n`, and then by all that is told, so that the order is the same whoever asks."""
    return ", ".join(["r.n", *(f"r.{field.name}" for field in report_fields(report))])
