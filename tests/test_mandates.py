"""A firm serves by contract, one at a time; notices have their days, and a term without a decision runs on (BR-19)."""

from datetime import date
from typing import Any

import pytest

from domain.compounds import ServiceMode, ServiceModeSet
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Event, Ref
from domain.execution import Actor
from domain.exhibits import ExhibitKept, MediaType
from domain.mandates import (
    CompoundContracted,
    ContractEndNoticed,
    ContractNoTermLeft,
    ContractOver,
    EndGround,
    NoticeTooShort,
    NoticeUnproved,
    NotOfFirm,
    ServiceContractEnded,
    ServiceContractRanOn,
    ServiceContractSigned,
    conclude,
    decline_renewal,
    dismiss,
    run_on,
    sign,
    watch_notice,
    watch_term,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.reactions import act_on
from domain.roles import Role
from domain.specification import Scenario, born
from tests.counties import Counties
from tests.county import COUNTY, DAY, FIRM, K1, K2, LI, OTHER_FIRM, WANG, afterwards, days
from tests.hometown import settled

PACT = Ref[Any]("service_contract:p")
UNTIL = days(365)
SIGNED = ServiceContractSigned(PACT, K1, FIRM, preliminary=False, since=DAY, until=UNTIL)
MARKET = ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY)
BOSS = EmploymentBegun(LI, FIRM, EmploymentKind.MANAGER, DAY)
GUARD = EmploymentBegun(WANG, FIRM, EmploymentKind.GUARD, DAY)
PROOF = Ref[Any]("exhibit:proof")
VOTE = ExhibitKept(PROOF, "0" * 64, 5, MediaType.JPEG)


def contracted(*more: Event) -> Scenario:
    return afterwards(*COUNTY, VOTE, BOSS, GUARD, SIGNED, MARKET, *more)


def dismissed(noticed: date, effective: date) -> ContractEndNoticed:
    return ContractEndNoticed(PACT, K1, FIRM, EndGround.DISMISSED, noticed, effective, (PROOF,))


def test_a_contract_sets_market_service_in_one_step_br_19() -> None:
    made, pact = afterwards(*COUNTY), born("service_contract")
    signed = ServiceContractSigned(pact, K1, FIRM, preliminary=False, since=DAY, until=UNTIL)
    made.when(sign, compound=K1, firm=FIRM, since=DAY, until=UNTIL).then(signed, MARKET)
    served = afterwards(*COUNTY, MARKET).when(sign, compound=K1, firm=FIRM, since=DAY, until=UNTIL)
    served.then(signed)
    early = afterwards(*COUNTY, ServiceModeSet(K1, ServiceMode.COMMUNITY, None, days(1)))
    early.when(sign, compound=K1, firm=FIRM, since=DAY).refused(PeriodReversed(days(1), DAY))
    made.when(sign, compound=K1, firm=FIRM, since=DAY, until=DAY).refused(PeriodReversed(DAY, DAY))


def test_one_area_has_one_firm_br_19() -> None:
    second: dict[str, Any] = {"firm": OTHER_FIRM, "since": UNTIL - (days(1) - DAY)}
    contracted().when(sign, compound=K1, **second).refused(CompoundContracted(FIRM, DAY, UNTIL))
    assert contracted().when(sign, compound=K2, **second).new
    ran_on = contracted(ServiceContractRanOn(PACT, K1, FIRM, UNTIL))
    ran_on.when(sign, compound=K1, firm=OTHER_FIRM, since=UNTIL).refused(CompoundContracted(FIRM, DAY, UNTIL))


def test_the_next_contract_begins_when_the_term_is_over_br_19() -> None:
    following = contracted().when(sign, compound=K1, firm=OTHER_FIRM, since=UNTIL)
    following.then(
        ServiceContractEnded(PACT, K1, FIRM, DAY, UNTIL, EndGround.EXPIRED),
        ServiceContractSigned(born("service_contract"), K1, OTHER_FIRM, preliminary=False, since=UNTIL, until=None),
        ServiceModeSet(K1, ServiceMode.MARKET, OTHER_FIRM, UNTIL),
    )


def test_a_preliminary_contract_gives_way_before_its_term_br_19() -> None:
    first = ServiceContractSigned(PACT, K1, FIRM, preliminary=True, since=DAY, until=UNTIL)
    chosen = afterwards(*COUNTY, first, MARKET).when(sign, compound=K1, firm=OTHER_FIRM, since=days(9))
    assert chosen.new[0] == ServiceContractEnded(PACT, K1, FIRM, DAY, days(9), EndGround.GAVE_WAY)
    afterwards(*COUNTY, first, MARKET).when(sign, compound=K1, firm=OTHER_FIRM, since=DAY).refused(CompoundContracted)


@pytest.mark.parametrize(("after", "fits"), [(59, False), (60, True), (61, True)])
def test_owners_dismiss_by_sixty_days_written_notice_br_19(after: int, *, fits: bool) -> None:
    wish: dict[str, Any] = {"service_contract": PACT, "noticed": days(10), "effective": days(10 + after)}
    notice = contracted().when(dismiss, **wish, evidence=(PROOF,))
    if fits:
        notice.then(dismissed(days(10), days(10 + after))).when(dismiss, **wish, evidence=(PROOF,)).then()
    else:
        notice.refused(NoticeTooShort(days(10), days(10 + after), after, 60))


