"""Who may sit on a committee, who loses the seat, and who is suspended (BR-21, BR-26)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.arrears import FeesFellDue
from domain.committees import CommitteeDissolved, ManagementCommitteeFormed, OwnersCommitteeElected
from domain.compounds import ServiceMode, ServiceModeSet
from domain.corrections import AlreadyVoided, CorrectsNothing
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Event, Position, Ref
from domain.firms import completed
from domain.kinships import KinInterestNoted, KinshipKind, KinshipRecorded
from domain.people import PersonRegistered
from domain.periods import PeriodReversed
from domain.reactions import act
from domain.residents import ResidenceKind, ResidentLeft, ResidentRegistered
from domain.seats import (
    ChairSeated,
    CommitteeElsewhere,
    CommitteeMemberLeft,
    CommitteeMemberSeated,
    CommitteeMemberVoided,
    DirectorNotOfResidentsCommittee,
    DutiesRestored,
    DutiesSuspended,
    FeesOwed,
    Leaving,
    NoLongerSits,
    NotAnOwner,
    NotMember,
    OwnerSeatsKept,
    OwnersOnly,
    SeatConflict,
    SeatedAlready,
    SeatsTaken,
    follow_owner,
    leave_seat,
    lose_seat,
    restore_duties,
    seat_member,
)
from domain.sessions import void_seat
from domain.specification import Scenario, given
from domain.tenures import CadrePost, Route, TenureBegan, TenureEnded
from infra.reacting import Reactor
from tests.casework import QIAN, WHY
from tests.counties import Counties
from tests.county import C1, C2, COUNTY, DAY, FAR, FIRM, K1, LI, WANG, ZHAO, afterwards, days
from tests.hometown import settled

OC, PMC = Ref[Any]("committee:oc"), Ref[Any]("committee:pmc")
ELECTED = OwnersCommitteeElected(OC, K1, 5, 0, DAY, DAY, None)
FORMED = ManagementCommitteeFormed(PMC, K1, 7, 4, DAY, None)
OWNS = ResidentRegistered(ZHAO, K1, C1, K1, ResidenceKind.OWNER, DAY)
SEATED = CommitteeMemberSeated(
    *(OC, K1, ZHAO), is_chair=False, as_owner=True, is_party_member=False, party_recommended=False, seated_on=DAY
)
SERVED = ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY)
HERE: tuple[Event, ...] = (*COUNTY, PersonRegistered(QIAN, "某人"), ELECTED, FORMED, SERVED)  # type: ignore[arg-type]
WISH: dict[str, Any] = {"committee": OC, "compound": K1, "person": ZHAO, "seated_on": DAY}


def seated(*more: Event) -> Scenario:
    return given(*HERE, OWNS, SEATED, *more)


def test_an_owner_takes_a_seat_once_br_26() -> None:
    made = given(*HERE, OWNS).when(seat_member, **WISH).then(SEATED)
    made.when(seat_member, **WISH).refused(SeatedAlready)
    given(*HERE, OWNS).when(seat_member, **WISH | {"compound": FAR}).refused(CommitteeElsewhere(K1))


def test_who_owns_nothing_sits_only_on_a_management_committee_br_26() -> None:
    given(*HERE).when(seat_member, **WISH).refused(NotAnOwner(DAY))
    given(*HERE).when(seat_member, **WISH, as_owner=False).refused(OwnersOnly)
    other = given(*HERE).when(seat_member, **WISH | {"committee": PMC}, as_owner=False)
    other.then(replace(SEATED, committee=PMC, as_owner=False))


@pytest.mark.parametrize("kind", EmploymentKind)
def test_nobody_with_an_interest_in_the_serving_firm_sits_br_26(kind: EmploymentKind) -> None:
    works = given(*HERE, OWNS, EmploymentBegun(ZHAO, FIRM, kind, DAY))
    works.when(seat_member, **WISH).refused(SeatConflict("EMPLOYED_BY", FIRM))
    kin = given(
        *(*HERE, OWNS, KinshipRecorded(ZHAO, LI, KinshipKind.SPOUSE, DAY)),
        KinInterestNoted(ZHAO, LI, FIRM, kind, DAY, None),
    )
    kin.when(seat_member, **WISH).refused(SeatConflict("KIN_EMPLOYED", FIRM))


def test_who_owes_fees_does_not_sit_br_26() -> None:
    given(*HERE, OWNS, FeesFellDue(ZHAO, K1, DAY)).when(seat_member, **WISH).refused(FeesOwed(K1))


def test_a_committee_has_no_more_members_than_seats_br_21() -> None:
    crowd = [Ref[Any](f"person:m{n}") for n in range(5)]
    people = [PersonRegistered(each, "某人") for each in crowd]  # type: ignore[arg-type]
    full = given(*HERE, *people, OWNS, *(replace(SEATED, person=each) for each in crowd))
    full.when(seat_member, **WISH).refused(SeatsTaken(5))


def test_one_chairs_and_owners_keep_their_seats_br_24() -> None:
    chaired = given(*HERE, OWNS, replace(SEATED, person=WANG, is_chair=True))
    chaired.when(seat_member, **WISH, is_chair=True).refused(ChairSeated)
    crowd = [Ref[Any](f"person:m{n}") for n in range(3)]
    people = [PersonRegistered(each, "某人") for each in crowd]  # type: ignore[arg-type]
    others = [replace(SEATED, committee=PMC, person=each, as_owner=False) for each in crowd]
    full = given(*HERE, *people, OWNS, *others)
    full.when(seat_member, **WISH | {"committee": PMC}, as_owner=False).refused(OwnerSeatsKept(4))
    full.when(seat_member, **WISH | {"committee": PMC}).then(replace(SEATED, committee=PMC))


def test_who_chairs_a_management_committee_is_of_the_residents_committee_br_24() -> None:
    chairs: dict[str, Any] = WISH | {"committee": PMC, "is_chair": True}
    told = DirectorNotOfResidentsCommittee(C1, DAY)
    member = TenureBegan(C1, ZHAO, CadrePost.COMMITTEE_MEMBER, Route.ELECTION, None, True, False, days(-9), None)  # noqa: FBT003
    there = given(*HERE, OWNS, member)
    there.when(seat_member, **chairs, community=C1).then(replace(SEATED, committee=PMC, is_chair=True))
    there.when(seat_member, **chairs).refused(told)
    there.when(seat_member, **chairs, community=C2).refused(told)
    given(*HERE, OWNS).when(seat_member, **chairs, community=C1).refused(told)
    secretary = replace(member, cadre_post=CadrePost.COMMUNITY_SECRETARY)
    given(*HERE, OWNS, secretary).when(seat_member, **chairs, community=C1).refused(told)
    left = TenureEnded(C1, ZHAO, CadrePost.COMMITTEE_MEMBER, False, days(-9), DAY)  # noqa: FBT003
    given(*HERE, OWNS, member, left).when(seat_member, **chairs, community=C1).refused(told)


def test_nobody_is_seated_where_the_time_is_over_br_22() -> None:
    over = CommitteeDissolved(OC, K1, DAY, DAY, late=False)
    given(*HERE, OWNS, over).when(seat_member, **WISH).refused(NoLongerSits(DAY))
    term = given(*HERE[:-3], replace(ELECTED, until=DAY), FORMED, SERVED, OWNS)
    term.when(seat_member, **WISH).refused(NoLongerSits(DAY))


def test_who_sells_loses_the_seat_that_day_br_26() -> None:
    sold = ResidentLeft(ZHAO, K1, K1, ResidenceKind.OWNER, DAY, days(9))
    inputs = {"person": ZHAO, "compound": K1, "left_on": days(9)}
    assert list(follow_owner(sold)) == [act(lose_seat, **inputs)]
    assert list(follow_owner(replace(sold, residence_kind=ResidenceKind.OCCUPANT))) == []
    gone = seated().when(lose_seat, person=ZHAO, compound=K1, left_on=days(9))
    gone.then(CommitteeMemberLeft(OC, K1, ZHAO, DAY, days(9), Leaving.NO_LONGER_OWNER))
    gone.when(lose_seat, person=ZHAO, compound=K1, left_on=days(9)).then()
    seated().when(lose_seat, person=ZHAO, compound=FAR, left_on=days(9)).then()
    given(*HERE, replace(SEATED, committee=PMC, as_owner=False)).when(
        lose_seat, person=ZHAO, compound=K1, left_on=days(9)
    ).then()


def test_a_member_leaves_or_is_restored_br_26() -> None:
    left: dict[str, Any] = {"committee": OC, "left_on": DAY, "left_because": Leaving.RESIGNED}
    gone = seated().when(leave_seat, person=ZHAO, **left)
    gone.then(CommitteeMemberLeft(OC, K1, ZHAO, DAY, DAY, Leaving.RESIGNED))
    gone.when(leave_seat, person=ZHAO, **left).refused(NotMember((ZHAO,)))
    gone_on = given(*HERE, OWNS, SEATED, CommitteeMemberLeft(OC, K1, ZHAO, DAY, days(9), Leaving.RESIGNED))
    gone_on.when(seat_member, **WISH).refused(PeriodReversed(days(9), DAY))
    seated().when(leave_seat, person=WANG, **left).refused(NotMember((WANG,)))
    suspended = seated(DutiesSuspended(OC, ZHAO, 1, 2))
    back = suspended.when(restore_duties, committee=OC, person=ZHAO, reason=WHY).then(DutiesRestored(OC, ZHAO, WHY))
    back.when(restore_duties, committee=OC, person=ZHAO, reason=WHY).then()


def test_a_seat_that_was_entered_by_mistake_is_voided_br_84() -> None:
    """Voided once, whether it was left or not; the person may be seated again, and nobody sits by a voided seat."""
    entered = Position(len(HERE) + 2)
    void: dict[str, Any] = {"committee": OC, "reason": WHY, "voids": entered}
    gone = seated().when(void_seat, **void).then(CommitteeMemberVoided(entered, WHY, OC, K1, ZHAO, DAY, sat=True))
    gone.when(void_seat, **void).refused(AlreadyVoided(entered, entered + 1))
    gone.when(seat_member, **WISH).then(SEATED)
    left: dict[str, Any] = {"committee": OC, "person": ZHAO, "left_on": DAY, "left_because": Leaving.RESIGNED}
    gone.when(leave_seat, **left).refused(NotMember((ZHAO,)))
    gone.when(lose_seat, person=ZHAO, compound=K1, left_on=days(9)).then()
    seated().when(void_seat, **void | {"voids": Position(1)}).refused(CorrectsNothing(1, (entered,)))
    resigned = seated(CommitteeMemberLeft(OC, K1, ZHAO, DAY, days(9), Leaving.RESIGNED)).when(void_seat, **void)
    resigned.then(CommitteeMemberVoided(entered, WHY, OC, K1, ZHAO, DAY, sat=False))
    resigned.when(seat_member, **WISH).then(SEATED)


def test_a_former_seat_is_voided_and_the_present_one_stays_br_84() -> None:
    """Also for who sells: the seat that they still have is lost."""
    left, again = CommitteeMemberLeft(OC, K1, ZHAO, DAY, days(3), Leaving.RESIGNED), replace(SEATED, seated_on=days(5))
    former = {"committee": OC, "reason": WHY, "voids": Position(len(HERE) + 2)}
    gone = afterwards(*HERE, OWNS, SEATED, left, again).when(void_seat, **former)  # type: ignore[arg-type]
    gone.when(seat_member, **WISH | {"seated_on": days(6)}).refused(SeatedAlready)
    sold = gone.when(lose_seat, person=ZHAO, compound=K1, left_on=days(9))
    sold.then(CommitteeMemberLeft(OC, K1, ZHAO, days(5), days(9), Leaving.NO_LONGER_OWNER))


def test_a_seat_is_free_from_the_day_on_which_it_was_left_br_21_br_24() -> None:
    """What is entered for an earlier day is judged by who has not left by then, and by who sits only later."""
    crowd = [Ref[Any](f"person:m{n}") for n in range(5)]
    people = [PersonRegistered(each, "某人") for each in crowd]  # type: ignore[arg-type]
    seats = [replace(SEATED, person=each, is_chair=n == 0) for n, each in enumerate(crowd)]
    left = CommitteeMemberLeft(OC, K1, crowd[0], DAY, days(20), Leaving.RESIGNED)
    here = afterwards(*HERE, *people, OWNS, *seats, left)
    here.when(seat_member, **WISH | {"seated_on": days(19)}).refused(SeatsTaken(5))
    free = here.when(seat_member, **WISH | {"seated_on": days(20)}, is_chair=True)
    free.then(replace(SEATED, seated_on=days(20), is_chair=True))
    few = afterwards(*HERE, *people, OWNS, seats[0], left)
    few.when(seat_member, **WISH | {"seated_on": days(19)}, is_chair=True).refused(ChairSeated)
    same = afterwards(*HERE, OWNS, SEATED, replace(left, person=ZHAO, left_on=DAY))
    same.when(seat_member, **WISH).refused(SeatedAlready)
    others = [replace(SEATED, committee=PMC, person=each, as_owner=False) for each in crowd[:3]]
    gone = replace(left, committee=PMC)
    full = afterwards(*HERE, *people, OWNS, *others, gone)
    wish = WISH | {"committee": PMC}
    full.when(seat_member, **wish | {"seated_on": days(19)}, as_owner=False).refused(OwnerSeatsKept(4))
    assert full.when(seat_member, **wish | {"seated_on": days(20)}, as_owner=False).new


@pytest.mark.xdist_group("wilds")
async def test_owners_committees_are_built_under_party_leadership_x63_x64_x65_q61_q72(wilds: Counties) -> None:
    """X63, X64, X65, Q61, Q72: bodies whose term ends soon or is over, compounds without one, shares of Party members;
    who sells loses the seat; who sits is for staff."""
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    elected = {"seats": 5, "partySeats": 3, "elected": "2024-01-01", "since": "2024-01-01", "until": "2026-06-01"}
    committee = await home.town.do("committeeElect", compound=k1, **elected)
    formed = {"seats": 7, "ownerSeats": 4, "since": "2023-01-01", "until": "2025-12-31"}
    await home.town.do("committeeForm", compound=k2, **formed)
    people = [await home.person(f"委员{n}") for n in range(3)]
    for n, person in enumerate(people):
        lives = {"person": person, "residenceKind": "OWNER", "since": "2020-01-01"}
        await home.staff.do("compoundRegisterResident", compound=k1, **lives)
        said = {"isChair": n == 0, "isPartyMember": n < 2, "partyRecommended": n < 2, "seatedOn": "2024-01-01"}
        await home.staff.do("committeeSeatMember", committee=committee, compound=k1, person=person, **said)
    firm = await home.county.do(
        "firmRegister", ledger=home.ledger, name="物业", creditCode=completed("91140423DEM000001")
    )
    serves = {"serviceMode": "MARKET", "provider": firm, "since": "2023-01-01"}
    await home.staff.do("compoundSetService", compound=k1, **serves)
    guard = await home.person("保安")
    await home.county.do("firmEmploy", firm=firm, person=guard, employmentKind="STAFF", since="2023-01-01")
    tied = {"committee": committee, "compound": k1, "person": guard, "seatedOn": "2024-01-01"}
    conflict = await home.staff.refused("committeeSeatMember", "SEAT_CONFLICT", **tied)
    assert conflict == {"tie": "EMPLOYED_BY", "firm": firm}
    query = """query ($l: ID!) { ledger(code: $l) {
        soon: committees(gap: TERM_ENDS_WITHIN_90_DAYS, asOf: "2026-04-01") { edges { node { committeeKind } } }
        late: committees(gap: PAST_TERM, asOf: "2026-04-01") { edges { node { committeeKind } } }
        bare: compounds(gap: WITHOUT_GOVERNING_BODY, asOf: "2025-04-01") { totalCount }
        committeeMembers { groups(by: IS_PARTY_MEMBER) { value count } }
        recommended: committeeMembers(partyRecommended: true) { totalCount }
        committees(committeeKind: OWNERS_COMMITTEE) { measures { seats { sum } partySeats { sum } } } } }"""
    told = (await home.public.ask(query, l=home.ledger))["ledger"]
    assert [edge["node"]["committeeKind"] for edge in told["soon"]["edges"]] == ["OWNERS_COMMITTEE"]
    assert [edge["node"]["committeeKind"] for edge in told["late"]["edges"]] == ["MANAGEMENT_COMMITTEE"]
    assert told["bare"]["totalCount"] == 2
    assert sorted((g["value"], g["count"]) for g in told["committeeMembers"]["groups"]) == [("false", 1), ("true", 2)]
    assert told["recommended"]["totalCount"] == 2
    assert told["committees"]["measures"] == {"seats": {"sum": 5}, "partySeats": {"sum": 3}}
    assert {each["person"] for each in await home.read(home.public, "committeeMembers", "person { id }")} == {None}
    leaves = {"person": people[0], "residenceKind": "OWNER", "ended": date(2025, 5, 1).isoformat()}
    await home.staff.do("compoundEndResidence", compound=k1, **leaves)
    await Reactor(wilds.services.writer_pool, wilds.services.recorder, home.ledger).catch_up()
    [gone] = await home.rows("committeeMembers", "person { id } until leftBecause", isChair=True)
    assert gone == {"person": {"id": people[0]}, "until": "2025-05-01", "leftBecause": "NO_LONGER_OWNER"}
