"""Whether the tables keep what the schema promises: a field that is never null needs a column that is never null."""

from collections.abc import Iterator

from api.catalogue import Catalogue
from api.pools import Pools
from domain.events import Audience
from infra.trouble import Trouble
from projections.figures import Counted, Figure
from projections.rows import BORN, SINCE, UNTIL, Row, columns, history_of, table_of

__all__ = ["SchemaUnfit", "check_nullability"]

CATALOGUE = """
select c.relname || '.' || a.attname as name, not a.attnotnull as nullable
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = 'gongzhi'::regnamespace and a.attnum > 0 and not a.attisdropped"""
MACHINERY = {
    "log": ("position", "type", "tags", "occurred_at", "recorded_at", "body", "leaf", "audience"),
    "checkpoint": ("position", "root", "note", "signed_at"),
    "projector": ("ledger", "position"),
    "head": ("ledger", "position"),
}


class SchemaUnfit(Trouble):
    def __init__(self, columns: list[str]) -> None:
        listed = ", ".join(columns[:5])
        super().__init__(
            f"读模型的表与本版本不符（{listed}）：请执行 gongzhi rebuild。",
            f"The tables of the read models do not fit this release ({listed}): run gongzhi rebuild.",
        )


async def check_nullability(catalogue: Catalogue, pools: Pools) -> None:
    """Refuse to serve over tables that lack a column, or where one may be null that the schema says is not."""
    found = {row["name"]: row["nullable"] for row in await pools.fetching(Audience.PUBLIC)(CATALOGUE)}
    wrong = [name for name, optional in _promised(catalogue) if name not in found or (found[name] and not optional)]
    if wrong:
        raise SchemaUnfit(sorted(wrong))


def _promised(catalogue: Catalogue) -> Iterator[tuple[str, bool]]:
    """Each column that is read, and whether it may be null."""
    rows: tuple[type[Row], ...] = (*catalogue.rows, Figure, Counted)
    for row in rows:
        yield from _of_row(row)
    for table, names in MACHINERY.items():
        yield from ((f"{table}.{name}", False) for name in names)


def _of_row(row: type[Row]) -> Iterator[tuple[str, bool]]:
    for table, stamps in ((table_of(row), (BORN, SINCE)), (history_of(row), (BORN, SINCE, UNTIL))):
        for column in columns(row):
            yield f"{table}.{column.name}", column.optional
        for stamp in stamps:
            yield f"{table}.{stamp}", False