def test_a_dismissal_shows_the_owners_decision_once_br_19() -> None:
    wish: dict[str, Any] = {"service_contract": PACT, "effective": days(90)}
    contracted().when(dismiss, **wish, noticed=days(1), evidence=()).refused(NoticeUnproved(PACT))
    contracted().when(dismiss, **wish, noticed=days(-1), evidence=(PROOF,)).refused(PeriodReversed(DAY, days(-1)))
    told = contracted(dismissed(days(1), days(90)))
    told.when(dismiss, **wish, noticed=days(2), evidence=(PROOF,)).refused(AlreadySo(days(1)))
    told.when(dismiss, **{**wish, "effective": days(91)}, noticed=days(2), evidence=(PROOF,)).refused(
        ContractOver(days(90))
    )


@pytest.mark.parametrize(("left", "fits"), [(89, False), (90, True)])
def test_a_firm_that_will_not_renew_gives_ninety_days_br_19(left: int, *, fits: bool) -> None:
    noticed = days(365 - left)
    notice = contracted().when(decline_renewal, actor=Actor(LI), service_contract=PACT, noticed=noticed)
    if fits:
        notice.then(ContractEndNoticed(PACT, K1, FIRM, EndGround.NOT_RENEWED, noticed, UNTIL))
    else:
        notice.refused(NoticeTooShort(noticed, UNTIL, left, 90))


def test_only_the_firms_manager_declines_a_term_still_to_run_br_19() -> None:
    wish: dict[str, Any] = {"service_contract": PACT, "noticed": days(9)}
    contracted().when(decline_renewal, actor=Actor(WANG), **wish).refused(NotOfFirm(FIRM))
    ran_on = contracted(ServiceContractRanOn(PACT, K1, FIRM, UNTIL))
    ran_on.when(decline_renewal, actor=Actor(LI), **wish).refused(ContractNoTermLeft(UNTIL))


def test_a_term_that_ran_out_without_decision_runs_on_once_br_19() -> None:
    ran = contracted().when(run_on, service_contract=PACT).then(ServiceContractRanOn(PACT, K1, FIRM, UNTIL))
    ran.when(run_on, service_contract=PACT).then()
    contracted(dismissed(days(1), days(90))).when(run_on, service_contract=PACT).then()
    assert list(watch_term(SIGNED)) == [act_on(UNTIL, run_on, service_contract=PACT)]


def test_a_noticed_contract_ends_on_its_day_once_br_19() -> None:
    notice = dismissed(days(1), days(90))
    over = contracted(notice).when(conclude, service_contract=PACT)
    over.then(ServiceContractEnded(PACT, K1, FIRM, DAY, days(90), EndGround.DISMISSED))
    over.when(conclude, service_contract=PACT).then()
    contracted().when(conclude, service_contract=PACT).then()
    assert list(watch_notice(notice)) == [act_on(days(90), conclude, service_contract=PACT)]
    contracted(notice).when(sign, compound=K1, firm=OTHER_FIRM, since=days(89)).refused(
        CompoundContracted(FIRM, DAY, days(90))
    )


@pytest.mark.xdist_group("wilds")
async def test_contracts_and_shares_by_mode_x61_x62(wilds: Counties) -> None:
    """X61, X62, BR-19: which compounds have no service, or a firm without a contract?"""
    home = await settled(wilds)
    k1, k2, *_ = home.compounds
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode="91350100M000100Y43")
    wish = {"compound": k1, "firm": firm, "since": "2025-03-01", "until": "2026-03-01"}
    pact = await home.staff.do("serviceContractSign", **wish)
    await home.staff.do("compoundSetService", compound=k2, provider=firm, serviceMode="MARKET", since="2025-03-01")
    found = await home.read(
        home.public, "serviceContracts", "compound { id serviceMode }", firm=firm, asOf="2025-06-01"
    )
    assert found == [{"compound": {"id": k1, "serviceMode": "MARKET"}}]
    lacking = {"asOf": "2025-06-01", "community": home.c1}
    gaps = {"MARKET_WITHOUT_CONTRACT": [k2], "WITHOUT_SERVICE": [home.compounds[2]]}
    for name, compounds in gaps.items():
        assert [c["id"] for c in await home.read(home.public, "compounds", "id", gap=name, **lacking)] == compounds
    soon = await home.read(home.public, "serviceContracts", "id", gap="TERM_ENDS_SOON", asOf="2025-12-15")
    assert soon == [{"id": pact}]
    await home.staff.refused("serviceContractSign", "COMPOUND_CONTRACTED", **wish)
    await home.far.refused("serviceContractSign", "NOT_PERMITTED", **wish)
    inspector = await home.acting(Role.INSPECTOR)
    await inspector.refused("serviceContractSign", "NOT_PERMITTED", **wish)
