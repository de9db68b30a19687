"""Visits: one person is paired with another who needs help, and visits at home by a rhythm of days (Q13).

Who is helped is known to staff only, and what a visit found is sealed. A visit that was not made by its last day is
recorded as missed, once; if it is entered only later that there was one by then, nothing is overdue any more.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from domain.decisions import New, NumberUnfit, Past, Text, decision
from domain.events import Audience, Event, Personal, Purpose, Ref
from domain.people import Person
from domain.periods import AlreadySo, check_same, in_order
from domain.places import Community
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    helping=("The pairing of one who helps with one who needs help.", "一对一结对帮扶。"),
    visitor=("The person who helps and visits.", "结对帮扶人。"),
    visit_days=("By how many days the next visit is due.", "上门走访间隔天数。"),
    visited_on=("The day of the visit.", "走访日期。"),
    visit_note=("What the visit found.", "走访记录。"),
    visit_due=("The last day for the next visit.", "下次走访的最后日期。"),
)

LONGEST = 366


class HomeCare(Purpose):
    """To help somebody at home.
    上门帮扶。"""


class HelpPaired(Event, audience=Audience.STAFF):
    """Somebody is paired with a person who needs help.
    一对一结对帮扶。"""

    helping: Ref["Helping"]
    person: Ref[Person]
    visitor: Ref[Person]
    community: Ref[Community]
    visit_days: int
    since: date
    visit_due: date


class HomeVisited(Event, audience=Audience.STAFF):
    """Who needs help was visited at home.
    上门走访。"""

    helping: Ref["Helping"]
    person: Ref[Person]
    visited_on: date
    visit_due: date
    visit_note: Personal[HomeCare] | None = None


class HomeVisitMissed(Event, audience=Audience.STAFF):
    """The last day for a visit went by without one.
    逾期未走访。"""

    helping: Ref["Helping"]
    visit_due: date


class HelpEnded(Event, audience=Audience.STAFF):
    """A pairing for help ended.
    终止结对帮扶。"""

    helping: Ref["Helping"]
    ended: date


class HelperUnfit(Refusal):
    """Nobody is paired with himself or herself.
    不能与本人结对。"""

    visitor: Ref[Person]


class HelpNotInForce(Refusal):
    """The pairing holds from {since}, and no longer from {ended}.
    该结对自 {since} 起，至 {ended} 止。"""

    since: date
    ended: date | None


class Helping(State, within=Community):
    """A pairing of one who helps with one who needs help.
    一对一结对帮扶。"""

    id: Ref["Helping"]
    person: Ref[Person] = Ref()
    visit_days: int = 0
    since: date = date.min
    ended: date | None = None
    latest: date = date.min
    days: frozenset[date] = frozenset()
    due: date = date.max
    missed: date | None = None

    def evolve(self, event: HelpPaired | HomeVisited | HomeVisitMissed | HelpEnded) -> "Helping":
        match event:
            case HelpPaired():
                begun = replace(self, person=event.person, visit_days=event.visit_days, since=event.since)
                return replace(begun, due=event.visit_due)
            case HomeVisited():
                days = self.days | {event.visited_on}
                return replace(self, latest=max(self.latest, event.visited_on), days=days, due=event.visit_due)
            case HomeVisitMissed():
                return replace(self, missed=event.visit_due)
            case HelpEnded():
                return replace(self, ended=event.ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def pair(
    helping: New[Helping], person: Person, visitor: Person, community: Community, *, visit_days: int, since: date
) -> Iterator[Event]:
    """Pair somebody with a person of the community who needs help, to be visited every so many days.
    一对一结对帮扶，按间隔天数上门走访。"""
    if person.id == visitor.id:
        raise HelperUnfit(visitor.id)
    if not 1 <= visit_days <= LONGEST:
        raise NumberUnfit("visit_days", visit_days, LONGEST)
    due = since + timedelta(visit_days)
    yield HelpPaired(helping.id, person.id, visitor.id, community.id, visit_days, since, due)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.GRID_WORKER})
def log_visit(
    helping: Helping,
    *,
    visited_on: Past,
    visit_note: Annotated[Personal[HomeCare], Text(1000)] | None = None,
) -> Iterator[Event]:
    """Log a visit at home, one a day, with a note that is sealed; the next is due by the rhythm from the latest.
    登记上门走访，走访记录加密保存。"""
    if visited_on < helping.since or (helping.ended is not None and helping.ended <= visited_on):
        raise HelpNotInForce(helping.since, helping.ended)
    if visited_on in helping.days:
        if visit_note is not None:  # what is sealed cannot be compared
            raise AlreadySo(visited_on)
        return
    due = max(helping.latest, visited_on) + timedelta(helping.visit_days)
    yield HomeVisited(helping.id, helping.person, visited_on, due, visit_note)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def end(helping: Helping, *, ended: date) -> Iterator[Event]:
    """End a pairing for help.
    终止结对帮扶。"""
    if helping.ended is not None:
        check_same(ended, helping.ended)
        return
    in_order(max(helping.since, helping.latest), ended)
    yield HelpEnded(helping.id, ended)


@decision()
def miss_visit(helping: Helping, *, visit_due: date) -> Iterator[Event]:
    """Record that a visit was not made by its last day.
    登记逾期未走访。"""
    over = helping.ended is not None and helping.ended <= visit_due
    if helping.due == visit_due and helping.missed != visit_due and not over:
        yield HomeVisitMissed(helping.id, visit_due)


@reaction
def watch_visits(event: HelpPaired | HomeVisited) -> Iterator[Act]:
    """The day after a visit was due it is missed, unless there was one since (Q13).
    到期次日仍未走访的，登记逾期。"""
    yield act_on(event.visit_due + timedelta(1), miss_visit, helping=event.helping, visit_due=event.visit_due)
