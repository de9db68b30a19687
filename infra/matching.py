"""Query items, in memory and in SQL: an event matches if it carries all the tags and is of one of the types.

No tags match every event, no types every type. The SQL is one statement for any number of items, and each of its
branches walks the index of tags; several tags are met from the one that has the fewest events.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from eventsourcing.dcb.api import DCBQuery

# Of `item (tags, types, after)`, in the ledger $1. Gates on the item alone cost nothing where they are shut.
HITS = """(
    select t.position from event_tag t
    where cardinality(item.tags) = 1 and cardinality(item.types) > 0 and t.ledger = $1
        and t.tag = item.tags[1] and t.type = any (item.types) and t.position > item.after
    union all
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
                and o.type = t.type and o.position = t.position))
    union all
    select e.position from event_tag t join event e on e.ledger = $1 and e.position = t.position
    where cardinality(item.tags) > 0 and cardinality(item.types) = 0 and t.ledger = $1
        and t.tag = item.tags[1] and t.position > item.after and e.tags @> item.tags
    union all
    select e.position from event e
    where cardinality(item.tags) = 0 and e.ledger = $1 and e.position > item.after
        and (cardinality(item.types) = 0 or e.type = any (item.types))
)"""
ITEMS = "jsonb_to_recordset($2) item (n int, tags text[], types text[], after bigint)"
CONFLICTS = f"select distinct item.n from {ITEMS} cross join lateral {HITS} hit"


class Item(NamedTuple):
    tags: tuple[str, ...]
    types: tuple[str, ...]

    def matches(self, type_: str, tags: Iterable[str]) -> bool:
        return (not self.types or type_ in self.types) and set(self.tags).issubset(tags)


def items_of(query: DCBQuery | None) -> tuple[Item, ...]:
    """A query without items is the one item that every event matches."""
    found = tuple(Item(tuple(item.tags), tuple(item.types)) for item in query.items) if query else ()
    return found or (Item((), ()),)


def as_parameter(items: Sequence[tuple[Item, int]]) -> str:
    """Items, each with the position after which it counts, numbered from 0."""
    rows: list[Mapping[str, object]] = [
        {"n": n, "tags": item.tags, "types": item.types, "after": after}
        for n, (item, after) in enumerate(items)
        if all(map(is_storable, (*item.tags, *item.types)))
    ]
    return msgspec.json.encode(rows).decode()


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text at all; what it cannot hold was never recorded."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)
