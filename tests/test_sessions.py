"""A committee meets, resolves, posts and seals with more than half of its members (BR-24, BR-25, BR-96)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.calendars import CalendarAdopted
from domain.committees import CommitteeDissolved
from domain.corrections import AlreadyVoided
from domain.events import Event, Position, Ref
from domain.ledgers import ITSELF
from domain.people import PersonRegistered
from domain.periods import DayAhead, PeriodReversed
from domain.seats import (
    CommitteeMemberLeft,
    CommitteeMemberSeated,
    DutiesRest,
    DutiesRestored,
    DutiesSuspended,
    Leaving,
    NoLongerSits,
    NotMember,
)
from domain.sessions import (
    CommitteeResolutionPosted,
    CommitteeResolved,
    CommitteeSessionHeld,
    CommitteeSessionVoided,
    NobodyThere,
    NoSuchResolution,
    SealUnsupported,
    SealUsed,
    SeatUsed,
    SessionNotValid,
    SessionResolved,
    SignaturesTooFew,
    hold_session,
    post_resolution,
    resolve,
    use_seal,
    void_seat,
    void_session,
)
from domain.specification import Scenario, given
from tests.casework import HOURS, WHY
from tests.counties import Counties
from tests.county import COUNTY, DAY, K1, days
from tests.hometown import settled
from tests.test_seats import ELECTED, FORMED, OC, PMC, SEATED

MEMBERS = tuple(Ref[Any](f"person:m{n}") for n in range(7))
PEOPLE: tuple[Event, ...] = tuple(PersonRegistered(each, "某人") for each in MEMBERS)  # type: ignore[arg-type]
LATER = datetime(2025, 12, 31, 12, tzinfo=CHINA)
OWNERS: tuple[CommitteeMemberSeated, ...] = tuple(replace(SEATED, person=each) for each in MEMBERS[:5])
MIXED = tuple(replace(SEATED, committee=PMC, person=each, as_owner=n < 4) for n, each in enumerate(MEMBERS))
HERE: tuple[Event, ...] = (*COUNTY, *PEOPLE, CalendarAdopted(ITSELF, 1, (), (), HOURS, DAY), ELECTED, FORMED)


def owners(*more: Event) -> Scenario:
    return given(*HERE, *OWNERS, *more)


def held(number: int, *there: int, valid: bool, on: date = DAY) -> CommitteeSessionHeld:
    present = tuple(MEMBERS[n] for n in there)
    return CommitteeSessionHeld(OC, K1, number, present, len(there), 5, len(there), 5, valid, on)


def meet(*there: int, on: date = DAY, committee: Ref[Any] = OC) -> dict[str, Any]:
    present = tuple(MEMBERS[n] for n in there)
    return {"committee": committee, "present_members": present, "session_on": on, "now": LATER}


@pytest.mark.parametrize(("there", "valid"), [((0, 1, 2), True), ((0, 1), False)])
def test_more_than_half_of_the_members_are_there_br_25(there: tuple[int, ...], *, valid: bool) -> None:
    owners().when(hold_session, **meet(*there)).then(held(1, *there, valid=valid))


@pytest.mark.parametrize(
    ("there", "valid"),
    [((0, 1, 2, 4), True), ((0, 1, 4, 5), False), ((0, 1, 2), False), ((0, 4, 5, 6), False)],
    ids=["both", "half of the owners", "too few", "hardly any owner"],
)
def test_of_a_management_committee_also_more_than_half_of_the_owners_br_24(
    there: tuple[int, ...], *, valid: bool
) -> None:
    [event, *_] = given(*HERE, *MIXED).when(hold_session, **meet(*there, committee=PMC)).new
    assert isinstance(event, CommitteeSessionHeld)
    assert event.session_valid is valid


def test_nobody_is_there_by_proxy_and_sessions_are_entered_in_any_order_br_25() -> None:
    owners().when(hold_session, **meet(0, 6)).refused(NotMember((MEMBERS[6],)))
    later = owners(held(1, 0, 1, 2, valid=True, on=days(9)))
    later.when(hold_session, **meet(0, 1, 2, 3, 4, on=days(8))).then(
        held(2, 0, 1, 2, 3, 4, valid=True, on=days(8)),
        DutiesSuspended(OC, MEMBERS[3], 1, 2, days(9)),
        DutiesSuspended(OC, MEMBERS[4], 1, 2, days(9)),
    )
    owners().when(hold_session, **meet()).refused(NobodyThere)
    owners().when(hold_session, **meet(0, 1, 2, on=days(-1))).refused(PeriodReversed(DAY, days(-1)))
    ahead = owners().when(hold_session, **meet(0, 1, 2, on=date(2026, 1, 1)))
    ahead.refused(DayAhead(date(2026, 1, 1), LATER.date()))


def test_a_session_of_an_earlier_day_is_judged_by_who_sat_then_br_25() -> None:
    """Entered on day 9: who left on day 5 was a member on day 4 and is none on day 5, nor counted among them."""
    left = CommitteeMemberLeft(OC, K1, MEMBERS[4], DAY, days(5), Leaving.RESIGNED)
    joined = replace(SEATED, person=MEMBERS[5], seated_on=days(7))
    gone = owners(left, joined)
    gone.when(hold_session, **meet(0, 1, 4, on=days(4))).then(held(1, 0, 1, 4, valid=True, on=days(4)))
    gone.when(hold_session, **meet(0, 1, 4, on=days(5))).refused(NotMember((MEMBERS[4],)))
    gone.when(hold_session, **meet(0, 1, 5, on=days(5))).refused(NotMember((MEMBERS[5],)))
    four = replace(held(1, 0, 1, valid=False, on=days(6)), member_count=4, owner_count=4)
    gone.when(hold_session, **meet(0, 1, on=days(6))).then(four)
    said: dict[str, Any] = {"committee": OC, "session_no": 1, "resolution_text": "方案"}
    then = owners(left, joined, held(1, 0, 1, 4, valid=True, on=days(4)))
    made = then.when(resolve, **said, signatories=(*MEMBERS[:2], MEMBERS[4]))
    made.then(CommitteeResolved(OC, K1, 1, 1, "方案", (*MEMBERS[:2], MEMBERS[4]), 3, 5, days(4)))
    then.when(resolve, **said, signatories=(*MEMBERS[:2], MEMBERS[5])).refused(NotMember((MEMBERS[5],)))
    seal: dict[str, Any] = {"committee": OC, "seal_use": "合同", "now": LATER}
    gone.when(use_seal, **seal, sealed_on=days(6), signatories=MEMBERS[:3]).then(
        SealUsed(OC, K1, 1, "合同", MEMBERS[:3], 3, 4, days(6))
    )
    gone.when(use_seal, **seal, sealed_on=days(7), signatories=MEMBERS[:2]).refused(SealUnsupported(2, 5, 3))


def test_a_session_that_was_entered_wrongly_is_voided_unless_something_was_resolved_br_84() -> None:
    entered = Position(len(HERE) + len(OWNERS) + 1)
    void: dict[str, Any] = {"committee": OC, "reason": WHY, "voids": entered}
    wrong = owners(held(1, 0, 1, 2, valid=True, on=days(9)))
    gone = wrong.when(void_session, **void).then(CommitteeSessionVoided(entered, WHY, OC, 1))
    gone.when(void_session, **void).refused(AlreadyVoided(entered, entered + 1))
    again = gone.when(hold_session, **meet(0, 1, 3, on=days(8)))
    again.then(held(2, 0, 1, 3, valid=True, on=days(8)))
    said: dict[str, Any] = {"committee": OC, "resolution_text": "方案", "signatories": MEMBERS[:3]}
    gone.when(resolve, **said, session_no=1).refused(SessionNotValid(1))
    wrong.when(resolve, **said, session_no=1).when(void_session, **void).refused(SessionResolved(1))


def test_a_seat_by_which_somebody_met_or_signed_is_left_and_not_voided_br_84() -> None:
    entered = Position(len(HERE) + 1)
    void: dict[str, Any] = {"committee": OC, "reason": WHY, "voids": entered}
    met = owners(held(1, 0, 1, 2, valid=True))
    met.when(void_seat, **void).refused(SeatUsed((1,), ()))
    assert met.when(void_seat, **void | {"voids": Position(entered + 3)}).new
    resolved = owners(held(1, 1, 2, 3, valid=True), CommitteeResolved(OC, K1, 1, 1, "方案", MEMBERS[:3], 3, 5, DAY))
    resolved.when(void_seat, **void).refused(SeatUsed((), (1,)))


def test_who_was_suspended_through_a_session_that_is_voided_no_longer_is_br_84_br_26() -> None:
    """The right record is entered then; absences of before count on, and who is suspended is as it would have been."""
    first = owners(held(1, 0, 1, 2, 4, valid=True))
    wrong = first.when(hold_session, **meet(0, 1, 2, on=days(9)))
    wrong.then(
        held(2, 0, 1, 2, valid=True, on=days(9)),
        DutiesSuspended(OC, MEMBERS[3], 2, 2, days(9)),
        DutiesSuspended(OC, MEMBERS[4], 1, 2, days(9)),
    )
    second = Position(len(HERE) + len(OWNERS) + 2)
    voided = wrong.when(void_session, committee=OC, voids=second, reason=WHY)
    voided.then(
        CommitteeSessionVoided(second, WHY, OC, 2),
        DutiesRestored(OC, MEMBERS[3], WHY),
        DutiesRestored(OC, MEMBERS[4], WHY),
    )
    right = voided.when(hold_session, **meet(0, 1, 2, 3, 4, on=days(9)))
    right.then(
        held(3, 0, 1, 2, 3, 4, valid=True, on=days(9)),
        DutiesSuspended(OC, MEMBERS[3], 1, 2, days(9)),
    )


def test_duties_rest_after_the_session_that_was_missed_br_26() -> None:
    """Who was there on the first day signs what was resolved then, though suspended since."""
    there = owners(
        held(1, 0, 3, 4, valid=True),
        held(2, 0, 1, 2, valid=True, on=days(9)),
        DutiesSuspended(OC, MEMBERS[3], 1, 2, days(9)),
    )
    said: dict[str, Any] = {"committee": OC, "resolution_text": "方案", "signatories": (MEMBERS[0], *MEMBERS[3:5])}
    assert there.when(resolve, **said, session_no=1).new
    there.when(hold_session, **meet(0, 1, 3, on=days(10))).refused(DutiesRest((MEMBERS[3],)))
    assert there.when(hold_session, **meet(0, 1, 3, on=days(9))).new


def test_whoever_misses_half_the_sessions_of_a_year_is_suspended_br_26() -> None:
    once = owners(held(1, 0, 1, 2, valid=True))
    second = once.when(hold_session, **meet(0, 1, 2, 3, on=days(30)))
    second.then(
        held(2, 0, 1, 2, 3, valid=True, on=days(30)),
        DutiesSuspended(OC, MEMBERS[3], 1, 2, days(30)),
        DutiesSuspended(OC, MEMBERS[4], 2, 2, days(30)),
    )
    third = second.when(hold_session, **meet(0, 1, 2, on=days(60)))
    third.then(held(3, 0, 1, 2, valid=True, on=days(60)))
    year_later = once.when(
        hold_session, **meet(0, 1, 2, 3, on=DAY + timedelta(days=365)) | {"now": LATER + timedelta(200)}
    )
    year_later.then(held(2, 0, 1, 2, 3, valid=True, on=DAY + timedelta(days=365)))


def test_who_is_restored_is_judged_by_later_sessions_br_26() -> None:
    back = owners(
        held(1, 0, 1, 2, valid=True),
        held(2, 0, 1, 2, valid=True),
        DutiesSuspended(OC, MEMBERS[3], 2, 2),
        DutiesSuspended(OC, MEMBERS[4], 2, 2),
        DutiesRestored(OC, MEMBERS[3], WHY),
    )
    back.when(hold_session, **meet(0, 1, 2, 3)).then(held(3, 0, 1, 2, 3, valid=True))


def test_a_dissolved_committee_neither_meets_nor_seals_br_22() -> None:
    gone = owners(CommitteeDissolved(OC, K1, DAY, DAY, late=False))
    gone.when(hold_session, **meet(0, 1, 2)).refused(NoLongerSits(DAY))
    seal: dict[str, Any] = {"committee": OC, "seal_use": "合同", "sealed_on": DAY, "signatories": MEMBERS[:3]}
    gone.when(use_seal, **seal).refused(NoLongerSits(DAY))


def test_a_resolution_takes_more_than_half_of_all_members_br_25() -> None:
    said: dict[str, Any] = {"committee": OC, "session_no": 1, "resolution_text": "选聘物业方案"}
    there = owners(held(1, 0, 1, 2, 3, valid=True))
    there.when(resolve, **said, signatories=MEMBERS[:2]).refused(SignaturesTooFew(2, 5, 3))
    made = there.when(resolve, **said, signatories=MEMBERS[:3])
    made.then(CommitteeResolved(OC, K1, 1, 1, "选聘物业方案", MEMBERS[:3], 3, 5, DAY))
    there.when(resolve, **said | {"session_no": 2}, signatories=MEMBERS[:3]).refused(SessionNotValid(2))
    owners(held(1, 0, 1, valid=False)).when(resolve, **said, signatories=MEMBERS[:3]).refused(SessionNotValid(1))
    resting = owners(held(1, 0, 1, 2, valid=True), DutiesSuspended(OC, MEMBERS[2], 1, 2))
    resting.when(resolve, **said, signatories=MEMBERS[:3]).refused(DutiesRest((MEMBERS[2],)))
    resting.when(hold_session, **meet(0, 1, 2)).refused(DutiesRest((MEMBERS[2],)))


@pytest.mark.parametrize(("after", "late"), [(3, False), (4, True)])
def test_a_resolution_is_posted_within_three_days_br_25(after: int, *, late: bool) -> None:
    resolved = CommitteeResolved(OC, K1, 1, 1, "方案", MEMBERS[:3], 3, 5, DAY)
    wish: dict[str, Any] = {"committee": OC, "resolution_no": 1, "posted": days(after), "now": LATER}
    posted = owners(held(1, 0, 1, 2, valid=True), resolved).when(post_resolution, **wish)
    posted.then(CommitteeResolutionPosted(OC, 1, days(after), None, late))
    posted.when(post_resolution, **wish).refused(NoSuchResolution(1))


def test_a_management_committees_resolution_is_posted_for_ten_work_days_br_24() -> None:
    """Posted on Monday 3 March 2025, with no days off but weekends: until Monday 17 March, its own day not counted."""
    resolved = CommitteeResolved(PMC, K1, 1, 1, "方案", MEMBERS[:4], 4, 7, DAY)
    on = date(2025, 3, 3)
    posted = given(*HERE, *MIXED, resolved).when(post_resolution, committee=PMC, resolution_no=1, posted=on, now=LATER)
    [event] = posted.new
    assert isinstance(event, CommitteeResolutionPosted)
    assert event.posted_until == date(2025, 3, 17)


def test_the_seal_takes_more_than_half_of_the_members_br_96() -> None:
    wish: dict[str, Any] = {"committee": OC, "seal_use": "物业服务合同", "sealed_on": DAY}
    owners().when(use_seal, **wish, signatories=MEMBERS[:2]).refused(SealUnsupported(2, 5, 3))
    owners().when(use_seal, **wish, signatories=(MEMBERS[0],) * 3).refused(SealUnsupported(1, 5, 3))
    owners().when(use_seal, **wish, signatories=MEMBERS[:3]).then(
        SealUsed(OC, K1, 1, "物业服务合同", MEMBERS[:3], 3, 5, DAY)
    )


@pytest.mark.xdist_group("wilds")
async def test_a_committee_that_has_not_met_for_two_months_is_found(wilds: Counties) -> None:
    """BR-25 on the wire; who was there is for staff, how many for everybody."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    elected = {"seats": 5, "partySeats": 1, "elected": "2025-01-01", "since": "2025-01-01", "until": "2029-01-01"}
    committee = await home.town.do("committeeElect", compound=k1, **elected)
    people = [await home.person(f"委员{n}") for n in range(3)]
    for person in people:
        lives = {"person": person, "residenceKind": "OWNER", "since": "2020-01-01"}
        await home.staff.do("compoundRegisterResident", compound=k1, **lives)
        seated = {"compound": k1, "person": person, "seatedOn": "2025-01-01"}
        await home.staff.do("committeeSeatMember", committee=committee, **seated)
    await home.staff.do("committeeHoldSession", committee=committee, presentMembers=people[:2], sessionOn="2025-04-01")
    signed = {"committee": committee, "signatories": people[:2]}
    await home.staff.do("committeeResolve", **signed, sessionNo=1, resolutionText="方案")
    await home.staff.do("committeeUseSeal", **signed, sealUse="合同", sealedOn="2025-04-02")
    [session] = await home.read(home.public, "committeeSessions", "presentCount sessionValid presentMembers { id }")
    assert session == {"presentCount": 2, "sessionValid": True, "presentMembers": []}
    query = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        committees(gap: NO_SESSION_FOR_TWO_MONTHS, asOf: $on) { totalCount } } }"""
    for on, found in (("2025-03-01", 0), ("2025-03-02", 1), ("2025-04-02", 0), ("2025-06-01", 0), ("2025-06-02", 1)):
        told = (await home.public.ask(query, l=home.ledger, on=on))["ledger"]["committees"]["totalCount"]
        assert told == found, on
