"""The contract: what is committed is what is served, everything is told in both languages, lists have pages."""

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_specified_scalar_type,
    validate_schema,
)

from api.catalogue import product
from api.errors import PROBLEMS
from api.naming import camel
from api.schema import COMMITTED, printed, product_schema
from domain.events import Personal
from domain.refusals import REFUSALS
from projections.rows import columns

SCHEMA = product_schema()
CHINESE = re.compile("[\u4e00-\u9fff]")
OWN = [
    kind for kind in SCHEMA.type_map.values() if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
]
OBJECTS = [kind for kind in OWN if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert COMMITTED.read_text("utf-8") == printed(SCHEMA), "if on purpose: make printed"


def test_the_schema_is_valid() -> None:
    assert validate_schema(SCHEMA) == []


def descriptions() -> Iterator[tuple[str, str | None]]:
    for kind in OWN:
        yield kind.name, kind.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.description
                for argument, declared in field.args.items():
                    yield f"{kind.name}.{name}({argument}:)", declared.description
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{kind.name}.{name}", field.description) for name, field in kind.fields.items())
        elif isinstance(kind, GraphQLEnumType):
            yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())


def in_both_languages(text: str | None) -> bool:
    lines = (text or "").split("\n")
    return len(lines) == 2 and bool(re.search("[A-Za-z]", lines[0])) and bool(CHINESE.search(lines[1]))


def test_everything_is_told_in_english_and_chinese() -> None:
    assert [name for name, text in descriptions() if not in_both_languages(text)] == []


def test_a_description_in_one_language_would_be_found() -> None:
    assert not in_both_languages("Only English.")
    assert not in_both_languages("English\nEnglish")
    assert not in_both_languages(None)


def test_every_list_that_can_grow_is_a_connection() -> None:
    pages = {kind.name for kind in OBJECTS if kind.name.endswith("Connection")}
    for kind in OBJECTS:
        for name, field in kind.fields.items():
            if get_named_type(field.type).name in pages:
                assert {"first", "after"} <= set(field.args), f"{kind.name}.{name}"


def test_lists_hold_no_nulls() -> None:
    for kind in OBJECTS:
        for name, field in kind.fields.items():
            inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if isinstance(inner, GraphQLList):
                assert isinstance(inner.of_type, GraphQLNonNull), f"{kind.name}.{name}"


def test_what_may_be_hidden_or_not_there_is_nullable() -> None:
    """One of several kinds, the event of a change, what a mutation shows: none of them is sure to be seen."""
    for kind in OBJECTS:
        for name, field in kind.fields.items():
            inner = get_named_type(field.type)
            several = isinstance(inner, GraphQLInterfaceType | GraphQLUnionType) and not inner.name.endswith("Outcome")
            listed = isinstance(get_nullable_type(field.type), GraphQLList)
            if several and not listed and not kind.name.endswith("Edge"):
                assert not isinstance(field.type, GraphQLNonNull), f"{kind.name}.{name}"
    nodes = [kind.fields["node"] for kind in OBJECTS if kind.name.endswith("Recorded") and "node" in kind.fields]
    assert nodes
    assert not any(isinstance(node.type, GraphQLNonNull) for node in nodes)


def test_a_field_that_is_never_null_is_of_a_column_that_is_never_null() -> None:
    """Which the tables are held against when the application starts."""
    for row in product().rows:
        kind = SCHEMA.type_map[row.__name__]
        assert isinstance(kind, GraphQLObjectType)
        for column in columns(row)[1:]:
            if isinstance(kind.fields[camel(column.name)].type, GraphQLNonNull):
                assert not column.optional, f"{row.__name__}.{column.name}"
                assert column.type is not Personal, f"{row.__name__}.{column.name}"


def test_a_field_of_an_event_means_the_same_in_all_events() -> None:
    seen: dict[str, set[str]] = {}
    for event in product().events:
        kind = SCHEMA.type_map[event]
        assert isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items():
            several = isinstance(get_named_type(field.type), GraphQLUnionType)
            seen.setdefault(name, set()).add("one of several" if several else str(field.type).replace("!", ""))
    assert {name: kinds for name, kinds in seen.items() if len(kinds) > 1} == {}


def test_every_decision_that_people_may_take_is_a_mutation() -> None:
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    assert list(mutation.fields) == [decision.name for decision in product().decisions]
    assert "ledgerOpen" not in mutation.fields


def test_every_refusal_of_the_product_has_its_code() -> None:
    codes = SCHEMA.type_map["RefusalCode"]
    assert isinstance(codes, GraphQLEnumType)
    assert set(codes.values) == {refusal.code for refusal in product().refusals} <= set(REFUSALS)


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_told_in_both_languages(code: str) -> None:
    problem = PROBLEMS[code]
    made = problem(**dict.fromkeys(problem.__dataclass_fields__, 1))  # type: ignore[attr-defined]
    told = made.formatted("zh")
    assert told["message"] == told["extensions"]["zh"]
    assert CHINESE.search(told["message"])
    assert "{" not in told["message"]


CONTRACT = {
    "Query": ["ledgers", "ledger", "node", "viewer"],
    "Ledger": ["code", "name", "position", "checkpoint", "figures", "events"],
    "Figure": ["key", "label", "unit", "value", "numerator", "denominator", "events"],
    "Event": ["position", "type", "occurredAt", "recordedAt", "actor", "body", "leafHash"],
    "Receipt": ["position", "type"],
    "Refused": ["code", "rule", "path", "message", "details"],
    "Node": ["id", "history"],
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_names_of_the_contract_are_there(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    assert set(CONTRACT[name]) <= set(kind.fields)
