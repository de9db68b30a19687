"""Obligations: periods that went by without a meeting, decided once; meetings made up; what meetings led to (BR-47).

The day after a period, or once minutes can no longer be approved in time, the system looks. A meeting that was held in
time and is entered only later voids the miss; one that was held later is linked as its make-up, and the miss stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Self

from domain.cadences import Cadences
from domain.decisions import New, Past, decision
from domain.events import Confidential, Event, Position, Ref
from domain.meetings import (
    STAFF,
    Meeting,
    MeetingCounted,
    MeetingHeld,
    MeetingPeriodOpened,
    MeetingSeries,
    MeetingSeriesBegun,
    MeetingSeriesEnded,
    MinutesApproved,
    NotHeldYet,
    day_of,
)
from domain.periods import check_same, in_order
from domain.reactions import Act, act, act_on, reaction
from domain.refusals import Refusal
from domain.states import State
from domain.words import describe

describe(
    follow_up=("What a meeting decided to have done.", "会议议定事项。"),
    follow_up_task=("What is to be done.", "待办内容。"),
    done=("The day on which it was done.", "办结日期。"),
)

DAY = timedelta(1)
VOID = Confidential("在期内召开，事后补录")


class MeetingPeriodMissed(Event):
    """A period went by without a meeting that counts.
    周期届满未召开会议。"""

    meeting_series: Ref[MeetingSeries]
    period_since: date
    due: date


class MeetingMissVoided(Event):
    """A period had a meeting after all, as was entered only after it had been recorded as missed.
    作废未召开登记：事后补录表明期内已召开。"""

    voids: Position
    reason: Confidential
    meeting_series: Ref[MeetingSeries]
    period_since: date


class MeetingMadeUp(Event):
    """A meeting makes up for a period that was missed, which stays missed.
    补开会议（原未召开登记不撤销）。"""

    meeting: Ref[Meeting]
    meeting_series: Ref[MeetingSeries]
    period_since: date
    held: date


class FollowUpOpened(Event):
    """A meeting decided to have something done.
    会议议定事项。"""

    follow_up: Ref["FollowUp"]
    meeting: Ref[Meeting]
    follow_up_task: str
    due: date


class FollowUpDone(Event):
    """What a meeting decided was done.
    议定事项办结。"""

    follow_up: Ref["FollowUp"]
    done: date


class PeriodNotMissed(Refusal):
    """No period that began on {period_since} was missed.
    自 {period_since} 开始的周期并无未召开登记。"""

    rule = "BR-47"
    period_since: date


class MakeUpUnfit(Refusal):
    """A make-up is held after the period, which ended on {due}; this meeting was on {held}.
    补开会议须在周期届满（{due}）之后，该会议于 {held} 召开。"""

    rule = "BR-47"
    due: date
    held: date


class PeriodMadeUp(Refusal):
    """This period was made up for by {meeting}.
    该周期已由会议 {meeting} 补开。"""

    rule = "BR-47"
    meeting: Ref[Meeting]


class Obligations(MeetingSeries):
    """What a body had to do, and where it is recorded that it did not.
    定期会议义务的履行与未召开登记。"""

    id: Ref[MeetingSeries]
    missed: Mapping[date, int] = field(default_factory=dict)
    made_up: Mapping[date, Ref[Meeting]] = field(default_factory=dict)

    def evolve(
        self,
        event: MeetingSeriesBegun
        | MeetingSeriesEnded
        | MeetingPeriodOpened
        | MeetingHeld
        | MinutesApproved
        | MeetingCounted
        | MeetingPeriodMissed
        | MeetingMissVoided
        | MeetingMadeUp,
        position: int = 0,
    ) -> Self:
        match event:
            case MeetingPeriodMissed():
                return replace(self, missed={**self.missed, event.period_since: position})
            case MeetingMissVoided():
                left = {since: at for since, at in self.missed.items() if since != event.period_since}
                return replace(self, missed=left)
            case MeetingMadeUp():
                return replace(self, made_up={**self.made_up, event.period_since: event.meeting})
        return super().evolve(event)

    def lapsed(self, today: date) -> Iterator[MeetingPeriodMissed]:
        """The periods that are over, none of whose meetings counts or may still come to count."""
        pending = [self.period(sat.held) for sat in self.sittings.values() if sat.pends(today)]
        for period in self.periods:
            lifted = self.ended is not None and self.ended <= period.due
            over = period.due < today and not lifted
            if over and not period.counted and period.since not in self.missed and period not in pending:
                yield MeetingPeriodMissed(self.id, period.since, period.due)

    def next(self, ledger: Cadences, today: date) -> Iterator[MeetingPeriodOpened]:
        """The periods that follow once the last of them is over."""
        after = self.periods[-1].due + DAY if self.periods else date.max
        if after <= today and (self.ended is None or after < self.ended):
            cadence = ledger.on(self.kind, after)
            yield from self.opened(self.kind, cadence.first(after), cadence)


class FollowUp(State, within=Meeting):
    """Something that a meeting decided to have done.
    会议议定事项。"""

    id: Ref["FollowUp"]
    done: date | None = None

    def evolve(self, event: FollowUpOpened | FollowUpDone) -> "FollowUp":
        return replace(self, done=event.done) if isinstance(event, FollowUpDone) else self


@decision()
def close_periods(meeting_series: Obligations, ledger: Cadences, *, now: datetime) -> Iterator[Event]:
    """Record the periods that went by without a meeting, once, and open the next ones (BR-47, BR-85).
    登记届满未召开会议的周期，并确定其后的周期。"""
    today = day_of(now)
    yield from meeting_series.lapsed(today)
    opened = tuple(meeting_series.next(ledger, today))
    yield from opened
    yield from meeting_series.after(*opened).counted()


@decision()
def void_misses(meeting_series: Obligations) -> Iterator[Event]:
    """Void what is recorded as missed and, by what was entered since, was not (BR-84).
    作废补录后已不成立的未召开登记。"""
    for period in meeting_series.periods:
        if period.counted and (position := meeting_series.missed.get(period.since)):
            yield MeetingMissVoided(Position(position), VOID, meeting_series.id, period.since)


@decision(roles=STAFF)
def make_up(meeting: Meeting, meeting_series: Obligations, *, period_since: date) -> Iterator[Event]:
    """Link a meeting as the make-up for a period that was missed; the miss stands.
    登记补开会议；原未召开登记不撤销。"""
    meeting.check_of(meeting_series)
    if period_since not in meeting_series.missed:
        raise PeriodNotMissed(period_since)
    if (other := meeting_series.made_up.get(period_since)) is not None:
        if other != meeting.id:
            raise PeriodMadeUp(other)
        return
    if meeting.held is None:
        raise NotHeldYet
    due = next(period.due for period in meeting_series.periods if period.since == period_since)
    if meeting.held <= due:
        raise MakeUpUnfit(due, meeting.held)
    yield MeetingMadeUp(meeting.id, meeting_series.id, period_since, meeting.held)


@decision(roles=STAFF)
def open_follow_up(follow_up: New[FollowUp], meeting: Meeting, *, follow_up_task: str, due: date) -> Iterator[Event]:
    """Record what a meeting decided to have done.
    登记会议议定事项。"""
    if meeting.held is None:
        raise NotHeldYet
    in_order(meeting.held, due)
    yield FollowUpOpened(follow_up.id, meeting.id, follow_up_task, due)


@decision(roles=STAFF)
def finish(follow_up: FollowUp, *, done: Past) -> Iterator[Event]:
    """Record that what a meeting decided was done.
    议定事项办结。"""
    if follow_up.done is not None:
        check_same(done, follow_up.done)
        return
    yield FollowUpDone(follow_up.id, done)


@reaction
def watch_period(event: MeetingPeriodOpened) -> Iterator[Act]:
    """The day after a period, it had a meeting or was missed (BR-47).
    周期届满次日未召开会议的，予以登记。"""
    yield act_on(event.due + DAY, close_periods, meeting_series=event.meeting_series)


@reaction
def watch_minutes(event: MeetingHeld) -> Iterator[Act]:
    """Once minutes can no longer be approved in time, the meeting does not count (BR-46).
    纪要逾期未审定的会议不计入周期。"""
    if event.minutes_due:
        yield act_on(event.minutes_due + DAY, close_periods, meeting_series=event.meeting_series)


@reaction
def follow_count(event: MeetingCounted) -> Iterator[Act]:
    """A meeting entered only now voids the miss of the period in which it was held (BR-84).
    补录期内会议后，原未召开登记作废。"""
    yield act(void_misses, meeting_series=event.meeting_series)
