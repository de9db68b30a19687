"""Reporters as staff see them: who reports for which community, from when to when."""

from datetime import date
from typing import ClassVar

from domain import people, places, reporters
from domain.events import Audience, Ref
from domain.reporters import NewWork
from projections.rows import Changes, Row, by, its, new, put


def reporting(event: reporters.ReporterEnrolled | reporters.ReporterWithdrawn) -> str:
    return f"{event.community}@{event.person}@{event.since}"


class MobileReporter(Row, frozen=True, kw_only=True):
    """A person in a new form of work who reports for a community, from a date to a date.
    新就业群体人员任社区流动观察员的一段时期。"""

    id: str
    community: Ref[places.Community]
    person: Ref[people.Person]
    new_work: NewWork
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        reporters.ReporterEnrolled: new(key=reporting),
        reporters.ReporterWithdrawn: put(key=reporting, until=its.ended),
    }
    lists: ClassVar = (by("community"), by("person"), by("new_work"))
    orders: ClassVar = ("since",)
    audience: ClassVar = Audience.STAFF
