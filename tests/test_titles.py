"""Titles are nominated for, awarded, and revoked; a family's only by who lives in its compound (X71, X73, BR-57)."""

from typing import Any

from domain.events import Confidential, Ref
from domain.execution import Actor
from domain.parties import PartyKind, PartyOrganisationEstablished
from domain.periods import PeriodReversed
from domain.specification import born, given
from domain.titles import (
    HonourAwarded,
    HonourHeld,
    HonourKind,
    HonourLapsed,
    HonourNominated,
    HonourNotHeld,
    HonourRevoked,
    NotOfCompound,
    apply_for_compound,
    award,
    lapse,
    nominate_branch,
    nominate_family,
    revoke,
)
from tests.county import C1, K1, K2, LI
from tests.rated import BEFORE, NOW, RESIDENTS, by

HONOUR, WHY, TODAY = Ref[Any]("honour:h"), Confidential("事迹突出"), NOW.date()
OWN, KIND = Ref[Any]("party_organisation:own"), PartyKind.COMPOUND_BRANCH
MODEL = HonourKind.MODEL_COMPOUND
NOMINATED = HonourNominated(HONOUR, MODEL, K1, None, None, WHY, TODAY)
AWARDED = HonourAwarded(HONOUR, MODEL, TODAY, None)


def test_a_title_is_applied_for_once_awarded_and_revoked_br_57() -> None:
    made = given(*BEFORE).when(apply_for_compound, compound=K1, grounds=WHY, now=NOW)
    made.then(HonourNominated(born("honour"), MODEL, K1, None, None, WHY, TODAY))
    given(*BEFORE, NOMINATED).when(apply_for_compound, compound=K1, grounds=WHY, now=NOW).refused(HonourHeld(HONOUR))
    won = given(*BEFORE, NOMINATED).when(award, honour=HONOUR, since=TODAY, now=NOW).then(AWARDED)
    won.when(award, honour=HONOUR, since=TODAY, now=NOW).then()
    won.when(award, honour=HONOUR, since=TODAY, lapses_on=TODAY.replace(year=2026), now=NOW).refused(HonourHeld(HONOUR))
    lost = won.when(revoke, honour=HONOUR, ended=TODAY, reason=WHY, now=NOW)
    lost.then(HonourRevoked(HONOUR, TODAY, TODAY, WHY))
    lost.when(revoke, honour=HONOUR, ended=TODAY, reason=WHY, now=NOW).then()
    again = lost.when(apply_for_compound, compound=K1, grounds=WHY, now=NOW, command="again")
    again.then(HonourNominated(born("honour", "again"), MODEL, K1, None, None, WHY, TODAY))
    given(*BEFORE, NOMINATED).when(revoke, honour=HONOUR, ended=TODAY, reason=WHY, now=NOW).refused(HonourNotHeld(None))
    early = TODAY.replace(day=1)
    won.when(revoke, honour=HONOUR, ended=early, reason=WHY, now=NOW).refused(PeriodReversed(TODAY, early))


def test_a_title_for_a_term_lapses_br_57() -> None:
    later = TODAY.replace(year=2026)
    held = given(*BEFORE, NOMINATED, HonourAwarded(HONOUR, MODEL, TODAY, later))
    held.when(lapse, honour=HONOUR).then(HonourLapsed(HONOUR, TODAY, later)).when(lapse, honour=HONOUR).then()


def test_a_branch_is_nominated_by_its_own_compound_br_57() -> None:
    there = given(*BEFORE, PartyOrganisationEstablished(OWN, K1, "支部", KIND, 2, TODAY, C1))
    wish: dict[str, Any] = {"compound": K1, "party_organisation": OWN, "grounds": WHY, "now": NOW}
    there.when(nominate_branch, **wish).then(
        HonourNominated(born("honour"), HonourKind.BENCHMARK_BRANCH, K1, OWN, None, WHY, TODAY)
    )
    there.when(nominate_branch, **{**wish, "compound": K2}).refused(NotOfCompound(K2))


def test_a_family_is_nominated_by_its_neighbours_br_57() -> None:
    wish: dict[str, Any] = {"compound": K1, "person": RESIDENTS[1], "grounds": WHY}
    given(*BEFORE).when(nominate_family, **wish, **by(RESIDENTS[0])).then(
        HonourNominated(born("honour"), HonourKind.CIVILISED_FAMILY, K1, None, RESIDENTS[1], WHY, TODAY)
    )
    given(*BEFORE).when(nominate_family, **wish, actor=Actor(LI), now=NOW).refused(NotOfCompound(K1))
