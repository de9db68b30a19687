"""Cadences: how often bodies of each level meet, in versions (X76, X77, BR-45).

Every so many months: by the calendar, from January on, or rolling, from one meeting to the next. A cadence also says
which parties have to be there, within how many days minutes are approved, and how early a meeting due is warned of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, timedelta
from typing import NamedTuple

from domain.decisions import NumberUnfit, decision
from domain.events import Event, Ref
from domain.ledgers import Ledger, LedgerOpened
from domain.periods import AlreadySo
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    meeting_kind=("The kind of meeting.", "会议类别。"),
    months=("Within how many months there is a meeting.", "会议周期（月）。"),
    rolling=("Whether it runs from meeting to meeting, and not by the calendar.", "是否自上次会议起滚动计算。"),
    warning_days=("How many days before the last one a meeting is warned of.", "提前提醒天数。"),
    minutes_days=("Within how many days minutes are approved; none: no limit.", "纪要审定期限（日）；空为不限。"),
    required_parties=("The parties that have to be there.", "应到各方。"),
)

DAY = timedelta(1)
YEAR = 12
WARNING, LONGEST_WARNING = 14, 366


class MeetingKind(Labelled):
    """A kind of meeting that is held again and again.
    定期会议类别。"""

    COUNTY_JOINT = "County joint meeting", "县联席会议"
    TOWN_JOINT = "Town joint meeting", "镇联席会议"
    COMMUNITY_JOINT = "Community joint meeting", "社区联席会议"
    PROPERTY_JOINT = "Property joint meeting", "物业管理联席会议"


class MeetingParty(Labelled):
    """A party that takes part in meetings.
    参会方。"""

    BRANCH = "Party branch", "党支部"
    COMMITTEE = "Owners' or property management committee", "业委会（物管会）"
    FIRM = "Property firm", "物业服务企业"
    RESIDENTS = "Resident representatives", "居民代表"
    SERVICE_PROVIDER = "Another provider of the service", "其他物业服务人"
    COMMUNITY = "Community", "社区"
    TOWN = "Town", "乡镇"
    RESIDENTS_COMMITTEE = "Residents' committee", "居民委员会"
    POLICE = "Police station", "公安派出所"
    UTILITIES = "Utilities", "专业经营单位"
    DEPARTMENTS = "County departments", "县直部门"


class PeriodStatus(Labelled):
    """How a period stands on a day (BR-48).
    会议周期状态。"""

    FUTURE = "Not begun", "未开始"
    OPEN = "Begun, none held yet", "进行中"
    DUE_SOON = "None held, and few days left", "临期"
    MET = "Held", "已召开"
    OVERDUE = "Over, and none held", "逾期"


LEAST: Mapping[MeetingKind, tuple[MeetingParty, ...]] = {
    MeetingKind.PROPERTY_JOINT: (
        MeetingParty.RESIDENTS_COMMITTEE,
        MeetingParty.POLICE,
        MeetingParty.FIRM,
        MeetingParty.COMMITTEE,
        MeetingParty.UTILITIES,
        MeetingParty.DEPARTMENTS,
    )
}
"""Who at least has to be there; Shandong regulations on property management, art. 74 (BR-49)."""


class CadenceAdopted(Event):
    """From a date on, meetings of a kind follow a cadence.
    确定会议周期。"""

    ledger: Ref[Ledger]
    meeting_kind: MeetingKind
    months: int
    rolling: bool
    warning_days: int
    minutes_days: int | None
    required_parties: tuple[MeetingParty, ...]
    since: date


class MonthsUneven(Refusal):
    """By the calendar, {months} months do not divide the year.
    按日历周期，{months} 个月不能整分一年。"""

    rule = "BR-45"
    months: int


class CadenceMidYear(Refusal):
    """A cadence by the calendar gives way to another on a 1 January only, not on {since}.
    按日历的会议周期只能自 1 月 1 日起变更，不能自 {since} 起。"""

    rule = "BR-45"
    since: date


class CadenceEarlier(Refusal):
    """There is a cadence from {latest} on; another begins later.
    自 {latest} 起已有会议周期，新周期须晚于该日。"""

    rule = "BR-45"
    latest: date


class PartyLacking(Refusal):
    """For a meeting of this kind, more parties have to be there.
    此类会议应到方不全。"""

    rule = "BR-49"
    lacking: tuple[str, ...]


class CadenceMissing(Refusal):
    """There is no cadence for meetings of this kind on {day}.
    此类会议在 {day} 尚未确定周期。"""

    rule = "BR-45"
    day: date


class Cadence(NamedTuple):
    """One version."""

    months: int
    rolling: bool
    warning_days: int
    minutes_days: int | None
    required: tuple[MeetingParty, ...]
    since: date

    def first(self, since: date) -> date:
        """The first day of the first full period from a day on (BR-48)."""
        if self.rolling:
            return since
        month = since.year * YEAR + since.month - 1 + (since.day > 1)
        return _month(-(-month // self.months) * self.months)

    def periods(self, since: date) -> Iterator[tuple[date, date]]:
        """First and last days, from a first day on: to the end of the year; rolling, of one period."""
        start = since
        while True:
            after = later(start, self.months)
            yield start, after - DAY
            start = after
            if self.rolling or start.year > since.year:
                return


def later(day: date, months: int) -> date:
    """So many months later: the same day of the month, or the month's last."""
    month = day.year * YEAR + day.month - 1 + months
    return min(_month(month) + timedelta(day.day - 1), _month(month + 1) - DAY)


