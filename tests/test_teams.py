"""People serve in a grid's service team, each in one or more of six roles."""

from dataclasses import replace
from typing import Any

import pytest

from domain.events import Confidential, Position
from domain.grids import EffectiveDateOrder, GridOver, GridRetired
from domain.periods import AlreadySo, PeriodReversed
from domain.posts import NotInPost, PostFilled, PostKind, PostVacated, PostVoided
from domain.reactions import act
from domain.specification import given
from domain.teams import (
    BY_POST,
    OF_POST,
    NotInTeam,
    ServiceTeamJoined,
    ServiceTeamLeft,
    TeamRole,
    follow_post,
    join_team,
    leave_team,
    leave_with_post,
)
from tests.county import DAY, G1, G2, GRIDS, LI, LIES_IN_C1, WANG, days


@pytest.mark.parametrize("role", list(TeamRole))
def test_a_person_joins_a_team_in_a_role_once(role: TeamRole) -> None:
    post = [PostFilled(G1, WANG, OF_POST[role], full_time=False, since=DAY)] if role in OF_POST else []
    joined = given(*GRIDS, *post).when(join_team, grid=G1, person=WANG, team_role=role, since=DAY)
    joined.then(ServiceTeamJoined(G1, WANG, role, DAY)).tagged({G1, WANG, *LIES_IN_C1})
    joined.when(join_team, grid=G1, person=WANG, team_role=role, since=DAY).then()
    joined.when(join_team, grid=G1, person=WANG, team_role=role, since=days(1)).refused(AlreadySo(DAY))


@pytest.mark.parametrize("role", OF_POST)
def test_a_role_that_goes_with_a_post_is_for_who_holds_it_q54(role: TeamRole) -> None:
    wish: dict[str, Any] = {"grid": G1, "person": WANG, "team_role": role, "since": DAY}
    given(*GRIDS).when(join_team, **wish).refused(NotInPost(WANG, G1))
    filled = PostFilled(G1, WANG, OF_POST[role], full_time=False, since=DAY)
    left = given(*GRIDS, filled, PostVacated(G1, WANG, OF_POST[role], DAY, days(1)))
    left.when(join_team, **wish).refused(NotInPost(WANG, G1))
    later = PostFilled(G1, WANG, OF_POST[role], full_time=False, since=days(1))
    given(*GRIDS, later).when(join_team, **wish).refused(NotInPost(WANG, G1))


def test_roles_grids_and_persons_are_told_apart() -> None:
    joined = given(*GRIDS, ServiceTeamJoined(G1, WANG, TeamRole.VOLUNTEER, DAY))
    for grid, person, role in (
        (G1, WANG, TeamRole.PARTY_MEMBER),
        (G1, LI, TeamRole.VOLUNTEER),
        (G2, WANG, TeamRole.VOLUNTEER),
    ):
        another = joined.when(join_team, grid=grid, person=person, team_role=role, since=DAY)
        another.then(ServiceTeamJoined(grid, person, role, DAY))


def test_a_person_leaves_a_role_once_and_may_come_back() -> None:
    joined = given(
        *GRIDS,
        ServiceTeamJoined(G1, WANG, TeamRole.VOLUNTEER, DAY),
        ServiceTeamJoined(G1, WANG, TeamRole.CHECKER, DAY),
    )
    left = joined.when(leave_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, ended=days(3))
    left.then(ServiceTeamLeft(G1, WANG, TeamRole.VOLUNTEER, DAY, days(3)))
    left.when(leave_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, ended=days(3)).then()
    left.when(leave_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, ended=days(4)).refused(AlreadySo(days(3)))
    left.when(join_team, grid=G1, person=WANG, team_role=TeamRole.CHECKER, since=DAY).then()
    overlap = left.when(join_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, since=days(2))
    overlap.refused(EffectiveDateOrder(days(2), days(3)))
    left.when(join_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, since=days(4)).then(
        ServiceTeamJoined(G1, WANG, TeamRole.VOLUNTEER, days(4))
    )


def test_nobody_leaves_a_team_before_joining_it() -> None:
    joined = given(*GRIDS, ServiceTeamJoined(G1, WANG, TeamRole.VOLUNTEER, DAY))
    early = joined.when(leave_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, ended=days(-1))
    early.refused(PeriodReversed(DAY, days(-1)))


