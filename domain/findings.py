"""Findings: what was found wrong with a property firm's service, until it is put right and that is verified (Q74).

Whoever supervises records a finding with the last day to put it right; the firm's people put it right and show it;
somebody else, who is not of the firm, verifies it or sends it back with a new last day. A last day that goes by is
recorded once, by the clock.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated

from domain.compounds import FirmNotServing, Served
from domain.decisions import Acting, New, Past, Text, decision
from domain.employments import Employed
from domain.events import Confidential, Event, Ref
from domain.exhibits import Exhibit
from domain.firms import Firm
from domain.mandates import NotOfFirm
from domain.people import Person
from domain.periods import PeriodReversed, in_order
from domain.places import Compound
from domain.reactions import Act, act_on, reaction
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    finding=("The finding.", "监督发现的问题。"),
    finding_kind=("The kind of finding.", "问题类别。"),
    rectifier=("Who put it right for the firm.", "整改人。"),
)

DAY = timedelta(days=1)


class FindingKind(Labelled):
    """A kind of finding about a property firm's service.
    物业服务问题类别。"""

    BELOW_CONTRACT = "Service below what the contract says", "服务未达合同约定"
    SUBCONTRACTED_WHOLE = "The whole service sub-contracted (Civil Code art. 941)", "整体转委托（民法典第九百四十一条）"
    SUPPLY_CUT = "Power, water, heat or gas cut to collect fees (art. 944)", "停水停电催收物业费（第九百四十四条）"
    NOT_DISCLOSED = "Services, fees or income not disclosed (art. 943)", "未公开服务、收费或收益（第九百四十三条）"
    INCOME_MISUSED = "Income of common parts misused (art. 282)", "挪用公共收益（第二百八十二条）"
    SAFETY = "Safety", "安全隐患"
    SANITATION = "Sanitation", "环境卫生"


class FindingMade(Event):
    """Something was found wrong with a firm's service in a compound.
    登记监督发现的问题。"""

    finding: Ref["Finding"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    finding_kind: FindingKind
    text: str
    since: date
    due: date
    evidence: tuple[Ref[Exhibit], ...] = ()


class FindingRectified(Event):
    """The firm put right what was found, and shows it.
    企业完成整改并提交佐证。"""

    finding: Ref["Finding"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    rectifier: Ref[Person]
    acted_on: date
    evidence: tuple[Ref[Exhibit], ...]


class RectificationVerified(Event):
    """It was verified that what was found is put right.
    整改经核验合格。"""

    finding: Ref["Finding"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    verifier: Ref[Person]
    ended: date


class RectificationSentBack(Event):
    """What was found is not put right yet; the firm has until a new last day.
    整改核验不合格，限期重新整改。"""

    finding: Ref["Finding"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    verifier: Ref[Person]
    reason: Confidential
    due: date


class FindingFellOverdue(Event):
    """The last day to put right what was found went by.
    问题逾期未整改。"""

    finding: Ref["Finding"]
    compound: Ref[Compound]
    firm: Ref[Firm]
    due: date


class FindingUnproved(Refusal):
    """What was put right is to be shown.
    整改须附佐证。"""

    finding: Ref["Finding"]


class NothingToVerify(Refusal):
    """This finding is not put right, or it is closed.
    该问题尚未整改或已销号。"""

    finding: Ref["Finding"]


class FindingClosed(Refusal):
    """This finding was closed on {ended}.
    该问题已于 {ended} 销号。"""

    ended: date


class RectifierVerifies(Refusal):
    """Who put it right, or works for the firm, does not verify it.
    整改人及该企业人员不得核验。"""

    finding: Ref["Finding"]


Course = FindingMade | FindingRectified | RectificationVerified | RectificationSentBack | FindingFellOverdue


class Finding(State, within=Compound):
    """Something found wrong, and what was done about it.
    监督发现的问题及整改情况。"""

    id: Ref["Finding"]
    recorded: FindingMade | None = None
    rectified: FindingRectified | None = None
    due: date = date.max
    overdue: bool = False
    ended: date | None = None

    def evolve(self, event: Course) -> "Finding":
        match event:
            case FindingMade():
                return replace(self, recorded=event, due=event.due)
            case FindingRectified():
                return replace(self, rectified=event)
            case RectificationVerified():
                return replace(self, ended=event.ended)
            case RectificationSentBack():
                return replace(self, rectified=None, due=event.due, overdue=False)
            case FindingFellOverdue():
                return replace(self, overdue=True)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE, Role.INSPECTOR})
def record(
    finding: New[Finding],
    compound: Served,
    firm: Firm,
    *,
    finding_kind: FindingKind,
    text: Annotated[str, Text(2_000)],
    since: Past,
    due: date,
    evidence: tuple[Exhibit, ...] = (),
) -> Iterator[Event]:
    """Record what was found wrong with the firm that serves a compound, and until when it is to be put right.
    登记对物业企业监督发现的问题及整改期限。"""
    in_order(since, due)
    if compound.by(since) != firm.id:
        raise FirmNotServing(firm.id, since)
    proofs = tuple(each.id for each in evidence)
    yield FindingMade(finding.id, compound.id, firm.id, finding_kind, text, since, due, proofs)


@decision(anyone=True)
def rectify(
    finding: Finding, rectifier: Acting[Employed], *, acted_on: Past, evidence: tuple[Exhibit, ...]
) -> Iterator[Event]:
    """Show, as one of the firm's people, that what was found is put right.
    企业人员提交整改结果及佐证。"""
    recorded = finding.recorded
    if recorded is None or rectifier.by(recorded.firm, acted_on) is None:
        raise NotOfFirm(recorded.firm if recorded else Ref())
    if finding.ended is not None:
        raise FindingClosed(finding.ended)
    in_order(recorded.since, acted_on)
    if not evidence:
        raise FindingUnproved(finding.id)
    if finding.rectified is None:
        proofs = tuple(each.id for each in evidence)
        yield FindingRectified(finding.id, recorded.compound, recorded.firm, rectifier.id, acted_on, proofs)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def verify(finding: Finding, verifier: Acting[Employed], *, ended: Past) -> Iterator[Event]:
    """Verify that what was found is put right; by another than who did it, and nobody of the firm.
    核验整改合格并销号；整改人及该企业人员不得核验。"""
    if finding.ended == ended:
        return
    rectified = _shown(finding, verifier, ended)
    in_order(rectified.acted_on, ended)
    yield RectificationVerified(finding.id, rectified.compound, rectified.firm, verifier.id, ended)


@decision(roles={Role.TOWN, Role.COMMUNITY, Role.COMMITTEE})
def send_back(
    finding: Finding, verifier: Acting[Employed], *, reason: Confidential, due: date, now: datetime
) -> Iterator[Event]:
    """Send back what is not put right, with a new last day.
    核验不合格，退回限期重新整改。"""
    rectified = _shown(finding, verifier, rectified_on(finding))
    if due <= max(rectified.acted_on, now.date()):
        raise PeriodReversed(rectified.acted_on, due)
    yield RectificationSentBack(finding.id, rectified.compound, rectified.firm, verifier.id, reason, due)


@decision()
def fall_overdue(finding: Finding, *, due: date) -> Iterator[Event]:
    """Record that the last day to put right what was found went by (Q74).
    登记问题逾期未整改。"""
    recorded, rectified = finding.recorded, finding.rectified
    kept = rectified is not None and rectified.acted_on <= due
    if recorded and finding.due == due and not finding.overdue and finding.ended is None and not kept:
        yield FindingFellOverdue(finding.id, recorded.compound, recorded.firm, due)


@reaction
def watch_findings(event: FindingMade | RectificationSentBack) -> Iterator[Act]:
    """On the day after the last one what was found is put right, or overdue.
    期限次日仍未整改的，即为逾期。"""
    yield act_on(event.due + DAY, fall_overdue, finding=event.finding, due=event.due)


def rectified_on(finding: Finding) -> date:
    """The day it was put right, if it was."""
    return finding.rectified.acted_on if finding.rectified else date.max


def _shown(finding: Finding, verifier: Employed, on: date) -> FindingRectified:
    rectified = finding.rectified
    if rectified is None or finding.ended is not None:
        raise NothingToVerify(finding.id)
    if verifier.id == rectified.rectifier or verifier.by(rectified.firm, on) is not None:
        raise RectifierVerifies(finding.id)
    return rectified
