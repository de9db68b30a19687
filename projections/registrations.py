"""Registrations as staff see them, and as everybody does: how many members, of which unit, in which community."""

from datetime import date
from typing import ClassVar

from domain import people, places, registrations, units
from domain.events import Audience, Ref
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, new, put


def registration(
    event: registrations.MemberRegistered | registrations.ResidenceStated | registrations.RegistrationEnded,
) -> str:
    return f"{event.person}@{event.since}"


class Registration(Row, frozen=True, kw_only=True):
    """An in-post Party member registered with the community of residence, from a date to a date.
    在职党员在居住地社区报到的一段时期。"""

    id: str
    person: Ref[people.Person]
    community: Ref[places.Community]
    town: Ref[places.Town] | None
    residence: Ref[places.Building | places.Compound] | None = None
    unit: Ref[units.PartnerUnit]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        registrations.MemberRegistered: new(key=registration, town=around("town")),
        registrations.ResidenceStated: put(key=registration, residence=its.residence),
        registrations.RegistrationEnded: put(key=registration, until=its.ended),
    }
    lists: ClassVar = (by("person"), by("community"), by("town"), by("unit"), by("residence"))
    orders: ClassVar = ("since",)
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("person",)


counts(
    "registeredMembers",
    "双报到在职党员",
    "In-post Party members registered where they live",
    Registration,
    where=lambda row: row.until is None,
    thing=lambda row: row.person,
)
