"""An elder is enrolled when old enough, with a separate consent and an assessed scheme (BR-72, BR-73)."""

from typing import Any

import pytest

from domain.decisions import NumberUnfit
from domain.enrolments import (
    BelowMinAge,
    BirthDateUnfit,
    CareConsentGiven,
    CareConsentWithdrawn,
    ConsentWithdrawn,
    ElderEnrolled,
    ImpactAssessmentMissing,
    SchemeNotBegun,
    SeparateConsentRequired,
    enrol_elder_care_scheme,
    give_consent_care_scheme,
    withdraw_consent_care_scheme,
)
from domain.events import Personal
from domain.periods import AlreadySo, PeriodReversed
from domain.schemes import CareImpactAssessed, CareSchemeLaunched
from domain.specification import Scenario, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, WANG, days
from tests.hometown import Hometown, settled
from tests.test_schemes import SCHEME

WHO: dict[str, Any] = {"care_scheme": SCHEME, "person": WANG}
LAUNCHED = (*COUNTY, CareSchemeLaunched(SCHEME, C1, None, "原居安老", 60, DAY))
ASSESSED = (*LAUNCHED, CareImpactAssessed(SCHEME, days(1)))


def consented(since: int = 1) -> Scenario:
    return given(*ASSESSED, CareConsentGiven(SCHEME, WANG, days(since))).on(days(9))


@pytest.mark.parametrize(("age", "fits"), [(59, False), (60, True), (61, True)])
def test_an_elder_is_of_the_minimum_age_br_72(age: int, fits: bool) -> None:  # noqa: FBT001
    made = consented().when(enrol_elder_care_scheme, **WHO, age=age, since=days(1))
    if fits:
        made.then(ElderEnrolled(SCHEME, C1, WANG, age, days(1)))
    else:
        made.refused(BelowMinAge(60, 59))
    consented().when(enrol_elder_care_scheme, **WHO, age=131, since=days(1)).refused(NumberUnfit("age", 131, 130))


@pytest.mark.parametrize("born", ["昨天", "1953/03/01", "19530302", "2020-01-01", "1952-03-02"])
def test_a_date_of_birth_is_one_and_makes_the_age(born: str) -> None:
    """On 2 March 2025 somebody of 2 March 1953 is 72 years old, as is who was born 364 days earlier."""
    wish = {**WHO, "age": 72, "since": days(1)}
    consented().when(enrol_elder_care_scheme, **wish, birth_date=Personal(born)).refused(BirthDateUnfit(72))
    for fits in ("1953-03-02", "1952-03-03"):
        assert consented().when(enrol_elder_care_scheme, **wish, birth_date=Personal(fits)).refusal is None


def test_nobody_consents_to_a_scheme_before_there_is_one() -> None:
    early = given(*ASSESSED).on(days(9)).when(give_consent_care_scheme, **WHO, since=days(-1))
    early.refused(SchemeNotBegun(DAY, days(-1)))


def test_consent_and_assessment_come_first_br_72() -> None:
    wish: dict[str, Any] = {**WHO, "age": 72, "since": days(1)}
    given(*ASSESSED).when(enrol_elder_care_scheme, **wish).refused(SeparateConsentRequired(days(1)))
    consented(2).when(enrol_elder_care_scheme, **wish).refused(SeparateConsentRequired(days(1)))
    unassessed = given(*LAUNCHED, CareConsentGiven(SCHEME, WANG, DAY))
    unassessed.when(enrol_elder_care_scheme, **wish).refused(ImpactAssessmentMissing(days(1)))
    early = consented(-1).when(enrol_elder_care_scheme, **{**wish, "since": days(-1)})
    early.refused(SchemeNotBegun(DAY, days(-1)))
    late = consented(0).when(enrol_elder_care_scheme, **{**wish, "since": DAY})
    late.refused(ImpactAssessmentMissing(DAY))


def test_an_elder_is_enrolled_once() -> None:
    one = consented().when(enrol_elder_care_scheme, **WHO, age=72, since=days(1))
    one.when(enrol_elder_care_scheme, **WHO, age=72, since=days(1)).then()
    one.when(enrol_elder_care_scheme, **WHO, age=72, since=days(2)).refused(AlreadySo(days(1)))
    one.when(enrol_elder_care_scheme, **WHO, age=73, since=days(1)).refused(AlreadySo(days(1)))
    with_note: dict[str, Any] = {**WHO, "age": 72, "health_note": Personal("高血压")}
    one.when(enrol_elder_care_scheme, **with_note, since=days(1)).refused(AlreadySo(days(1)))


