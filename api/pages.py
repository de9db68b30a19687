"""Connections: lists by keyset, newest first for things and in order for events, with one item more than asked."""

from collections.abc import Callable
from typing import NamedTuple

from graphql import FieldNode, GraphQLObjectType, SelectionSetNode

from api.lists import filters, ledger_in, page_size, row_cursor, stored, tag_in
from api.naming import camel
from api.scalars import spelling
from api.selections import Chosen, Unfit
from api.statement import At, Statement, built, literal, quoted
from api.ways import named_type, object_type, source
from domain.events import Ref
from projections.rows import BORN, LEDGER, Row

__all__ = ["Listing", "Rows", "empty", "page"]

Sets = tuple[SelectionSetNode, ...]
FALSE, TRUE = "false", "true"


class Listing(NamedTuple):
    """What a page is cut from."""

    columns: str
    source: str
    """FROM and WHERE of all items."""
    seek: str
    """The condition that passes over what came before the cursor, or nothing."""
    order: str
    cursor: Callable[[str], str]
    """The cursor of an item, by its alias."""
    node: Callable[[str, Sets], str]


class Rows(NamedTuple):
    """The rows of a class, all of a ledger or those that refer to a thing through a column."""

    row: type[Row]
    through: str | None = None

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        kind = object_type(chosen)
        statement.require(chosen.given.get("after"), row_cursor)
        if not statement.sees(self.row.audience):
            return empty(statement, kind, chosen)
        a, node = statement.alias(), named_type(statement, self.row.__name__)
        where = [f"{a}.{LEDGER} = {at.ledger}", *self._filters(statement, at, alias, a, chosen)]
        listing = Listing(
            columns=f"{a}.*",
            source=f"{source(statement, at, self.row)} {a} where {' and '.join(where)}",
            seek=_seek(statement, a, chosen),
            order=f"{a}.{BORN} desc, {a}.id desc",
            cursor=lambda b: f"({b}.{BORN} || '.' || {b}.id)",
            node=lambda b, sets: statement.object(node, sets, at, b),
        )
        return page(statement, kind, listing, chosen)

    def _filters(self, statement: Statement, at: At, alias: str, a: str, chosen: Chosen) -> list[str]:
        found = [] if self.through is None else [f"{a}.{quoted(self.through)} = {alias}.id"]
        for column in filters(self.row, self.through):
            if (getter := chosen.given.get(camel(column.name))) is None:
                continue
            convert = tag_in if column.type is Ref else stored
            value, name = statement.parameter(getter, spelling(column.type).cast, convert), f"{a}.{quoted(column.name)}"
            found.append(f"{name} @> array[{value}]" if column.many else f"{name} = {value}")
            if column.type is Ref:
                found.append(f"{statement.parameter(getter, 'text', ledger_in)} = {at.ledger}")
        return found


def _seek(statement: Statement, a: str, chosen: Chosen) -> str:
    if (after := chosen.given.get("after")) is None:
        return ""
    born = statement.parameter(after, "bigint", lambda cursor: row_cursor(cursor)[0])
    id_ = statement.parameter(after, "text", lambda cursor: row_cursor(cursor)[1])
    return f" and ({a}.{BORN}, {a}.id) < ({born}, {id_})"


def page(statement: Statement, kind: GraphQLObjectType, listing: Listing, chosen: Chosen) -> str:
    """The connection object; the page is read only if something of it was selected."""
    b = statement.alias()
    statement.require(chosen.given.get("first"), page_size)
    size = statement.parameter(chosen.given.get("first", lambda _: None), "bigint", page_size)
    cut = _Cut(statement, listing, b, size, backward=TRUE if "after" in chosen.given else FALSE)
    pairs = [(key, cut.field(kind, nodes)) for key, nodes in statement.selector.collect(kind, chosen.sets).items()]
    if not cut.wanted:
        return f"(select {built(pairs)})"
    inner = f"select {listing.columns} from {listing.source}{listing.seek} order by {listing.order} limit {size} + 1"
    return f"(select {built(pairs)} from (select x.*, row_number() over () as rn from ({inner}) x) {b})"


class _Cut:
    """The fields of one connection, as aggregates over the rows of its page."""

    def __init__(self, statement: Statement, listing: Listing, alias: str, size: str, *, backward: str) -> None:
        self.statement, self.listing, self.alias, self.size = statement, listing, alias, size
        self.backward, self.wanted = backward, False

    def field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        chosen = None if nodes[0].name.value == "__typename" else self.statement.selector.chosen(kind, nodes)
        match nodes[0].name.value:
            case "edges" if chosen:
                self.wanted = True
                edge = self._object(chosen, self._edge)
                return f"coalesce(json_agg({edge}) filter (where {self.alias}.rn <= {self.size}), '[]')"
            case "pageInfo" if chosen:
                return self._object(chosen, self._page_info)
            case "totalCount":
                return f"(select count(*)::int from {self.listing.source})"
            case _:
                return typename(kind, nodes)

    def _object(self, chosen: Chosen, field: Callable[[GraphQLObjectType, list[FieldNode]], str]) -> str:
        kind = object_type(chosen)
        found = self.statement.selector.collect(kind, chosen.sets)
        return built([(key, field(kind, nodes)) for key, nodes in found.items()])

    def _edge(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        match nodes[0].name.value:
            case "cursor":
                return self.listing.cursor(self.alias)
            case "node":
                return self.listing.node(self.alias, self.statement.selector.chosen(kind, nodes).sets)
            case _:
                return typename(kind, nodes)

    def _page_info(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        shown = f"filter (where {self.alias}.rn <= {self.size})"
        match nodes[0].name.value:
            case "hasPreviousPage":
                return self.backward
            case "hasNextPage":
                self.wanted = True
                return f"(count(*) > {self.size})"
            case "startCursor":
                self.wanted = True
                return f"(array_agg({self.listing.cursor(self.alias)}) {shown})[1]"
            case "endCursor":
                self.wanted = True
                return f"(array_agg({self.listing.cursor(self.alias)}) {shown})[least(count(*), {self.size})]"
            case _:
                return typename(kind, nodes)


def empty(statement: Statement, kind: GraphQLObjectType, chosen: Chosen) -> str:
    """The page of a list that is not for this audience."""
    nothing = Listing(
        "0 as n", "(select where false) x where true", "", "n", lambda _: "''::text", lambda *_: "null::json"
    )
    return page(statement, kind, nothing, chosen)


def typename(kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
    if nodes[0].name.value != "__typename":
        raise Unfit("no way into SQL")
    return f"{literal(kind.name)}::text"
