"""The history that a batch of commands looks at: what was loaded, and what its earlier commands added.

Each command sees exactly what its queries name, so that it comes to the same alone and in a batch.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from domain.bodies import from_body
from domain.execution import Query, Tagged
from infra.entries import Stored

_body = msgspec.json.Decoder(dict[str, Any]).decode


class History:
    def __init__(self, events: Iterable[Stored]) -> None:
        self._length = 0
        self._by_tag: dict[str, list[tuple[int, Tagged]]] = defaultdict(list)
        for each in events:
            self.add(Tagged(from_body(each.type, _body(each.body), each.version), each.tags))

    def add(self, tagged: Tagged) -> None:
        self._length += 1
        for tag in tagged.tags:
            self._by_tag[tag].append((self._length, tagged))

    def of(self, queries: Iterable[Query]) -> list[Tagged]:
        """The events that match, in order."""
        found: dict[int, Tagged] = {}
        for query in queries:
            nearest = min((self._by_tag.get(tag, []) for tag in query.tags), key=len, default=[])
            found |= {n: each for n, each in nearest if query.matches(each)}
        return [found[number] for number in sorted(found)]


def as_query(queries: Iterable[Query]) -> DCBQuery:
    """One item for each set of tags; a state that looks at no events has none."""
    types: dict[frozenset[str], set[str]] = defaultdict(set)
    for query in queries:
        types[query.tags] |= query.types
    return DCBQuery(
        [DCBQueryItem(sorted(types[tags]), sorted(tags)) for tags in sorted(types, key=sorted) if types[tags]]
    )
