"""Random valid operations over a schema: fields, aliases, fragments, directives, variables, pages, earlier moments."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from api.orders import Order, order_of
from domain.events import Hundredths
from tests.village import ROWS
from tests.village_data import AMOUNTS, DAYS, HEAD, IDS, INSTANTS, LEDGERS, NUMBERS, START, TEXTS

Draw = Callable[[st.SearchStrategy[Any]], Any]
TAGS = st.sampled_from([tag for tags in IDS.values() for tag in tags])
PUBLIC_IDS = st.builds("{}:{}".format, st.sampled_from([*LEDGERS, "t1", "t1", "zz"]), TAGS) | st.sampled_from(
    ["", "t1", "t1:", "x:y:z\0"]
)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "code": st.sampled_from(["t1", "t1", "t1", "t2", "zz", "\0"]),
    "first": st.integers(0, 4) | st.sampled_from([None, 500, 500, 501, -1]),
    "after": st.none() | st.integers(0, HEAD).map(str) | st.sampled_from(["", "x", "1.", "９", "9" * 30]),
    "types": st.none() | st.lists(st.sampled_from(["CottageBuilt", "CottageLet", "LedgerOpened", "no"]), max_size=2),
    "tags": st.none() | st.lists(TAGS, max_size=2),
    "keys": st.none()
    | st.lists(st.sampled_from(["cottages", "open", "never", "share", "none"]), max_size=3)
    | st.just(["no"]),
    "asKnownAt": st.none()
    | st.builds(lambda p: {"position": p}, st.integers(0, HEAD + 2))
    | st.builds(
        lambda t: {"time": t.isoformat()},
        st.sampled_from([*INSTANTS[:2], START.replace(hour=5), START.replace(year=2030)]),
    ),
    "backdatedDays": st.none() | st.integers(-1, 41),
    "atLeast": st.none() | st.integers(0, HEAD),
}
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "Int": st.sampled_from([*NUMBERS, None]),
    "ID": PUBLIC_IDS | st.none(),
    "Boolean": st.booleans() | st.none(),
    "String": st.sampled_from(["", "a", "襄垣县 🏠", "\0", None]),
    "Date": st.sampled_from([*map(str, DAYS), None]),
    "Decimal": st.sampled_from(["83.30", "-0.05", "0", "0.5", None]),
}
ROW_OF = {f"{row.__name__}Connection": row for row in ROWS}
VALUES: dict[Any, list[Any]] = {str: TEXTS, int: NUMBERS, Hundredths: AMOUNTS, date: DAYS, datetime: INSTANTS}


def cursors(order: Order) -> st.SearchStrategy[str]:
    """Such as a list in this order may give, whether or not the row is there."""
    values = [None, *VALUES[order.column.type]] if order.column else range(1, HEAD)
    rows = {
        "born": st.integers(1, HEAD),
        "id": TAGS,
        **({order.column.name: st.sampled_from(values)} if order.column else {}),
    }
    return st.fixed_dictionaries(rows).map(order.told)


class Operation(NamedTuple):
    query: str
    variables: dict[str, Any]


def operation(draw: Draw, schema: GraphQLSchema, depth: int) -> Operation:
    writer = _Writer(draw, schema)
    query = schema.query_type
    assert query is not None
    body = writer.selection(query, depth)
    declared = f"({', '.join(writer.declared)})" if writer.declared else ""
    return Operation(f"query Q{declared} {body} {' '.join(writer.fragments)}", writer.values)


class _Writer:
    def __init__(self, draw: Draw, schema: GraphQLSchema) -> None:
        self.draw, self.schema = draw, schema
        self.declared: list[str] = []
        self.values: dict[str, Any] = {}
        self.fragments: list[str] = []
        self.aliases = 0

    def chance(self, of: int) -> bool:
        return bool(self.draw(st.integers(1, of)) == 1)

    def selection(self, kind: Any, depth: int) -> str:
        names = [name for name, field in kind.fields.items() if depth > 0 or is_leaf_type(get_named_type(field.type))]
        chosen = self.draw(st.lists(st.sampled_from([*names, "__typename"]), min_size=1, max_size=4))
        parts = [self.fragmented(kind, self.field(kind, name, depth)) for name in chosen]
        if isinstance(kind, GraphQLInterfaceType) and depth > 0:
            possible = self.schema.get_possible_types(kind)
            drawn = self.draw(st.lists(st.sampled_from(possible), max_size=2))
            parts += [f"... on {one.name}{self.directive()} {self.selection(one, depth - 1)}" for one in drawn]
        return "{ " + " ".join(parts) + " }"

    def field(self, kind: Any, name: str, depth: int) -> str:
        if name == "__typename":
            return f"{self.alias()}__typename" if self.chance(2) else "__typename"
        field: GraphQLField = kind.fields[name]
        arguments = self.arguments(field)
        inner = get_named_type(field.type)
        alias = self.alias() if arguments or not is_leaf_type(inner) or self.chance(4) else ""
        if (
            isinstance(kind, GraphQLObjectType)
            and any(name in each.fields for each in kind.interfaces)
            and self.chance(2)
        ):
            alias = self.alias()
        below = "" if is_leaf_type(inner) else f" {self.selection(inner, depth - 1)}"
        # A field of the same name may have another type in another fragment, and then needs another alias.
        unlike = alias or (self.alias() if not self.is_shared(kind) else "")
        return f"{unlike}{name}{arguments}{self.directive()}{below}"

    def is_shared(self, kind: Any) -> bool:
        return not (isinstance(kind, GraphQLObjectType) and kind.interfaces)

    def fragmented(self, kind: Any, text: str) -> str:
        match self.draw(st.integers(0, 11)):
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
        value = self.draw(st.booleans())
        given = self.variable("Boolean!", value) if self.chance(2) else json.dumps(value)
        return f" @{'skip' if self.chance(2) else 'include'}(if: {given})"

    def arguments(self, field: GraphQLField) -> str:
        written, order = [], None
        for name, argument in field.args.items():
            needed = isinstance(argument.type, GraphQLNonNull)
            if needed or self.chance(3):
                drawn = self.drawn(name, argument, needed=needed)
                order = drawn if name == "orderBy" else order
                written.append(f"{name}: {self.value(argument, drawn)}")
        if (row := ROW_OF.get(get_named_type(field.type).name)) and self.chance(4):
            cursor = self.draw(cursors(order_of(row, order)))
            written = [each for each in written if not each.startswith("after:")]
            written.append(f"after: {self.value(field.args['after'], cursor)}")
        return f"({', '.join(written)})" if written else ""

    def drawn(self, name: str, argument: GraphQLArgument, *, needed: bool) -> Any:
        inner = get_named_type(argument.type)
        if isinstance(inner, GraphQLEnumType):
            values = st.sampled_from([*inner.values, None])
        else:
            values = BY_NAME[name] if name in BY_NAME else BY_TYPE[inner.name]
        return self.draw(values.filter(lambda value: value is not None) if needed else values)

    def value(self, argument: GraphQLArgument, drawn: Any) -> str:
        if self.chance(2):
            return self.variable(str(argument.type), drawn)
        return self.literal(drawn, get_named_type(argument.type))

    def variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.declared.append(f"${name}: {kind}")
        self.values[name] = value
        return f"${name}"

    def literal(self, value: Any, kind: Any) -> str:
        if isinstance(value, dict):
            [(key, inner)] = value.items()
            kinds = {"position": "Position!", "time": "DateTime!"}
            written = self.variable(kinds[key], inner) if self.chance(3) else json.dumps(inner)
            return f"{{{key}: {written}}}"
        if isinstance(value, list) and value and self.chance(3):
            return "[" + ", ".join([*map(json.dumps, value[1:]), self.variable("String!", value[0])]) + "]"
        if isinstance(kind, GraphQLEnumType) and value is not None:
            return str(value)
        return json.dumps(value)
