"""A town whistles and the units it calls report in within the hours, or are marked (S10 step 3, BR-31, BR-85)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.events import Confidential, Ref
from domain.reactions import act_at
from domain.roles import Role
from domain.specification import Scenario, given
from domain.units import UnitKind, UnitRegistered
from domain.whistles import (
    NobodyCalled,
    NotCalled,
    ReportedBefore,
    UnitReportedIn,
    UnitStayedAway,
    WhistleBlown,
    blow,
    note_absent,
    report_in,
    watch_whistle,
)
from tests.casework import at
from tests.counties import Counties
from tests.county import C1, COUNTY, K1
from tests.hometown import settled

FIRE, TRANSPORT, BANK = (Ref[Any](f"partner_unit:{name}") for name in ("fire", "transport", "bank"))
UNITS = tuple(UnitRegistered(unit, str(unit), UnitKind.COUNTY_UNIT) for unit in (FIRE, TRANSPORT, BANK))
WHISTLE = Ref[Any]("whistle:one")
TEXT = Confidential("消防通道堵塞")
BLOWN = WhistleBlown(WHISTLE, K1, C1, (FIRE, TRANSPORT), TEXT, at("08-14 23:30"), at("08-15 01:30"))


def blown(*more: Any) -> Scenario:
    return given(*COUNTY, *UNITS, BLOWN, *more)


def test_hours_run_at_night_too_and_each_unit_is_judged_by_itself_br_31() -> None:
    calls: dict[str, Any] = {"compound": K1, "whistle_text": TEXT, "now": BLOWN.blown_at}
    made = given(*COUNTY, *UNITS).when(blow, **calls, whistled_units=(FIRE, TRANSPORT, FIRE), clock_hours=2)
    [event] = made.new
    assert isinstance(event, WhistleBlown)
    assert (event.whistled_units, event.report_due) == ((FIRE, TRANSPORT), BLOWN.report_due)
    in_time = blown().when(report_in, whistle=WHISTLE, unit=FIRE, now=at("08-15 01:30"))
    in_time.then(UnitReportedIn(WHISTLE, K1, FIRE, at("08-15 01:30"), in_time=True))
    in_time.when(report_in, whistle=WHISTLE, unit=FIRE, now=at("08-15 01:40")).then()
    late = in_time.when(report_in, whistle=WHISTLE, unit=TRANSPORT, now=at("08-15 01:31"))
    late.then(UnitReportedIn(WHISTLE, K1, TRANSPORT, at("08-15 01:31"), in_time=False))
    given(*COUNTY, *UNITS).when(blow, **calls, whistled_units=(), clock_hours=2).refused(NobodyCalled(2))
    given(*COUNTY, *UNITS).when(blow, **calls, whistled_units=(FIRE,), clock_hours=0).refused(NobodyCalled(0))


def test_only_who_was_called_reports_in_and_not_before() -> None:
    blown().when(report_in, whistle=WHISTLE, unit=BANK, now=at("08-15 00:00")).refused(NotCalled(BANK))
    early = blown().when(report_in, whistle=WHISTLE, unit=FIRE, now=at("08-14 23:29"))
    early.refused(ReportedBefore(BLOWN.blown_at))


def test_who_stayed_away_is_recorded_once_br_85() -> None:
    assert list(watch_whistle(BLOWN)) == [
        act_at(BLOWN.report_due + timedelta(microseconds=1), note_absent, whistle=WHISTLE)
    ]
    half = blown(UnitReportedIn(WHISTLE, K1, FIRE, at("08-15 00:40"), in_time=True))
    noted = half.when(note_absent, whistle=WHISTLE).then(UnitStayedAway(WHISTLE, K1, TRANSPORT, BLOWN.report_due))
    noted.when(note_absent, whistle=WHISTLE).then()
    came = noted.when(report_in, whistle=WHISTLE, unit=TRANSPORT, now=at("08-18 09:00"))
    came.then(UnitReportedIn(WHISTLE, K1, TRANSPORT, at("08-18 09:00"), in_time=False))


@pytest.mark.xdist_group("wilds")
async def test_s10_a_whistle_marks_who_came_late_and_whose_it_was(wilds: Counties) -> None:
    """S10 step 3: Fire in time, Transport late; the mark is found by the town and by the unit."""
    home = await settled(wilds)
    administrator = await home.acting(Role.ADMINISTRATOR)
    await administrator.do("ledgerLimitBackdating", ledger=home.ledger, days=3_653)
    kind = {"ledger": home.ledger, "unitKind": "COUNTY_UNIT"}
    fire, transport = [await home.county.do("partnerUnitRegister", name=name, **kind) for name in ("消防", "交通")]
    late = {"backdatedReason": "补录"}
    called: dict[str, Any] = {"compound": home.compounds[0], "whistledUnits": [fire, transport], "clockHours": 2}
    blown_at = {"occurredAt": "2025-08-14T23:30:00+08:00", **late}
    await home.staff.refused("whistleBlow", "NOT_PERMITTED", **called, **blown_at, whistleText="消防通道")
    whistle = await home.town.do("whistleBlow", **called, **blown_at, whistleText="消防通道")
    for unit, when in ((fire, "00:40"), (transport, "02:10")):
        department = await home.acting(Role.UNIT, unit)
        arrived = {"unit": unit, "occurredAt": f"2025-08-15T{when}:00+08:00", **late}
        await department.do("whistleReportIn", whistle=whistle, **arrived)
        other = transport if unit == fire else fire
        await department.refused("whistleReportIn", "NOT_PERMITTED", whistle=whistle, **{**arrived, "unit": other})
    selection = "reportDue whistleText reportIns(inTime: false) { edges { node { unit { id } reportedInAt } } }"
    [told] = await home.read(home.public, "whistles", selection, town=home.t1)
    assert (told["reportDue"], told["whistleText"]) == ("2025-08-15T01:30:00+08:00", None)
    marked = [edge["node"] for edge in told["reportIns"]["edges"]]
    assert marked == [{"unit": {"id": transport}, "reportedInAt": "2025-08-15T02:10:00+08:00"}]
    assert len(await home.read(home.public, "reportIns", "inTime", unit=fire, inTime=True)) == 1
