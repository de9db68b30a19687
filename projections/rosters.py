"""Rosters as people see them: who is on duty at a venue on a day; and, for staff, which duties were missed."""

from datetime import date
from typing import Any, ClassVar

from domain import people, places, rosters, venues
from domain.events import Audience, Ref
from domain.rosters import DAY
from domain.words import describe
from projections.rows import Changes, Row, around, by, new, put

describe(checked_in=("Whether the person checked in on the day.", "当日是否签到。"))


def duty(event: Any) -> str:
    return f"{event.duty_roster}@{event.person}"


class DutyRoster(Row, frozen=True, kw_only=True):
    """The duty roster of a venue for a day.
    阵地某日的值班表。"""

    id: Ref[rosters.DutyRoster]
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    duty_on: date

    on: ClassVar[Changes] = {rosters.RosterPublished: new(community=around("community"))}
    lists: ClassVar = (by("venue"), by("community"))
    orders: ClassVar = ("duty_on",)


class VenueDuty(Row, frozen=True, kw_only=True):
    """A person on duty at a venue on a day; it holds on that day only.
    某人某日在阵地值班。"""

    id: str
    duty_roster: Ref[rosters.DutyRoster]
    venue: Ref[venues.Venue]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    checked_in: bool = False
    since: date
    until: date | None

    on: ClassVar[Changes] = {
        rosters.DutyRostered: new(
            key=duty,
            community=around("community"),
            since=lambda _, event: event.duty_on,
            until=lambda _, event: event.duty_on + DAY,
        ),
        rosters.DutyCheckedIn: put(key=duty, checked_in=True),
    }
    lists: ClassVar = (by("venue"), by("community"), by("person"), by("duty_roster"), by("checked_in"))
    orders: ClassVar = ("since",)
    plural: ClassVar = "venueDuties"


class MissedDuty(Row, frozen=True, kw_only=True):
    """A duty that was missed; void if it turned out to be served.
    缺勤；事后查明已值班的作废。"""

    id: str
    duty_roster: Ref[rosters.DutyRoster]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    duty_on: date
    voided: bool = False

    on: ClassVar[Changes] = {
        rosters.DutyMissed: new(key=duty, community=around("community")),
        rosters.DutyMissVoided: put(key=duty, voided=True),
    }
    lists: ClassVar = (by("duty_roster"), by("community"), by("person"), by("voided"))
    orders: ClassVar = ("duty_on",)
    plural: ClassVar = "missedDuties"
    audience: ClassVar = Audience.STAFF
