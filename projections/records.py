"""Records: rows as the database takes and gives them."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import asyncpg

from domain.bodies import CHINA
from domain.events import Field, Personal, Ref
from domain.memo import memo
from projections.ddl import quoted, sql_type
from projections.rows import BORN, LEDGER, SINCE, Row, columns, history_of, table_of

__all__ = ["Form", "form"]

Convert = Callable[[Any], Any]


class Form(NamedTuple):
    """How rows of one class are written and read."""

    row: type[Row]
    table: str
    history: str
    columns: tuple[str, ...]
    """Of the table, without the ledger; history adds `known_until`."""
    record: Callable[[Row], tuple[Any, ...]]
    types: str
    """The columns with their types, for `json_to_recordset`."""
    select: str
    readers: tuple[tuple[str, Convert | None], ...]

    def read(self, record: asyncpg.Record) -> Row:
        values = zip(self.readers, record.values(), strict=True)
        return self.row(**{n: v if convert is None or v is None else convert(v) for (n, convert), v in values})


@memo
def form(row: type[Row]) -> Form:
    fields = columns(row)
    names = (*(field.name for field in fields), BORN, SINCE)
    listed = ", ".join(map(quoted, names))
    typed = [f"{quoted(field.name)} {sql_type(field)}" for field in fields]
    types = ", ".join((*typed, f"{BORN} bigint", f"{SINCE} bigint"))
    select = f"select {listed} from {quoted(table_of(row))} where {LEDGER} = $1 and id = any($2)"
    readers = (*((field.name, _reader(field)) for field in fields), (BORN, None), (SINCE, None))
    return Form(row, table_of(row), history_of(row), names, _recorder(fields, names), types, select, readers)


def _recorder(fields: tuple[Field, ...], names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    enums = [(at, field.many) for at, field in enumerate(fields) if _is_enum(field)]
    if not enums:
        return values

    def record(row: Any) -> tuple[Any, ...]:
        found = list(values(row))
        for at, many in enums:
            value = found[at]
            if value is not None:
                found[at] = [item.name for item in value] if many else value.name
        return tuple(found)

    return record


def _reader(field: Field) -> Convert | None:
    convert = _converter(field)
    if field.many:
        return tuple if convert is None else lambda values: tuple(map(convert, values))
    return convert


def _converter(field: Field) -> Convert | None:
    """Times are +08:00 as in the events, so that a row is the same whether it was kept or read again."""
    if field.type is datetime:
        return lambda value: value.astimezone(CHINA)
    if _is_enum(field):
        return field.type.__getitem__  # type: ignore[no-any-return]
    return field.type if field.type in {Ref, Personal} else None


def _is_enum(field: Field) -> bool:
    return hasattr(field.type, "__members__")
