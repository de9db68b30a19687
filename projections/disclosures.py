"""Disclosures as people see them: what common parts brought in, and which compounds' disclosures are overdue."""

from datetime import date
from typing import ClassVar

from domain import disclosures, exhibits, firms, places
from domain.events import Hundredths, Ref
from domain.words import describe
from projections.figures import counts
from projections.gaps import gap
from projections.rows import Changes, Row, around, by, its, new, put

describe(disclosure_missed=("The last day to disclose that went by, if one did.", "逾期未公示的，为最迟日期。"))


class IncomeDisclosure(Row, frozen=True, kw_only=True):
    """What common parts of a compound brought in, and at what cost, in a period.
    某期间小区公共收益收支公示。"""

    id: Ref[disclosures.IncomeDisclosure]
    compound: Ref[places.Compound]
    firm: Ref[firms.Firm]
    since: date
    until: date | None
    income: Hundredths
    cost: Hundredths
    told_on: date
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()

    on: ClassVar[Changes] = {disclosures.IncomeDisclosed: new(until=its.told_until)}
    lists: ClassVar = (by("compound"), by("firm"))
    orders: ClassVar = ("since", "told_on")
    measures: ClassVar = ("income", "cost")


class DisclosureDuty(Row, frozen=True, kw_only=True):
    """How often a compound's common-part income is disclosed, and by when the next disclosure is due.
    小区公共收益公示义务。"""

    id: str
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    disclosure_months: int
    disclosure_due: date
    disclosure_missed: date | None = None

    on: ClassVar[Changes] = {
        disclosures.DisclosureRequired: new(
            key=lambda event: str(event.compound), community=around("community"), disclosure_missed=None
        ),
        disclosures.IncomeDisclosed: put(
            key=lambda event: str(event.compound), disclosure_due=its.disclosure_due, disclosure_missed=None
        ),
        disclosures.DisclosureMissed: put(key=lambda event: str(event.compound), disclosure_missed=its.disclosure_due),
    }
    lists: ClassVar = (by("compound"), by("community"))
    orders: ClassVar = ("disclosure_due",)
    plural: ClassVar = "disclosureDuties"


counts(
    "disclosuresOverdue",
    "公共收益逾期未公示的小区",
    "Compounds whose common-part income is not disclosed in time",
    DisclosureDuty,
    where=lambda row: row.disclosure_missed is not None,
)
gap(
    DisclosureDuty,
    "OVERDUE",
    "逾期未公示",
    "Past the last day of the next disclosure",
    "{a}.disclosure_due < {on}",
    columns=("disclosure_due",),
    held=False,
)
