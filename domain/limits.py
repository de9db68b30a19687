"""Limits: by when something is to be done, in clock hours, work hours, work days or calendar days (BR-31, BR-32).

Civil Code arts 200-203: hours run from the moment, days from the day after; where the last day is no working day, the
next one is; a day ends with the close of business. All arithmetic is in whole minutes and in China's time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple

from domain.bodies import CHINA
from domain.words import Labelled

__all__ = ["ORDINARY", "Light", "Limit", "LimitUnit", "Session", "WorkingTime", "light"]

HOUR, DAY = 60, timedelta(days=1)
SATURDAY = 5
WARNED, WHOLE = 80, 100
"""Percent of a limit: from the first on the light is yellow, beyond the second red (BR-40)."""


class LimitUnit(Labelled):
    """In what a limit is counted.
    时限单位。"""

    CLOCK_HOUR = "Clock hours", "小时"
    WORK_HOUR = "Work hours", "工作小时"
    WORK_DAY = "Work days", "工作日"
    CALENDAR_DAY = "Calendar days", "日历日"


class Light(Labelled):
    """How much of a limit is used.
    时限灯。"""

    GREEN = "Less than 80 percent", "绿灯"
    YELLOW = "From 80 to 100 percent", "黄灯"
    RED = "More than all of it", "红灯"


class Limit(NamedTuple):
    """So many of a unit."""

    number: int
    unit: LimitUnit


class Session(NamedTuple):
    """When work begins and ends, on any working day."""

    opens: time
    closes: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        return datetime.combine(day, self.opens, CHINA), datetime.combine(day, self.closes, CHINA)


def light(used: int, limit: int) -> Light:
    """By the minutes used of a limit's."""
    if used * WHOLE < limit * WARNED:
        return Light.GREEN
    return Light.YELLOW if used <= limit else Light.RED


@dataclass(frozen=True)
class WorkingTime:
    """When people work: Monday to Friday but for `off`, and on the make-up days `on`, in the daily sessions."""

    off: frozenset[date]
    on: frozenset[date]
    sessions: tuple[Session, ...]

    def works(self, day: date) -> bool:
        return day in self.on or (day.weekday() < SATURDAY and day not in self.off)

    def due(self, start: datetime, limit: Limit) -> datetime:
        """The last moment at which a limit that runs from a start is kept."""
        start = start.astimezone(CHINA)
        match limit.unit:
            case LimitUnit.CLOCK_HOUR:
                return start + timedelta(hours=limit.number)
            case LimitUnit.WORK_HOUR:
                return self.later(start, limit.number * HOUR)
            case LimitUnit.CALENDAR_DAY:
                return self._closes(self._next_working(start.date() + limit.number * DAY))
            case LimitUnit.WORK_DAY:
                return self._closes(self.working_day(start.date(), limit.number))

    def postponed(self, due: datetime, unit: LimitUnit, begun: datetime, over: datetime) -> datetime:
        """The last moment after a pause: later by the time that it took, in what the limit is counted in."""
        match unit:
            case LimitUnit.CLOCK_HOUR:
                return due + (over - begun)
            case LimitUnit.WORK_HOUR:
                return self.later(over.astimezone(CHINA), self.minutes(begun, due))
            case LimitUnit.CALENDAR_DAY:
                days = over.astimezone(CHINA).date() - begun.astimezone(CHINA).date()
                return self._closes(self._next_working(due.astimezone(CHINA).date() + days))
            case LimitUnit.WORK_DAY:
                paused = sum(map(self.works, _days(begun, over)))
                return self._closes(self.working_day(due.astimezone(CHINA).date(), paused))

    def used(self, start: datetime, end: datetime, unit: LimitUnit) -> int:
        """The minutes that a limit in this unit ran between two moments."""
        if unit in {LimitUnit.CLOCK_HOUR, LimitUnit.CALENDAR_DAY}:
            return max(0, int((end - start).total_seconds()) // 60)
        return self.minutes(start, end)

    def warned(self, start: datetime, due: datetime, unit: LimitUnit, before: int = 0) -> datetime:
        """From when on the light is yellow; `before`: minutes used before the start (BR-40)."""
        whole = before + self.used(start, due, unit)
        left = max(0, -(-whole * WARNED // WHOLE) - before)
        if unit in {LimitUnit.CLOCK_HOUR, LimitUnit.CALENDAR_DAY}:
            return start.astimezone(CHINA) + timedelta(minutes=left)
        return self.later(start.astimezone(CHINA), left)

    def minutes(self, start: datetime, end: datetime) -> int:
        """Working minutes between two moments."""
        day, last = start.astimezone(CHINA).date(), end.astimezone(CHINA).date()
        total = timedelta()
        while day <= last:
            for opens, closes in self._sessions(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
            day += DAY
        return int(total.total_seconds()) // 60

    def later(self, start: datetime, minutes: int) -> datetime:
        """So many working minutes after a moment; with none left, that moment."""
        left = timedelta(minutes=minutes)
        for days in count() if minutes else ():
            for opens, closes in self._sessions(start.date() + days * DAY):
                room = closes - (begin := max(opens, start))
                if room >= left:
                    return begin + left
                left -= max(timedelta(), room)
        return start

    def working_day(self, after: date, number: int) -> date:
        """The so-manieth working day after a day; none: that day."""
        day = after
        while number:
            day += DAY
            number -= self.works(day)
        return day

    def _next_working(self, day: date) -> date:
        return day if self.works(day) else self.working_day(day, 1)

    def _sessions(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        return (session.on(day) for session in self.sessions if self.works(day))

    def _closes(self, day: date) -> datetime:
        return self.sessions[-1].on(day)[1]


def _days(begun: datetime, over: datetime) -> Iterator[date]:
    """The days after that of the first moment, to that of the second."""
    first = begun.astimezone(CHINA).date()
    return (first + n * DAY for n in range(1, (over.astimezone(CHINA).date() - first).days + 1))


ORDINARY = WorkingTime(frozenset(), frozenset(), (Session(time(9), time(12)), Session(time(13), time(17))))
"""Where nothing else is adopted: Monday to Friday, nine to twelve and one to five."""
