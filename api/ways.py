"""The ways of fields into SQL: values, references to things, and objects made of the same row."""

from collections.abc import Callable
from typing import NamedTuple, cast

from graphql import GraphQLObjectType

from api.owning import own_rows
from api.selections import Chosen
from api.statement import At, Statement, literal
from api.values import Place
from api.versions import by_key
from domain.events import Audience, Personal, is_confidential
from projections.rows import LEDGER, Row

__all__ = [
    "AnyThing",
    "Expression",
    "Id",
    "Itself",
    "Reference",
    "Same",
    "Thing",
    "Things",
    "Value",
    "named_type",
    "object_type",
    "one",
    "public_id",
    "required",
]


class Value(NamedTuple):
    """A scalar, or a list of them."""

    place: Place

    def sql(self, statement: Statement, _at: At, alias: str, _chosen: Chosen) -> str:
        field = self.place.field
        if is_confidential(field) and not statement.sees(Audience.STAFF):
            return "null::text"
        statement.personal |= field.type is Personal
        return self.place.json(alias)


class Expression(NamedTuple):
    """A scalar that SQL works out."""

    text: Callable[[At, str], str]

    def sql(self, _statement: Statement, at: At, alias: str, _chosen: Chosen) -> str:
        return self.text(at, alias)


class Id:
    """The public id of a row: its ledger, then its tag."""

    def sql(self, _statement: Statement, at: At, alias: str, _chosen: Chosen) -> str:
        return f"({at.ledger} || ':' || {alias}.id)"


class Reference(NamedTuple):
    """The public id of a thing that no row shows."""

    place: Place

    def sql(self, _statement: Statement, at: At, alias: str, _chosen: Chosen) -> str:
        return public_id(self.place, at, alias)


class Same:
    """An object made of the same row."""

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return statement.object(object_type(chosen), chosen.sets, at, alias)


class Thing(NamedTuple):
    """The one thing that a reference names."""

    place: Place
    row: type[Row]
    required: bool

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return one(statement, at, self.row, self.place.text(alias), chosen, must=self.required)


class Itself(NamedTuple):
    """The row of another class that is about the same thing."""

    row: type[Row]

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return one(statement, at, self.row, f"{alias}.id", chosen)


class Things(NamedTuple):
    """The things that a list of references names, in its order; what the caller may not see is left out."""

    place: Place
    row: type[Row]

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        names = self.place.texts(alias)
        if not statement.sees(self.row.audience):
            return f"case when {names} is not null then '[]'::json end" if self.place.field.optional else "'[]'::json"
        r, c = statement.alias(), statement.alias()
        body = object_of(statement, at, self.row, c, chosen)
        joined = f"{by_key(statement, at, self.row)} {c} on {c}.{LEDGER} = {at.ledger} and {c}.id = {r}.id"
        each = f"unnest({names}) with ordinality {r}(id, n) join {joined}"
        listed = f"(select coalesce(json_agg({body} order by {r}.n), '[]') from {each})"
        return f"case when {names} is not null then {listed} end" if self.place.field.optional else listed


class AnyThing(NamedTuple):
    """The thing that a reference names, of whatever kind or of one of these."""

    place: Place
    kinds: tuple[str, ...] = ()

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        if not self.place.field.many:
            return of_any_kind(statement, at, self.place.text(alias), chosen, self.kinds)
        names, r, o = self.place.texts(alias), statement.alias(), statement.alias()
        thing = of_any_kind(statement, at, f"{r}.id", chosen, self.kinds)
        unnested = f"unnest({names}) with ordinality {r}(id, n)"
        each = f"select {thing} as j, {r}.n from {unnested}"
        listed = f"(select coalesce(json_agg({o}.j order by {o}.n), '[]') from ({each}) {o} where {o}.j is not null)"
        return f"case when {names} is not null then {listed} end" if self.place.field.optional else listed


def public_id(place: Place, at: At, alias: str) -> str:
    """Of what a reference names, or a list of them."""
    if not place.field.many:
        return f"({at.ledger} || ':' || {place.text(alias)})"
    names = place.texts(alias)
    each = f"unnest({names}) with ordinality x(id, n)"
    listed = f"(select json_agg({at.ledger} || ':' || x.id order by x.n) from {each})"
    return f"case when {names} is not null then coalesce({listed}, '[]') end"


def object_type(chosen: Chosen) -> GraphQLObjectType:
    return cast("GraphQLObjectType", chosen.type)


def named_type(statement: Statement, name: str) -> GraphQLObjectType:
    return cast("GraphQLObjectType", statement.schema.get_type(name))


def object_of(statement: Statement, at: At, row: type[Row], alias: str, chosen: Chosen) -> str:
    """What was selected, by concrete type or by an interface, of a row of this class."""
    return statement.object(named_type(statement, row.__name__), chosen.sets, at, alias)


def one(statement: Statement, at: At, row: type[Row], id_: str, chosen: Chosen, *, must: bool = False) -> str:
    if not statement.sees(row.audience):
        return _own(statement, at, row, id_, chosen)
    c = statement.alias()
    body = object_of(statement, at, row, c, chosen)
    found = f"(select {body} from {by_key(statement, at, row)} {c} where {c}.{LEDGER} = {at.ledger} and {c}.id = {id_})"
    return required(found, id_) if must else found


def _own(statement: Statement, at: At, row: type[Row], id_: str, chosen: Chosen) -> str:
    """What is not for the audience, if it names the viewer."""
    if not row.own or statement.inputs.ledger is None:
        return "null::json"
    c = statement.alias()
    statement.owned.add(c)
    body = object_of(statement, at, row, c, chosen)
    return f"(select {body} from {own_rows(statement, at, row)} {c} where {c}.id = {id_})"


def required(found: str, id_: str) -> str:
    """What must be there and is not makes the statement fail, and then the standard executor says what is wrong.

    `id_` belongs to a row: a constant would be found to be no JSON before anything is read."""
    return f"coalesce({found}, ('!' || {id_})::json)"


def of_any_kind(statement: Statement, at: At, id_: str, chosen: Chosen, kinds: tuple[str, ...] = ()) -> str:
    cases = " ".join(
        f"when {literal(kind)} then {one(statement, at, row, id_, chosen)}"
        for kind, row in statement.catalogue.visible(statement.audience)
        if not kinds or kind in kinds
    )
    return f"(case split_part({id_}, ':', 1) {cases} end)" if cases else "null::json"
