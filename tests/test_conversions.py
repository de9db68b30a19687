"""A home becomes business premises only if every interested owner agrees (BR-19a, Civil Code art. 279)."""

from dataclasses import replace
from typing import Any

import pytest

from domain.conversions import (
    AnswersMissing,
    ApplicantNotAsked,
    ConversionApplicantNamed,
    ConversionDecided,
    ConversionOver,
    ConversionSought,
    InterestedMissing,
    InterestedOwnerAnswered,
    InterestedOwnerNamed,
    NobodyInterested,
    NotInBuilding,
    NotInterested,
    NotOnRoster,
    RosterOfAnotherCompound,
    admit_interested,
    answer,
    conclude,
    enter_answer,
    seek,
)
from domain.events import Event, Ref
from domain.execution import Actor
from domain.exhibits import DigestUnfit
from domain.owners import RosterNotFrozen
from domain.specification import Scenario, born, given
from domain.tallies import Outcome
from tests.assembling import AUTHORITY, DRAFTED, FROZEN, HERE, ROSTER, UNITS
from tests.casework import QIAN, SUN
from tests.counties import Counties
from tests.county import BUILDINGS, C1, FAR_1, K1, LI, ZHAO
from tests.hometown import of, settled
from tests.voters import rostered

HOME, WANTED = Ref[Any]("conversion:h"), born("conversion")
BUILDING = BUILDINGS[K1][0]
THERE: tuple[Event, ...] = (*HERE, DRAFTED, *UNITS, FROZEN)
SEEK: dict[str, Any] = {"building": BUILDING, "owners_roster": ROSTER, "applicant": ZHAO, "business_use": "理发店"}
SOUGHT: tuple[Event, ...] = (
    ConversionSought(HOME, K1, C1, BUILDING, ROSTER, "理发店"),
    ConversionApplicantNamed(HOME, ZHAO),
    InterestedOwnerNamed(HOME, QIAN, by_harm=False),
)


def said(owner: Ref[Any], *, agrees: bool) -> Event:
    return InterestedOwnerAnswered(HOME, owner, agrees)


def sought(*more: Event) -> Scenario:
    return given(*THERE, *SOUGHT, *more)


def test_all_whom_the_convener_lists_are_asked_br_19a() -> None:
    made = given(*THERE).when(seek, **SEEK, interested=(QIAN, SUN, QIAN))
    made.then(
        replace(SOUGHT[0], conversion=WANTED),  # type: ignore[type-var]
        ConversionApplicantNamed(WANTED, ZHAO),
        *(InterestedOwnerNamed(WANTED, owner, by_harm=False) for owner in (QIAN, SUN)),
    )
    given(*THERE).when(seek, **SEEK, interested=()).refused(NobodyInterested)
    given(*THERE).when(seek, **SEEK, interested=(QIAN, ZHAO)).refused(ApplicantNotAsked)
    given(*THERE).when(seek, **SEEK, interested=(QIAN, LI)).refused(NotOnRoster((LI,)))
    given(*THERE).when(seek, **{**SEEK, "building": FAR_1}, interested=(QIAN,)).refused(RosterOfAnotherCompound)
    given(*THERE[:-1]).when(seek, **SEEK, interested=(QIAN,)).refused(RosterNotFrozen)


def test_all_whom_the_roster_has_in_the_building_are_asked_br_19a() -> None:
    """Of three owners two are in the building by the roster, and the applicant is one of them."""
    placed = [replace(each, in_building=BUILDING if each.owner in {ZHAO, SUN} else None) for each in UNITS]
    there = given(*HERE, DRAFTED, *placed, FROZEN)
    there.when(seek, **SEEK, interested=(QIAN,)).refused(InterestedMissing(1))
    assert there.when(seek, **SEEK, interested=(SUN,)).new
    assert there.when(seek, **SEEK, interested=(QIAN, SUN)).new


