"""Retirements: a grid or micro-grid ends once it covers nothing and nobody and nothing is left in it (BR-60).

Its places have gone to a neighbour, its micro-grids are retired, its posts vacated, its service team has left and its
Party organisation is detached, all by that day: each is an act of its own, on a date of its own. Nothing ends unsaid.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any, Self

from domain.chains import PlaceAttached, PlaceDetached
from domain.coverages import GridCoverageBegan, GridCoverageEnded, GridUncovered
from domain.decisions import decision
from domain.events import Event, Ref
from domain.grids import Grid, GridDelineated, GridRetired, MicroGrid, MicroGridDelineated, MicroGridRetired, check_date
from domain.parties import PartyOrganisation
from domain.people import Person
from domain.posts import Named, PostCorrected, PostFilled, PostVacated, PostVoided, named
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.teams import ServiceTeamJoined, ServiceTeamLeft

__all__ = ["GridStillStaffed", "MicroGridsRemain", "retire", "retire_micro_grid"]

Began = GridCoverageBegan | MicroGridDelineated | PostFilled | ServiceTeamJoined | PlaceAttached
Over = GridCoverageEnded | MicroGridRetired | PostVacated | ServiceTeamLeft | PlaceDetached


class MicroGridsRemain(Refusal):
    """Micro-grids still lie in this grid.
    该网格内仍有微网格。"""

    rule = "BR-60"
    micro_grids: tuple[Ref[MicroGrid], ...]


class GridStillStaffed(Refusal):
    """People hold posts or serve in the team here, or a Party organisation covers it; end that first.
    仍有人员在岗、在队或仍编入党组织，请先办理离岗、离队或脱离。"""

    rule = "BR-60"
    posts: tuple[Ref[Person], ...]
    team: tuple[Ref[Person], ...]
    party_organisations: tuple[Ref[PartyOrganisation], ...]


Inside = tuple[str, Ref[Any], Any]
"""Something inside: what it is, which or who, and in which post or role."""


class Remains(State):
    """What is left in a grid or micro-grid, and the last date on which something in it took effect.
    网格内尚存的事项。"""

    id: Ref[Any]
    inside: tuple[Inside, ...] = ()
    settled: date = date.min
    posts: Mapping[Named, date] = field(default_factory=dict)
    """Of each post that was not voided the day on which it last took effect: when it ended or else began."""
    ended: date | None = None

    def evolve(self, event: GridDelineated | GridRetired | Began | Over | PostCorrected | PostVoided) -> Self:
        match event:
            case GridDelineated() | MicroGridDelineated(micro_grid=self.id):
                return replace(self, settled=event.since)
            case GridRetired() | MicroGridRetired(micro_grid=self.id):
                return replace(self, ended=event.ended)
            case PostFilled(seat=seat) | PostVacated(seat=seat) | PostCorrected(seat=seat) | PostVoided(seat=seat) if (
                seat != self.id
            ):
                return self  # a micro-grid's events also carry its grid's tag
            case PostCorrected() | PostVoided():
                return self._amended(event)
        thing, on = _inside(event), event.since if isinstance(event, Began) else event.ended
        others = tuple(each for each in self.inside if each != thing)
        inside = (*others, thing) if isinstance(event, Began) else others
        if isinstance(event, PostFilled | PostVacated):
            return replace(self, inside=inside, posts={**self.posts, named(event): on})
        return replace(self, inside=inside, settled=max(self.settled, on))

    @property
    def latest(self) -> date:
        return max(self.settled, *self.posts.values(), date.min)

    def _amended(self, event: PostCorrected | PostVoided) -> Self:
        """A post that has ended took effect last on that day, whenever it began."""
        post = "post", event.person, named(event)
        if isinstance(event, PostCorrected):
            return replace(self, posts={**self.posts, named(event): event.since}) if post in self.inside else self
        posts = {which: on for which, on in self.posts.items() if which != named(event)}
        return replace(self, posts=posts, inside=tuple(each for each in self.inside if each != post))

    def left(self, *whats: str) -> tuple[Ref[Any], ...]:
        return tuple(ref for what, ref, _ in self.inside if what in whats)


class GridRemains(Remains):
    """What is left in a grid.
    网格内尚存的事项。"""

    id: Ref[Grid]


class MicroGridRemains(Remains):
    """What is left in a micro-grid.
    微网格内尚存的事项。"""

    id: Ref[MicroGrid]


@decision(roles={Role.TOWN, Role.COMMUNITY})
def retire(grid: GridRemains, *, ended: date) -> Iterator[Event]:
    """Retire a grid in which nothing is left.
    撤销场所、微网格、人员与党组织均已离开的网格。"""
    if places := grid.left("place"):
        raise GridUncovered(grid.id, places)
    if micro_grids := grid.left("micro_grid"):
        raise MicroGridsRemain(micro_grids)
    if _is_over(grid, ended):
        yield GridRetired(grid.id, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY})
def retire_micro_grid(micro_grid: MicroGridRemains, *, ended: date) -> Iterator[Event]:
    """Retire a micro-grid that has no leader any more.
    撤销微网格长已离岗的微网格。"""
    if _is_over(micro_grid, ended):
        yield MicroGridRetired(micro_grid.id, ended)


def _is_over(remains: Remains, ended: date) -> bool:
    """Whether it ends now; it may have ended that very day, or may not end yet."""
    if remains.inside:
        raise GridStillStaffed(remains.left("post"), remains.left("team"), remains.left("organisation"))
    if remains.ended != ended:
        check_date(ended, remains.latest, remains.ended)
    return remains.ended is None


def _inside(event: Began | Over) -> Inside:
    match event:
        case GridCoverageBegan() | GridCoverageEnded():
            return "place", event.place, None
        case MicroGridDelineated() | MicroGridRetired():
            return "micro_grid", event.micro_grid, None
        case PostFilled() | PostVacated():
            return "post", event.person, named(event)
        case ServiceTeamJoined() | ServiceTeamLeft():
            return "team", event.person, event.team_role
        case PlaceAttached() | PlaceDetached():
            return "organisation", event.party_organisation, None
