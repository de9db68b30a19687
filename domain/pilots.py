"""Pilots: where something is tried first, from a date until it ends (Q63)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, decision
from domain.events import Event, Ref
from domain.periods import in_order
from domain.places import Community
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(pilot=("The pilot.", "试点。"))


class PilotDesignated(Event):
    """A community tries something first.
    确定试点社区。"""

    pilot: Ref["Pilot"]
    community: Ref[Community]
    name: str
    keywords: tuple[str, ...]
    since: date


class PilotEnded(Event):
    """A pilot that ran since one date ended on another.
    试点结束。"""

    pilot: Ref["Pilot"]
    community: Ref[Community]
    since: date
    ended: date


class PilotOver(Refusal):
    """This pilot ended on {ended}.
    该试点已于 {ended} 结束。"""

    ended: date


class Pilot(State, within=Community):
    """A pilot in a community.
    社区试点。"""

    id: Ref["Pilot"]
    community: Ref[Community] = Ref()
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: PilotDesignated | PilotEnded) -> "Pilot":
        if isinstance(event, PilotEnded):
            return replace(self, ended=event.ended)
        return replace(self, community=event.community, since=event.since)


@decision(roles={Role.COUNTY, Role.TOWN})
def designate(
    pilot: New[Pilot], community: Community, *, name: str, keywords: tuple[str, ...] = (), since: date
) -> Iterator[Event]:
    """Have a community try something first.
    确定社区为试点。"""
    yield PilotDesignated(pilot.id, community.id, name, keywords, since)


@decision(roles={Role.COUNTY, Role.TOWN})
def end(pilot: Pilot, *, ended: date) -> Iterator[Event]:
    """End a pilot.
    结束试点。"""
    if pilot.ended == ended:
        return
    if pilot.ended is not None:
        raise PilotOver(pilot.ended)
    in_order(pilot.since, ended)
    yield PilotEnded(pilot.id, pilot.community, pilot.since, ended)
