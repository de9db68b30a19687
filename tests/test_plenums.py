"""Residents' committees and residents' meetings (BR-27)."""

from datetime import date
from typing import Any

import pytest

from domain.periods import PeriodReversed
from domain.plenums import (
    CalledBy,
    CallersTooFew,
    CallersUnfit,
    CouncilUnfit,
    CountsUnfit,
    PlenumTooSmall,
    ResidentsCommitteeElected,
    ResidentsMeetingHeld,
    elect_council,
    hold_plenum,
)
from domain.specification import given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY
from tests.hometown import settled

HELD: dict[str, Any] = {
    "community": C1,
    "called_by": CalledBy.COMMITTEE,
    "plenum_text": "公约",
    "plenum_on": DAY,
    "entitled_count": 100,
    "attended_count": 51,
    "agreed_count": 26,
}


@pytest.mark.parametrize(("seats", "fits"), [(4, False), (5, True), (9, True), (10, False)])
def test_five_to_nine_members_br_27(seats: int, *, fits: bool) -> None:
    elected = given(*COUNTY).when(elect_council, community=C1, council_seats=seats, since=DAY)
    if fits:
        elected.then(ResidentsCommitteeElected(C1, seats, DAY, None))
    else:
        elected.refused(CouncilUnfit(5, 9, 5))


def test_for_five_years_at_most_br_27() -> None:
    wish: dict[str, Any] = {"community": C1, "council_seats": 5, "since": DAY}
    whole = given(*COUNTY).when(elect_council, **wish, until=date(2030, 3, 1))
    whole.then(ResidentsCommitteeElected(C1, 5, DAY, date(2030, 3, 1)))
    whole.when(elect_council, **wish, until=date(2030, 3, 1)).then()
    given(*COUNTY).when(elect_council, **wish, until=date(2030, 3, 2)).refused(CouncilUnfit)
    given(*COUNTY).when(elect_council, **wish, until=DAY).refused(PeriodReversed(DAY, DAY))


@pytest.mark.parametrize(
    ("attended", "agreed", "carried"), [(51, 26, True), (51, 25, False), (100, 50, False), (100, 51, True)]
)
def test_more_than_half_there_and_of_those_more_than_half_br_27(attended: int, agreed: int, *, carried: bool) -> None:
    held = given(*COUNTY).when(hold_plenum, **HELD | {"attended_count": attended, "agreed_count": agreed})
    held.then(ResidentsMeetingHeld(C1, 1, CalledBy.COMMITTEE, 0, 0, 100, attended, agreed, "公约", carried, DAY))


def test_half_is_too_few_and_counts_must_fit_br_27() -> None:
    given(*COUNTY).when(hold_plenum, **HELD | {"attended_count": 50}).refused(PlenumTooSmall(50, 100, 51))
    given(*COUNTY).when(hold_plenum, **HELD | {"agreed_count": 52}).refused(CountsUnfit(100, 51, 52))
    given(*COUNTY).when(hold_plenum, **HELD | {"attended_count": 101}).refused(CountsUnfit(100, 101, 26))


@pytest.mark.parametrize(
    ("by", "base", "needed"), [(CalledBy.ADULTS, 1001, 201), (CalledBy.HOUSEHOLDS, 500, 100), (CalledBy.GROUPS, 10, 4)]
)
def test_a_fifth_or_a_third_can_call_it_br_27(by: CalledBy, base: int, needed: int) -> None:
    asked = HELD | {"called_by": by, "caller_base": base}
    given(*COUNTY).when(hold_plenum, **asked, caller_count=needed - 1).refused(CallersTooFew(needed - 1, needed))
    assert given(*COUNTY).when(hold_plenum, **asked, caller_count=needed).refusal is None
    given(*COUNTY).when(hold_plenum, **asked | {"caller_base": 0}, caller_count=5).refused(CallersUnfit(5, 0))
    given(*COUNTY).when(hold_plenum, **asked, caller_count=base + 1).refused(CallersUnfit(base + 1, base))


@pytest.mark.xdist_group("wilds")
async def test_residents_meet_on_the_wire(wilds: Counties) -> None:
    """BR-27."""
    home = await settled(wilds)
    await home.town.do("communityElectCouncil", community=home.c1, councilSeats=7, since="2025-01-01")
    met = {
        "calledBy": "HOUSEHOLDS",
        "callerCount": 20,
        "callerBase": 100,
        "plenumText": "公约",
    }
    counted = {"entitledCount": 300, "attendedCount": 160, "agreedCount": 81, "plenumOn": "2025-05-01"}
    await home.staff.do("communityHoldPlenum", community=home.c1, **met, **counted)
    [told] = await home.read(home.public, "residentsMeetings", "carried calledBy", community=home.c1)
    assert told == {"carried": True, "calledBy": "HOUSEHOLDS"}
    [council] = await home.read(home.public, "residentsCommittees", "councilSeats", asOf="2025-06-01")
    assert council == {"councilSeats": 7}
