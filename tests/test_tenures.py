"""A single seat of a community has one holder; left empty for sixty days, that is recorded (BR-67, Q33-Q35)."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.events import Event
from domain.periods import AlreadySo, PeriodReversed
from domain.reactions import Happened, act_on
from domain.specification import Scenario, given
from domain.tenures import (
    FILLING,
    CadrePost,
    CadreSeatTaken,
    NotInCadrePost,
    Route,
    SeatLeftVacant,
    TenureBegan,
    TenureEnded,
    begin_tenure,
    end_tenure,
    note_vacancy,
    watch_vacancy,
)
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, LI, WANG, days
from tests.hometown import settled

SECRETARY, MEMBER = CadrePost.COMMUNITY_SECRETARY, CadrePost.COMMITTEE_MEMBER
TERM: dict[str, Any] = {"route": Route.ELECTION, "full_term": True, "until": days(1826)}


def began(person: Any, post: CadrePost = SECRETARY, since: Any = DAY) -> TenureBegan:
    return TenureBegan(C1, person, post, Route.ELECTION, None, True, False, since, days(1826))  # noqa: FBT003


def ended(person: Any, on: Any, *, recalled: bool = False) -> TenureEnded:
    return TenureEnded(C1, person, SECRETARY, recalled, DAY, on)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA)


def community(*more: Event) -> Scenario:
    return given(*COUNTY, *more)


def test_a_single_seat_has_one_holder_br_67() -> None:
    held = community().when(begin_tenure, community=C1, person=WANG, cadre_post=SECRETARY, **TERM, since=DAY)
    held.then(began(WANG)).when(begin_tenure, community=C1, person=WANG, cadre_post=SECRETARY, **TERM, since=DAY).then()
    same: dict[str, Any] = {"community": C1, "person": WANG, "cadre_post": SECRETARY, "since": DAY}
    held.when(begin_tenure, **same, **{**TERM, "until": days(900)}).refused(AlreadySo(DAY))
    held.when(begin_tenure, **same, **TERM, acting=True).refused(AlreadySo(DAY))
    second = {"community": C1, "person": LI, "cadre_post": SECRETARY, **TERM}
    held.when(begin_tenure, **second, since=days(9)).refused(CadreSeatTaken(WANG, DAY))
    passed = held.when(begin_tenure, **second, replacing=WANG, since=days(9))
    passed.then(ended(WANG, days(9)), began(LI, since=days(9)))
    members = community(began(WANG, MEMBER)).when(
        begin_tenure, community=C1, person=LI, cadre_post=MEMBER, **TERM, since=DAY
    )
    members.then(began(LI, MEMBER))
    reversed_ = {**second, "until": DAY, "since": DAY}
    community().when(begin_tenure, **reversed_).refused(PeriodReversed(DAY, DAY))


def test_only_the_holder_leaves_and_only_once() -> None:
    gone = community(began(WANG)).when(end_tenure, community=C1, person=WANG, cadre_post=SECRETARY, ended=days(5))
    gone.then(ended(WANG, days(5)))
    gone.when(end_tenure, community=C1, person=WANG, cadre_post=SECRETARY, ended=days(5)).then()
    gone.when(end_tenure, community=C1, person=WANG, cadre_post=SECRETARY, ended=days(6)).refused(NotInCadrePost(WANG))
    early = {"community": C1, "person": LI, "cadre_post": SECRETARY, **TERM, "since": days(4)}
    gone.when(begin_tenure, **early).refused(CadreSeatTaken(WANG, DAY))
    recalled = community(began(WANG)).when(
        end_tenure, community=C1, person=WANG, cadre_post=SECRETARY, recalled=True, ended=days(5)
    )
    recalled.then(ended(WANG, days(5), recalled=True))


def test_a_vacancy_starts_a_clock_of_sixty_days_br_67() -> None:
    gap: dict[str, Any] = {"community": C1, "cadre_post": SECRETARY, "vacant_since": days(5)}
    left = ended(WANG, days(5))
    told = Happened("xiangyuan", 9, frozenset(), noon(days(5)), noon(days(6)))
    assert list(watch_vacancy(left, told)) == [act_on(days(5) + FILLING, note_vacancy, **gap)]
    late = told._replace(recorded_at=noon(days(400)))  # the successor can be entered the same day
    assert list(watch_vacancy(left, late)) == [act_on(days(401), note_vacancy, **gap)]
    empty = community(began(WANG), ended(WANG, days(5)))
    noted = empty.when(note_vacancy, **gap).then(SeatLeftVacant(C1, SECRETARY, days(5)))
    noted.when(note_vacancy, **gap).then()
    filled = community(began(WANG), ended(WANG, days(5)), began(LI, since=days(5) + timedelta(59)))
    filled.when(note_vacancy, **gap).then()


@pytest.mark.xdist_group("wilds")
async def test_who_entered_the_two_committees_and_by_which_route_q33(wilds: Counties) -> None:
    """Q33, Q34, Q35, Q05: cadres by route and talent; who is past the term; which community has no secretary."""
    home = await settled(wilds)
    one, two = await home.person("甲"), await home.person("乙")
    given_ = {"community": home.c1, "fullTerm": True, "since": "2020-03-01", "until": "2025-03-01"}
    post = {"cadrePost": "COMMUNITY_SECRETARY", "route": "RECOMMENDATION", "talent": "PROSPEROUS"}
    await home.town.do("communityBeginTenure", person=one, **post, **given_)
    member = {"cadrePost": "COMMITTEE_MEMBER", "route": "RECRUITMENT", "talent": "NEW_ERA"}
    await home.town.do("communityBeginTenure", person=two, **member, **given_)
    query = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        tenures(asOf: $on) { groups(by: ROUTE) { value count } }
        past: tenures(gap: PAST_TERM, asOf: "2025-03-01") { totalCount }
        empty: communities(gap: WITHOUT_SECRETARY, asOf: $on) { edges { node { name } } } } }"""
    told = (await home.public.ask(query, l=home.ledger, on="2024-01-01"))["ledger"]
    assert {each["value"] for each in told["tenures"]["groups"]} == {"RECOMMENDATION", "RECRUITMENT"}
    assert told["past"]["totalCount"] == 2
    assert [edge["node"]["name"] for edge in told["empty"]["edges"]] == ["府前社区"]
    taken = {"person": two, **post, **given_, "since": "2024-01-01"}
    assert await home.town.refused("communityBeginTenure", "CADRE_SEAT_TAKEN", **taken) == {
        "holder": one,
        "since": "2020-03-01",
    }
    await home.staff.refused("communityBeginTenure", "NOT_PERMITTED", **taken)
    assert await home.read(home.public, "tenures", "person { id }", talent="NEW_ERA") == [{"person": None}]