def test_consent_is_given_and_withdrawn_br_73() -> None:
    one = given(*ASSESSED).on(days(9)).when(give_consent_care_scheme, **WHO, since=days(1))
    one.then(CareConsentGiven(SCHEME, WANG, days(1)))
    one.when(give_consent_care_scheme, **WHO, since=days(1)).then()
    one.when(give_consent_care_scheme, **WHO, since=days(2)).refused(AlreadySo(days(1)))
    one.when(withdraw_consent_care_scheme, **WHO, ended=DAY).refused(PeriodReversed(days(1), DAY))
    gone = one.when(withdraw_consent_care_scheme, **WHO, ended=days(5))
    gone.then(CareConsentWithdrawn(SCHEME, WANG, days(1), days(5)))
    gone.when(withdraw_consent_care_scheme, **WHO, ended=days(5)).then()
    gone.when(withdraw_consent_care_scheme, **WHO, ended=days(6)).refused(ConsentWithdrawn(days(5)))
    gone.when(give_consent_care_scheme, **WHO, since=days(4)).refused(ConsentWithdrawn(days(5)))
    gone.when(enrol_elder_care_scheme, **WHO, age=72, since=days(4)).refused(SeparateConsentRequired(days(4)))
    given(*ASSESSED).when(withdraw_consent_care_scheme, **WHO, ended=DAY).refused(SeparateConsentRequired(DAY))
    back = gone.when(give_consent_care_scheme, **WHO, since=days(5))
    assert len(back.when(enrol_elder_care_scheme, **WHO, age=72, since=days(5)).new) == 1


async def cared_for(home: Hometown) -> tuple[str, str, str]:
    """A scheme, a centre with a contract, and an elder who is enrolled, as S9 step 1 tells it."""
    centre = await home.staff.do("partnerUnitRegister", ledger=home.ledger, name="祥瑞", unitKind="CARE_CENTRE")
    await home.staff.do("careContractSign", community=home.c1, unit=centre, since="2025-01-01")
    plan = {"community": home.c1, "name": "原居安老", "minimumAge": 60, "since": "2025-01-01"}
    scheme = await home.staff.do("careSchemeLaunch", **plan)
    young, elder = await home.person("E5"), await home.person("E6")
    day = {"careScheme": scheme, "since": "2025-01-10"}
    low = await home.staff.refused("careSchemeEnrolElder", "BELOW_MIN_AGE", **day, person=young, age=59)
    assert low == {"minimum": 60, "age": 59}
    wish = {**day, "person": elder, "age": 72, "birthDate": "1952-06-01", "healthNote": "高血压"}
    await home.staff.refused("careSchemeEnrolElder", "SEPARATE_CONSENT_REQUIRED", **wish)
    await home.staff.do("careSchemeGiveConsent", **day, person=elder)
    await home.staff.refused("careSchemeEnrolElder", "IMPACT_ASSESSMENT_MISSING", **wish)
    await home.staff.do("careSchemeAssessImpact", careScheme=scheme, assessed="2025-01-05")
    await home.staff.do("careSchemeEnrolElder", **wish)
    return scheme, centre, elder


@pytest.mark.xdist_group("wilds")
async def test_an_elder_is_enrolled_q65(wilds: Counties) -> None:
    """Q65, S9 step 1: minimum age, separate consent, impact assessment, then enrolled; only staff may read of it."""
    home = await settled(wilds)
    scheme, _, elder = await cared_for(home)
    (row,) = await home.rows("elders", "age healthNote birthDate", careScheme=scheme)
    assert row == {"age": 72, "healthNote": "高血压", "birthDate": "1952-06-01"}
    assert await home.read(home.public, "elders", "age") == []
    assert await home.read(home.public, "careConsents", "since") == []
    given_ = {"careScheme": scheme, "person": elder, "since": "2025-02-01"}
    await home.far.refused("careSchemeGiveConsent", "NOT_PERMITTED", **given_)
    elsewhere = await settled(wilds)
    await elsewhere.staff.refused("careSchemeGiveConsent", "NOT_FOUND", **given_)
