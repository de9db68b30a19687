"""Polls: the count of a closed voting, its posting, and what holds its result back (BR-04 to BR-08, BR-15 to BR-17).

Ballots are opened to be counted and in no other way; question by question it is told what came of it, by heads and by
area. A result is posted within three days and takes effect when its posting ends; one that is before a court is held.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any

from domain.assemblies import (
    CONVENERS,
    Assembly,
    AssemblyStep,
    Proceeding,
    VotingClosed,
    VotingOpened,
)
from domain.ballots import Ballot, BallotCast, BallotDelivered, BallotRecast, Choice, Vote, decoded
from domain.bodies import CHINA
from domain.decisions import Open, Past, decision
from domain.events import Event, Hundredths, Ref
from domain.periods import in_order
from domain.places import Compound
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.tallies import Item, Outcome, Weight, joined, passes_unless_dissented, result, total
from domain.words import describe

describe(
    by_dissent=("Whether it passes unless more than a third dissent.", "是否采用异议表决。"),
    outcome=("What came of the vote.", "表决结果。"),
    cast_heads=("How many owners voted.", "参与表决人数。"),
    cast_area=("Their exclusive area in square metres.", "参与表决面积（平方米）。"),
    for_heads=("How many voted for.", "同意人数。"),
    for_area=("Their area.", "同意面积（平方米）。"),
    against_heads=("How many voted against.", "反对人数。"),
    against_area=("Their area.", "反对面积（平方米）。"),
    abstain_heads=("How many abstained.", "弃权人数。"),
    abstain_area=("Their area.", "弃权面积（平方米）。"),
    all_heads=("How many owners there are.", "业主总人数。"),
    all_area=("Their area.", "总面积（平方米）。"),
    silent_heads=(
        "How many were silent, though delivery was proved: they take part, and join a majority that is for.",
        "已送达而未表决、按规则视为参与表决的人数；同意占多数的计入同意。",
    ),
    silent_area=("Their area.", "其面积（平方米）。"),
    posted=("The day on which the result was posted.", "结果公示日期。"),
    notice_late=("Whether it was posted later than three days after the end.", "是否逾期公示（超过三日）。"),
    effective_on=("The day from which on it has effect, unless held.", "生效日期（被搁置的除外）。"),
    on_hold=("Whether it is before a court and held.", "是否因诉讼搁置。"),
    known_on=("The day on which the owner knew of it, or should have.", "知道或应当知道之日。"),
    challenged_on=("The day on which it was challenged in court.", "起诉日期。"),
    decision_stands=("Whether the decision stands.", "决定是否维持。"),
)

POSTING = timedelta(days=3)
"""Beijing Property Management Regulations art. 37."""


class QuestionDecided(Event, version=2):
    """The ballots on a question were counted.
    表决事项计票结果。"""

    assembly: Ref[Assembly]
    question_no: int
    question_item: Item
    outcome: Outcome
    by_dissent: bool
    for_heads: int
    for_area: Hundredths
    against_heads: int
    against_area: Hundredths
    abstain_heads: int
    abstain_area: Hundredths
    all_heads: int
    all_area: Hundredths
    silent_heads: int = 0
    silent_area: Hundredths = Hundredths(0)


class ResultPosted(Event):
    """The result of an assembly was posted.
    公示表决结果。"""

    assembly: Ref[Assembly]
    compound: Ref[Compound]
    posted: date
    notice_late: bool
    effective_on: date


class PostingLapsed(Event):
    """The notice of a result was taken down before its time: the result is to be posted anew.
    结果公示被提前撤除而无效，须重新公示。"""

    assembly: Ref[Assembly]


class ResultChallenged(Event):
    """An owner went to court over a decision: its result is held.
    业主起诉请求撤销决定，结果搁置。"""

    assembly: Ref[Assembly]
    known_on: date
    challenged_on: date


class ChallengeEnded(Event):
    """A court has decided over a challenge; the result is held as long as another is pending.
    一件撤销之诉终结，另有未结诉讼的继续搁置。"""

    assembly: Ref[Assembly]
    decision_stands: bool


class VotingStillOpen(Refusal):
    """Voting goes on until {closes_at}.
    表决至 {closes_at} 截止，尚不得计票。"""

    rule = "BR-15"
    closes_at: datetime


class BallotsUnreadable(Refusal):
    """{unreadable} ballots can no longer be opened; nothing is counted.
    有 {unreadable} 张选票无法解封，不予计票。"""

    rule = "BR-09"
    unreadable: int


class NotClosedYet(Refusal):
    """This voting is not closed and counted.
    表决尚未截止计票。"""

    rule = "BR-16"


class PostedBeforeClosing(Refusal):
    """A result is posted after the end of the voting, on {closed_on}.
    结果公示不得早于表决截止日 {closed_on}。"""

    rule = "BR-16"
    closed_on: date


class VoteNotPosted(Refusal):
    """This result is not posted.
    结果尚未公示。"""

    rule = "BR-16"


class ChallengeTooLate(Refusal):
    """A decision is challenged within a year of knowing of it, by {latest}.
    撤销之诉须自知道或应当知道之日起一年内提起，即不迟于 {latest}。"""

    rule = "BR-17"
    latest: date


class NothingPending(Refusal):
    """No challenge of this decision is before a court.
    该决定没有未结的撤销之诉。"""

    rule = "BR-17"


class DecisionNotEffective(Refusal):
    """Question {question_no} of the assembly was not adopted, or has no effect on {on}.
    业主大会第 {question_no} 项事项未通过，或在 {on} 尚未生效。"""

    rule = "BR-16"
    question_no: int
    on: date


class Poll(State):
    """An assembly with its ballots.
    会议及其全部选票。"""

    id: Ref[Assembly]
    assembly: Assembly = Assembly(Ref())
    cast: Mapping[Ref[Ballot], BallotCast] = field(default_factory=lambda: MappingProxyType({}))
    changed: Mapping[Ref[Ballot], BallotRecast] = field(default_factory=lambda: MappingProxyType({}))
    delivered: Mapping[Ref[Ballot], BallotDelivered] = field(default_factory=lambda: MappingProxyType({}))
    opening: Callable[[str], str] = field(default=str, compare=False)

    def evolve(
        self,
        event: Proceeding | BallotDelivered | BallotCast | BallotRecast,
    ) -> "Poll":
        match event:
            case BallotDelivered():
                return replace(self, delivered={**self.delivered, event.ballot: event})
            case BallotCast():
                return replace(self, cast={**self.cast, event.ballot: event})
            case BallotRecast():
                return replace(self, changed={**self.changed, event.ballot: event})
        return replace(self, assembly=self.assembly.evolve(event))

    def opened(self, opening: Callable[[str], str]) -> "Poll":
        return replace(self, opening=opening)

    @property
    def silent(self) -> Weight:
        """Who was proved to have got a ballot and did not vote."""
        unheard = (each for key, each in self.delivered.items() if key not in self.cast)
        return total(Weight(1, each.exclusive_area) for each in unheard)

    def ballots(self) -> list[tuple[Weight, tuple[Choice, ...]]]:
        """Each ballot's weight and choices, the last that were given."""
        texts = [(each, self.opening(self.changed.get(key, each).sealed_choices)) for key, each in self.cast.items()]
        if unreadable := sum(not text for _, text in texts):
            raise BallotsUnreadable(unreadable)
        return [(Weight(1, each.exclusive_area), decoded(text)) for each, text in texts]


