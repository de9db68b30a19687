"""Evaluations: who handled an order rates it, who raised it rates it, and then its result is shown (BR-37, BR-42).

Nobody with an interest in the firm that handled it, or that serves the compound, rates it as a resident. What is shown
names nobody: category, place, times and scores. A call-back asks whether it was answered, solved and found right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.bodies import CHINA
from domain.cases import Case, CaseReported
from domain.categories import Category
from domain.conflicts import ConflictOfInterest, Tie
from domain.corrections import check_on_record
from domain.decisions import Acting, decision
from domain.employments import Employed
from domain.events import Confidential, Event, Hundredths, Position, Ref
from domain.grids import Grid
from domain.handlings import STAFF, NotHandler
from domain.people import Person
from domain.places import Community, Compound
from domain.refusals import Refusal
from domain.stages import CaseClosed, CaseDispatched, CaseReopened, HandlingReported
from domain.states import State
from domain.words import describe

describe(
    rater=("Who rated it.", "评价人。"),
    self_score=("How who handled it rates it, 100.00 at most.", "自评得分（满分 100.00）。"),
    public_score=("How who raised it rates it, 100.00 at most.", "测评得分（满分 100.00）。"),
    answered=("Whether the call-back was answered.", "回访是否接通答复。"),
    responded=("Whether whoever raised it says it was responded to.", "提出人认为是否得到响应。"),
    resolved=("Whether whoever raised it says it was resolved; null if not answered.", "是否解决；未答复为空。"),
    satisfied=("Whether whoever raised it is satisfied; null if not answered.", "是否满意；未答复为空。"),
)

MOST = Hundredths(100_00)


class SelfEvaluated(Event):
    """Who handled an order rated it.
    办理人自评。"""

    case: Ref[Case]
    handler: Ref[Person]
    self_score: Hundredths


class CaseEvaluated(Event):
    """Who raised a case rated how it was handled.
    提出人测评。"""

    case: Ref[Case]
    rater: Ref[Person]
    public_score: Hundredths


class CallbackRecorded(Event):
    """Who raised a case was called back.
    登记回访结果。"""

    case: Ref[Case]
    answered: bool
    responded: bool
    resolved: bool | None
    satisfied: bool | None


class CallbackVoided(Event):
    """The answers of a call-back were entered wrongly; they are taken again.
    作废登记有误的回访结果。"""

    voids: Position
    case: Ref[Case]
    reason: Confidential


class OrderShown(Event):
    """The result of an order is shown to everybody, without who raised it.
    晒单公示。"""

    case: Ref[Case]
    compound: Ref[Compound]
    community: Ref[Community]
    origin_grid: Ref[Grid] | None
    category: Ref[Category]
    reported_at: datetime
    closed_at: datetime
    on_time: bool
    rework_no: int
    self_score: Hundredths
    public_score: Hundredths


class ScoreUnfit(Refusal):
    """A score is at most {most}.
    得分最高为 {most}。"""

    rule = "BR-51"
    score: Hundredths
    most: Hundredths


class OnlyRaiserRates(Refusal):
    """Only who raised a case rates how it was handled.
    只有提出人可以评价办理情况。"""

    code, rule = "ONLY_RAISER_MAY_RATE", "BR-54"


class NotClosed(Refusal):
    """This case is not closed.
    该事件尚未结案。"""

    rule = "BR-37"


class EvaluationMissing(Refusal):
    """What is shown has been rated by who handled it and by who raised it.
    晒单须先完成自评和测评。"""

    rule = "BR-37"
    self_score: Hundredths | None
    public_score: Hundredths | None


class AlreadyRated(Refusal):
    """This was rated {score} already.
    已评价为 {score}。"""

    rule = "BR-55"
    score: Hundredths


class CalledBackAlready(Refusal):
    """This case was called back about already, with other answers.
    该事件已回访，且结果不同。"""

    rule = "BR-42"


class AnswersUnfit(Refusal):
    """A call-back that was answered has three answers; one that was not has none and counts as not responded to.
    已接通的回访须有响应、解决、满意三项结果；未接通的不填，并计为未响应。"""

    rule = "BR-42"
    answered: bool


class Evaluation(State):
    """How a closed case was rated, and what was shown of it.
    事件的评价与晒单情况。"""

    id: Ref[Case]
    report: CaseReported | None = None
    executor: Ref[Any] | None = None
    handler: Ref[Person] | None = None
    closed: CaseClosed | None = None
    self_score: Hundredths | None = None
    public_score: Hundredths | None = None
    called_back: CallbackRecorded | None = None
    told: int = 0
    """Where the call-back stands in the ledger."""
    shown: OrderShown | None = None

    def evolve(
        self,
        event: CaseReported
        | CaseDispatched
        | HandlingReported
        | CaseReopened
        | CaseClosed
        | SelfEvaluated
        | CaseEvaluated
        | CallbackRecorded
        | CallbackVoided
        | OrderShown,
        position: int = 0,
    ) -> "Evaluation":
        return replace(self, **(self._handled(event) or self._told(event, position)))

    def _handled(self, event: Event) -> Mapping[str, Any]:
        match event:
            case CaseReported():
                return {"report": event}
            case CaseDispatched():
                return {"executor": event.executor}
            case HandlingReported():
                return {"handler": event.handler}
            case CaseReopened():
                return {"closed": None, "self_score": None, "public_score": None, "called_back": None, "told": 0}
            case CaseClosed():
                return {"closed": event}
        return {}

    def _told(self, event: Event, position: int) -> Mapping[str, Any]:
        match event:
            case SelfEvaluated():
                return {"self_score": event.self_score}
            case CaseEvaluated():
                return {"public_score": event.public_score}
            case CallbackRecorded():
                return {"called_back": event, "told": position}
            case CallbackVoided():
                return {"called_back": None, "told": 0}
            case OrderShown():
                return {"shown": event}
        return {}

    def check_closed(self) -> CaseClosed:
        """The closing, or a refusal."""
        if self.closed is None:
            raise NotClosed
        return self.closed

    def firms(self) -> set[Ref[Any]]:
        """The firms that have an interest in how it is rated."""
        serving = self.report.serving_firm if self.report else None
        executor = self.executor if self.executor and self.executor.kind == "firm" else None
        return {firm for firm in (serving, executor) if firm}


@decision(anyone=True)
def self_evaluate(case: Evaluation, handler: Acting[Person], *, self_score: Hundredths) -> Iterator[Event]:
    """Rate how one handled an order oneself.
    办理人自评。"""
    case.check_closed()
    if handler.id != case.handler:
        raise NotHandler
    _check_score(self_score, case.self_score)
    if case.self_score is None:
        yield SelfEvaluated(case.id, handler.id, self_score)


@decision(anyone=True)
def evaluate(case: Evaluation, rater: Acting[Employed], *, public_score: Hundredths, at: datetime) -> Iterator[Event]:
    """Rate how a case was handled that one raised oneself.
    提出人测评办理情况。"""
    case.check_closed()
    on = at.astimezone(CHINA).date()
    for firm in sorted(case.firms()):
        if rater.by(firm, on):
            raise ConflictOfInterest(Tie.EMPLOYED_BY.name, firm)
    if case.report and rater.id != case.report.raiser:
        raise OnlyRaiserRates
    _check_score(public_score, case.public_score)
    if case.public_score is None:
        yield CaseEvaluated(case.id, rater.id, public_score)


@decision(roles=STAFF)
def call_back(
    case: Evaluation,
    *,
    answered: bool,
    responded: bool,
    resolved: bool | None = None,
    satisfied: bool | None = None,
) -> Iterator[Event]:
    """Record what who raised a case says when called back (BR-42).
    登记回访结果。"""
    case.check_closed()
    if {resolved is None, satisfied is None} != {not answered} or (responded and not answered):
        raise AnswersUnfit(answered)
    told = CallbackRecorded(case.id, answered, responded, resolved, satisfied)
    if case.called_back not in {None, told}:
        raise CalledBackAlready
    if case.called_back is None:
        yield told


@decision(roles=STAFF)
def void_callback(case: Evaluation, *, voids: Position, reason: Confidential) -> Iterator[Event]:
    """Void what was entered of a call-back (BR-84).
    作废回访结果，原记录保留。"""
    check_on_record(voids, {case.told} - {0})
    yield CallbackVoided(voids, case.id, reason)


@decision(roles=STAFF)
def show(case: Evaluation) -> Iterator[Event]:
    """Show the result of an order to everybody, without who raised it (BR-37, BR-78).
    晒单公示办理结果。"""
    closed, report = case.check_closed(), case.report
    if case.self_score is None or case.public_score is None:
        raise EvaluationMissing(case.self_score, case.public_score)
    if report is None:
        return
    where = (report.compound, report.community, report.origin_grid, closed.category)
    times = (report.reported_at, closed.closed_at, closed.on_time, closed.rework_no)
    shown = OrderShown(case.id, *where, *times, case.self_score, case.public_score)
    if shown != case.shown:
        yield shown


def _check_score(score: Hundredths, held: Hundredths | None) -> None:
    if score > MOST:
        raise ScoreUnfit(score, MOST)
    if held not in {None, score}:
        raise AlreadyRated(held or Hundredths(0))
