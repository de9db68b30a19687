"""One operation as one SQL statement: parameters, objects and the walk over what was selected.

Each field of the schema knows its own way into SQL (`ways`, `pages`, `figures`); the statement calls them and joins
their texts. The result is the JSON text of `data`, which goes into the response untouched.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol, cast

from graphql import FieldNode, GraphQLObjectType, SelectionSetNode

from api.catalogue import Catalogue
from api.declared import Field
from api.selections import Chosen, Getter, Inputs, Selector, Unfit
from domain.events import Audience

__all__ = ["At", "Plan", "Read", "Statement", "Way", "built", "literal", "quoted"]

MOST_OBJECTS, MOST_WRITTEN = 1_000, 4_000_000
"""Objects, and characters of them; those of an object within another are counted again."""
MOST_PAIRS = 50  # json_build_object takes at most 100 arguments
HOLE = re.compile("\x02([0-9]+)\x02")


class At(NamedTuple):
    """In which ledger, and as known at which position (None: now), things are read: SQL expressions."""

    ledger: str
    known: str | None = None


class Read(NamedTuple):
    """Where a root field reads; if it reads all ledgers, `every` is what of SQL gives them, after FROM."""

    at: At
    every: str = ""


class Way(Protocol):
    """How a field is compiled."""

    def sql(self, statement: "Statement", at: At, alias: str, chosen: Chosen) -> str:
        """An SQL expression whose JSON is the field's value; `alias` is the row that the object was made of."""
        ...


class Plan(NamedTuple):
    """A statement ready to run, and where its parameters come from."""

    sql: str
    getters: tuple[Getter, ...]
    duties: tuple[Getter, ...]
    """Checks of arguments, used in the statement or not."""
    personal: bool
    """Whether sealed personal text may be in the answer."""

    def arguments(self, inputs: Inputs) -> list[Any]:
        for duty in self.duties:
            duty(inputs)
        return [getter(inputs) for getter in self.getters]


class Statement:
    def __init__(
        self, catalogue: Catalogue, selector: Selector, inputs: Inputs, audience: Audience, language: str
    ) -> None:
        self.catalogue, self.selector, self.inputs = catalogue, selector, inputs
        self.audience, self.language = audience, language
        self.schema = selector.schema
        self.personal = False
        self.tables: list[str] = []
        """Common table expressions, each evaluated once."""
        self.checks: list[str] = []
        """Conditions under which the standard executor has to say what is wrong."""
        self.owned: set[str] = set()
        """The aliases of rows that name the viewer."""
        self.readings: list[Read] = []
        """Where the root fields read."""
        self._getters: list[Getter] = []
        self._duties: list[Getter] = []
        self._aliases = self._objects = self._written = 0

    def parameter(self, getter: Getter, cast: str, convert: Callable[[Any], Any] = lambda value: value) -> str:
        self._getters.append(lambda inputs: convert(getter(inputs)))
        return f"\x02{len(self._getters) - 1}\x02::{cast}"

    def require(self, getter: Getter | None, convert: Callable[[Any], Any]) -> None:
        """The argument, if given, must convert, whether or not the statement comes to need it."""
        if getter is not None:
            self._duties.append(lambda inputs: convert(getter(inputs)))

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def now(self, getter: Getter) -> Any:
        """The value that the plan is made for; the plan's key must tell it from others (`documents`)."""
        return getter(self.inputs)

    def sees(self, audience: Audience) -> bool:
        return self.audience.sees(audience)

    def shows(self, tag: str, kinds: Iterable[str] = ()) -> str:
        """A condition: that a tag, of one of these kinds (none: of any), names nothing hidden from the audience."""
        hidden = self.catalogue.hidden(self.audience)
        secret = ", ".join(map(literal, sorted(hidden & frozenset(kinds or hidden))))
        return f"split_part({tag}, ':', 1) <> all (array[{secret}]::text[])" if secret else "true"

    def object(
        self,
        kind: GraphQLObjectType,
        sets: Iterable[SelectionSetNode],
        at: At,
        alias: str,
        typename: str | None = None,
    ) -> str:
        """The JSON object of what was selected of one row; `typename` is SQL, where it is not the same for all."""
        pairs = []
        for key, nodes in self.selector.collect(kind, sets).items():
            if nodes[0].name.value == "__typename":
                pairs.append((key, typename or f"{literal(kind.name)}::text"))
            else:
                pairs.append((key, self.field(kind, nodes, at, alias)))
        return self._counted(built(pairs))

    def _counted(self, object_: str) -> str:
        """Each type that an event or a thing may be is written out, and within it each that its own may be."""
        self._objects, self._written = self._objects + 1, self._written + len(object_)
        if self._objects > MOST_OBJECTS or self._written > MOST_WRITTEN:
            raise Unfit("too large")
        return object_

    def field(self, kind: GraphQLObjectType, nodes: list[FieldNode], at: At, alias: str) -> str:
        return way_of(kind, nodes[0].name.value).sql(self, at, alias, self.selector.chosen(kind, nodes))

    def plan(self, cite: Callable[["Statement"], str]) -> Plan:
        query = cast("GraphQLObjectType", self.schema.query_type)
        data = self.object(query, [self.selector.operation.selection_set], At("null"), "")
        columns = [_bytes(data, "data"), _bytes(cite(self), "cited"), f"{_any(self.checks)} as unfit"]
        text = f"{self._with()}select {', '.join(columns)}"
        used: dict[int, int] = {}
        sql = HOLE.sub(lambda match: f"${used.setdefault(int(match[1]), len(used) + 1)}", text)
        return Plan(sql, tuple(self._getters[index] for index in used), tuple(self._duties), self.personal)

    def _with(self) -> str:
        return f"with {', '.join(self.tables)} " if self.tables else ""


def way_of(kind: GraphQLObjectType, name: str) -> Way:
    field = kind.fields.get(name)
    declared = field.extensions.get("strawberry-definition") if field else None
    if not isinstance(declared, Field) or declared.way is None:
        raise Unfit("introspection" if name.startswith("__") else "no way into SQL")
    return cast("Way", declared.way)


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def built(pairs: Sequence[tuple[str, str]]) -> str:
    """A JSON object of any number of pairs."""
    chunks = [pairs[i : i + MOST_PAIRS] for i in range(0, len(pairs), MOST_PAIRS)] or [()]
    texts = [f"json_build_object({', '.join(f'{literal(key)}, {value}' for key, value in each)})" for each in chunks]
    if len(texts) == 1:
        return texts[0]
    inner = " || ',' || ".join(f"substr(({text})::text, 2, length(({text})::text) - 2)" for text in texts)
    return f"('{{' || {inner} || '}}')::json"


def _bytes(json: str, name: str) -> str:
    """As bytes, so that the driver hands them on without decoding."""
    return f"convert_to(({json})::text, 'UTF8') as {name}"


def _any(conditions: Sequence[str]) -> str:
    return f"({' or '.join(conditions)})" if conditions else "false"
