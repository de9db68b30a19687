"""The schema: made of the catalogue, printed into schema.graphql, which changes only on purpose."""

import gc
from pathlib import Path
from typing import Any

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from api.catalogue import Catalogue, product
from api.changes import change_connection
from api.connections import connection_type, page_info
from api.events import EventTypes
from api.mutations import mutation_type
from api.nodes import NodeTypes
from api.roots import query_type
from api.scalars import SCALARS
from domain.memo import memo

__all__ = ["COMMITTED", "make_schema", "printed", "product_schema", "regenerate"]

COMMITTED = Path(__file__).with_name("schema.graphql")
EVENT = "Something that happened.\n事件。"


def make_schema(catalogue: Catalogue) -> GraphQLSchema:
    """Strawberry makes it; execution and compilation work on the graphql-core schema inside."""
    info, events = page_info(), EventTypes(catalogue)
    page, changes = connection_type("Event", events.event, EVENT, info), change_connection(events.event, info)
    nodes = NodeTypes(catalogue, events.event, page, changes, info)
    nodes.complete()
    events.complete(nodes)
    types: list[Any] = [*events.types.values(), *nodes.types.values()]
    made = strawberry.Schema(
        query=query_type(catalogue, nodes, page),
        mutation=mutation_type(catalogue, nodes) if catalogue.decisions else None,
        types=types,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    return made._schema  # noqa: SLF001 - the only way to it


@memo
def product_schema() -> GraphQLSchema:
    """Made once and kept for good, so the garbage collector need not look at it, neither now nor later."""
    collected = gc.isenabled()
    gc.disable()
    try:
        return make_schema(product())
    finally:
        gc.freeze()
        if collected:
            gc.enable()


def printed(schema: GraphQLSchema) -> str:
    return print_schema(schema) + "\n"


def regenerate() -> None:
    """Write schema.graphql anew: the one deliberate act by which the contract changes."""
    COMMITTED.write_text(printed(product_schema()), "utf-8")
