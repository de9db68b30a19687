"""Promises as people see them: each with its measure and threshold, and which of the four can be measured on a day."""

from datetime import date
from typing import ClassVar

from domain import ledgers, promises
from domain.events import Ref
from domain.promises import PlatformPromise
from domain.words import describe
from projections.ledgers import Ledger
from projections.reports import Report
from projections.rows import Changes, Row, by, its, new

describe(
    promising=("The county that promises.", "作出承诺的县。"),
    measurable=("Whether there is a measure and a threshold in force on the day.", "当日是否有现行指标与界限值。"),
)


class Promise(Row, frozen=True, kw_only=True):
    """A version of a promise, in force from a date on until the next.
    平台承诺的一版，至下一版为止。"""

    id: str
    promising: Ref[ledgers.Ledger]
    platform_promise: PlatformPromise
    promise_measure: str
    threshold: int
    at_least: bool
    since: date

    on: ClassVar[Changes] = {
        promises.PromiseMade: new(
            key=lambda event: f"{event.platform_promise.name}@{event.since}", promising=its.ledger
        )
    }
    lists: ClassVar = (by("platform_promise"),)
    orders: ClassVar = ("since",)
    until_next: ClassVar = "platform_promise"


NAMES = ", ".join(f"({n}, '{each.name}')" for n, each in enumerate(PlatformPromise, 1))


class PromiseReport(Report):
    """Whether a promise of the platform can be measured on a day (X52).
    某日平台承诺是否可以衡量。"""

    platform_promise: PlatformPromise
    measurable: bool

    of: ClassVar = Ledger
    name: ClassVar = "promisesMeasurable"
    many: ClassVar = True
    rows: ClassVar = (Promise,)
    sql: ClassVar = f"""
        select v.name as platform_promise, exists (select from {{Promise}} p where p.ledger = {{ledger}}
            and p.platform_promise = v.name and p.since <= {{on}}) as measurable, v.n
        from (values {NAMES}) v(n, name)"""
