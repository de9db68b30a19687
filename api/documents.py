"""Documents: each text is parsed and validated once, and keeps its operations and their plans."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableDefinitionNode,
    VariableNode,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from api.costs import check_cost, paged_by
from api.errors import (
    DocumentInvalid,
    NumberTooLong,
    OperationUnknown,
    Problem,
    SyntaxInvalid,
    TooManyTokens,
    VariablesInvalid,
)
from api.limits import Limits, check_shape, fragments_of
from api.lists import ledger_in, tag_in, text
from api.selections import Chosen, Inputs, Selector, Unfit
from api.statement import Plan

__all__ = ["Document", "Documents", "Invalid", "Operation", "Roots", "Shape"]

PARSED = 20
"""How many characters one of a query takes once it is parsed."""
MOST_DIGITS = 1000
LONG_NUMBER = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")
"""Python refuses to read numbers of more than 4300 digits, and nobody needs one."""
DECIDING = ("Order", "Grouping", "Gap")
"""How the types end whose values decide what the statement is."""
Facet = tuple[str, Callable[[Any], Any]]
"""A variable, and what of its value the plan depends on."""


class Invalid(Exception):
    """The request cannot be executed; graphql-core's errors say why, and are told as problems of one kind."""

    def __init__(self, kind: Callable[[str], Problem], errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.kind, self.errors = kind, errors


class Roots(NamedTuple):
    """What the root fields are about."""

    ledgers: frozenset[str] | None
    """None: every ledger."""
    floors: tuple[tuple[str | None, int], ...]
    """Positions to wait for, by ledger (None: every one)."""
    kinds: tuple[str, ...]
    """Of the things that `node` is asked for."""
    readings: tuple[tuple[str | None, Any], ...]
    """The ledgers (None: every one) and their moments."""

    @property
    def known(self) -> Iterator[tuple[str, int]]:
        """The positions that ledgers are asked as known at."""
        for ledger, moment in self.readings:
            if ledger is not None and moment is not None and moment.get("position") is not None:
                yield ledger, moment["position"]


class Shape:
    """An operation under those variables on which its statement depends; other values are parameters."""

    def __init__(self, selector: Selector, root: GraphQLObjectType) -> None:
        self.selector = selector
        self.plans: dict[Any, Plan | Unfit] = {}
        found = selector.collect(root, [selector.operation.selection_set])
        self._roots = [selector.chosen(root, nodes) for nodes in found.values() if _declared(nodes)]

    def roots(self, inputs: Inputs) -> Roots:
        about = [(chosen, _ledger(chosen, inputs)) for chosen in self._roots if _reads(chosen, inputs)]
        ledgers = frozenset(ledger for _, ledger in about if ledger is not None)
        return Roots(
            None if any(ledger is None for _, ledger in about) else ledgers,
            tuple((ledger, chosen.given["atLeast"](inputs)) for chosen, ledger in about if "atLeast" in chosen.given),
            tuple(_kind(chosen, inputs) for chosen, _ in about if "id" in chosen.given),
            tuple((ledger, _moment(chosen, inputs)) for chosen, ledger in about),
        )


def _reads(chosen: Chosen, inputs: Inputs) -> bool:
    """Whether a root field reads a ledger; mutations say themselves what they read."""
    name = chosen.nodes[0].name.value
    return name in {"ledger", "ledgers", "node"} or (name == "viewer" and inputs.ledger is not None)


def _ledger(chosen: Chosen, inputs: Inputs) -> str | None:
    match chosen.nodes[0].name.value:
        case "ledger":
            return text(chosen.given["code"](inputs))
        case "node":
            return ledger_in(chosen.given["id"](inputs))
        case "viewer":
            return inputs.ledger
    return None


def _kind(chosen: Chosen, inputs: Inputs) -> str:
    return tag_in(chosen.given["id"](inputs)).partition(":")[0]


def _moment(chosen: Chosen, inputs: Inputs) -> Any:
    moment = chosen.given.get("asKnownAt")
    return None if moment is None else moment(inputs)


def _declared(nodes: list[FieldNode]) -> bool:
    return not nodes[0].name.value.startswith("__")


class Operation:
    MOST_SHAPES = 64

    def __init__(self, schema: GraphQLSchema, node: OperationDefinitionNode, document: "Document") -> None:
        self.schema, self.node, self.document = schema, node, document
        conditional = set(_conditions(node)) | {
            name for fragment in document.fragments.values() for name in _conditions(fragment)
        }
        self._facets = [each for each in (_facet(v, conditional) for v in node.variable_definitions or ()) if each]
        self._shapes: dict[Any, Shape] = {}
        self._cost_varies = paged_by(node, document.fragments)
        self._cost_checked = False
        self.introspects = any(
            each.name.value in {"__schema", "__type"} for each in _root_fields(node.selection_set, document.fragments)
        )

    def values(self, given: Mapping[str, Any]) -> VariableValues:
        if not self.node.variable_definitions:
            return VariableValues({}, {})
        values = get_variable_values(self.schema, self.node.variable_definitions, dict(given), max_errors=20)
        if isinstance(values, list):
            raise Invalid(VariablesInvalid, values)
        return values

    def check(self, values: VariableValues, limits: Limits) -> None:
        if self._cost_varies or not self._cost_checked:
            self.weigh(values, limits)
            self._cost_checked = True

    def weigh(self, values: VariableValues, limits: Limits) -> None:
        check_cost(self.schema, self.node, self.document.fragments, values.coerced, limits)

    @property
    def length(self) -> int:
        """Characters of its plans."""
        plans = (plan for shape in self._shapes.values() for plan in shape.plans.values())
        return sum(len(plan.sql) for plan in plans if isinstance(plan, Plan))

    def shape(self, values: VariableValues) -> Shape:
        key = tuple(facet(values.coerced.get(name)) for name, facet in self._facets)
        if (shape := self._shapes.get(key)) is None:
            root = self.schema.get_root_type(self.node.operation)
            if len(self._shapes) >= self.MOST_SHAPES:
                self._shapes.clear()
            selector = Selector(self.schema, self.node, self.document.fragments, values)
            shape = self._shapes[key] = Shape(selector, cast("GraphQLObjectType", root))
        return shape


class Document:
    def __init__(self, schema: GraphQLSchema, node: DocumentNode) -> None:
        self.node, self.fragments = node, fragments_of(node)
        self.operations = {
            each.name.value if each.name else None: Operation(schema, each, self)
            for each in node.definitions
            if isinstance(each, OperationDefinitionNode)
        }

    def operation(self, name: str | None) -> Operation:
        if not name and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if not name or name not in self.operations:
            raise OperationUnknown
        return self.operations[name]


class Documents:
    """The valid documents met lately; `most` is how many characters they and their plans may take."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, *, most: int = 20_000_000, suggestions: bool = True
    ) -> None:
        self.schema, self.limits = schema, limits
        self._most, self._held, self._suggestions = most, 0, suggestions
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._sizes: dict[str, int] = {}

    def get(self, text: str) -> Document:
        if (document := self._known.get(text)) is None:
            document = self._known[text] = self._made(text)
            self.measure(text)
        else:
            self._known.move_to_end(text)
        return document

    def _made(self, text: str) -> Document:
        node = self._parsed(text)
        check_shape(node, self.limits)
        errors = validate(self.schema, node, max_errors=20, hide_suggestions=not self._suggestions)
        if errors:
            raise Invalid(DocumentInvalid, errors)
        return Document(self.schema, node)

    def _parsed(self, text: str) -> DocumentNode:
        if LONG_NUMBER.search(text):
            raise NumberTooLong(MOST_DIGITS)
        try:
            return parse(text, max_lexical_tokens=self.limits.tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            if "Document contains more than" in error.message:
                raise TooManyTokens(self.limits.tokens) from None
            raise Invalid(SyntaxInvalid, [error]) from None

    def measure(self, text: str) -> None:
        """There is one more document, or one more plan of it: what was asked for longest ago is forgotten."""
        if document := self._known.get(text):
            size = PARSED * len(text) + sum(each.length for each in document.operations.values())
            self._held += size - self._sizes.get(text, 0)
            self._sizes[text] = size
        while self._held > self._most:
            dropped, _ = self._known.popitem(last=False)
            self._held -= self._sizes.pop(dropped)


def _facet(node: VariableDefinitionNode, conditional: set[str]) -> Facet | None:
    """Conditions are decided at compile time, as are orders, groupings, absent arguments and empty lists."""
    name = node.variable.name.value
    if name in conditional:
        return name, lambda value: value
    inner = node.type.type if isinstance(node.type, NonNullTypeNode) else node.type
    if isinstance(inner, ListTypeNode):
        return name, lambda value: None if value is None else bool(value)
    if _named(inner).endswith(DECIDING):
        return name, lambda value: value
    if _named(inner) == "Moment":
        return name, lambda value: None if value is None else tuple(value)
    return None if isinstance(node.type, NonNullTypeNode) else (name, lambda value: value is None)


def _root_fields(selected: Any, fragments: Mapping[str, Any]) -> Iterator[FieldNode]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node
        else:
            inner = fragments[node.name.value] if hasattr(node, "name") else node
            yield from _root_fields(inner.selection_set, fragments)


def _named(node: TypeNode) -> str:
    return node.name.value if hasattr(node, "name") else ""


def _conditions(node: Any) -> Iterator[str]:
    for each in node.selection_set.selections if node.selection_set else ():
        for directive in each.directives or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
        if hasattr(each, "selection_set"):
            yield from _conditions(each)
