"""Cases as people see them: how far each is, by when it is due, who has it, how it was rated, and what was shown."""

from datetime import datetime
from typing import Any, ClassVar

from msgspec.structs import replace

from domain import cases, categories, evaluations, firms, grids, people, places, stages, units
from domain.events import Confidential, Event, Hundredths, Ref
from domain.limits import LimitUnit
from domain.stages import Phase
from domain.words import describe
from projections.figures import counts
from projections.gaps import gap
from projections.rows import Changes, Row, becomes, by, its, new, put

describe(
    phase=("How far it is.", "所处阶段。"),
    escalated=("Whether it went to the county after three returns.", "是否已因三次退单提级至县。"),
    first_dispatched_at=("When it was first dispatched.", "首次派单时间。"),
    return_asked=("Whether somebody asks to return it.", "是否有待批准的退单申请。"),
    self_rated=("Whether who handled it rated it; the score is told when it is shown.", "是否已自评；得分晒单时公布。"),
    publicly_rated=(
        "Whether who raised it rated it; the score is told when it is shown.",
        "是否已测评；得分晒单时公布。",
    ),
    shown=("Whether its result is shown to everybody.", "是否已晒单公示。"),
)


class Category(Row, frozen=True, kw_only=True):
    """A category of cases, as it is at present.
    事件类别现行规定。"""

    id: Ref[categories.Category]
    name: str
    revision: int
    limit_number: int
    limit_unit: LimitUnit
    rework_number: int
    rework_unit: LimitUnit
    claim_hours: int
    community_duty: bool

    on: ClassVar[Changes] = {categories.CategoryAdopted: new()}
    plural: ClassVar = "categories"
    lists: ClassVar = (by("community_duty"),)


class Case(Row, frozen=True, kw_only=True):
    """A case, from its report to the showing of its result.
    事件，从上报到晒单。"""

    id: Ref[cases.Case]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    origin_grid: Ref[grids.Grid] | None
    category: Ref[categories.Category]
    channel: cases.Channel
    raiser: Ref[people.Person]
    serving_firm: Ref[firms.Firm] | None
    matter_text: Confidential
    spot: Confidential | None
    phase: Phase = Phase.REPORTED
    reported_at: datetime
    receiver: Ref[people.Person] | None = None
    unaccepted_kind: cases.Unaccepted | None = None
    into: Ref[cases.Case] | None = None
    executor: Ref[Any] | None = None
    handler: Ref[people.Person] | None = None
    dispatched_at: datetime | None = None
    claimed_at: datetime | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    on_time: bool | None = None
    rework_no: int = 0
    return_no: int = 0
    escalated: bool = False
    jointly_with: Ref[units.PartnerUnit] | None = None
    first_dispatched_at: datetime | None = None
    return_asked: bool = False
    self_rated: bool = False
    publicly_rated: bool = False
    self_score: Hundredths | None = None
    public_score: Hundredths | None = None
    shown: bool = False

    on: ClassVar[Changes] = {
        cases.CaseReported: new(phase=Phase.REPORTED),
        cases.CaseAccepted: put(receiver=its.receiver, phase=Phase.ACCEPTED),
        cases.CaseNotAccepted: put(unaccepted_kind=its.unaccepted_kind, phase=Phase.NOT_ACCEPTED),
        cases.CaseMerged: put(into=its.into, phase=Phase.MERGED),
        cases.CaseCorrected: put(category=its.category),
        stages.CaseDispatched: put(
            executor=its.executor,
            handler=its.named_handler,
            dispatched_at=its.dispatched_at,
            first_dispatched_at=lambda row, event: row.first_dispatched_at or event.dispatched_at,
            claimed_at=None,
            warn_at=its.warn_at,
            due_at=its.due_at,
            handled_at=None,
            phase=lambda _, event: Phase.CLAIMED if event.named_handler else Phase.DISPATCHED,
        ),
        stages.CaseClaimed: put(handler=its.handler, claimed_at=its.claimed_at, phase=Phase.CLAIMED),
        stages.ClaimLapsed: put(handler=None, claimed_at=None, return_asked=False, phase=Phase.DISPATCHED),
        stages.CaseReturnAsked: put(return_asked=True),
        stages.CaseReturnDeclined: put(return_asked=False),
        stages.CaseReturned: put(
            handler=None,
            executor=None,
            warn_at=None,
            due_at=None,
            return_asked=False,
            return_no=its.return_no,
            on_time=lambda row, event: None if event.on_time and row.on_time is not False else False,
            phase=Phase.ACCEPTED,
        ),
        stages.CaseEscalated: put(escalated=True),
        stages.CasePaused: put(phase=Phase.PAUSED),
        stages.CaseResumed: put(warn_at=its.warn_at, due_at=its.due_at, phase=Phase.CLAIMED),
        stages.CaseExtended: put(warn_at=its.warn_at, due_at=its.due_at),
        stages.HandlingReported: put(
            handled_at=its.handled_at,
            on_time=lambda row, event: event.on_time and row.on_time is not False,
            phase=Phase.HANDLED,
        ),
        stages.CaseReopened: put(
            rework_no=its.rework_no,
            warn_at=its.warn_at,
            due_at=its.due_at,
            handled_at=None,
            closed_at=None,
            self_score=None,
            public_score=None,
            self_rated=False,
            publicly_rated=False,
            shown=False,
            on_time=lambda row, _: False if row.on_time is False else None,
            phase=Phase.CLAIMED,
        ),
        stages.CaseClosed: put(closed_at=its.closed_at, jointly_with=its.jointly_with, phase=Phase.CLOSED),
        evaluations.SelfEvaluated: put(self_rated=True),
        evaluations.CaseEvaluated: put(publicly_rated=True),
        evaluations.OrderShown: put(shown=True, self_score=its.self_score, public_score=its.public_score),
    }
    lists: ClassVar = (
        *(
            by("community"),
            by("compound"),
            by("origin_grid"),
            by("category"),
            by("channel"),
            by("phase"),
            by("executor"),
        ),
        *(by("serving_firm"), by("jointly_with"), by("escalated"), by("shown"), by("raiser"), by("handler")),
    )
    orders: ClassVar = ("due_at", "reported_at")
    own: ClassVar = ("raiser", "handler")


