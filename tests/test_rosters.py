"""Who is on duty checks in on the day, or missed it, once, until it is attested (Q68, BR-84, BR-85)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.events import Confidential, Position, Ref
from domain.periods import DayAhead
from domain.reactions import REACTIONS, act_on
from domain.rosters import (
    DutyAttested,
    DutyCheckedIn,
    DutyMissed,
    DutyMissVoided,
    DutyRostered,
    NobodyOnDuty,
    NotOnDuty,
    NotTheDay,
    RosterPublished,
    RosterThere,
    attest,
    check_in,
    miss_duties,
    publish,
    watch_duties,
)
from domain.specification import NOON, Scenario, born, given
from domain.venues import VenueClosed, VenueKind, VenueNotYet, VenueOver, VenueRegistered
from infra.reacting import Reactor
from infra.recorder import Recorder
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, LI, WANG, ZHAO, days
from tests.hometown import settled

STATION, ROSTER = Ref[Any]("venue:v"), Ref[Any]("duty_roster:r")
WHY = Confidential("签到设备故障")


def station(*more: Any) -> Scenario:
    return given(*COUNTY, VenueRegistered(STATION, C1, VenueKind.COMMUNITY_CENTRE, "站", None, days(-9)), *more)


def rostered(*more: Any) -> Scenario:
    both = [DutyRostered(ROSTER, STATION, person, DAY) for person in (WANG, LI)]
    return station(RosterPublished(ROSTER, STATION, DAY), *both, *more)


def test_a_venue_has_one_roster_a_day() -> None:
    wish: dict[str, Any] = {"venue": STATION, "people": (WANG, LI, WANG)}
    new = born("duty_roster")
    station().when(publish, **wish, duty_on=DAY).then(
        RosterPublished(new, STATION, DAY),
        DutyRostered(new, STATION, WANG, DAY),
        DutyRostered(new, STATION, LI, DAY),
    )
    rostered().when(publish, command="another", **wish, duty_on=DAY).refused(RosterThere(DAY))
    station().when(publish, **{**wish, "people": ()}, duty_on=DAY).refused(NobodyOnDuty(DAY))
    station().when(publish, **wish, duty_on=days(-10)).refused(VenueNotYet(days(-10), days(-9)))
    closed = station(VenueClosed(STATION, days(-9), DAY))
    closed.when(publish, **wish, duty_on=DAY).refused(VenueOver(DAY))


def test_who_is_on_duty_checks_in_once() -> None:
    there = rostered().when(check_in, duty_roster=ROSTER, person=WANG, now=NOON).then(DutyCheckedIn(ROSTER, WANG, DAY))
    there.when(check_in, duty_roster=ROSTER, person=WANG, now=NOON + timedelta(1)).then()
    there.when(check_in, duty_roster=ROSTER, person=ZHAO, now=NOON).refused(NotOnDuty(ZHAO, DAY))


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2025, 2, 28, 23, 59, tzinfo=CHINA), days(-1)),
        (datetime(2025, 3, 2, 0, 0, tzinfo=CHINA), days(1)),
    ],
)
def test_one_checks_in_on_the_day(now: datetime, today: date) -> None:
    rostered().when(check_in, duty_roster=ROSTER, person=WANG, now=now).refused(NotTheDay(DAY, today))


def test_a_missed_duty_is_recorded_once_and_voided_when_it_was_served_br_84_br_85() -> None:
    missed = rostered(DutyCheckedIn(ROSTER, LI, DAY)).when(miss_duties, duty_roster=ROSTER)
    missed.then(DutyMissed(ROSTER, WANG, DAY))
    missed.when(miss_duties, duty_roster=ROSTER).then()
    at = Position(len(missed.history))
    served = missed.when(attest, duty_roster=ROSTER, person=WANG, attested_reason=WHY, now=NOON)
    served.then(DutyAttested(ROSTER, WANG, DAY, WHY), DutyMissVoided(at, WHY, ROSTER, WANG, DAY))
    served.when(attest, duty_roster=ROSTER, person=WANG, attested_reason=WHY, now=NOON).then()
    served.when(miss_duties, duty_roster=ROSTER).then()
    early = rostered().when(attest, duty_roster=ROSTER, person=WANG, attested_reason=WHY, now=NOON)
    early.then(DutyAttested(ROSTER, WANG, DAY, WHY))


def test_nobody_served_tomorrow_or_without_being_on_duty() -> None:
    before = NOON - timedelta(1)
    wish: dict[str, Any] = {"duty_roster": ROSTER, "attested_reason": WHY}
    rostered().when(attest, **wish, person=WANG, now=before).refused(DayAhead(DAY, before.date()))
    rostered().when(attest, **wish, person=ZHAO, now=NOON).refused(NotOnDuty(ZHAO, DAY))


def test_the_day_after_somebody_looks() -> None:
    (act,) = watch_duties(RosterPublished(ROSTER, STATION, DAY))
    assert act == act_on(days(1), miss_duties, duty_roster=ROSTER)


@pytest.mark.xdist_group("wilds")
async def test_who_is_on_duty_q68(wilds: Counties) -> None:
    """Q68: who is on duty on a day, who checked in, who missed it; the duty, work and service rules in force."""
    home = await settled(wilds)
    rules = {"checklistKind": "OPERATING_RULES", "items": ["值班制度", "工作制度", "服务制度"], "since": "2025-01-01"}
    await home.county.do("ledgerAdoptChecklist", ledger=home.ledger, **rules)
    in_force = await home.read(home.public, "checklists", "items", checklistKind="OPERATING_RULES", asOf="2025-03-02")
    assert in_force == [{"items": rules["items"]}]
    place = {"venueKind": "COMMUNITY_CENTRE", "name": "站", "since": "2025-01-01"}
    venue = await home.staff.do("venueRegister", location=home.c1, **place)
    one, two = await home.person("甲"), await home.person("乙")
    wish = {"venue": venue, "people": [one, two]}
    await home.far.refused("dutyRosterPublish", "NOT_PERMITTED", **wish, dutyOn="2025-03-02")
    strange = {**wish, "people": ["strange:person:x"]}
    await home.staff.refused("dutyRosterPublish", "NOT_FOUND", **strange, dutyOn="2025-03-02")
    past = await home.staff.do("dutyRosterPublish", **wish, dutyOn="2025-03-02")
    await home.staff.refused("dutyRosterPublish", "ROSTER_THERE", **wish, dutyOn="2025-03-02")
    await home.staff.refused("dutyRosterCheckIn", "NOT_THE_DAY", dutyRoster=past, person=one)
    on_duty = await home.rows("venueDuties", "person { id } checkedIn", venue=venue, asOf="2025-03-02")
    assert {each["person"]["id"] for each in on_duty} == {one, two}
    for off in ("2025-03-01", "2025-03-03"):
        assert await home.read(home.public, "venueDuties", "since", venue=venue, asOf=off) == []
    today = datetime.now(CHINA).date().isoformat()
    present = await home.staff.do("dutyRosterPublish", **wish, dutyOn=today)
    await home.staff.do("dutyRosterCheckIn", dutyRoster=present, person=one)
    here = await home.rows("venueDuties", "person { id }", dutyRoster=present, checkedIn=True)
    assert here == [{"person": {"id": one}}]
    # the day after, who did not check in missed it; a day that was over when it was entered is history
    services = home.counties.services
    watched = {name: each for name, each in REACTIONS.items() if name.startswith("rosters.")}
    tomorrow = Recorder(services.store, services.keys, lambda: datetime.now(CHINA) + timedelta(1))
    for _ in range(2):
        await Reactor(services.writer_pool, tomorrow, home.ledger, watched).catch_up()
    await home.person("丙")  # who acts sees all that was recorded before
    told = "person { id } dutyOn voided"
    missed = {"person": {"id": two}, "dutyOn": today, "voided": False}
    assert await home.rows("missedDuties", told, community=home.c1) == [missed]
    assert await home.read(home.public, "missedDuties", "dutyOn") == []
    served = {"dutyRoster": present, "person": two, "attestedReason": "设备故障"}
    await home.far.refused("dutyRosterAttest", "NOT_PERMITTED", **served)
    await home.staff.do("dutyRosterAttest", **served)
    assert await home.rows("missedDuties", told, voided=False) == []
    assert await home.rows("missedDuties", told, voided=True) == [{**missed, "voided": True}]