Sequel = (
    VotingOpened | VotingClosed | QuestionDecided | ResultPosted | PostingLapsed | ResultChallenged | ChallengeEnded
)
"""What comes of an assembly, from its opening on."""


class Ruling(State):
    """What came of an assembly, and whether it has effect.
    会议结果及效力。"""

    id: Ref[Assembly]
    voting: VotingOpened | None = None
    closed: VotingClosed | None = None
    outcomes: Mapping[int, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    """By the number of the question."""
    posted: ResultPosted | None = None
    suits: int = 0
    """How many challenges are pending."""
    struck: bool = False

    def evolve(self, event: Sequel) -> "Ruling":
        changes: dict[str, Any] = {}
        match event:
            case VotingOpened():
                changes = {"voting": event}
            case VotingClosed():
                changes = {"closed": event}
            case QuestionDecided():
                changes = {"outcomes": {**self.outcomes, event.question_no: event.outcome}}
            case ResultPosted():
                changes = {"posted": event}
            case PostingLapsed():
                changes = {"posted": None}
            case ResultChallenged():
                changes = {"suits": self.suits + 1}
            case ChallengeEnded():
                changes = {"suits": self.suits - 1, "struck": self.struck or not event.decision_stands}
        return replace(self, **changes)

    def check_effective(self, question_no: int, on: date) -> None:
        """Refuse what rests on a decision that was not adopted, is not in effect yet, is held or was struck down."""
        adopted = self.outcomes.get(question_no) is Outcome.ADOPTED
        if not adopted or self.posted is None or on < self.posted.effective_on or self.suits or self.struck:
            raise DecisionNotEffective(question_no, on)


@decision(roles=CONVENERS)
def close_voting(assembly: Annotated[Poll, Open(Vote)], *, now: datetime) -> Iterator[Event]:
    """Close a voting when it has ended, and count it; closed is final.
    表决截止后计票，结果不得更改。"""
    meeting = assembly.assembly
    if meeting.step is AssemblyStep.CLOSED:
        return
    meeting.at_step(AssemblyStep.VOTING)
    voting = meeting.voting
    if voting is None or meeting.ends is None or now <= meeting.ends:
        raise VotingStillOpen(meeting.ends or now)
    ballots, everybody = assembly.ballots(), Weight(voting.heads, voting.exclusive_area)
    part = total(weight for weight, _ in ballots)
    yield VotingClosed(assembly.id, meeting.compound, part.heads, Hundredths(part.area), meeting.ends, now)
    for number, question in enumerate(meeting.questions):
        by = {choice: total(w for w, said in ballots if said[number] is choice) for choice in Choice}
        dissent = voting.fund_by_dissent and question.question_item is Item.FUND_USE
        silent = Weight(0, 0) if dissent else assembly.silent
        outcome = _outcome(question.question_item, everybody, part, by, silent, dissent=dissent)
        counted = [each for choice in Choice for each in (by[choice].heads, Hundredths(by[choice].area))]
        said = (question.question_no, question.question_item, outcome, dissent, *counted, *everybody, *silent)
        yield QuestionDecided(assembly.id, *said)  # type: ignore[arg-type]


@decision(roles=CONVENERS)
def post_result(assembly: Ruling, *, at: datetime) -> Iterator[Event]:
    """Record that the result was posted where everybody sees it.
    登记已在显著位置公示结果。"""
    if assembly.closed is None or assembly.voting is None:
        raise NotClosedYet
    day, closed = at.astimezone(CHINA).date(), assembly.closed.closes_at.astimezone(CHINA).date()
    if assembly.posted:
        return
    if day < closed:
        raise PostedBeforeClosing(closed)
    effective = day + timedelta(days=assembly.voting.posting_days)
    yield ResultPosted(assembly.id, assembly.closed.compound, day, day > closed + POSTING, effective)


@decision()
def lapse_posting(assembly: Ruling) -> Iterator[Event]:
    """Record that a result's notice was taken down before its time (BR-16, BR-91).
    登记结果公示被提前撤除而无效。"""
    if assembly.posted:
        yield PostingLapsed(assembly.id)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def challenge(assembly: Ruling, *, known_on: date, challenged_on: Past) -> Iterator[Event]:
    """Record that a decision was challenged in court, within a year of knowing of it: its result is held.
    登记业主自知道之日起一年内提起撤销之诉，结果搁置。"""
    if assembly.posted is None:
        raise VoteNotPosted
    in_order(assembly.posted.posted, known_on)
    in_order(known_on, challenged_on)
    latest = a_year_after(known_on)
    if challenged_on > latest:
        raise ChallengeTooLate(latest)
    yield ResultChallenged(assembly.id, known_on, challenged_on)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY})
def end_challenge(assembly: Ruling, *, decision_stands: bool) -> Iterator[Event]:
    """Record that a court has decided over a challenge.
    登记一件撤销之诉的裁判结果。"""
    if not assembly.suits:
        raise NothingPending
    yield ChallengeEnded(assembly.id, decision_stands)


def a_year_after(day: date) -> date:
    """The same date of the next year; of 29 February, the 28th."""
    last = day.month == 2 and day.day == 29  # noqa: PLR2004 - the leap day
    return day.replace(year=day.year + 1, day=28 if last else day.day)


def _outcome(
    item: Item, everybody: Weight, part: Weight, by: Mapping[Choice, Weight], silent: Weight, *, dissent: bool
) -> Outcome:
    if dissent:  # BR-19b
        return Outcome.ADOPTED if passes_unless_dissented(everybody, by[Choice.AGAINST]) else Outcome.REJECTED
    return result(item.item_class, everybody, *joined(part, by[Choice.FOR], silent)).outcome
