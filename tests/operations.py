"""Random valid operations over a schema: fields, aliases, fragments, directives, variables, pages, earlier moments.

All of it follows from the schema; a vocabulary says only what values there are. The same seed makes the same operation.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from random import Random
from typing import Any, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)

from api.orders import Order, order_of
from domain.events import Hundredths
from projections.rows import Row

__all__ = ["KNOWN", "Operation", "Vocabulary", "operation"]

Value = Callable[[Random], Any]
UNSETTLED = {"coveredBy"}
"""What may be signed after an answer."""
KNOWN = "known"
"""The variable of the moment that every root field is asked as known at, where that is wished."""
PAGES: Sequence[Any] = (None, 0, 1, 1, 2, 2, 3, 3, 4, 4, 9, 9, 500, 501)
DAYS, AMOUNTS = ("2025-03-01", "0999-12-31"), ("83.30", "-0.05", "0", "0.5")


class Vocabulary(NamedTuple):
    """What may be asked for: values that are there, and some that are not."""

    codes: Sequence[str]
    ids: Sequence[str]
    tags: Sequence[str]
    types: Sequence[str]
    keys: Sequence[str]
    instants: Sequence[str]
    head: int
    rows: Sequence[type[Row]]
    fields: Sequence[str]
    texts: Sequence[str] = ("", "a", "襄垣县 🏠", "\0")

    def moment(self, chance: Random) -> dict[str, Any]:
        """Now and then one that has not come."""
        if chance.random() < 1 / 2:
            return {"position": chance.randint(0, self.head + (2 if chance.random() < 1 / 4 else 0))}
        return {"time": "2130-03-01T12:00:00+08:00" if chance.random() < 1 / 8 else chance.choice(self.instants)}

    def cursor(self, chance: Random) -> str:
        position = chance.randint(0, self.head)
        if chance.random() < 1 / 8:
            return chance.choice(("", "x", "1.", "９", "9" * 30))
        of = chance.choice((self.tags, self.fields, ()))
        return f"{position}.{chance.choice(of)}" if of else f"{position}"

    def place(self, chance: Random, order: Order) -> str:
        """A cursor such as a list in this order may give, whether or not the row is there."""
        row = {"born": chance.randint(1, self.head), "id": chance.choice(self.tags)}
        if order.column:
            values: dict[Any, Sequence[Any]] = {
                str: self.texts,
                int: (0, 1, -7, 2**31 - 1),
                Hundredths: (0, 5, -5, 8330, 10**15 + 1),
                date: [date.fromisoformat(day) for day in DAYS],
                datetime: [datetime.fromisoformat(instant) for instant in self.instants],
            }
            row[order.column.name] = chance.choice([None, *values[order.column.type]])
        return order.told(row)

    def by_name(self) -> Mapping[str, Value]:
        return {
            "code": lambda chance: chance.choice(self.codes),
            "first": lambda chance: chance.choice(PAGES),
            "after": self.cursor,
            "types": lambda chance: chance.sample(self.types, chance.randint(0, 2)),
            "tags": lambda chance: chance.sample(self.tags, chance.randint(0, 2)),
            "keys": lambda chance: chance.sample(self.keys, chance.randint(0, min(3, len(self.keys)))),
            "backdatedDays": lambda chance: chance.randint(-1 if chance.random() < 1 / 8 else 0, 41),
            "atLeast": lambda chance: chance.randint(0, self.head + (9 if chance.random() < 1 / 8 else 0)),
        }

    def by_type(self) -> Mapping[str, Value]:
        return {
            "Moment": self.moment,
            "ID": lambda chance: chance.choice(self.ids),
            "Boolean": lambda chance: chance.random() < 1 / 2,
            "String": lambda chance: chance.choice(self.texts),
            "Date": lambda chance: chance.choice(DAYS),
            "DateTime": lambda chance: chance.choice(self.instants),
            "Decimal": lambda chance: chance.choice(AMOUNTS),
            "Position": lambda chance: chance.randint(0, self.head),
            "Int": lambda chance: chance.randint(-1, 9),
            "Float": lambda chance: chance.choice((0.5, 1, -3)),
        }


class Operation(NamedTuple):
    query: str
    variables: dict[str, Any]


def operation(chance: Random, schema: GraphQLSchema, vocabulary: Vocabulary, *, known: bool = False) -> Operation:
    """With `known`, each root field is asked as known at `$known`, which may be left out, and none waits."""
    writer = _Writer(chance, schema, vocabulary, known=known)
    query = schema.query_type
    assert query is not None
    body = writer.selection(query, chance.randint(2, 5))
    declared = f"({', '.join(writer.declared)})" if writer.declared else ""
    return Operation(f"query Q{declared} {body} {' '.join(writer.fragments)}", writer.values)


class _Writer:
    def __init__(self, chance: Random, schema: GraphQLSchema, vocabulary: Vocabulary, *, known: bool) -> None:
        self.random, self.schema, self.known = chance, schema, known
        self.words, self.rows = vocabulary, {f"{row.__name__}Connection": row for row in vocabulary.rows}
        self.by_name, self.by_type = vocabulary.by_name(), vocabulary.by_type()
        self.declared: list[str] = [f"${KNOWN}: Moment"] if known else []
        self.values: dict[str, Any] = {}
        self.fragments: list[str] = []
        self.aliases = 0

    def chance(self, of: int) -> bool:
        return self.random.randrange(of) == 0

    def selection(self, kind: Any, depth: int) -> str:
        fields: Mapping[str, GraphQLField] = getattr(kind, "fields", {})
        names = [name for name, field in fields.items() if depth > 0 or is_leaf_type(get_named_type(field.type))]
        names = [name for name in names if not (self.known and name in UNSETTLED)]
        chosen = self.random.choices([*names, "__typename"], k=self.random.randint(1, 4))
        parts = [self.fragmented(kind, self.field(kind, name, depth)) for name in chosen]
        if is_abstract_type(kind) and depth > 0:
            possible = list(self.schema.get_possible_types(kind))
            drawn = self.random.sample(possible, min(len(possible), self.random.randint(0 if fields else 1, 2)))
            parts += [f"... on {one.name}{self.directive()} {self.selection(one, depth - 1)}" for one in drawn]
        return "{ " + " ".join(parts) + " }"

    def field(self, kind: Any, name: str, depth: int) -> str:
        if name == "__typename":
            return f"{self.alias()}__typename" if self.chance(2) else "__typename"
        field: GraphQLField = kind.fields[name]
        arguments = self.arguments(field, root=kind is self.schema.query_type)
        inner = get_named_type(field.type)
        # A field of the same name may have another type in another fragment, and then needs another alias.
        merged = not arguments and not getattr(kind, "interfaces", ()) and not is_abstract_type(kind)
        alias = "" if merged and not self.chance(4) else self.alias()
        below = "" if is_leaf_type(inner) else f" {self.selection(inner, depth - 1)}"
        return f"{alias}{name}{arguments}{self.directive()}{below}"

    def fragmented(self, kind: Any, text: str) -> str:
        match self.random.randrange(12):
            case 0:
                return f"... on {kind.name}{self.directive()} {{ {text} }}"
            case 1:
                return f"...{self.directive()} {{ {text} }}"
            case 2:
                name = f"F{len(self.fragments)}"
                self.fragments.append(f"fragment {name} on {kind.name} {{ {text} }}")
                return f"...{name}{self.directive()}"
            case _:
                return text

    def alias(self) -> str:
        self.aliases += 1
        return f"a{self.aliases}: "

    def directive(self) -> str:
        if not self.chance(8):
            return ""
        value = self.chance(2)
        given = self.variable("Boolean!", value) if self.chance(2) else json.dumps(value)
        return f" @{'skip' if self.chance(2) else 'include'}(if: {given})"

    def arguments(self, field: GraphQLField, *, root: bool) -> str:
        written, given = [], dict[str, Any]()
        for name, argument in field.args.items():
            needed = isinstance(argument.type, GraphQLNonNull)
            if root and self.known and name in {"asKnownAt", "atLeast"}:
                written += [f"{name}: ${KNOWN}"] if name == "asKnownAt" else []
            elif needed or self.chance(3):
                given[name] = None if not needed and self.chance(8) else self.drawn(name, argument.type)
        if (row := self.rows.get(get_named_type(field.type).name)) and not self.chance(8) and "after" in given:
            given["after"] = self.words.place(self.random, order_of(row, given.get("orderBy")))
        written += [f"{name}: {self.value(field.args[name], drawn)}" for name, drawn in given.items()]
        return f"({', '.join(written)})" if written else ""

    def value(self, argument: GraphQLArgument, drawn: Any) -> str:
        if self.chance(2):
            return self.variable(str(argument.type), drawn)
        return self.literal(drawn, argument.type)

    def drawn(self, name: str, kind: Any) -> Any:
        """A value of an input type; what the vocabulary has a name for comes first."""
        bare = get_nullable_type(kind)
        if name in self.by_name and not isinstance(bare, GraphQLInputObjectType):
            return self.by_name[name](self.random)
        if isinstance(bare, GraphQLList):
            return [self.drawn("", bare.of_type) for _ in range(self.random.randint(0, 2))]
        if isinstance(bare, GraphQLEnumType):
            return self.random.choice(list(bare.values))
        if bare.name in self.by_type:
            return self.by_type[bare.name](self.random)
        return self.object(bare)

    def object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        """Of a oneOf one field, of another those that are needed and some of the rest."""
        if kind.is_one_of:
            name, field = self.random.choice(list(kind.fields.items()))
            return {name: self.drawn(name, field.type)}
        chosen = [(n, f) for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull) or self.chance(3)]
        return {name: self.drawn(name, field.type) for name, field in chosen}

    def variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.declared.append(f"${name}: {kind}")
        self.values[name] = value
        return f"${name}"

    def literal(self, value: Any, kind: Any) -> str:
        """Now and then a part of it is a variable."""
        bare = get_nullable_type(kind)
        if isinstance(value, dict):
            fields = bare.fields
            inner = ((name, each, fields[name].type) for name, each in value.items())
            return "{" + ", ".join(f"{name}: {self.part(each, of, bare)}" for name, each, of in inner) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.part(each, bare.of_type, bare) for each in value) + "]"
        if isinstance(bare, GraphQLEnumType) and value is not None:
            return str(value)
        return json.dumps(value)

    def part(self, value: Any, kind: Any, whole: Any) -> str:
        if self.chance(4) and value is not None:
            needed = isinstance(kind, GraphQLNonNull) or not getattr(whole, "is_one_of", False)
            return self.variable(str(kind) if needed else f"{kind}!", value)
        return self.literal(value, kind)
