"""Two consecutive full terms, excellent in both and without open discipline, may lead on (Q38, BR-68)."""

from datetime import date
from typing import Any

import pytest

from domain.appraisals import (
    AlreadyAppraised,
    CadreAppraised,
    Dimension,
    DimensionScored,
    DisciplineClosed,
    DisciplineOpened,
    NoDiscipline,
    ScoreTooHigh,
    Verdict,
    appraise,
    close_discipline,
    open_discipline,
    score_dimension,
)
from domain.events import Confidential, Hundredths
from domain.periods import PeriodReversed
from domain.specification import given
from domain.tenures import CadrePost, NotInCadrePost, Route, TenureBegan, TenureEnded
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, WANG, days
from tests.hometown import Hometown, settled

POST = CadrePost.COMMUNITY_SECRETARY


def test_a_dimension_is_scored_up_to_a_hundred_and_the_last_score_stands_q37() -> None:
    scored: dict[str, Any] = {"person": WANG, "community": C1, "dimension": Dimension.CIVILITY, "appraised_year": 2024}
    leads = TenureBegan(C1, WANG, POST, Route.ELECTION, None, True, False, date(2023, 7, 1), None)  # noqa: FBT003
    first = given(*COUNTY, leads).when(score_dimension, **scored, score=Hundredths(10_000))
    given(*COUNTY, leads).when(score_dimension, **{**scored, "appraised_year": 2022}, score=Hundredths(1)).refused(
        NotInCadrePost(WANG)
    )
    first.then(DimensionScored(C1, WANG, Dimension.CIVILITY, 2024, Hundredths(10_000)))
    first.when(score_dimension, **scored, score=Hundredths(10_000)).then()
    first.when(score_dimension, **scored, score=Hundredths(9_000)).then(
        DimensionScored(C1, WANG, Dimension.CIVILITY, 2024, Hundredths(9_000))
    )
    given(*COUNTY).when(score_dimension, **scored, score=Hundredths(10_001)).refused(
        ScoreTooHigh(Hundredths(10_001), Hundredths(10_000))
    )


def test_a_year_is_appraised_once() -> None:
    year: dict[str, Any] = {"person": WANG, "community": C1, "cadre_post": POST, "appraised_year": 2024}
    began = TenureBegan(C1, WANG, POST, Route.ELECTION, None, True, False, date(2023, 7, 1), None)  # noqa: FBT003
    left = TenureEnded(C1, WANG, POST, False, date(2023, 7, 1), date(2024, 1, 2))  # noqa: FBT003
    held = given(*COUNTY, began, left)
    once = held.when(appraise, **year, verdict=Verdict.EXCELLENT)
    once.then(CadreAppraised(WANG, C1, POST, 2024, Verdict.EXCELLENT))
    once.when(appraise, **year, verdict=Verdict.EXCELLENT).then()
    once.when(appraise, **year, verdict=Verdict.GOOD).refused(AlreadyAppraised(2024, "EXCELLENT"))
    given(*COUNTY).when(appraise, **year, verdict=Verdict.GOOD).refused(NotInCadrePost(WANG))
    new_year = TenureEnded(C1, WANG, POST, False, date(2023, 7, 1), date(2024, 1, 1))  # noqa: FBT003
    given(*COUNTY, began, new_year).when(appraise, **year, verdict=Verdict.GOOD).refused(NotInCadrePost(WANG))
    for strange in ({"appraised_year": 2022}, {"appraised_year": 2025}, {"cadre_post": CadrePost.COMMITTEE_DIRECTOR}):
        held.when(appraise, **{**year, **strange}, verdict=Verdict.GOOD).refused(NotInCadrePost(WANG))


def test_discipline_is_opened_and_closed_once() -> None:
    why = Confidential("违纪")
    opened = given(*COUNTY).on(days(3)).when(open_discipline, person=WANG, reason=why, since=DAY)
    opened.then(DisciplineOpened(WANG, why, DAY)).when(open_discipline, person=WANG, reason=why, since=DAY).then()
    closed = opened.when(close_discipline, person=WANG, ended=days(3)).then(DisciplineClosed(WANG, DAY, days(3)))
    closed.when(close_discipline, person=WANG, ended=days(3)).refused(NoDiscipline(WANG))
    opened.when(close_discipline, person=WANG, ended=days(-1)).refused(PeriodReversed(DAY, days(-1)))


PROMOTION = """query ($id: ID!, $on: Date!) { node(id: $id) { ... on Person {
    promotion(asOf: $on) { eligible obstacles } } } }"""


