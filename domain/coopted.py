"""Co-opted: leaders of resident units sit part-time on a community's committee, for a term and without a vote (X83)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Event, Ref
from domain.pairings import Partner, UnitKindUnfit
from domain.people import Person
from domain.periods import PeriodReversed, Spells, in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit, UnitKind


class PartTimeMemberCoOpted(Event):
    """A resident unit's leader joins a community's committee part-time, for a term.
    聘任社区党组织兼职委员。"""

    community: Ref[Community]
    person: Ref[Person]
    unit: Ref[PartnerUnit]
    since: date
    until: date | None


class PartTimeMemberRetired(Event):
    """A part-time member leaves a community's committee before the end of the term.
    兼职委员提前卸任。"""

    community: Ref[Community]
    person: Ref[Person]
    since: date
    ended: date


class AlreadyCoOpted(Refusal):
    """This person is a part-time member of the committee from {since} to {until}.
    该人员自 {since} 起已是兼职委员，任期至 {until}。"""

    since: date
    until: date | None


class NotCoOpted(Refusal):
    """This person is no part-time member of the committee that day.
    该人员当日不是兼职委员。"""

    community: Ref[Community]


class CoOption(State):
    """The terms of a person as a part-time member of a community's committee.
    某人在某社区任兼职委员的任期。"""

    community: Ref[Community]
    person: Ref[Person]
    terms: Spells = Spells()

    def evolve(self, event: PartTimeMemberCoOpted | PartTimeMemberRetired) -> "CoOption":
        if isinstance(event, PartTimeMemberCoOpted):
            return replace(self, terms=self.terms.begun(event.community, event.since, event.until))
        return replace(self, terms=self.terms.over(event.community, event.since, event.ended))


@decision(roles={Role.TOWN, Role.COMMUNITY})
def co_opt_part_time(
    community: Community, person: Person, unit: Partner, terms: CoOption, *, since: date, until: date
) -> Iterator[Event]:
    """Co-opt a resident unit's leader to a community's committee as a part-time member without a vote.
    聘任驻区单位负责人为社区兼职委员（不享表决权）。"""
    unit.check_exists()
    if unit.kind is not UnitKind.RESIDENT_UNIT:
        raise UnitKindUnfit(unit.kind.name, (UnitKind.RESIDENT_UNIT.name,))
    if until <= since:
        raise PeriodReversed(since, until)
    for held in terms.terms:
        if (held.since, held.until) == (since, until):
            return
        if held.overlaps(since, until) or held.since == since:
            raise AlreadyCoOpted(held.since, held.until)
    yield PartTimeMemberCoOpted(community.id, person.id, unit.id, since, until)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def retire_part_time(community: Community, person: Person, terms: CoOption, *, ended: date) -> Iterator[Event]:
    """Retire a part-time member of a community's committee before the end of the term.
    兼职委员提前卸任。"""
    if terms.terms.ended(community.id, ended):
        return
    held = terms.terms.on(ended)
    if held is None:
        raise NotCoOpted(community.id)
    in_order(held.since, ended)
    yield PartTimeMemberRetired(community.id, person.id, held.since, ended)
