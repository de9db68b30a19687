"""Rosters: who is on duty at a venue on a day, who checked in, and who did not (Q68).

A duty without a check-in is recorded as missed once, as of the day after. Who served and had it entered only later is
attested by other staff, with a reason, and what was recorded as missed is voided by that (BR-84, BR-85).
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Self

from domain.bodies import CHINA
from domain.decisions import New, Text, decision
from domain.events import Audience, Confidential, Event, Position, Ref
from domain.people import Person
from domain.periods import check_come
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue, VenueClosed, VenueRegistered
from domain.words import describe

describe(
    duty_roster=("The duty roster of a venue for a day.", "阵地某日的值班表。"),
    people=("The people concerned.", "所涉人员。"),
    duty_on=("The day of the duty.", "值班日期。"),
    attested_reason=("Why the check-in is entered only later.", "补录签到的事由。"),
)

DAY = timedelta(1)


class RosterPublished(Event):
    """A venue published who is on duty on a day.
    公布阵地某日值班表。"""

    duty_roster: Ref["DutyRoster"]
    venue: Ref[Venue]
    duty_on: date


class DutyRostered(Event):
    """A person is on duty at a venue on a day.
    安排人员值班。"""

    duty_roster: Ref["DutyRoster"]
    venue: Ref[Venue]
    person: Ref[Person]
    duty_on: date


class DutyCheckedIn(Event):
    """Who is on duty checked in on the day.
    值班签到。"""

    duty_roster: Ref["DutyRoster"]
    person: Ref[Person]
    duty_on: date


class DutyAttested(Event, audience=Audience.STAFF):
    """Who was on duty served, which is entered only after the day.
    补录值班签到。"""

    duty_roster: Ref["DutyRoster"]
    person: Ref[Person]
    duty_on: date
    attested_reason: Confidential


class DutyMissed(Event, audience=Audience.STAFF):
    """Who was on duty did not check in on the day.
    缺勤：当日未值班签到。"""

    duty_roster: Ref["DutyRoster"]
    person: Ref[Person]
    duty_on: date


class DutyMissVoided(Event, audience=Audience.STAFF):
    """A duty was served after all, as was entered only after it had been recorded as missed.
    作废缺勤登记：事后补录表明当日已值班。"""

    voids: Position
    reason: Confidential
    duty_roster: Ref["DutyRoster"]
    person: Ref[Person]
    duty_on: date


class NobodyOnDuty(Refusal):
    """Somebody is on duty on {duty_on}; name who.
    值班日 {duty_on} 须有人值班，请列明值班人员。"""

    duty_on: date


class RosterThere(Refusal):
    """There is a roster of this venue for {duty_on}.
    该阵地 {duty_on} 已有值班表。"""

    duty_on: date


class NotOnDuty(Refusal):
    """This person is not on duty there on {duty_on}.
    该人员 {duty_on} 不在该处值班。"""

    person: Ref[Person]
    duty_on: date


class NotTheDay(Refusal):
    """One checks in on the day of duty, {duty_on}; it is {today}.
    须于值班当日（{duty_on}）签到，今日为 {today}。"""

    duty_on: date
    today: date


class Rosters(Venue):
    """The days for which a venue has a roster.
    阵地已排班日期。"""

    id: Ref[Venue]
    days: frozenset[date] = frozenset()

    def evolve(self, event: VenueRegistered | VenueClosed | RosterPublished) -> Self:
        if isinstance(event, RosterPublished):
            return replace(self, days=self.days | {event.duty_on})
        return super().evolve(event)


class DutyRoster(State, within=Venue):
    """Who is on duty at a venue on a day, who served, and where it is recorded who did not.
    阵地某日的值班表及签到、缺勤情况。"""

    id: Ref["DutyRoster"]
    duty_on: date = date.min
    rostered: tuple[Ref[Person], ...] = ()
    served: frozenset[Ref[Person]] = frozenset()
    missed: Mapping[Ref[Person], int] = field(default_factory=dict)

    def evolve(
        self,
        event: RosterPublished | DutyRostered | DutyCheckedIn | DutyAttested | DutyMissed | DutyMissVoided,
        position: int = 0,
    ) -> "DutyRoster":
        match event:
            case RosterPublished():
                return replace(self, duty_on=event.duty_on)
            case DutyRostered():
                return replace(self, rostered=(*self.rostered, event.person))
            case DutyCheckedIn() | DutyAttested():
                return replace(self, served=self.served | {event.person})
            case DutyMissed():
                return replace(self, missed={**self.missed, event.person: position})
            case DutyMissVoided():
                return replace(self, missed={who: at for who, at in self.missed.items() if who != event.person})

    def check_on_duty(self, person: Ref[Person]) -> None:
        if person not in self.rostered:
            raise NotOnDuty(person, self.duty_on)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def publish(
    duty_roster: New[DutyRoster], venue: Rosters, people: tuple[Person, ...], *, duty_on: date
) -> Iterator[Event]:
    """Publish who is on duty at a venue on a day.
    公布阵地某日值班表。"""
    venue.check_open(duty_on)
    if not people:
        raise NobodyOnDuty(duty_on)
    if duty_on in venue.days:
        raise RosterThere(duty_on)
    yield RosterPublished(duty_roster.id, venue.id, duty_on)
    for person in dict.fromkeys(each.id for each in people):
        yield DutyRostered(duty_roster.id, venue.id, person, duty_on)


@decision(roles={Role.COMMUNITY, Role.BRANCH, Role.GRID_WORKER})
def check_in(duty_roster: DutyRoster, person: Person, *, now: datetime) -> Iterator[Event]:
    """Check in who is on duty, on the day.
    值班当日签到。"""
    duty_roster.check_on_duty(person.id)
    if person.id in duty_roster.served:
        return
    if (today := now.astimezone(CHINA).date()) != duty_roster.duty_on:
        raise NotTheDay(duty_roster.duty_on, today)
    yield DutyCheckedIn(duty_roster.id, person.id, duty_roster.duty_on)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def attest(
    duty_roster: DutyRoster, person: Person, *, attested_reason: Annotated[Confidential, Text(500)], now: datetime
) -> Iterator[Event]:
    """Attest after the day that who was on duty served; that it was missed is then voided.
    补录值班签到，原缺勤登记随之作废。"""
    duty_roster.check_on_duty(person.id)
    check_come(duty_roster.duty_on, now)
    if person.id in duty_roster.served:
        return
    yield DutyAttested(duty_roster.id, person.id, duty_roster.duty_on, attested_reason)
    if position := duty_roster.missed.get(person.id):
        yield DutyMissVoided(Position(position), attested_reason, duty_roster.id, person.id, duty_roster.duty_on)


@decision()
def miss_duties(duty_roster: DutyRoster) -> Iterator[Event]:
    """Record who was on duty and did not check in, once (BR-85).
    登记未签到的值班人员。"""
    for person in duty_roster.rostered:
        if person not in duty_roster.served and person not in duty_roster.missed:
            yield DutyMissed(duty_roster.id, person, duty_roster.duty_on)


@reaction
def watch_duties(event: RosterPublished) -> Iterator[Act]:
    """The day after a duty, who did not check in missed it (Q68).
    值班次日仍未签到的，登记缺勤。"""
    yield act_on(event.duty_on + DAY, miss_duties, duty_roster=event.duty_roster)
