"""Calls: a fifth of the owners can have an extraordinary assembly called (BR-13).

Property Management Regulations art. 13; if it is not called by the day that was set, the town sees to it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.assemblies import CONVENERS, Assembly, AssemblyCancelled, AssemblyNotified, NotOfThisCompound
from domain.bodies import CHINA
from domain.decisions import decision
from domain.events import Event, Ref
from domain.owners import OwnersRoster, RosterNotFrozen
from domain.people import Person
from domain.periods import in_order
from domain.places import Community, Compound
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.states import State
from domain.tallies import is_fifth, least_fifth
from domain.words import describe

describe(
    proposers=("The owners who propose it.", "提议的业主。"),
    proposer_count=("How many owners proposed it.", "提议业主人数。"),
    call_by=("The last day to call the assembly.", "最迟召集日期。"),
)


class ExtraordinaryMeetingRequired(Event):
    """A fifth of the owners proposed an assembly, which has to be called.
    五分之一以上业主提议，应当召开临时会议。"""

    owners_roster: Ref[OwnersRoster]
    compound: Ref[Compound]
    community: Ref[Community]
    proposer_count: int
    heads: int
    call_by: date


class MeetingCallLapsed(Event):
    """An assembly that had to be called was not; the town orders and then convenes it.
    应召集而未召集，由乡镇责令直至代为召集。"""

    owners_roster: Ref[OwnersRoster]
    compound: Ref[Compound]
    community: Ref[Community]
    call_by: date


class ProposersTooFew(Refusal):
    """{have} owners propose it, and {need} have to.
    提议业主 {have} 人，须 {need} 人。"""

    code, rule = "PROPOSERS_BELOW_20_PERCENT", "BR-13"
    have: int
    need: int


class NotOwners(Refusal):
    """These are not on the frozen roster: {strangers}.
    以下人员不在冻结名册中：{strangers}。"""

    rule = "BR-13"
    strangers: tuple[Ref[Person], ...]


class CallPending(Refusal):
    """An assembly is to be called already, by {call_by}.
    已有待召集的临时会议，最迟 {call_by}。"""

    rule = "BR-13"
    call_by: date


class Call(State):
    """What owners of a compound asked for last, and whether an assembly was called since.
    业主提议召开临时会议的要求及落实情况。"""

    id: Ref[Compound]
    asked: ExtraordinaryMeetingRequired | None = None
    answered_by: Ref[Assembly] | None = None
    lapsed: bool = False

    def evolve(
        self, event: ExtraordinaryMeetingRequired | AssemblyNotified | AssemblyCancelled | MeetingCallLapsed
    ) -> "Call":
        match event:
            case ExtraordinaryMeetingRequired():
                return Call(self.id, event)
            case AssemblyNotified():
                return replace(self, answered_by=event.assembly)
            case AssemblyCancelled():
                return replace(self, answered_by=None) if self.answered_by == event.assembly else self
            case MeetingCallLapsed():
                return replace(self, lapsed=True)

    @property
    def open(self) -> bool:
        return self.asked is not None and self.answered_by is None and not self.lapsed


@decision(roles=CONVENERS)
def require_meeting(
    owners_roster: OwnersRoster, compound: Call, proposers: tuple[Person, ...], *, call_by: date, at: datetime
) -> Iterator[Event]:
    """Record that owners propose an extraordinary assembly, and by when it is to be called.
    登记业主提议召开临时会议及最迟召集日期。"""
    frozen, electors = owners_roster.frozen, owners_roster.electors
    if owners_roster.compound != compound.id:
        raise NotOfThisCompound(owners_roster.compound)
    if frozen is None:
        raise RosterNotFrozen
    named = {each.id for each in proposers}
    if strangers := tuple(sorted(named - electors.keys())):
        raise NotOwners(strangers)
    if not is_fifth(len(named), frozen.heads):
        raise ProposersTooFew(len(named), least_fifth(frozen.heads))
    in_order(at.astimezone(CHINA).date(), call_by)
    if compound.open and compound.asked:
        raise CallPending(compound.asked.call_by)
    where = (owners_roster.id, compound.id, owners_roster.community)
    yield ExtraordinaryMeetingRequired(*where, len(named), frozen.heads, call_by)


@decision()
def lapse_call(compound: Call, *, call_by: date) -> Iterator[Event]:
    """Record that an assembly was not called in time (BR-13).
    登记逾期未召集。"""
    asked = compound.asked
    if asked and compound.open and asked.call_by == call_by:
        yield MeetingCallLapsed(asked.owners_roster, compound.id, asked.community, call_by)


@reaction
def watch_call(event: ExtraordinaryMeetingRequired) -> Iterator[Act]:
    """On the day after the last one the assembly was called, or the town sees to it.
    最迟召集日次日仍未召集的，转由乡镇处理。"""
    inputs = {"compound": event.compound, "call_by": event.call_by}
    yield act_on(event.call_by + timedelta(days=1), lapse_call, **inputs)
