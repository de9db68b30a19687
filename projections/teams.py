"""Teams as people see them: who serves in a grid's service team, in which role, from when to when."""

from datetime import date
from typing import ClassVar

from domain import grids, people, places, teams
from domain.events import Ref
from domain.teams import TeamRole
from projections.figures import counts
from projections.rows import Changes, Row, around, by, its, new, put


def service(event: teams.ServiceTeamJoined | teams.ServiceTeamLeft) -> str:
    return f"{event.grid}@{event.person}@{event.team_role.name}@{event.since}"


class TeamMember(Row, frozen=True, kw_only=True):
    """A person in a role of a grid's service team, from a date to a date.
    网格服务队伍中的一名成员及其角色。"""

    id: str
    grid: Ref[grids.Grid]
    community: Ref[places.Community] | None
    person: Ref[people.Person]
    team_role: TeamRole
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        teams.ServiceTeamJoined: new(key=service, community=around("community")),
        teams.ServiceTeamLeft: put(key=service, until=its.ended),
    }
    lists: ClassVar = (by("grid"), by("person"), by("team_role"), by("community"))
    orders: ClassVar = ("since",)


counts(
    "serviceTeamRoles",
    "网格服务队伍角色",
    "Roles in service teams",
    TeamMember,
    where=lambda row: row.until is None,
    thing=lambda row: row.team_role.name,
)
