"""Care is given to who is enrolled, by a centre with a contract, until consent is withdrawn (BR-73)."""

from typing import Any

import pytest

from domain.contracts import CareContractSigned
from domain.deliveries import CareContractMissing, CareDelivered, NotEnrolled, deliver
from domain.enrolments import CareConsentGiven, CareConsentWithdrawn, ConsentWithdrawn, ElderEnrolled
from domain.periods import DayAhead
from domain.specification import born, given
from domain.units import UnitKind, UnitRegistered
from tests.counties import Counties
from tests.county import C1, DAY, WANG, days
from tests.hometown import settled
from tests.test_contracts import CENTRE, CONTRACT
from tests.test_enrolments import ASSESSED, WHO, cared_for
from tests.test_schemes import SCHEME

CONSENTED = (
    *ASSESSED,
    UnitRegistered(CENTRE, "祥瑞", UnitKind.CARE_CENTRE),
    CareContractSigned(CONTRACT, C1, CENTRE, DAY, days(9)),
    CareConsentGiven(SCHEME, WANG, days(1)),
)
ENROLLED = (*CONSENTED, ElderEnrolled(SCHEME, C1, WANG, 72, days(1)))
CARE: dict[str, Any] = {**WHO, "unit": CENTRE}


def delivered(after: int, command: str = "command", *, new: bool) -> CareDelivered:
    return CareDelivered(born("care_delivery", command), SCHEME, C1, WANG, CENTRE, days(after), new)


def test_the_first_care_of_a_year_counts_the_elder() -> None:
    one = given(*ENROLLED).on(days(9)).when(deliver, **CARE, delivered=days(2)).then(delivered(2, new=True))
    one.when(deliver, command="two", **CARE, delivered=days(3)).then(delivered(3, "two", new=False))


def test_nobody_was_cared_for_tomorrow() -> None:
    given(*ENROLLED).on(days(2)).when(deliver, **CARE, delivered=days(3)).refused(DayAhead(days(3), days(2)))


def test_only_who_is_enrolled_is_cared_for() -> None:
    given(*CONSENTED).on(days(9)).when(deliver, **CARE, delivered=days(2)).refused(NotEnrolled(days(2)))
    given(*ENROLLED).on(days(9)).when(deliver, **CARE, delivered=DAY).refused(NotEnrolled(DAY))


@pytest.mark.parametrize(("after", "runs"), [(8, True), (9, False)])
def test_care_is_given_under_a_contract(after: int, runs: bool) -> None:  # noqa: FBT001
    made = given(*ENROLLED).on(days(9)).when(deliver, **CARE, delivered=days(after))
    if runs:
        made.then(delivered(after, new=True))
    else:
        made.refused(CareContractMissing(days(after)))


def test_nothing_is_recorded_once_consent_is_withdrawn_br_73() -> None:
    """Not even what was done before: recording it would be using it."""
    gone = given(*ENROLLED, CareConsentWithdrawn(SCHEME, WANG, days(1), days(5))).on(days(9))
    gone.when(deliver, **CARE, delivered=days(5)).refused(ConsentWithdrawn(days(5)))
    gone.when(deliver, **CARE, delivered=days(4)).refused(ConsentWithdrawn(days(5)))


@pytest.mark.xdist_group("wilds")
async def test_number_served_without_identities_q65(wilds: Counties) -> None:
    """Q65, S9 steps 1 and 3: fourteen services, then consent is withdrawn; one elder, fourteen services."""
    home = await settled(wilds)
    scheme, centre, elder = await cared_for(home)
    care = {"careScheme": scheme, "person": elder, "unit": centre}
    for day in range(1, 15):
        await home.staff.do("careDeliveryDeliver", **care, delivered=f"2025-02-{day:02d}")
    numbers = "year elders careServices"
    told = [{"year": 2025, "elders": 1, "careServices": 14}]
    assert await home.rows("careStatistics", numbers, community=home.c1, year=2025) == told
    await home.staff.do("careSchemeWithdrawConsent", careScheme=scheme, person=elder, ended="2025-03-01")
    gone = await home.staff.refused("careDeliveryDeliver", "CONSENT_WITHDRAWN", **care, delivered="2025-03-01")
    assert gone == {"ended": "2025-03-01"}
    assert await home.rows("careStatistics", numbers, community=home.c1, year=2025) == told
    assert await home.rows("elders", "until", careScheme=scheme) == [{"until": "2025-03-01"}]
    await home.staff.do("careSchemeGiveConsent", careScheme=scheme, person=elder, since="2025-04-01")
    consents = await home.rows("careConsents", "since until", careScheme=scheme)
    assert sorted(each["since"] for each in consents) == ["2025-01-10", "2025-04-01"]
    await home.staff.refused("careDeliveryDeliver", "NOT_ENROLLED", **care, delivered="2025-04-01")
    assert await home.read(home.public, "careStatistics", "elders") == []
    assert await home.read(home.public, "careDeliveries", "delivered") == []
    await home.far.refused("careDeliveryDeliver", "NOT_PERMITTED", **care, delivered="2025-02-01")
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("careDeliveryDeliver", "NOT_FOUND", **care, delivered="2025-02-01")
