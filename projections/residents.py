"""Residents as staff see them: who owns or occupies a home where, from when to when."""

from datetime import date
from typing import ClassVar

from domain import people, places, residents
from domain.events import Audience, Ref
from projections.rows import Changes, Row, by, its, new, put


def residence(event: residents.ResidentRegistered | residents.ResidentLeft) -> str:
    return f"{event.person}@{event.dwelling}@{event.residence_kind.name}@{event.since}"


class Residence(Row, frozen=True, kw_only=True):
    """A person's time as owner or occupant of a home in a compound.
    业主或住户的一段时期。"""

    id: str
    person: Ref[people.Person]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    dwelling: Ref[places.Building | places.Compound]
    residence_kind: residents.ResidenceKind
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        residents.ResidentRegistered: new(key=residence),
        residents.ResidentLeft: put(key=residence, until=its.ended),
    }
    lists: ClassVar = (by("compound"), by("community"), by("dwelling"), by("person"), by("residence_kind"))
    orders: ClassVar = ("since",)
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("person",)
