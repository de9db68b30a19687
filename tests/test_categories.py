"""What kinds of cases there are, and by when each is handled, is on record in revisions (BR-31, BR-87)."""

from dataclasses import replace
from typing import Any

import pytest

from domain.categories import CategoryAdopted, LimitMissing, adopt, revise
from domain.events import Ref
from domain.ledgers import ITSELF
from domain.limits import LimitUnit
from domain.specification import born, given
from tests.county import COUNTY

HOUR = LimitUnit.WORK_HOUR
INPUTS: dict[str, Any] = {
    "name": "楼道",
    "limit_number": 5,
    "limit_unit": HOUR,
    "rework_number": 2,
    "rework_unit": HOUR,
}
FIRST = CategoryAdopted(ITSELF, born("category"), 1, "楼道", 5, HOUR, 2, HOUR, 24, community_duty=True)


def test_a_category_is_adopted_and_revised_br_87() -> None:
    made = given(*COUNTY).when(adopt, ledger=ITSELF, **INPUTS, community_duty=True).then(FIRST)
    same: dict[str, Any] = {"category": FIRST.category, "ledger": ITSELF, **INPUTS}
    made.when(revise, **same, community_duty=True).then()
    made.when(revise, **same, community_duty=False).then(replace(FIRST, revision=2, community_duty=False))


@pytest.mark.parametrize("nothing", ["limit_number", "rework_number", "claim_hours"])
def test_no_limit_is_nothing_br_31(nothing: str) -> None:
    inputs = {"claim_hours": 24, **INPUTS, nothing: 0}
    refusal = LimitMissing(inputs["limit_number"], inputs["rework_number"], inputs["claim_hours"])
    given(*COUNTY).when(adopt, ledger=ITSELF, **inputs, community_duty=True).refused(refusal)


def test_a_category_that_is_not_there_is_not_revised() -> None:
    strange: dict[str, Any] = {"category": Ref[Any]("category:none"), "ledger": ITSELF, **INPUTS}
    assert given(*COUNTY).when(revise, **strange, community_duty=True).refusal is not None
