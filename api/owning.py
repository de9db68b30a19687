"""What a person may read of rows that name them: their text, and a list of them for the viewer."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api.reading import Found, own_values
from api.statement import At, Statement
from api.values import Column
from domain.events import Audience, Personal
from projections.owning import own_function
from projections.rows import Row

__all__ = ["OwnText", "own_rows", "read_own_text"]


class OwnText(NamedTuple):
    """Text of a row that the persons in it may read, though others may not."""

    row: type[Row]
    place: Column

    def sql(self, statement: Statement, at: At, alias: str, _chosen: Any) -> str:
        statement.personal |= self.place.field.type is Personal
        if statement.sees(Audience.STAFF) or alias in statement.owned:
            return self.place.json(alias)
        if statement.inputs.ledger is None:
            return "null::text"
        return f"(select {self.place.text('o')} from {own_rows(statement, at, self.row)} o where o.id = {alias}.id)"


def own_rows(statement: Statement, at: At, row: type[Row]) -> str:
    """The rows that name the viewer, in the viewer's own ledger."""
    ledger = statement.parameter(lambda inputs: inputs.ledger, "text")
    person = statement.parameter(lambda inputs: inputs.person, "text")
    who = f"case when {at.ledger} = {ledger} then {person} end"
    return f"{own_function(row)}({at.ledger}, {who}, {at.known or 'null'})"


def read_own_text(row: type[Row], place: Column) -> Any:
    async def read(found: Found, _context: Any, _given: Mapping[str, Any]) -> Any:
        here = found.here
        if place.field.name in found.row:  # read for staff, or as the viewer's own
            return place.value(found.row)
        statement = f"select * from {own_function(row)}($1, $2, $3) o where o.id = $4"
        rows = await here.reader.fetch(statement, *own_values(here), found.row["id"])
        return place.value(rows[0]) if rows else None

    return read
