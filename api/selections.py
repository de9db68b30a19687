"""What an operation selects, decided at compile time: CollectFields of the specification (GraphQL §6.3.2)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    NamedTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_input_literal

__all__ = ["Chosen", "Inputs", "Selector", "Unfit", "has_variable"]


class Unfit(Exception):
    """This operation is for the standard executor; the reason is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Inputs(NamedTuple):
    """What a plan's parameters are taken from."""

    values: VariableValues
    ledger: str | None = None
    """Of the viewer, as are the rest; None: nobody is signed in."""
    person: str | None = None
    role: str | None = None
    audience: str | None = None


Getter = Callable[[Inputs], Any]


class Chosen(NamedTuple):
    """A field that was selected: all its nodes, and those of its arguments that have a value."""

    nodes: tuple[FieldNode, ...]
    field: GraphQLField
    given: Mapping[str, Getter]

    @property
    def type(self) -> GraphQLNamedType:
        return get_named_type(self.field.type)

    @property
    def sets(self) -> tuple[SelectionSetNode, ...]:
        return tuple(node.selection_set for node in self.nodes if node.selection_set)


class Selector:
    """Selections of one operation under given values of its variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        values: VariableValues,
    ) -> None:
        self.schema, self.operation, self.fragments, self.values = schema, operation, fragments, values

    def collect(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields of an object by response key, in their order."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for each in sets:
            self._collect(parent, each.selections, found, seen)
        return found

    def chosen(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Chosen:
        field = parent.fields[nodes[0].name.value]
        return Chosen(tuple(nodes), field, self._given(field, nodes[0]))

    def mentioned(self, sets: Iterable[SelectionSetNode]) -> set[str]:
        """The types that fragments are conditioned on, anywhere at this level."""
        names: set[str] = set()
        self._mention(sets, names, set())
        return names

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: Iterable[SelectionNode],
        found: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        for node in selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
            elif fragment := self._fragment(node, seen):
                condition = fragment.type_condition
                if condition is None or self._applies(parent, condition):
                    self._collect(parent, fragment.selection_set.selections, found, seen)

    def _fragment(self, node: SelectionNode, seen: set[str]) -> InlineFragmentNode | FragmentDefinitionNode | None:
        if isinstance(node, InlineFragmentNode):
            return node
        name = cast("FragmentSpreadNode", node).name.value
        if name in seen:
            return None
        seen.add(name)
        return self.fragments[name]

    def _mention(self, sets: Iterable[SelectionSetNode], names: set[str], seen: set[str]) -> None:
        for each in sets:
            for node in each.selections:
                if not isinstance(node, FieldNode) and (fragment := self._fragment(node, seen)):
                    if fragment.type_condition:
                        names.add(fragment.type_condition.name.value)
                    self._mention([fragment.selection_set], names, seen)

    def _applies(self, parent: GraphQLObjectType, condition: NamedTypeNode) -> bool:
        kind = self.schema.get_type(condition.name.value)
        if isinstance(kind, GraphQLUnionType):
            return parent in kind.types
        return kind is parent or (isinstance(kind, GraphQLInterfaceType) and kind in parent.interfaces)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name not in {"skip", "include"}:
                raise Unfit("directive")
            if self._truth((directive.arguments or ())[0].value) is (name == "skip"):
                return False
        return True

    def _truth(self, node: ValueNode) -> bool:
        value = (
            self.values.coerced.get(node.name.value) if isinstance(node, VariableNode) else getattr(node, "value", None)
        )
        if not isinstance(value, bool):
            raise Unfit("directive")
        return value

    def _given(self, field: GraphQLField, node: FieldNode) -> dict[str, Getter]:
        given = {}
        for argument in node.arguments or ():
            name = argument.name.value
            if (getter := self._getter(argument.value, field.args[name].type)) is not None:
                given[name] = getter
        return given

    def _getter(self, node: ValueNode, kind: Any) -> Getter | None:
        if isinstance(node, VariableNode):
            name = node.name.value
            return None if self.values.coerced.get(name) is None else (lambda inputs: inputs.values.coerced[name])
        if isinstance(node, NullValueNode):
            return None
        if has_variable(node):
            return lambda inputs: coerce_input_literal(node, kind, inputs.values)
        constant = coerce_input_literal(node, kind)
        return lambda _: constant


def has_variable(node: ValueNode) -> bool:
    if isinstance(node, VariableNode):
        return True
    children = (*getattr(node, "values", ()), *(field.value for field in getattr(node, "fields", ())))
    return any(map(has_variable, children))
