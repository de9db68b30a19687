"""A branch, a grid group and a firm work as three (X67, X68)."""

from datetime import date
from typing import Any

import pytest

from domain.compounds import FirmNotServing, ServiceMode, ServiceModeSet
from domain.events import Event, Ref
from domain.parties import PartyKind, PartyOrganisationEstablished, PartyOrganisationNotYet
from domain.periods import AlreadySo, PeriodReversed
from domain.specification import Scenario, born, given
from domain.triads import (
    CompoundHasTriad,
    TriadActionKind,
    TriadActionLogged,
    TriadEnded,
    TriadFormed,
    TriadNotInForce,
    TriadPartyUnfit,
    end,
    form,
    log_triad_action,
)
from tests.county import C1, C2, COUNTY, FAR, FIRM, K1, K2, OTHER_FIRM, days

BRANCH, GROUP, FAR_BRANCH, TRIAD = (
    Ref[Any](ref) for ref in ("party_organisation:b", "party_organisation:g", "party_organisation:far", "triad:t")
)
BEGAN = days(-30)
PARTIES: tuple[Event, ...] = (
    *COUNTY,
    PartyOrganisationEstablished(BRANCH, K1, "支部", PartyKind.COMPOUND_BRANCH, 2, BEGAN, C1),
    PartyOrganisationEstablished(GROUP, K2, "小组", PartyKind.GRID_GROUP, 3, BEGAN, C1),
    PartyOrganisationEstablished(FAR_BRANCH, FAR, "支部", PartyKind.COMPOUND_BRANCH, 2, BEGAN, C2),
)
SERVING = (
    ServiceModeSet(K1, ServiceMode.MARKET, FIRM, BEGAN),
    ServiceModeSet(K2, ServiceMode.MARKET, FIRM, BEGAN),
)
THREE: dict[str, Any] = {"compound": K1, "branch": BRANCH, "grid_group": GROUP, "firm": FIRM}
FORMED = TriadFormed(TRIAD, K1, BRANCH, GROUP, FIRM, BEGAN)


def formed(*more: Event) -> Scenario:
    return given(*PARTIES, *SERVING, FORMED, *more)


def test_three_work_together_once_in_a_compound() -> None:
    made = given(*PARTIES, *SERVING).when(form, **THREE, since=BEGAN)
    made.then(TriadFormed(born("triad"), K1, BRANCH, GROUP, FIRM, BEGAN))
    formed().when(form, **THREE, since=days(1)).refused(CompoundHasTriad(TRIAD, BEGAN))
    again: dict[str, Any] = {**THREE, "compound": K2}
    formed().when(form, **again, since=days(1)).then(TriadFormed(born("triad"), K2, BRANCH, GROUP, FIRM, days(1)))
    formed(TriadEnded(TRIAD, K1, days(1))).when(form, **THREE, since=days(1)).then(
        TriadFormed(born("triad"), K1, BRANCH, GROUP, FIRM, days(1))
    )


def test_a_triad_is_of_fitting_organisations_of_the_community() -> None:
    told = TriadPartyUnfit(FAR_BRANCH, "COMPOUND_BRANCH", C2)
    given(*PARTIES).when(form, **{**THREE, "branch": FAR_BRANCH}, since=BEGAN).refused(told)
    swapped: dict[str, Any] = {**THREE, "branch": GROUP, "grid_group": BRANCH}
    given(*PARTIES).when(form, **swapped, since=BEGAN).refused(TriadPartyUnfit(GROUP, "GRID_GROUP", C1))
    given(*PARTIES).when(form, **THREE, since=days(-31)).refused(PartyOrganisationNotYet(BEGAN))


def test_the_firm_is_the_one_that_serves_that_day() -> None:
    given(*PARTIES).when(form, **THREE, since=BEGAN).refused(FirmNotServing(FIRM, BEGAN))
    swapped = ServiceModeSet(K1, ServiceMode.MARKET, OTHER_FIRM, days(2))
    later = given(*PARTIES, *SERVING, swapped)
    later.when(form, **THREE, since=days(2)).refused(FirmNotServing(FIRM, days(2)))
    assert later.when(form, **THREE, since=days(1)).refusal is None


@pytest.mark.parametrize(("on", "fits"), [(days(-31), False), (BEGAN, True), (days(-2), True), (days(-1), False)])
def test_what_the_three_do_falls_within_the_triad(on: date, *, fits: bool) -> None:
    over = formed(TriadEnded(TRIAD, K1, days(-1)))
    kind = TriadActionKind.VENUES_USED
    done = over.when(log_triad_action, triad=TRIAD, triad_action_kind=kind, acted_on=on)
    if fits:
        done.then(TriadActionLogged(born("triad_action"), TRIAD, K1, kind, on))
    else:
        done.refused(TriadNotInForce(BEGAN, days(-1)))


def test_a_triad_ends_once() -> None:
    over = formed().when(end, triad=TRIAD, ended=days(1)).then(TriadEnded(TRIAD, K1, days(1)))
    over.when(end, triad=TRIAD, ended=days(1)).then()
    over.when(end, triad=TRIAD, ended=days(2)).refused(AlreadySo(days(1)))
    formed().when(end, triad=TRIAD, ended=days(-31)).refused(PeriodReversed(BEGAN, days(-31)))
