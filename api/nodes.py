"""Things as people read them: an object type for every row class, with what it refers to and what refers to it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from string import Formatter
from typing import Any

import strawberry

from api import reading
from api.catalogue import Catalogue
from api.changes import changes_field
from api.connections import connection_type
from api.days import day_arguments
from api.declared import Field, add_fields, enum_type, interface_type, listed, object_type, optional
from api.following import chain_field, has_chain
from api.gaps import gap_arguments
from api.groups import GroupFields
from api.happenings import Happenings, of_thing
from api.lists import PAGE_ARGUMENTS, filter_arguments, filters
from api.measures import MeasureFields
from api.naming import camel, told, words
from api.orders import order_arguments
from api.owning import OwnText, read_own_text
from api.pages import Rows
from api.reading import Found, Page
from api.reports import report_fields_of
from api.scalars import spelling
from api.statement import At, literal
from api.unions import union_types
from api.values import Column, Place
from api.ways import AnyThing, Expression, Id, Itself, Reference, Thing, Things, Value
from domain.events import Audience, Ref, is_confidential
from domain.events import Field as Declared
from projections.rows import Misdeclared, Row, columns, kind_of

__all__ = ["NodeTypes", "plain_column", "retold", "value_field"]


class NodeTypes:
    """The object types of the rows, and Node; fields are filled in when all types are there."""

    def __init__(self, catalogue: Catalogue, event: Any, events: Any, changes: Any, info: Any) -> None:
        self.catalogue, self.event, self.events, self.changes = catalogue, event, events, changes
        self.node = interface_type(
            "Node",
            "A thing with an id and a history.\n有编号、有历史的事物。",
            [self._id(), self._history(), changes_field(changes)],
        )
        self.types = {row: self._type(row) for row in catalogue.rows}
        self.unions = union_types(catalogue, self.types)
        self.pages = {row: connection_type(row.__name__, self.types[row], words(row), info) for row in catalogue.rows}

    def complete(self) -> None:
        groups, measures = GroupFields(self.node), MeasureFields()
        for row in self.catalogue.rows:
            add_fields(self.pages[row], (*groups.of(row), *measures.of(row)))
            add_fields(self.types[row], _each_once(row, self._fields(row)))

    def field(self, name: str, place: Place, audience: Audience) -> Field:
        """A field of a row or an event, told by its name; `audience` is whose the row or event is."""
        column = place.field
        if column.type is not Ref:
            return value_field(name, place)
        if len(column.kinds) != 1:
            return self._any(name, place)
        row = self.catalogue.nodes.get(column.kinds[0])
        if row is None:
            return _typed(name, column, strawberry.ID, _read_public_id(place), Reference(place), hidden=column.optional)
        kind = self.types[row]
        if column.many:
            return _typed(name, column, kind, _read_things(place, row), Things(place, row), hidden=column.optional)
        hidden = column.optional or not audience.sees(row.audience)
        way = Thing(place, row, required=not hidden)
        return _typed(name, column, kind, _read_thing(place, row), way, hidden=hidden)

    def rows_field(self, row: type[Row], name: str, through: str | None = None, *, own: bool = False) -> Field:
        """The connection of a row class: all of a ledger, those that refer to the thing, or that name the viewer."""

        async def read(source: Found, _context: Any, given: Mapping[str, Any]) -> Page:
            by_column = {column.name: given.get(camel(column.name)) for column in filters(row, through)}
            asked, of = {**given, **by_column}, "" if own else source.row.get("id", "")
            return await reading.row_page(source.here, row, through, of, asked, own=own)

        arguments = (*PAGE_ARGUMENTS, *order_arguments(row), *day_arguments(row), *gap_arguments(row))
        arguments = (*arguments, *filter_arguments(row, through))
        return Field(name, self.pages[row], words(row), read, Rows(row, through, own), arguments)

    def _type(self, row: type[Row]) -> Any:
        kind = kind_of(row)
        interfaces = [self.node] if kind is not None and self.catalogue.nodes[kind] is row else []
        return object_type(row.__name__, words(row), interfaces=interfaces)

    def _fields(self, row: type[Row]) -> Iterator[Field]:
        kind = kind_of(row)
        if kind is not None and self.catalogue.nodes[kind] is row:
            yield self._id()
            yield from (self._column(row, column) for column in columns(row)[1:])
            if row.address:
                yield _url(row.address)
            yield from self._beside(kind, row)
            yield from self._referring(kind)
            yield from report_fields_of(self, row)
            yield self._history()
            yield changes_field(self.changes, row)
            if has_chain(kind):
                yield chain_field(self.events)
        else:
            yield from (self._column(row, column) for column in columns(row)[1:])

    def _column(self, row: type[Row], column: Declared) -> Field:
        if row.own and is_confidential(column):
            place = Column(column)
            kind = optional(spelling(column.type).token)
            return _described(camel(column.name), column, kind, read_own_text(row, place), OwnText(row, place))
        return self.field(camel(column.name), Column(column), Audience.PUBLIC if row.own else row.audience)

    def _beside(self, kind: str, row: type[Row]) -> Iterator[Field]:
        """What other rows say about the same thing."""
        for other in self.catalogue.rows:
            if other is not row and kind_of(other) == kind:
                name = other.__name__[0].lower() + other.__name__[1:]
                yield Field(name, optional(self.types[other]), words(other), _read_itself(other), Itself(other))

    def _referring(self, kind: str) -> Iterator[Field]:
        """Reverse connections; of several from one class, all but the one named as the kind say through what.

        Without such a one, the column that may refer to several kinds needs no more said."""
        for other in self.catalogue.rows:
            through = [column for column in filters(other) if kind in column.kinds and not column.many]
            plain = next((column for column in through if column.name == kind), None)
            plain = plain or next((column for column in through if len(column.kinds) > 1), None)
            for column in through:
                name = other.plural if column is plain else f"{other.plural}As{_upper(column.name)}"
                yield self.rows_field(other, name, column.name)

    def _any(self, name: str, place: Place) -> Field:
        """A reference to one of several kinds, or to any."""
        kinds, column = place.field.kinds, place.field
        shown, way = self.unions.get(frozenset(kinds), self.node), AnyThing(place, kinds)
        if column.many:
            kind = listed(shown)
            return _described(name, column, optional(kind) if column.optional else kind, _read_any_list(place), way)
        return _described(name, column, optional(shown), _read_any(place), way)

    def _id(self) -> Field:
        def read(found: Found, *_: Any) -> str:
            return f"{found.here.ledger}:{found.row['id']}"

        return Field("id", strawberry.ID, "Its id, for ever the same: `ledger:kind:…`.\n永久不变的编号。", read, Id())

    def _history(self) -> Field:
        async def read(found: Found, _context: Any, given: Mapping[str, Any]) -> Page:
            return await reading.event_page(found.here, reading.Events(tag=found.row["id"]), given)

        told_ = "All that happened to it, in order.\n与其有关的全部事件，按先后排列。"
        return Field("history", self.events, told_, read, Happenings(of_thing), PAGE_ARGUMENTS)


def _each_once(row: type[Row], fields: Iterable[Field]) -> list[Field]:
    """The fields, unless a column is called like what refers to the thing: one of them would be lost."""
    found = list(fields)
    if twice := sorted(name for name, count in Counter(str(each.graphql_name) for each in found).items() if count > 1):
        raise Misdeclared(f"{row.__name__}: two fields named {', '.join(twice)}")
    return found


def _url(address: str) -> Field:
    def read(found: Found, *_: Any) -> str:
        return address.format_map({**found.row, "ledger": found.here.ledger})

    def sql(at: At, alias: str) -> str:
        texts = Formatter().parse(address)
        parts = ((literal(text), at.ledger if name == "ledger" else f"{alias}.{name}") for text, name, *_ in texts)
        return f"({' || '.join(chain.from_iterable(parts))})"

    return Field("url", str, "Where it can be had over HTTP.\n其下载地址。", read, Expression(sql))


def value_field(name: str, place: Place) -> Field:
    """A scalar field, told by the name of its column or of the event's field."""
    column = place.field
    kind = enum_type(column.type) if hasattr(column.type, "__members__") else spelling(column.type).token
    hidden = column.optional or is_confidential(column)

    def read(found: Found, *_: Any) -> Any:
        if is_confidential(column) and not found.here.reader.audience.sees(Audience.STAFF):
            return None
        return place.value(found.row)

    return _typed(name, column, kind, read, Value(place), hidden=hidden)


