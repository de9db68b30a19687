"""Co-opted members as people see them: from which unit, on which community's committee, for which term."""

from datetime import date
from typing import ClassVar

from domain import coopted, people, places, units
from domain.events import Ref
from domain.words import describe
from projections.rows import Changes, Row, by, its, new, put

describe(votes=("Whether the member may vote; a part-time one may not.", "是否享有表决权；兼职委员不享有。"))


def co_option(event: coopted.PartTimeMemberCoOpted | coopted.PartTimeMemberRetired) -> str:
    return f"{event.community}@{event.person}@{event.since}"


class PartTimeMember(Row, frozen=True, kw_only=True):
    """A resident unit's leader on a community's committee, part-time and without a vote.
    社区兼职委员。"""

    id: str
    community: Ref[places.Community]
    person: Ref[people.Person]
    unit: Ref[units.PartnerUnit]
    votes: bool = False
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        coopted.PartTimeMemberCoOpted: new(key=co_option),
        coopted.PartTimeMemberRetired: put(key=co_option, until=its.ended),
    }
    lists: ClassVar = (by("community"), by("person"), by("unit"))
    orders: ClassVar = ("since", "until")
