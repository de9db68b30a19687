"""One is in overall charge of a venue, one coordinates, and others cooperate (Q49)."""

from typing import Any

import pytest

from domain.charges import (
    Charge,
    ChargeTaken,
    NotInCharge,
    ResponsibilityAssigned,
    ResponsibilityEnded,
    assign_charge,
    end_charge,
)
from domain.events import Ref
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, given
from domain.venues import VenueClosed, VenueKind, VenueOver, VenueRegistered
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, LI, WANG, days
from tests.hometown import settled

CENTRE = Ref[Any]("venue:v")


def centre(*more: Any) -> Scenario:
    return given(*COUNTY, VenueRegistered(CENTRE, C1, VenueKind.COMMUNITY_CENTRE, "中心", None, DAY), *more)


@pytest.mark.parametrize("charge", [Charge.OVERALL, Charge.COORDINATING])
def test_one_is_in_charge_and_one_coordinates(charge: Charge) -> None:
    wish: dict[str, Any] = {"venue": CENTRE, "charge": charge}
    held = centre().when(assign_charge, person=WANG, **wish, since=DAY)
    held.then(ResponsibilityAssigned(CENTRE, WANG, charge, DAY))
    held.when(assign_charge, person=WANG, **wish, since=DAY).then()
    held.when(assign_charge, person=WANG, **wish, since=days(1)).refused(AlreadySo(DAY))
    held.when(assign_charge, person=LI, **wish, since=days(1)).refused(ChargeTaken(WANG, DAY))
    gone = held.when(end_charge, person=WANG, **wish, ended=days(3))
    gone.then(ResponsibilityEnded(CENTRE, WANG, charge, DAY, days(3)))
    gone.when(end_charge, person=WANG, **wish, ended=days(3)).then()
    gone.when(end_charge, person=WANG, **wish, ended=days(4)).refused(NotInCharge(WANG))
    gone.when(assign_charge, person=LI, **wish, since=days(3)).then(ResponsibilityAssigned(CENTRE, LI, charge, days(3)))
    held.when(end_charge, person=WANG, **wish, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


def test_several_cooperate_and_a_closed_venue_has_nobody() -> None:
    wish: dict[str, Any] = {"venue": CENTRE, "charge": Charge.COOPERATING, "since": DAY}
    both = centre(ResponsibilityAssigned(CENTRE, WANG, Charge.COOPERATING, DAY))
    both.when(assign_charge, person=LI, **wish).then(ResponsibilityAssigned(CENTRE, LI, Charge.COOPERATING, DAY))
    centre(VenueClosed(CENTRE, DAY, days(1))).when(assign_charge, person=LI, **wish).refused(VenueOver(days(1)))


@pytest.mark.xdist_group("wilds")
async def test_who_answers_for_the_venue_q49(wilds: Counties) -> None:
    """Q49: who answers for the venue on a day, and which venues have nobody in charge?"""
    home = await settled(wilds)
    place = {"venueKind": "COMMUNITY_CENTRE", "name": "中心", "since": "2025-03-01"}
    venue = await home.staff.do("venueRegister", location=home.c1, **place)
    one, two = await home.person("甲"), await home.person("乙")
    wish = {}
    for person, charge in ((one, "OVERALL"), (two, "COORDINATING")):
        wish = {"venue": venue, "person": person, "charge": charge}
        await home.staff.do("venueAssignCharge", **wish, since="2025-04-01")
    found = await home.rows("venueCharges", "charge person { id }", venue=venue, charge="OVERALL", asOf="2025-04-01")
    assert found == [{"charge": "OVERALL", "person": {"id": one}}]
    for on, count in (("2025-03-31", 1), ("2025-04-01", 0)):
        assert len(await home.read(home.public, "venues", "name", gap="WITHOUT_CHARGE", asOf=on)) == count
    await home.far.refused("venueAssignCharge", "NOT_PERMITTED", **wish, since="2025-04-01")
