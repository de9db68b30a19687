"""Meetings: bodies that meet by a cadence convene, hold, postpone and cancel meetings (X76, X77, BR-45, BR-46, BR-49).

A meeting counts for the period in which it was held, whenever it is entered: if the parties that have to be there were,
and its minutes were approved in time. Two in one period do not pay for the next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from domain.bodies import CHINA
from domain.cadences import Cadence, Cadences, MeetingKind, MeetingParty
from domain.decisions import New, Past, decision
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.ledgers import Ledger
from domain.periods import AlreadySo, check_same, in_order
from domain.places import Community, Compound, Town
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    meeting_series=("The meetings of a body by a cadence.", "定期会议。"),
    host=("The county, town or community whose meeting it is.", "召开会议的县、乡镇或社区。"),
    period_since=("The first day of the period.", "周期首日。"),
    meeting=("The meeting.", "会议。"),
    agenda=("What is to be talked of.", "议题。"),
    convened_for=("The day for which it is convened.", "召集日期。"),
    parties_present=("The parties that were there.", "到会各方。"),
    missing_parties=("The parties that had to be there and were not.", "应到未到各方。"),
    minutes_due=("The last day to approve the minutes; none: no limit.", "纪要审定最迟日期；空为不限。"),
    approved=("The day on which the minutes were approved.", "纪要审定日期。"),
    entered_late=("Whether it was entered only after the period.", "是否在周期届满后补录。"),
)

LEVELS = {
    MeetingKind.COUNTY_JOINT: "ledger",
    MeetingKind.TOWN_JOINT: "town",
    MeetingKind.COMMUNITY_JOINT: "community",
    MeetingKind.PROPERTY_JOINT: "town",
}
"""Who convenes meetings of a kind; the whole county is its ledger."""

STAFF = {Role.COUNTY, Role.TOWN, Role.COMMUNITY}


class MeetingSeriesBegun(Event):
    """A body meets by the cadence of its kind from a date on.
    建立定期会议制度。"""

    meeting_series: Ref["MeetingSeries"]
    host: Ref[Ledger | Town | Community]
    meeting_kind: MeetingKind
    since: date


class MeetingSeriesEnded(Event):
    """A body no longer has to meet from a date on.
    终止定期会议制度。"""

    meeting_series: Ref["MeetingSeries"]
    ended: date


class MeetingPeriodOpened(Event):
    """In this period the body has to meet.
    确定应当召开会议的周期。"""

    meeting_series: Ref["MeetingSeries"]
    meeting_kind: MeetingKind
    period_since: date
    due: date
    warning_days: int


class MeetingConvened(Event):
    """A meeting was convened.
    召集会议。"""

    meeting: Ref["Meeting"]
    meeting_series: Ref["MeetingSeries"]
    agenda: str
    convened_for: date


class MeetingPostponed(Event):
    """A meeting was put off to another day.
    会议延期。"""

    meeting: Ref["Meeting"]
    convened_for: date
    reason: Confidential


class MeetingCancelled(Event):
    """A meeting was cancelled.
    取消会议。"""

    meeting: Ref["Meeting"]
    reason: Confidential


class MeetingHeld(Event):
    """A meeting was held, with these parties.
    召开会议。"""

    meeting: Ref["Meeting"]
    meeting_series: Ref["MeetingSeries"]
    held: date
    parties_present: tuple[MeetingParty, ...]
    missing_parties: tuple[MeetingParty, ...]
    minutes_due: date | None
    entered_late: bool
    evidence: tuple[Ref[Exhibit], ...] = ()


class MinutesApproved(Event):
    """The minutes of a meeting were approved.
    审定会议纪要。"""

    meeting: Ref["Meeting"]
    meeting_series: Ref["MeetingSeries"]
    approved: date


class MeetingCounted(Event):
    """A meeting counts for the period in which it was held.
    会议计入周期。"""

    meeting: Ref["Meeting"]
    meeting_series: Ref["MeetingSeries"]
    period_since: date
    held: date
    entered_late: bool


class HostUnfit(Refusal):
    """A meeting of this kind is not that of {host}.
    该类会议不由 {host} 召开。"""

    rule = "BR-49"
    host: Ref[Any]
    fit: str


class SeriesNotInForce(Refusal):
    """The body meets from {since} on, and no longer from {ended}.
    该定期会议自 {since} 起，至 {ended} 止。"""

    rule = "BR-45"
    since: date
    ended: date | None


class OtherSeries(Refusal):
    """This meeting is one of {meeting_series}.
    该会议属于 {meeting_series}。"""

    meeting_series: Ref[Any]


class MeetingOff(Refusal):
    """This meeting was cancelled.
    该会议已取消。"""

    code, rule = "MEETING_CANCELLED", "BR-46"


class NotHeldYet(Refusal):
    """This meeting was not held yet.
    该会议尚未召开。"""

    code, rule = "MEETING_NOT_HELD", "BR-46"


class MeetingOver(Refusal):
    """This meeting was held on {held}.
    该会议已于 {held} 召开。"""

    code, rule = "MEETING_HELD", "BR-46"
    held: date


class EvidenceLacking(Refusal):
    """The period ended on {due}; what is entered only now needs evidence.
    周期已于 {due} 届满，补录须附佐证文件。"""

    code, rule = "EVIDENCE_MISSING", "BR-46"
    due: date


class Period(NamedTuple):
    """A period in which a body has to meet."""

    since: date
    due: date
    counted: bool = False


class Sitting(NamedTuple):
    """A meeting that was held."""

    held: date
    quorate: bool
    minutes_due: date | None
    late: bool
    approved: date | None = None
    counted: bool = False

    @property
    def counts(self) -> bool:
        in_time = self.minutes_due is None or (self.approved is not None and self.approved <= self.minutes_due)
        return self.quorate and in_time

    def pends(self, today: date) -> bool:
        """Whether its minutes may still be approved in time."""
        return self.quorate and not self.approved and self.minutes_due is not None and today <= self.minutes_due


class MeetingSeries(State, within=Compound):
    """The meetings of a body by a cadence; it lies where its host does.
    定期会议及其周期、历次会议。"""

    id: Ref["MeetingSeries"]
    kind: MeetingKind = MeetingKind.COUNTY_JOINT
    host: Ref[Any] = Ref()
    since: date = date.min
    ended: date | None = None
    periods: tuple[Period, ...] = ()
    sittings: Mapping[Ref[Any], Sitting] = field(default_factory=dict)

    def evolve(
        self,
        event: MeetingSeriesBegun
        | MeetingSeriesEnded
        | MeetingPeriodOpened
        | MeetingHeld
        | MinutesApproved
        | MeetingCounted,
    ) -> Self:
        match event:
            case MeetingSeriesBegun():
                return replace(self, kind=event.meeting_kind, host=event.host, since=event.since)
            case MeetingSeriesEnded():
                return replace(self, ended=event.ended)
            case MeetingPeriodOpened():
                return replace(self, periods=(*self.periods, Period(event.period_since, event.due)))
            case MeetingHeld():
                quorate = not event.missing_parties
                return self._sat(event.meeting, Sitting(event.held, quorate, event.minutes_due, event.entered_late))
            case MinutesApproved():
                return self._sat(event.meeting, self.sittings[event.meeting]._replace(approved=event.approved))
            case MeetingCounted():
                sat = self.sittings[event.meeting]._replace(counted=True)
                periods = (p._replace(counted=p.counted or p.since == event.period_since) for p in self.periods)
                return replace(self._sat(event.meeting, sat), periods=tuple(periods))

    def _sat(self, meeting: Ref[Any], sat: Sitting) -> Self:
        return replace(self, sittings={**self.sittings, meeting: sat})

    def check_in_force(self, on: date) -> None:
        if on < self.since or (self.ended is not None and self.ended <= on):
            raise SeriesNotInForce(self.since, self.ended)

    def period(self, day: date) -> Period | None:
        """The latest that a day lies in."""
        return next((p for p in reversed(self.periods) if p.since <= day <= p.due), None)

    def opened(self, kind: MeetingKind, since: date, cadence: Cadence) -> Iterator[MeetingPeriodOpened]:
        """The next periods, from a day on."""
        for first, due in cadence.periods(since):
            yield MeetingPeriodOpened(self.id, kind, first, due, cadence.warning_days)

    def counted(self) -> Iterator[MeetingCounted]:
        """What counts for a period and is not said to yet."""
        for meeting, sat in self.sittings.items():
            if sat.counts and not sat.counted and (period := self.period(sat.held)):
                yield MeetingCounted(meeting, self.id, period.since, sat.held, sat.late)

    def after(self, *events: Event) -> Self:
        made = self
        for event in events:
            made = made.evolve(event)  # type: ignore[arg-type]
        return made


class Meeting(State, within=MeetingSeries):
    """A meeting.
    会议。"""

    id: Ref["Meeting"]
    series: Ref[Any] = Ref()
    convened_for: date = date.min
    held: date | None = None
    present: frozenset[MeetingParty] = frozenset()
    approved: date | None = None
    cancelled: bool = False

    def evolve(
        self, event: MeetingConvened | MeetingPostponed | MeetingCancelled | MeetingHeld | MinutesApproved
    ) -> "Meeting":
        match event:
            case MeetingConvened():
                return replace(self, series=event.meeting_series, convened_for=event.convened_for)
            case MeetingPostponed():
                return replace(self, convened_for=event.convened_for)
            case MeetingCancelled():
                return replace(self, cancelled=True)
            case MeetingHeld():
                return replace(self, held=event.held, present=frozenset(event.parties_present))
            case MinutesApproved():
                return replace(self, approved=event.approved)

    def check_ahead(self) -> None:
        if self.cancelled:
            raise MeetingOff
        if self.held is not None:
            raise MeetingOver(self.held)

    def check_of(self, series: MeetingSeries) -> None:
        if self.series != series.id:
            raise OtherSeries(self.series)


def day_of(now: datetime) -> date:
    """Days are calendar days in China."""
    return now.astimezone(CHINA).date()


@decision(roles=STAFF)
def begin(
    meeting_series: New[MeetingSeries], host: State, ledger: Cadences, *, meeting_kind: MeetingKind, since: date
) -> Iterator[Event]:
    """Have a body meet by the cadence of its kind; the first full period is the first obligation (BR-48).
    建立定期会议制度，首个完整周期为首次应当召开的周期。"""
    place: Ref[Any] = host.id  # type: ignore[attr-defined]
    if place.kind != LEVELS[meeting_kind]:
        raise HostUnfit(place, LEVELS[meeting_kind])
    cadence = ledger.on(meeting_kind, since)
    yield MeetingSeriesBegun(meeting_series.id, place, meeting_kind, since)
    yield from meeting_series.opened(meeting_kind, cadence.first(since), cadence)


@decision(roles=STAFF)
def end(meeting_series: MeetingSeries, *, ended: date) -> Iterator[Event]:
    """Record that a body no longer has to meet; periods that are not over by then are none.
    终止定期会议制度，届时未满的周期不再计算。"""
    if meeting_series.ended is not None:
        check_same(ended, meeting_series.ended)
        return
    in_order(meeting_series.since, ended)
    yield MeetingSeriesEnded(meeting_series.id, ended)


@decision(roles=STAFF)
def convene(
    meeting: New[Meeting], meeting_series: MeetingSeries, *, agenda: str, convened_for: date
) -> Iterator[Event]:
    """Convene a meeting.
    召集会议。"""
    meeting_series.check_in_force(convened_for)
    yield MeetingConvened(meeting.id, meeting_series.id, agenda, convened_for)


@decision(roles=STAFF)
def postpone(meeting: Meeting, *, convened_for: date, reason: Confidential) -> Iterator[Event]:
    """Put a meeting off to another day.
    会议延期。"""
    meeting.check_ahead()
    if convened_for != meeting.convened_for:
        in_order(meeting.convened_for, convened_for)
        yield MeetingPostponed(meeting.id, convened_for, reason)


@decision(roles=STAFF)
def cancel(meeting: Meeting, *, reason: Confidential) -> Iterator[Event]:
    """Cancel a meeting.
    取消会议。"""
    if not meeting.cancelled:
        meeting.check_ahead()
        yield MeetingCancelled(meeting.id, reason)


@decision(roles=STAFF)
def hold(
    meeting: Meeting,
    meeting_series: MeetingSeries,
    ledger: Cadences,
    evidence: tuple[Exhibit, ...] = (),
    *,
    held: Past,
    parties_present: tuple[MeetingParty, ...] = (),
    now: datetime,
) -> Iterator[Event]:
    """Record that a meeting was held; once its period is over, with evidence.
    登记召开会议；周期届满后补录须附佐证。"""
    meeting.check_of(meeting_series)
    present = tuple(dict.fromkeys(parties_present))
    if meeting.held is not None and meeting.present == frozenset(present):
        check_same(held, meeting.held)
        return
    meeting.check_ahead()
    meeting_series.check_in_force(held)
    period, cadence = meeting_series.period(held), ledger.on(meeting_series.kind, held)
    late = period is not None and day_of(now) > period.due
    if period and late and not evidence:
        raise EvidenceLacking(period.due)
    missing = tuple(party for party in cadence.required if party not in present)
    due = None if cadence.minutes_days is None else held + timedelta(cadence.minutes_days)
    proofs = tuple(each.id for each in evidence)
    sat = MeetingHeld(meeting.id, meeting_series.id, held, present, missing, due, late, proofs)
    yield sat
    rolled = _rolled(meeting_series, cadence, sat)
    yield from meeting_series.after(sat).counted()
    yield from rolled


def _rolled(series: MeetingSeries, cadence: Cadence, sat: MeetingHeld) -> tuple[MeetingPeriodOpened, ...]:
    """Rolling, the next period runs from a meeting that had to be."""
    if not cadence.rolling or sat.missing_parties or not series.periods or sat.held < series.periods[-1].since:
        return ()
    (first,) = cadence.periods(sat.held)
    opened = MeetingPeriodOpened(
        series.id, series.kind, sat.held + timedelta(1), first[1] + timedelta(1), cadence.warning_days
    )
    return (opened,)


@decision(roles=STAFF)
def approve_minutes(meeting: Meeting, meeting_series: MeetingSeries, *, approved: Past) -> Iterator[Event]:
    """Approve the minutes of a meeting.
    审定会议纪要。"""
    meeting.check_of(meeting_series)
    if meeting.held is None:
        raise NotHeldYet
    if meeting.approved is not None:
        if meeting.approved != approved:
            raise AlreadySo(meeting.approved)
        return
    in_order(meeting.held, approved)
    made = MinutesApproved(meeting.id, meeting_series.id, approved)
    yield made
    yield from meeting_series.after(made).counted()