def test_who_owns_only_elsewhere_neither_applies_nor_is_asked_but_for_harm_br_19a() -> None:
    """By the roster: Zhao and Qian are in the building, Sun is in another; where nothing is said, nothing is known."""
    at = {ZHAO: BUILDING, QIAN: BUILDING, SUN: BUILDINGS[K1][1]}
    there = given(*HERE, DRAFTED, *(replace(each, in_building=at[each.owner]) for each in UNITS), FROZEN)
    there.when(seek, **SEEK, interested=(QIAN, SUN)).refused(NotInBuilding((SUN,)))
    there.when(seek, **SEEK | {"applicant": SUN}, interested=(QIAN,)).refused(NotInBuilding((SUN,)))
    sought_ = there.when(seek, **SEEK, interested=(QIAN,))
    wish: dict[str, Any] = {"conversion": WANTED, "owners_roster": ROSTER, "owner": SUN, "proof_sha256": AUTHORITY}
    sought_.when(admit_interested, **wish, by_harm=False).refused(NotInBuilding((SUN,)))
    assert sought_.when(admit_interested, **wish, by_harm=True).new
    half = given(*HERE, DRAFTED, *(replace(each, in_building=at[each.owner]) for each in UNITS[:3]), UNITS[3], FROZEN)
    assert half.when(seek, **SEEK, interested=(QIAN, SUN)).new


def test_whoever_proves_harm_is_asked_too_br_19a() -> None:
    harmed: dict[str, Any] = {"conversion": HOME, "owners_roster": ROSTER, "owner": SUN}
    harmed |= {"by_harm": True, "proof_sha256": AUTHORITY}
    asked = (
        sought()
        .when(admit_interested, **harmed)
        .then(InterestedOwnerNamed(HOME, SUN, by_harm=True, evidence_sha256=AUTHORITY))
    )
    left_out = sought().when(admit_interested, **{**harmed, "by_harm": False})
    left_out.then(InterestedOwnerNamed(HOME, SUN, by_harm=False, evidence_sha256=AUTHORITY))
    asked.when(admit_interested, **harmed).then()
    sought().when(admit_interested, **{**harmed, "owner": QIAN}).then()
    sought().when(admit_interested, **{**harmed, "owner": ZHAO}).refused(ApplicantNotAsked)
    sought().when(admit_interested, **{**harmed, "owner": LI}).refused(NotOnRoster((LI,)))
    sought().when(admit_interested, **{**harmed, "proof_sha256": "abc"}).refused(DigestUnfit)
    again = [replace(each, owners_roster=Ref("owners_roster:2")) for each in (DRAFTED, *UNITS, FROZEN)]
    later: dict[str, Any] = {**harmed, "owners_roster": Ref[Any]("owners_roster:2")}
    sought(*again).when(admit_interested, **later).refused(RosterOfAnotherCompound)


@pytest.mark.parametrize(
    ("answers", "agreed", "outcome"),
    [
        ((said(QIAN, agrees=True), said(SUN, agrees=True)), 2, Outcome.ADOPTED),
        ((said(QIAN, agrees=True), said(SUN, agrees=False)), 1, Outcome.REJECTED),
        ((said(QIAN, agrees=False),), 0, Outcome.REJECTED),
        ((said(QIAN, agrees=False), said(QIAN, agrees=True), said(SUN, agrees=True)), 2, Outcome.ADOPTED),
    ],
)
def test_every_one_of_them_agrees_or_it_is_rejected_br_19a(
    answers: tuple[Event, ...], agreed: int, outcome: Outcome
) -> None:
    asked = sought(InterestedOwnerNamed(HOME, SUN, by_harm=True), *answers)
    over = asked.when(conclude, conversion=HOME).then(ConversionDecided(HOME, K1, 2, agreed, outcome))
    over.when(conclude, conversion=HOME).then()
    over.when(answer, conversion=HOME, agrees=True, actor=Actor(QIAN)).refused(ConversionOver(outcome.name))


