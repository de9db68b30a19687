"""A leading group has one chair at a time (X10, BR-67)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.headships import (
    ChairAppointed,
    ChairLeft,
    ChairTaken,
    ChairTooEarly,
    LeadingGroupEstablished,
    NotInChair,
    appoint_chair,
    end_chair,
    establish,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, born, given
from tests.counties import Counties
from tests.county import COUNTY, DAY, LI, WANG, days
from tests.hometown import settled

GROUP = Ref[Any]("leading_group:g")


def group(*more: Any) -> Scenario:
    return given(*COUNTY, LeadingGroupEstablished(GROUP, "领导小组", DAY), *more)


def test_a_group_is_established_and_gets_a_chair_once() -> None:
    given(*COUNTY).when(establish, name="领导小组", since=DAY).then(
        LeadingGroupEstablished(born("leading_group"), "领导小组", DAY)
    )
    chaired = group().when(appoint_chair, leading_group=GROUP, person=WANG, since=DAY)
    chaired.then(ChairAppointed(GROUP, WANG, DAY))
    chaired.when(appoint_chair, leading_group=GROUP, person=WANG, since=DAY).then()
    chaired.when(appoint_chair, leading_group=GROUP, person=WANG, since=days(1)).refused(AlreadySo(DAY))
    chaired.when(appoint_chair, leading_group=GROUP, person=LI, since=days(1)).refused(ChairTaken(WANG, DAY))
    group().when(appoint_chair, leading_group=GROUP, person=WANG, since=days(-1)).refused(ChairTooEarly(DAY))


def test_a_chair_gives_way_the_same_day_br_67() -> None:
    held = group(ChairAppointed(GROUP, WANG, DAY))
    passed = held.when(appoint_chair, leading_group=GROUP, person=LI, replacing=WANG, since=days(5))
    passed.then(ChairLeft(GROUP, WANG, DAY, days(5)), ChairAppointed(GROUP, LI, days(5)))
    left = held.when(end_chair, leading_group=GROUP, person=WANG, ended=days(5))
    left.then(ChairLeft(GROUP, WANG, DAY, days(5))).when(
        end_chair, leading_group=GROUP, person=WANG, ended=days(5)
    ).then()
    left.when(end_chair, leading_group=GROUP, person=WANG, ended=days(6)).refused(NotInChair(WANG))
    left.when(appoint_chair, leading_group=GROUP, person=LI, since=days(4)).refused(ChairTaken(WANG, DAY))
    held.when(end_chair, leading_group=GROUP, person=LI, ended=days(5)).refused(NotInChair(LI))
    held.when(end_chair, leading_group=GROUP, person=WANG, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.xdist_group("wilds")
async def test_who_chaired_the_group_on_a_day_x10(wilds: Counties) -> None:
    """X10: who chaired the group on a day?"""
    home = await settled(wilds)
    made = await home.county.do("leadingGroupEstablish", ledger=home.ledger, name="领导小组", since="2024-01-01")
    one, two = await home.person("甲"), await home.person("乙")
    await home.county.do("leadingGroupAppointChair", leadingGroup=made, person=one, since="2024-01-01")
    await home.county.do("leadingGroupAppointChair", leadingGroup=made, person=two, replacing=one, since="2025-01-01")
    for on, who in (("2024-12-31", one), ("2025-01-01", two)):
        assert await home.rows("chairs", "person { id }", leadingGroup=made, asOf=on) == [{"person": {"id": who}}]
    assert await home.read(home.public, "chairs", "person { id }", asOf="2025-01-01") == [{"person": None}]
    later = {"leadingGroup": made, "person": one, "since": "2026-01-01"}
    await home.county.refused("leadingGroupAppointChair", "CHAIR_TAKEN", **later)
    await home.town.refused("leadingGroupAppointChair", "NOT_PERMITTED", **later)
