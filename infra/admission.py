"""Admission: which of the appends that wait may go into the next commit; the others are answered, each alone.

Their conditions are tried against what memory knows of lately, against the database where it does not, and against
those admitted before them.
"""

from collections.abc import Sequence

from eventsourcing.persistence import IntegrityError

from infra.commits import Waiting
from infra.latest import Latest
from infra.matching import Item, as_parameter, hits, shapes_of
from infra.outages import Connection


class ConditionFailed(IntegrityError):
    """Something the append depends on was recorded meanwhile: an event of this item, or (None) its own command."""

    def __init__(self, item: Item | None) -> None:
        super().__init__(item)
        self.item = item


async def admit(
    connection: Connection, ledger: str, latest: Latest, position: int, waiting: Sequence[Waiting]
) -> list[Waiting]:
    """Those whose condition holds at this position, each after those before it; the others are answered here."""
    failed = await _conflicts(connection, ledger, latest, position, waiting)
    admitted: list[Waiting] = []
    mates = Mates()
    for each in waiting:
        if each.is_over:
            continue
        if each in failed or mates.conflicts_with(each):
            each.answer.set_exception(ConditionFailed(failed.get(each) or mates.conflict_of(each)))
        else:
            mates.add(each)
            admitted.append(each)
    return admitted


async def _conflicts(
    connection: Connection, ledger: str, latest: Latest, position: int, waiting: Sequence[Waiting]
) -> dict[Waiting, Item]:
    """Whose condition fails already, by memory and, where that does not know, by the database.

    What others record between its answer and our commit moves the head, and the commit is lost."""
    failed: dict[Waiting, Item] = {}
    asked: list[tuple[Waiting, Item]] = []
    for each in waiting:
        for item in each.items if each.after < position else ():
            newer = latest.newer(item, each.after)
            if newer:
                failed[each] = item
            elif newer is None:
                asked.append((each, item))
    if asked := [(each, item) for each, item in asked if each not in failed]:
        question = as_parameter([(item, each.after) for each, item in asked])
        statement = f"select distinct n from {hits(shapes_of(item for _, item in asked))} matched"
        failed |= {asked[n][0]: asked[n][1] for (n,) in await connection.fetch(statement, ledger, question)}
    return failed


class Mates:
    """The appends admitted to a commit so far, which those after them have to reckon with."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._events: list[tuple[str, tuple[str, ...]]] = []
        self._by_tag: dict[str, list[tuple[str, tuple[str, ...]]]] = {}

    def add(self, waiting: Waiting) -> None:
        self._ids.update(command.id for command in waiting.commands)
        for draft in waiting.drafts:
            event = (draft.type, draft.tags)
            self._events.append(event)
            for tag in draft.tags:
                self._by_tag.setdefault(tag, []).append(event)

    def conflicts_with(self, waiting: Waiting) -> bool:
        known = any(command.id in self._ids for command in waiting.commands)
        return known or self.conflict_of(waiting) is not None

    def conflict_of(self, waiting: Waiting) -> Item | None:
        for item in waiting.items:
            events = self._by_tag.get(item.tags[0], ()) if item.tags else self._events
            if any(item.matches(*event) for event in events):
                return item
        return None