def status_of(since: date, due: date, warning_days: int, *, met: bool, on: date) -> PeriodStatus:
    """How a period stands on a day."""
    if met:
        return PeriodStatus.MET
    if on < since:
        return PeriodStatus.FUTURE
    if on > due:
        return PeriodStatus.OVERDUE
    return PeriodStatus.DUE_SOON if (due - on).days <= warning_days else PeriodStatus.OPEN


def _month(number: int) -> date:
    return date(number // YEAR, number % YEAR + 1, 1)


class Cadences(State):
    """The cadences of a ledger in all versions.
    各类会议周期的历次版本。"""

    id: Ref[Ledger]
    versions: Mapping[MeetingKind, tuple[Cadence, ...]] = field(default_factory=dict)

    def evolve(self, event: LedgerOpened | CadenceAdopted) -> "Cadences":
        if isinstance(event, LedgerOpened):
            return self
        made = Cadence(
            event.months, event.rolling, event.warning_days, event.minutes_days, event.required_parties, event.since
        )
        kind = event.meeting_kind
        return replace(self, versions={**self.versions, kind: (*self.versions.get(kind, ()), made)})

    def on(self, kind: MeetingKind, day: date) -> Cadence:
        """The version in force on a day."""
        found = [each for each in self.versions.get(kind, ()) if each.since <= day]
        if not found:
            raise CadenceMissing(day)
        return found[-1]


@decision(roles={Role.COUNTY})
def adopt_cadence(
    ledger: Cadences,
    *,
    meeting_kind: MeetingKind,
    months: int,
    rolling: bool = False,
    warning_days: int = WARNING,
    minutes_days: int | None = None,
    required_parties: tuple[MeetingParty, ...] = (),
    since: date,
) -> Iterator[Event]:
    """Adopt how often meetings of a kind are held; periods that have begun keep the cadence they began with.
    确定各类会议的周期；已开始的周期不受新版本影响。"""
    _check(meeting_kind, months, required_parties, rolling=rolling)
    if warning_days > LONGEST_WARNING:
        raise NumberUnfit("warning_days", warning_days, LONGEST_WARNING)
    required = tuple(dict.fromkeys(required_parties))
    made = Cadence(months, rolling, warning_days, minutes_days, required, since)
    versions = ledger.versions.get(meeting_kind, ())
    if made in versions:
        return
    if versions:
        _check_later(versions[-1], made)
    yield CadenceAdopted(ledger.id, meeting_kind, months, rolling, warning_days, minutes_days, required, since)


def _check(kind: MeetingKind, months: int, required: tuple[MeetingParty, ...], *, rolling: bool) -> None:
    if not 1 <= months <= YEAR:
        raise NumberUnfit("months", months, YEAR)
    if not rolling and YEAR % months:
        raise MonthsUneven(months)
    if lacking := [party.name for party in LEAST.get(kind, ()) if party not in required]:
        raise PartyLacking(tuple(lacking))


def _check_later(latest: Cadence, made: Cadence) -> None:
    if made.since == latest.since:
        raise AlreadySo(latest.since)
    if made.since < latest.since:
        raise CadenceEarlier(latest.since)
    if (made.since.month, made.since.day) != (1, 1) and not (made.rolling and latest.rolling):
        raise CadenceMidYear(made.since)
