"""Hours belong to the community of registration on the day of service (X37, BR-65)."""

from datetime import date
from typing import Any

import pytest

from domain.events import Event, Hundredths, Ref
from domain.hours import LONGEST, HoursUnfit, MemberServed, MemberServiceKind, record
from domain.periods import DayAhead
from domain.registrations import MemberRegistered, NotRegistered, RegistrationEnded
from domain.specification import NOON, born, given
from tests.county import C1, C2, WANG, days
from tests.test_pairings import BUREAU, UNITS

MOVED: tuple[Event, ...] = (
    *UNITS,
    MemberRegistered(WANG, C1, BUREAU, days(-90)),
    RegistrationEnded(WANG, C1, BUREAU, days(-90), days(-30)),
    MemberRegistered(WANG, C2, BUREAU, days(-30)),
)
CARE: dict[str, Any] = {"person": WANG, "member_service_kind": MemberServiceKind.CARE}


@pytest.mark.parametrize(
    ("community", "on", "fits"),
    [
        (C1, days(-91), False),
        (C1, days(-90), True),
        (C1, days(-31), True),
        (C1, days(-30), False),
        (C2, days(-31), False),
        (C2, days(-30), True),
    ],
)
def test_a_service_belongs_to_the_community_of_that_day_br_65(community: Ref[Any], on: date, *, fits: bool) -> None:
    done = given(*MOVED).when(record, **CARE, community=community, service_hours=Hundredths(150), served_on=on)
    if fits:
        kind = MemberServiceKind.CARE
        done.then(MemberServed(born("member_service"), WANG, community, BUREAU, kind, Hundredths(150), on))
    else:
        done.refused(NotRegistered(community))


@pytest.mark.parametrize(("hours", "fits"), [(0, False), (1, True), (2400, True), (2401, False)])
def test_a_service_lasts_more_than_no_time_and_at_most_a_day(hours: int, *, fits: bool) -> None:
    done = given(*MOVED).when(record, **CARE, community=C2, service_hours=Hundredths(hours), served_on=days(-1))
    assert done.refusal is None if fits else done.refused(HoursUnfit(Hundredths(hours), LONGEST))


def test_a_day_has_no_more_hours_however_many_services_there_are() -> None:
    served = MemberServed(Ref("member_service:s"), WANG, C2, BUREAU, MemberServiceKind.CARE, Hundredths(2000), days(-1))
    wish: dict[str, Any] = {**CARE, "community": C2, "served_on": days(-1)}
    busy = given(*MOVED, served)
    busy.when(record, **wish, service_hours=Hundredths(401)).refused(HoursUnfit(Hundredths(401), Hundredths(400)))
    assert busy.when(record, **wish, service_hours=Hundredths(400)).refusal is None
    other = {**wish, "served_on": days(-2)}
    assert busy.when(record, **other, service_hours=Hundredths(2000)).refusal is None


def test_nobody_has_served_tomorrow() -> None:
    done = given(*MOVED).when(record, **CARE, community=C2, service_hours=Hundredths(100), served_on=days(1))
    done.refused(DayAhead(days(1), NOON.date()))
