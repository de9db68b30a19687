"""Ledgers as read: one row each, born with the first event."""

from typing import ClassVar

from domain import backdating, ledgers
from domain.events import Ref
from projections.rows import Changes, Row, its, new, put


class Ledger(Row, frozen=True, kw_only=True):
    """A county's ledger: its events in one total order.
    县级账本：一县全部事件，按一个次序记载。"""

    id: Ref[ledgers.Ledger]
    code: str
    name: str
    demo: bool = False
    backdating_days: int = backdating.DAYS

    on: ClassVar[Changes] = {
        ledgers.LedgerOpened: new(),
        backdating.BackdatingLimited: put(backdating_days=its.days),
    }
