"""Every rule that a refusal is of has a test that names it, and the printed table says which."""

import pytest

from tests.bylaws import PRINTED, printed, refusals, shown

SHOWN = shown()


@pytest.mark.parametrize("rule", sorted(refusals()))
def test_every_rule_that_refuses_is_named_by_a_test(rule: str) -> None:
    assert SHOWN.get(rule), f"{rule}: no test names it"


RULES = (
    *((1, 19), (20, 27), (30, 42), (45, 49), (50, 58), (60, 69)),
    *((70, 70), (72, 73), (77, 78), (80, 89), (90, 97)),
)
"""All that are built, from one to another: of the privacy rules BR-71, BR-74 to BR-76 and BR-79 are not."""


def test_every_rule_is_named_by_a_test() -> None:
    wanted = {f"BR-{number:02}" for first, last in RULES for number in range(first, last + 1)}
    assert wanted | {"BR-19a", "BR-19b"} == SHOWN.keys()


def test_the_table_of_rules_is_printed() -> None:
    assert PRINTED.read_text("utf-8") == printed(), "run make printed"
