"""What an operation may cost: how many objects it can answer, lists as long as their pages, fragments written out."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from api.errors import QueryTooCostly, TooManyFields
from api.limits import Limits
from api.lists import FIRST, MOST

__all__ = ["Cost", "check_cost", "paged_by"]

LISTS, REFERENCES = {"figures": 100, "ledgers": 100}, 20
"""How long lists are that have no pages; the others are of references."""
BESIDE, WHOLE = {"groups", "measures", "totalCount"}, 20
"""What all of a list is read for, once and beside its page, and what that costs, as do all versions of a thing."""


class Cost(NamedTuple):
    fields: int
    objects: int
    beside: int = 0
    """Objects that are no more if the page is longer."""


def check_cost(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    values: Mapping[str, Any],
    limits: Limits,
) -> None:
    """Of a valid operation; its page sizes may be variables."""
    root = schema.get_root_type(operation.operation)
    cost = _Counting(schema, fragments, values).of(cast("GraphQLNamedType", root), operation.selection_set)
    if cost.fields > limits.expanded:
        raise TooManyFields(cost.fields, limits.expanded)
    if cost.objects > limits.cost:
        raise QueryTooCostly(cost.objects, limits.cost)


def paged_by(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Whether a variable says how long some page is, so that the cost is not the same for all requests."""
    sets = [operation.selection_set, *(fragment.selection_set for fragment in fragments.values())]
    return any(isinstance(size, VariableNode) for each in sets for size in _sizes(each))


def _sizes(selected: SelectionSetNode) -> Iterator[Any]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield from (argument.value for argument in node.arguments or () if argument.name.value == "first")
        if inner := getattr(node, "selection_set", None):
            yield from _sizes(inner)


def _is_connection(kind: Any) -> bool:
    return bool(get_named_type(kind).name.endswith("Connection"))


class _Counting:
    """Each fragment is counted once, so that fragments of fragments cost no more to count than to write."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], values: Mapping[str, Any]
    ) -> None:
        self.schema, self.fragments, self.values = schema, fragments, values
        self._known: dict[str, Cost] = {}

    def of(self, parent: GraphQLNamedType, selected: SelectionSetNode) -> Cost:
        costs = (
            self._of_field(parent, node) if isinstance(node, FieldNode) else self._of_fragment(parent, node)
            for node in selected.selections
        )
        return Cost(*map(sum, zip(Cost(0, 0), *costs, strict=True)))

    def _of_field(self, parent: GraphQLNamedType, node: FieldNode) -> Cost:
        name = node.name.value
        if node.selection_set is None or name.startswith("__"):
            return Cost(1, 0, WHOLE if name in BESIDE else 0)
        kind = parent.fields[name].type  # type: ignore[attr-defined]
        inner, size = self.of(get_named_type(kind), node.selection_set), self._size(kind, node)
        own = 1 if _is_connection(kind) else size
        fields, objects = 1 + inner.fields, own + inner.beside + size * inner.objects
        if name in BESIDE:
            return Cost(fields, 0, WHOLE + objects)
        return Cost(fields, objects + (WHOLE if name == "changes" else 0))

    def _of_fragment(self, parent: GraphQLNamedType, node: Any) -> Cost:
        if isinstance(node, InlineFragmentNode):
            return self.of(self._narrowed(parent, node), node.selection_set)
        name = cast("FragmentSpreadNode", node).name.value
        if name not in self._known:
            fragment = self.fragments[name]
            self._known[name] = self.of(self._narrowed(parent, fragment), fragment.selection_set)
        return self._known[name]

    def _narrowed(
        self, parent: GraphQLNamedType, node: InlineFragmentNode | FragmentDefinitionNode
    ) -> GraphQLNamedType:
        if node.type_condition is None:
            return parent
        return cast("GraphQLNamedType", self.schema.get_type(node.type_condition.name.value))

    def _size(self, kind: Any, node: FieldNode) -> int:
        name = node.name.value
        if not (_is_connection(kind) or name == "groups"):
            return LISTS.get(name, REFERENCES) if is_list_type(get_nullable_type(kind)) and name != "edges" else 1
        given = next((a.value for a in node.arguments or () if a.name.value == "first"), None)
        if isinstance(given, VariableNode):
            first = self.values.get(given.name.value)
        else:
            first = int(given.value) if isinstance(given, IntValueNode) else None
        return FIRST if first is None else max(1, min(first, MOST))
