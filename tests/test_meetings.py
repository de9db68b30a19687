"""A meeting counts for the period in which it was held, with its parties and its minutes (BR-45, BR-46, BR-49)."""

from datetime import date, datetime
from typing import Any

from domain.bodies import CHINA
from domain.cadences import CadenceAdopted, CadenceMissing, MeetingKind, MeetingParty
from domain.events import Confidential, Event, Ref
from domain.exhibits import ExhibitKept, MediaType
from domain.meetings import (
    EvidenceLacking,
    HostUnfit,
    MeetingCancelled,
    MeetingConvened,
    MeetingCounted,
    MeetingHeld,
    MeetingOff,
    MeetingOver,
    MeetingPeriodOpened,
    MeetingPostponed,
    MeetingSeriesBegun,
    MeetingSeriesEnded,
    MinutesApproved,
    NotHeldYet,
    OtherSeries,
    SeriesNotInForce,
    approve_minutes,
    begin,
    cancel,
    convene,
    end,
    hold,
    postpone,
)
from domain.periods import AlreadySo, DayAhead, PeriodReversed
from domain.specification import Scenario, born, given
from tests.county import C1, COUNTY, LEDGER, TOWN

SERIES, OTHER, M1, M2 = (Ref[Any](f"{kind}:{n}") for kind in ("meeting_series", "meeting") for n in ("one", "two"))
PAPER = Ref[Any]("exhibit:minutes")
YEAR, BEGUN = date(2025, 1, 1), date(2025, 1, 15)
NOON = datetime(2025, 4, 10, 12, tzinfo=CHINA)
TWICE = MeetingKind.COMMUNITY_JOINT
BRANCH = MeetingParty.POLICE
WHY = Confidential("停电")


def cadence(minutes_days: int | None = None, *required: MeetingParty, rolling: bool = False) -> CadenceAdopted:
    return CadenceAdopted(LEDGER, TWICE, 2, rolling, 14, minutes_days, required, YEAR)


def opened(*more: Event, policy: CadenceAdopted | None = None) -> Scenario:
    """A community that has met by the calendar since mid-January: its first period is March and April."""
    first = MeetingPeriodOpened(SERIES, TWICE, date(2025, 3, 1), date(2025, 4, 30), 14)
    paper = ExhibitKept(PAPER, "0" * 64, 5, MediaType.PDF)
    series = MeetingSeriesBegun(SERIES, C1, TWICE, BEGUN)
    return given(*COUNTY, policy or cadence(), paper, series, first, *more)


def convened(*more: Event, policy: CadenceAdopted | None = None) -> Scenario:
    return opened(MeetingConvened(M1, SERIES, "议题", date(2025, 4, 2)), *more, policy=policy)


def held(day: date = date(2025, 4, 2), **other: Any) -> MeetingHeld:
    facts: dict[str, Any] = {"parties_present": (), "missing_parties": (), "minutes_due": None, "entered_late": False}
    return MeetingHeld(M1, SERIES, day, **{**facts, **other})


def test_the_first_full_period_is_the_first_obligation_br_48() -> None:
    begun = given(*COUNTY, cadence()).when(begin, host=C1, meeting_kind=TWICE, since=BEGUN)
    assert begun.new[0] == MeetingSeriesBegun(born("meeting_series"), C1, TWICE, BEGUN)
    periods = [event.period_since for event in begun.new if isinstance(event, MeetingPeriodOpened)]
    assert periods == [date(2025, month, 1) for month in (3, 5, 7, 9, 11)]
    given(*COUNTY, cadence()).when(begin, host=TOWN, meeting_kind=TWICE, since=BEGUN).refused(
        HostUnfit(TOWN, "community")
    )
    given(*COUNTY).when(begin, host=C1, meeting_kind=TWICE, since=BEGUN).refused(CadenceMissing(BEGUN))


def test_a_meeting_that_was_held_counts_for_its_period_br_46() -> None:
    sat = convened().when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 2), now=NOON)
    sat.then(held(), MeetingCounted(M1, SERIES, date(2025, 3, 1), date(2025, 4, 2), entered_late=False))
    sat.when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 2), now=NOON).then()
    sat.when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 3), now=NOON).refused(
        AlreadySo(date(2025, 4, 2))
    )
    sat.when(cancel, meeting=M1, reason=WHY).refused(MeetingOver(date(2025, 4, 2)))


def test_without_its_parties_a_meeting_was_held_and_does_not_count_br_49() -> None:
    policy = cadence(None, BRANCH)
    alone = convened(policy=policy).when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 2), now=NOON)
    alone.then(held(missing_parties=(BRANCH,)))
    there: dict[str, Any] = {"meeting": M1, "meeting_series": SERIES, "held": date(2025, 4, 2), "now": NOON}
    full = convened(policy=policy).when(hold, **there, parties_present=(BRANCH, BRANCH))
    assert [type(event) for event in full.new] == [MeetingHeld, MeetingCounted]


