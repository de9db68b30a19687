"""Visits as staff see them: who helps whom, when the next visit is due, and which are overdue."""

from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import people, places, visits
from domain.events import Audience, Personal, Ref
from domain.words import describe
from projections.rows import Changes, Row, becomes, by, its, new, put

describe(
    latest_visit=("The day of the latest visit, if there was one.", "最近走访日期；未走访的为空。"),
    overdue=("Whether the last day for the next visit went by.", "是否逾期未走访。"),
)


def visited(row: Any, event: visits.HomeVisited) -> Any:
    """Dates may be entered in any order; the latest counts."""
    latest = max(row.latest_visit or event.visited_on, event.visited_on)
    late = row.overdue and event.visit_due <= row.visit_due
    return replace(row, latest_visit=latest, visit_due=event.visit_due, overdue=late)


class Helping(Row, frozen=True, kw_only=True):
    """One person paired with another who needs help, from a date to a date.
    一对一结对帮扶的一段时期。"""

    id: Ref[visits.Helping]
    person: Ref[people.Person]
    visitor: Ref[people.Person]
    community: Ref[places.Community]
    visit_days: int
    visit_due: date
    latest_visit: date | None = None
    overdue: bool = False
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        visits.HelpPaired: new(),
        visits.HomeVisited: becomes(visited, key="helping"),
        visits.HomeVisitMissed: put(overdue=True),
        visits.HelpEnded: put(until=its.ended, overdue=False),
    }
    lists: ClassVar = (by("community"), by("person"), by("visitor"), by("overdue"))
    orders: ClassVar = ("visit_due", "since")
    audience: ClassVar = Audience.STAFF


class HomeVisit(Row, frozen=True, kw_only=True):
    """A visit at home; its note stays sealed.
    一次上门走访。"""

    id: str
    helping: Ref[visits.Helping]
    person: Ref[people.Person]
    visited_on: date
    visit_note: Personal[visits.HomeCare] | None = None

    on: ClassVar[Changes] = {visits.HomeVisited: new(key=lambda event: f"{event.helping}@{event.visited_on}")}
    lists: ClassVar = (by("helping"), by("person"))
    orders: ClassVar = ("visited_on",)
    audience: ClassVar = Audience.STAFF