class CasePause(Row, frozen=True, kw_only=True):
    """A pause of the limit of a case.
    事件暂停计时的一段。"""

    id: str
    case: Ref[cases.Case]
    pause_kind: stages.PauseKind
    approver: Ref[people.Person]
    reason: Confidential
    used_minutes: int
    paused_at: datetime

    on: ClassVar[Changes] = {stages.CasePaused: new(key=lambda event: f"{event.case}@{event.paused_at.isoformat()}")}
    lists: ClassVar = (by("case"), by("pause_kind"))


class ShownOrder(Row, frozen=True, kw_only=True):
    """An order in the public ledger: what it was about, when, and how it was rated; not who.
    晒单公示的事件。"""

    id: str
    case: Ref[cases.Case]
    compound: Ref[places.Compound]
    community: Ref[places.Community]
    origin_grid: Ref[grids.Grid] | None
    category: Ref[categories.Category]
    reported_at: datetime
    closed_at: datetime
    on_time: bool
    rework_no: int
    self_score: Hundredths
    public_score: Hundredths

    on: ClassVar[Changes] = {evaluations.OrderShown: new(key="case")}
    lists: ClassVar = (by("community"), by("compound"), by("origin_grid"), by("category"))
    orders: ClassVar = ("closed_at",)


def _no_longer(row: Any, _event: Event) -> Any:
    return row and replace(row, voided=True)


class Callback(Row, frozen=True, kw_only=True):
    """What who raised a case said when called back.
    事件回访结果。"""

    id: str
    case: Ref[cases.Case]
    answered: bool
    responded: bool
    resolved: bool | None
    satisfied: bool | None
    voided: bool = False

    on: ClassVar[Changes] = {
        evaluations.CallbackRecorded: new(key="case"),
        evaluations.CallbackVoided: put(key="case", voided=True),
        stages.CaseReopened: becomes(_no_longer, key="case"),
    }
    lists: ClassVar = (by("case"), by("answered"))


counts("ordersThroughFourLists", "四单两评", "Orders through the four lists, rated twice", ShownOrder)
counts(
    "yonganDifficultiesSolved",
    "协同解决困难",
    "Difficulties solved together with units",
    Case,
    where=lambda row: row.phase is Phase.CLOSED and row.jointly_with is not None,
)

END = "(({on} + 1)::timestamp at time zone 'Asia/Shanghai')"
OPEN = f"{{a}}.dispatched_at < {END} and coalesce({{a}}.handled_at >= {END}, true)"
gap(
    Case,
    "OVERDUE",
    "逾期未办结",
    "Not handled by the end of its limit",
    f"{OPEN} and {{a}}.due_at < {END} and {{a}}.phase <> 'PAUSED'",
    columns=("dispatched_at", "handled_at", "due_at", "phase"),
    held=False,
)
gap(
    Case,
    "AWAITING_CLAIM",
    "待领单",
    "Dispatched and claimed by nobody",
    "{a}.phase = 'DISPATCHED'",
    columns=("phase",),
    held=False,
)
