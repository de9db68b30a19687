"""Back-dating: what happened earlier may be entered later, with a reason and within a limit (BR-82).

An event has two times: when it happened and when the ledger recorded it. Whoever dates an act back says why, and may go
back so many days as the ledger's policy has it; the policy is on record like any act, revision by revision (BR-87).
Dates among an act's inputs (`since`, `ended`, `filed`) are the world's and not limited here, only when it happened.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from domain.bodies import CHINA
from domain.decisions import NumberUnfit, Parameter, Text, checked, decision
from domain.events import Event, Ref, field_of
from domain.ledgers import ITSELF, Ledger
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import Key, State
from domain.words import describe

__all__ = ["DAYS", "MOST_DAYS", "POLICY", "Backdated", "Backdating", "BackdatingLimited", "check_dates", "days_between"]

describe(
    revision=("The number of the revision, from 1.", "修订序号，自 1 起。"),
    days=("By how many days an act may be dated back.", "最多可追溯登记的天数。"),
    backdating_days=("By how many days acts may be dated back at present.", "现行最多可追溯登记的天数。"),
    occurred_at=("When it happened, if that was earlier.", "发生时间（早于登记时填写）。"),
    backdated_reason=(
        "Why it is entered only now; it names no private person, and only staff may read it.",
        "追溯登记的事由，不得载明个人信息，仅工作人员可见。",
    ),
)

DAYS = 30
"""Until a ledger has a policy of its own: communities report by the month."""
MOST_DAYS = 3_653
"""No policy reaches back further than ten years."""
REASON = Parameter("backdated_reason", None, field_of("", str), Text(200), None, False, False, True, None)  # noqa: FBT003
OCCURRED = Parameter("occurred_at", None, field_of("", datetime), Text(0), None, False, False, True, None)  # noqa: FBT003


class BackdatingLimited(Event):
    """From now on, acts may be dated back by so many days and no more.
    规定追溯登记的期限。"""

    ledger: Ref[Ledger]
    revision: int
    days: int


class OccurredAhead(Refusal):
    """It cannot have happened at {occurred_at}, since it is {now} now.
    发生时间 {occurred_at} 晚于当前时间 {now}。"""

    code, rule = "OCCURRED_AHEAD", "BR-82"
    occurred_at: datetime
    now: datetime


class BackdatingUnexplained(Refusal):
    """Say why what happened at {occurred_at} is entered only now.
    追溯登记 {occurred_at} 发生的事项须说明事由。"""

    rule = "BR-82"
    backdated_reason: str | None
    occurred_at: datetime
    now: datetime


class NothingBackdated(Refusal):
    """A reason for back-dating goes with an earlier time at which it happened.
    填写追溯事由的，须同时填写更早的发生时间。"""

    rule = "BR-82"
    occurred_at: datetime | None
    now: datetime


class BackdatedTooFar(Refusal):
    """It happened {days_earlier} days ago; acts may be dated back by {days} days.
    该事项发生于 {days_earlier} 天前，最多可追溯登记 {days} 天。"""

    rule = "BR-82"
    occurred_at: datetime
    days_earlier: int
    days: int
    revision: int


class Backdated(NamedTuple):
    """What an entry says of it: the revision of the policy that allowed it (0: the default), and why."""

    policy: int
    reason: str


class Backdating(State):
    """The limit for back-dating in a ledger.
    账本的追溯登记期限。"""

    id: Ref[Ledger]
    revision: int = 0
    days: int = DAYS

    def evolve(self, event: BackdatingLimited) -> "Backdating":
        return replace(self, revision=event.revision, days=event.days)

    def allowing(self, occurred: datetime, now: datetime, reason: str | None) -> Backdated:
        """What the entry says of it, or a refusal."""
        if reason is None or not reason.strip():
            raise BackdatingUnexplained(reason, occurred, now)
        checked(REASON, reason)
        if (earlier := days_between(occurred, now)) > self.days:
            raise BackdatedTooFar(occurred, earlier, self.days, self.revision)
        return Backdated(self.revision, reason)


POLICY = Key(Backdating, (ITSELF,))


def check_dates(occurred: datetime | None, now: datetime, reason: str | None) -> None:
    """Refuse what would lie ahead, and a reason where nothing is dated back."""
    if occurred is not None:
        checked(OCCURRED, occurred)
        if occurred > now:
            raise OccurredAhead(occurred, now)
    if reason is not None and occurred in {None, now}:
        raise NothingBackdated(occurred, now)


def days_between(occurred: datetime, recorded: datetime) -> int:
    """Calendar days in China, as people count them."""
    return (recorded.astimezone(CHINA).date() - occurred.astimezone(CHINA).date()).days


@decision(roles={Role.ADMINISTRATOR})
def limit_backdating(ledger: Backdating, *, days: int) -> Iterator[Event]:
    """Limit by how many days acts may be dated back from now on.
    规定今后追溯登记的最多天数。"""
    if days > MOST_DAYS:
        raise NumberUnfit("days", days, MOST_DAYS)
    if days != ledger.days or not ledger.revision:
        yield BackdatingLimited(ledger.id, ledger.revision + 1, days)
