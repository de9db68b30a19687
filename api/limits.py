"""How large a query may be, told from its text alone, before anything slow is done with it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.errors import (
    DocumentTooDeep,
    TooManyAliases,
    TooManyDirectives,
    TooManyFields,
)

__all__ = ["LIMITS", "Limits", "check_shape", "fragments_of"]


class Limits(NamedTuple):
    body: int = 1024 * 1024
    """Bytes."""
    json_depth: int = 32
    tokens: int = 4_000
    depth: int = 20
    fields: int = 1_000
    repeats: int = 100
    """How often one object may be asked for the same response name."""
    aliases: int = 100
    directives: int = 100
    expanded: int = 5_000
    """Fields once every fragment is written out."""
    cost: int = 150_000
    """Objects that may be answered, each list as long as its page."""
    plain: int = 10_000
    """The same, where they are read one by one."""


LIMITS = Limits()


def check_shape(document: DocumentNode, limits: Limits) -> None:
    """Refuse before validation, whose time can grow with the square of what is repeated."""
    walk = _Walk(fragments_of(document))
    deepest = max((walk.depth(each) for each in document.definitions if _has_set(each)), default=0)
    if deepest > limits.depth:
        raise DocumentTooDeep(deepest, limits.depth)
    if walk.aliases > limits.aliases:
        raise TooManyAliases(walk.aliases, limits.aliases)
    if walk.directives > limits.directives:
        raise TooManyDirectives(walk.directives, limits.directives)
    most = max(walk.fields / limits.fields, walk.repeats / limits.repeats)
    if most > 1:
        raise TooManyFields(walk.fields, limits.fields)


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _has_set(node: Any) -> bool:
    return isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)


class _Walk:
    """Counts each node once, and how deep they are nested through fragments, which may even be circular here."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.aliases = self.directives = self.fields = self.repeats = 0
        self._depths: dict[str, int] = {}

    def depth(self, node: Any) -> int:
        if isinstance(node, FragmentDefinitionNode):
            return self._fragment(node.name.value)
        self.directives += len(node.directives or ())
        return self._set(node.selection_set, Counter())

    def _fragment(self, name: str) -> int:
        if name not in self._depths and (fragment := self.fragments.get(name)):
            self._depths[name] = 0
            self.directives += len(fragment.directives or ())
            self._depths[name] = self._set(fragment.selection_set, Counter())
        return self._depths.get(name, 0)

    def _set(self, selected: SelectionSetNode | None, names: Counter[str]) -> int:
        deepest = 0
        for node in selected.selections if selected else ():
            self.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                self._field(node, names)
                deepest = max(deepest, 1 + self._set(node.selection_set, Counter()))
            elif isinstance(node, FragmentSpreadNode):
                deepest = max(deepest, self._fragment(node.name.value))
            else:
                deepest = max(deepest, self._set(node.selection_set, names))  # type: ignore[attr-defined]
        return deepest

    def _field(self, node: FieldNode, names: Counter[str]) -> None:
        self.fields += 1
        self.aliases += node.alias is not None
        name = (node.alias or node.name).value
        names[name] += 1
        self.repeats = max(self.repeats, names[name])
