"""Working calendars as people see them: every version, and from when on it is in force."""

from datetime import date
from typing import ClassVar

from domain import calendars
from projections.rows import Changes, Row, new


class WorkingCalendar(Row, frozen=True, kw_only=True):
    """A version of the working calendar.
    工作日历的一版。"""

    id: str
    revision: int
    days_off: tuple[date, ...]
    make_up_days: tuple[date, ...]
    sessions: tuple[str, ...]
    since: date

    on: ClassVar[Changes] = {calendars.CalendarAdopted: new(key=lambda event: f"{event.revision}")}
    orders: ClassVar = ("revision",)
