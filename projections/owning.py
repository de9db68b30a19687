"""Owning: who is named in a row may read all of it, though the public may not.

The tables stay closed to readers: they get such rows only through a function of the owner that takes whom they are, and
it is the compiler that says whom, the viewer and nobody else.
"""

from collections.abc import Iterator

import asyncpg

from domain.events import Audience
from projections.ddl import quoted, reader, sql_type
from projections.rows import BORN, LEDGER, ROWS, SINCE, UNTIL, Row, columns, history_of, table_of

__all__ = ["ensure_owning", "own_function"]


def own_function(row: type[Row]) -> str:
    """Gives the rows that name a person, as they were known at a position: `(ledger, person, known)`."""
    return f"gongzhi.own_{table_of(row)}"


async def ensure_owning(connection: asyncpg.Connection) -> None:
    """Make the functions anew; the tables that they read may still be those of an earlier release."""
    await connection.execute("set local check_function_bodies = off")
    for row in ROWS:
        if row.own:
            await connection.execute("\n".join(_function(row)))


def _function(row: type[Row]) -> Iterator[str]:
    typed = {LEDGER: "text", **{column.name: sql_type(column) for column in columns(row)}, BORN: "bigint"}
    listed = ", ".join(f"a.{quoted(name)}" for name in typed)
    told = ", ".join(f"{quoted(name)} {kind}" for name, kind in typed.items())
    named = f"a.{LEDGER} = of_ledger and ({' or '.join(f'a.{quoted(name)} = who' for name in row.own)})"
    now = f"select {listed} from {quoted(table_of(row))} a where {named} and (known is null or a.{SINCE} <= known)"
    then = (
        f"select {listed} from {quoted(history_of(row))} a where {named} and a.{SINCE} <= known and a.{UNTIL} > known"
    )
    name, given = own_function(row), "(of_ledger text, who text, known bigint)"
    yield f"drop function if exists {name};"
    yield f"create function {name}{given} returns table ({told})"
    yield "language sql stable security definer set search_path = gongzhi, pg_temp"
    yield f"as $$ {now} union all {then} $$;"
    yield f"revoke all on function {name} from public;"
    yield f"grant execute on function {name} to {', '.join(map(reader, Audience))};"