async def led(home: Hometown, name: str, *terms: tuple[str, str, bool], verdicts: dict[int, str] | None = None) -> str:
    """A person who led a community of their own for these terms, excellent each year but as `verdicts` says."""
    person = await home.person(name)
    place = ""
    for number, (since, until, full) in enumerate(terms):
        if not number or since == terms[0][0]:  # the same time again is served elsewhere
            place = await home.town.do("communityRegister", town=home.t1, name=f"{name} 社区 {number}")
        post = {"cadrePost": "COMMUNITY_SECRETARY", "route": "ELECTION", "fullTerm": full}
        when = {"since": since, "until": until}
        await home.town.do("communityBeginTenure", community=place, person=person, **post, **when)
        await home.town.do(
            "communityEndTenure", community=place, person=person, cadrePost="COMMUNITY_SECRETARY", ended=until
        )
        for year in range(int(since[:4]), int(until[:4])):
            verdict = (verdicts or {}).get(year, "EXCELLENT")
            given_ = {"cadrePost": "COMMUNITY_SECRETARY", "appraisedYear": year, "verdict": verdict}
            await home.town.do("personAppraise", person=person, community=place, **given_)
    return person


@pytest.mark.xdist_group("wilds")
async def test_s11_two_full_consecutive_excellent_terms_q38(wilds: Counties) -> None:
    """S11, Q38, BR-68: who is eligible on a day, and why not."""
    home = await settled(wilds)
    second = ("2020-03-01", "2025-03-01", True)
    t1 = await led(home, "T1", ("2015-03-01", "2020-03-01", True), second)
    t2 = await led(home, "T2", ("2018-06-01", "2020-03-01", False), second)
    t3 = await led(home, "T3", ("2015-03-01", "2020-03-01", True), second, verdicts={2022: "GOOD"})
    t4 = await led(home, "T4", ("2014-07-01", "2019-07-01", True), second)
    begun_badly = await led(home, "T5", ("2015-03-01", "2020-03-01", True), second, verdicts={2020: "UNFIT"})
    short = await led(home, "T6", ("2019-06-01", "2020-03-01", True), second)
    twice = await led(home, "T7", ("2020-03-01", "2025-03-01", True), second)

    async def told(person: str, on: str = "2025-04-01") -> Any:
        return (await home.county.ask(PROMOTION, id=person, on=on))["node"]["promotion"]

    assert await told(t1) == {"eligible": True, "obstacles": []}
    assert await told(t1, "2025-02-28") == {"eligible": False, "obstacles": ["TOO_FEW_TERMS"]}
    assert await told(t2) == {"eligible": False, "obstacles": ["FIRST_TERM_NOT_FULL"]}
    assert await told(t3) == {"eligible": False, "obstacles": ["NOT_EXCELLENT"]}
    assert await told(t4) == {"eligible": False, "obstacles": ["NOT_CONSECUTIVE"]}
    assert await told(begun_badly) == {"eligible": False, "obstacles": ["NOT_EXCELLENT"]}
    assert await told(short) == {"eligible": False, "obstacles": ["FIRST_TERM_NOT_FULL"]}
    assert await told(twice) == {"eligible": False, "obstacles": ["NOT_CONSECUTIVE"]}
    both = {"cadrePost": "COMMITTEE_DIRECTOR", "route": "ELECTION", "fullTerm": True, "person": t1}
    place = await home.town.do("communityRegister", town=home.t1, name="一肩挑")
    await home.town.do("communityBeginTenure", **both, community=place, since="2020-03-01", until="2025-03-01")
    assert await told(t1) == {"eligible": True, "obstacles": []}
    await home.county.do("personOpenDiscipline", person=t1, reason="核查", since="2025-03-15")
    assert await told(t1) == {"eligible": False, "obstacles": ["DISCIPLINE_OPEN"]}
    await home.county.do("personCloseDiscipline", person=t1, ended="2025-04-02")
    assert (await told(t1, "2025-04-02"))["eligible"]
    assert (await home.public.ask(PROMOTION, id=t1, on="2025-04-01"))["node"] is None


@pytest.mark.xdist_group("wilds")
async def test_scores_by_dimension_q37(wilds: Counties) -> None:
    """Q37: how was each dimension scored?"""
    home = await settled(wilds)
    person = await home.person()
    post = {"cadrePost": "COMMUNITY_SECRETARY", "route": "ELECTION", "fullTerm": True, "since": "2023-01-01"}
    await home.town.do("communityBeginTenure", community=home.c1, person=person, **post)
    for n, dimension in enumerate(("PRACTICAL_SERVICE", "EPIDEMIC_CONTROL", "CIVILITY", "GRID_GOVERNANCE")):
        given_ = {"dimension": dimension, "appraisedYear": 2024, "score": f"{90 + n}.50"}
        await home.town.do("personScoreDimension", person=person, community=home.c1, **given_)
    found = await home.read(home.public, "dimensionScores", "dimension score person { id }", orderBy="SCORE_DESC")
    assert found[0] == {"dimension": "GRID_GOVERNANCE", "score": "93.50", "person": None}
    query = 'query ($l: ID!) { ledger(code: $l) { figures(keys: ["assessmentDimensions"]) { value } } }'
    assert (await home.public.ask(query, l=home.ledger))["ledger"]["figures"] == [{"value": 4}]
    wrong = {"person": person, "community": home.c1, "dimension": "CIVILITY", "appraisedYear": 2024, "score": "1.00"}
    await home.staff.refused("personScoreDimension", "NOT_PERMITTED", **wrong)
