"""Kinships as staff see them: who is a close relative of whom, and which relatives are or were with which firm."""

from datetime import date
from typing import ClassVar

from domain import firms, kinships, people
from domain.employments import EmploymentKind
from domain.events import Audience, Ref
from projections.rows import Changes, Row, by, its, new, put


def kinship(event: kinships.KinshipRecorded | kinships.KinshipEnded) -> str:
    return f"{event.person}@{event.relative}@{event.kinship_kind.name}@{event.since}"


class Kinship(Row, frozen=True, kw_only=True):
    """That two people are close relatives, from a date to a date.
    近亲属关系的一段时期。"""

    id: str
    person: Ref[people.Person]
    relative: Ref[people.Person]
    kinship_kind: kinships.KinshipKind
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        kinships.KinshipRecorded: new(key=kinship),
        kinships.KinshipEnded: put(key=kinship, until=its.ended),
    }
    lists: ClassVar = (by("person"), by("relative"))
    audience: ClassVar = Audience.STAFF


class KinInterest(Row, frozen=True, kw_only=True):
    """A relative's time with a firm, noted of the person.
    近亲属在物业企业任职或持股的一段时期。"""

    id: str
    person: Ref[people.Person]
    relative: Ref[people.Person]
    firm: Ref[firms.Firm]
    employment_kind: EmploymentKind
    since: date
    until: date | None

    on: ClassVar[Changes] = {
        kinships.KinInterestNoted: new(
            key=lambda e: f"{e.person}@{e.relative}@{e.firm}@{e.employment_kind.name}@{e.since}"
        )
    }
    lists: ClassVar = (by("person"), by("firm"))
    audience: ClassVar = Audience.STAFF