def test_only_who_serves_in_a_team_leaves_it() -> None:
    joined = given(*GRIDS, ServiceTeamJoined(G1, WANG, TeamRole.VOLUNTEER, DAY))
    other = joined.when(leave_team, grid=G1, person=LI, team_role=TeamRole.VOLUNTEER, ended=days(1))
    other.refused(NotInTeam(LI, G1))


def test_nobody_joins_the_team_of_a_grid_that_is_over_or_not_there_yet_br_60() -> None:
    grids = given(*GRIDS, GridRetired(G2, days(5)))
    late = grids.when(join_team, grid=G2, person=WANG, team_role=TeamRole.VOLUNTEER, since=days(9))
    late.refused(GridOver(days(5)))
    early = grids.when(join_team, grid=G1, person=WANG, team_role=TeamRole.VOLUNTEER, since=days(-1))
    early.refused(EffectiveDateOrder(days(-1), DAY))


@pytest.mark.parametrize("kind", BY_POST)
def test_who_leaves_a_post_leaves_the_team_in_that_role_and_in_no_other_q54(kind: PostKind) -> None:
    left = given(
        *GRIDS,
        PostFilled(G1, WANG, kind, full_time=True, since=DAY),
        ServiceTeamJoined(G1, WANG, BY_POST[kind], days(1)),
        ServiceTeamJoined(G1, WANG, TeamRole.VOLUNTEER, days(1)),
        PostVacated(G1, WANG, kind, DAY, days(9)),
    ).when(leave_with_post, grid=G1, person=WANG, post_kind=kind, ended=days(9))
    left.then(ServiceTeamLeft(G1, WANG, BY_POST[kind], days(1), days(9))).tagged({G1, WANG, *LIES_IN_C1})
    left.when(leave_with_post, grid=G1, person=WANG, post_kind=kind, ended=days(9)).then()


@pytest.mark.parametrize("kind", PostKind)
def test_the_team_follows_the_post_that_was_left_or_never_held_q54(kind: PostKind) -> None:
    """Not one that was over already when it was voided: its holder left the team then."""
    vacated = PostVacated(G1, WANG, kind, DAY, days(9))
    voided = PostVoided(Position(1), Confidential("误登"), G1, WANG, kind, None, DAY, None)
    wish = {"grid": G1, "person": WANG, "post_kind": kind}
    followed = kind in BY_POST
    assert list(follow_post(vacated)) == ([act(leave_with_post, **wish, ended=days(9))] if followed else [])
    assert list(follow_post(voided)) == ([act(leave_with_post, **wish, ended=DAY)] if followed else [])
    assert list(follow_post(replace(voided, until=days(9)))) == []


def test_who_takes_the_post_up_again_the_same_day_stays_in_the_team_q54() -> None:
    kind = PostKind.GRID_WORKER
    part_time = given(
        *GRIDS,
        PostFilled(G1, WANG, kind, full_time=True, since=DAY),
        ServiceTeamJoined(G1, WANG, TeamRole.GRID_WORKER, DAY),
        PostVacated(G1, WANG, kind, DAY, days(9)),
        PostFilled(G1, WANG, kind, full_time=False, since=days(9)),
    )
    part_time.when(leave_with_post, grid=G1, person=WANG, post_kind=kind, ended=days(9)).then()


def test_who_is_not_in_the_team_has_nothing_to_leave_q54() -> None:
    kind = PostKind.CHECKER
    alone = given(*GRIDS, PostVacated(G1, WANG, kind, DAY, days(9)))
    alone.when(leave_with_post, grid=G1, person=WANG, post_kind=kind, ended=days(9)).then()


def test_nobody_leaves_a_team_before_having_joined_it_q54() -> None:
    joined = given(*GRIDS, ServiceTeamJoined(G1, WANG, TeamRole.CHECKER, days(12)))
    left = joined.when(leave_with_post, grid=G1, person=WANG, post_kind=PostKind.CHECKER, ended=days(9))
    left.then(ServiceTeamLeft(G1, WANG, TeamRole.CHECKER, days(12), days(12)))
