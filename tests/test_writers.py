"""Several processes write one ledger and one follows it; each kind of loss would be found."""

from collections.abc import Mapping

import pytest

from infra.database import Databases
from tests.recording import LEDGER, event_store
from tests.writers.checking import Books, read_books, wrongs
from tests.writers.contending import contend
from tests.writers.writing import Wish

pytestmark = pytest.mark.bare


async def test_three_processes_write_one_ledger_and_nothing_is_lost_doubled_or_out_of_place(
    databases: Databases,
) -> None:
    report = await contend(databases, 2, 3)
    assert report.wrongs == []
    assert report.followed > 3
    assert all(acknowledged for acknowledged, _ in report.writers.values())
    assert sum(clashes for _, clashes in report.writers.values()) > 0


@pytest.fixture
async def books(databases: Databases) -> Books:
    """Two appends on conditions that were kept."""
    async with event_store(databases) as store:
        for wish in (Wish("one", 2, ("account:1",), (), 0), Wish("two", 1, (), ("MoneyPaidOut",), 2)):
            await store.append(LEDGER, [wish.event(n, "MoneyPaidIn", ["account:1"]) for n in range(wish.events)])
    return await read_books(databases)


def test_each_loss_is_found(books: Books) -> None:
    one, two, three = books.events
    acknowledged, told = [("one", 1, 2), ("two", 3, 3)], [(1, "one", 0), (2, "one", 1), (3, "two", 0)]
    hasty = three._replace(wish={**three.wish, "types": [], "after": 1})
    broken: Mapping[str, tuple[Books, list[tuple[str, int, int]], list[tuple[int, str, int]]]] = {
        "event 2 stands at 3": (books._replace(events=[one, three]), acknowledged, told),
        "the head is 3 with 2 events": (books._replace(events=[one, two]), acknowledged, told),
        "the frontier is not": (books._replace(events=[one, three, two]), acknowledged, told),
        "does not verify": (books._replace(note=books.note.replace("\n3\n", "\n2\n")), acknowledged, told),
        "the last checkpoint is of 3": (books._replace(events=[*books.events, three]), acknowledged, told),
        "one was acknowledged 2 times": (books, [*acknowledged, ("one", 4, 5)], told),
        "two at 3: 1 events stored, 0 acknowledged": (books, acknowledged[:1], told),
        "two at 4: 0 events stored, 1 acknowledged": (books, [*acknowledged, ("two", 4, 4)], told),
        "2 events were followed, of 3": (books, acknowledged, told[:2]),
        "followed: (3, 'two', 0), recorded: (2": (books, acknowledged, [told[0], told[2], told[1]]),
        "two at 3 was to come after nothing but 1: 2": (books._replace(events=[one, two, hasty]), acknowledged, told),
    }
    assert list(wrongs(books, acknowledged, told)) == []
    for says, given in broken.items():
        assert says in "\n".join(wrongs(*given))
