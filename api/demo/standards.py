"""How venues of a demonstration county are run: windows, duty, reporters and what the platform promises."""

from collections.abc import Sequence

from api.demo.places import Community
from api.demo.script import Script
from domain import promises, reporters, rosters, venues, windows
from domain.execution import Actor
from domain.promises import PlatformPromise
from domain.reporters import NewWork
from domain.venues import VenueKind

__all__ = ["promises_made", "reporters_enrolled", "windows_and_duty"]

ITEMS = ("社保", "医保", "民政")


def windows_and_duty(script: Script, communities: Sequence[Community]) -> None:
    """A station with a window, its items, and who was on duty one day, in each community."""
    for home in communities:
        script.actor, line = home.staff, f"{home.line}-service"
        kind = VenueKind.COMPREHENSIVE_STATION
        given = {"location": home.ref, "venue_kind": kind, "name": f"{kind.words.zh}（示范）", "since": script.day}
        venue = script.do(venues.register, line, **given)
        window = script.do(
            windows.open_service_window, f"{line}-window", venue=venue, name="综合窗口（示范）", since=script.day
        )
        for n, item in enumerate(ITEMS, 1):
            handled = {"service_window": window, "venue": venue, "service_item": item, "since": script.day}
            script.do(windows.take_item, f"{line}-item{n}", **handled, item_duties="受理、答复（示范）")
        person = script.person(f"{line}-duty", "值班人员")
        roster = script.do(rosters.publish, f"{line}-roster", venue=venue, people=(person,), duty_on=script.day)
        script.do(rosters.check_in, f"{line}-check-in", duty_roster=roster, person=person)


def reporters_enrolled(script: Script, communities: Sequence[Community]) -> None:
    """A rider who reports, in each community."""
    for home in communities:
        script.actor = home.staff
        person = script.person(f"{home.line}-reporter", "流动观察员")
        given = {"community": home.ref, "person": person, "new_work": NewWork.RIDER, "since": script.day}
        script.do(reporters.enrol_reporter, f"{home.line}-reporter", **given)


def promises_made(script: Script, county: Actor) -> None:
    """Each of the four promises has a measure; measures and thresholds are placeholders."""
    script.actor = county
    for each in PlatformPromise:
        given = {"ledger": script.ledger, "platform_promise": each, "promise_measure": "办理用时（分钟，示范）"}
        line = f"promise-{each.name.lower()}"
        script.do(promises.make_promise, line, **given, threshold=30, at_least=False, since=script.day)
