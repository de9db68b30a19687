"""Headships as people see them: leading groups and who chaired them when."""

from datetime import date
from typing import ClassVar

from domain import headships, people
from domain.events import Ref
from projections.rows import Changes, Row, by, its, new, put


class LeadingGroup(Row, frozen=True, kw_only=True):
    """A leading group of the county.
    领导小组。"""

    id: Ref[headships.LeadingGroup]
    name: str
    since: date

    on: ClassVar[Changes] = {headships.LeadingGroupEstablished: new()}
    orders: ClassVar = ("name",)


def chair(event: headships.ChairAppointed | headships.ChairLeft) -> str:
    return f"{event.leading_group}@{event.person}@{event.since}"


class Chair(Row, frozen=True, kw_only=True):
    """Who chairs a leading group, from a date to a date.
    领导小组组长的一段任期。"""

    id: str
    leading_group: Ref[headships.LeadingGroup]
    person: Ref[people.Person]
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        headships.ChairAppointed: new(key=chair),
        headships.ChairLeft: put(key=chair, until=its.ended),
    }
    lists: ClassVar = (by("leading_group"), by("person"))
    orders: ClassVar = ("since",)
