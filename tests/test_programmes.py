"""A programme rests on documents, has measures, and each has come so far (X07-X09)."""

from typing import Any

import pytest

from domain.events import Ref
from domain.periods import PeriodReversed
from domain.programmes import (
    Issuer,
    MeasureAdded,
    MeasureReported,
    PercentUnfit,
    PolicyBasisCited,
    ProgrammeEnded,
    ProgrammeKind,
    ProgrammeLaunched,
    ProgrammeOver,
    add_measure,
    cite_basis,
    end,
    launch,
    report_measure,
)
from domain.specification import Scenario, born
from tests.counties import Counties
from tests.county import COUNTY, DAY, afterwards, days
from tests.hometown import settled

P, M = Ref[Any]("programme:p"), Ref[Any]("measure:m")
LAUNCHED = ProgrammeLaunched(P, ProgrammeKind.ACTION, "行动", None, ("党建引领",), (), DAY)


def running(*more: Any) -> Scenario:
    return afterwards(*COUNTY, LAUNCHED, *more)


def test_a_programme_may_be_part_of_another_that_runs() -> None:
    part: dict[str, Any] = {"part_of": P, "programme_kind": ProgrammeKind.PROJECT, "name": "书记领航", "since": DAY}
    made = running().when(launch, **part)
    made.then(ProgrammeLaunched(born("programme"), ProgrammeKind.PROJECT, "书记领航", P, (), (), DAY))
    made.when(end, programme=P, ended=days(3)).then(ProgrammeEnded(P, DAY, days(3)))
    running(ProgrammeEnded(P, DAY, days(1))).when(launch, **part).refused(ProgrammeOver(days(1)))
    early = {**part, "since": days(-1)}
    running().when(launch, **early).refused(PeriodReversed(DAY, days(-1)))


def test_a_programme_ends_once_and_then_takes_no_measures() -> None:
    over = running().when(end, programme=P, ended=days(1)).then(ProgrammeEnded(P, DAY, days(1)))
    over.when(end, programme=P, ended=days(1)).then()
    over.when(end, programme=P, ended=days(2)).refused(ProgrammeOver(days(1)))
    over.when(add_measure, programme=P, name="划网格", since=DAY).refused(ProgrammeOver(days(1)))
    running().when(end, programme=P, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


def test_a_measure_comes_to_all_at_most_and_in_order() -> None:
    running().when(add_measure, programme=P, name="划网格", since=DAY).then(
        MeasureAdded(born("measure"), P, "划网格", DAY)
    )
    there = running(MeasureAdded(M, P, "划网格", DAY))
    half = there.when(report_measure, measure=M, percent=50, reported_on=days(2))
    half.then(MeasureReported(M, P, 50, days(2)))
    half.when(report_measure, measure=M, percent=50, reported_on=days(2)).then()
    half.when(report_measure, measure=M, percent=50, reported_on=days(3)).then(MeasureReported(M, P, 50, days(3)))
    half.when(report_measure, measure=M, percent=60, reported_on=days(1)).refused(PeriodReversed(days(2), days(1)))
    there.when(report_measure, measure=M, percent=101, reported_on=days(1)).refused(PercentUnfit(101))


def test_a_document_is_cited_once() -> None:
    cited = running().when(cite_basis, programme=P, issued_by=Issuer.CITY, document="意见")
    cited.then(PolicyBasisCited(P, Issuer.CITY, "意见"))
    cited.when(cite_basis, programme=P, issued_by=Issuer.CITY, document="意见").then()


@pytest.mark.xdist_group("wilds")
async def test_which_measures_belong_to_a_programme_and_how_far_x07(wilds: Counties) -> None:
    """X07, X08, X09, X26, X27, X66, X75, Q01, Q32: a programme with its model, parts, documents, plans and measures;
    what began since 2023."""
    home = await settled(wilds)
    model = ["党建引领", "一网统筹", "数字社区", "多元共治"]
    since = "2023-01-01"
    whole_ = {"programmeKind": "ACTION", "name": "行动", "keywords": model, "since": since}
    whole = await home.county.do("programmeLaunch", ledger=home.ledger, **whole_)
    for kind, name in (("PROJECT", "书记领航"), ("PLAN", "工作方案"), ("DOCUMENT", "实施意见")):
        part = {"programmeKind": kind, "name": name, "since": "2024-01-01", "partOf": whole}
        await home.county.do("programmeLaunch", ledger=home.ledger, **part)
    made = [await home.county.do("measureAdd", programme=whole, name=n, since=since) for n in ("网格", "支部实体化")]
    for percent, on in ((40, "2023-05-01"), (100, "2024-05-01")):
        await home.county.do("measureReport", measure=made[0], percent=percent, reportedOn=on)
    for level in ("CENTRAL", "PROVINCE", "CITY"):
        await home.county.do("programmeCiteBasis", programme=whole, issuedBy=level, document=f"{level} 文件")
    query = """query ($id: ID!) { node(id: $id) { ... on Programme { keywords
        measures(orderBy: PERCENT_DESC) { edges { node { name percent } } }
        policyBases { totalCount } programmesAsPartOf { groups(by: PROGRAMME_KIND) { value count } } } } }"""
    told = (await home.public.ask(query, id=whole))["node"]
    assert told["keywords"] == model
    measures = [edge["node"] for edge in told["measures"]["edges"]]
    assert measures == [{"name": "网格", "percent": 100}, {"name": "支部实体化", "percent": 0}]
    assert told["policyBases"]["totalCount"] == 3
    kinds = {each["value"] for each in told["programmesAsPartOf"]["groups"]}
    assert kinds == {"PROJECT", "PLAN", "DOCUMENT"}
    for on, percents in (("2023-04-30", []), ("2023-05-01", [40]), ("2024-05-01", [100])):
        reports = await home.read(home.public, "measureReports", "percent", measure=made[0], asOf=on)
        assert [each["percent"] for each in reports] == percents
    assert len(await home.rows("programmes", "name", asOf="2023-06-01")) == 1
    await home.staff.refused("programmeEnd", "NOT_PERMITTED", programme=whole, ended="2025-01-01")
