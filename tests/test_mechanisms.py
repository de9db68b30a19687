"""Every mechanism that is built is shown by a test that speaks GraphQL, and the printed table says which."""

import pytest

from tests.mechanisms import PRINTED, ROWS, printed, shown

SHOWN = shown()


@pytest.mark.parametrize("row", ROWS)
def test_every_mechanism_is_shown_through_graphql(row: str) -> None:
    assert any(each.wire for each in SHOWN.get(row, [])), f"{row} ({ROWS[row]}): no test on the wire names it"


def test_the_table_is_printed() -> None:
    assert PRINTED.read_text("utf-8") == printed(), "run make printed"
