"""Contacts as people see them: which county leader keeps contact with which place, from when to when."""

from datetime import date
from typing import ClassVar

from domain import contacts, people, places
from domain.events import Ref
from projections.compounds import Compound
from projections.gaps import without
from projections.places import Community
from projections.rows import Changes, Row, by, its, new, put


def contact(event: contacts.ContactAssigned | contacts.ContactEnded) -> str:
    return f"{event.place}@{event.person}@{event.since}"


class LeaderContact(Row, frozen=True, kw_only=True):
    """A county leader in contact with a community or compound, from a date to a date.
    县级领导包联社区、小区的一段时期。"""

    id: str
    place: Ref[places.Community | places.Compound]
    person: Ref[people.Person]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        contacts.ContactAssigned: new(key=contact),
        contacts.ContactEnded: put(key=contact, until=its.ended),
    }
    lists: ClassVar = (by("place"), by("person"))
    orders: ClassVar = ("since",)


UNLED = "WITHOUT_LEADER_CONTACT", "无县级领导包联", "No county leader in contact"
without(Community, *UNLED, what=LeaderContact, by="place")
without(Compound, *UNLED, what=LeaderContact, by="place")
