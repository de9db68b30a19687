"""Periods: from the first day on which something holds to the first on which it no longer does."""

from collections.abc import Hashable
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.bodies import CHINA
from domain.refusals import Refusal

__all__ = ["AlreadySo", "DayAhead", "PeriodReversed", "Spell", "Spells", "check_come", "check_same", "in_order"]


class PeriodReversed(Refusal):
    """{until} comes before {since}, and has to be the same day or a later one.
    日期 {until} 早于 {since}，须为同日或更晚。"""

    code = "PERIOD_REVERSED"
    since: date
    until: date


class AlreadySo(Refusal):
    """This is on record already, as of {since}; a correction is an act of its own.
    此事项已登记，日期为 {since}；更正须另行办理。"""

    code = "ALREADY_SO"
    since: date


class DayAhead(Refusal):
    """What is to be done on {day} is not done yet; it is {today}.
    日期 {day} 尚未到来（今日为 {today}），不能登记为已办理。"""

    day: date
    today: date


def check_come(day: date, now: datetime) -> None:
    """Refuse as done what is dated ahead; days are calendar days in China."""
    if day > (today := now.astimezone(CHINA).date()):
        raise DayAhead(day, today)


def check_same(since: date, recorded: date) -> None:
    """Refuse what is on record already with another date; with the same it is a repetition."""
    if since != recorded:
        raise AlreadySo(recorded)


def in_order(since: date, ended: date) -> None:
    """Refuse a period that would end before it begins; it may end on its first day."""
    if ended < since:
        raise PeriodReversed(since, ended)


class Spell(NamedTuple):
    """What held from a day on, and until another if it is over."""

    of: Any
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)

    def overlaps(self, since: date, until: date | None = None) -> bool:
        """Whether they have a day in common; a spell that ends where another begins does not overlap it."""
        return (self.until is None or since < self.until) and (until is None or self.since < until)


class Spells(tuple[Spell, ...]):
    """What held when, as a state remembers it: immutable, in the order in which it was entered."""

    __slots__ = ()

    def begun(self, of: Hashable, since: date, until: date | None = None) -> "Spells":
        return Spells((*self, Spell(of, since, until)))

    def over(self, of: Hashable, since: date, until: date) -> "Spells":
        """With the spell of this that began that day over on another."""
        return Spells(s._replace(until=until) if (s.of, s.since) == (of, since) else s for s in self)

    def present(self, of: Hashable = None) -> Spell | None:
        """The one that nobody has ended yet: of this, or of anything."""
        return next((s for s in reversed(self) if s.until is None and of in (None, s.of)), None)

    def on(self, day: date, of: Hashable = None) -> Spell | None:
        """The one that holds on a day: of this, or of anything."""
        return next((s for s in reversed(self) if s.holds(day) and of in (None, s.of)), None)

    def overlapping(self, since: date, until: date | None = None, of: Hashable = None) -> Spell | None:
        """The first that has a day in common with a period: of this, or of anything."""
        return next((s for s in self if s.overlaps(since, until) and of in (None, s.of)), None)

    def in_the_way(self, of: Hashable, since: date) -> Spell | None:
        """What keeps this from beginning that day for good: what has a day in common, or began as the same."""
        return next((s for s in self if s.overlaps(since) or (s.of, s.since) == (of, since)), None)

    def ended(self, of: Hashable, until: date) -> bool:
        """Whether one of this ended just that day, so that ending it then again is a repetition."""
        return any((s.of, s.until) == (of, until) for s in self)
