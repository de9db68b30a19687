"""A community convenes a Party-building alliance with members of each kind (X85)."""

from typing import Any

from domain.alliances import (
    AllyJoined,
    AllyKind,
    AllyKindUnfit,
    AllyLeft,
    CommunityAllied,
    DelegateJoined,
    DelegateLeft,
    NotAllied,
    PartyAllianceFormed,
    admit_delegate,
    admit_firm,
    admit_unit,
    form,
    release_delegate,
    release_firm,
    release_unit,
)
from domain.events import Event, Ref
from domain.pairings import UnitKindUnfit
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, born, given
from tests.county import C1, DAY, FIRM, WANG, days
from tests.test_pairings import BANK, BUREAU, UNITS

ALLIANCE = Ref[Any]("party_alliance:a")
IT: dict[str, Any] = {"party_alliance": ALLIANCE}


def allied(*more: Event) -> Scenario:
    return given(*UNITS, PartyAllianceFormed(ALLIANCE, C1, DAY), *more)


def test_a_community_has_one_alliance() -> None:
    given(*UNITS).when(form, community=C1, since=DAY).then(PartyAllianceFormed(born("party_alliance"), C1, DAY))
    allied().when(form, community=C1, since=days(1)).refused(CommunityAllied(ALLIANCE, DAY))


def test_members_join_by_kind() -> None:
    joined = allied().when(admit_unit, **IT, unit=BANK, since=DAY)
    joined.then(AllyJoined(ALLIANCE, BANK, AllyKind.RESIDENT_UNIT, DAY))
    joined.when(admit_unit, **IT, unit=BANK, since=DAY).then()
    joined.when(admit_unit, **IT, unit=BANK, since=days(1)).refused(AlreadySo(DAY))
    allied().when(admit_unit, **IT, unit=BUREAU, since=DAY).refused(UnitKindUnfit)
    allied().when(admit_unit, **IT, unit=BANK, since=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    allied().when(admit_firm, **IT, firm=FIRM, since=DAY).then(AllyJoined(ALLIANCE, FIRM, AllyKind.PROPERTY_FIRM, DAY))
    deputy: dict[str, Any] = {"person": WANG, "since": DAY}
    allied().when(admit_delegate, **IT, **deputy, ally_kind=AllyKind.CPPCC_MEMBER).then(
        DelegateJoined(ALLIANCE, WANG, AllyKind.CPPCC_MEMBER, DAY)
    )
    allied().when(admit_delegate, **IT, **deputy, ally_kind=AllyKind.RESIDENT_UNIT).refused(AllyKindUnfit)


def test_members_leave_once_and_come_back_later() -> None:
    there = allied(
        AllyJoined(ALLIANCE, BANK, AllyKind.RESIDENT_UNIT, DAY),
        AllyJoined(ALLIANCE, FIRM, AllyKind.PROPERTY_FIRM, DAY),
        DelegateJoined(ALLIANCE, WANG, AllyKind.PARTY_DELEGATE, DAY),
    )
    gone = there.when(release_unit, **IT, unit=BANK, ended=days(9)).then(AllyLeft(ALLIANCE, BANK, DAY, days(9)))
    gone.when(release_unit, **IT, unit=BANK, ended=days(9)).then()
    gone.when(release_unit, **IT, unit=BANK, ended=days(10)).refused(NotAllied(ALLIANCE))
    gone.when(admit_unit, **IT, unit=BANK, since=days(8)).refused(AlreadySo(DAY))
    assert gone.when(admit_unit, **IT, unit=BANK, since=days(9)).new
    there.when(release_firm, **IT, firm=FIRM, ended=days(9)).then(AllyLeft(ALLIANCE, FIRM, DAY, days(9)))
    there.when(release_delegate, **IT, person=WANG, ended=days(9)).then(DelegateLeft(ALLIANCE, WANG, DAY, days(9)))
    there.when(release_unit, **IT, unit=BANK, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
