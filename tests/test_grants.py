"""A grant gives a role over a place for a period; what it allows is tested with the decisions."""

from datetime import date
from typing import Any

import pytest

from api.commands import refused
from domain.decisions import ThingUnknown
from domain.events import Audience, Ref
from domain.execution import Actor
from domain.grants import GrantEnded, GrantGiven, GrantOver, NotPermitted, ScopeUnfit, end, give
from domain.periods import PeriodReversed
from domain.roles import Role
from domain.specification import NOON, born, given
from tests.county import C1, C2, COUNTY, DAY, LEDGER, LI, LIES_IN_C1, WANG, days

GRANT = Ref[Any]("grant:one")
GIVEN = GrantGiven(GRANT, WANG, Role.TOWN, C1, DAY)
TODAY = NOON.date()


def test_a_role_is_granted_over_a_place_and_lies_there() -> None:
    granted = given(*COUNTY).when(give, person=WANG, role=Role.COMMUNITY, scope=C1, since=DAY)
    granted.then(GrantGiven(born("grant"), WANG, Role.COMMUNITY, C1, DAY))
    granted.tagged({born("grant"), WANG, *LIES_IN_C1})


def test_a_role_is_granted_over_the_whole_ledger_for_a_time() -> None:
    granted = given(*COUNTY).when(give, person=WANG, role=Role.AUDITOR, since=DAY, until=days(1))
    granted.then(GrantGiven(born("grant"), WANG, Role.AUDITOR, None, DAY, days(1))).tagged({born("grant"), WANG})


def test_a_grant_does_not_end_before_it_begins() -> None:
    reversed_ = given(*COUNTY).when(give, person=WANG, role=Role.TOWN, since=DAY, until=days(-1))
    reversed_.refused(PeriodReversed(DAY, days(-1)))


def test_a_grant_ends_today_and_once() -> None:
    ended = given(*COUNTY, GIVEN).when(end, grant=GRANT).then(GrantEnded(GRANT, WANG, C1, TODAY))
    ended.when(end, grant=GRANT).refused(GrantOver(TODAY))


def test_a_grant_that_ran_out_is_not_ended_again() -> None:
    ran_out = GrantGiven(GRANT, WANG, Role.TOWN, C1, date(2020, 1, 1), date(2021, 1, 1))
    given(*COUNTY, ran_out).when(end, grant=GRANT).refused(GrantOver(date(2021, 1, 1)))


def test_only_an_administrator_grants() -> None:
    inputs: dict[str, Any] = {"person": LI, "role": Role.ADMINISTRATOR, "since": DAY, "actor": Actor(WANG)}
    given(*COUNTY, GIVEN).when(give, **inputs).refused(NotPermitted(("ADMINISTRATOR",), ("TOWN",)))
    administrator = GrantGiven(GRANT, WANG, Role.ADMINISTRATOR, None, DAY)
    given(*COUNTY, administrator).when(give, **inputs).then(
        GrantGiven(born("grant"), LI, Role.ADMINISTRATOR, None, DAY)
    )


def test_an_administrator_of_a_place_grants_no_more_than_that_place() -> None:
    """The scope of a grant holds for granting too: neither the whole ledger nor another's grant is within reach."""
    inputs: dict[str, Any] = {"person": WANG, "role": Role.ADMINISTRATOR, "since": DAY, "actor": Actor(WANG)}
    local = given(*COUNTY, GrantGiven(GRANT, WANG, Role.ADMINISTRATOR, C1, DAY))
    refusal = NotPermitted(("ADMINISTRATOR",), ("ADMINISTRATOR",))
    local.when(give, **inputs).refused(refusal)
    local.when(give, **inputs, scope=C2).refused(refusal)
    local.when(give, **inputs, scope=C1).then(GrantGiven(born("grant"), WANG, Role.ADMINISTRATOR, C1, DAY))
    local.when(end, grant=GRANT, actor=Actor(WANG)).refused(refusal)


@pytest.mark.parametrize(
    ("since", "until", "allowed"),
    [
        (TODAY, None, True),
        (TODAY, days(1), True),
        (days(1), None, False),
        (days(-9), TODAY, False),
        (days(-9), days(1), True),
        (days(1), days(2), False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_before_its_last(since: date, until: date | None, *, allowed: bool) -> None:
    there = given(*COUNTY, GrantGiven(GRANT, WANG, Role.ADMINISTRATOR, None, since, until))
    asked = there.when(give, person=LI, role=Role.TOWN, since=DAY, actor=Actor(WANG))
    assert bool(asked.new) is allowed
    given(*COUNTY).when(give, person=WANG, role=Role.TOWN, since=DAY, until=DAY).refused(PeriodReversed(DAY, DAY))


def test_ending_a_grant_leaves_the_persons_other_ones() -> None:
    other = GrantGiven(Ref("grant:two"), WANG, Role.ADMINISTRATOR, None, DAY)
    wish: dict[str, Any] = {"person": LI, "role": Role.TOWN, "since": DAY, "actor": Actor(WANG)}
    there = given(*COUNTY, GIVEN, other, GrantEnded(GRANT, WANG, C1, TODAY))
    assert there.when(give, **wish).new
    gone = given(*COUNTY, GIVEN, other, GrantEnded(other.grant, WANG, None, TODAY))
    gone.when(give, **wish).refused(NotPermitted(("ADMINISTRATOR",), ("TOWN",)))


@pytest.mark.parametrize("scope", [LI, LEDGER, GRANT])
def test_a_grant_is_over_a_place_or_a_firm(scope: Ref[Any]) -> None:
    asked = given(*COUNTY, GIVEN).when(give, person=WANG, role=Role.TOWN, scope=scope, since=DAY)
    asked.refused(ScopeUnfit(scope))


def test_nobody_unknown_is_granted_anything() -> None:
    given(*COUNTY).when(give, person=Ref("person:x"), role=Role.TOWN, since=DAY).refused(
        ThingUnknown("person:x", "person")
    )


@pytest.mark.parametrize("role", list(Role))
def test_who_takes_part_reads_as_a_party_and_all_others_as_staff_but_the_legal_officer(role: Role) -> None:
    parties, legal = {Role.COMMITTEE, Role.FIRM, Role.UNIT, Role.MERCHANT}, {Role.LEGAL}
    expected = Audience.PARTIES if role in parties else Audience.LEGAL if role in legal else Audience.STAFF
    assert role.audience is expected


def test_a_refusal_tells_roles_by_what_they_are_called() -> None:
    """Also where the name of a role is that of something else too."""
    told = refused(NotPermitted(("COMMITTEE", "COUNTY"), ()), give, "en", "1")
    assert told.message.endswith("it is for: Owners' committee or property management committee member, County staff.")
    assert told.details == {"needed": ["COMMITTEE", "COUNTY"], "held": []}
    assert "县级工作人员" in refused(NotPermitted(("COUNTY",), ()), give, "zh", "1").message
