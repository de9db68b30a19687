"""A notice is posted, seen, disputed, stale, taken down or in effect (BR-62, BR-91)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.calendars import CalendarAdopted
from domain.coverages import GridRedrawn
from domain.events import Confidential, Event, Ref
from domain.execution import Actor
from domain.exhibits import ExhibitKept, MediaType, keep
from domain.grants import GrantGiven
from domain.ledgers import ITSELF
from domain.notices import (
    GRID_FACTS,
    FactsMissing,
    MadeOnMissing,
    NoSuchObjection,
    NoticeDown,
    NoticeInEffect,
    NoticeKind,
    NoticeObjected,
    NoticeObjectionAnswered,
    NoticePostedAnew,
    NoticePublished,
    NoticeStale,
    NoticeTakenDown,
    NoticeTookEffect,
    NotInEffect,
    NowhereToBeSeen,
    PosterVerifies,
    PostingVerified,
    SubjectUnfit,
    answer_objection,
    follow_grid,
    follow_posting,
    go_stale,
    object_to,
    publish,
    repost,
    take_down,
    take_effect,
    take_effect_by_itself,
    verify_posting,
    watch_notice,
)
from domain.periods import DayAhead
from domain.polls import lapse_posting
from domain.posts import PostFilled, PostKind
from domain.reactions import act, act_on
from domain.roles import Role
from domain.specification import Scenario, born, given
from infra.reacting import Reactor
from tests.casework import HOURS, WHY
from tests.counties import Counties
from tests.county import C1, DAY, G1, GRIDS, LI, WANG, ZHAO, days
from tests.hometown import of, own_name, settled
from tests.recording import command

NOTICE, PHOTO = Ref[Any]("notice:n"), Ref[Any]("exhibit:photo")
PUBLISHED = NoticePublished(
    *(
        NOTICE,
        C1,
        G1,
        NoticeKind.GRID,
        "第一网格公示",
        ("东门", "1号楼门厅"),
        GRID_FACTS,
        7,
        DAY,
        days(7),
        None,
        False,
        LI,
    )
)
HERE: tuple[Event, ...] = (
    *GRIDS,
    CalendarAdopted(ITSELF, 1, (), (), HOURS, DAY),
    ExhibitKept(PHOTO, "a" * 64, 9, MediaType.JPEG),
    GrantGiven(Ref("grant:li"), LI, Role.COMMUNITY, None, DAY),
    GrantGiven(Ref("grant:wang"), WANG, Role.GRID_WORKER, None, DAY),
)
POSTER: dict[str, Any] = {"actor": Actor(LI)}
WISH: dict[str, Any] = {
    "community": C1,
    "about": G1,
    "notice_kind": NoticeKind.GRID,
    "title": PUBLISHED.title,
    "least_days": 7,
    "posted_at": PUBLISHED.posted_at,
    "shown_facts": GRID_FACTS,
    "since": DAY,
}
SEER = Actor(WANG)
TEXT = Confidential("范围有误")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)


def posted(*more: Event) -> Scenario:
    return given(*HERE, PUBLISHED, *more)


SEEN = PostingVerified(NOTICE, PHOTO, days(1))
OBJECTED = NoticeObjected(NOTICE, 1, ZHAO, TEXT)
EFFECT = NoticeTookEffect(NOTICE, G1, days(7))


def test_a_notice_of_a_grid_shows_all_that_it_has_to_br_62() -> None:
    given(*HERE).when(publish, **WISH, **POSTER).then(replace(PUBLISHED, notice=born("notice")))
    for fact in GRID_FACTS:
        fewer = tuple(each for each in GRID_FACTS if each is not fact)
        given(*HERE).when(publish, **WISH | {"shown_facts": fewer}, **POSTER).refused(FactsMissing((fact,)))
    for unfit in ({"posted_at": ()}, {"least_days": 0}, {"least_days": 366}):
        given(*HERE).when(publish, **WISH | unfit, **POSTER).refused(NowhereToBeSeen)


@pytest.mark.parametrize(("made", "late"), [("2025-02-28", True), ("2025-03-03", False), ("2025-03-02", True)])
def test_government_information_is_disclosed_within_twenty_work_days_br_91(made: str, *, late: bool) -> None:
    """With no days off, from Monday 3 March the twentieth work day is Monday 31 March."""
    info: dict[str, Any] = WISH | {"notice_kind": NoticeKind.GOVERNMENT_INFORMATION, "since": date(2025, 3, 31)}
    told = given(*HERE).when(publish, **info, **POSTER, made_on=date.fromisoformat(made), now=noon(date(2025, 3, 31)))
    assert [event.disclosed_late for event in told.new if isinstance(event, NoticePublished)] == [late]
    given(*HERE).when(publish, **info, **POSTER, now=noon(date(2025, 3, 31))).refused(MadeOnMissing)
    given(*HERE).when(publish, **WISH, **POSTER, made_on=DAY).refused(MadeOnMissing)


def test_no_notice_is_about_a_person_and_a_grids_is_about_a_grid_br_91() -> None:
    for unfit in ({"about": ZHAO, "notice_kind": NoticeKind.RESULT}, {"about": C1}):
        given(*HERE).when(publish, **WISH | unfit, **POSTER).refused(SubjectUnfit)


def test_it_takes_effect_when_its_days_are_over_and_it_was_seen_br_91() -> None:
    over: dict[str, Any] = {"notice": NOTICE, "now": noon(days(7))}
    posted(SEEN).when(take_effect, **over).then(EFFECT)
    posted(SEEN).when(take_effect, notice=NOTICE, now=noon(days(6))).refused(NotInEffect)
    posted().when(take_effect, **over).refused(NotInEffect)
    posted(SEEN).when(take_effect_by_itself, **over).then(EFFECT)
    for silent in (posted(), posted(SEEN, OBJECTED), posted(SEEN, EFFECT)):
        silent.when(take_effect_by_itself, **over).then()
    assert list(watch_notice(PUBLISHED)) == [act_on(days(7), take_effect_by_itself, notice=NOTICE)]


def test_an_objection_holds_it_back_until_it_is_answered_br_91() -> None:
    over: dict[str, Any] = {"notice": NOTICE, "now": noon(days(7))}
    asked = posted(SEEN).when(object_to, notice=NOTICE, objection_text=TEXT, actor=Actor(ZHAO)).then(OBJECTED)
    asked.when(take_effect, **over).refused(NotInEffect)
    over = over | {"now": noon(days(9))}
    answer: dict[str, Any] = {"notice": NOTICE, "objection_no": 1, "objection_answer": WHY, "now": noon(days(8))}
    wrong = asked.when(answer_objection, **answer, sustained=False)
    wrong.then(NoticeObjectionAnswered(NOTICE, 1, sustained=False, objection_answer=WHY, answered_on=days(8)))
    wrong.when(answer_objection, **answer, sustained=True).refused(NoSuchObjection(1))
    wrong.when(take_effect, **over).then(replace(EFFECT, in_effect_on=days(8)))
    right = asked.when(answer_objection, **answer, sustained=True)
    right.when(take_effect, **over).refused(NotInEffect)
    posted().when(answer_objection, **answer, sustained=True).refused(NoSuchObjection(1))
    posted(SEEN, EFFECT).when(object_to, notice=NOTICE, objection_text=TEXT, actor=Actor(ZHAO)).refused(
        NoticeInEffect(days(7))
    )


def test_what_is_taken_down_before_its_time_is_void_br_91() -> None:
    early = posted(SEEN).when(take_down, notice=NOTICE, ended=days(6), now=noon(days(6)))
    early.then(NoticeTakenDown(NOTICE, G1, days(6), taken_down_early=True))
    early.when(take_down, notice=NOTICE, ended=days(6), now=noon(days(6))).then()
    early.when(take_effect, notice=NOTICE, now=noon(days(7))).refused(NoticeDown(days(6)))
    early.when(object_to, notice=NOTICE, objection_text=TEXT, actor=Actor(ZHAO)).refused(NoticeDown(days(6)))
    late = posted(SEEN, EFFECT).when(take_down, notice=NOTICE, ended=days(7), now=noon(days(7)))
    late.then(NoticeTakenDown(NOTICE, G1, days(7), taken_down_early=False))
    dated = posted(SEEN, EFFECT).when(take_down, notice=NOTICE, ended=days(6), now=noon(days(9)))
    dated.then(NoticeTakenDown(NOTICE, G1, days(6), taken_down_early=False))
    result = NoticeTakenDown(NOTICE, Ref("assembly:a"), days(6), taken_down_early=True)
    assert list(follow_posting(result)) == [act(lapse_posting, assembly=Ref("assembly:a"))]
    assert list(follow_posting(replace(result, about=G1))) == []


def test_a_notice_is_seen_once_and_not_before_it_is_up_br_91() -> None:
    seen = posted().when(
        verify_posting, notice=NOTICE, photograph=PHOTO, seen_on=days(1), now=noon(days(1)), actor=SEER
    )
    seen.then(SEEN).when(
        verify_posting, notice=NOTICE, photograph=PHOTO, seen_on=days(1), now=noon(days(1)), actor=SEER
    ).then()
    ahead = posted().when(
        verify_posting, notice=NOTICE, photograph=PHOTO, seen_on=days(2), now=noon(days(1)), actor=SEER
    )
    ahead.refused(DayAhead(days(2), days(1)))
    own = posted().when(verify_posting, notice=NOTICE, photograph=PHOTO, seen_on=days(1), now=noon(days(1)), **POSTER)
    own.refused(PosterVerifies)


def test_a_change_of_worker_or_extent_makes_it_stale_until_it_is_posted_anew_br_62() -> None:
    filled = PostFilled(G1, WANG, PostKind.GRID_WORKER, full_time=True, since=DAY)
    assert list(follow_grid(filled)) == [act(go_stale, grid=G1)]
    assert list(follow_grid(GridRedrawn(G1, DAY))) == [act(go_stale, grid=G1)]
    assert list(follow_grid(replace(filled, post_kind=PostKind.CHECKER))) == []
    stale = posted(SEEN).when(go_stale, grid=G1).then(NoticeStale(NOTICE, G1))
    stale.when(go_stale, grid=G1).then()
    anew = stale.when(repost, notice=NOTICE, since=days(3), now=noon(days(3)))
    anew.then(NoticePostedAnew(NOTICE, G1, days(3), days(10)))
    anew.when(take_effect, notice=NOTICE, now=noon(days(10))).refused(NotInEffect)
    posted().when(repost, notice=NOTICE, since=days(3), now=noon(days(3))).then()
    posted(SEEN, NoticeStale(NOTICE, G1)).when(take_effect, notice=NOTICE, now=noon(days(7))).refused(NotInEffect)
    other = replace(PUBLISHED, notice_kind=NoticeKind.DECISION)
    given(*HERE, other).when(go_stale, grid=G1).then()


@pytest.mark.xdist_group("wilds")
async def test_s1_the_notice_of_a_grid_goes_stale_with_its_worker_x17(wilds: Counties) -> None:
    """S1 steps 7 and 8: X17, X21, BR-62; what an objection says and who objects is for staff."""
    home = await settled(wilds)
    g1 = await home.grid("G1", home.buildings[home.compounds[0]])
    w1, w3 = await home.person("网格员一"), await home.person("网格员三")
    await home.staff.do("gridAppointWorker", grid=g1, person=w1, fullTime=True, since="2025-03-01")
    shown: dict[str, Any] = {"community": home.c1, "about": g1, "noticeKind": "GRID"}
    shown |= {"title": "第一网格", "postedAt": ["K1 东门", "K1-1 门厅"], "leastDays": 7, "since": "2025-03-02"}
    facts = [fact.name for fact in GRID_FACTS]
    lacking = await home.staff.refused("noticePublish", "NOTICE_INCOMPLETE", **shown, shownFacts=facts[:4])
    assert lacking == {"missingFacts": ["SUPERVISION_PHONE"]}
    notice = await home.staff.do("noticePublish", **shown, shownFacts=facts)
    photo = command(keep, sha256="d" * 64, size=5, media_type=MediaType.JPEG)
    await wilds.services.recorder.record(home.ledger, [photo])
    seen = {"notice": notice, "photograph": f"{home.ledger}:exhibit:{'d' * 64}", "seenOn": "2025-03-03"}
    gaps = 'notices(gap: NOT_SEEN_UP, asOf: "2025-03-03") { totalCount } stale: notices(stale: true) { totalCount }'
    query = f"query ($l: ID!) {{ ledger(code: $l) {{ {gaps} }} }}"

    async def counts() -> tuple[int, int]:
        told = (await home.public.ask(query, l=home.ledger))["ledger"]
        return told["notices"]["totalCount"], told["stale"]["totalCount"]

    assert await counts() == (1, 0)
    inspector = await home.acting(Role.INSPECTOR)
    await inspector.do("noticeVerifyPosting", **seen)
    assert await counts() == (0, 0)
    await home.staff.do("gridAppointWorker", grid=g1, person=w3, fullTime=True, since="2025-04-01")
    await Reactor(wilds.services.writer_pool, wilds.services.recorder, home.ledger).catch_up()
    [told] = await home.read(home.public, "notices", "stale inEffectOn", about=g1)
    assert told["stale"] is True
    await home.staff.do("noticeRepost", notice=notice, since="2025-04-02")
    resident = await own_name(home, "居民")
    await resident.do("noticeObjectTo", notice=notice, objectionText="范围有误")
    assert await home.read(home.public, "noticeObjections", "objectionNo") == []
    [objection] = await home.rows("noticeObjections", "objectionNo objector { id }")
    assert objection == {"objectionNo": 1, "objector": {"id": of(resident)}}
    assert (await counts())[1] == 0
