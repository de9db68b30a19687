"""A compound has one body: an owners' committee, or until there is one a management committee (BR-20 to BR-24)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.committees import (
    AlreadyFiled,
    BodyExists,
    CommitteeDissolved,
    CommitteeFiled,
    CommitteeOver,
    CommitteeSeats,
    CommitteeTermTooLong,
    HandoverDue,
    ManagementCommitteeFormed,
    ManagementCommitteeSeats,
    ManagementCommitteeTermTooLong,
    NothingToFile,
    OwnersCommitteeElected,
    OwnersTooFew,
    SeatsExceeded,
    dissolve,
    elect,
    file_committee,
    form,
)
from domain.events import Event, Ref
from domain.periods import PeriodReversed
from domain.specification import Scenario, born
from tests.county import COUNTY, DAY, K1, LIES_IN_C1, afterwards, days

OWNERS, MANAGEMENT = Ref[Any]("committee:owners"), Ref[Any]("committee:management")
LATER = date(2028, 3, 1)
"""Three years after DAY, the end of the terms below."""

ELECTED = OwnersCommitteeElected(OWNERS, K1, 5, 3, DAY, DAY, LATER)
FORMED = ManagementCommitteeFormed(MANAGEMENT, K1, 7, 4, DAY, LATER)
TERM: dict[str, Any] = {"compound": K1, "since": DAY, "until": LATER}


def compound(*events: Event) -> Scenario:
    return afterwards(*COUNTY, *events)


def test_owners_elect_a_committee() -> None:
    committee = born("committee")
    elected = compound().when(elect, seats=5, party_seats=3, elected=days(-2), **TERM)
    elected.then(OwnersCommitteeElected(committee, K1, 5, 3, days(-2), DAY, LATER))
    elected.tagged({committee, K1, *LIES_IN_C1})


@pytest.mark.parametrize("seats", [0, 3, 4, 6, 100])
def test_a_committee_has_an_odd_number_of_five_or_more_members_br_21(seats: int) -> None:
    compound().when(elect, seats=seats, elected=DAY, **TERM).refused(CommitteeSeats(seats, 5))


@pytest.mark.parametrize("seats", [5, 7, 101])
def test_any_odd_number_from_five_on_will_do_br_21(seats: int) -> None:
    elected = compound().when(elect, seats=seats, elected=DAY, **TERM)
    elected.then(OwnersCommitteeElected(born("committee"), K1, seats, 0, DAY, DAY, LATER))


@pytest.mark.parametrize("party_seats", [6, 100])
def test_no_more_party_members_than_members(party_seats: int) -> None:
    impossible = compound().when(elect, seats=5, party_seats=party_seats, elected=DAY, **TERM)
    impossible.refused(SeatsExceeded(party_seats, 5))


def test_a_term_begins_no_earlier_than_the_election_and_ends_after_it_begins() -> None:
    before = compound().when(elect, seats=5, elected=days(1), **TERM)
    before.refused(PeriodReversed(days(1), DAY))
    empty = compound().when(elect, compound=K1, seats=5, elected=DAY, since=DAY, until=DAY)
    empty.refused(PeriodReversed(DAY, DAY))


LEAP = date(2024, 2, 29)
TERMS = [
    (DAY, date(2030, 3, 1), 5, True),
    (DAY, date(2030, 3, 2), 5, False),
    (LEAP, date(2029, 2, 28), 5, True),
    (LEAP, date(2029, 3, 1), 5, False),
    (DAY, date(2028, 3, 1), 3, True),
    (DAY, date(2028, 3, 2), 3, False),
]


@pytest.mark.parametrize(("since", "until"), [term[:2] for term in TERMS if term[2:] == (5, True)])
def test_a_committees_term_may_last_five_years_br_22(since: date, until: date) -> None:
    elected = compound().on(since).when(elect, compound=K1, seats=5, elected=since, since=since, until=until)
    elected.then(OwnersCommitteeElected(born("committee"), K1, 5, 0, since, since, until))


@pytest.mark.parametrize(("since", "until"), [term[:2] for term in TERMS if term[2:] == (5, False)])
def test_a_committees_term_lasts_no_longer_br_22(since: date, until: date) -> None:
    elected = compound().when(elect, compound=K1, seats=5, elected=since, since=since, until=until)
    elected.refused(CommitteeTermTooLong(since, until, 5))


def test_a_management_committee_is_formed() -> None:
    formed = compound().when(form, seats=7, owner_seats=4, **TERM)
    formed.then(ManagementCommitteeFormed(born("committee"), K1, 7, 4, DAY, LATER))
    formed.tagged({born("committee"), K1, *LIES_IN_C1})


@pytest.mark.parametrize("seats", [5, 6, 8])
def test_a_management_committee_has_an_odd_number_of_seven_or_more_members_br_24(seats: int) -> None:
    formed = compound().when(form, seats=seats, owner_seats=seats, **TERM)
    formed.refused(ManagementCommitteeSeats(seats, 7))


@pytest.mark.parametrize(
    ("seats", "owner_seats", "refusal"),
    [(7, 3, OwnersTooFew(3, 7)), (9, 4, OwnersTooFew(4, 9)), (7, 8, SeatsExceeded(8, 7))],
)
def test_owners_hold_at_least_half_of_a_management_committee_br_24(
    seats: int, owner_seats: int, refusal: OwnersTooFew | SeatsExceeded
) -> None:
    compound().when(form, seats=seats, owner_seats=owner_seats, **TERM).refused(refusal)


def test_a_management_committees_term_lasts_three_years_at_most_br_24() -> None:
    until = date(2028, 3, 2)
    formed = compound().when(form, compound=K1, seats=7, owner_seats=4, since=DAY, until=until)
    formed.refused(ManagementCommitteeTermTooLong(DAY, until, 3))


@pytest.mark.parametrize("present", [ELECTED, FORMED], ids=["committee", "management committee"])
def test_no_management_committee_is_formed_where_a_body_is_br_20(
    present: OwnersCommitteeElected | ManagementCommitteeFormed,
) -> None:
    kind = "OWNERS_COMMITTEE" if present is ELECTED else "MANAGEMENT_COMMITTEE"
    second = compound(present).when(form, seats=7, owner_seats=4, **{**TERM, "since": LATER - timedelta(1)})
    second.refused(BodyExists(present.committee, kind, LATER))


def test_no_second_committee_is_elected_for_the_same_time_br_20() -> None:
    second = compound(ELECTED).when(elect, seats=5, elected=days(9), **{**TERM, "since": LATER - timedelta(1)})
    second.refused(BodyExists(OWNERS, "OWNERS_COMMITTEE", LATER))


@pytest.mark.parametrize("former", [ELECTED, FORMED], ids=["committee", "management committee"])
def test_a_body_whose_term_is_over_makes_way_br_20(
    former: OwnersCommitteeElected | ManagementCommitteeFormed,
) -> None:
    until = date(2031, 3, 1)
    formed = compound(former).when(form, compound=K1, seats=7, owner_seats=4, since=LATER, until=until)
    formed.then(
        CommitteeDissolved(former.committee, K1, DAY, LATER, late=False),
        ManagementCommitteeFormed(born("committee"), K1, 7, 4, LATER, until),
    )


def test_the_next_committee_is_elected_before_the_term_is_over_br_22() -> None:
    until, vote = date(2031, 3, 1), LATER - timedelta(90)
    elected = compound(ELECTED).when(elect, compound=K1, seats=7, elected=vote, since=LATER, until=until)
    elected.then(
        CommitteeDissolved(OWNERS, K1, DAY, LATER, late=False),
        OwnersCommitteeElected(born("committee"), K1, 7, 0, vote, LATER, until),
    )


def test_a_committee_is_elected_while_a_management_committee_sits_br_20() -> None:
    elected = compound(FORMED).when(elect, seats=5, elected=DAY, **TERM)
    elected.then(OwnersCommitteeElected(born("committee"), K1, 5, 0, DAY, DAY, LATER))


@pytest.mark.parametrize(("after", "late"), [(0, False), (30, False), (31, True)])
def test_a_committee_is_filed_within_thirty_days_or_recorded_late_br_23(after: int, late: object) -> None:
    filed = compound(ELECTED).when(file_committee, compound=K1, filed=days(after))
    filed.then(CommitteeFiled(OWNERS, K1, days(after), late=bool(late))).tagged({OWNERS, K1, *LIES_IN_C1})
    filed.when(file_committee, compound=K1, filed=days(after)).then()
    filed.when(file_committee, compound=K1, filed=days(after + 1)).refused(AlreadyFiled(days(after)))


def test_only_an_elected_committee_is_filed_br_23() -> None:
    compound(FORMED).when(file_committee, compound=K1, filed=DAY).refused(NothingToFile(K1))
    compound(ELECTED).when(file_committee, compound=K1, filed=days(-1)).refused(PeriodReversed(DAY, days(-1)))


@pytest.mark.parametrize(("after", "late"), [(39, False), (40, False), (41, True)])
def test_thirty_days_after_filing_the_management_committee_is_dissolved_or_late_br_20(after: int, late: object) -> None:
    filed = compound(FORMED, ELECTED).when(file_committee, compound=K1, filed=days(10))
    filed.then(CommitteeFiled(OWNERS, K1, days(10), late=False), HandoverDue(MANAGEMENT, K1, days(40)))
    gone = filed.when(dissolve, committee=MANAGEMENT, ended=days(after))
    gone.then(CommitteeDissolved(MANAGEMENT, K1, DAY, days(after), late=bool(late))).tagged(
        {MANAGEMENT, K1, *LIES_IN_C1}
    )


def test_a_body_is_dissolved_once() -> None:
    gone = compound(ELECTED).when(dissolve, committee=OWNERS, ended=days(100))
    gone.then(CommitteeDissolved(OWNERS, K1, DAY, days(100), late=False))
    gone.when(dissolve, committee=OWNERS, ended=days(100)).then()
    gone.when(dissolve, committee=OWNERS, ended=days(101)).refused(CommitteeOver(days(100)))
    gone.when(file_committee, compound=K1, filed=days(101)).refused(NothingToFile(K1))
    gone.when(form, seats=7, owner_seats=4, **{**TERM, "since": days(100)}).then(
        ManagementCommitteeFormed(born("committee"), K1, 7, 4, days(100), LATER)
    )


def test_no_committee_is_elected_into_the_time_of_one_that_was_dissolved_br_20() -> None:
    gone = compound(ELECTED, CommitteeDissolved(OWNERS, K1, DAY, date(2029, 1, 1), late=False))
    for since in (days(-30), DAY, LATER, date(2028, 12, 31)):
        until = date(2029, 12, 1)
        again = gone.when(elect, compound=K1, seats=5, elected=since, since=since, until=until)
        again.refused(BodyExists(OWNERS, "OWNERS_COMMITTEE", date(2029, 1, 1)))
    day, until = date(2029, 1, 1), date(2030, 1, 1)
    gone.when(elect, compound=K1, seats=5, elected=day, since=day, until=until).then(
        OwnersCommitteeElected(born("committee"), K1, 5, 0, day, day, until)
    )


def test_no_management_committee_is_formed_into_the_time_of_one_that_was_dissolved_br_20() -> None:
    gone = compound(FORMED, CommitteeDissolved(MANAGEMENT, K1, DAY, days(100), late=False))
    second = gone.when(form, seats=7, owner_seats=4, **{**TERM, "since": days(99)})
    second.refused(BodyExists(MANAGEMENT, "MANAGEMENT_COMMITTEE", days(100)))


def test_a_dissolved_management_committee_hands_nothing_over_br_20() -> None:
    gone = compound(FORMED, CommitteeDissolved(MANAGEMENT, K1, DAY, days(5), late=False), ELECTED)
    gone.when(file_committee, compound=K1, filed=days(10)).then(CommitteeFiled(OWNERS, K1, days(10), late=False))


def test_a_management_committee_that_gives_way_after_the_last_day_is_late_br_20() -> None:
    until = date(2030, 1, 1)
    over = compound(FORMED, HandoverDue(MANAGEMENT, K1, days(40)))
    formed = over.when(form, compound=K1, seats=7, owner_seats=4, since=LATER, until=until)
    formed.then(
        CommitteeDissolved(MANAGEMENT, K1, DAY, LATER, late=True),
        ManagementCommitteeFormed(born("committee"), K1, 7, 4, LATER, until),
    )


def test_a_term_near_the_last_year_there_is_is_measured_too_br_22() -> None:
    since, until = date(2198, 3, 1), date(2199, 12, 31)
    elected = compound().on(since).when(elect, compound=K1, seats=5, elected=since, since=since, until=until)
    elected.then(OwnersCommitteeElected(born("committee"), K1, 5, 0, since, since, until))
    filed = elected.on(until).when(file_committee, compound=K1, filed=until)
    filed.then(CommitteeFiled(born("committee"), K1, until, late=True))


def test_a_body_is_not_dissolved_before_its_term_begins() -> None:
    early = compound(FORMED).when(dissolve, committee=MANAGEMENT, ended=days(-1))
    early.refused(PeriodReversed(DAY, days(-1)))
