"""Activities are scheduled, held or cancelled; who took part and whom they reached is recorded in numbers."""

from typing import Any

import pytest

from domain.activities import (
    Activity,
    ActivityCancelled,
    ActivityHeld,
    ActivityKind,
    ActivityNotHeld,
    ActivityOutcomeRecorded,
    ActivityOver,
    ActivityScheduled,
    OutcomeOnRecord,
    ParticipantAdded,
    add_participants,
    cancel,
    hold,
    record_held,
    record_outcome,
    schedule,
)
from domain.events import Confidential, Ref
from domain.merchants import MerchantRegistered
from domain.periods import AlreadySo, DayAhead
from domain.specification import Scenario, born, given
from domain.units import UnitKind, UnitRegistered
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, TOWN, days
from tests.hometown import settled

FAIR = Ref[Activity]("activity:fair")
B1, UNIT = Ref[Any]("merchant:b1"), Ref[Any]("partner_unit:u1")
NUMBERS: dict[str, Any] = {"merchant_count": 23, "service_count": 16, "resident_count": 3060}


def planned() -> Scenario:
    return given(
        *COUNTY,
        MerchantRegistered(B1, C1, "甲店"),
        UnitRegistered(UNIT, "某单位", UnitKind.RESIDENT_UNIT),
        ActivityScheduled(FAIR, C1, ActivityKind.VOLUNTEER_FAIR, "大赶集", DAY),
    ).on(days(1))


def test_an_activity_is_scheduled() -> None:
    kind = ActivityKind.FOOD_FESTIVAL
    made = given(*COUNTY).when(schedule, community=C1, activity_kind=kind, name="美食节", planned=DAY)
    made.then(ActivityScheduled(born("activity"), C1, kind, "美食节", DAY)).tagged({born("activity"), C1, TOWN})


def test_merchants_and_units_take_part_once_and_until_it_is_over() -> None:
    joined = planned().when(add_participants, activity=FAIR, merchants=(B1,), units=(UNIT,))
    joined.then(ParticipantAdded(FAIR, C1, B1), ParticipantAdded(FAIR, C1, UNIT))
    held = joined.when(hold, activity=FAIR, held=DAY).then(ActivityHeld(FAIR, C1, DAY))
    held.when(add_participants, activity=FAIR, merchants=(B1,)).then()
    over = planned().when(hold, activity=FAIR, held=DAY)
    over.when(add_participants, activity=FAIR, merchants=(B1,)).refused(ActivityOver(DAY, None))


def test_an_activity_is_held_or_cancelled_once() -> None:
    held = planned().when(hold, activity=FAIR, held=DAY)
    held.when(hold, activity=FAIR, held=DAY).then()
    held.when(hold, activity=FAIR, held=days(1)).refused(AlreadySo(DAY))
    held.when(cancel, activity=FAIR, cancelled=DAY, reason=Confidential("雨")).refused(ActivityOver(DAY, None))
    gone = planned().when(cancel, activity=FAIR, cancelled=DAY, reason=Confidential("雨"))
    gone.then(ActivityCancelled(FAIR, C1, DAY, Confidential("雨")))
    gone.when(cancel, activity=FAIR, cancelled=DAY, reason=Confidential("雨")).then()
    gone.when(hold, activity=FAIR, held=DAY).refused(ActivityOver(None, DAY))
    planned().when(hold, activity=FAIR, held=days(2)).refused(DayAhead(days(2), days(1)))


def test_an_outcome_is_recorded_once_after_it_was_held() -> None:
    planned().when(record_outcome, activity=FAIR, **NUMBERS).refused(ActivityNotHeld(FAIR))
    told = planned().when(hold, activity=FAIR, held=DAY).when(record_outcome, activity=FAIR, **NUMBERS)
    told.then(ActivityOutcomeRecorded(FAIR, C1, 23, 16, 3060))
    told.when(record_outcome, activity=FAIR, **NUMBERS).then()
    other = {**NUMBERS, "resident_count": 1}
    told.when(record_outcome, activity=FAIR, **other).refused(OutcomeOnRecord(23, 16, 3060))


def test_what_was_held_is_recorded_at_once() -> None:
    kind, new = ActivityKind.JOINT_ACTIVITY, born("activity")
    made = planned().when(record_held, community=C1, units=(UNIT, UNIT), activity_kind=kind, name="联合", held=DAY)
    made.then(
        ActivityScheduled(new, C1, kind, "联合", DAY), ParticipantAdded(new, C1, UNIT), ActivityHeld(new, C1, DAY)
    )


@pytest.mark.xdist_group("wilds")
async def test_who_took_part_and_whom_it_reached_x54(wilds: Counties) -> None:
    """X54, X56, S8: a festival is scheduled, held with merchants, another cancelled; its reach is asked."""
    home = await settled(wilds)
    shop = await home.staff.do("merchantRegister", community=home.c1, name="甲店")
    plan = {"community": home.c1, "activityKind": "FOOD_FESTIVAL", "name": "美食节", "planned": "2024-07-01"}
    festival = await home.staff.do("activitySchedule", **plan)
    await home.staff.do("activityAddParticipants", activity=festival, merchants=[shop])
    told = {"activity": festival, "merchantCount": 1, "serviceCount": 2, "residentCount": 28}
    await home.staff.refused("activityRecordOutcome", "ACTIVITY_NOT_HELD", **told)
    await home.staff.do("activityHold", activity=festival, held="2024-07-02")
    await home.staff.do("activityRecordOutcome", **told)
    took_part = await home.read(home.public, "participations", "participant { ... on Node { id } }", activity=festival)
    assert took_part == [{"participant": {"id": shop}}]
    reach = await home.read(home.public, "activities", "held residentCount", activityKind="FOOD_FESTIVAL")
    assert reach == [{"held": "2024-07-02", "residentCount": 28}]
    off = await home.staff.do("activitySchedule", **plan)
    await home.staff.do("activityCancel", activity=off, cancelled="2024-07-01", reason="雨")
    await home.staff.refused("activityHold", "ACTIVITY_OVER", activity=off, held="2024-07-01")
    await home.far.refused("activitySchedule", "NOT_PERMITTED", **plan)
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("activityHold", "NOT_FOUND", activity=off, held="2024-07-01")


@pytest.mark.xdist_group("wilds")
async def test_joint_activities_are_reproducible_x86(wilds: Counties) -> None:
    """X86: the number of joint activities comes from the events that each was held."""
    home = await settled(wilds)
    unit = await home.staff.do("partnerUnitRegister", ledger=home.ledger, name="某单位", unitKind="RESIDENT_UNIT")
    made = {"community": home.c1, "units": [unit], "activityKind": "JOINT_ACTIVITY", "name": "联合活动"}
    for day in (1, 2, 3):
        await home.staff.do("activityRecordHeld", **made, held=f"2024-07-0{day}")
    asked = """query ($ledger: ID!) { ledger(code: $ledger) { figures(keys: ["yonganJointActivities"]) {
        value events(first: 5) { edges { node { type } } } } } }"""
    (figure,) = (await home.public.ask(asked, ledger=home.ledger))["ledger"]["figures"]
    assert figure["value"] == 3
    assert [edge["node"]["type"] for edge in figure["events"]["edges"]] == ["ActivityHeld"] * 3
