"""Reporters: riders, couriers and others in new forms of work who report what they see in a community (X50).

Who they are is known to staff only, and where they go is not kept at all (BR-72).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Audience, Event, Ref
from domain.people import Person
from domain.periods import Spells, check_same, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(new_work=("The new form of work that the person does.", "新就业形态类别。"))


class NewWork(Labelled):
    """A new form of work.
    新就业形态。"""

    RIDER = "Food-delivery rider", "外卖骑手"
    COURIER = "Courier", "快递员"
    DRIVER = "Ride-hailing driver", "网约车司机"
    OTHER = "Another", "其他"


class ReporterEnrolled(Event, audience=Audience.STAFF):
    """A person reports for a community from a date on.
    聘任社区流动观察员。"""

    community: Ref[Community]
    person: Ref[Person]
    new_work: NewWork
    since: date


class ReporterWithdrawn(Event, audience=Audience.STAFF):
    """A person who reported for a community since one date no longer does from another on.
    解聘社区流动观察员。"""

    community: Ref[Community]
    person: Ref[Person]
    since: date
    ended: date


class ReporterThen(Refusal):
    """This person reports for the community since {since}, on days that would be counted twice.
    该人员自 {since} 起已是该社区流动观察员，时期重叠。"""

    since: date
    until: date | None


class NotReporter(Refusal):
    """This person does not report for the community.
    该人员不是该社区的流动观察员。"""

    community: Ref[Community]


class Reporting(State):
    """When a person reported for a community.
    某人任某社区流动观察员的时期。"""

    community: Ref[Community]
    person: Ref[Person]
    spells: Spells = Spells()

    def evolve(self, event: ReporterEnrolled | ReporterWithdrawn) -> "Reporting":
        if isinstance(event, ReporterEnrolled):
            return replace(self, spells=self.spells.begun(event.person, event.since))
        return replace(self, spells=self.spells.over(event.person, event.since, event.ended))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def enrol_reporter(
    community: Community, person: Person, reporting: Reporting, *, new_work: NewWork, since: date
) -> Iterator[Event]:
    """Enrol a person in a new form of work as a mobile reporter of a community.
    聘任新就业群体人员为社区流动观察员。"""
    if held := reporting.spells.present(person.id):
        check_same(since, held.since)
        return
    if other := reporting.spells.in_the_way(person.id, since):
        raise ReporterThen(other.since, other.until)
    yield ReporterEnrolled(community.id, person.id, new_work, since)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def withdraw_reporter(community: Community, person: Person, reporting: Reporting, *, ended: date) -> Iterator[Event]:
    """Record that a mobile reporter no longer reports for a community.
    解聘社区流动观察员。"""
    held = reporting.spells.present(person.id)
    if held is None:
        if not reporting.spells.ended(person.id, ended):
            raise NotReporter(community.id)
        return
    in_order(held.since, ended)
    yield ReporterWithdrawn(community.id, person.id, held.since, ended)
