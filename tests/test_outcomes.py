"""Scenario S6 as rules: counted once, posted, objected to, decided; too few raters and vetoes (BR-51, BR-53, BR-56)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from api.identity import Viewer
from domain.bodies import CHINA
from domain.conflicts import RaterClass
from domain.events import Audience, Confidential, Event, Hundredths, Ref
from domain.outcomes import (
    CriterionCounted,
    NoticeRuns,
    ResultProposed,
    RoundResult,
    RoundStillOpen,
    close,
    close_by_the_clock,
    decide,
    decide_after_notice,
)
from domain.ratings import RatingGiven, RatingTakenOut
from domain.reactions import act_on
from domain.roles import Role
from domain.rounds import RatingRoundClosed, VetoRecorded
from domain.specification import Scenario, given
from tests.acting import Acting
from tests.counties import Counties
from tests.hometown import settled
from tests.rated import CLOSES, HISTORY, MANAGER, NOW, OPENED, RESIDENTS, ROUND, STAFF, TOWNSMAN, by, points
from tests.voters import Calendar

CREDIT_CODE = "91350100M000100Y43"
RESULT = "roundState finalScore stars rubricVersion"
HERE = tuple(replace(each, closes_on=NOW.date()) if each is OPENED else each for each in HISTORY)
EXPLAINED = 'explanation(asOf: "2199-01-01") { raterClass weight raters points meanPoints }'
S6: dict[str, Any] = {
    "name": "五好红色物业星级评定（试行）",
    "ratedKind": "FIRM",
    "trial": True,
    "criteria": ["五好"],
    "maxima": ["100.00"],
    "proofs": ["台账"],
    "selfWeight": 10,
    "publicWeight": 50,
    "communityWeight": 30,
    "departmentWeight": 10,
    "leastRaters": 3,
    "bandFloors": ["90.00", "80.00", "70.00", "60.00", "0.00"],
    "bandNames": ["五星", "四星", "三星", "二星", "不定星"],
    "bandStars": [5, 4, 3, 2, 0],
    "vetoes": ["挪用维修资金"],
    "noticeDays": 7,
    "coolOffMonths": 6,
    "since": "2025-03-01",
}
UNTIL = date(2025, 7, 17)
WHY = Confidential("已补充核查")
LATER = datetime(2025, 7, 18, 9, tzinfo=CHINA)
TEXT = Confidential("部门评分有误")


def ratings(residents: int = 41, *, community: bool = True) -> tuple[Event, ...]:
    def one(person: Ref[Any], as_class: RaterClass, whole: int) -> Event:
        return RatingGiven(ROUND, person, as_class, points(whole), in_arrears=False)

    return (
        one(MANAGER, RaterClass.SELF, 98),
        *(one(person, RaterClass.PUBLIC, 84) for person in RESIDENTS[:residents]),
        *((one(STAFF, RaterClass.COMMUNITY, 80),) if community else ()),
        one(TOWNSMAN, RaterClass.DEPARTMENT, 75),
    )


def closed(*more: Event) -> Scenario:
    return given(*HERE, *more).when(close, rating_round=ROUND, **by(TOWNSMAN))


def proposed(scenario: Scenario) -> ResultProposed:
    (found,) = (each for each in scenario.new if isinstance(each, ResultProposed))
    return found


def test_the_round_of_s6_comes_to_83_30_and_four_stars_br_52() -> None:
    made = closed(*ratings())
    assert made.new[0] == RatingRoundClosed(ROUND, NOW.date())
    assert proposed(made) == ResultProposed(ROUND, RoundResult.RATED, Hundredths(8330), "8330", 4, "四星", None, UNTIL)
    made.when(close, rating_round=ROUND, **by(TOWNSMAN)).then()


def test_nothing_is_decided_before_notice_is_over_br_56() -> None:
    last_day = datetime(2025, 7, 17, 23, 59, tzinfo=CHINA)
    closed(*ratings()).when(decide, rating_round=ROUND, now=last_day).refused(NoticeRuns(UNTIL))


@pytest.mark.parametrize(("residents", "result"), [(29, RoundResult.TOO_FEW_RATERS), (30, RoundResult.RATED)])
def test_below_the_least_number_of_raters_it_is_not_rated_br_51(residents: int, result: RoundResult) -> None:
    assert proposed(closed(*ratings(residents))).round_result is result


def test_a_class_with_weight_that_is_missing_is_not_weighed_away_br_51() -> None:
    assert proposed(closed(*ratings(community=False))).round_result is RoundResult.CLASS_MISSING


def test_a_veto_is_no_star_whatever_the_score_br_53() -> None:
    vetoed = proposed(closed(*ratings(), VetoRecorded(ROUND, "挪用维修资金", WHY)))
    assert (vetoed.round_result, vetoed.stars, vetoed.vetoed_by) == (RoundResult.VETOED, 0, "挪用维修资金")


def test_a_round_is_counted_on_its_last_day_and_not_before_br_56() -> None:
    early = given(*HISTORY, *ratings()).when(close, rating_round=ROUND, **by(TOWNSMAN))
    early.refused(RoundStillOpen(CLOSES))


def test_of_who_takes_their_rating_out_only_theirs_is_gone_br_54() -> None:
    [counted] = [
        each
        for each in closed(*ratings(), RatingTakenOut(ROUND, RESIDENTS[0], "EMPLOYED_BY")).new
        if isinstance(each, CriterionCounted) and each.rater_class is RaterClass.PUBLIC and each.criterion == "服务好"
    ]
    assert counted.raters == 40


def test_what_was_taken_out_does_not_count_br_54() -> None:
    out = (RatingTakenOut(ROUND, person, "EMPLOYED_BY") for person in RESIDENTS[:12])
    assert proposed(closed(*ratings(), *out)).round_result is RoundResult.TOO_FEW_RATERS


def test_the_clock_closes_and_decides_br_85() -> None:
    assert list(close_by_the_clock(OPENED)) == [act_on(CLOSES, close, rating_round=ROUND)]
    posted = proposed(closed(*ratings()))
    assert list(decide_after_notice(posted)) == [act_on(UNTIL + timedelta(1), decide, rating_round=ROUND)]


@pytest.mark.xdist_group("wilds")
async def test_a_firm_is_rated_and_conflicts_are_excluded_x72_s6(wilds: Counties, calendar: Calendar) -> None:
    """Scores are sealed until it closes; its score is explained; the codes of scenario S6 (X72)."""
    home = await settled(wilds)
    k1 = home.compounds[0]
    firm = await home.county.do("firmRegister", ledger=home.ledger, name="甲物业", creditCode=CREDIT_CODE)
    await home.staff.do("compoundSetService", compound=k1, provider=firm, serviceMode="MARKET", since="2025-03-01")
    manager = await home.acting(Role.FIRM, firm)
    rubric = await home.county.do("rubricAdopt", ledger=home.ledger, **S6)
    people = [await home.person(f"居民{n}") for n in range(4)]
    for person in people:
        await home.staff.do(
            "compoundRegisterResident", compound=k1, person=person, residenceKind="OWNER", since="2025-03-01"
        )
    await manager.do("firmEmploy", person=people[3], firm=firm, employmentKind="GUARD", since="2025-03-01")
    wish = {"compound": k1, "firm": firm, "rubric": rubric, "rubricVersion": 1, "closesOn": calendar.day(1)}
    opened = await home.town.do("ratingRoundOpenForFirm", **wish, cutoff="2025-06-30")
    await home.county.refused("rubricRevise", "RUBRIC_IN_USE", rubric=rubric, rubricVersion=1, **{**S6, "name": "改"})
    residents = [
        Acting(wilds, home.ledger, Viewer(home.ledger, p.partition(":")[2], None, Audience.PUBLIC)) for p in people
    ]
    rating = {"ratingRound": opened}
    for resident in residents[:3]:
        await resident.do("ratingRoundRate", **rating, scores=["84.00"])
    assert await residents[3].refused("ratingRoundRate", "CONFLICT_OF_INTEREST", **rating, scores=["84.00"]) == {
        "tie": "EMPLOYED_BY",
        "relation": firm,
    }
    await manager.do("ratingRoundSelfEvaluate", **rating, scores=["98.00"])
    await home.staff.do("ratingRoundRateForCommunity", **rating, scores=["80.00"])
    await home.town.do("ratingRoundRateForDepartment", **rating, scores=["75.00"])
    legal = await home.acting(Role.LEGAL)
    log = "history(first: 100) { edges { node { type } } }"
    (seen,) = await home.read(legal, "ratingRounds", log, firm=firm)
    told = {each["node"]["type"] for each in seen["history"]["edges"]}
    assert "RatingRoundOpened" in told
    assert "RatingGiven" not in told
    assert await home.rows("scoreLines", "points", ratingRound=opened) == []
    still = await home.town.refused("ratingRoundClose", "ROUND_STILL_OPEN", **rating)
    assert still == {"closesOn": calendar.day(1)}
    calendar.pass_(1)
    await home.town.do("ratingRoundClose", **rating)
    await residents[0].refused("ratingRoundRate", "RATING_CLOSED", **rating, scores=["10.00"])
    assert await home.read(home.public, "ratingRounds", RESULT, firm=firm) == [
        {"roundState": "PROPOSED", "finalScore": "83.30", "stars": 4, "rubricVersion": 1}
    ]
    await manager.do("ratingRoundObjectToResult", **rating, objectionText="部门评分有误")
    right = {"raterClass": "DEPARTMENT", "criterion": "五好", "points": "95.00", "reason": "核查属实"}
    await home.town.do("ratingRoundUpholdObjection", **rating, **right)
    await home.town.refused("ratingRoundDecide", "NOTICE_RUNS", **rating)
    (found,) = await home.read(home.public, "ratingRounds", f"{RESULT} {EXPLAINED}", firm=firm)
    assert (found["finalScore"], found["stars"]) == ("85.30", 4)
    assert [(line["raterClass"], line["weight"], line["raters"]) for line in found["explanation"]] == [
        ("SELF", 10, 1),
        ("PUBLIC", 50, 3),
        ("COMMUNITY", 30, 1),
        ("DEPARTMENT", 10, 1),
    ]
    later = {"publicWeight": 60, "communityWeight": 20, "selfWeight": 10, "departmentWeight": 10}
    await home.county.do("rubricRevise", rubric=rubric, rubricVersion=2, **{**S6, **later})
    (after,) = await home.read(home.public, "ratingRounds", f"{RESULT} {EXPLAINED}", firm=firm)
    assert after == found
