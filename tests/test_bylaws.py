"""Every rule that a refusal is of has a test that names it, and the printed table says which."""

import pytest

from tests.bylaws import PRINTED, printed, refusals, shown

SHOWN = shown()


@pytest.mark.parametrize("rule", sorted(refusals()))
def test_every_rule_that_refuses_is_named_by_a_test(rule: str) -> None:
    assert SHOWN.get(rule), f"{rule}: no test names it"


def test_the_table_of_rules_is_printed() -> None:
    assert PRINTED.read_text("utf-8") == printed(), "run make printed"
