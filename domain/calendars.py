"""Working calendars: which days are off, which are worked instead, and the hours of a working day, in versions (BR-32).

The county adopts a version each time that holidays are announced, in force from a day on; what was due by an earlier
version stays due as it was, and says by which (BR-87).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import NamedTuple

from domain.decisions import decision
from domain.events import Event, Ref
from domain.ledgers import Ledger
from domain.limits import ORDINARY, Session, WorkingTime
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    days_off=("Days off that would else be worked.", "放假的日期。"),
    make_up_days=("Days worked that would else be off.", "调休上班的日期。"),
    sessions=(
        "The hours of a working day, as 09:00-12:00, in order.",
        "每个工作日的上下班时段，如 09:00-12:00，依次序。",
    ),
)

SESSION = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class CalendarAdopted(Event):
    """The county adopted a version of its working calendar.
    发布工作日历。"""

    ledger: Ref[Ledger]
    revision: int
    days_off: tuple[date, ...]
    make_up_days: tuple[date, ...]
    sessions: tuple[str, ...]
    since: date


class SessionsUnfit(Refusal):
    """Sessions are told as 09:00-12:00, one after another on one day, with no overlap.
    上下班时段须写作 09:00-12:00，依次排列且互不重叠。"""

    rule = "BR-32"
    sessions: tuple[str, ...]


class OffAndWorked(Refusal):
    """A day cannot be off and worked.
    同一日期不能既放假又上班。"""

    rule = "BR-32"
    days: tuple[date, ...]


class CalendarEarly(Refusal):
    """The version in force is of {latest}; the next begins no earlier.
    现行日历自 {latest} 起，新版不得早于该日。"""

    rule = "BR-87"
    since: date
    latest: date


class Version(NamedTuple):
    """A version of the calendar, and from when on it is in force."""

    revision: int
    since: date
    time: WorkingTime


BEFORE_ANY = Version(0, date.min, ORDINARY)


class Calendars(State):
    """The versions of a county's working calendar.
    工作日历各版本。"""

    id: Ref[Ledger]
    versions: tuple[Version, ...] = ()
    latest: CalendarAdopted | None = None

    def evolve(self, event: CalendarAdopted) -> "Calendars":
        made = WorkingTime(
            frozenset(event.days_off), frozenset(event.make_up_days), tuple(map(_session, event.sessions))
        )
        return replace(self, versions=(*self.versions, Version(event.revision, event.since, made)), latest=event)

    def on(self, day: date) -> Version:
        """The version in force on a day; before the first, ordinary working time (revision 0)."""
        return next((v for v in reversed(self.versions) if v.since <= day), BEFORE_ANY)

    def numbered(self, revision: int) -> Version:
        """The version that fixed something."""
        return self.versions[revision - 1] if revision else BEFORE_ANY


@decision(roles={Role.COUNTY})
def adopt_calendar(
    ledger: Calendars,
    *,
    days_off: tuple[date, ...] = (),
    make_up_days: tuple[date, ...] = (),
    sessions: tuple[str, ...],
    since: date,
) -> Iterator[Event]:
    """Adopt a version of the working calendar, in force from a day on.
    发布自某日起施行的工作日历。"""
    _check(sessions, set(days_off) & set(make_up_days))
    latest = ledger.latest
    made = CalendarAdopted(ledger.id, latest.revision + 1 if latest else 1, days_off, make_up_days, sessions, since)
    if latest and replace(made, revision=latest.revision) == latest:
        return
    if latest and since < latest.since:
        raise CalendarEarly(since, latest.since)
    yield made


def _check(sessions: tuple[str, ...], both: set[date]) -> None:
    hours = [hour for each in sessions if SESSION.fullmatch(each) for hour in _session(each)]
    if not sessions or len(hours) != 2 * len(sessions) or any(a >= b for a, b in pairwise(hours)):
        raise SessionsUnfit(sessions)
    if both:
        raise OffAndWorked(tuple(sorted(both)))


def _session(told: str) -> Session:
    opens, closes = told.split("-")
    return Session(time.fromisoformat(opens), time.fromisoformat(closes))
