"""Disputes are settled where they arise or go up level by level (Q17)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.events import Confidential, Ref
from domain.execution import Actor
from domain.grants import GrantGiven
from domain.mediations import (
    Level,
    MediationEscalated,
    MediationOpened,
    MediationOver,
    MediationSettled,
    NoHigherLevel,
    begin,
    escalate,
    settle,
)
from domain.periods import AlreadySo, DayAhead, PeriodReversed
from domain.roles import Role
from domain.specification import NOON, Scenario, born, given
from tests.counties import Counties
from tests.county import DAY, G1, GRIDS, LI, days
from tests.hometown import settled

ONE = Ref[Any]("mediation:one")
LATER = NOON + timedelta(days=30)
WHAT, WHY = Confidential("噪声"), Confidential("双方不让步")
GRANT = GrantGiven(Ref("grant:worker"), LI, Role.GRID_WORKER, None, DAY)


def opened(*more: Any) -> Scenario:
    return given(*GRIDS, GRANT, MediationOpened(ONE, G1, None, LI, WHAT, DAY), *more)


def test_a_dispute_begins_in_a_grid() -> None:
    made = given(*GRIDS, GRANT).when(begin, grid=G1, dispute=WHAT, opened=DAY, actor=Actor(LI))
    made.then(MediationOpened(born("mediation"), G1, None, LI, WHAT, DAY))


def test_a_dispute_goes_up_and_never_down() -> None:
    up = opened().when(escalate, mediation=ONE, mediation_level=Level.TOWN, reason=WHY)
    up.then(MediationEscalated(ONE, Level.TOWN, WHY))
    up.when(escalate, mediation=ONE, mediation_level=Level.TOWN, reason=WHY).then()
    up.when(escalate, mediation=ONE, mediation_level=Level.COMMUNITY, reason=WHY).refused(
        NoHigherLevel("TOWN", "COMMUNITY")
    )
    up.when(settle, mediation=ONE, now=LATER, settled=days(3)).then(MediationSettled(ONE, Level.TOWN, days(3)))


def test_a_dispute_is_settled_once_and_not_before_it_began() -> None:
    done = (
        opened()
        .when(settle, mediation=ONE, now=LATER, settled=days(1))
        .then(MediationSettled(ONE, Level.GRID, days(1)))
    )
    done.when(settle, mediation=ONE, now=LATER, settled=days(1)).then()
    done.when(settle, mediation=ONE, now=LATER, settled=days(2)).refused(AlreadySo(days(1)))
    done.when(escalate, mediation=ONE, mediation_level=Level.TOWN, reason=WHY).refused(MediationOver(days(1)))
    opened().when(settle, mediation=ONE, now=LATER, settled=days(31)).refused(DayAhead(days(31), LATER.date()))
    opened().when(settle, mediation=ONE, now=LATER, settled=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_the_share_of_disputes_settled_at_grid_level_q17(wilds: Counties) -> None:
    home = await settled(wilds)
    grid = await home.grid("第一网格", home.buildings[home.compounds[0]])
    worker = await home.acting(Role.GRID_WORKER, grid)
    made = [await worker.do("mediationBegin", grid=grid, dispute="噪声", opened="2025-03-02") for _ in range(3)]
    await worker.do("mediationSettle", mediation=made[0], settled="2025-03-03")
    up = {"mediationLevel": "COMMUNITY", "reason": "调解不成"}
    await worker.do("mediationEscalate", mediation=made[1], **up)
    await home.staff.do("mediationSettle", mediation=made[1], settled="2025-03-09")
    query = """query ($l: ID!) { ledger(code: $l) { mediations(isSettled: true) {
        totalCount groups(by: MEDIATION_LEVEL) { value count } } } }"""
    found = (await home.public.ask(query, l=home.ledger))["ledger"]["mediations"]
    assert found["totalCount"] == 2
    assert {each["value"]: each["count"] for each in found["groups"]} == {"GRID": 1, "COMMUNITY": 1}
    assert await home.read(home.public, "mediations", "dispute", isSettled=False) == [{"dispute": None}]
    await home.far.refused("mediationSettle", "NOT_PERMITTED", mediation=made[2], settled="2025-03-09")