def plain_column(name: str, kind: Any, told: str, *, optional: bool = False) -> Field:
    """A column of the machinery, told here."""
    return retold(value_field(camel(name), Column(Declared(name, kind, None, many=False, optional=optional))), told)


def retold(field: Field, told: str) -> Field:
    field.description = told
    return field


def _typed(name: str, column: Declared, kind: Any, read: Any, way: object, *, hidden: bool) -> Field:
    whole = listed(kind) if column.many else kind
    return _described(name, column, optional(whole) if hidden else whole, read, way)


def _described(name: str, column: Declared, kind: Any, read: Any, way: object) -> Field:
    return Field(name, kind, told(column.name), read, way)


def _read_thing(place: Place, row: type[Row]) -> Any:
    async def read(found: Found, *_: Any) -> Found | None:
        return await reading.find(found.here, row, place.value(found.row), own=True)

    return read


def _read_things(place: Place, row: type[Row]) -> Any:
    async def read(found: Found, *_: Any) -> list[Found] | None:
        ids = place.value(found.row)
        things = [await reading.find(found.here, row, id_) for id_ in ids or ()]
        return None if ids is None else [thing for thing in things if thing is not None]

    return read


def _read_any(place: Place) -> Any:
    async def read(found: Found, *_: Any) -> Found | None:
        return await reading.find_any(found.here, place.value(found.row), place.field.kinds)

    return read


def _read_any_list(place: Place) -> Any:
    async def read(found: Found, *_: Any) -> list[Found] | None:
        ids = place.value(found.row)
        things = [await reading.find_any(found.here, id_, place.field.kinds) for id_ in ids or ()]
        return None if ids is None else [thing for thing in things if thing is not None]

    return read


def _read_itself(row: type[Row]) -> Any:
    async def read(found: Found, *_: Any) -> Found | None:
        return await reading.find(found.here, row, found.row["id"], own=True)

    return read


def _read_public_id(place: Place) -> Any:
    def read(found: Found, *_: Any) -> Any:
        ids, ledger = place.value(found.row), found.here.ledger
        if ids is None:
            return None
        return [f"{ledger}:{id_}" for id_ in ids] if place.field.many else f"{ledger}:{ids}"

    return read


def _upper(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
