"""Reserves as people see them: who is in the reserve of a community's secretaries, and how they left it (X29)."""

from datetime import date
from typing import ClassVar

from domain import people, places, reserves
from domain.events import Ref
from projections.figures import counts
from projections.rows import Changes, Row, by, its, new, put


def reserve(event: reserves.ReserveCadreAdded | reserves.ReserveCadreLeft) -> str:
    return f"{event.person}@{event.since}"


class ReserveCadre(Row, frozen=True, kw_only=True):
    """A person in the reserve of a community's secretaries, from a date to a date.
    社区党组织书记后备干部。"""

    id: str
    person: Ref[people.Person]
    community: Ref[places.Community]
    since: date
    until: date | None = None
    reserve_end: reserves.ReserveEnd | None = None

    on: ClassVar[Changes] = {
        reserves.ReserveCadreAdded: new(key=reserve, reserve_end=None),
        reserves.ReserveCadreLeft: put(key=reserve, until=its.ended, reserve_end=its.reserve_end),
    }
    lists: ClassVar = (by("community"), by("person"), by("reserve_end"))
    orders: ClassVar = ("since",)


counts(
    "reserveCadres",
    "书记后备干部",
    "Reserve cadres for secretary posts",
    ReserveCadre,
    where=lambda row: row.until is None,
)
