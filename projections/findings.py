"""Findings as people see them: what was found wrong with which firm, since when, and whether it is overdue."""

from datetime import date
from typing import ClassVar

from domain import exhibits, findings, firms, places
from domain.events import Ref
from domain.words import describe
from projections.figures import counts
from projections.gaps import gap
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    rectified=("The day it was put right; none: not yet.", "整改日期；空为尚未整改。"),
    fell_overdue=("The last day that went by, if one did.", "逾期的，为整改最迟日期。"),
)


class Finding(Row, frozen=True, kw_only=True):
    """Something found wrong with a firm's service; it is open from `since` until it is verified as put right.
    物业服务监督问题；自发现之日起至核验销号止。"""

    id: Ref[findings.Finding]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    firm: Ref[firms.Firm]
    finding_kind: findings.FindingKind
    text: str
    due: date
    rectified: date | None = None
    fell_overdue: date | None = None
    since: date
    until: date | None = None
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()

    on: ClassVar[Changes] = {
        findings.FindingMade: new(community=around("community")),
        findings.FindingRectified: put(rectified=its.acted_on, evidence=its.evidence),
        findings.RectificationVerified: put(until=its.ended),
        findings.RectificationSentBack: put(rectified=None, due=its.due, fell_overdue=None),
        findings.FindingFellOverdue: put(fell_overdue=its.due),
    }
    lists: ClassVar = (by("firm"), by("compound"), by("community"), by("finding_kind"))
    orders: ClassVar = ("due", "since")


counts("openFindings", "未销号的监督问题", "Open findings about firms", Finding, where=lambda row: row.until is None)
counts(
    "overdueFindings",
    "逾期未整改的监督问题",
    "Open findings past their last day",
    Finding,
    where=lambda row: row.until is None and row.fell_overdue is not None,
)
gap(
    Finding,
    "OVERDUE",
    "逾期未整改",
    "Past its last day and not put right by then",
    "{a}.due < {on} and ({a}.rectified is null or {a}.rectified > {a}.due)",
    columns=("due", "rectified"),
)
