"""Stages: what happens to a case on its way through the four lists: dispatched, claimed, handled, verified, closed.

The limit is fixed when an order is dispatched, by the revisions of category and calendar that stand in the event, and
runs but for pauses; each leg is judged by its own limit (BR-30, BR-31). `workorders` has what decisions look at of it.
"""

from datetime import datetime

from domain.cases import Case
from domain.categories import Category
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.limits import Light, LimitUnit
from domain.parties import PartyOrganisation
from domain.people import Person
from domain.places import Community, Compound
from domain.units import PartnerUnit
from domain.words import Labelled, describe

describe(
    executor=("Which body handles it.", "承办单位。"),
    handler=("Who handles it.", "办理人。"),
    named_handler=("Who is to handle it, if that was said; else whoever claims it.", "指定的办理人；空为由党员领单。"),
    category_revision=("The revision of the category that fixed the limit.", "所依事件类别的修订序号。"),
    calendar_revision=("The revision of the calendar that fixed the limit.", "所依工作日历的修订序号。"),
    due_at=("The last moment at which the limit is kept.", "办理期限截止时间。"),
    warn_at=("From when on four fifths of the limit are used.", "时限用至八成的时间。"),
    dispatched_at=("When it was dispatched.", "派单时间。"),
    claimed_at=("When it was claimed.", "领单时间。"),
    lapses_at=("When the claim lapses unless progress is told.", "无进展时领单失效的时间。"),
    lapsed_at=("When the claim lapsed.", "领单失效时间。"),
    told_at=("When it was told.", "反馈时间。"),
    pause_kind=("Why the limit does not run.", "暂停计时的情形。"),
    approver=("Who approved it, and did not handle it.", "批准人，不得为办理人。"),
    used_minutes=("How many minutes of the limit are used.", "时限已用分钟数。"),
    limit_minutes=("How many minutes the whole limit has.", "时限总分钟数。"),
    shown_light=("The light when it was handled.", "办结时的时限灯。"),
    on_time=("Whether every leg was handled within its own limit.", "各段办理是否均在时限内。"),
    paused_at=("When the limit ceased to run.", "暂停计时时间。"),
    resumed_at=("When the limit ran on.", "恢复计时时间。"),
    explanation=("How it was explained to whoever raised it.", "向提出人所作的说明。"),
    handled_at=("When it was handled.", "办结时间。"),
    verified_at=("When it was verified.", "核查时间。"),
    reopened_at=("When it began to be handled again.", "开始返工的时间。"),
    rework_no=("How often it has to be handled again.", "返工次数。"),
    return_no=("How often it was returned.", "退单次数。"),
    requester=("Who asks for it.", "申请人。"),
    jointly_with=("The unit together with which it was solved.", "协同解决的单位。"),
    closed_at=("When it was closed.", "结案时间。"),
)


class PauseKind(Labelled):
    """Why a limit does not run.
    暂停计时的情形。"""

    PENDED = "Conditions are lacking for now", "暂不具备条件，挂账"
    CITIZEN = "Waiting for whoever raised it", "等待提出人配合"


class Phase(Labelled):
    """How far a case is.
    事件所处阶段。"""

    REPORTED = "Reported", "已上报"
    NOT_ACCEPTED = "Not accepted", "不予受理"
    MERGED = "Merged", "已并件"
    ACCEPTED = "Accepted", "已受理"
    DISPATCHED = "Dispatched", "已派单"
    CLAIMED = "Claimed", "已领单"
    PAUSED = "Paused", "暂停计时"
    HANDLED = "Handled", "已办理"
    CLOSED = "Closed", "已结案"


class CaseDispatched(Event):
    """An order was dispatched: to a body, and to a person or to whoever claims it.
    派单。"""

    case: Ref[Case]
    executor: Ref[Community | Firm | PartnerUnit | PartyOrganisation]
    named_handler: Ref[Person] | None
    category_revision: int
    calendar_revision: int
    limit_number: int
    limit_unit: LimitUnit
    dispatched_at: datetime
    warn_at: datetime
    due_at: datetime


class CaseClaimed(Event):
    """A member claimed an order.
    党员领单。"""

    case: Ref[Case]
    handler: Ref[Person]
    claimed_at: datetime
    lapses_at: datetime


class ClaimLapsed(Event):
    """A claim lapsed without progress; the order may be claimed anew.
    领单后无进展失效，可重新领单。"""

    case: Ref[Case]
    handler: Ref[Person]
    lapsed_at: datetime


class ProgressTold(Event):
    """A handler told how far an order is.
    反馈办理进展。"""

    case: Ref[Case]
    handler: Ref[Person]
    note: Confidential
    told_at: datetime


class CaseReturnAsked(Event):
    """Whoever was to handle an order asks to return it.
    申请退单。"""

    case: Ref[Case]
    requester: Ref[Person]
    reason: Confidential


class CaseReturned(Event, version=2):
    """A return was approved; the order is dispatched anew.
    批准退单。"""

    case: Ref[Case]
    approver: Ref[Person]
    return_no: int
    on_time: bool = True


class CaseReturnDeclined(Event):
    """A return was declined; whoever has the order handles it.
    不予退单。"""

    case: Ref[Case]
    approver: Ref[Person]
    reason: Confidential


class CaseEscalated(Event):
    """A case that was returned three times goes to the county.
    三次退单，提级至县。"""

    case: Ref[Case]
    return_no: int


class CasePaused(Event):
    """The limit of an order ceased to run.
    暂停计时。"""

    case: Ref[Case]
    pause_kind: PauseKind
    approver: Ref[Person]
    reason: Confidential
    used_minutes: int
    paused_at: datetime


class CaseResumed(Event):
    """The limit of an order runs on.
    恢复计时。"""

    case: Ref[Case]
    resumed_at: datetime
    warn_at: datetime
    due_at: datetime


class CaseExtended(Event):
    """An order got a longer limit, which was explained.
    批准延期。"""

    case: Ref[Case]
    approver: Ref[Person]
    reason: Confidential
    explanation: Confidential
    warn_at: datetime
    due_at: datetime


class HandlingReported(Event):
    """A handler reported that an order is handled.
    反馈办结。"""

    case: Ref[Case]
    handler: Ref[Person]
    note: Confidential
    evidence: tuple[Ref[Exhibit], ...]
    used_minutes: int
    limit_minutes: int
    shown_light: Light
    on_time: bool
    handled_at: datetime


class VerificationFailed(Event):
    """What was handled did not pass verification.
    核查不通过。"""

    case: Ref[Case]
    verifier: Ref[Person]
    reason: Confidential
    verified_at: datetime


class VerificationPassed(Event):
    """What was handled passed verification.
    核查通过。"""

    case: Ref[Case]
    verifier: Ref[Person]
    verified_at: datetime


class CaseReopened(Event):
    """A case is handled again, within a limit of its own.
    返工重办。"""

    case: Ref[Case]
    rework_no: int
    limit_number: int
    limit_unit: LimitUnit
    reopened_at: datetime
    warn_at: datetime
    due_at: datetime


class CaseClosed(Event):
    """A case was closed.
    结案。"""

    case: Ref[Case]
    compound: Ref[Compound]
    community: Ref[Community]
    category: Ref[Category]
    jointly_with: Ref[PartnerUnit] | None
    on_time: bool
    rework_no: int
    closed_at: datetime
