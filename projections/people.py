"""People as read by staff: names and telephones stay sealed in the rows and are opened only for whoever may."""

from typing import ClassVar

from domain import people
from domain.events import Audience, Personal, Ref
from projections.rows import Changes, Row, new


class Person(Row, frozen=True, kw_only=True):
    """A natural person known to the ledger.
    账本中登记的自然人。"""

    id: Ref[people.Person]
    full_name: Personal[people.Identity]
    phone: Personal[people.Contact] | None = None

    on: ClassVar[Changes] = {people.PersonRegistered: new()}
    plural: ClassVar = "people"
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("id",)
