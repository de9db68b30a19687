"""Joint meetings of a demonstration county: by the quarter in the county, every two months in town and communities."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.demo.places import Community
from api.demo.script import Script
from domain import cadences, meetings
from domain.cadences import MeetingKind
from domain.events import Ref
from domain.execution import Actor

__all__ = ["joint_meetings"]

BEGINS, ENDS = date(2025, 7, 1), date(2026, 1, 1)
Days = tuple[date, ...]
QUARTERLY: Days = (date(2025, 8, 20), date(2025, 11, 20))
TWO_MONTHLY: Days = tuple(date(2025, month, 10) for month in (7, 9, 11))


def joint_meetings(
    script: Script, county: Actor, town: tuple[Ref[Any], Actor], communities: Sequence[Community]
) -> None:
    """Half a year in which every body met in each of its periods."""
    script.on(date(2025, 6, 2))
    script.actor = county
    for kind, months in ((MeetingKind.COUNTY_JOINT, 3), (MeetingKind.TOWN_JOINT, 2), (MeetingKind.COMMUNITY_JOINT, 2)):
        adopted = {"ledger": script.ledger, "meeting_kind": kind, "months": months, "since": date(2025, 1, 1)}
        script.do(cadences.adopt_cadence, f"cadence-{kind.name.lower()}", **adopted)
    bodies = [("county", script.ledger, county, MeetingKind.COUNTY_JOINT, QUARTERLY)]
    bodies += [("town", *town, MeetingKind.TOWN_JOINT, TWO_MONTHLY)]
    bodies += [(c.line, c.ref, c.staff, MeetingKind.COMMUNITY_JOINT, TWO_MONTHLY) for c in communities]
    series = {}
    for line, host, staff, kind, _ in bodies:
        script.actor = staff
        series[line] = script.do(meetings.begin, f"{line}-meets", host=host, meeting_kind=kind, since=BEGINS)
    for day in sorted({*QUARTERLY, *TWO_MONTHLY}):
        script.on(day)
        for line, _, staff, _, days in bodies:
            if day in days:
                script.actor = staff
                _met(script, line, series[line], day)
    script.on(ENDS)
    for line, _, staff, _, _ in bodies:
        script.actor = staff
        script.do(meetings.end, f"{line}-met", meeting_series=series[line], ended=ENDS)


def _met(script: Script, line: str, series: Ref[Any], day: date) -> None:
    named = {"meeting_series": series, "agenda": "联席会议（示范）", "convened_for": day}
    meeting = script.do(meetings.convene, f"{line}-meeting-{day}", **named)
    script.do(meetings.hold, f"{line}-held-{day}", meeting=meeting, meeting_series=series, held=day)
