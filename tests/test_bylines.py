"""Where a figure comes from is cited (Q76)."""

from datetime import date

import pytest

from domain.bylines import SourceCited, cite
from domain.specification import born, given
from tests.counties import Counties
from tests.county import COUNTY
from tests.hometown import settled

DAY = date(2024, 5, 1)


def test_a_source_is_cited() -> None:
    cited = given(*COUNTY).when(cite, title="报道", publisher="日报", published=DAY, reporters=6)
    cited.then(SourceCited(born("source"), None, "报道", "日报", DAY, 6))


@pytest.mark.xdist_group("wilds")
async def test_where_did_this_figure_come_from_q76(wilds: Counties) -> None:
    """Q76: where did this figure come from?"""
    home = await settled(wilds)
    report = {"title": "报道", "publisher": "日报", "published": "2024-05-01", "reporters": 6}
    await home.county.do("sourceCite", ledger=home.ledger, figureKey="compounds", **report)
    found = await home.read(home.public, "sources", "publisher reporters", figureKey="compounds")
    assert found == [{"publisher": "日报", "reporters": 6}]
    await home.staff.refused("sourceCite", "NOT_PERMITTED", ledger=home.ledger, **report)