def test_silence_is_no_consent_br_19a() -> None:
    asked = sought(InterestedOwnerNamed(HOME, SUN, by_harm=True), said(QIAN, agrees=True))
    asked.when(conclude, conversion=HOME).refused(AnswersMissing(1, 2))
    sought().when(conclude, conversion=HOME).refused(AnswersMissing(1, 1))


def test_only_interested_owners_answer_and_may_think_again_br_19a() -> None:
    yes: dict[str, Any] = {"conversion": HOME, "agrees": True}
    sought().when(answer, **yes, actor=Actor(LI)).refused(NotInterested)
    sought().when(answer, **yes, actor=Actor(ZHAO)).refused(NotInterested)
    agreed = sought().when(answer, **yes, actor=Actor(QIAN)).then(said(QIAN, agrees=True))
    agreed.when(answer, **yes, actor=Actor(QIAN)).then()
    agreed.when(answer, conversion=HOME, agrees=False, actor=Actor(QIAN)).then(said(QIAN, agrees=False))
    written: dict[str, Any] = {"owner": QIAN, "proof_sha256": AUTHORITY}
    sought().when(enter_answer, **yes, **written).then(
        InterestedOwnerAnswered(HOME, QIAN, agrees=True, evidence_sha256=AUTHORITY)
    )
    sought().when(enter_answer, **yes, **{**written, "proof_sha256": "abc"}).refused(DigestUnfit)
    sought().when(enter_answer, **yes, **{**written, "owner": SUN}).refused(NotInterested)


@pytest.mark.xdist_group("wilds")
async def test_a_flat_becomes_a_shop_with_everybodys_consent_br_19a(wilds: Counties) -> None:
    home = await settled(wilds)
    voters = await rostered(home, 4, several=0)
    owners = [of(each) for each in voters.owners]
    building = home.buildings[voters.compound][0]
    wish = {"building": building, "ownersRoster": voters.roster, "applicant": owners[0], "businessUse": "理发店"}
    await home.staff.refused("conversionSeek", "ROSTER_NOT_FROZEN", **wish, interested=owners[1:3])
    await home.staff.do("ownersRosterFreeze", ownersRoster=voters.roster)
    flat = await home.staff.do("conversionSeek", **wish, interested=owners[1:3])
    harm = {"conversion": flat, "ownersRoster": voters.roster, "owner": owners[3], "proofSha256": "e" * 64}
    await home.staff.do("conversionAdmitInterested", **harm, byHarm=True)
    await voters.owners[1].do("conversionAnswer", conversion=flat, agrees=True)
    await voters.owners[3].do("conversionAnswer", conversion=flat, agrees=True)
    await voters.owners[0].refused("conversionAnswer", "NOT_INTERESTED", conversion=flat, agrees=True)
    left = await home.staff.refused("conversionConclude", "ANSWERS_MISSING", conversion=flat)
    assert left == {"missing": 1, "interestedHeads": 3}
    query = """query ($l: ID!) { ledger(code: $l) {
        interestedOwners(gap: UNANSWERED, asOf: "2025-06-01") { edges { node { owner { id } byHarm } } } } }"""
    [edge] = (await home.staff.ask(query, l=home.ledger))["ledger"]["interestedOwners"]["edges"]
    assert edge["node"] == {"owner": {"id": owners[2]}, "byHarm": False}
    assert (await home.public.ask(query, l=home.ledger))["ledger"]["interestedOwners"]["edges"] == []
    paper = {"conversion": flat, "owner": owners[2], "agrees": True, "proofSha256": "f" * 64}
    await home.staff.do("conversionEnterAnswer", **paper)
    await home.staff.do("conversionConclude", conversion=flat)
    fields = "businessUse outcome interestedHeads agreedHeads building { id }"
    [told] = await home.read(home.public, "conversions", fields, outcome="ADOPTED")
    assert told == {
        "businessUse": "理发店",
        "outcome": "ADOPTED",
        "interestedHeads": 3,
        "agreedHeads": 3,
        "building": {"id": building},
    }
