"""What followed from a thing: the events of it and of all that was brought about for it, in the order of time.

A row class says by which of its columns a thing follows from another (`origins`); what follows from that follows too.
"""

from collections.abc import Mapping
from typing import Any

from api.declared import Field
from api.happenings import Happenings, Source
from api.lists import PAGE_ARGUMENTS
from api.reading import Events, Found, Page, event_page, versions
from api.selections import Chosen
from api.statement import At, Statement, quoted
from api.versions import by_key
from projections.rows import LEDGER, ROWS, Row, columns

__all__ = ["chain_field", "has_chain"]

TOLD = "Its events, and those of all that followed from it, in order.\n由其引起的全部事项的事件，按先后排列。"


def has_chain(kind: str) -> bool:
    """Whether anything may follow from things of a kind."""
    by_name = [(row, {column.name: column for column in columns(row)}) for row in _following()]
    return any(kind in names[origin].kinds for row, names in by_name for origin in row.origins)


def chain_field(events: Any) -> Field:
    async def read(found: Found, _context: Any, given: Mapping[str, Any]) -> Page:
        here, sources, values = found.here, {}, list[Any]()
        for row in _following():
            sql, values = versions(here, row)
            sources[row] = f"({sql})"
        things = _things(sources, "$1", f"${len(values) + 1}")
        positions = await here.reader.fetch(f"select distinct t.position {_of(things, '$1')}", *values, found.row["id"])
        return await event_page(here, Events(positions=[row["position"] for row in positions]), given)

    return Field("chain", events, TOLD, read, Happenings(of_chain), PAGE_ARGUMENTS)


def of_chain(statement: Statement, at: At, alias: str, _chosen: Chosen) -> Source:
    sources = {row: by_key(statement, at, row) for row in _following()}
    positions = f"select t.position {_of(_things(sources, at.ledger, f'{alias}.id'), at.ledger)}"
    return Source("log l", (f"l.{LEDGER} = {at.ledger}", f"l.position in ({positions})"), "l.position")


def _of(things: str, ledger: str) -> str:
    return f"from log_tag t where t.{LEDGER} = {ledger} and t.tag in ({things})"


def _things(sources: Mapping[type[Row], str], ledger: str, of: str) -> str:
    """The thing itself, what follows from it, what follows from that: a recursive query of their ids."""
    steps = " union all ".join(
        f"select s.id from {source} s where s.{LEDGER} = {ledger} and {_names(row, name)}"
        for row, source in sources.items()
        for name in row.origins
    )
    begun = f'select {of}::text collate "C" as id'
    return f"with recursive f as ({begun} union select e.id from f cross join lateral ({steps}) e) select id from f"


def _names(row: type[Row], name: str) -> str:
    """That the column names the thing; each kind of column has its index."""
    many = next(column for column in columns(row) if column.name == name).many
    return f"s.{quoted(name)} @> array[f.id]" if many else f"s.{quoted(name)} = f.id"


def _following() -> list[type[Row]]:
    return [row for row in ROWS if row.origins]
