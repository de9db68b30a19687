"""Arrears as staff see them: who owes property fees in which compound, from when to when."""

from datetime import date
from typing import ClassVar

from domain import arrears, people, places
from domain.events import Audience, Ref
from projections.rows import Changes, Row, by, its, new, put


def owing(event: arrears.FeesFellDue | arrears.FeesPaid) -> str:
    return f"{event.person}@{event.compound}@{event.since}"


class FeeArrear(Row, frozen=True, kw_only=True):
    """A person's time of owing property fees in a compound.
    拖欠物业费的一段时期。"""

    id: str
    person: Ref[people.Person]
    compound: Ref[places.Compound]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        arrears.FeesFellDue: new(key=owing),
        arrears.FeesPaid: put(key=owing, until=its.ended),
    }
    lists: ClassVar = (by("compound"), by("person"))
    audience: ClassVar = Audience.STAFF
