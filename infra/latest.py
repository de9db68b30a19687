"""Which tags and types were recorded lately: answers most conditions without asking the database.

Whatever was recorded after `since` is known; the older half is forgotten when there is no more room. What is known
may be out of date, and then the commit that relied on it loses its race.
"""

from collections.abc import Iterable

from infra.matching import Item

ROOM = 8192
Tag = str | None  # None: of any event
Key = Tag | tuple[Tag, str]


class Latest:
    def __init__(self, since: int, room: int = ROOM) -> None:
        self._room = room
        self._old: dict[Key, int] = {}
        self._young: dict[Key, int] = {}
        self.since = self._young_since = since

    def note(self, type_: str, tags: Iterable[str], position: int) -> None:
        if len(self._young) > self._room:
            self._old, self.since = self._young, self._young_since
            self._young, self._young_since = {}, position - 1
        young = self._young
        young[None] = young[None, type_] = position
        for tag in tags:
            young[tag] = young[tag, type_] = position

    def newer(self, item: Item, after: int) -> bool | None:
        """Whether a matching event is later than `after`; None: it takes the database to know."""
        found = [self._newer(tag, item.types, after) for tag in item.tags or (None,)]
        if False in found:
            return False
        return found[0] if len(found) == 1 else None

    def _newer(self, tag: Tag, types: tuple[str, ...], after: int) -> bool | None:
        last = self._find(tag)
        if last <= after and (last or after >= self.since):
            return False
        if not types:
            return last > after or None
        of_types = [self._find((tag, each)) for each in types]
        if max(of_types) > after:
            return True
        return False if after >= self.since or all(of_types) else None

    def _find(self, key: Key) -> int:
        return self._young.get(key) or self._old.get(key) or 0
