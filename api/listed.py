"""The rows of a list without order and end, for the fields of a connection that tell of all of them."""

from collections.abc import Callable
from typing import NamedTuple

from graphql import FieldNode

from api.selections import Chosen
from api.statement import At, Statement, literal
from api.ways import object_type
from projections.rows import Row

__all__ = ["Listed", "pairs"]


class Listed(NamedTuple):
    statement: Statement
    at: At
    row: type[Row]
    alias: str = ""
    source: Callable[..., str] | None = None
    """FROM and WHERE, for whoever reads these columns; None: not for this audience."""


def pairs(statement: Statement, chosen: Chosen, field: Callable[[str, Chosen], str]) -> list[tuple[str, str]]:
    """The keys and values of an object that is made of no row; `field` gives them by name."""
    kind = object_type(chosen)

    def one(nodes: list[FieldNode]) -> str:
        name, typename = nodes[0].name.value, f"{literal(kind.name)}::text"
        return typename if name == "__typename" else field(name, statement.selector.chosen(kind, nodes))

    return [(key, one(nodes)) for key, nodes in statement.selector.collect(kind, chosen.sets).items()]
