"""Who lives or owns where is on record, so that whoever speaks as a resident is one (BR-54)."""

from datetime import date
from typing import Any

import pytest

from domain.periods import AlreadySo, PeriodReversed
from domain.residents import (
    BuildingElsewhere,
    NoSuchResident,
    ResidenceKind,
    Resident,
    ResidentAlready,
    ResidentLeft,
    ResidentRegistered,
    end_residence,
    register_resident,
)
from domain.specification import given
from tests.counties import Counties
from tests.county import BUILDINGS, C1, C2, COUNTY, DAY, K1, K2, LI, LIES_IN_C1, days
from tests.hometown import settled

HOUSE = BUILDINGS[K1][0]
OWNER, OCCUPANT = ResidenceKind.OWNER, ResidenceKind.OCCUPANT
OWNS = ResidentRegistered(LI, K1, C1, HOUSE, OWNER, DAY)
LEFT = ResidentLeft(LI, K1, HOUSE, OWNER, DAY, days(9))
HERE: dict[str, Any] = {"compound": K1, "person": LI, "building": HOUSE, "residence_kind": OWNER}


def test_a_resident_is_registered_once_and_may_have_other_homes_br_54() -> None:
    made = given(*COUNTY).when(register_resident, **HERE, since=DAY).then(OWNS)
    made.tagged({LI, K1, HOUSE, *LIES_IN_C1})
    made.when(register_resident, **HERE, since=DAY).then()
    made.when(register_resident, **HERE, since=days(1)).refused(AlreadySo(DAY))
    elsewhere: dict[str, Any] = {"compound": K2, "person": LI, "residence_kind": OCCUPANT}
    made.when(register_resident, **elsewhere, since=DAY).then(ResidentRegistered(LI, K2, C1, K2, OCCUPANT, DAY))


def test_a_building_is_one_of_the_compound() -> None:
    wrong = {**HERE, "compound": K2}
    given(*COUNTY).when(register_resident, **wrong, since=DAY).refused(BuildingElsewhere(HOUSE, K1))


def test_a_resident_leaves_once_and_may_come_back_later() -> None:
    left = given(*COUNTY, OWNS).when(end_residence, **HERE, ended=days(9)).then(LEFT)
    left.when(end_residence, **HERE, ended=days(9)).then()
    left.when(end_residence, **HERE, ended=days(8)).refused(NoSuchResident(HOUSE))
    left.when(register_resident, **HERE, since=days(8)).refused(ResidentAlready(DAY, days(9)))
    left.when(register_resident, **HERE, since=days(9)).then(ResidentRegistered(LI, K1, C1, HOUSE, OWNER, days(9)))
    given(*COUNTY, OWNS).when(end_residence, **HERE, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))
    given(*COUNTY).when(end_residence, **HERE, ended=DAY).refused(NoSuchResident(HOUSE))


@pytest.mark.parametrize(("on", "as_what"), [(days(-1), None), (DAY, OWNER), (days(8), OWNER), (days(9), None)])
def test_a_home_counts_where_it_lies_while_it_lasts_br_54(on: date, as_what: ResidenceKind | None) -> None:
    person = Resident(LI).evolve(OWNS).evolve(LEFT)
    for where in (K1, C1, HOUSE):
        assert person.among(frozenset({where}), on) is as_what
    for where in (K2, C2, BUILDINGS[K1][1]):
        assert person.among(frozenset({where}), on) is None


def test_who_owns_and_occupies_counts_as_owner() -> None:
    both = Resident(LI).evolve(ResidentRegistered(LI, K1, C1, K1, OCCUPANT, DAY)).evolve(OWNS)
    assert both.among(frozenset({K1}), DAY) is OWNER


@pytest.mark.xdist_group("wilds")
async def test_staff_see_who_lives_where_and_the_public_does_not(wilds: Counties) -> None:
    home = await settled(wilds)
    k1, k4 = home.compounds[0], home.compounds[3]
    person = await home.person("住户")
    lives = {"person": person, "residenceKind": "OWNER", "since": "2025-03-01"}
    await home.staff.do("compoundRegisterResident", compound=k1, building=home.buildings[k1][0], **lives)
    await home.staff.refused("compoundRegisterResident", "NOT_PERMITTED", compound=k4, **lives)
    (found,) = await home.rows(
        "residences", "person { id } dwelling { ... on Building { id } } residenceKind until", compound=k1
    )
    assert found["person"]["id"] == person
    await home.staff.do(
        "compoundEndResidence", compound=k1, building=home.buildings[k1][0], person=person,
        residenceKind="OWNER", ended="2025-06-01",
    )  # fmt: skip
    (found,) = await home.rows("residences", "until", compound=k1)
    assert found["until"] == "2025-06-01"
    assert await home.read(home.public, "residences", "since", compound=k1) == []
