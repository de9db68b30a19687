"""Ledgers: one county's events in one total order; opening it is its first event."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from domain.decisions import New, Text, decision, new_ref
from domain.events import Event, Ref
from domain.states import State
from domain.words import describe

describe(
    ledger=("The county's ledger.", "县级账本。"),
    code=("The ledger's code, an opaque key for ever.", "账本代码，永久不变的标识。"),
    name=("The name people know it by.", "名称。"),
    demo=("Whether this is a demonstration that may be removed.", "是否为可删除的演示账本。"),
)

OPENING = "ledger"
"""The command that opens a ledger, in each of them the same."""
ITSELF: Ref[Any] = new_ref("ledger", OPENING)
"""A ledger's id within itself: there is just one, so nobody has to name it."""


class LedgerOpened(Event):
    """The ledger began.
    账本开立。"""

    ledger: Ref["Ledger"]
    code: str
    name: str
    demo: bool


class Ledger(State):
    """A county's ledger.
    县级账本。"""

    id: Ref["Ledger"]
    opened: bool = False

    def evolve(self, event: LedgerOpened) -> "Ledger":
        return replace(self, opened=True)


@decision()
def open_ledger(
    ledger: New[Ledger], *, code: Annotated[str, Text(20)], name: str, demo: bool = False
) -> Iterator[Event]:
    """Open a county's ledger.
    开立县级账本。"""
    yield LedgerOpened(ledger.id, code, name, demo)
