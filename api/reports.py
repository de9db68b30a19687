"""Reports as fields of the things they are about: `gridCoverage(asOf:)` of a community."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from api.corrections import event_field
from api.declared import Argument, Field, add_fields, listed, object_type, optional
from api.naming import camel, words
from api.reading import Found, versions
from api.selections import Chosen
from api.statement import At, Statement
from api.values import Column as Place
from api.versions import source
from api.ways import object_type as type_of
from domain.events import Audience, Position
from domain.events import Field as Column
from projections.reports import REPORTS, Report, placed, report_fields
from projections.rows import Row

__all__ = ["report_fields_of"]

AS_OF = Argument("asOf", date, "The day that it is about.\n以哪一天为准。")


class Reporting(NamedTuple):
    """The way of a report into SQL."""

    report: type[Report]

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        if not is_seen(self.report, statement.audience):
            return "'[]'::json" if self.report.many else "null::json"
        on, made = statement.parameter(chosen.given["asOf"], "date"), statement.alias()
        sources = {row.__name__: source(statement, at, row) for row in self.report.rows}
        rows = placed(self.report, sources, ledger=at.ledger, id_=f"{alias}.id", on=on)
        body = statement.object(type_of(chosen), chosen.sets, at, made)
        if not self.report.many:
            return f"(select {body} from ({rows}) {made})"
        return f"(select coalesce(json_agg({body} order by {made}.o), '[]') from {_numbered(rows)} {made})"


def is_seen(report: type[Report], audience: Audience) -> bool:
    """Whether an audience may read all that a report is made of; it may see the thing as its own, and not this."""
    return all(audience.sees(row.audience) for row in report.rows)


def report_fields_of(nodes: Any, row: type[Row]) -> Iterator[Field]:
    """The fields that give the reports about a row class; `nodes` makes the fields of their types."""
    for report in REPORTS:
        if report.of is row and {*report.rows} <= {*nodes.catalogue.rows}:
            kind = object_type(report.__name__, words(report))
            columns = report_fields(report)
            add_fields(kind, (_field(nodes, each) for each in columns))
            kind = listed(kind) if report.many else kind if is_seen(report, Audience.PUBLIC) else optional(kind)
            yield Field(report.name, kind, words(report), _reading(report), Reporting(report), (AS_OF,))


def _numbered(rows: str) -> str:
    return f"(select x.*, row_number() over () as o from ({rows}) x)"


def _field(nodes: Any, column: Column) -> Field:
    """A position is told as the event that stands there."""
    if column.type is Position:
        return event_field(Place(column), nodes.event)
    field: Field = nodes.field(camel(column.name), Place(column), Audience.PUBLIC)
    return field


def _reading(report: type[Report]) -> Any:
    async def read(found: Found, _context: Any, given: Mapping[str, Any]) -> Found | list[Found] | None:
        here, sources = found.here, {}
        if not is_seen(report, here.reader.audience):
            return [] if report.many else None
        values: list[Any] = [here.ledger]
        for row in report.rows:
            sql, values = versions(here, row)
            sources[row.__name__] = f"({sql})"
        holes = {}
        for name, cast, value in (("{id}", "text", found.row["id"]), ("{on}", "date", given["asOf"])):
            if name in report.sql:  # a parameter that nothing needs would have no type
                values.append(value)
                holes[name] = f"${len(values)}::{cast}"
        statement = placed(report, sources, ledger="$1", id_=holes.get("{id}", ""), on=holes.get("{on}", ""))
        made = await here.reader.fetch(statement, *values)
        rows = [Found(report.__name__, here, each) for each in made]
        return rows if report.many else rows[0]

    return read
