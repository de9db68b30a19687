"""Promises: what the platform promises in four respects, each with a measure and a threshold, in versions (X52).

A version is in force from a later date than the one before; a promise without one cannot be measured.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.decisions import Text, decision
from domain.events import Event, Ref
from domain.ledgers import Ledger
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    platform_promise=("Which of the four promises it is.", "平台承诺类别。"),
    promise_measure=("What is measured, and in which unit.", "衡量指标及单位。"),
    threshold=("The number up to which, or from which on, the promise is kept.", "兑现承诺的界限值。"),
    at_least=(
        "Whether it is kept from the threshold on; else up to it.",
        "是否以不低于界限值为兑现；否则以不高于为兑现。",
    ),
)


class PlatformPromise(Labelled):
    """What the platform promises.
    智慧平台的承诺。"""

    INFORMATION = "Information at a glance", "信息一目了然"
    FORCES = "Forces in one network", "力量一网统筹"
    DEMANDS = "Demands handled on receipt", "诉求接收即办"
    SERVICES = "Services one tap away", "服务一键直达"


class PromiseMade(Event):
    """A promise is measured so from a date on.
    明确平台承诺的衡量指标与界限值。"""

    ledger: Ref[Ledger]
    platform_promise: PlatformPromise
    promise_measure: str
    threshold: int
    at_least: bool
    since: date


class PromiseVersionEarly(Refusal):
    """The version in force is of {latest}; the next begins on a later day.
    现行版本自 {latest} 起，下一版须自更晚之日起。"""

    since: date
    latest: date


class Promises(State):
    """The version of each promise that was made last.
    各项承诺最近一版。"""

    id: Ref[Ledger]
    latest: tuple[PromiseMade, ...] = ()

    def evolve(self, event: PromiseMade) -> "Promises":
        others = tuple(each for each in self.latest if each.platform_promise is not event.platform_promise)
        return replace(self, latest=(*others, event))


@decision(roles={Role.COUNTY})
def make_promise(
    ledger: Promises,
    *,
    platform_promise: PlatformPromise,
    promise_measure: Annotated[str, Text(200)],
    threshold: int,
    at_least: bool,
    since: date,
) -> Iterator[Event]:
    """Say how a promise of the platform is measured, and when it is kept.
    明确平台承诺的衡量指标与界限值。"""
    made = PromiseMade(ledger.id, platform_promise, promise_measure, threshold, at_least, since)
    for former in ledger.latest:
        if former == made:
            return
        if former.platform_promise is platform_promise and since <= former.since:
            raise PromiseVersionEarly(since, former.since)
    yield made
