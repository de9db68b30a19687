"""Lapses: the last days that a compound's body let go by: to be filed, to hand over, and the end of its term.

Each is recorded once, as of the day after, whenever the clock comes to look (BR-85). Whether it went by is asked of
what was done by that day and not of when that was recorded, so it does not depend on how late the clock is.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.committees import (
    FILING,
    Committee,
    CommitteeDissolved,
    CommitteeFiled,
    HandoverDue,
    ManagementCommitteeFormed,
    OwnersCommitteeElected,
)
from domain.decisions import decision
from domain.events import Event, Ref
from domain.places import Compound
from domain.reactions import Act, act_on, reaction
from domain.states import State

DAY = timedelta(days=1)


class FilingMissed(Event):
    """The last day to file an elected committee went by, and it was not filed.
    业主委员会逾期未备案。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    due: date


class HandoverMissed(Event):
    """The last day to hand over and dissolve went by, and the management committee sits on.
    物业管理委员会逾期未移交解散。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    due: date


class CommitteeTermPassed(Event):
    """A body's term ran out while it sat.
    治理机构任期届满未换届。"""

    committee: Ref[Committee]
    compound: Ref[Compound]
    until: date | None


class LastDays(State):
    """The last days that a body has to keep and that have not gone by, and whether it kept them.
    治理机构尚未到期的各项期限。"""

    id: Ref[Committee]
    compound: Ref[Compound] = Ref()
    filing: date | None = None
    handover: date | None = None
    until: date | None = None
    filed: date = date.max
    ended: date = date.max

    def evolve(
        self,
        event: OwnersCommitteeElected
        | ManagementCommitteeFormed
        | CommitteeFiled
        | FilingMissed
        | HandoverDue
        | HandoverMissed
        | CommitteeTermPassed
        | CommitteeDissolved,
    ) -> "LastDays":
        dates: dict[str, Any]
        match event:
            case OwnersCommitteeElected():
                dates = {"compound": event.compound, "filing": event.elected + FILING, "until": event.until}
            case ManagementCommitteeFormed():
                dates = {"compound": event.compound, "until": event.until}
            case CommitteeFiled():
                dates = {"filed": event.filed}
            case FilingMissed():
                dates = {"filing": None}
            case HandoverDue():
                dates = {"handover": event.due}
            case HandoverMissed():
                dates = {"handover": None}
            case CommitteeTermPassed():
                dates = {"until": None}
            case CommitteeDissolved():
                dates = {"ended": event.ended}
        return replace(self, **dates)


@decision()
def miss_filing(committee: LastDays) -> Iterator[Event]:
    """Record that a committee was not filed within thirty days of its election (BR-23).
    登记业主委员会逾期未备案。"""
    if committee.filing and min(committee.filed, committee.ended) > committee.filing:
        yield FilingMissed(committee.id, committee.compound, committee.filing)


@decision()
def miss_handover(committee: LastDays) -> Iterator[Event]:
    """Record that a management committee did not hand over within thirty days of the filing (BR-20).
    登记物业管理委员会逾期未移交解散。"""
    if committee.handover and committee.ended > committee.handover:
        yield HandoverMissed(committee.id, committee.compound, committee.handover)


@decision()
def pass_term(committee: LastDays) -> Iterator[Event]:
    """Record that a body's term ran out and it neither gave way nor was dissolved (BR-22, BR-24).
    登记治理机构任期届满未换届。"""
    if committee.until and committee.ended > committee.until:
        yield CommitteeTermPassed(committee.id, committee.compound, committee.until)


@reaction
def watch_filing(event: OwnersCommitteeElected) -> Iterator[Act]:
    """Thirty days after its election a committee is filed, or that was missed (BR-23).
    选举后三十日内应当备案，逾期即予登记。"""
    yield act_on(event.elected + FILING + DAY, miss_filing, committee=event.committee)


@reaction
def watch_handover(event: HandoverDue) -> Iterator[Act]:
    """On the day after the last one the management committee is dissolved, or that was missed (BR-20).
    限期届满次日仍未解散的，即予登记。"""
    yield act_on(event.due + DAY, miss_handover, committee=event.committee)


@reaction
def watch_term(event: OwnersCommitteeElected | ManagementCommitteeFormed) -> Iterator[Act]:
    """On the first day after its term a body has given way, or its term has passed (BR-22, BR-24).
    任期届满仍未换届或解散的，即予登记。"""
    if event.until:
        yield act_on(event.until, pass_term, committee=event.committee)
