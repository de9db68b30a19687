"""Who works as rider or courier may report for a community from a day to a day (X50)."""

from typing import Any

import pytest

from domain.periods import AlreadySo, PeriodReversed
from domain.reporters import (
    NewWork,
    NotReporter,
    ReporterEnrolled,
    ReporterThen,
    ReporterWithdrawn,
    enrol_reporter,
    withdraw_reporter,
)
from domain.specification import given
from tests.counties import Counties
from tests.county import C1, C2, COUNTY, DAY, WANG, days
from tests.hometown import settled

WISH: dict[str, Any] = {"community": C1, "person": WANG, "new_work": NewWork.RIDER}
LEAVES: dict[str, Any] = {"community": C1, "person": WANG}


def test_a_reporter_is_enrolled_and_withdrawn_once() -> None:
    held = given(*COUNTY).when(enrol_reporter, **WISH, since=DAY)
    held.then(ReporterEnrolled(C1, WANG, NewWork.RIDER, DAY))
    held.when(enrol_reporter, **WISH, since=DAY).then()
    held.when(enrol_reporter, **WISH, since=days(1)).refused(AlreadySo(DAY))
    held.when(withdraw_reporter, **LEAVES, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    gone = held.when(withdraw_reporter, **LEAVES, ended=days(5)).then(ReporterWithdrawn(C1, WANG, DAY, days(5)))
    gone.when(withdraw_reporter, **LEAVES, ended=days(5)).then()
    gone.when(withdraw_reporter, **LEAVES, ended=days(6)).refused(NotReporter(C1))
    gone.when(enrol_reporter, **WISH, since=days(4)).refused(ReporterThen(DAY, days(5)))
    gone.when(enrol_reporter, **WISH, since=days(5)).then(ReporterEnrolled(C1, WANG, NewWork.RIDER, days(5)))


def test_one_may_report_for_two_communities() -> None:
    held = given(*COUNTY, ReporterEnrolled(C1, WANG, NewWork.RIDER, DAY))
    there = {**WISH, "community": C2}
    held.when(enrol_reporter, **there, since=DAY).then(ReporterEnrolled(C2, WANG, NewWork.RIDER, DAY))


@pytest.mark.xdist_group("wilds")
async def test_mobile_reporters_are_known_to_staff_only_x50(wilds: Counties) -> None:
    """X50: which riders and couriers report for the community on a day; the public sees none of them."""
    home = await settled(wilds)
    rider, courier = await home.person("甲"), await home.person("乙")
    both: dict[str, Any] = {"community": home.c1, "since": "2025-03-01"}
    wish = {**both, "person": rider, "newWork": "RIDER"}
    await home.far.refused("communityEnrolReporter", "NOT_PERMITTED", **wish)
    await home.staff.refused("communityEnrolReporter", "NOT_FOUND", **{**wish, "person": "strange:person:x"})
    await home.staff.do("communityEnrolReporter", **wish)
    await home.staff.do("communityEnrolReporter", **both, person=courier, newWork="COURIER")
    await home.staff.do("communityWithdrawReporter", community=home.c1, person=courier, ended="2025-06-01")
    for on, count in (("2025-02-28", 0), ("2025-05-31", 2), ("2025-06-01", 1)):
        assert len(await home.rows("mobileReporters", "since", community=home.c1, asOf=on)) == count
    riders = await home.rows("mobileReporters", "person { id }", newWork="RIDER")
    assert riders == [{"person": {"id": rider}}]
    assert await home.read(home.public, "mobileReporters", "since") == []
