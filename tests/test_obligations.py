"""A period that went by without a meeting is recorded once; late entries void it, make-ups do not (S5, BR-47)."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.bodies import CHINA
from domain.events import Position, Ref
from domain.execution import Actor, Command
from domain.exhibits import MediaType, keep
from domain.ledgers import ITSELF
from domain.meetings import MeetingConvened, MeetingCounted, MeetingPeriodOpened, NotHeldYet
from domain.obligations import (
    VOID,
    FollowUpDone,
    FollowUpOpened,
    MakeUpUnfit,
    MeetingMadeUp,
    MeetingMissVoided,
    MeetingPeriodMissed,
    PeriodMadeUp,
    PeriodNotMissed,
    close_periods,
    finish,
    follow_count,
    make_up,
    open_follow_up,
    void_misses,
    watch_minutes,
    watch_period,
)
from domain.periods import AlreadySo, PeriodReversed
from domain.reactions import act, act_on
from domain.specification import born
from tests.counties import Counties
from tests.hometown import Hometown, settled
from tests.recording import command
from tests.test_meetings import M1, M2, SERIES, TWICE, convened, held, opened

MARCH, APRIL_30, MAY_1 = date(2025, 3, 1), date(2025, 4, 30), date(2025, 5, 1)
MISSED = MeetingPeriodMissed(SERIES, MARCH, APRIL_30)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)


def test_a_period_is_missed_once_the_day_after_it_br_47() -> None:
    opened().when(close_periods, meeting_series=SERIES, now=at(APRIL_30)).then()
    gone = opened().when(close_periods, meeting_series=SERIES, now=at(MAY_1))
    assert MISSED in gone.new
    gone.when(close_periods, meeting_series=SERIES, now=at(MAY_1)).then()
    period = MeetingPeriodOpened(SERIES, TWICE, MARCH, APRIL_30, 14)
    assert list(watch_period(period)) == [act_on(MAY_1, close_periods, meeting_series=SERIES)]


def test_a_meeting_whose_minutes_may_still_come_holds_the_miss_back_br_46() -> None:
    sat = held(date(2025, 4, 29), minutes_due=date(2025, 5, 9))
    waiting = convened(sat)
    assert MISSED not in waiting.when(close_periods, meeting_series=SERIES, now=at(date(2025, 5, 9))).new
    assert MISSED in waiting.when(close_periods, meeting_series=SERIES, now=at(date(2025, 5, 10))).new
    assert list(watch_minutes(sat)) == [act_on(date(2025, 5, 10), close_periods, meeting_series=SERIES)]


def test_what_was_held_in_time_and_entered_late_was_not_missed_br_84() -> None:
    counted = MeetingCounted(M1, SERIES, MARCH, date(2025, 4, 29), entered_late=True)
    late = convened(MISSED, held(date(2025, 4, 29), entered_late=True), counted)
    position = next(each.position for each in late.history if each.event == MISSED)
    voided = late.when(void_misses, meeting_series=SERIES)
    voided.then(MeetingMissVoided(Position(position), VOID, SERIES, MARCH))
    voided.when(void_misses, meeting_series=SERIES).then()
    assert list(follow_count(counted)) == [act(void_misses, meeting_series=SERIES)]


def test_a_make_up_is_linked_and_the_miss_stands_br_47() -> None:
    later = held(date(2025, 5, 6))
    missed = convened(MISSED, later, MeetingConvened(M2, SERIES, "议题", date(2025, 4, 2)))
    wish: dict[str, Any] = {"meeting_series": SERIES, "period_since": MARCH}
    made = missed.when(make_up, meeting=M1, **wish).then(MeetingMadeUp(M1, SERIES, MARCH, date(2025, 5, 6)))
    made.when(make_up, meeting=M1, **wish).then()
    made.when(make_up, meeting=M2, **wish).refused(PeriodMadeUp(M1))
    made.when(void_misses, meeting_series=SERIES).then()
    missed.when(make_up, meeting=M2, **wish).refused(NotHeldYet)
    missed.when(make_up, meeting=M1, **{**wish, "period_since": MAY_1}).refused(PeriodNotMissed(MAY_1))
    early = convened(MISSED, held(date(2025, 4, 30)))
    early.when(make_up, meeting=M1, **wish).refused(MakeUpUnfit(APRIL_30, date(2025, 4, 30)))


def test_what_a_meeting_decided_is_followed_up_once() -> None:
    sat, due = convened(held()), date(2025, 5, 1)
    made = sat.when(open_follow_up, meeting=M1, follow_up_task="修路灯", due=due)
    item = born("follow_up")
    made.then(FollowUpOpened(item, M1, "修路灯", due))
    done = made.when(finish, follow_up=item, done=date(2025, 4, 9), now=at(date(2025, 4, 10)))
    done.then(FollowUpDone(item, date(2025, 4, 9)))
    done.when(finish, follow_up=item, done=date(2025, 4, 9), now=at(date(2025, 4, 10))).then()
    done.when(finish, follow_up=item, done=date(2025, 4, 8), now=at(date(2025, 4, 10))).refused(
        AlreadySo(date(2025, 4, 9))
    )
    sat.when(open_follow_up, meeting=M1, follow_up_task="修路灯", due=date(2025, 4, 1)).refused(
        PeriodReversed(date(2025, 4, 2), date(2025, 4, 1))
    )
    convened().when(open_follow_up, meeting=M1, follow_up_task="修路灯", due=due).refused(NotHeldYet)


async def series_of(home: Hometown, host: str, kind: str, months: int) -> str:
    adopted = {"meetingKind": kind, "months": months, "since": "2025-01-01"}
    await home.county.do("ledgerAdoptCadence", ledger=home.ledger, **adopted)
    return await home.county.do("meetingSeriesBegin", host=host, meetingKind=kind, since="2025-01-01")


async def met(home: Hometown, series: str, day: str, evidence: str) -> str:
    convened_ = {"meetingSeries": series, "agenda": "议题", "convenedFor": day}
    meeting = await home.county.do("meetingConvene", **convened_)
    await home.county.do("meetingHold", meeting=meeting, meetingSeries=series, held=day, evidence=[evidence])
    return meeting


async def look(home: Hometown, series: str, day: date) -> None:
    """The clock comes to look, on a day."""
    wish = Command(f"look-{series}-{day}", close_periods, {"meeting_series": _ref(series)}, Actor(), at(day))
    await home.counties.services.recorder.record(home.ledger, [wish])


def _ref(id_: str) -> Ref[Any]:
    return Ref(id_.split(":", 1)[1])


@pytest.mark.xdist_group("wilds")
async def test_s5_who_has_not_met_x76_x77(wilds: Counties) -> None:
    """S5: X76, X77, BR-45 to BR-48: the county by quarters, a community by two months, at a day and as known then."""
    home = await settled(wilds)
    photo = command(keep, sha256="c" * 64, size=5, media_type=MediaType.JPEG)
    await home.counties.services.recorder.record(home.ledger, [photo])
    proof = f"{home.ledger}:exhibit:{'c' * 64}"
    county = await series_of(home, f"{home.ledger}:{ITSELF}", "COUNTY_JOINT", 3)
    for day in ("2025-03-28", "2025-04-02", "2025-06-30"):
        await met(home, county, day, proof)
    before = await home.county.head()
    await look(home, county, date(2025, 10, 1))
    assert await home.county.head() == (before or 0) + 1
    await look(home, county, date(2025, 10, 2))
    assert await home.county.head() == (before or 0) + 1

    async def cadence(series: str, on: str, known: int | None = None) -> list[str]:
        query = """query ($id: ID!, $on: Date!, $known: Moment) { node(id: $id, asKnownAt: $known) {
            ... on MeetingSeries { cadence(asOf: $on) { periodStatus meetingsHeld } } } }"""
        moment = None if known is None else {"position": known}
        told = (await home.public.ask(query, id=series, on=on, known=moment))["node"]["cadence"]
        return [f"{each['periodStatus']} {each['meetingsHeld']}" for each in told]

    assert await cadence(county, "2025-10-01") == ["MET 1", "MET 2", "OVERDUE 0", "OPEN 0"]
    assert await cadence(county, "2025-09-20") == ["MET 1", "MET 2", "DUE_SOON 0", "FUTURE 0"]
    community = await series_of(home, home.c1, "COMMUNITY_JOINT", 2)
    for day in ("2025-02-27", "2025-05-02"):
        await met(home, community, day, proof)
    dropped = {"meetingSeries": community, "agenda": "议题", "convenedFor": "2025-04-20"}
    off = await home.county.do("meetingConvene", **dropped)
    await home.county.do("meetingCancel", meeting=off, reason="停电")
    told = ["MET 1", "OVERDUE 0", "MET 1", "FUTURE 0", "FUTURE 0", "FUTURE 0"]
    assert await cadence(community, "2025-06-20") == told
    overdue = """query ($l: ID!) { ledger(code: $l) { overdueBodies(asOf: "2025-06-20") {
        meetingKind missedPeriods daysLate host { ... on Node { id } } }
        meetingCompliance(asOf: "2025-06-20") { periodsMet periodsDue } } }"""
    seen = (await home.public.ask(overdue, l=home.ledger))["ledger"]
    assert seen["overdueBodies"] == [
        {
            "meetingKind": "COMMUNITY_JOINT",
            "missedPeriods": ["2025-03-01"],
            "daysLate": 51,
            "host": {"id": home.c1},
        }
    ]
    assert seen["meetingCompliance"] == {"periodsMet": 2, "periodsDue": 3}
    known = await home.county.head()
    await home.county.refused(
        "meetingHold", "MEETING_CANCELLED", meeting=off, meetingSeries=community, held="2025-04-20", evidence=[proof]
    )
    convened_ = {"meetingSeries": community, "agenda": "议题", "convenedFor": "2025-04-29"}
    late = await home.county.do("meetingConvene", **convened_)
    without = {"meeting": late, "meetingSeries": community, "held": "2025-04-29"}
    await home.county.refused("meetingHold", "EVIDENCE_MISSING", **without)
    await home.county.do("meetingHold", **without, evidence=[proof])
    assert (await cadence(community, "2025-06-20"))[1] == "MET 1"
    assert (await cadence(community, "2025-06-20", known))[1] == "OVERDUE 0"
    assert (await home.public.ask(overdue, l=home.ledger))["ledger"]["overdueBodies"] == []
