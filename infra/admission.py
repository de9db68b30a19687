"""Admission: which of the appends that wait may go into the next commit; the others are answered, each alone.

Their conditions are tried against what memory knows of lately, against the database where it does not, and against
those admitted before them.
"""

from collections.abc import Sequence

from eventsourcing.persistence import IntegrityError

from infra.commits import Tip, Waiting
from infra.latest import Latest
from infra.matching import Item, Watched, as_parameter, hits, shapes_of
from infra.outages import Connection


class ConditionFailed(IntegrityError):
    """Something the append depends on was recorded meanwhile: an event of this item, or (None) its own command."""

    def __init__(self, item: Item | None) -> None:
        super().__init__(item)
        self.item = item


class BeyondHead(ConditionFailed):
    """The append depends on a position that the log has not reached, or on another log of the ledger's name."""


async def admit(
    connection: Connection, ledger: str, latest: Latest, tip: Tip, waiting: Sequence[Waiting]
) -> list[Waiting]:
    """Those whose condition holds at this tip, each after those before it; the others are answered here."""
    for each in waiting:
        if not is_of(tip, each) and not each.is_over:
            each.answer.set_exception(BeyondHead(None))
    failed = await _conflicts(connection, ledger, latest, tip.position, waiting)
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


def is_of(tip: Tip, waiting: Waiting) -> bool:
    """Whether all that the append was decided on is in this log, as far as it goes."""
    return waiting.log in {None, tip.log} and all(after <= tip.position for _, after in waiting.watched)


async def _conflicts(
    connection: Connection, ledger: str, latest: Latest, position: int, waiting: Sequence[Waiting]
) -> dict[Waiting, Item]:
    """Whose condition fails already, by memory and, where that does not know, by the database.

    What others record between its answer and our commit moves the head, and the commit is lost."""
    failed: dict[Waiting, Item] = {}
    asked: list[tuple[Waiting, Watched]] = []
    for each in waiting:
        for watched in each.watched if not each.is_over else ():
            newer = watched.after < position and latest.newer(*watched)
            if newer:
                failed[each] = watched.item
            elif newer is None:
                asked.append((each, watched))
    if asked := [(each, watched) for each, watched in asked if each not in failed]:
        question = as_parameter([watched for _, watched in asked])
        statement = f"select distinct n from {hits(shapes_of(watched.item for _, watched in asked))} matched"
        failed |= {asked[n][0]: asked[n][1].item for (n,) in await connection.fetch(statement, ledger, question)}
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
        for item, _ in waiting.watched:
            events = self._by_tag.get(item.tags[0], ()) if item.tags else self._events
            if any(item.matches(*event) for event in events):
                return item
        return None
