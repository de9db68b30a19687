"""A person is in the reserve of one community at a time, until promoted or removed (X29, BR-67)."""

from datetime import date

import pytest

from domain.periods import AlreadySo, PeriodReversed
from domain.reserves import (
    InAnotherReserve,
    NotInReserve,
    ReserveCadreAdded,
    ReserveCadreLeft,
    ReserveEnd,
    add_to_reserve,
    remove_from_reserve,
)
from domain.specification import given
from tests.county import C1, C2, COUNTY, DAY, WANG, days

ADDED = ReserveCadreAdded(WANG, C1, DAY)
LEFT = ReserveCadreLeft(WANG, C1, ReserveEnd.PROMOTED, DAY, days(9))


def test_a_person_is_in_the_reserve_of_one_community_br_67() -> None:
    added = given(*COUNTY).when(add_to_reserve, community=C1, person=WANG, since=DAY).then(ADDED)
    added.when(add_to_reserve, community=C1, person=WANG, since=DAY).then()
    added.when(add_to_reserve, community=C1, person=WANG, since=days(1)).refused(AlreadySo(DAY))
    added.when(add_to_reserve, community=C2, person=WANG, since=DAY).refused(InAnotherReserve(C1, DAY))


@pytest.mark.parametrize("how", ReserveEnd)
def test_a_person_leaves_a_reserve_once(how: ReserveEnd) -> None:
    out = given(*COUNTY, ADDED).when(remove_from_reserve, community=C1, person=WANG, reserve_end=how, ended=days(9))
    out.then(ReserveCadreLeft(WANG, C1, how, DAY, days(9)))
    out.when(remove_from_reserve, community=C1, person=WANG, reserve_end=how, ended=days(9)).then()
    out.when(remove_from_reserve, community=C1, person=WANG, reserve_end=how, ended=days(8)).refused(NotInReserve(C1))
    early = given(*COUNTY, ADDED).when(remove_from_reserve, community=C1, person=WANG, reserve_end=how, ended=days(-1))
    early.refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.parametrize(("since", "fits"), [(days(8), False), (days(9), True)])
def test_who_left_may_join_another_reserve_from_that_day_on(since: date, *, fits: bool) -> None:
    again = given(*COUNTY, ADDED, LEFT).when(add_to_reserve, community=C2, person=WANG, since=since)
    if fits:
        again.then(ReserveCadreAdded(WANG, C2, since))
    else:
        again.refused(InAnotherReserve(C1, DAY))
