"""Periods: from the first day on which something holds to the first on which it no longer does."""

from datetime import date

from domain.refusals import Refusal

__all__ = ["AlreadySo", "PeriodReversed", "check_same", "in_order"]


class PeriodReversed(Refusal):
    """The period would end before it begins.
    终止日早于起始日。"""

    code = "PERIOD_REVERSED"
    since: date
    until: date


class AlreadySo(Refusal):
    """This is on record already, as of {since}; a correction is an act of its own.
    此事项已登记，日期为 {since}；更正须另行办理。"""

    code = "ALREADY_SO"
    since: date


def check_same(since: date, recorded: date) -> None:
    """Refuse what is on record already with another date; with the same it is a repetition."""
    if since != recorded:
        raise AlreadySo(recorded)


def in_order(since: date, ended: date) -> None:
    """Refuse a period that would end before it begins; it may end on its first day."""
    if ended < since:
        raise PeriodReversed(since, ended)
