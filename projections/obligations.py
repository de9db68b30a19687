"""Obligations as people see them: whether each period had its meeting, who is overdue, and what is to be done."""

from datetime import date
from typing import Any, ClassVar

from domain import meetings, obligations
from domain.cadences import MeetingKind, PeriodStatus
from domain.events import Ref
from domain.words import describe
from projections.figures import Unit, counts, least, ratio
from projections.ledgers import Ledger
from projections.meetings import Meeting, MeetingSeries
from projections.reports import Report
from projections.rows import Changes, Row, add, by, its, new, put

describe(
    meetings_held=("How many meetings count.", "计入的会议数。"),
    missed_period=("Whether it is recorded as gone by without a meeting.", "是否登记为未召开。"),
    made_up_by=("The meeting that made up for it, if one did.", "补开的会议。"),
    period_status=("How it stands on the day.", "当日状态。"),
    missed_periods=("The first days of the periods without a meeting.", "未召开会议的各周期首日。"),
    days_late=("For how many days the earliest of them has been over.", "最早一期已逾期天数。"),
    periods_met=("How many of them had their meeting.", "已召开的周期数。"),
    periods_due=("How many periods are over, or had their meeting.", "已届满或已召开的周期数。"),
    done_on_day=("The day on which it was done; none: not yet.", "办结日期；空为未办结。"),
)


def period(event: Any) -> str:
    return f"{event.meeting_series}@{event.period_since}"


class MeetingPeriod(Row, frozen=True, kw_only=True):
    """A period in which a body has to meet.
    应当召开会议的周期。"""

    id: str
    meeting_series: Ref[meetings.MeetingSeries]
    meeting_kind: MeetingKind
    period_since: date
    due: date
    warning_days: int
    meetings_held: int = 0
    missed_period: bool = False
    made_up_by: Ref[meetings.Meeting] | None = None

    on: ClassVar[Changes] = {
        meetings.MeetingPeriodOpened: new(key=period),
        meetings.MeetingCounted: add(key=period, meetings_held=1),
        obligations.MeetingPeriodMissed: put(key=period, missed_period=True),
        obligations.MeetingMissVoided: put(key=period, missed_period=False),
        obligations.MeetingMadeUp: put(key=period, made_up_by=its.meeting),
    }
    lists: ClassVar = (by("meeting_series"), by("missed_period"))
    orders: ClassVar = ("period_since",)


class FollowUp(Row, frozen=True, kw_only=True):
    """Something that a meeting decided to have done.
    会议议定事项。"""

    id: Ref[obligations.FollowUp]
    meeting: Ref[meetings.Meeting]
    follow_up_task: str
    due: date
    done_on_day: date | None = None

    on: ClassVar[Changes] = {
        obligations.FollowUpOpened: new(),
        obligations.FollowUpDone: put(done_on_day=its.done),
    }
    lists: ClassVar = (by("meeting"),)
    orders: ClassVar = ("due",)


HELD = """{Meeting} m where m.ledger = p.ledger and m.meeting_series = p.meeting_series and m.held_on_day <= {on}"""
COUNTED = f"""(select count(*) from {HELD} and m.counts_for = p.period_since)"""
PENDING = f"""exists (select from {HELD} and m.held_on_day between p.period_since and p.due
    and m.missing_parties = '{{{{}}}}' and m.minutes_approved is null and m.minutes_due >= {{on}})"""
OBLIGED = """{MeetingPeriod} p join {MeetingSeries} s on s.ledger = p.ledger and s.id = p.meeting_series
    where p.ledger = {ledger} and coalesce(p.due < s.until, true)"""


class CadenceReport(Report):
    """The periods of a body's meetings and how each stands on a day (BR-48).
    定期会议各周期某日的状态。"""

    period_since: date
    due: date
    meetings_held: int
    period_status: PeriodStatus
    entered_late: bool
    made_up_by: Ref[meetings.Meeting] | None

    of: ClassVar[type[Row]] = MeetingSeries
    name: ClassVar = "cadence"
    many: ClassVar = True
    rows: ClassVar = (MeetingPeriod, MeetingSeries, Meeting)
    sql: ClassVar = f"""
        select p.period_since, p.due, {COUNTED}::int as meetings_held,
            case when {COUNTED} > 0 then 'MET'
                when {{on}} < p.period_since then 'FUTURE'
                when {{on}} > p.due and not {PENDING} then 'OVERDUE'
                when p.due - {{on}} between 0 and p.warning_days then 'DUE_SOON'
                else 'OPEN' end as period_status,
            exists (select from {HELD} and m.counts_for = p.period_since and m.added_late) as entered_late,
            p.made_up_by, (p.period_since - date '1900-01-01')::int as n
        from {OBLIGED} and s.id = {{id}}"""


class OverdueBody(Report):
    """A body with periods that are over, had no meeting and were not made up for, on a day.
    某日逾期未召开会议的单位。"""

    meeting_series: Ref[meetings.MeetingSeries]
    meeting_kind: MeetingKind
    host: Ref[Any]
    missed_periods: tuple[date, ...]
    days_late: int

    of: ClassVar[type[Row]] = Ledger
    name: ClassVar = "overdueBodies"
    many: ClassVar = True
    rows: ClassVar = (MeetingPeriod, MeetingSeries, Meeting)
    sql: ClassVar = f"""
        select s.id as meeting_series, s.meeting_kind, s.host,
            array_agg(p.period_since order by p.period_since) as missed_periods,
            ({{on}} - min(p.due))::int as days_late, (min(p.due) - date '1900-01-01')::int as n
        from {OBLIGED} and p.due < {{on}} and p.made_up_by is null and {COUNTED} = 0 and not {PENDING}
        group by s.id, s.meeting_kind, s.host"""


class MeetingCompliance(Report):
    """How many of the periods that are over by a day had their meeting: a pair, never rounded.
    截至某日应开会议的履约情况（分子、分母）。"""

    periods_met: int
    periods_due: int

    of: ClassVar[type[Row]] = Ledger
    name: ClassVar = "meetingCompliance"
    rows: ClassVar = (MeetingPeriod, MeetingSeries, Meeting)
    sql: ClassVar = f"""
        select (count(*) filter (where met))::int as periods_met, count(*)::int as periods_due from (
            select {COUNTED} > 0 as met from {OBLIGED} and p.due < {{on}} and not {PENDING}) decided"""


counts(
    "meetingPeriodsMet",
    "已召开的会议周期",
    "Meeting periods that had their meeting",
    MeetingPeriod,
    where=lambda row: row.meetings_held > 0,
)
counts(
    "meetingPeriodsDue",
    "已召开或届满的会议周期",
    "Meeting periods held or gone by",
    MeetingPeriod,
    where=lambda row: row.meetings_held > 0 or row.missed_period,
)
ratio(
    "jointMeetingCompliance",
    "联席会议履约",
    "Joint meetings held of those due",
    of="meetingPeriodsMet",
    over="meetingPeriodsDue",
)
least(
    "countyJointMeetingsPerQuarter",
    "县联席会议每季度最少次数",
    "County joint meetings in the quarter with the fewest",
    MeetingPeriod,
    lambda row: row.meetings_held,
    unit=Unit.COUNT,
    where=lambda row: row.meeting_kind is MeetingKind.COUNTY_JOINT and (row.meetings_held > 0 or row.missed_period),
)
