"""Plenums: the residents' committee of a community and the meetings of its residents (BR-27).

Organic Law of the Urban Residents' Committees arts 7 to 10: five to nine members for five years; a meeting takes more
than half of those entitled and decides by more than half of those who are there; a fifth of the adults or of the
households, or a third of the groups, can call it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.committees import term_exceeds
from domain.decisions import Past, Text, decision
from domain.events import Event, Ref
from domain.periods import PeriodReversed
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    council_seats=("How many members.", "居民委员会成员数。"),
    plenum_no=("The number of the meeting, from 1 on.", "会议序号，自 1 起。"),
    called_by=("By whom it was called.", "召集方式。"),
    caller_count=("How many called it.", "提议数。"),
    caller_base=("Of how many.", "提议基数。"),
    entitled_count=("How many are entitled to take part.", "应到人数。"),
    attended_count=("How many took part.", "实到人数。"),
    agreed_count=("How many agreed.", "同意人数。"),
    plenum_text=("What was decided on.", "表决内容。"),
    plenum_on=("The day of the meeting.", "会议日期。"),
    carried=("Whether it was adopted.", "是否通过。"),
)

FEWEST, MOST, TERM = 5, 9, 5


class CalledBy(Labelled):
    """By whom a residents' meeting is called.
    居民会议召集方式。"""

    COMMITTEE = "Residents' committee", "居民委员会召集"
    ADULTS = "A fifth of the adults", "五分之一以上年满十八周岁居民提议"
    HOUSEHOLDS = "A fifth of the households", "五分之一以上户提议"
    GROUPS = "A third of the groups", "三分之一以上居民小组提议"

    @property
    def share(self) -> int:
        """One in so many; 0: none is needed."""
        return {CalledBy.COMMITTEE: 0, CalledBy.GROUPS: 3}.get(self, 5)


class ResidentsCommitteeElected(Event):
    """Residents elected their committee for a term.
    选举产生居民委员会。"""

    community: Ref[Community]
    council_seats: int
    since: date
    until: date | None


class ResidentsMeetingHeld(Event):
    """The residents of a community met.
    召开居民会议。"""

    community: Ref[Community]
    plenum_no: int
    called_by: CalledBy
    caller_count: int
    caller_base: int
    entitled_count: int
    attended_count: int
    agreed_count: int
    plenum_text: str
    carried: bool
    plenum_on: date


class CouncilUnfit(Refusal):
    """A residents' committee has {fewest} to {most} members, for {term} years at most.
    居民委员会由 {fewest} 至 {most} 人组成，每届任期不超过 {term} 年。"""

    rule = "BR-27"
    fewest: int
    most: int
    term: int


class CallersTooFew(Refusal):
    """{caller_count} call it, and {callers_needed} have to.
    提议数 {caller_count}，须达 {callers_needed}。"""

    rule = "BR-27"
    caller_count: int
    callers_needed: int


class CallersUnfit(Refusal):
    """Of how many they are is to be said: {caller_count} of {caller_base} cannot be.
    须填写提议基数，且提议数（{caller_count}）不得多于基数（{caller_base}）。"""

    rule = "BR-27"
    caller_count: int
    caller_base: int


class PlenumTooSmall(Refusal):
    """{attended_count} of {entitled_count} took part; it takes {attendance_needed}.
    应到 {entitled_count} 人，实到 {attended_count} 人，须 {attendance_needed} 人到会。"""

    rule = "BR-27"
    attended_count: int
    entitled_count: int
    attendance_needed: int


class CountsUnfit(Refusal):
    """Not more agree than take part, and not more take part than may.
    同意人数不得多于实到人数，实到人数不得多于应到人数。"""

    rule = "BR-27"
    entitled_count: int
    attended_count: int
    agreed_count: int


class Council(State):
    """The residents' committee of a community, the latest.
    社区居民委员会。"""

    id: Ref[Community]
    latest: ResidentsCommitteeElected | None = None
    meetings: int = 0

    def evolve(self, event: ResidentsCommitteeElected | ResidentsMeetingHeld) -> "Council":
        if isinstance(event, ResidentsMeetingHeld):
            return replace(self, meetings=event.plenum_no)
        return replace(self, latest=event)


@decision(roles={Role.TOWN})
def elect_council(community: Council, *, council_seats: int, since: date, until: date | None = None) -> Iterator[Event]:
    """Record that residents elected their committee.
    登记居民委员会选举结果。"""
    if until is not None and until <= since:
        raise PeriodReversed(since, until)
    if not FEWEST <= council_seats <= MOST or (until and term_exceeds(TERM, since, until)):
        raise CouncilUnfit(FEWEST, MOST, TERM)
    elected = ResidentsCommitteeElected(community.id, council_seats, since, until)
    if elected != community.latest:
        yield elected


@decision(roles={Role.TOWN, Role.COMMUNITY})
def hold_plenum(
    community: Council,
    *,
    called_by: CalledBy,
    entitled_count: int,
    attended_count: int,
    agreed_count: int,
    plenum_text: Annotated[str, Text(500)],
    plenum_on: Past,
    caller_count: int = 0,
    caller_base: int = 0,
) -> Iterator[Event]:
    """Record a meeting of the residents and what it decided.
    登记居民会议及表决结果。"""
    check_counts(entitled_count, attended_count, agreed_count)
    needed = -(-caller_base // called_by.share) if called_by.share else 0
    if called_by.share and (not caller_base or caller_count > caller_base):
        raise CallersUnfit(caller_count, caller_base)
    if caller_count < needed:
        raise CallersTooFew(caller_count, needed)
    if 2 * attended_count <= entitled_count:
        raise PlenumTooSmall(attended_count, entitled_count, entitled_count // 2 + 1)
    counted = (entitled_count, attended_count, agreed_count, plenum_text, 2 * agreed_count > attended_count)
    yield ResidentsMeetingHeld(
        community.id, community.meetings + 1, called_by, caller_count, caller_base, *counted, plenum_on
    )


def check_counts(entitled: int, attended: int, agreed: int) -> None:
    """Refuse counts that cannot be."""
    if not agreed <= attended <= entitled:
        raise CountsUnfit(entitled, attended, agreed)
