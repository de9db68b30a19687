"""Employments as staff see them: who is with which firm, from when to when."""

from datetime import date
from typing import ClassVar

from domain import employments, firms, people
from domain.events import Audience, Ref
from projections.rows import Changes, Row, by, its, new, put


def employment(event: employments.EmploymentBegun | employments.EmploymentOver) -> str:
    return f"{event.person}@{event.firm}@{event.employment_kind.name}@{event.since}"


class Employment(Row, frozen=True, kw_only=True):
    """A person's time with a property firm.
    在物业企业任职或持股的一段时期。"""

    id: str
    person: Ref[people.Person]
    firm: Ref[firms.Firm]
    employment_kind: employments.EmploymentKind
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        employments.EmploymentBegun: new(key=employment),
        employments.EmploymentOver: put(key=employment, until=its.ended),
    }
    lists: ClassVar = (by("firm"), by("person"), by("employment_kind"))
    orders: ClassVar = ("since",)
    audience: ClassVar = Audience.STAFF
