"""Charges as people see them: who answers for each venue on a day."""

from datetime import date
from typing import ClassVar

from domain import charges, people, places, venues
from domain.charges import Charge
from domain.events import Ref
from projections.gaps import without
from projections.rows import Changes, Row, around, by, its, new, put
from projections.venues import Venue


def responsibility(event: charges.ResponsibilityAssigned | charges.ResponsibilityEnded) -> str:
    return f"{event.venue}@{event.person}@{event.charge.name}@{event.since}"


class VenueCharge(Row, frozen=True, kw_only=True):
    """A person who answers for a venue, from a date to a date.
    阵地责任人的一段时期。"""

    id: str
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    charge: Charge
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        charges.ResponsibilityAssigned: new(key=responsibility, community=around("community")),
        charges.ResponsibilityEnded: put(key=responsibility, until=its.ended),
    }
    lists: ClassVar = (by("venue"), by("community"), by("person"), by("charge"))
    orders: ClassVar = ("since",)


without(
    Venue,
    "WITHOUT_CHARGE",
    "无人总负责",
    "Nobody in overall charge",
    what=VenueCharge,
    by="venue",
    where="x.charge = 'OVERALL'",
)
