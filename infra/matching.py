"""Query items, in memory and in SQL: an event matches if it carries all the tags and is of one of the types.

No tags match every event, no types every type. In SQL any number of items is one statement that walks the index of
tags; several tags are met from the one that has the fewest events.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import msgspec
from eventsourcing.dcb.api import DCBQuery


class Item(NamedTuple):
    tags: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def shape(self) -> str:
        if not self.types or not self.tags:
            return "tags" if self.tags else "types"
        return "a tag of types" if len(self.tags) == 1 else "tags of types"

    def matches(self, type_: str, tags: Iterable[str]) -> bool:
        return (not self.types or type_ in self.types) and set(self.tags).issubset(tags)


class Watched(NamedTuple):
    """An item, and the position after which events count for it."""

    item: Item
    after: int


# Positions of events that an `item (tags, types, after)` matches, in the ledger $1, by the item's shape. A statement
# has the branches that its items need; the gates on the item alone cost nothing where they are shut.
BRANCHES = {
    "a tag of types": """
    select t.position from event_tag t
    where cardinality(item.tags) = 1 and cardinality(item.types) > 0 and t.ledger = $1
        and t.tag = item.tags[1] and t.type = any (item.types) and t.position > item.after""",
    "tags of types": """
    select t.position from (
        select wanted.tag from unnest(item.tags) wanted (tag)
        order by (select count(*) from (
            select from event_tag p where p.ledger = $1 and p.tag = wanted.tag
                and p.type = any (item.types) and p.position > item.after limit 100) probe)
        limit 1) rarest
    join event_tag t on t.ledger = $1 and t.tag = rarest.tag
        and t.type = any (item.types) and t.position > item.after
    where cardinality(item.tags) > 1 and cardinality(item.types) > 0 and not exists (
        select from unnest(item.tags) other (tag) where not exists (
            select from event_tag o where o.ledger = $1 and o.tag = other.tag
                and o.type = t.type and o.position = t.position))""",
    "tags": """
    select e.position from event_tag t join event e on e.ledger = $1 and e.position = t.position
    where cardinality(item.tags) > 0 and cardinality(item.types) = 0 and t.ledger = $1
        and t.tag = item.tags[1] and t.position > item.after and e.tags @> item.tags""",
    "types": """
    select e.position from event e
    where cardinality(item.tags) = 0 and e.ledger = $1 and e.position > item.after
        and (cardinality(item.types) = 0 or e.type = any (item.types))""",
}


@cache
def hits(shapes: frozenset[str]) -> str:
    """A table expression: `n` of each item of $2 (`as_parameter`) with the positions of the events it matches."""
    branches = " union all ".join(sql for shape, sql in BRANCHES.items() if shape in shapes)
    branches = branches or "select 0::bigint position where false"
    items = "jsonb_to_recordset($2) item (n int, tags text[], types text[], after bigint)"
    return f"(select item.n, hit.position from {items} cross join lateral ({branches}) hit)"


def shapes_of(items: Iterable[Item]) -> frozenset[str]:
    return frozenset(item.shape for item in items)


def items_of(query: DCBQuery | None) -> tuple[Item, ...]:
    """A query without items is the one item that every event matches."""
    found = tuple(Item(tuple(map(str, item.tags)), tuple(item.types)) for item in query.items) if query else ()
    return found or (Item((), ()),)


def as_parameter(items: Sequence[Watched]) -> str:
    """The items, numbered from 0."""
    rows: list[Mapping[str, object]] = [
        {"n": n, "tags": list(map(str, item.tags)), "types": item.types, "after": after}
        for n, (item, after) in enumerate(items)
        if all(map(is_storable, (*item.tags, *item.types)))
    ]
    return msgspec.json.encode(rows).decode()


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text at all; what it cannot hold was never recorded."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)