def test_minutes_approved_in_time_make_a_meeting_count_br_46() -> None:
    policy = cadence(10)
    sat = convened(policy=policy).when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 2), now=NOON)
    sat.then(held(minutes_due=date(2025, 4, 12)))
    wish: dict[str, Any] = {"meeting": M1, "meeting_series": SERIES, "now": datetime(2025, 5, 1, tzinfo=CHINA)}
    for day, counts in ((date(2025, 4, 12), True), (date(2025, 4, 13), False)):
        approved = sat.when(approve_minutes, **wish, approved=day)
        assert [type(event) for event in approved.new] == [MinutesApproved, *([MeetingCounted] if counts else [])]
        approved.when(approve_minutes, **wish, approved=day).then()
        approved.when(approve_minutes, **wish, approved=date(2025, 4, 20)).refused(AlreadySo(day))
    sat.when(approve_minutes, **wish, approved=date(2025, 4, 1)).refused(
        PeriodReversed(date(2025, 4, 2), date(2025, 4, 1))
    )
    convened().when(approve_minutes, **wish, approved=date(2025, 4, 3)).refused(NotHeldYet)


def test_a_cancelled_or_postponed_meeting_is_not_held_br_46() -> None:
    off = convened().when(cancel, meeting=M1, reason=WHY).then(MeetingCancelled(M1, WHY))
    off.when(cancel, meeting=M1, reason=WHY).then()
    off.when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 2), now=NOON).refused(MeetingOff)
    later = convened().when(postpone, meeting=M1, convened_for=date(2025, 4, 9), reason=WHY)
    later.then(MeetingPostponed(M1, date(2025, 4, 9), WHY))
    later.when(postpone, meeting=M1, convened_for=date(2025, 4, 1), reason=WHY).refused(
        PeriodReversed(date(2025, 4, 9), date(2025, 4, 1))
    )


def test_what_is_entered_after_its_period_needs_evidence_br_46() -> None:
    late: dict[str, Any] = {"meeting": M1, "meeting_series": SERIES, "held": date(2025, 4, 29)}
    late["now"] = datetime(2025, 7, 3, tzinfo=CHINA)
    convened().when(hold, **late).refused(EvidenceLacking(date(2025, 4, 30)))
    proved = convened().when(hold, **late, evidence=(PAPER,))
    proved.then(
        held(date(2025, 4, 29), entered_late=True, evidence=(PAPER,)),
        MeetingCounted(M1, SERIES, date(2025, 3, 1), date(2025, 4, 29), entered_late=True),
    )
    ahead = {**late, "held": date(2025, 7, 4)}
    convened().when(hold, **ahead).refused(DayAhead(date(2025, 7, 4), date(2025, 7, 3)))


def test_meetings_are_of_a_series_in_force() -> None:
    opened().when(convene, meeting_series=SERIES, agenda="议题", convened_for=date(2025, 4, 2)).then(
        MeetingConvened(born("meeting"), SERIES, "议题", date(2025, 4, 2))
    )
    early = date(2025, 1, 14)
    opened().when(convene, meeting_series=SERIES, agenda="议题", convened_for=early).refused(
        SeriesNotInForce(BEGUN, None)
    )
    over = opened().when(end, meeting_series=SERIES, ended=date(2025, 4, 1))
    over.then(MeetingSeriesEnded(SERIES, date(2025, 4, 1)))
    over.when(end, meeting_series=SERIES, ended=date(2025, 4, 1)).then()
    over.when(end, meeting_series=SERIES, ended=date(2025, 4, 2)).refused(AlreadySo(date(2025, 4, 1)))
    over.when(convene, meeting_series=SERIES, agenda="议题", convened_for=date(2025, 4, 1)).refused(
        SeriesNotInForce(BEGUN, date(2025, 4, 1))
    )
    both = convened(MeetingSeriesBegun(OTHER, C1, TWICE, BEGUN))
    both.when(hold, meeting=M1, meeting_series=OTHER, held=date(2025, 4, 2), now=NOON).refused(OtherSeries(SERIES))


def test_rolling_the_next_period_runs_from_the_meeting_br_45() -> None:
    rolling = convened(policy=cadence(rolling=True))
    sat = rolling.when(hold, meeting=M1, meeting_series=SERIES, held=date(2025, 4, 2), now=NOON)
    [following] = [event for event in sat.new if isinstance(event, MeetingPeriodOpened)]
    assert (following.period_since, following.due) == (date(2025, 4, 3), date(2025, 6, 2))
