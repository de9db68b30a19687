"""Who works for a property firm is an interested party; that is recorded with its dates (X30, BR-54)."""

from datetime import date
from typing import Any

import pytest

from domain.employments import (
    Employed,
    EmployedAlready,
    EmploymentBegun,
    EmploymentKind,
    EmploymentOver,
    NotEmployed,
    employ,
    end_employment,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.roles import Role
from domain.specification import Scenario, given
from tests.counties import Counties
from tests.county import COUNTY, DAY, FIRM, LI, OTHER_FIRM, WANG, days
from tests.hometown import settled

GUARD, SHAREHOLDER = EmploymentKind.GUARD, EmploymentKind.SHAREHOLDER
BEGUN = EmploymentBegun(LI, FIRM, GUARD, DAY)
CREDIT_CODE = "91350100M000100Y43"


def employed() -> Scenario:
    return given(*COUNTY, BEGUN)


def test_a_person_joins_a_firm_once_and_may_be_more_than_one_thing_to_it() -> None:
    made = given(*COUNTY).when(employ, person=LI, firm=FIRM, employment_kind=GUARD, since=DAY).then(BEGUN)
    made.when(employ, person=LI, firm=FIRM, employment_kind=GUARD, since=DAY).then()
    made.when(employ, person=LI, firm=FIRM, employment_kind=GUARD, since=days(1)).refused(AlreadySo(DAY))
    made.when(employ, person=LI, firm=FIRM, employment_kind=SHAREHOLDER, since=days(1)).then(
        EmploymentBegun(LI, FIRM, SHAREHOLDER, days(1))
    )
    made.when(employ, person=WANG, firm=FIRM, employment_kind=GUARD, since=DAY).then(
        EmploymentBegun(WANG, FIRM, GUARD, DAY)
    )


def test_who_left_may_come_back_but_not_before() -> None:
    left = employed().when(end_employment, person=LI, firm=FIRM, employment_kind=GUARD, ended=days(9))
    left.then(EmploymentOver(LI, FIRM, GUARD, DAY, days(9)))
    left.when(end_employment, person=LI, firm=FIRM, employment_kind=GUARD, ended=days(9)).then()
    left.when(end_employment, person=LI, firm=FIRM, employment_kind=GUARD, ended=days(8)).refused(NotEmployed(FIRM))
    again: dict[str, Any] = {"person": LI, "firm": FIRM, "employment_kind": GUARD}
    left.when(employ, **again, since=days(8)).refused(EmployedAlready(FIRM, DAY))
    left.when(employ, **again, since=days(9)).then(EmploymentBegun(LI, FIRM, GUARD, days(9)))


def test_nobody_leaves_before_joining_or_where_they_never_were() -> None:
    leaving: dict[str, Any] = {"person": LI, "employment_kind": GUARD}
    employed().when(end_employment, **leaving, firm=FIRM, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    employed().when(end_employment, **leaving, firm=OTHER_FIRM, ended=DAY).refused(NotEmployed(OTHER_FIRM))


@pytest.mark.parametrize(("on", "as_what"), [(days(-1), None), (DAY, GUARD), (days(8), GUARD), (days(9), None)])
def test_a_day_is_asked_half_open_br_54(on: date, as_what: EmploymentKind | None) -> None:
    person = Employed(LI).evolve(BEGUN).evolve(EmploymentOver(LI, FIRM, GUARD, DAY, days(9)))
    assert person.by(FIRM, on) is as_what
    assert person.since_left(FIRM, on) == (days(9) if on >= days(9) else None)


@pytest.mark.xdist_group("wilds")
async def test_staff_see_who_is_with_a_firm_and_the_public_does_not_x30(wilds: Counties) -> None:
    home = await settled(wilds)
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode=CREDIT_CODE)
    guard, boss = [await home.person(name) for name in ("保安", "经理")]
    manager = await home.acting(Role.FIRM, firm)
    for person, kind in ((guard, "GUARD"), (boss, "MANAGER")):
        await manager.do("firmEmploy", person=person, firm=firm, employmentKind=kind, since="2025-03-01")
    with_firm = await home.rows("employments", "person { id } employmentKind", firm=firm)
    assert {each["person"]["id"]: each["employmentKind"] for each in with_firm} == {guard: "GUARD", boss: "MANAGER"}
    assert await home.read(home.public, "employments", "since", firm=firm) == []
    await home.staff.refused(
        *("firmEmploy", "NOT_PERMITTED"), person=guard, firm=firm, employmentKind="STAFF", since="2025-03-01"
    )


@pytest.mark.xdist_group("wilds")
async def test_who_is_secretary_where_their_own_firm_serves_x30(wilds: Counties) -> None:
    """X30: one who leads the branch of a compound that their firm serves, from the day on which all three hold."""
    home = await settled(wilds)
    compound = home.compounds[0]
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode=CREDIT_CODE)
    serves = {"compound": compound, "serviceMode": "MARKET", "provider": firm, "since": "2025-05-01"}
    await home.staff.do("compoundSetService", **serves)
    both, other = [await home.person(name) for name in ("书记甲", "保安乙")]
    for person in (both, other):
        works = {"firm": firm, "person": person, "employmentKind": "STAFF", "since": "2025-03-01"}
        await home.county.do("firmEmploy", **works)
    founded = {"seat": compound, "name": "支部", "partyKind": "COMPOUND_BRANCH", "level": 2}
    branch = await home.county.do("partyOrganisationEstablish", **founded, since="2025-03-01")
    await home.staff.do("compoundAttachToBranch", compound=compound, partyOrganisation=branch, since="2025-03-01")
    leads = {"partyOrganisation": branch, "person": both, "source": "FIRM_MEMBER", "since": "2025-04-01"}
    await home.county.do("partyOrganisationAppointSecretary", **leads)
    for day, found in (("2025-04-30", []), ("2025-05-01", [both])):
        told = await home.rows("employments", "person { id }", gap="SUPERVISES_OWN_FIRM", asOf=day)
        assert [each["person"]["id"] for each in told] == found
