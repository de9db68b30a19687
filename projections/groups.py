"""Groups as people see them: leading groups and who chaired them when."""

from datetime import date
from typing import ClassVar

from domain import groups, people
from domain.events import Ref
from projections.rows import Changes, Row, by, its, new, put


class LeadingGroup(Row, frozen=True, kw_only=True):
    """A leading group of the county.
    领导小组。"""

    id: Ref[groups.LeadingGroup]
    name: str
    since: date

    on: ClassVar[Changes] = {groups.LeadingGroupEstablished: new()}
    orders: ClassVar = ("name",)


def chair(event: groups.ChairAppointed | groups.ChairLeft) -> str:
    return f"{event.leading_group}@{event.person}@{event.since}"


class Chair(Row, frozen=True, kw_only=True):
    """Who chairs a leading group, from a date to a date.
    领导小组组长的一段任期。"""

    id: str
    leading_group: Ref[groups.LeadingGroup]
    person: Ref[people.Person]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        groups.ChairAppointed: new(key=chair),
        groups.ChairLeft: put(key=chair, until=its.ended),
    }
    lists: ClassVar = (by("leading_group"), by("person"))
    orders: ClassVar = ("since",)
