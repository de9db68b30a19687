"""Open calls, who was hired, who was carried over, and retired members who joined (Q34, X32, Q06)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.parties import PartyKind, PartyOrganisationEstablished
from domain.periods import AlreadySo, PeriodReversed
from domain.recruitments import (
    EnrolledElsewhere,
    NoOpenings,
    OpeningsFilled,
    RecruitmentOpened,
    RetireeEnrolled,
    TransitionConfirmed,
    WorkerHired,
    confirm_transition,
    enrol_retiree,
    hire,
    open_recruitment,
)
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, K1, K2, LI, WANG, days
from tests.hometown import settled

CALL, BRANCH, OTHER = Ref[Any]("recruitment:r"), Ref[Any]("party_organisation:a"), Ref[Any]("party_organisation:b")


def test_no_more_are_hired_than_there_are_openings() -> None:
    dates: dict[str, Any] = {"since": DAY, "last_day": days(30)}
    given(*COUNTY).when(open_recruitment, name="招聘", openings=1, **dates).then(
        RecruitmentOpened(born("recruitment"), "招聘", 1, DAY, days(30))
    )
    given(*COUNTY).when(open_recruitment, name="招聘", openings=1, since=DAY, last_day=days(-1)).refused(PeriodReversed)
    given(*COUNTY).when(open_recruitment, name="招聘", openings=0, **dates).refused(NoOpenings)
    there = given(*COUNTY, RecruitmentOpened(CALL, "招聘", 1, DAY, days(30)))
    hired = there.when(hire, recruitment=CALL, person=WANG, community=C1, since=days(40))
    hired.then(WorkerHired(CALL, WANG, C1, days(40)))
    hired.when(hire, recruitment=CALL, person=WANG, community=C1, since=days(40)).then()
    hired.when(hire, recruitment=CALL, person=LI, community=C1, since=days(40)).refused(OpeningsFilled(1))
    there.when(hire, recruitment=CALL, person=LI, community=C1, since=days(9)).refused(PeriodReversed)


def test_a_worker_is_carried_over_once_and_a_retiree_joins_one_organisation() -> None:
    carried = given(*COUNTY).on(days(1)).when(confirm_transition, person=WANG, community=C1, since=DAY)
    carried.then(TransitionConfirmed(WANG, C1, DAY))
    carried.when(confirm_transition, person=WANG, community=C1, since=DAY).then()
    carried.when(confirm_transition, person=WANG, community=C1, since=days(1)).refused(AlreadySo(DAY))
    branches = [
        PartyOrganisationEstablished(ref, seat, "支部", PartyKind.COMPOUND_BRANCH, 2, DAY, C1)
        for ref, seat in ((BRANCH, K1), (OTHER, K2))
    ]
    joined = given(*COUNTY, *branches).when(enrol_retiree, person=WANG, party_organisation=BRANCH, since=DAY)
    joined.then(RetireeEnrolled(WANG, BRANCH, DAY))
    joined.when(enrol_retiree, person=WANG, party_organisation=BRANCH, since=DAY).then()
    joined.when(enrol_retiree, person=WANG, party_organisation=OTHER, since=DAY).refused(EnrolledElsewhere(BRANCH, DAY))


@pytest.mark.xdist_group("wilds")
async def test_who_was_hired_and_carried_over_x32(wilds: Counties) -> None:
    """X32, Q34, Q06, Q04: who was carried over, how many openings are filled, which retired members joined where."""
    home = await settled(wilds)
    one, two = await home.person("甲"), await home.person("乙")
    call = {"name": "招聘大学生", "openings": 3, "since": "2024-01-01", "lastDay": "2024-02-01"}
    made = await home.county.do("recruitmentOpen", ledger=home.ledger, **call)
    await home.county.do("recruitmentHire", recruitment=made, person=one, community=home.c1, since="2024-03-01")
    assert await home.read(home.public, "recruitments", "openings hired") == [{"openings": 3, "hired": 1}]
    await home.county.do("personConfirmTransition", person=two, community=home.c1, since="2024-03-01")
    carried = await home.rows("transitions", "person { id }", community=home.c1)
    assert carried == [{"person": {"id": two}}]
    branch_ = {"name": "支部", "partyKind": "COMPOUND_BRANCH", "level": 2, "since": "2024-01-01"}
    branch = await home.staff.do("partyOrganisationEstablish", seat=home.compounds[0], **branch_)
    await home.staff.do("personEnrolRetiree", person=two, partyOrganisation=branch, since="2024-05-01")
    assert await home.read(home.public, "retirees", "since", partyOrganisation=branch) == [{"since": "2024-05-01"}]
    await home.staff.refused(
        "recruitmentHire", "NOT_PERMITTED", recruitment=made, person=two, community=home.c1, since="2024-03-01"
    )
