"""Whistles: a town calls units to a compound, and each has to report in within so many hours (S10).

Who comes late or not at all is marked, and so is the town whose whistle it was: both are assessed. Hours run by the
clock, day and night (BR-31); who has not come is recorded once, on the day after (BR-85).
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from domain.decisions import New, Text, decision
from domain.events import Confidential, Event, Ref
from domain.limits import ORDINARY, Limit, LimitUnit
from domain.places import Community, Compound
from domain.reactions import Act, act_at, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.units import PartnerUnit
from domain.words import describe

describe(
    whistle=("The whistle.", "吹哨事项。"),
    whistled_units=("The units that are called.", "被吹哨的单位。"),
    whistle_text=("What they are called for; only staff may read it.", "吹哨事由，仅工作人员可见。"),
    clock_hours=("Within how many hours they report in.", "报到时限（小时）。"),
    blown_at=("When the whistle was blown.", "吹哨时间。"),
    report_due=("The last moment to report in.", "报到截止时间。"),
    reported_in_at=("When the unit reported in.", "报到时间。"),
    in_time=("Whether the unit reported in within the hours.", "是否按时报到。"),
)


class WhistleBlown(Event):
    """A town called units to a compound.
    乡镇吹哨。"""

    whistle: Ref["Whistle"]
    compound: Ref[Compound]
    community: Ref[Community]
    whistled_units: tuple[Ref[PartnerUnit], ...]
    whistle_text: Confidential
    blown_at: datetime
    report_due: datetime


class UnitReportedIn(Event):
    """A unit that was called reported in.
    部门报到。"""

    whistle: Ref["Whistle"]
    compound: Ref[Compound]
    unit: Ref[PartnerUnit]
    reported_in_at: datetime
    in_time: bool


class UnitStayedAway(Event):
    """A unit that was called had not reported in by the end of the day.
    部门逾期未报到。"""

    whistle: Ref["Whistle"]
    compound: Ref[Compound]
    unit: Ref[PartnerUnit]
    report_due: datetime


class NobodyCalled(Refusal):
    """A whistle calls at least one unit, for at least one hour.
    吹哨须指明至少一个单位，报到时限至少一小时。"""

    rule = "BR-31"
    clock_hours: int


class NotCalled(Refusal):
    """This unit was not called by this whistle.
    该单位不在此次吹哨范围内。"""

    unit: Ref[PartnerUnit]


class ReportedBefore(Refusal):
    """Nobody reports in before the whistle, which was blown at {blown_at}.
    报到时间不得早于吹哨时间 {blown_at}。"""

    blown_at: datetime


class Whistle(State):
    """A whistle, and who has reported in.
    吹哨事项及报到情况。"""

    id: Ref["Whistle"]
    blown: WhistleBlown | None = None
    there: Mapping[Ref[Any], datetime | None] = field(default_factory=dict)
    """When each unit reported in; None: it is recorded as having stayed away."""

    def evolve(self, event: WhistleBlown | UnitReportedIn | UnitStayedAway) -> "Whistle":
        match event:
            case WhistleBlown():
                return replace(self, blown=event)
            case UnitReportedIn():
                return replace(self, there={**self.there, event.unit: event.reported_in_at})
            case UnitStayedAway():
                return replace(self, there={**self.there, event.unit: None})


@decision(roles={Role.COUNTY, Role.TOWN})
def blow(
    whistle: New[Whistle],
    compound: Compound,
    whistled_units: tuple[PartnerUnit, ...],
    *,
    whistle_text: Annotated[Confidential, Text(500)],
    clock_hours: int,
    at: datetime,
) -> Iterator[Event]:
    """Call units to a compound, to report in within so many hours.
    乡镇吹哨，相关部门限时报到。"""
    if not whistled_units or not clock_hours:
        raise NobodyCalled(clock_hours)
    due = ORDINARY.due(at, Limit(clock_hours, LimitUnit.CLOCK_HOUR))
    called = tuple(dict.fromkeys(unit.id for unit in whistled_units))
    yield WhistleBlown(whistle.id, compound.id, compound.community, called, whistle_text, at, due)


@decision(roles={Role.COUNTY, Role.UNIT})
def report_in(whistle: Whistle, unit: PartnerUnit, *, at: datetime) -> Iterator[Event]:
    """Report in as a unit that was called.
    部门报到。"""
    blown = whistle.blown
    if blown is None or unit.id not in blown.whistled_units:
        raise NotCalled(unit.id)
    if at < blown.blown_at:
        raise ReportedBefore(blown.blown_at)
    if whistle.there.get(unit.id) is None:
        yield UnitReportedIn(whistle.id, blown.compound, unit.id, at, at <= blown.report_due)


@decision()
def note_absent(whistle: Whistle) -> Iterator[Event]:
    """Record which units had not reported in.
    登记逾期未报到的部门。"""
    if blown := whistle.blown:
        for unit in blown.whistled_units:
            if unit not in whistle.there:
                yield UnitStayedAway(whistle.id, blown.compound, unit, blown.report_due)


@reaction
def watch_whistle(event: WhistleBlown) -> Iterator[Act]:
    """When the last moment is over, look who has not reported in.
    报到时限一过，即核对未报到的部门。"""
    yield act_at(event.report_due + timedelta(microseconds=1), note_absent, whistle=event.whistle)
