"""Lapses: the last days that a compound's body let go by: to be filed, to hand over, and the end of its term.

Each is recorded once, as of the day after, whenever the clock comes to look (BR-85), unless it was kept as far as is
entered by then. When it is entered only later that it was kept, the lapse is voided, with that entry as its cause.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
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
from domain.events import Event, Position, Ref
from domain.places import Compound
from domain.reactions import Act, act, act_on, reaction
from domain.states import State
from domain.words import Labelled, describe

describe(lapse=("What was not done by its last day.", "逾期的事项。"))

DAY = timedelta(days=1)


class Lapse(Labelled):
    """What a compound's body lets its last day go by for.
    治理机构逾期的事项。"""

    FILING = "Filing", "备案"
    HANDOVER = "Handover", "移交解散"
    TERM = "End of term", "任期届满"


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


class LapseVoided(Event):
    """A last day was kept after all: that was entered only after it had been recorded as gone by.
    作废逾期登记：事后补录表明当时已按期办理。"""

    voids: Position
    committee: Ref[Committee]
    compound: Ref[Compound]
    lapse: Lapse


class LastDays(State):
    """The last days that a body has to keep, what was done about them, and where they are recorded as gone by.
    治理机构的各项期限、办理情况及逾期登记。"""

    id: Ref[Committee]
    compound: Ref[Compound] = Ref()
    filing: date | None = None
    handover: date | None = None
    until: date | None = None
    filed: date = date.max
    ended: date = date.max
    missed: Mapping[Lapse, int] = field(default_factory=dict)

    def evolve(
        self,
        event: OwnersCommitteeElected
        | ManagementCommitteeFormed
        | CommitteeFiled
        | FilingMissed
        | HandoverDue
        | HandoverMissed
        | CommitteeTermPassed
        | CommitteeDissolved
        | LapseVoided,
        position: int = 0,
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
                dates = {"missed": {**self.missed, Lapse.FILING: position}}
            case HandoverDue():
                dates = {"handover": event.due}
            case HandoverMissed():
                dates = {"missed": {**self.missed, Lapse.HANDOVER: position}}
            case CommitteeTermPassed():
                dates = {"missed": {**self.missed, Lapse.TERM: position}}
            case CommitteeDissolved():
                dates = {"ended": event.ended}
            case LapseVoided():
                dates = {"missed": {lapse: at for lapse, at in self.missed.items() if lapse is not event.lapse}}
        return replace(self, **dates)

    def kept(self, lapse: Lapse) -> bool:
        """As far as is entered; where there is no last day, there is none to miss."""
        last, done = {
            Lapse.FILING: (self.filing, min(self.filed, self.ended)),
            Lapse.HANDOVER: (self.handover, self.ended),
            Lapse.TERM: (self.until, self.ended),
        }[lapse]
        return last is None or done <= last

    def lets_go_by(self, lapse: Lapse) -> bool:
        return lapse not in self.missed and not self.kept(lapse)


@decision()
def miss_filing(committee: LastDays) -> Iterator[Event]:
    """Record that a committee was not filed within thirty days of its election (BR-23).
    登记业主委员会逾期未备案。"""
    if committee.filing and committee.lets_go_by(Lapse.FILING):
        yield FilingMissed(committee.id, committee.compound, committee.filing)


@decision()
def miss_handover(committee: LastDays) -> Iterator[Event]:
    """Record that a management committee did not hand over within thirty days of the filing (BR-20).
    登记物业管理委员会逾期未移交解散。"""
    if committee.handover and committee.lets_go_by(Lapse.HANDOVER):
        yield HandoverMissed(committee.id, committee.compound, committee.handover)


@decision()
def pass_term(committee: LastDays) -> Iterator[Event]:
    """Record that a body's term ran out and it neither gave way nor was dissolved (BR-22, BR-24).
    登记治理机构任期届满未换届。"""
    if committee.lets_go_by(Lapse.TERM):
        yield CommitteeTermPassed(committee.id, committee.compound, committee.until)


@decision()
def void_lapses(committee: LastDays) -> Iterator[Event]:
    """Void the lapses of a body that are recorded and, by what was entered since, were none (BR-84).
    作废补录后已不成立的逾期登记。"""
    for lapse, position in committee.missed.items():
        if committee.kept(lapse):
            yield LapseVoided(Position(position), committee.id, committee.compound, lapse)


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


@reaction
def follow_entry(event: CommitteeFiled | CommitteeDissolved) -> Iterator[Act]:
    """What was done in time and is entered only now was not missed (BR-84).
    按期办理而事后补录的，原逾期登记作废。"""
    yield act(void_lapses, committee=event.committee)
