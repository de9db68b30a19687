"""Who was trained, in what, and who was not this year (X33-X35)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.specification import born, given
from domain.trainings import (
    AttendanceRecorded,
    TrainingAhead,
    TrainingKind,
    TrainingScheduled,
    record_attendance,
    schedule,
)
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, WANG, days
from tests.hometown import settled

TRAINING = Ref[Any]("training:t")
ROTATION = TrainingKind.ROTATION


def test_attendance_is_recorded_once_and_not_before_the_day() -> None:
    given(*COUNTY).when(schedule, training_kind=ROTATION, name="轮训", held_on=DAY).then(
        TrainingScheduled(born("training"), ROTATION, "轮训", DAY)
    )
    there = given(*COUNTY, TrainingScheduled(TRAINING, ROTATION, "轮训", DAY))
    who: dict[str, Any] = {"training": TRAINING, "person": WANG, "community": C1}
    came = there.when(record_attendance, **who, attended_on=DAY)
    came.then(AttendanceRecorded(TRAINING, WANG, C1, ROTATION, DAY))
    came.when(record_attendance, **who, attended_on=DAY).then()
    there.when(record_attendance, **who, attended_on=days(-1)).refused(TrainingAhead(DAY))


@pytest.mark.xdist_group("wilds")
async def test_who_was_not_trained_this_year_x33(wilds: Counties) -> None:
    """X33, X34, X35: trainings by kind, rotation coverage, and which cadres were not trained in the year."""
    home = await settled(wilds)
    people = [await home.person(name) for name in ("甲", "乙")]
    post = {"cadrePost": "COMMITTEE_MEMBER", "route": "ELECTION", "fullTerm": True, "since": "2024-01-01"}
    for person in people:
        await home.town.do("communityBeginTenure", community=home.c1, person=person, **post)
    made = {}
    for kind in ("CONCENTRATED", "CASES", "HANDS_ON", "LEAD_GOOSE", "ROTATION"):
        given_ = {"trainingKind": kind, "name": kind, "heldOn": "2025-05-01"}
        made[kind] = await home.county.do("trainingSchedule", ledger=home.ledger, **given_)
    came = {"training": made["ROTATION"], "person": people[0], "community": home.c1, "attendedOn": "2025-05-01"}
    await home.staff.do("trainingRecordAttendance", **came)
    for on, untrained in (("2025-04-30", people), ("2025-05-01", people[1:]), ("2026-01-01", people)):
        found = await home.rows("tenures", "person { id }", gap="UNTRAINED_THIS_YEAR", asOf=on)
        assert {each["person"]["id"] for each in found} == set(untrained)
    rotated = await home.read(home.public, "trainingAttendances", "person { id }", trainingKind="ROTATION")
    assert rotated == [{"person": None}]
    assert len(await home.rows("trainings", "name", trainingKind="LEAD_GOOSE")) == 1
    await home.far.refused("trainingRecordAttendance", "NOT_PERMITTED", **{**came, "person": people[1]})
