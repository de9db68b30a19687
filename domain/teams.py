"""Teams: who serves in a grid's service team, and in which of its six roles.

Nobody is appointed to a team: members, workers, leaders, checkers and volunteers join it and leave it, and one person
may serve in several roles. Who leaves the post of leader, worker or checker, or never held it, leaves the team in that
role (Q54).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import decision
from domain.events import Event, Ref
from domain.grids import Grid, check_date
from domain.people import Person
from domain.periods import check_same, in_order
from domain.posts import GridPosts, NotInPost, PostKind, PostVacated, PostVoided
from domain.reactions import Act, act, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    team_role=("The role in the service team.", "服务队伍中的角色。"),
    membership=("What the person is in the team already.", "该人员在队伍中的现有角色。"),
)


class TeamRole(Labelled):
    """A role in a grid's service team.
    网格服务队伍角色。"""

    PARTY_MEMBER = "Party member", "党员"
    GRID_LEADER = "Grid leader", "网格长"
    GRID_WORKER = "Grid worker", "网格员"
    CHECKER = "Grid checker", "排查员"
    BUILDING_LEADER = "Building leader", "楼栋长"
    VOLUNTEER = "Volunteer", "志愿者"


BY_POST = {
    PostKind.GRID_LEADER: TeamRole.GRID_LEADER,
    PostKind.GRID_WORKER: TeamRole.GRID_WORKER,
    PostKind.CHECKER: TeamRole.CHECKER,
}
"""The roles that go with a post."""
OF_POST = {role: kind for kind, role in BY_POST.items()}


class ServiceTeamJoined(Event):
    """A person serves in a grid's service team from a date on.
    加入网格服务队伍。"""

    grid: Ref[Grid]
    person: Ref[Person]
    team_role: TeamRole
    since: date


class ServiceTeamLeft(Event):
    """A person who served in a grid's service team since one date leaves it on another.
    退出网格服务队伍。"""

    grid: Ref[Grid]
    person: Ref[Person]
    team_role: TeamRole
    since: date
    ended: date


class NotInTeam(Refusal):
    """This person does not serve in this team in this role.
    该人员未以此角色加入该队伍。"""

    person: Ref[Person]
    grid: Ref[Grid]


class Membership(State):
    """The roles of one person in the service team of one grid, and since when; the former ones, and until when.
    某人在某网格服务队伍中的角色。"""

    grid: Ref[Grid]
    person: Ref[Person]
    roles: tuple[tuple[TeamRole, date], ...] = ()
    former: tuple[tuple[TeamRole, date], ...] = ()

    def evolve(self, event: ServiceTeamJoined | ServiceTeamLeft) -> "Membership":
        others = tuple(held for held in self.roles if held[0] is not event.team_role)
        match event:
            case ServiceTeamJoined():
                return replace(self, roles=(*others, (event.team_role, event.since)))
            case ServiceTeamLeft():
                former = dict(self.former) | {event.team_role: event.ended}
                return replace(self, roles=others, former=tuple(former.items()))


@decision(roles={Role.COMMUNITY, Role.BRANCH, Role.GRID_WORKER})
def join_team(
    grid: GridPosts, person: Person, membership: Membership, *, team_role: TeamRole, since: date
) -> Iterator[Event]:
    """Add a person to a grid's service team in a role; the roles that go with a post, whoever holds it.
    加入网格服务队伍；与岗位对应的角色限在岗人员。"""
    held, left = dict(membership.roles).get(team_role), dict(membership.former).get(team_role, date.min)
    if held is not None:
        check_same(since, held)
        return
    check_date(since, max(grid.since, left), grid.retired)
    if kind := OF_POST.get(team_role):
        post = grid.present(kind, person.id)
        if post is None or since < post.since:
            raise NotInPost(person.id, grid.id)
    yield ServiceTeamJoined(grid.id, person.id, team_role, since)


@decision(roles={Role.COMMUNITY, Role.BRANCH, Role.GRID_WORKER})
def leave_team(
    grid: Grid, person: Person, membership: Membership, *, team_role: TeamRole, ended: date
) -> Iterator[Event]:
    """Record that a person leaves a role in a grid's service team.
    退出网格服务队伍。"""
    since, left = dict(membership.roles).get(team_role), dict(membership.former).get(team_role)
    if since is None:
        if left is None:
            raise NotInTeam(person.id, grid.id)
        check_same(ended, left)
        return
    in_order(since, ended)
    yield ServiceTeamLeft(grid.id, person.id, team_role, since, ended)


@decision()
def leave_with_post(
    grid: GridPosts, person: Person, membership: Membership, *, post_kind: PostKind, ended: date
) -> Iterator[Event]:
    """Record that who left a post of a grid left its service team in that role.
    离岗人员同时退出网格服务队伍中的相应角色。"""
    team_role = BY_POST[post_kind]
    since = dict(membership.roles).get(team_role)
    if since is not None and grid.present(post_kind, person.id) is None:
        yield ServiceTeamLeft(grid.id, person.id, team_role, since, max(since, ended))


@reaction
def follow_post(event: PostVacated | PostVoided) -> Iterator[Act]:
    """The team is made of those who hold the posts (Q54): who leaves one, or never held it, leaves it in that role.
    服务队伍由在岗人员组成：离岗或任岗被作废的，退出相应角色。"""
    ended = event.ended if isinstance(event, PostVacated) else event.since
    past = isinstance(event, PostVoided) and event.until is not None
    if event.post_kind in BY_POST and not past:
        left = {"grid": event.seat, "person": event.person}
        yield act(leave_with_post, **left, post_kind=event.post_kind, ended=ended)
