"""Connections: lists by keyset, newest first for things and in order for events, with one item more than asked."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from graphql import FieldNode, GraphQLObjectType, SelectionSetNode

from api.days import holding
from api.gaps import lacking
from api.groups import groups
from api.listed import Listed
from api.lists import filters, ledger_in, page_length, stored, tag_in
from api.measures import measures
from api.naming import camel
from api.orders import order_of
from api.owning import own_rows
from api.scalars import spelling
from api.selections import Chosen, Getter, Unfit
from api.statement import At, Statement, built, literal, quoted
from api.versions import Condition, Page, Versions, every
from api.ways import named_type, object_type
from domain.events import Field, Ref
from projections.gaps import asked
from projections.rows import LEDGER, Row

__all__ = ["Listing", "Rows", "empty", "page"]

Sets = tuple[SelectionSetNode, ...]
FALSE, TRUE = "false", "true"


class Listing(NamedTuple):
    """What a page is cut from."""

    columns: str
    items: str
    """FROM and WHERE of what comes after the cursor."""
    total: str
    """FROM and WHERE of all items."""
    order: str
    size: str
    cursor: Callable[[str], str]
    """The cursor of an item, by its alias."""
    node: Callable[[str, Sets], str]
    beside: Callable[[Chosen], str] | None = None
    """A field of the connection that has nothing to do with the page."""


class Rows(NamedTuple):
    """The rows of a class, all of a ledger or those that refer to a thing through a column."""

    row: type[Row]
    through: str | None = None
    own: bool = False
    """Only those that name the viewer."""

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        kind, after, asked = object_type(chosen), chosen.given.get("after"), chosen.given.get("orderBy")
        order = order_of(self.row, asked and statement.now(asked))
        statement.require(after, order.place)
        if not (self.own or statement.sees(self.row.audience)):
            return empty(statement, kind, chosen, Listed(statement, at, self.row))
        a = statement.alias()
        wanted, size = list(self._wanted(statement, at, alias, chosen)), page_length(statement, chosen)
        versions = Owned(own_rows(statement, at, self.row)) if self.own else Versions(statement, at, self.row)
        listing = Listing(
            columns=f"{a}.*",
            items=versions.items(
                a,
                [*wanted, *order.seek(statement, after)],
                Page(order.sql, order.columns, size),
                within=self.through is not None,
            ),
            total=versions.total(a, wanted),
            order=order.sql(a),
            size=size,
            cursor=order.cursor,
            node=lambda b, sets: self._node(statement, at, b, sets),
            beside=partial(numbers, Listed(statement, at, self.row, a, partial(versions.total, a, wanted))),
        )
        return page(statement, kind, listing, chosen)

    def _node(self, statement: Statement, at: At, alias: str, sets: Sets) -> str:
        if self.own:
            statement.owned.add(alias)
        return statement.object(named_type(statement, self.row.__name__), sets, at, alias)

    def _wanted(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> Iterator[Condition]:
        yield Condition((LEDGER,), lambda a: f"{a}.{LEDGER} = {at.ledger}")
        if through := self.through:
            yield Condition((through,), lambda a: f"{a}.{quoted(through)} = {alias}.id")
        for column in filters(self.row, self.through):
            if (getter := chosen.given.get(camel(column.name))) is not None:
                yield _equal(statement, at, column, getter, own=self.own)
        gap = chosen.given.get("gap")
        if not (gap and (found := asked(self.row, statement.now(gap))) and not found.held):
            yield from holding(statement, at, self.row, chosen.given.get("asOf"))
        yield from lacking(statement, at, self.row, chosen)


class Owned(NamedTuple):
    """The rows that name the viewer, at a moment: few, and of whatever audience."""

    rows: str

    def items(self, a: str, wanted: Sequence[Condition], _page: Page, *, within: bool) -> str:  # noqa: ARG002
        return self.total(a, wanted)

    def total(self, a: str, wanted: Sequence[Condition], *_beside: str) -> str:
        return f"{self.rows} {a} where {every(wanted, a)}"


def _equal(statement: Statement, at: At, column: Field, getter: Getter, *, own: bool) -> Condition:
    """Whom one is not shown one does not find by asking, but for whom one's own rows name."""
    convert = tag_in if column.type is Ref else stored
    value, name = statement.parameter(getter, spelling(column.type).cast, convert), quoted(column.name)
    same = f"@> array[{value}]" if column.many else f"= {value}"
    mine = ""
    if column.type is Ref:
        in_ledger = f"{statement.parameter(getter, 'text', ledger_in)} = {at.ledger}"
        mine = f" and {in_ledger}" + ("" if own else f" and {statement.shows(value, column.kinds)}")
    return Condition((column.name,), lambda a: f"{a}.{name} {same}{mine}")


def page(statement: Statement, kind: GraphQLObjectType, listing: Listing, chosen: Chosen) -> str:
    """The connection object; the page is read only if something of it was selected."""
    b = statement.alias()
    cut = _Cut(statement, listing, b, backward=TRUE if "after" in chosen.given else FALSE)
    pairs = [(key, cut.field(kind, nodes)) for key, nodes in statement.selector.collect(kind, chosen.sets).items()]
    if not cut.wanted:
        return f"(select {built(pairs)})"
    inner = f"select {listing.columns} from {listing.items} {listing.order} limit {listing.size} + 1"
    counted = f"row_number() over () as rn{cut.told}"
    return f"(select {built(pairs)} from (select x.*, {counted} from ({inner}) x) {b})"


class _Cut:
    """The fields of one connection, as aggregates over the rows of its page."""

    def __init__(self, statement: Statement, listing: Listing, alias: str, *, backward: str) -> None:
        self.statement, self.listing, self.alias, self.size = statement, listing, alias, listing.size
        self.backward, self.wanted, self.told = backward, False, ""

    def cursor(self) -> str:
        """Told once for each item, however often it is asked for."""
        self.wanted, self.told = True, f", {self.listing.cursor('x')} as cursor"
        return f"{self.alias}.cursor"

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
                return f"(select count(*)::int from {self.listing.total})"
            case _ if chosen and self.listing.beside:
                return self.listing.beside(chosen)
            case _:
                return typename(kind, nodes)

    def _object(self, chosen: Chosen, field: Callable[[GraphQLObjectType, list[FieldNode]], str]) -> str:
        kind = object_type(chosen)
        found = self.statement.selector.collect(kind, chosen.sets)
        return built([(key, field(kind, nodes)) for key, nodes in found.items()])

    def _edge(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        match nodes[0].name.value:
            case "cursor":
                return self.cursor()
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
                return f"(array_agg({self.cursor()}) {shown})[1]"
            case "endCursor":
                return f"(array_agg({self.cursor()}) {shown})[least(count(*), {self.size})]"
            case _:
                return typename(kind, nodes)


def numbers(of: Listed, chosen: Chosen) -> str:
    """A field of a connection beside its page."""
    return (groups if chosen.nodes[0].name.value == "groups" else measures)(of, chosen)


def empty(statement: Statement, kind: GraphQLObjectType, chosen: Chosen, of: Listed) -> str:
    """The page of a list that is not for this audience."""
    none, size = "(select where false) x where true", page_length(statement, chosen)
    nothing = Listing(
        "0 as n", none, none, "order by n", size, lambda _: "''::text", lambda *_: "null::json", partial(numbers, of)
    )
    return page(statement, kind, nothing, chosen)


def typename(kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
    if nodes[0].name.value != "__typename":
        raise Unfit("no way into SQL")
    return f"{literal(kind.name)}::text"
