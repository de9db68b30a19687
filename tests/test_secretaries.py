"""A Party organisation has one secretary at a time, from one of the pools (BR-67)."""

from datetime import date
from typing import Any

import pytest

from domain.events import Event, Ref
from domain.parties import (
    PartyKind,
    PartyOrganisationDissolved,
    PartyOrganisationEstablished,
    PartyOrganisationNotYet,
    PartyOrganisationOver,
)
from domain.periods import DayAhead, PeriodReversed
from domain.posts import ReplacesNobody
from domain.secretaries import (
    NotSecretary,
    SecretaryAppointed,
    SecretaryInOffice,
    SecretaryLeft,
    SecretarySource,
    appoint_secretary,
    end_secretary,
)
from domain.specification import Scenario, given
from tests.county import COUNTY, DAY, K1, LI, LIES_IN_C1, WANG, ZHAO, days

BRANCH = Ref[Any]("party_organisation:branch")
ESTABLISHED = PartyOrganisationEstablished(BRANCH, K1, "党支部", PartyKind.COMPOUND_BRANCH, 2, DAY)
RETIRED = SecretarySource.RETIRED_CADRE


def branch(*events: Event) -> Scenario:
    return given(*COUNTY, ESTABLISHED, *events)


def appointed(person: Ref[Any], since: date = DAY, until: date | None = None) -> SecretaryAppointed:
    return SecretaryAppointed(BRANCH, person, RETIRED, since, until)


def appoint(s: Scenario, person: Ref[Any], since: date, **more: Any) -> Scenario:
    return s.when(appoint_secretary, party_organisation=BRANCH, person=person, source=RETIRED, since=since, **more)


@pytest.mark.parametrize("source", list(SecretarySource))
def test_a_secretary_is_appointed_from_a_pool(source: SecretarySource) -> None:
    made = branch().when(appoint_secretary, party_organisation=BRANCH, person=WANG, source=source, since=DAY)
    made.then(SecretaryAppointed(BRANCH, WANG, source, DAY, None)).tagged({BRANCH, WANG, K1, *LIES_IN_C1})
    made.when(appoint_secretary, party_organisation=BRANCH, person=WANG, source=source, since=DAY).then()


def test_there_is_one_secretary_at_a_time_br_67() -> None:
    held = branch(appointed(WANG))
    appoint(held, LI, days(9)).refused(SecretaryInOffice(WANG, DAY, None))
    appoint(held, LI, days(9), replacing=ZHAO).refused(SecretaryInOffice(WANG, DAY, None))
    replaced = appoint(held, LI, days(9), replacing=WANG)
    replaced.then(SecretaryLeft(BRANCH, WANG, DAY, days(9)), appointed(LI, days(9)))
    late = branch(appointed(WANG, days(5)))
    appoint(late, LI, days(4), replacing=WANG).refused(PeriodReversed(days(5), days(4)))


def test_a_term_that_is_over_makes_way_br_67() -> None:
    termed = branch(appointed(WANG, DAY, days(30)))
    appoint(termed, LI, days(29)).refused(SecretaryInOffice(WANG, DAY, days(30)))
    next_term = appoint(termed, LI, days(30))
    next_term.then(SecretaryLeft(BRANCH, WANG, DAY, days(30)), appointed(LI, days(30)))


def test_a_term_that_was_over_before_may_be_entered_later_br_67() -> None:
    now = branch(appointed(WANG, days(50))).on(days(60))
    entered = appoint(now, LI, days(10), until=days(40))
    entered.then(appointed(LI, days(10), days(40)), SecretaryLeft(BRANCH, LI, days(10), days(40)))
    appoint(entered, LI, days(10), until=days(40)).then()
    appoint(now, LI, days(10), until=days(40), replacing=WANG).refused(ReplacesNobody)
    appoint(now.on(days(39)), LI, days(10), until=days(40)).refused(DayAhead(days(40), days(39)))
    appoint(entered, ZHAO, days(5), until=days(11)).refused(SecretaryInOffice(LI, days(10), days(40)))
    appoint(entered, ZHAO, days(40), until=days(51)).refused(SecretaryInOffice(WANG, days(50), None))
    appoint(entered, ZHAO, days(-1), until=days(3)).refused(PartyOrganisationNotYet(DAY))
    appoint(entered, ZHAO, days(60), replacing=WANG).then(
        SecretaryLeft(BRANCH, WANG, days(50), days(60)), appointed(ZHAO, days(60))
    )


def test_a_secretary_may_serve_another_term() -> None:
    again = appoint(branch(appointed(WANG, DAY, days(30))), WANG, days(30), until=days(60))
    again.then(SecretaryLeft(BRANCH, WANG, DAY, days(30)), appointed(WANG, days(30), days(60)))


@pytest.mark.parametrize("after", [0, -1])
def test_a_term_ends_after_it_begins(after: int) -> None:
    appoint(branch(), WANG, DAY, until=days(after)).refused(PeriodReversed(DAY, days(after)))


def test_a_secretary_leaves_once_and_the_office_is_free_from_that_day() -> None:
    left = branch(appointed(WANG)).when(end_secretary, party_organisation=BRANCH, person=WANG, ended=days(5))
    left.then(SecretaryLeft(BRANCH, WANG, DAY, days(5))).tagged({BRANCH, WANG, K1, *LIES_IN_C1})
    left.when(end_secretary, party_organisation=BRANCH, person=WANG, ended=days(5)).then()
    left.when(end_secretary, party_organisation=BRANCH, person=WANG, ended=days(6)).refused(NotSecretary(WANG))
    appoint(left, LI, days(4)).refused(SecretaryInOffice(WANG, DAY, days(5)))
    appoint(left, LI, days(5)).then(appointed(LI, days(5)))


def test_only_the_secretary_in_office_leaves_it() -> None:
    branch().when(end_secretary, party_organisation=BRANCH, person=WANG, ended=DAY).refused(NotSecretary(WANG))
    held = branch(appointed(WANG))
    held.when(end_secretary, party_organisation=BRANCH, person=LI, ended=DAY).refused(NotSecretary(LI))
    held.when(end_secretary, party_organisation=BRANCH, person=WANG, ended=days(-1)).refused(
        PeriodReversed(DAY, days(-1))
    )


def test_a_dissolved_organisation_gets_no_secretary() -> None:
    over = branch(PartyOrganisationDissolved(BRANCH, days(3)))
    appoint(over, WANG, days(4)).refused(PartyOrganisationOver(days(3)))


def test_nobody_is_secretary_before_the_organisation_is_founded_br_67() -> None:
    appoint(branch(), WANG, days(-1)).refused(PartyOrganisationNotYet(DAY))
